//! What stands in the books, as plain values.

mod office;

pub use office::{Audit, BookletCredit, Deed, EnrolledDevice, OfficerAct};

use crate::adjudicate::Evidence;
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::{Act, Event, Link, Parent},
    id::{BirthId, DeviceId, Epoch},
    key::{PrivateKey, PublicKey},
    pass::{PassId, PassKeyId},
    siret::Siret,
    wire::{Head, ProofKey, Trace, Verdict},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A booklet that was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Booklet {
    /// The day printed on its passes.
    pub last_day: NaiveDate,
    /// Whether its order was paid.
    pub is_activated: bool,
    /// Since when it is no longer good.
    pub blocked_since: Option<NaiveDate>,
}

/// How far the books had come in crediting passes and taking credits back, as their engine counts it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Mark {
    /// Nothing was written yet.
    #[default]
    Beginning,
    /// The last row of each table.
    Rows {
        /// Of credits.
        credits: i64,
        /// Of withdrawals.
        withdrawals: i64,
    },
    /// How many facts came through each device.
    Tallies(BTreeMap<DeviceId, u64>),
}

/// A key that signs passes, with its private half.
pub struct SigningPassKey {
    /// Its number.
    pub id: PassKeyId,
    /// The private half.
    pub private: PrivateKey,
}

/// A legal body that is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// Its SIRET.
    pub siret: Siret,
    /// Its name.
    pub name: String,
}

/// An enrolled desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its identity.
    pub id: DeviceId,
    /// Its key.
    pub public: PublicKey,
    /// Whose it is.
    pub siret: Siret,
    /// When it enrolled, in Unix seconds.
    pub enrolled_at: u64,
    /// Whether it is no longer heard.
    pub is_revoked: bool,
}

/// An enrolment that a code opens.
pub struct Enrolment {
    /// The key of the proofs.
    pub proof_key: ProofKey,
    /// For whom.
    pub structure: Structure,
    /// The first instant at which the code no longer serves, in Unix seconds.
    pub ends_at: u64,
    /// Who used it, and the answer given.
    pub used: Option<(DeviceId, Vec<u8>)>,
}

/// A parcel that brought new events.
pub struct BatchRow<'a> {
    /// Whose log.
    pub device: DeviceId,
    /// Which life of it.
    pub epoch: Epoch,
    /// The last event it brought.
    pub last_seq: u64,
    /// What shows when its events were written.
    pub evidence: Evidence,
    /// Its bytes, as signed.
    pub parcel: &'a [u8],
}

/// An event as it stands in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedEvent {
    /// Its birth id.
    pub id: BirthId,
    /// The event.
    pub event: Event,
    /// The version of its site's name, if the device has named it.
    pub site_version: Option<u32>,
}

impl LoggedEvent {
    /// The birth id of the redemption that this cancels.
    #[must_use]
    pub const fn cancels(&self) -> Option<BirthId> {
        match self.event.act {
            Act::Redemption { .. } => None,
            Act::Void { epoch, seq, .. } => Some(BirthId {
                device: self.id.device,
                epoch,
                seq,
            }),
        }
    }
}

/// A life of a device's log, as far as it has arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedLife {
    /// Which one.
    pub epoch: Epoch,
    /// Where it says that it comes from.
    pub parent: Option<Parent>,
    /// Its last event.
    pub last_seq: u64,
}

/// An event already known, as far as an overlapping batch must be compared with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Its place.
    pub seq: u64,
    /// The link after it.
    pub link: Link,
    /// The first word on it.
    pub verdict: Verdict,
}

/// A receipt that a device has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// The first event that it answers.
    pub first: BirthId,
    /// The number of the last one.
    pub last_seq: u64,
    /// Which receipt.
    pub receipt: Trace,
}

impl Shown {
    /// The last receipt that a device says it holds of a life.
    #[must_use]
    pub const fn head(device: DeviceId, head: &Head) -> Self {
        Self {
            first: BirthId {
                device,
                epoch: head.epoch,
                seq: head.first_seq,
            },
            last_seq: head.last_seq,
            receipt: head.receipt,
        }
    }
}

/// The last credit given for a pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// How many credits of this pass were withdrawn before it.
    pub attempt: u32,
    /// Who has it.
    pub siret: Siret,
    /// Through which event.
    pub event: BirthId,
    /// When, in Unix seconds.
    pub credited_at: u64,
    /// Whether its structure has given it back.
    pub is_withdrawn: bool,
}

/// A credit to be given.
#[derive(Debug)]
pub struct CreditForm<'a> {
    /// The pass.
    pub pass: PassId,
    /// How many credits of this pass were withdrawn.
    pub attempt: u32,
    /// To whom.
    pub siret: &'a Siret,
    /// What it is worth.
    pub amount: Cents,
    /// Through which event.
    pub event: BirthId,
}

/// A redemption that waits for its final word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The event.
    pub event: BirthId,
    /// Whose it is.
    pub siret: Siret,
    /// The name of its last word.
    pub code: String,
}

/// A note of a site on one of its events, to be written down.
#[derive(Debug, Clone, Copy)]
pub struct ObjectionRow<'a> {
    /// The event.
    pub event: BirthId,
    /// Its place among the notes on that event, from 1.
    pub number: u32,
    /// The trace of its parcel.
    pub trace: Trace,
    /// The day on which the device says that it was written.
    pub written_on: NaiveDate,
    /// The text.
    pub note: &'a str,
    /// Its bytes, as signed.
    pub parcel: &'a [u8],
    /// When it arrived, in Unix seconds.
    pub received_at: u64,
}

/// A note of a site, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptObjection {
    /// Its place among the notes on its event, from 1.
    pub number: u32,
    /// The day on which the device says that it was written.
    pub written_on: NaiveDate,
    /// The text.
    pub note: String,
    /// When it arrived, in Unix seconds.
    pub received_at: u64,
}

/// How much of everything there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Structures known.
    pub structures: u64,
    /// Desks enrolled, revoked ones included.
    pub devices: u64,
    /// Parcels that brought events.
    pub batches: u64,
    /// Redemptions and voids received.
    pub events: u64,
    /// Redemptions and voids by their last word.
    pub verdicts: BTreeMap<String, u64>,
    /// Later words given.
    pub decisions: u64,
}
