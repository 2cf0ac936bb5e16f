//! What `passerelle check` reads: everything that is there twice, side by side.

use super::{
    batches::{self, COUNTS},
    device::Life,
    log::Place,
    redemptions,
    values::{Column, cents, count, damaged, pass},
};
use crate::{error::Error, view::Tally};
use chrono::NaiveDate;
use passerelle_domain::{
    event::{Event, Link},
    exchange::Sealed,
    id::{DeviceId, Epoch},
    pass::PassId,
    programme::ServiceCode,
    redemption::VoidReason,
    wire::Verdict,
};
use rusqlite::{Connection, Row, params};

/// What SQLite and SQLCipher find wrong with the file: `(a PRAGMA's name, what it says)`.
pub fn file_faults(db: &Connection) -> Result<Vec<(&'static str, String)>, Error> {
    let mut faults = Vec::new();
    // A page that does not decrypt cannot be read by the two others either.
    for pragma in ["cipher_integrity_check", "integrity_check", "foreign_key_check"] {
        if !faults.is_empty() {
            break;
        }
        let mut statement = db.prepare(&format!("PRAGMA {pragma}"))?;
        let said = statement.query_map([], |row| {
            // foreign_key_check names a table and its row; the two others say a sentence.
            let what: String = row.get(0)?;
            let line: Option<i64> = if pragma == "foreign_key_check" {
                row.get(1)?
            } else {
                None
            };
            Ok(line.map_or(what.clone(), |line| format!("{what} {line}")))
        })?;
        for what in said {
            let what = what?;
            if what != "ok" {
                faults.push((pragma, what));
            }
        }
    }
    Ok(faults)
}

/// A fact of the ledger that an event must say too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// A redemption.
    Redemption {
        /// The pass.
        pass: PassId,
        /// The service.
        service: ServiceCode,
        /// The workshop's day.
        held_on: NaiveDate,
    },
    /// A void.
    Void {
        /// The pass of the redemption cancelled.
        pass: PassId,
        /// Where its event stands.
        cancels: Place,
        /// Why.
        reason: VoidReason,
    },
}

/// One line of the log, with the facts that stand at its place.
pub struct Line {
    /// Its number.
    pub seq: u64,
    /// The event, when it reads.
    pub event: Option<Event>,
    /// The link kept.
    pub link: Link,
    /// None when it has moved, one, or (a fault) two.
    pub facts: Vec<Fact>,
    /// Whether it stands under another number since.
    pub has_moved: bool,
}

/// A life of the log, in order, handed to `visit` line by line: a log may be long.
pub fn read_log(db: &Connection, life: &Life, visit: &mut dyn FnMut(Line)) -> Result<(), Error> {
    let mut statement = db.prepare(
        "SELECT e.seq, e.content, e.link,
           r.programme_id, r.booklet, r.rank, r.service, r.held_on,
           c.programme_id, c.booklet, c.rank, c.epoch, c.seq, v.reason,
           EXISTS (SELECT 1 FROM moves m WHERE m.old_epoch = e.epoch AND m.old_seq = e.seq)
         FROM events e
         LEFT JOIN redemptions r ON r.epoch = e.epoch AND r.seq = e.seq
         LEFT JOIN voids v ON v.epoch = e.epoch AND v.seq = e.seq
         LEFT JOIN redemptions c ON c.id = v.redemption_id
         WHERE e.epoch = ?1 ORDER BY e.seq",
    )?;
    let mut rows = statement.query([Column(life.epoch)])?;
    while let Some(row) = rows.next()? {
        visit(Line {
            seq: row.get(0)?,
            event: minicbor::decode(&row.get::<_, Vec<u8>>(1)?).ok(),
            link: row.get::<_, Column<Link>>(2)?.0,
            facts: redemption_at(row)?.into_iter().chain(void_at(row)?).collect(),
            has_moved: row.get(14)?,
        });
    }
    Ok(())
}

fn redemption_at(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    let service: Option<u8> = row.get(6)?;
    let Some(service) = service.map(ServiceCode) else {
        return Ok(None);
    };
    let held_on: Column<NaiveDate> = row.get(7)?;
    Ok(Some(Fact::Redemption {
        pass: pass(row, 3)?,
        service,
        held_on: held_on.0,
    }))
}

