//! Batches sealed, answers received, and what both make of each redemption.

use super::{
    log::Place,
    redemptions,
    values::{Column, cents, count},
};
use crate::{
    error::Error,
    view::{BatchRow, Tally},
};
use chrono::{DateTime, FixedOffset};
use passerelle_domain::{
    exchange::Sealed,
    id::{BirthId, DeviceId, Epoch},
    wire::{Batch, Decision, Decisions, Head, Receipt, Trace, Verdict},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

const SEALED: &str = "SELECT epoch, first_seq, last_seq, sealed FROM batches";
/// Whether a decision `d` outlives the receipt on its event. One of an earlier generation does not: a service
/// that was restored says again, before it judges anything, all that it still knows was decided. Nor does one
/// on another event, that had its number on a disk that was lost.
pub const COUNTS: &str = "d.number >> 32 >= coalesce((
    SELECT max(receipts.generation) FROM receipts JOIN batches ON batches.id = batch_id
    WHERE batches.epoch = d.epoch AND d.seq BETWEEN first_seq AND last_seq), 0)
    AND NOT EXISTS (SELECT 1 FROM events e
      WHERE e.epoch = d.epoch AND e.seq = d.seq AND substr(e.link, 1, 8) <> d.link)";
/// Of a batch `b`: it has no answer.
const WAITS: &str = "NOT EXISTS (SELECT 1 FROM receipts WHERE batch_id = b.id)";
/// Of a batch `b`: another copy of the log has not overtaken it.
const IS_OURS: &str =
    "NOT EXISTS (SELECT 1 FROM overtakings o WHERE o.epoch = b.epoch AND o.last_seq < b.last_seq)";
const ANSWERED: &str = "SELECT epoch, first_seq, last_seq, sealed, signed FROM answers";

/// A batch whose row begins with the columns of [`SEALED`].
pub fn read_sealed(row: &Row<'_>) -> rusqlite::Result<Sealed> {
    let epoch: Column<Epoch> = row.get(0)?;
    Ok(Sealed {
        epoch: epoch.0,
        first_seq: row.get(1)?,
        last_seq: row.get(2)?,
        bytes: row.get(3)?,
    })
}

fn read_answered(row: &Row<'_>) -> rusqlite::Result<(Sealed, Vec<u8>)> {
    Ok((read_sealed(row)?, row.get(4)?))
}

/// Keeps a sealed batch.
pub fn record(db: &Connection, batch: &Batch, bytes: &[u8], now: i64) -> Result<(), Error> {
    db.execute(
        "INSERT INTO batches (epoch, first_seq, last_seq, sealed, sealed_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            Column(batch.epoch),
            batch.first_seq(),
            batch.last_seq(),
            bytes,
            now
        ],
    )?;
    Ok(())
}

