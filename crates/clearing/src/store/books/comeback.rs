//! What the books need when they went back to an older copy: who has reported since, and months that are
//! brought back from their files.

use crate::{
    books::Credit,
    error::Error,
    settlement::{Counted, Settlement},
};
use passerelle_domain::{id::DeviceId, month::Month, pass::PassId, wire::CountedCredit};

/// A credit that a month brought back has counted, and that has not come back itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Awaited {
    /// What the month has counted of it: credits first.
    pub kind: Counted,
    /// The credit, as the month names it.
    pub credit: CountedCredit,
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

    /// Writes down that a month brought back has counted that attempt of its pass, or that it was given back. A
    /// credit is counted under the event that the month names, which need not be the one through which the books
    /// have given it.
    fn record_counted(&self, attempt: u32, counted: &Awaited) -> Result<(), Error>;

    /// The month that has counted that.
    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error>;

    /// The last credit that a month has counted under that name, if one has.
    fn find_counted_as(&self, name: CountedCredit) -> Result<Option<Credit>, Error>;

    /// All that a month has counted, as it names it, what it awaits included, in any order.
    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<CountedCredit>, Error>;

    /// Puts a credit on the list of those awaited.
    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error>;

    /// Takes it off that list, if it is there.
    fn remove_awaited(&self, awaited: &Awaited) -> Result<(), Error>;

    /// What is awaited: credits, then withdrawals, each by birth id.
    fn list_awaited(&self) -> Result<Vec<Awaited>, Error>;
}
