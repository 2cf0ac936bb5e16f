//! What clearing has of this device's log and this ledger has not: it is an old copy of itself, or a copy
//! of it goes on elsewhere.

use super::{
    batches,
    device::{self, Life, Moved},
    log::{self, Place},
    redemptions::{self, Voiding},
    values::{Column, count},
};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    event::{Act, Event, Link, Parent},
    exchange::{Overtaken, Recovered},
    id::{Epoch, SiteId},
    pass::PassId,
    programme::ProgrammeId,
    wire::Verdict,
};
use rusqlite::{Connection, OptionalExtension, params};

/// The last event of a life that is still this ledger's; `None` when all are.
pub fn find_end(db: &Connection, epoch: Epoch) -> Result<Option<u64>, Error> {
    let end = db
        .prepare_cached("SELECT min(last_seq) FROM overtakings WHERE epoch = ?1")?
        .query_row([Column(epoch)], |row| row.get(0))?;
    Ok(end)
}

/// The link of this ledger's own log after that event, its root for 0.
pub fn find_link(db: &Connection, epoch: Epoch, seq: u64) -> Result<Option<Link>, Error> {
    let Some(life) = device::find_life(db, epoch)? else {
        return Ok(None);
    };
    if seq == 0 {
        return log::link_after(db, &life, 0).map(Some);
    }
    let link: Option<Column<Link>> = db
        .prepare_cached(
            "SELECT link FROM events e WHERE epoch = ?1 AND seq = ?2
               AND NOT EXISTS (SELECT 1 FROM overtakings o WHERE o.epoch = e.epoch AND o.last_seq < e.seq)",
        )?
        .query_row(params![Column(epoch), seq], |row| row.get(0))
        .optional()?;
    Ok(link.map(|link| link.0))
}

/// Lets go of what follows in an overtaken life, and writes it again in a new one of that name. Says
/// whether anything had to be done.
pub fn let_go(db: &Connection, overtaken: &Overtaken, new: Epoch, now: i64) -> Result<bool, Error> {
    let (epoch, last_seq) = (overtaken.epoch, overtaken.last_seq);
    let life = device::get_life(db, epoch)?;
    let current = device::current_life(db)?;
    let is_current = current.epoch == epoch;
    let moved = list_after(db, epoch, last_seq)?;
    if moved.is_empty() && !is_current {
        return Ok(false);
    }
    let parent = if is_current {
        Parent {
            epoch,
            seq: last_seq,
            link: log::link_after(db, &life, last_seq)?,
        }
    } else {
        last_of(db, &current)?
    };
    db.execute(
        "INSERT INTO overtakings (epoch, last_seq, found_at) VALUES (?1, ?2, ?3)",
        params![Column(epoch), last_seq, now],
    )?;
    let life = Life {
        epoch: new,
        parent: Some(parent),
        moved: Some(Moved {
            last_seq: moved.len() as u64,
            known_time: overtaken.known_time,
        }),
    };
    let from = find_first_unproven(db, epoch, last_seq)?.unwrap_or(last_seq + 1);
    forget(db, epoch, from)?;
    device::begin_life(db, &life, now)?;
    for event in moved {
        write_again(db, epoch, &event)?;
    }
    Ok(true)
}

fn last_of(db: &Connection, life: &Life) -> Result<Parent, Error> {
    let (seq, link) = log::head(db, life)?;
    let epoch = life.epoch;
    Ok(Parent { epoch, seq, link })
}

/// The events of a life after number `seq` that have not moved yet.
fn list_after(db: &Connection, epoch: Epoch, seq: u64) -> Result<Vec<Event>, Error> {
    let mut events = log::list(db, epoch, seq + 1, usize::MAX)?;
    if let Some(end) = find_end(db, epoch)? {
        events.retain(|event| event.seq <= end);
    }
    Ok(events)
}

