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