fn void_at(row: &Row<'_>) -> rusqlite::Result<Option<Fact>> {
    let reason: Option<String> = row.get(13)?;
    let Some(reason) = reason.and_then(|code| VoidReason::from_code(&code)) else {
        return Ok(None);
    };
    let epoch: Column<Epoch> = row.get(11)?;
    Ok(Some(Fact::Void {
        pass: pass(row, 8)?,
        cancels: Place {
            epoch: epoch.0,
            seq: row.get(12)?,
        },
        reason,
    }))
}

/// Redemptions whose attempt is not the number of earlier voids of their pass: taken twice.
pub fn wrong_attempts(db: &Connection) -> Result<Vec<i64>, Error> {
    db.prepare(
        "SELECT r.id FROM redemptions r
         WHERE r.attempt <> (
           SELECT count(*) FROM redemptions earlier JOIN voids ON voids.redemption_id = earlier.id
           WHERE earlier.programme_id = r.programme_id AND earlier.booklet = r.booklet
             AND earlier.rank = r.rank AND earlier.id < r.id)",
    )?
    .query_map([], |row| row.get(0))?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// Redemptions whose stored standing or amount is not what the facts imply.
pub fn wrong_standings(db: &Connection, own: DeviceId) -> Result<Vec<i64>, Error> {
    let mut statement = db.prepare(&format!(
        "SELECT r.id, s.standing, s.amount_cents IS r.amount_cents,
           EXISTS (SELECT 1 FROM voids WHERE voids.redemption_id = r.id),
           (SELECT coalesce(
               (SELECT d.content FROM decisions d
                WHERE d.device = ?1 AND d.epoch = r.epoch AND d.seq = r.seq AND {COUNTS}
                ORDER BY d.number DESC LIMIT 1),
               v.content)
             FROM verdicts v WHERE v.epoch = r.epoch AND v.seq = r.seq)
         FROM redemptions r LEFT JOIN standings s ON s.redemption_id = r.id"
    ))?;
    let mut rows = statement.query([Column(own)])?;
    let mut wrong = Vec::new();
    while let Some(row) = rows.next()? {
        let stored: Option<String> = row.get(1)?;
        let verdict: Option<Vec<u8>> = row.get(4)?;
        let implied = match (row.get(3)?, verdict) {
            (true, _) => "voided",
            (false, Some(content)) => batches::standing_after(&redemptions::read_verdict(&content)?),
            (false, None) => "kept",
        };
        if stored.as_deref() != Some(implied) || !row.get::<_, bool>(2)? {
            wrong.push(row.get(0)?);
        }
    }
    Ok(wrong)
}

/// Each stored sum beside what it sums: `(standing, stored, summed)`.
pub fn sums(db: &Connection) -> Result<Vec<(String, Tally, Tally)>, Error> {
    db.prepare(
        "SELECT t.standing, t.count, t.amount_cents, count(s.redemption_id), coalesce(sum(s.amount_cents), 0)
         FROM tallies t LEFT JOIN standings s ON s.standing = t.standing GROUP BY t.standing ORDER BY t.standing",
    )?
    .query_map([], |row| {
        let stored = Tally { count: count(row, 1)?, amount_cents: cents(row, 2)? };
        Ok((row.get(0)?, stored, Tally { count: count(row, 3)?, amount_cents: cents(row, 4)? }))
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// A sealed batch, and the bytes of its receipt once it has one.
pub type SealedAndSigned = (Sealed, Option<Vec<u8>>);

/// The batches of a life, in order, each with its receipt as received.
pub fn list_sealed(db: &Connection, epoch: Epoch) -> Result<Vec<SealedAndSigned>, Error> {
    batches::list_sealed(db, epoch)?
        .into_iter()
        .map(|sealed| {
            let mut statement = db.prepare_cached(
                "SELECT signed FROM receipts JOIN batches ON batches.id = batch_id WHERE epoch = ?1 AND first_seq = ?2",
            )?;
            let receipt = statement
                .query_map(params![Column(epoch), sealed.first_seq], |row| row.get(0))?
                .next()
                .transpose()?;
            Ok((sealed, receipt))
        })
        .collect()
}

/// The verdicts kept for the events of a batch, in order.
pub fn list_verdicts(db: &Connection, sealed: &Sealed) -> Result<Vec<Verdict>, Error> {
    db.prepare_cached("SELECT content FROM verdicts WHERE epoch = ?1 AND seq BETWEEN ?2 AND ?3 ORDER BY seq")?
        .query_map(
            params![Column(sealed.epoch), sealed.first_seq, sealed.last_seq],
            |row| row.get::<_, Vec<u8>>(0),
        )?
        .map(|content| minicbor::decode(&content?).map_err(damaged))
        .collect()
}
