//! What the books need when they went back to an older copy: who has reported since, and months that are
//! brought back from their files.

use crate::{
    error::Error,
    settlement::{Counted, Settlement},
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    month::Month,
    pass::PassId,
};

/// An event that a month brought back has counted, and that has not come back itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awaited {
    /// What the month has counted of it: credits first.
    pub kind: Counted,
    /// The event through which the credit was given.
    pub event: BirthId,
    /// The month.
    pub month: Month,
}

/// Going on from an older copy.
pub trait Comeback {
    /// Writes down that a device has shown, in a generation, all that it was told; twice is once.
    fn record_report(&self, device: DeviceId, generation: u32, reported_at: u64) -> Result<(), Error>;

    /// Whether it has.
    fn has_report(&self, device: DeviceId, generation: u32) -> Result<bool, Error>;

    /// How many acts of the officer stand in the books.
    fn count_audits(&self) -> Result<u64, Error>;

    /// Writes down a settlement after the last one, without what it has counted.
    fn record_month(&self, settlement: &Settlement) -> Result<(), Error>;

    /// Writes down that a month has counted a credit of a pass, or that it was given back.
    fn record_counted(&self, pass: PassId, attempt: u32, kind: Counted, month: Month) -> Result<(), Error>;

    /// The month that has counted that.
    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error>;

    /// The events of all that a month has counted, those that it awaits among them, in any order.
    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<BirthId>, Error>;

    /// Puts an event on the list of those awaited.
    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error>;

    /// Takes an event off that list, if it is there.
    fn remove_awaited(&self, event: BirthId, kind: Counted) -> Result<(), Error>;

    /// The events that are awaited: those of credits, then those of withdrawals, each by birth id.
    fn list_awaited(&self) -> Result<Vec<Awaited>, Error>;
}
