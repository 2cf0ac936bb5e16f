//! Whom to pay, and closing the months.

use super::{Clearing, devices::standings, signed_months::given};
use crate::{
    books::{OfficerAct, Structure},
    error::Error,
    settlement::{Payee, Statement, close, count_awaited, preview},
    store::Books,
};
use passerelle_domain::{month::Month, siret::Siret};
use serde_json::json;

impl Clearing {
    /// Says whom to pay for a structure from now on. The same as before is no news.
    ///
    /// # Errors
    /// Not a SIRET, or no structure has it; the account, the bank or the holder does not hold.
    pub fn enter_payee(
        &self,
        siret: &str,
        iban: &str,
        bic: Option<&str>,
        holder: &str,
    ) -> Result<(Structure, Payee), Error> {
        let siret = Siret::parse(siret)?;
        let payee = Payee::parse(iban, bic, holder)?;
        self.store.write(|books| {
            let Some(structure) = books.find_structure(&siret)? else {
                return Err(Error::NoSuchStructure(siret.clone()));
            };
            if books.find_payee(&siret)?.as_ref() == Some(&payee) {
                return Ok((structure, payee.clone()));
            }
            books.record_payee(&siret, &payee, self.now())?;
            // The account stands in its own table: a holder may be somebody's name.
            self.note(books, OfficerAct::PayeeEntered, json!({ "siret": siret }), None)?;
            Ok((structure, payee.clone()))
        })
    }

    /// A month as it would be if it were closed now; the next one, if none is named.
    ///
    /// # Errors
    /// It is closed, or is not the next one; nothing was ever credited.
    pub fn preview_settlement(&self, month: Option<Month>) -> Result<Statement, Error> {
        let now = self.now();
        let is_behind = self
            .store
            .read(|books| Ok(!books.list_awaited()?.is_empty() && self.lost_months(books)?.is_empty()))?;
        if is_behind {
            self.store.write(|books| count_awaited(books, now))?;
        }
        self.store
            .read(|books| Statement::of(books, preview(books, month, now)?, false))
    }

    /// Closes a month, once and for all, and leaves it signed beside the key.
    ///
    /// # Errors
    /// The month is not over, is closed already, or another one comes first. The books went back to an
    /// older copy, and a month that was closed, or a desk, is still to bring back what it knows.
    pub fn close_settlement(&self, month: Month) -> Result<Statement, Error> {
        self.close(month, None)
    }

    /// Closes a month without waiting for the desks that have not reported since the books went back.
    ///
    /// # Errors
    /// As [`Clearing::close_settlement`], but for the desks; no reason is given.
    pub fn close_settlement_anyway(&self, month: Month, reason: &str) -> Result<Statement, Error> {
        self.close(month, Some(given(reason)?))
    }

    fn close(&self, month: Month, anyway: Option<&str>) -> Result<Statement, Error> {
        // Before the month is closed: a folder that cannot be written stops nothing half-way.
        self.keep_watermark()?;
        let now = self.now();
        let statement = self.store.write(|books| {
            self.check_lost_months(books)?;
            let settlement = close(books, month, now)?;
            if anyway.is_none() {
                check_reports(books)?;
            }
            let about = json!({
                "month": month,
                "amount_cents": settlement.amount(),
                "paid_cents": settlement.paid(),
            });
            self.note(books, OfficerAct::MonthClosed, about, anyway)?;
            Statement::of(books, settlement, true)
        })?;
        // After the books: a file is of a month that stands in them, and is written at the next start if
        // this one ends here.
        self.write_month(month)?;
        self.keep_watermark()?;
        Ok(statement)
    }

    /// A month is counted after all that came before it.
    fn check_lost_months(&self, books: &dyn Books) -> Result<(), Error> {
        match self.lost_months(books)?.first() {
            Some(month) => Err(Error::MonthLost(*month)),
            None => Ok(()),
        }
    }

    /// The months that were closed, in order.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn list_settled_months(&self) -> Result<Vec<Month>, Error> {
        self.store.read(|books| books.list_settled_months())
    }

    /// A month that was closed, as it was closed.
    ///
    /// # Errors
    /// It was not closed.
    pub fn show_settlement(&self, month: Month) -> Result<Statement, Error> {
        self.store.read(|books| {
            let settlement = books
                .find_settlement(month)?
                .ok_or(Error::NoSuchSettlement(month))?;
            Statement::of(books, settlement, true)
        })
    }
}

/// No month is closed before every desk has shown what the books may have lost.
fn check_reports(books: &dyn Books) -> Result<(), Error> {
    let mut silent = standings(books)?;
    silent.retain(|device| device.is_silent);
    if silent.is_empty() {
        return Ok(());
    }
    Err(Error::DevicesSilent(silent))
}