/// The oldest `most` batches without an answer, in order.
pub fn list_unanswered(db: &Connection, most: usize) -> Result<Vec<Sealed>, Error> {
    db.prepare_cached(&format!(
        "{SEALED} b WHERE {WAITS} AND {IS_OURS} ORDER BY id LIMIT ?1"
    ))?
    .query_map([i64::try_from(most).unwrap_or(i64::MAX)], read_sealed)?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// How many batches have no answer.
pub fn count_unanswered(db: &Connection) -> Result<usize, Error> {
    let count: u32 = db.query_row(
        &format!("SELECT count(*) FROM batches b WHERE {WAITS} AND {IS_OURS}"),
        [],
        |row| row.get(0),
    )?;
    Ok(count as usize)
}

/// How many decisions were heard.
pub fn count_decisions(db: &Connection) -> Result<u32, Error> {
    Ok(db.query_row("SELECT count(*) FROM decisions", [], |row| row.get(0))?)
}

/// The batches of a life, in order.
pub fn list_sealed(db: &Connection, epoch: Epoch) -> Result<Vec<Sealed>, Error> {
    db.prepare(&format!("{SEALED} WHERE epoch = ?1 ORDER BY first_seq"))?
        .query_map([Column(epoch)], read_sealed)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// The answered batches of a life from the one that holds event `from` on, each with its receipt as received.
pub fn list_answered(db: &Connection, epoch: Epoch, from: u64) -> Result<Vec<(Sealed, Vec<u8>)>, Error> {
    db.prepare(&format!(
        "{ANSWERED} WHERE epoch = ?1 AND last_seq >= ?2 ORDER BY last_seq, first_seq"
    ))?
    .query_map(params![Column(epoch), from], read_answered)?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// The answered batch that holds an event, with its receipt as received; of several the one that ends first.
pub fn find_answered(db: &Connection, epoch: Epoch, seq: u64) -> Result<Option<(Sealed, Vec<u8>)>, Error> {
    let found = db
        .prepare(&format!(
            "{ANSWERED} WHERE epoch = ?1 AND ?2 BETWEEN first_seq AND last_seq ORDER BY last_seq, first_seq LIMIT 1"
        ))?
        .query_row(params![Column(epoch), seq], read_answered)
        .optional()?;
    Ok(found)
}

/// How far each life was answered, the youngest `limit` that have an answer.
pub fn list_heads(db: &Connection, limit: usize) -> Result<Vec<Head>, Error> {
    db.prepare_cached(
        // SQLite takes the other columns from the row that has the maximum.
        "SELECT a.epoch, a.first_seq, max(a.last_seq), a.signed FROM answers a GROUP BY a.epoch
         ORDER BY (SELECT number FROM epochs e WHERE e.epoch = a.epoch) DESC NULLS LAST LIMIT ?1",
    )?
    .query_map([limit], |row| {
        let epoch: Column<Epoch> = row.get(0)?;
        Ok(Head {
            epoch: epoch.0,
            first_seq: row.get(1)?,
            last_seq: row.get(2)?,
            receipt: Trace::of_bytes(&row.get::<_, Vec<u8>>(3)?),
        })
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// The last event of a life that is in a batch; 0 for none.
pub fn last_sealed(db: &Connection, epoch: Epoch) -> Result<u64, Error> {
    let last = db
        .prepare_cached("SELECT coalesce(max(last_seq), 0) FROM batches WHERE epoch = ?1")?
        .query_row([Column(epoch)], |row| row.get(0))?;
    Ok(last)
}

/// Keeps a checked answer, and moves each redemption it speaks of.
pub fn record_receipt(
    db: &Connection,
    sealed: &Sealed,
    receipt: &Receipt,
    signed: &[u8],
    now: i64,
) -> Result<(), Error> {
    db.execute(
        "INSERT INTO receipts (batch_id, signed, server, generation, server_time, received_at)
         VALUES ((SELECT id FROM batches WHERE epoch = ?1 AND first_seq = ?2), ?3, ?4, ?5, ?6, ?7)",
        params![
            Column(sealed.epoch),
            sealed.first_seq,
            signed,
            Column(receipt.server),
            receipt.generation,
            receipt.server_time,
            now
        ],
    )?;
    for (event, verdict) in receipt.answers() {
        record_verdict(db, event, verdict)?;
    }
    Ok(())
}

/// Keeps the first word on an event of this ledger, and moves its redemption to the last one.
pub fn record_verdict(db: &Connection, event: BirthId, verdict: &Verdict) -> Result<(), Error> {
    // Another receipt may have answered it: clearing repeats its first word.
    db.prepare_cached(
        "INSERT INTO verdicts (epoch, seq, code, content) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        Column(event.epoch),
        event.seq,
        verdict.code(),
        encoded(verdict)
    ])?;
    // A batch whose answer was lost may be answered after a later word was heard.
    let decided = find_decision_on(db, event)?;
    let last = decided.as_ref().unwrap_or(verdict);
    redemptions::set_standing(db, event.into(), standing_after(last))
}

fn find_decision_on(db: &Connection, event: BirthId) -> Result<Option<Verdict>, Error> {
    let content: Option<Vec<u8>> = db
        .prepare_cached(&format!(
            "SELECT content FROM decisions d WHERE epoch = ?1 AND seq = ?2 AND device = ?3 AND {COUNTS}
             ORDER BY number DESC LIMIT 1"
        ))?
        .query_row(
            params![Column(event.epoch), event.seq, Column(event.device)],
            |row| row.get(0),
        )
        .optional()?;
    content
        .map(|content| redemptions::read_verdict(&content))
        .transpose()
}

/// Whether a batch of this ledger has its answer; `None` when it has sealed no such batch, or another
/// copy has taken its numbers.
pub fn find_answer(db: &Connection, sealed: &Sealed) -> Result<Option<bool>, Error> {
    let found = db
        .prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM receipts WHERE batch_id = b.id) FROM batches b
                 WHERE epoch = ?1 AND first_seq = ?2 AND last_seq = ?3 AND {IS_OURS}"
        ))?
        .query_row(
            params![Column(sealed.epoch), sealed.first_seq, sealed.last_seq],
            |row| row.get(0),
        )
        .optional()?;
    Ok(found)
}

/// The batch of this ledger that holds an event, answered or not.
pub fn find_sealed(db: &Connection, epoch: Epoch, seq: u64) -> Result<Option<Sealed>, Error> {
    let found = db
        .prepare_cached(&format!(
            "{SEALED} WHERE epoch = ?1 AND ?2 BETWEEN first_seq AND last_seq"
        ))?
        .query_row(params![Column(epoch), seq], read_sealed)
        .optional()?;
    Ok(found)
}

/// Keeps a decision; it moves a redemption when it is about this device's.
pub fn record_decision(db: &Connection, decision: &Decision, own: DeviceId) -> Result<(), Error> {
    let event = decision.event;
    db.execute(
        "INSERT INTO decisions (number, device, epoch, seq, code, content, decided_at, link)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            decision.number,
            Column(event.device),
            Column(event.epoch),
            event.seq,
            decision.verdict.code(),
            encoded(&decision.verdict),
            decision.decided_at,
            decision.link.map(|link| link.0)
        ],
    )?;
    // Until its own receipt has come, the event of that number may be another copy's.
    let place = event.into();
    if event.device == own
        && is_answered(db, place)?
        && let Some(last) = find_decision_on(db, event)?
    {
        redemptions::set_standing(db, place, standing_after(&last))?;
    }
    Ok(())
}

fn is_answered(db: &Connection, place: Place) -> Result<bool, Error> {
    let mut statement = db.prepare_cached("SELECT 1 FROM verdicts WHERE epoch = ?1 AND seq = ?2")?;
    Ok(statement.exists(params![Column(place.epoch), place.seq])?)
}

/// CBOR of a verdict.
pub fn encoded(verdict: &Verdict) -> Vec<u8> {
    minicbor::to_vec(verdict).expect("it came over the wire, so that its days lie within the calendar")
}

/// Where a verdict puts a redemption.
pub const fn standing_after(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Credited => "credited",
        Verdict::Unknown | Verdict::NotActivated => "sent",
        Verdict::TakenElsewhere { .. } | Verdict::ToExamine => "to_examine",
        // Credited through another event: this one must not be counted a second time.
        Verdict::AlreadyYours
        | Verdict::Expired
        | Verdict::Blocked { .. }
        | Verdict::OutsideTerritory
        | Verdict::Forged
        | Verdict::Declined => "refused",
        Verdict::Voided => "voided",
    }
}

