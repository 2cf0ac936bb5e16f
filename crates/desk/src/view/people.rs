//! The people who come.

use super::passes::Redemption;
use chrono::NaiveDate;
use passerelle_domain::{
    attendee::{AttendeeForm, Likeness},
    id::{AttendeeId, WorkshopId},
};
use serde::Serialize;

/// A person in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AttendeeRow {
    /// Its row.
    pub id: AttendeeId,
    /// First name and surname.
    pub name: String,
    /// A year.
    pub birth_year: Option<u16>,
    /// The commune's name; blank when unknown.
    pub commune: String,
    /// The day of the last workshop.
    pub last_seen_on: Option<NaiveDate>,
}

/// A person already here who may be the one being added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct DoubleMatch {
    /// The person.
    pub attendee: AttendeeRow,
    /// How alike.
    pub likeness: Likeness,
}

/// A workshop that the person came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PastAttendance {
    /// The workshop.
    pub workshop_id: WorkshopId,
    /// Its title.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Its length.
    pub duration_minutes: u32,
}

/// A person's sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AttendeeView {
    /// The person.
    pub attendee: AttendeeRow,
    /// What the form shows.
    pub form: AttendeeForm,
    /// The workshops, the youngest first.
    pub attendances: Vec<PastAttendance>,
    /// The passes, the youngest first.
    pub redemptions: Vec<Redemption>,
}
