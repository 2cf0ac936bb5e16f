//! Whom to pay, and closing the months.

use super::Clearing;
use crate::{
    books::{OfficerAct, Structure},
    error::Error,
    settlement::{Payee, Statement, close, preview},
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
        self.store
            .read(|books| Statement::of(books, preview(books, month, now)?, false))
    }

    /// Closes a month, once and for all.
    ///
    /// # Errors
    /// The month is not over, is closed already, or another one comes first.
    pub fn close_settlement(&self, month: Month) -> Result<Statement, Error> {
        let now = self.now();
        self.store.write(|books| {
            let settlement = close(books, month, now)?;
            let about = json!({
                "month": month,
                "amount_cents": settlement.amount(),
                "paid_cents": settlement.paid(),
            });
            self.note(books, OfficerAct::MonthClosed, about, None)?;
            Statement::of(books, settlement, true)
        })
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
