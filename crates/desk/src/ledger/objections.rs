//! Notes to the officer about redemptions: written here, noted by clearing, brought again when it has lost them.

use super::values::Column;
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    exchange::SealedObjection,
    id::{AccountId, RedemptionId},
    objection::Note,
    wire::{Noted, Trace},
};
use rusqlite::{Connection, OptionalExtension, params};

/// Of a row `n` of `noted_objections`: clearing has not said since that it has lost what it had noted. Neither what
/// had come before it said so counts, though its clock may have gone back since, nor what comes later and was signed
/// before.
const HOLDS: &str = "n.id > (SELECT coalesce(max(noted_before), 0) FROM objection_losses)
    AND n.noted_at >= (SELECT coalesce(max(told_at), 0) FROM objection_losses)";

/// A note to write down.
#[derive(Debug)]
pub struct Contesting<'a> {
    /// About which redemption.
    pub redemption: RedemptionId,
    /// The note.
    pub note: &'a Note,
    /// The civil day.
    pub written_on: NaiveDate,
    /// Sealed, as it is sent.
    pub signed: &'a [u8],
    /// Who writes.
    pub account: AccountId,
    /// When, in Unix seconds.
    pub now: i64,
}

/// A note, as the screens need it.
#[derive(Debug)]
pub struct ObjectionRow {
    /// The text.
    pub note: String,
    /// The civil day.
    pub written_on: NaiveDate,
    /// When clearing noted it, in Unix seconds of its own, unless it has lost it since.
    pub noted_at: Option<i64>,
}

/// Writes a note down.
pub fn record(db: &Connection, contesting: &Contesting<'_>) -> Result<(), Error> {
    db.prepare_cached(
        "INSERT INTO objections (redemption_id, note, written_on, signed, trace, account_id, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        contesting.redemption.0,
        contesting.note.as_str(),
        Column(contesting.written_on),
        contesting.signed,
        Trace::of_bytes(contesting.signed).0,
        contesting.account.0,
        contesting.now
    ])?;
    Ok(())
}

/// The notes about a redemption, the latest first.
pub fn list(db: &Connection, redemption: RedemptionId) -> Result<Vec<ObjectionRow>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT note, written_on,
           (SELECT min(n.noted_at) FROM noted_objections n WHERE n.objection_id = o.id AND {HOLDS})
         FROM objections o WHERE redemption_id = ?1 ORDER BY id DESC"
    ))?;
    let rows = statement.query_map([redemption.0], |row| {
        Ok(ObjectionRow {
            note: row.get(0)?,
            written_on: row.get::<_, Column<NaiveDate>>(1)?.0,
            noted_at: row.get(2)?,
        })
    })?;
    rows.map(|row| row.map_err(Error::from)).collect()
}

/// Which notes there are about a redemption.
pub fn list_traces(db: &Connection, redemption: RedemptionId) -> Result<Vec<Trace>, Error> {
    let mut statement = db.prepare_cached("SELECT trace FROM objections WHERE redemption_id = ?1")?;
    let rows = statement.query_map([redemption.0], |row| row.get(0).map(Trace))?;
    rows.map(|row| row.map_err(Error::from)).collect()
}

/// The notes after row `after` that clearing is not known to have, in order, `most` at most.
pub fn list_unnoted(db: &Connection, after: u64, most: usize) -> Result<Vec<SealedObjection>, Error> {
    let mut statement = db.prepare_cached(&format!(
        "SELECT id, signed FROM objections o
         WHERE id > ?1 AND NOT EXISTS (SELECT 1 FROM noted_objections n WHERE n.objection_id = o.id AND {HOLDS})
         ORDER BY id LIMIT ?2"
    ))?;
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![after, most], |row| {
        Ok(SealedObjection {
            number: row.get(0)?,
            bytes: row.get(1)?,
        })
    })?;
    rows.map(|row| row.map_err(Error::from)).collect()
}

