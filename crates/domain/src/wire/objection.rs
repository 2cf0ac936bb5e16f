//! What a site objects to while the officer decides, and clearing's word that it has it.

use super::{VERSION, heard::Trace};
use crate::{
    id::{BirthId, DeviceId, Epoch, ServerId},
    objection::Note,
};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};

/// A note on an event of the device's own log, signed by the device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Objection {
    /// The version of this shape.
    #[n(0)]
    pub version: u8,
    /// Whose log.
    #[n(1)]
    pub device: DeviceId,
    /// Which life of it.
    #[n(2)]
    pub epoch: Epoch,
    /// Which event.
    #[n(3)]
    pub seq: u64,
    /// The day on which it says that it was written.
    #[cbor(n(4), with = "crate::day")]
    pub written_on: NaiveDate,
    /// What the officer is to read.
    #[n(5)]
    pub note: Note,
}

impl Objection {
    /// A note on that event.
    #[must_use]
    pub const fn new(event: BirthId, written_on: NaiveDate, note: Note) -> Self {
        Self {
            version: VERSION,
            device: event.device,
            epoch: event.epoch,
            seq: event.seq,
            written_on,
            note,
        }
    }

    /// The event that it is about.
    #[must_use]
    pub const fn event(&self) -> BirthId {
        BirthId {
            device: self.device,
            epoch: self.epoch,
            seq: self.seq,
        }
    }
}

/// The signed answer to an objection: the officer will find it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Noted {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// How many times that service was restored from a backup.
    #[n(1)]
    pub generation: u32,
    /// Whose objection.
    #[n(2)]
    pub device: DeviceId,
    /// Which: the trace of its parcel.
    #[n(3)]
    pub objection: Trace,
    /// The server's time when it answered, in Unix seconds.
    #[n(4)]
    pub server_time: u64,
}