fn write_again(db: &Connection, old: Epoch, event: &Event) -> Result<(), Error> {
    let mut fault = None;
    let again = event.moved_to(event.seq, |epoch, seq| {
        let place = now_at(db, Place { epoch, seq });
        let place = place.unwrap_or_else(|error| {
            fault = Some(error);
            Place { epoch, seq }
        });
        (place.epoch, place.seq)
    });
    if let Some(fault) = fault {
        return Err(fault);
    }
    let place = log::append(db, event.day, SiteId(event.site.into()), again.act)?;
    let step = params![Column(old), event.seq, Column(place.epoch), place.seq];
    db.prepare_cached("INSERT INTO moves (old_epoch, old_seq, epoch, seq) VALUES (?1, ?2, ?3, ?4)")?
        .execute(step)?;
    for table in ["redemptions", "voids"] {
        db.prepare_cached(&format!(
            "UPDATE {table} SET epoch = ?3, seq = ?4 WHERE epoch = ?1 AND seq = ?2"
        ))?
        .execute(step)?;
    }
    // Whatever was heard of it under its old number was about another copy's, or is lost to clearing.
    redemptions::set_standing(db, place, "kept")
}

/// Where an event stands now that stood there once.
fn now_at(db: &Connection, place: Place) -> Result<Place, Error> {
    let mut statement =
        db.prepare_cached("SELECT epoch, seq FROM moves WHERE old_epoch = ?1 AND old_seq = ?2")?;
    let mut place = place;
    loop {
        let next = statement
            .query_row(params![Column(place.epoch), place.seq], |row| {
                let epoch: Column<Epoch> = row.get(0)?;
                Ok(Place {
                    epoch: epoch.0,
                    seq: row.get(1)?,
                })
            })
            .optional()?;
        let Some(next) = next else {
            return Ok(place);
        };
        place = next;
    }
}

/// The first event of the answered batches that reach beyond `last_seq`. What answered them proves
/// nothing any more, of their first events neither: clearing has lost it.
fn find_first_unproven(db: &Connection, epoch: Epoch, last_seq: u64) -> Result<Option<u64>, Error> {
    let first = db.query_row(
        "SELECT min(first_seq) FROM batches JOIN receipts ON batch_id = batches.id
         WHERE epoch = ?1 AND last_seq > ?2",
        params![Column(epoch), last_seq],
        |row| row.get(0),
    )?;
    Ok(first)
}

/// Clearing has something else from event `seq` on: what it once had was lost to it.
fn forget(db: &Connection, epoch: Epoch, seq: u64) -> Result<(), Error> {
    db.execute(
        "DELETE FROM recovered_batches WHERE epoch = ?1 AND last_seq >= ?2",
        params![Column(epoch), seq],
    )?;
    for table in ["recovered_events", "verdicts"] {
        db.execute(
            &format!("DELETE FROM {table} WHERE epoch = ?1 AND seq >= ?2"),
            params![Column(epoch), seq],
        )?;
    }
    Ok(())
}

/// The first event of a piece that a copy wrote otherwise, as clearing once said.
fn find_other(db: &Connection, piece: &Recovered) -> Result<Option<u64>, Error> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM recovered_events WHERE epoch = ?1 AND seq = ?2 AND content <> ?3")?;
    for event in &piece.batch.events {
        if statement.exists(params![Column(piece.sealed.epoch), event.seq, encoded(event)])? {
            return Ok(Some(event.seq));
        }
    }
    Ok(None)
}

/// Keeps a piece of the log that this ledger does not hold; says whether it was new.
pub fn keep(db: &Connection, piece: &Recovered, now: i64) -> Result<bool, Error> {
    let sealed = &piece.sealed;
    if let Some(seq) = find_other(db, piece)? {
        forget(db, sealed.epoch, seq)?;
    }
    match batches::find_answer(db, sealed)? {
        Some(true) => return Ok(false),
        Some(false) => {
            batches::record_receipt(db, sealed, &piece.receipt, &piece.signed, now)?;
            return Ok(true);
        }
        None => {}
    }
    let inserted = db.execute(
        "INSERT INTO recovered_batches (epoch, first_seq, last_seq, sealed, signed, recovered_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
        params![
            Column(sealed.epoch),
            sealed.first_seq,
            sealed.last_seq,
            sealed.bytes,
            piece.signed,
            now
        ],
    )?;
    if inserted == 0 {
        return Ok(false);
    }
    for (event, (id, verdict)) in piece.batch.events.iter().zip(piece.receipt.answers()) {
        if find_link(db, id.epoch, id.seq)?.is_some() {
            batches::record_verdict(db, id, verdict)?;
        } else {
            keep_event(db, id.epoch, event, verdict)?;
            if *verdict == Verdict::Voided {
                follow(db, event, now)?;
            }
        }
    }
    Ok(true)
}

