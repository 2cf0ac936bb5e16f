//! What a courier takes along and brings back.

use super::link::{SyncReport, Tally};
use chrono::NaiveDate;
use serde::Serialize;

/// A pouch, ready to leave.
#[derive(Debug, Clone, Serialize)]
pub struct PackedPouch {
    /// The beginning of the device's identity, as clearing shows it.
    pub device: String,
    /// How its file is called: the device and the day, nobody's name.
    pub file_name: String,
    /// The passes that wait for an answer of clearing's.
    pub passes: Tally,
    /// Whether it asks clearing to let this device in.
    pub is_enrolment: bool,
    /// Whether another pouch is needed for the rest.
    pub has_more: bool,
    /// The bytes that travel.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

/// The pouch of a neighbour, brought to clearing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct BroughtPouch {
    /// The beginning of the identity of the device whose it is, as that shows it.
    pub device: String,
    /// How many batches were in it.
    pub batches: usize,
    /// How many of them clearing has answered with a receipt.
    pub answered: usize,
    /// Whether clearing has let that device in.
    pub is_enrolled: bool,
    /// Whether the reference figures are too long for paper, which leaves them out.
    pub paper_lacks_state: bool,
    /// Why it broke off, if it did: the name of a sentence after `link-`.
    pub fault: Option<&'static str>,
}

/// What came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PouchReport {
    /// Whether anything in it was not known yet.
    pub is_new: bool,
    /// Whether it has just let this device in.
    pub is_enrolled: bool,
    /// What it has moved.
    pub moved: SyncReport,
    /// How many later words it has brought.
    pub decisions: u32,
    /// The civil day of the reference figures now held.
    pub known_on: Option<NaiveDate>,
    /// Whether something waits for the next pouch: clearing asks to see again what it has lost, or what
    /// comes before has not arrived.
    pub wants_another: bool,
    /// Why a part of it was not taken: the name of a sentence after `link-`.
    pub fault: Option<&'static str>,
}
