//! What the structure was paid, month by month, all its devices together.

use super::link::Tally;
use chrono::{DateTime, FixedOffset};
use passerelle_domain::{cents::Cents, month::Month};
use serde::Serialize;

/// The months that clearing has closed for the structure.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SettlementsView {
    /// Those in which something was earned, carried or paid, the youngest first.
    pub months: Vec<SettledMonth>,
    /// The passes that these months have counted, less those given back since; and what was paid in
    /// all. Months that are not confirmed are not in it.
    pub paid: Tally,
    /// What the last month closed has left for the next one: held when positive, owed by the structure
    /// when negative.
    pub left_cents: Cents,
}

/// A month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SettledMonth {
    /// Which.
    pub month: Month,
    /// When it was closed.
    pub closed_at: DateTime<FixedOffset>,
    /// What was earned, by programme.
    pub lines: Vec<SettledLine>,
    /// What the month before had left.
    pub carried_cents: Cents,
    /// What is paid.
    pub paid_cents: Cents,
    /// What is left for the next month.
    pub left_cents: Cents,
    /// Whether clearing has told of it since it last told of all its months. It may have gone on from an
    /// old copy of its books, and not have this month yet.
    pub is_confirmed: bool,
}

/// What was earned with the passes of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SettledLine {
    /// The programme's number.
    pub programme_id: u16,
    /// Its name, when this device knows it.
    pub programme: Option<String>,
    /// Passes counted for the first time.
    pub credited: Tally,
    /// Passes that an earlier month had counted, and that were given back since.
    pub given_back: Tally,
    /// The reference that the papers of the payment bear.
    pub reference: String,
}
