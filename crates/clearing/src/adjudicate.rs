//! The verdict on a redemption: a pure function of what the books say.

use crate::{books::Booklet, clock::civil_day};
use chrono::{Days, NaiveDate};
use passerelle_domain::{
    event::{Act, Event},
    pass::Rank,
    programme::{Programme, ServiceCode},
    wire::{Claim, Verdict},
};

/// When a redemption was written down, as far as anybody can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence {
    /// The last server time that the device knew before, in Unix seconds.
    pub known_time: Option<u64>,
    /// When it arrived, in Unix seconds.
    pub received_at: u64,
}

/// Who has the pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// Nobody.
    Free,
    /// The structure that presents it.
    Ours,
    /// Another one, which was first.
    Theirs(Claim),
}

/// One redemption, with all that its verdict depends on.
#[derive(Debug)]
pub struct Case<'a> {
    /// The pass's programme, if it is known.
    pub programme: Option<&'a Programme>,
    /// The pass's booklet, if it was issued.
    pub booklet: Option<Booklet>,
    /// The place in the booklet.
    pub rank: Rank,
    /// The service that it pays.
    pub service: ServiceCode,
    /// The day that the device claims.
    pub day: NaiveDate,
    /// What shows it.
    pub evidence: Evidence,
    /// The commune of the site, if the device has named the site.
    pub insee_code: Option<String>,
    /// Who has the pass.
    pub hold: Hold,
    /// Whether its own device has cancelled it already.
    pub is_voided: bool,
}

/// Says what becomes of a redemption.
///
/// The claimed day counts when it is plausible. When it is not, the day does not matter unless
/// another plausible day would change the answer: so a clock that is wrong by years moves no
/// money, and nothing is refused for having waited.
#[must_use]
pub fn adjudicate(case: &Case<'_>) -> Verdict {
    if case.is_voided {
        return Verdict::Voided;
    }
    let Some(programme) = case.programme else {
        return Verdict::Unknown;
    };
    if !(1..=programme.passes_per_booklet).contains(&case.rank) {
        return Verdict::Forged;
    }
    let Some(booklet) = case.booklet else {
        return Verdict::Unknown;
    };
    match timing(case, programme, &booklet) {
        Timing::Good => {}
        Timing::Expired => return Verdict::Expired,
        Timing::Blocked(since) => return Verdict::Blocked { since },
        Timing::Doubtful => return Verdict::ToExamine,
    }
    match &case.insee_code {
        Some(insee_code) if !programme.covers(insee_code) => return Verdict::OutsideTerritory,
        None if !programme.territory.is_empty() => return Verdict::ToExamine,
        Some(_) | None => {}
    }
    // The desk refuses such a service: only a programme changed behind its back brings one here.
    if programme.find_service(case.service).is_none() {
        return Verdict::ToExamine;
    }
    if !booklet.is_activated {
        return Verdict::NotActivated;
    }
    match &case.hold {
        Hold::Free => Verdict::Credited,
        Hold::Ours => Verdict::AlreadyYours,
        Hold::Theirs(claim) => Verdict::TakenElsewhere { claim: claim.clone() },
    }
}

/// What a day says of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Timing {
    Good,
    Expired,
    Blocked(NaiveDate),
    Doubtful,
}

fn timing(case: &Case<'_>, programme: &Programme, booklet: &Booklet) -> Timing {
    let of = |day: NaiveDate| timing_on(day, programme, booklet);
    let (first, last) = window(case.evidence, programme);
    if (first..=last).contains(&case.day) {
        return of(case.day);
    }
    // The answer changes on these days only: to try them all is to try every day of the window.
    let turns = [
        Some(programme.opens_on),
        programme.taken_until(booklet.last_day).succ_opt(),
        booklet.blocked_since,
    ];
    let answer = of(first);
    let is_same = turns
        .into_iter()
        .flatten()
        .filter(|turn| (first..=last).contains(turn))
        .all(|turn| of(turn) == answer);
    if is_same { answer } else { Timing::Doubtful }
}

fn timing_on(day: NaiveDate, programme: &Programme, booklet: &Booklet) -> Timing {
    if day > programme.taken_until(booklet.last_day) {
        return Timing::Expired;
    }
    if let Some(since) = booklet.blocked_since
        && since <= day
    {
        return Timing::Blocked(since);
    }
    if day < programme.opens_on {
        return Timing::Doubtful;
    }
    Timing::Good
}

/// The plausible days: from the last server time that the device knew, less the programme's
/// allowance for late entry, to the arrival. A device that had never heard of a server can only
/// have worked since the programme opened.
fn window(evidence: Evidence, programme: &Programme) -> (NaiveDate, NaiveDate) {
    // A civil day begins 14 hours before Greenwich's at one end of the earth, and 12 after at the
    // other: France has sites near both.
    const EAST: u64 = 14 * 3600;
    const WEST: u64 = 12 * 3600;
    let last = civil_day(evidence.received_at + EAST);
    let first = evidence.known_time.map_or(programme.opens_on, |known| {
        let allowance = Days::new(u64::from(programme.late_entry_days));
        civil_day(known.saturating_sub(WEST))
            .checked_sub_days(allowance)
            .unwrap_or(NaiveDate::MIN)
    });
    (first.min(last), last)
}

/// Whether a void can be what it says: it names a redemption of the same pass, or one that has not
/// arrived here.
#[must_use]
pub fn adjudicate_void(void: &Event, cancelled: Option<&Event>) -> Verdict {
    let is_plain = cancelled.is_none_or(|event| match event.act {
        Act::Redemption { pass, .. } => pass == void.act.pass(),
        Act::Void { .. } => false,
    });
    if is_plain {
        Verdict::Voided
    } else {
        Verdict::ToExamine
    }
}

#[cfg(test)]
mod tests;