/// Whether a note waits to be brought that was written since clearing was last heard.
pub fn has_fresh(db: &Connection) -> Result<bool, Error> {
    let has_fresh = db
        .prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM objections o
             WHERE recorded_at >= (SELECT coalesce(max(heard_at), 0) FROM devices)
               AND NOT EXISTS (SELECT 1 FROM noted_objections n WHERE n.objection_id = o.id AND {HOLDS}))"
        ))?
        .query_row([], |row| row.get(0))?;
    Ok(has_fresh)
}

/// The note that clearing has noted last, unless it has lost any since.
pub fn find_last_noted(db: &Connection) -> Result<Option<Trace>, Error> {
    let trace = db
        .prepare_cached(&format!(
            "SELECT trace FROM noted_objections n JOIN objections o ON o.id = n.objection_id
             WHERE {HOLDS} ORDER BY n.id DESC LIMIT 1"
        ))?
        .query_row([], |row| row.get(0).map(Trace))
        .optional()?;
    Ok(trace)
}

/// Keeps clearing's word that it has noted one.
pub fn record_noted(
    db: &Connection,
    objection: &SealedObjection,
    noted: &Noted,
    signed: &[u8],
    now: i64,
) -> Result<(), Error> {
    db.prepare_cached(
        "INSERT INTO noted_objections (objection_id, generation, noted_at, signed, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        objection.number,
        noted.generation,
        noted.server_time.cast_signed(),
        signed,
        now
    ])?;
    Ok(())
}

/// Keeps that clearing lacks that note, if it is the last that it had noted.
pub fn record_loss(db: &Connection, lacks: Trace, told_at: u64, now: i64) -> Result<(), Error> {
    if find_last_noted(db)? == Some(lacks) {
        let sql = "INSERT INTO objection_losses (told_at, received_at, noted_before)
            SELECT ?1, ?2, coalesce(max(id), 0) FROM noted_objections";
        db.prepare_cached(sql)?
            .execute(params![told_at.cast_signed(), now])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::Error, ledger::Op, trial::Trial};
    use passerelle_domain::id::{DeviceId, ServerId};

    fn noted_at(server_time: u64) -> Noted {
        Noted {
            server: ServerId([1; 16]),
            generation: 0,
            device: DeviceId([2; 16]),
            objection: Trace([3; 8]),
            server_time,
        }
    }

    /// A ledger with one note, without the redemption that it is about.
    fn with_a_note(db: &Connection) -> Result<(SealedObjection, Trace), Error> {
        db.execute_batch(
            "PRAGMA defer_foreign_keys = 1;
            INSERT INTO objections (redemption_id, note, written_on, signed, trace, account_id, recorded_at)
            VALUES (1, 'Vu', '2026-11-19', x'00', x'0303030303030303', 1, 0)",
        )?;
        let bytes = vec![0];
        Ok((SealedObjection { number: 1, bytes }, Trace([3; 8])))
    }

    #[test]
    fn a_loss_ends_what_came_before_it_even_from_a_clock_that_went_back() {
        let trial = Trial::set_up();
        let seen = trial.desk.as_machine().write(Op::Contest, |db| {
            let (note, trace) = with_a_note(db)?;
            let found = || find_last_noted(db).map(|found| found == Some(trace));
            record_noted(db, &note, &noted_at(100), b"", 0)?;
            let mut seen = vec![found()?];
            // The service went on from a copy, on a computer that is behind.
            record_loss(db, trace, 50, 0)?;
            seen.push(found()?);
            record_noted(db, &note, &noted_at(40), b"", 0)?;
            seen.push(found()?);
            record_noted(db, &note, &noted_at(50), b"", 0)?;
            seen.push(found()?);
            db.execute_batch("DROP TRIGGER noted_objections_no_delete; DROP TRIGGER objections_no_delete")?;
            db.execute_batch("DELETE FROM noted_objections; DELETE FROM objections")?;
            Ok(seen)
        });
        assert_eq!(seen.expect("the ledger"), [true, false, false, true]);
    }
}
