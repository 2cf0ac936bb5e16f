//! Workshops.

use super::{
    link::{Standings, Tally},
    passes::{KeptCode, Redemption, ServiceChoice},
};
use chrono::{NaiveDate, NaiveTime};
use passerelle_domain::{
    head_count::HeadCount,
    id::{AttendeeId, WorkshopId},
    workshop::{ActivityKind, WorkshopForm},
};
use serde::Serialize;

/// A workshop in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopRow {
    /// Its row.
    pub id: WorkshopId,
    /// Its title; blank at some individual activities: the screen then names the kind.
    pub title: String,
    /// One person or a group.
    pub activity: ActivityKind,
    /// The site's name.
    pub site: String,
    /// Room, stop or other place.
    pub place: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Its start.
    pub starts_at: Option<NaiveTime>,
    /// Its end.
    pub ends_at: Option<NaiveTime>,
    /// Its length.
    pub duration_minutes: u32,
    /// How many people, anonymous ones included.
    pub people: u32,
    /// The passes taken and not cancelled.
    pub passes: Tally,
    /// Whether it is still open.
    pub is_open: bool,
}

/// A person at a workshop, with the passes taken for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Attendance {
    /// The person.
    pub attendee_id: AttendeeId,
    /// First name and surname.
    pub name: String,
    /// Their passes, the oldest first, cancelled ones included.
    pub redemptions: Vec<Redemption>,
}

/// The screen of one workshop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopView {
    /// The workshop.
    pub workshop: WorkshopRow,
    /// What its form shows.
    pub form: WorkshopForm,
    /// Who came, in the order of arrival.
    pub attendances: Vec<Attendance>,
    /// Anonymous participants.
    pub head_count: HeadCount,
    /// Passes tied to nobody.
    pub loose_redemptions: Vec<Redemption>,
    /// Codes that wait to be identified.
    pub kept_codes: Vec<KeptCode>,
    /// The passes not cancelled that are provisional.
    pub provisional: Tally,
    /// What a pass may pay, for every programme known here.
    pub services: Vec<ServiceChoice>,
}

/// A page of workshops.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct WorkshopList {
    /// The page.
    pub workshops: Vec<WorkshopRow>,
    /// How many there are in all.
    pub total: u32,
}

/// The first screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Today {
    /// The civil day.
    pub today: NaiveDate,
    /// Open workshops of today or before: the first is the one to resume.
    pub open: Vec<WorkshopRow>,
    /// Workshops of the days to come.
    pub upcoming: Vec<WorkshopRow>,
    /// The last of each title, to hold again like last time.
    pub to_repeat: Vec<WorkshopRow>,
    /// The last ones closed.
    pub recent: Vec<WorkshopRow>,
    /// Every redemption of this device, by where it stands.
    pub standings: Standings,
    /// Since which day the oldest one waits to be sent.
    pub waiting_since: Option<NaiveDate>,
}