/// Cancels here what a copy of this ledger has cancelled: its credit is taken back, so that a list that
/// went on showing it would promise money that nobody pays. Clearing takes back one credit only for both.
fn follow(db: &Connection, event: &Event, now: i64) -> Result<(), Error> {
    let Act::Void {
        epoch, seq, reason, ..
    } = event.act
    else {
        return Ok(());
    };
    let Some((id, account)) = redemptions::find_at(db, Place { epoch, seq })? else {
        return Ok(());
    };
    let found = redemptions::find_voidable(db, id)?;
    let Some(redemption) = found.filter(|redemption| !redemption.is_voided) else {
        return Ok(());
    };
    let voiding = Voiding {
        id,
        redemption,
        reason,
        today: event.day,
        account,
        now,
    };
    redemptions::record_void(db, &voiding)
}

fn keep_event(db: &Connection, epoch: Epoch, event: &Event, verdict: &Verdict) -> Result<(), Error> {
    let pass = event.act.pass();
    let cancels = match event.act {
        Act::Redemption { .. } => None,
        Act::Void { epoch, seq, .. } => Some(Place { epoch, seq }),
    };
    db.prepare_cached(
        "INSERT INTO recovered_events (epoch, seq, content, programme_id, booklet, rank, held_on,
           cancels_epoch, cancels_seq, code, verdict)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        Column(epoch),
        event.seq,
        encoded(event),
        pass.programme.0,
        pass.booklet,
        pass.rank,
        Column(event.day),
        cancels.map(|place| Column(place.epoch)),
        cancels.map(|place| place.seq),
        verdict.code(),
        batches::encoded(verdict),
    ])?;
    Ok(())
}

fn encoded(event: &Event) -> Vec<u8> {
    minicbor::to_vec(event).expect("it came over the wire, so that its day lies within the calendar")
}

/// Redemptions that only a copy of this ledger has written, and has not cancelled.
const STANDING: &str = "FROM recovered_events e WHERE cancels_epoch IS NULL AND NOT EXISTS (
    SELECT 1 FROM recovered_events v WHERE v.cancels_epoch = e.epoch AND v.cancels_seq = e.seq)
  AND code IN ('credited', 'unknown', 'not_activated', 'taken_elsewhere', 'to_examine')";

/// The day on which a copy of this ledger has taken the pass, if one has.
pub fn taken_on(db: &Connection, pass: PassId) -> Result<Option<NaiveDate>, Error> {
    let day: Option<Column<NaiveDate>> = db
        .prepare_cached(&format!(
            "SELECT held_on {STANDING} AND programme_id = ?1 AND booklet = ?2 AND rank = ?3 LIMIT 1"
        ))?
        .query_row(params![pass.programme.0, pass.booklet, pass.rank], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(day.map(|day| day.0))
}

/// How many redemptions only a copy of this ledger has written, by programme.
pub fn count_recovered(db: &Connection) -> Result<Vec<(ProgrammeId, u32)>, Error> {
    db.prepare_cached(&format!(
        "SELECT programme_id, count(*) {STANDING} GROUP BY programme_id"
    ))?
    .query_map([], |row| Ok((ProgrammeId(row.get(0)?), count(row, 1)?)))?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// How many events were written again, because a copy of this ledger had taken their numbers.
pub fn count_moves(db: &Connection) -> Result<u32, Error> {
    let moves = db
        .prepare_cached("SELECT count(*) FROM moves")?
        .query_row([], |row| count(row, 0))?;
    Ok(moves)
}
