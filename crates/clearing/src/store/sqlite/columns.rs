//! Values as columns, and back. SQLite's integers are signed: 64 unsigned bits are kept as the
//! signed integer of the same bits.

use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    event::{Act, Event},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::VoidReason,
    siret::Siret,
    wire::Verdict,
};
use rusqlite::{Row, types::Type};
use std::error::Error as StdError;

pub const fn signed(bits: u64) -> i64 {
    bits.cast_signed()
}

/// An end of a range of numbers, none of which uses the highest bit.
pub fn capped(bound: u64) -> i64 {
    i64::try_from(bound).unwrap_or(i64::MAX)
}

pub fn get_u64(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).map(i64::cast_unsigned)
}

pub fn get_optional_u64(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(i64::cast_unsigned))
}

pub fn get_day(row: &Row<'_>, at: usize) -> rusqlite::Result<NaiveDate> {
    let text: String = row.get(at)?;
    text.parse().map_err(|fault| unreadable(at, fault))
}

pub fn get_siret(row: &Row<'_>, at: usize) -> rusqlite::Result<Siret> {
    let text: String = row.get(at)?;
    Siret::parse(&text).map_err(|fault| unreadable(at, fault))
}

pub fn get_verdict(row: &Row<'_>, at: usize) -> rusqlite::Result<Verdict> {
    let word: Vec<u8> = row.get(at)?;
    minicbor::decode(&word).map_err(|fault| unreadable(at, fault))
}

pub fn word(verdict: &Verdict) -> Vec<u8> {
    minicbor::to_vec(verdict).expect("memory takes all that is written, and days were checked")
}

/// The pass in three columns from `at`.
pub fn get_pass(row: &Row<'_>, at: usize) -> rusqlite::Result<PassId> {
    Ok(PassId {
        programme: ProgrammeId(row.get(at)?),
        booklet: row.get(at + 1)?,
        rank: row.get(at + 2)?,
    })
}

/// The birth id in three columns from `at`.
pub fn get_birth_id(row: &Row<'_>, at: usize) -> rusqlite::Result<BirthId> {
    Ok(BirthId {
        device: DeviceId(row.get(at)?),
        epoch: Epoch(get_u64(row, at + 1)?),
        seq: get_u64(row, at + 2)?,
    })
}

/// The columns of an event's content, in the order of [`get_event`].
pub const EVENT_COLUMNS: &str =
    "seq, day, site, programme, booklet, rank, service, void_epoch, void_seq, reason";

/// The event in ten columns from `at`.
pub fn get_event(row: &Row<'_>, at: usize) -> rusqlite::Result<Event> {
    let pass = get_pass(row, at + 3)?;
    let act = match row.get::<_, Option<u8>>(at + 6)? {
        Some(service) => Act::Redemption {
            pass,
            service: ServiceCode(service),
        },
        None => Act::Void {
            pass,
            epoch: Epoch(get_u64(row, at + 7)?),
            seq: get_u64(row, at + 8)?,
            reason: get_reason(row, at + 9)?,
        },
    };
    Ok(Event {
        seq: get_u64(row, at)?,
        day: get_day(row, at + 1)?,
        site: row.get(at + 2)?,
        act,
    })
}

fn get_reason(row: &Row<'_>, at: usize) -> rusqlite::Result<VoidReason> {
    let code: String = row.get(at)?;
    VoidReason::from_code(&code).ok_or_else(|| unreadable(at, Error::Damaged("a reason that no void has")))
}

pub fn unreadable(at: usize, fault: impl StdError + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(at, Type::Blob, Box::new(fault))
}
