//! Why the rules say no, as data. The French sentence of each lives in `words/fr.ftl`.

use crate::{cents::Cents, pass::Rank};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a pass is not taken, or a redemption not cancelled or contested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum Refusal {
    /// The text is no pass of any programme known here.
    NotACode,
    /// It has the form of a number, but the check digits disagree: a digit was mistyped.
    WrongCheckDigits,
    /// The signature is not that of the issuer.
    Forged,
    /// The booklet has no such place.
    NoSuchRank {
        /// The rank read.
        rank: Rank,
        /// The highest rank.
        passes_per_booklet: u8,
    },
    /// The workshop's day comes before the programme's first.
    NotOpenYet {
        /// The workshop's day.
        held_on: NaiveDate,
        /// The first day.
        opens_on: NaiveDate,
    },
    /// The workshop's day comes after the last day, tolerance included.
    Expired {
        /// The workshop's day.
        held_on: NaiveDate,
        /// The day printed on the pass.
        last_day: NaiveDate,
        /// The last day on which it was still taken.
        taken_until: NaiveDate,
    },
    /// The issuer has blocked the booklet.
    Blocked {
        /// Since when.
        since: NaiveDate,
    },
    /// The programme is not for this commune.
    OutsideTerritory {
        /// The programme.
        programme: String,
    },
    /// This ledger has already taken the pass.
    TakenHere {
        /// At a workshop of that day.
        held_on: NaiveDate,
    },
    /// The issuer's list says that another site has taken it.
    SpentElsewhere {
        /// The day of the list.
        known_on: NaiveDate,
    },
    /// Too many passes wait for an answer already.
    TooManyProvisional {
        /// How many may wait.
        cap: u16,
        /// What they are worth.
        amount_cents: Cents,
    },
    /// The workshop's day has not come yet.
    DayToCome {
        /// The day.
        held_on: NaiveDate,
    },
    /// Nobody knows here which day it is: the clock is wrong for certain.
    ClockBehind {
        /// The day by that clock.
        today: NaiveDate,
        /// A day on which clearing has answered, later than that.
        heard_on: NaiveDate,
    },
    /// The programme does not pay that service.
    UnknownService,
    /// The redemption is cancelled already.
    AlreadyVoided,
    /// The redemption does not wait for the officer: there is nothing to contest.
    NotWaiting,
    /// The officer has enough notes about it to read.
    ContestedEnough {
        /// How many may be written.
        most: usize,
    },
}

impl Refusal {
    /// The name of the sentence in `words/fr.ftl`, after `refusal-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotACode => "not-a-code",
            Self::WrongCheckDigits => "wrong-check-digits",
            Self::Forged => "forged",
            Self::NoSuchRank { .. } => "no-such-rank",
            Self::NotOpenYet { .. } => "not-open-yet",
            Self::Expired { .. } => "expired",
            Self::Blocked { .. } => "blocked",
            Self::OutsideTerritory { .. } => "outside-territory",
            Self::TakenHere { .. } => "taken-here",
            Self::SpentElsewhere { .. } => "spent-elsewhere",
            Self::TooManyProvisional { .. } => "too-many-provisional",
            Self::DayToCome { .. } => "day-to-come",
            Self::ClockBehind { .. } => "clock-behind",
            Self::UnknownService => "unknown-service",
            Self::AlreadyVoided => "already-voided",
            Self::NotWaiting => "not-waiting",
            Self::ContestedEnough { .. } => "contested-enough",
        }
    }

    /// Every code, for the test that each has its sentence.
    pub const CODES: [&'static str; 17] = [
        "not-a-code",
        "wrong-check-digits",
        "forged",
        "no-such-rank",
        "not-open-yet",
        "expired",
        "blocked",
        "outside-territory",
        "taken-here",
        "spent-elsewhere",
        "too-many-provisional",
        "day-to-come",
        "clock-behind",
        "unknown-service",
        "already-voided",
        "not-waiting",
        "contested-enough",
    ];
}