/// The last decision received.
pub fn find_last_decision(db: &Connection) -> Result<Option<Decision>, Error> {
    let last = db
        .prepare_cached(
            "SELECT number, device, epoch, seq, content, decided_at, link FROM decisions
             ORDER BY number DESC LIMIT 1",
        )?
        .query_row([], |row| {
            let (device, epoch): (Column<DeviceId>, Column<Epoch>) = (row.get(1)?, row.get(2)?);
            let event = BirthId {
                device: device.0,
                epoch: epoch.0,
                seq: row.get(3)?,
            };
            let link: Option<[u8; 8]> = row.get(6)?;
            Ok((row.get(0)?, event, row.get::<_, Vec<u8>>(4)?, row.get(5)?, link))
        })
        .optional()?;
    let Some((number, event, content, decided_at, link)) = last else {
        return Ok(None);
    };
    Ok(Some(Decision {
        number,
        event,
        verdict: redemptions::read_verdict(&content)?,
        decided_at,
        link: link.map(Trace),
    }))
}

/// Keeps a piece of the stream as received, if it brought something, or is the first of its generation.
pub fn record_decision_parcel(
    db: &Connection,
    decisions: &Decisions,
    signed: &[u8],
    now: i64,
) -> Result<(), Error> {
    if decisions.decisions.is_empty() && decisions.generation <= generation(db)? {
        return Ok(());
    }
    db.execute(
        "INSERT INTO decision_parcels (generation, signed, received_at) VALUES (?1, ?2, ?3)",
        params![decisions.generation, signed, now],
    )?;
    Ok(())
}

/// The pieces of the stream that were kept, in order.
pub fn list_decision_parcels(db: &Connection) -> Result<Vec<Vec<u8>>, Error> {
    db.prepare("SELECT signed FROM decision_parcels ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// The highest generation of the service that decisions were heard from.
pub fn generation(db: &Connection) -> Result<u32, Error> {
    let generation = db
        .prepare_cached("SELECT coalesce(max(generation), 0) FROM decision_parcels")?
        .query_row([], |row| row.get(0))?;
    Ok(generation)
}

/// Every batch, the youngest first.
pub fn list(db: &Connection, offset: FixedOffset) -> Result<Vec<BatchRow>, Error> {
    let at = move |seconds: i64| {
        DateTime::from_timestamp(seconds, 0)
            .unwrap_or_default()
            .with_timezone(&offset)
    };
    db.prepare_cached(
        "SELECT b.id, b.sealed_at, r.received_at, count(d.id), coalesce(sum(d.amount_cents), 0)
         FROM batches b
         LEFT JOIN receipts r ON r.batch_id = b.id
         LEFT JOIN redemptions d ON d.epoch = b.epoch AND d.seq BETWEEN b.first_seq AND b.last_seq
         GROUP BY b.id ORDER BY b.id DESC LIMIT 100",
    )?
    .query_map([], |row| {
        Ok(BatchRow {
            id: row.get(0)?,
            sealed_at: at(row.get(1)?),
            answered_at: row.get::<_, Option<i64>>(2)?.map(at),
            tally: Tally {
                count: count(row, 3)?,
                amount_cents: cents(row, 4)?,
            },
        })
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}
