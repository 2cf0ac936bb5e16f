//! Closed months as signed files: left beside the key, written again, brought back into books that went
//! back to an older copy.

use super::{Clearing, devices::standings, presented::Names};
use crate::{
    books::OfficerAct,
    clearing::DeviceStanding,
    error::Error,
    settlement::{ReadMonth, Statement, bring_back, read_settled},
    store::{Awaited, Books},
};
use passerelle_domain::{key::Purpose, month::Month, wire::ClosedMonth};
use serde_json::json;
use std::{collections::BTreeMap, path::PathBuf};

/// What a month has counted and the books do not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingCredits {
    /// The month.
    pub month: Month,
    /// How many credits and withdrawals.
    pub count: usize,
    /// Whose: how many by structure, or by the identity of a device that nobody knows.
    pub holders: BTreeMap<String, usize>,
    /// The desks that have not reported.
    pub silent: Vec<DeviceStanding>,
}

/// A month that was brought back.
#[derive(Debug, Clone)]
pub struct BroughtBack {
    /// The month, as it was closed.
    pub statement: Statement,
    /// Whether the books had lost it.
    pub is_new: bool,
    /// What it has counted and the books do not hold yet.
    pub awaited: usize,
}

impl Clearing {
    /// A closed month, signed: the same bytes each time as long as the same key signs.
    ///
    /// # Errors
    /// It was not closed.
    pub fn export_settlement(&self, month: Month) -> Result<Vec<u8>, Error> {
        Ok(self
            .signer()?
            .seal(Purpose::Settlement, &self.closed_month(month)?))
    }

    /// Brings back a month that the books have lost, exactly as it was closed. What it has counted and
    /// has not come back keeps it out, unless the officer says why it is taken all the same; that is
    /// counted when it comes back then.
    ///
    /// # Errors
    /// The service has not signed it; an earlier month is missing; it was closed differently; what it has
    /// counted has not come back; no reason is given.
    pub fn bring_settlement_back(&self, parcel: &[u8], anyway: Option<&str>) -> Result<BroughtBack, Error> {
        let anyway = anyway.map(given).transpose()?;
        let (signed, month) = self.read_month(parcel)?;
        let which = month.settlement.month;
        self.keep_watermark()?;
        if self.has_settled(which)? && self.closed_month(which)? == signed {
            return self.brought_back(which, false);
        }
        self.store.write(|books| {
            bring_back(books, &month, self.now())?;
            let mut missing = books.list_awaited()?;
            missing.retain(|awaited| awaited.month == which);
            if !missing.is_empty() && anyway.is_none() {
                let told = tell_missing(books, which, &missing)?;
                return Err(Error::CreditsMissing(Box::new(told)));
            }
            let about = json!({
                "month": which,
                "amount_cents": month.settlement.amount(),
                "paid_cents": month.settlement.paid(),
                "awaited": missing.len(),
            });
            self.note(books, OfficerAct::MonthBroughtBack, about, anyway)
        })?;
        self.write_month(which)?;
        self.keep_watermark()?;
        self.brought_back(which, true)
    }

    /// Where the signed file of a month is kept, if it is anywhere.
    #[must_use]
    pub fn settlement_file(&self, month: Month) -> Option<PathBuf> {
        Some(self.beside.as_ref()?.settlement(month))
    }

    /// Leaves a closed month beside the key.
    pub(super) fn write_month(&self, month: Month) -> Result<(), Error> {
        let Some(beside) = &self.beside else {
            return Ok(());
        };
        let parcel = self.export_settlement(month)?;
        beside.write_settlement(month, &parcel).map(drop)
    }

    /// Leaves the months whose files are not there: whoever closed them was stopped before, or has
    /// another folder.
    pub(super) fn write_missing_months(&self) -> Result<(), Error> {
        let Some(beside) = &self.beside else {
            return Ok(());
        };
        let kept = beside.list_months()?;
        for month in self.list_settled_months()? {
            if !kept.contains(&month) {
                self.write_month(month)?;
            }
        }
        Ok(())
    }

    /// Understands a month that this service has signed: the one place that says whose word it is.
    fn read_month(&self, parcel: &[u8]) -> Result<(ClosedMonth, ReadMonth), Error> {
        let signed: ClosedMonth = self
            .own(parcel, Purpose::Settlement)
            .map_err(|_| Error::NotOurSettlement)?;
        let month = ReadMonth::of(&signed).filter(|_| signed.server == self.origin());
        Ok((signed, month.ok_or(Error::NotOurSettlement)?))
    }

    fn closed_month(&self, month: Month) -> Result<ClosedMonth, Error> {
        self.store.read(|books| read_settled(books, self.origin(), month))
    }

    fn has_settled(&self, month: Month) -> Result<bool, Error> {
        Ok(self.list_settled_months()?.contains(&month))
    }

    fn brought_back(&self, month: Month, is_new: bool) -> Result<BroughtBack, Error> {
        let awaited = self.store.read(|books| books.list_awaited())?;
        Ok(BroughtBack {
            statement: self.show_settlement(month)?,
            is_new,
            awaited: awaited.iter().filter(|awaited| awaited.month == month).count(),
        })
    }
}

/// A reason in the officer's own words.
pub(super) fn given(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Error::NoReason);
    }
    Ok(reason)
}

fn tell_missing(books: &dyn Books, month: Month, missing: &[Awaited]) -> Result<MissingCredits, Error> {
    let names = Names::read(books)?;
    let mut holders = BTreeMap::new();
    for awaited in missing {
        let device = awaited.credit.event.device;
        let holder = match books.find_device(device)? {
            Some(known) => names.structure(&known.siret),
            None => device.to_string(),
        };
        *holders.entry(holder).or_insert(0) += 1;
    }
    let mut silent = standings(books)?;
    silent.retain(|device| device.is_silent);
    Ok(MissingCredits {
        month,
        count: missing.len(),
        holders,
        silent,
    })
}
