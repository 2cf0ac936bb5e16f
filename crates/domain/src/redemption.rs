//! The rule that says whether a pass is taken: firmly, provisionally, or not.

use crate::{
    cents::Cents,
    programme::{Programme, ServiceCode},
    refusal::Refusal,
    scan::{Proof, ReadPass},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A pass held out at a workshop.
#[derive(Debug, Clone, Copy)]
pub struct Presentation<'a> {
    /// What was read.
    pub read: ReadPass,
    /// Its programme.
    pub programme: &'a Programme,
    /// The service that it pays.
    pub service: ServiceCode,
    /// The workshop's day, which may be past.
    pub held_on: NaiveDate,
    /// The day on which it is entered.
    pub today: NaiveDate,
    /// A day on which clearing has answered, when it is later than `today`: the clock is wrong.
    pub clock_behind: Option<NaiveDate>,
    /// INSEE code of the commune where the workshop is held.
    pub insee_code: &'a str,
    /// The person asks to keep a pass that the list says is spent, for clearing to examine.
    pub keep_for_examination: bool,
}

/// What the issuer's last list says of a booklet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookletStanding {
    /// Not on the list: newer than it, or never issued.
    Unlisted,
    /// Printed, but not paid for when the list was made.
    NotActivated,
    /// Good.
    Activated,
    /// No longer good.
    Blocked {
        /// Since when.
        since: NaiveDate,
    },
}

/// What this device knows of the pass, all of it without a connection.
#[derive(Debug, Clone, Copy)]
pub struct Knowledge {
    /// The booklet's standing.
    pub booklet: BookletStanding,
    /// The day of the workshop that took it here, if it is still taken.
    pub taken_here: Option<NaiveDate>,
    /// The day of the issuer's list, if that says the pass is spent.
    pub spent_known_on: Option<NaiveDate>,
    /// How many of this programme's passes wait for an answer here.
    pub provisional: u16,
}

/// Why a pass is only provisionally taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum Doubt {
    /// Signed by a key that is newer than this device's list.
    UnknownKey,
    /// Of a booklet that is newer than this device's list.
    UnlistedBooklet,
    /// Of a booklet that was not activated when the list was made.
    NotActivated,
    /// Spent elsewhere by the list, kept because that may have been cancelled since.
    SpentElsewhere,
}

impl Doubt {
    /// Every doubt, in the order in which they are considered.
    pub const ALL: [Self; 4] = [
        Self::SpentElsewhere,
        Self::UnknownKey,
        Self::UnlistedBooklet,
        Self::NotActivated,
    ];

    /// The name in SQL and, after `doubt-`, of the sentence in `words/fr.ftl`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::UnlistedBooklet => "unlisted_booklet",
            Self::NotActivated => "not_activated",
            Self::SpentElsewhere => "spent_elsewhere",
        }
    }
}

/// A pass that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acceptance {
    /// What it is worth, frozen at this moment.
    pub amount: Cents,
    /// Why it does not count as earned yet; `None` when it does.
    pub doubt: Option<Doubt>,
}

/// Says whether the pass is taken. Pure: the same facts give the same answer.
///
/// What the device cannot know is never a reason to refuse: it makes the acceptance provisional,
/// within the programme's cap.
///
/// # Errors
/// The first rule that says no, in the order of the checks: service and days, block, territory,
/// taken here, spent elsewhere, cap.
pub fn judge(shown: &Presentation<'_>, known: &Knowledge) -> Result<Acceptance, Refusal> {
    if shown.programme.find_service(shown.service).is_none() {
        return Err(Refusal::UnknownService);
    }
    check_days(shown)?;
    if let BookletStanding::Blocked { since } = known.booklet
        && since <= shown.held_on
    {
        return Err(Refusal::Blocked { since });
    }
    if !shown.programme.covers(shown.insee_code) {
        return Err(Refusal::OutsideTerritory {
            programme: shown.programme.name.clone(),
        });
    }
    if let Some(held_on) = known.taken_here {
        return Err(Refusal::TakenHere { held_on });
    }
    if let (Some(known_on), false) = (known.spent_known_on, shown.keep_for_examination) {
        return Err(Refusal::SpentElsewhere { known_on });
    }
    let doubt = doubt(shown, known);
    let cap = shown.programme.provisional_cap;
    if doubt.is_some() && known.provisional >= cap {
        return Err(Refusal::TooManyProvisional {
            cap,
            amount_cents: shown.programme.face_value * i64::from(cap),
        });
    }
    Ok(Acceptance {
        amount: shown.programme.face_value,
        doubt,
    })
}

fn check_days(shown: &Presentation<'_>) -> Result<(), Refusal> {
    let (programme, held_on) = (shown.programme, shown.held_on);
    // A device whose clock is slow by days would otherwise refuse today's workshop: the workshop
    // was opened with that same clock, so only a day typed by a person can lie ahead of it.
    if let Some(heard_on) = shown.clock_behind
        && (held_on > shown.today || held_on < programme.opens_on)
    {
        return Err(Refusal::ClockBehind {
            today: shown.today,
            heard_on,
        });
    }
    if held_on > shown.today {
        return Err(Refusal::DayToCome { held_on });
    }
    if held_on < programme.opens_on {
        return Err(Refusal::NotOpenYet {
            held_on,
            opens_on: programme.opens_on,
        });
    }
    let last_day = shown.read.last_day.unwrap_or(programme.last_day);
    let taken_until = programme.taken_until(last_day);
    if held_on > taken_until {
        return Err(Refusal::Expired {
            held_on,
            last_day,
            taken_until,
        });
    }
    Ok(())
}

fn doubt(shown: &Presentation<'_>, known: &Knowledge) -> Option<Doubt> {
    Doubt::ALL.into_iter().find(|doubt| match doubt {
        Doubt::SpentElsewhere => known.spent_known_on.is_some(),
        Doubt::UnknownKey => shown.read.proof == Proof::UnknownKey,
        Doubt::UnlistedBooklet => known.booklet == BookletStanding::Unlisted,
        Doubt::NotActivated => known.booklet == BookletStanding::NotActivated,
    })
}

/// Why a redemption is cancelled. A closed list: a free text could name a person in a log that
/// leaves the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, minicbor::Encode, minicbor::Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum VoidReason {
    /// The wrong pass was scanned.
    #[n(0)]
    WrongPass,
    /// Scanned for the wrong person or workshop.
    #[n(1)]
    WrongPerson,
    /// The workshop did not take place, or the person left.
    #[n(2)]
    NotHeld,
    /// The pass was handed back for another reason.
    #[n(3)]
    HandedBack,
}

impl VoidReason {
    /// Every reason, in the order of the list on screen.
    pub const ALL: [Self; 4] = [
        Self::WrongPass,
        Self::WrongPerson,
        Self::NotHeld,
        Self::HandedBack,
    ];

    /// The name in SQL and, after `void-reason-`, of the words in `words/fr.ftl`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongPass => "wrong_pass",
            Self::WrongPerson => "wrong_person",
            Self::NotHeld => "not_held",
            Self::HandedBack => "handed_back",
        }
    }

    /// The reason of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests;
