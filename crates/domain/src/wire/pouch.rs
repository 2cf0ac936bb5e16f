//! What a courier carries in the place of a network: a file on a key, or codes on a page.
//!
//! A pouch has no signature of its own. Each part in it has one, and is looked at alone: what is
//! altered, missing or old keeps back nothing but itself.

mod codes;
mod parts;

pub use codes::{PouchCode, PouchPages, ReturnCodes};
pub use parts::{Few, SignedQuestion};

use super::{VERSION, answer::Answer, heard::Trace};
use crate::id::DeviceId;
use chrono::NaiveDate;
use minicbor::{Decode, Encode, bytes::ByteVec};
use parts::at_most;

/// The largest pouch that anybody makes or reads, in bytes: a state, and as much again.
pub const MAX_POUCH_BYTES: usize = 16 << 20;

/// How many sealed batches a pouch carries at most: a hundred thousand events.
pub const MAX_POUCH_BATCHES: usize = 500;

/// How many recalls a pouch carries at most.
pub const MAX_POUCH_RECALLS: usize = 2_000;

/// How many objections a pouch carries at most.
pub const MAX_POUCH_OBJECTIONS: usize = 500;

/// How many pieces of the stream of decisions a pouch carries at most.
pub const MAX_POUCH_DECISIONS: usize = 500;

/// What every pouch begins with, before its CBOR.
const MARK: &[u8; 4] = b"PLI1";

/// What is in a file or on a page.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Pouch {
    /// From a desk to clearing.
    #[n(0)]
    Outward(#[n(0)] Outward),
    /// From clearing to a desk.
    #[n(1)]
    Return(#[n(0)] Return),
}

/// All that a desk has to ask at once.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Outward {
    /// The version of these shapes.
    #[n(0)]
    pub version: u8,
    /// Whose.
    #[n(1)]
    pub device: DeviceId,
    /// The parcel of its enrolment form, when it is not let in yet.
    #[n(2)]
    pub form: Option<ByteVec>,
    /// What clearing said it had lost, each as it stands alone in a body.
    #[cbor(n(3), decode_with = "at_most::<_, _, MAX_POUCH_RECALLS>")]
    pub recalls: Vec<ByteVec>,
    /// Its question about decisions.
    #[n(4)]
    pub decisions: Option<SignedQuestion>,
    /// Its question about the state.
    #[n(5)]
    pub state: Option<SignedQuestion>,
    /// The parcels of its batches without an answer, the oldest first.
    #[cbor(n(6), decode_with = "at_most::<_, _, MAX_POUCH_BATCHES>")]
    pub batches: Vec<ByteVec>,
    /// Its question about where it stands; a service older than that question passes it over.
    #[n(7)]
    pub standing: Option<SignedQuestion>,
    /// The parcels of its objections that were not noted yet, in order.
    #[n(8)]
    pub objections: Few<ByteVec, MAX_POUCH_OBJECTIONS>,
}

/// What came of it, part by part. A part that was never asked, or got no answer, is left out.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Return {
    /// The version of these shapes.
    #[n(0)]
    pub version: u8,
    /// For whom.
    #[n(1)]
    pub device: DeviceId,
    /// The answer to the enrolment form.
    #[n(2)]
    pub grant: Option<Answer>,
    /// The pieces of the stream of decisions in order: clearing follows `more` by itself.
    #[cbor(n(3), decode_with = "at_most::<_, _, MAX_POUCH_DECISIONS>")]
    pub decisions: Vec<Answer>,
    /// What clearing has of the device's own log and the device does not, when its question about
    /// decisions says so.
    #[n(4)]
    pub log: Option<Answer>,
    /// The answer to the question about the state.
    #[n(5)]
    pub state: Option<Answer>,
    /// The answer to each batch.
    #[cbor(n(6), decode_with = "at_most::<_, _, MAX_POUCH_BATCHES>")]
    pub batches: Vec<AnsweredBatch>,
    /// The answer to the question about where it stands.
    #[n(7)]
    pub standing: Option<Answer>,
    /// The chain of the service's keys, when one was ever replaced.
    #[n(8)]
    pub keys: Option<ByteVec>,
    /// The answer to each objection.
    #[n(9)]
    pub noted: Few<AnsweredObjection, MAX_POUCH_OBJECTIONS>,
}

/// A batch, and what clearing says of it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AnsweredBatch {
    /// Which: the trace of its parcel.
    #[n(0)]
    pub batch: Trace,
    /// Its receipt, or why there is none.
    #[n(1)]
    pub answer: Answer,
}

/// An objection, and whether it was noted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct AnsweredObjection {
    /// Which: the trace of its parcel.
    #[n(0)]
    pub objection: Trace,
    /// That it was noted, or why not.
    #[n(1)]
    pub answer: Answer,
}

/// Why a file is no pouch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PouchFault {
    /// It does not begin like one.
    #[error("not a pouch")]
    NotAPouch,
    /// Larger than any that is made.
    #[error("larger than the protocol allows")]
    TooLarge,
    /// It begins like one, and was cut short or altered.
    #[error("the pouch is damaged")]
    Damaged,
}

impl Outward {
    /// An empty one.
    #[must_use]
    pub const fn of(device: DeviceId) -> Self {
        Self {
            version: VERSION,
            device,
            form: None,
            recalls: Vec::new(),
            decisions: None,
            state: None,
            batches: Vec::new(),
            standing: None,
            objections: Few::none(),
        }
    }

    /// The bytes that travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Pouch::Outward(self.clone()).to_bytes()
    }
}

impl Return {
    /// How its file is called, when it is made on that day.
    #[must_use]
    pub fn file_name(&self, day: NaiveDate) -> String {
        format!("reponse-{}-{day}.pli", self.device.short_name())
    }

    /// An empty one.
    #[must_use]
    pub const fn to(device: DeviceId) -> Self {
        Self {
            version: VERSION,
            device,
            grant: None,
            decisions: Vec::new(),
            log: None,
            state: None,
            batches: Vec::new(),
            standing: None,
            keys: None,
            noted: Few::none(),
        }
    }

    /// The bytes that travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        Pouch::Return(self.clone()).to_bytes()
    }
}

impl Pouch {
    /// The bytes that travel: four of mark, then bare CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let content = minicbor::to_vec(self).expect("memory takes all that is written");
        [MARK.as_slice(), &content].concat()
    }

    /// Whether a file begins like a pouch, whatever its name says.
    #[must_use]
    pub fn is_one(bytes: &[u8]) -> bool {
        bytes.starts_with(MARK)
    }

    /// Reads [`Self::to_bytes`]. The parts are taken apart, not looked into.
    ///
    /// # Errors
    /// The bytes are no pouch, too many, or not whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, PouchFault> {
        if bytes.len() > MAX_POUCH_BYTES {
            return Err(PouchFault::TooLarge);
        }
        let content = bytes.strip_prefix(MARK).ok_or(PouchFault::NotAPouch)?;
        let mut decoder = minicbor::Decoder::new(content);
        let pouch: Self = decoder.decode().map_err(|_| PouchFault::Damaged)?;
        let version = match &pouch {
            Self::Outward(outward) => outward.version,
            Self::Return(back) => back.version,
        };
        if decoder.position() != content.len() || version != VERSION {
            return Err(PouchFault::Damaged);
        }
        Ok(pouch)
    }
}

#[cfg(test)]
pub(super) mod tests;
