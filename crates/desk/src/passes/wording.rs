//! From rows to what a person reads: numbers in groups, names of programmes and services.

use crate::{
    communes,
    error::Error,
    ledger::{
        kept_codes::KeptRow,
        objections::{self, ObjectionRow},
        redemptions,
        redemptions::RedemptionRow,
        reference,
    },
    surroundings::Surroundings,
    view::{Claim, KeptCode, Objection, PassChoice, Redemption, Standing, Verdict},
};
use chrono::{DateTime, FixedOffset};
use passerelle_domain::{
    attendee::display_name,
    id::RedemptionId,
    objection::MOST_NOTES,
    pass::PassId,
    scan::{ReadPass, Reference},
    wire,
};
use rusqlite::Connection;

/// How much of a kept code is shown: enough to tell it from others, short enough to compare.
const SHOWN: usize = 12;

/// Redemptions as the screens show them.
pub(crate) fn in_words(
    db: &Connection,
    rows: Vec<RedemptionRow>,
    surroundings: &Surroundings,
) -> Result<Vec<Redemption>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let reference = reference::load(db)?;
    rows.into_iter()
        .map(|row| in_word(db, row, &reference, surroundings))
        .collect()
}

fn in_word(
    db: &Connection,
    row: RedemptionRow,
    reference: &Reference,
    surroundings: &Surroundings,
) -> Result<Redemption, Error> {
    let programme = reference.find_programme(row.pass.programme);
    let service = programme.and_then(|programme| programme.find_service(row.service));
    let standing = standing_from_code(&row.standing)?;
    let verdict = row
        .verdict
        .as_deref()
        .map(redemptions::read_verdict)
        .transpose()?;
    let (attendee_id, attendee) = match row.attendee {
        Some((id, first_name, surname)) => (Some(id), Some(display_name(&surname, &first_name))),
        None => (None, None),
    };
    let offset = *surroundings.now().offset();
    let objections = match verdict {
        Some(_) => objections_in_words(db, row.id, offset)?,
        // Nobody has answered yet: there was nothing to contest.
        None => Vec::new(),
    };
    Ok(Redemption {
        id: row.id,
        number: number(row.pass, reference),
        programme: programme
            .map(|programme| programme.name.clone())
            .unwrap_or_default(),
        service: service.map(|service| service.label.clone()).unwrap_or_default(),
        amount_cents: row.amount,
        workshop_id: row.workshop,
        workshop: row.title,
        held_on: row.held_on,
        attendee_id,
        attendee,
        standing,
        doubt: row
            .doubt
            .filter(|_| matches!(standing, Standing::Kept | Standing::Sent)),
        verdict: verdict.map(|verdict| verdict_in_words(&verdict)),
        can_contest: standing == Standing::ToExamine && objections.len() < MOST_NOTES,
        objections,
        void_reason: row.void_reason,
        recorded_at: instant(row.recorded_at, offset),
    })
}

fn objections_in_words(
    db: &Connection,
    id: RedemptionId,
    offset: FixedOffset,
) -> Result<Vec<Objection>, Error> {
    let rows = objections::list(db, id)?.into_iter();
    let objection = |row: ObjectionRow| Objection {
        note: row.note,
        written_on: row.written_on,
        noted_at: row.noted_at.map(|at| instant(at, offset)),
    };
    Ok(rows.map(objection).collect())
}

fn instant(seconds: i64, offset: FixedOffset) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .with_timezone(&offset)
}

fn verdict_in_words(verdict: &wire::Verdict) -> Verdict {
    let (mut since, mut claim) = (None, None);
    match verdict {
        wire::Verdict::Blocked { since: day } => since = Some(*day),
        wire::Verdict::TakenElsewhere { claim: other } => {
            claim = Some(Claim {
                site: other.site.clone(),
                commune: communes::find_name(&other.insee_code).unwrap_or_default(),
                held_on: other.held_on,
            });
        }
        wire::Verdict::Credited
        | wire::Verdict::AlreadyYours
        | wire::Verdict::Expired
        | wire::Verdict::OutsideTerritory
        | wire::Verdict::Forged
        | wire::Verdict::Voided
        | wire::Verdict::Unknown
        | wire::Verdict::NotActivated
        | wire::Verdict::ToExamine
        | wire::Verdict::Declined => {}
    }
    Verdict {
        code: verdict.code().to_owned(),
        since,
        claim,
    }
}

/// The number printed on a pass, in groups of four; booklet and rank when its programme is gone.
pub(crate) fn number(pass: PassId, reference: &Reference) -> String {
    reference
        .find_programme(pass.programme)
        .and_then(|programme| programme.number_format.write(pass.booklet, pass.rank))
        .map_or_else(
            || format!("{}-{}-{}", pass.programme.0, pass.booklet, pass.rank),
            |number| grouped(&number),
        )
}

fn grouped(number: &str) -> String {
    let letters: Vec<char> = number.chars().collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("\u{a0}")
}

/// The passes that a code may mean.
pub(crate) fn choices(reads: &[ReadPass], reference: &Reference) -> Vec<PassChoice> {
    let name = |pass: PassId| {
        reference
            .find_programme(pass.programme)
            .map(|programme| programme.name.clone())
    };
    reads
        .iter()
        .map(|read| PassChoice {
            pass: read.pass,
            number: number(read.pass, reference),
            programme: name(read.pass).unwrap_or_default(),
        })
        .collect()
}

/// A kept code as the screens show it.
pub(crate) fn kept_in_words(row: KeptRow) -> KeptCode {
    KeptCode {
        id: row.id,
        code: grouped(&row.code.chars().take(SHOWN).collect::<String>()),
        workshop: row.title,
        workshop_id: row.workshop,
        held_on: row.held_on,
        attendee: row
            .attendee
            .map(|(_, first_name, surname)| display_name(&surname, &first_name)),
        refusal: row.refusal,
    }
}

/// The name of a standing in SQL.
pub(crate) const fn standing_code(standing: Standing) -> &'static str {
    match standing {
        Standing::Kept => "kept",
        Standing::Sent => "sent",
        Standing::Credited => "credited",
        Standing::ToExamine => "to_examine",
        Standing::Refused => "refused",
        Standing::Voided => "voided",
    }
}

/// The standing of that name.
///
/// # Errors
/// The schema allows no other: the ledger is damaged.
pub(crate) fn standing_from_code(code: &str) -> Result<Standing, Error> {
    const ALL: [Standing; 6] = [
        Standing::Kept,
        Standing::Sent,
        Standing::Credited,
        Standing::ToExamine,
        Standing::Refused,
        Standing::Voided,
    ];
    ALL.into_iter()
        .find(|standing| standing_code(*standing) == code)
        .ok_or_else(|| Error::Damaged(format!("standing {code}")))
}
