//! What clearing has told of the months that it closed, word after word.
//!
//! A service that goes on from an old copy of its books tells of all months anew. What it said before
//! stays written, and its last word on each month counts.

use super::values::damaged;
use crate::error::Error;
use passerelle_domain::wire::{MonthsHeard, SettledMonth, Standing};
use rusqlite::{Connection, OptionalExtension, params};

/// The answer by which clearing last began to tell of all months.
const BEGINNING: &str = "(SELECT max(id) FROM settlement_parcels WHERE begins_anew = 1)";

/// The last word on a month.
pub struct ToldMonth {
    /// What was said.
    pub said: SettledMonth,
    /// Whether it was said, or said again, since clearing last told of all months.
    pub is_confirmed: bool,
}

/// Keeps what an answer says of the months closed, if it says anything new; gives how many months it
/// has settled otherwise than was known.
pub fn record(db: &Connection, standing: &Standing, signed: &[u8], now: i64) -> Result<u32, Error> {
    let takes_back = standing.begins_anew && standing.since > 0;
    if standing.months.is_empty() && !takes_back {
        return Ok(0);
    }
    db.execute(
        "INSERT INTO settlement_parcels (generation, begins_anew, signed, received_at) VALUES (?1, ?2, ?3, ?4)",
        params![standing.generation, standing.begins_anew, signed, now],
    )?;
    let parcel = db.last_insert_rowid();
    let mut news = 0;
    for month in &standing.months {
        let before = find_last_word(db, month)?;
        let is_same = before.is_some_and(|before| before.amounts() == month.amounts());
        news += u32::from(!is_same && !month.is_empty());
        db.prepare_cached(
            "INSERT INTO settlements (parcel_id, number, month, content) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            parcel,
            month.number,
            month.month.to_string(),
            encoded(month)
        ])?;
    }
    Ok(news)
}

/// How far clearing has told of its months since it last told of all of them.
pub fn heard(db: &Connection) -> Result<MonthsHeard, Error> {
    let content: Option<Vec<u8>> = db
        .prepare_cached(&format!(
            "SELECT content FROM settlements WHERE parcel_id >= {BEGINNING} ORDER BY parcel_id DESC, number DESC LIMIT 1"
        ))?
        .query_row([], |row| row.get(0))
        .optional()?;
    let last = content.map(|content| read(&content)).transpose()?;
    Ok(last.map_or_else(MonthsHeard::default, |month| month.heard()))
}

/// The last word on each month, the youngest first.
pub fn list(db: &Connection) -> Result<Vec<ToldMonth>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT content, parcel_id >= {BEGINNING} FROM settlements s
         WHERE parcel_id = (SELECT max(parcel_id) FROM settlements WHERE month = s.month) ORDER BY month DESC"
    ))?;
    let rows = statement.query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (content, is_confirmed) = row?;
        let said = read(&content)?;
        Ok(ToldMonth { said, is_confirmed })
    })
    .collect()
}

fn find_last_word(db: &Connection, month: &SettledMonth) -> Result<Option<SettledMonth>, Error> {
    let content: Option<Vec<u8>> = db
        .prepare_cached("SELECT content FROM settlements WHERE month = ?1 ORDER BY parcel_id DESC LIMIT 1")?
        .query_row([month.month.to_string()], |row| row.get(0))
        .optional()?;
    content.map(|content| read(&content)).transpose()
}

fn encoded(month: &SettledMonth) -> Vec<u8> {
    minicbor::to_vec(month).expect("it came over the wire, so that its month lies within the calendar")
}

fn read(content: &[u8]) -> Result<SettledMonth, Error> {
    minicbor::decode(content).map_err(damaged)
}
