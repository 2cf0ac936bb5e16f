//! What sites object to.

use crate::{
    books::{KeptObjection, ObjectionRow},
    error::Error,
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    wire::Trace,
};

/// Notes on events, as their devices wrote them.
pub trait Objections {
    /// Writes down a note on an event that has arrived.
    fn record_objection(&self, objection: &ObjectionRow<'_>) -> Result<(), Error>;

    /// Whether a device has brought that parcel.
    fn has_objection(&self, device: DeviceId, trace: Trace) -> Result<bool, Error>;

    /// The notes on an event, in order of arrival.
    fn list_objections(&self, event: BirthId) -> Result<Vec<KeptObjection>, Error>;
}
