//! What is still to be done since the books went back to an older copy.

use super::{Clearing, devices::DeviceStanding, generation};
use crate::{error::Error, settlement::Counted, store::Books};
use passerelle_domain::month::Month;
use serde::Serialize;

/// What the books may still lack since they went back to an older copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Aftermath {
    /// How many times they went back, as far as they know.
    pub generation: u32,
    /// Desks that have not shown yet what they were told: no month is closed without them.
    pub silent: Vec<DeviceStanding>,
    /// Months whose files are beside the key and that the books have lost: none is closed before they
    /// are brought back.
    pub lost_months: Vec<Month>,
    /// Credits that a month brought back has counted, and that have not come back.
    pub awaited_credits: usize,
    /// The same of credits that were given back.
    pub awaited_withdrawals: usize,
}

impl Clearing {
    /// What the books may still lack; nothing when they never went back.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn aftermath(&self) -> Result<Option<Aftermath>, Error> {
        let devices = self.list_devices()?;
        self.store.read(|books| {
            let generation = generation(books)?;
            let lost_months = self.lost_months(books)?;
            if generation == 0 && lost_months.is_empty() {
                return Ok(None);
            }
            let awaited = books.list_awaited()?;
            let count = |kind| awaited.iter().filter(|awaited| awaited.kind == kind).count();
            let silent = devices.iter().filter(|device| device.is_silent);
            Ok(Some(Aftermath {
                generation,
                silent: silent.cloned().collect(),
                lost_months,
                awaited_credits: count(Counted::Credit),
                awaited_withdrawals: count(Counted::Withdrawal),
            }))
        })
    }

    /// The months whose files are newer than the books.
    pub(super) fn lost_months(&self, books: &dyn Books) -> Result<Vec<Month>, Error> {
        let Some(beside) = &self.beside else {
            return Ok(Vec::new());
        };
        let last = books.list_settled_months()?.pop();
        let mut months = beside.list_months()?;
        months.retain(|month| Some(*month) > last);
        Ok(months)
    }
}
