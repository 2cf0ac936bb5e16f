//! Codes that could not be identified yet, kept with their workshop.

use super::values::{Column, damaged};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    id::{AccountId, AttendeeId, KeptCodeId, RedemptionId, WorkshopId},
    refusal::Refusal,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A code to keep.
#[derive(Debug, Clone, Copy)]
pub struct Keeping<'a> {
    /// Every reading, the most trusted first.
    pub readings: &'a [String],
    /// At which workshop.
    pub workshop: WorkshopId,
    /// For whom.
    pub attendee: Option<AttendeeId>,
    /// Who keeps it.
    pub account: AccountId,
    /// When, in Unix seconds.
    pub now: i64,
}

/// A kept code.
#[derive(Debug, Clone)]
pub struct KeptRow {
    /// Its row.
    pub id: KeptCodeId,
    /// The reading most trusted.
    pub code: String,
    /// Every reading.
    pub readings: Vec<String>,
    /// The workshop.
    pub workshop: WorkshopId,
    /// Its title.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// The attendee, if still known.
    pub attendee: Option<(AttendeeId, String, String)>,
    /// Why it could not be taken.
    pub refusal: Option<Refusal>,
    /// Who kept it.
    pub account: AccountId,
}

/// Keeps a code. One kept already stays as it is: `None`.
pub fn insert(db: &Connection, keeping: &Keeping<'_>) -> Result<Option<KeptCodeId>, Error> {
    let code = keeping.readings.first().map_or("", String::as_str);
    let readings = serde_json::to_string(keeping.readings).map_err(damaged)?;
    let written = db.execute(
        "INSERT INTO kept_codes (code, readings, workshop_id, attendee_id, account_id, kept_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (code) DO NOTHING",
        params![
            code,
            readings,
            keeping.workshop.0,
            keeping.attendee.map(|attendee| attendee.0),
            keeping.account.0,
            keeping.now
        ],
    )?;
    Ok((written == 1).then(|| KeptCodeId(db.last_insert_rowid())))
}

const ROW: &str =
    "SELECT k.id, k.code, k.readings, k.workshop_id, w.title, w.held_on, a.id, a.first_name, a.surname,
    k.refusal, k.account_id
  FROM kept_codes k
  JOIN workshops w ON w.id = k.workshop_id
  LEFT JOIN attendees a ON a.id = k.attendee_id
  WHERE k.redemption_id IS NULL AND k.put_aside_at IS NULL";

/// The codes that still wait, the oldest first; of one workshop, or of all.
pub fn list(db: &Connection, workshop: Option<WorkshopId>) -> Result<Vec<KeptRow>, Error> {
    db.prepare_cached(&format!(
        "{ROW} AND (?1 IS NULL OR k.workshop_id = ?1) ORDER BY k.id"
    ))?
    .query_map([workshop.map(|id| id.0)], read_row)?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// The code of that row, while it waits.
pub fn find(db: &Connection, id: KeptCodeId) -> Result<Option<KeptRow>, Error> {
    Ok(db
        .query_row(&format!("{ROW} AND k.id = ?1"), [id.0], read_row)
        .optional()?)
}

/// How many wait.
pub fn count(db: &Connection) -> Result<u32, Error> {
    let waiting = db
        .prepare_cached(
            "SELECT count(*) FROM kept_codes WHERE redemption_id IS NULL AND put_aside_at IS NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(waiting)
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<KeptRow> {
    let attendee: Option<i64> = row.get(6)?;
    let attendee = match attendee {
        Some(id) => Some((AttendeeId(id), row.get(7)?, row.get(8)?)),
        None => None,
    };
    let readings: String = row.get(2)?;
    let refusal: Option<String> = row.get(9)?;
    Ok(KeptRow {
        id: KeptCodeId(row.get(0)?),
        code: row.get(1)?,
        readings: serde_json::from_str(&readings).unwrap_or_default(),
        workshop: WorkshopId(row.get(3)?),
        title: row.get(4)?,
        held_on: row.get::<_, Column<NaiveDate>>(5)?.0,
        attendee,
        refusal: refusal.and_then(|text| serde_json::from_str(&text).ok()),
        account: AccountId(row.get(10)?),
    })
}

/// Notes what became of it.
pub fn note(db: &Connection, id: KeptCodeId, outcome: Result<RedemptionId, &Refusal>) -> Result<(), Error> {
    match outcome {
        Ok(redemption) => {
            db.execute(
                "UPDATE kept_codes SET redemption_id = ?2 WHERE id = ?1",
                [id.0, redemption.0],
            )?;
        }
        Err(refusal) => {
            let refusal = serde_json::to_string(refusal).map_err(damaged)?;
            db.execute(
                "UPDATE kept_codes SET refusal = ?2 WHERE id = ?1",
                params![id.0, refusal],
            )?;
        }
    }
    Ok(())
}

/// A person has looked at it and handed the paper back.
pub fn put_aside(db: &Connection, id: KeptCodeId, now: i64) -> Result<(), Error> {
    db.execute(
        "UPDATE kept_codes SET put_aside_at = ?2 WHERE id = ?1",
        params![id.0, now],
    )?;
    Ok(())
}
