//! The device's log. Append-only: nothing here changes what is written.

use super::{
    device::{self, Life},
    values::{Column, damaged},
};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    day,
    event::{Act, Event, Link},
    id::{BirthId, Epoch, SiteId},
};
use rusqlite::{Connection, OptionalExtension, params};

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The life.
    pub epoch: Epoch,
    /// The number in it.
    pub seq: u64,
}

impl From<BirthId> for Place {
    fn from(BirthId { epoch, seq, .. }: BirthId) -> Self {
        Self { epoch, seq }
    }
}

/// Appends an event to the current life. Call it in the transaction that writes the fact itself.
pub fn append(db: &Connection, on: NaiveDate, site: SiteId, act: Act) -> Result<Place, Error> {
    let life = device::current_life(db)?;
    let (seq, link) = head(db, &life)?;
    let event = Event {
        seq: seq + 1,
        day: day::within_calendar(on),
        site: u16::try_from(site.0).map_err(damaged)?,
        act,
    };
    let content = minicbor::to_vec(event).expect("the day was brought within the wire's calendar");
    db.prepare_cached("INSERT INTO events (epoch, seq, content, link) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![
            Column(life.epoch),
            event.seq,
            content,
            Column(link.then(&event))
        ])?;
    Ok(Place {
        epoch: life.epoch,
        seq: event.seq,
    })
}

/// The last number and link of a life: 0 and its root when nothing is written.
pub fn head(db: &Connection, life: &Life) -> Result<(u64, Link), Error> {
    let last = db
        .prepare_cached("SELECT seq, link FROM events WHERE epoch = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([Column(life.epoch)], |row| {
            Ok((row.get(0)?, row.get::<_, Column<Link>>(1)?.0))
        })
        .optional()?;
    match last {
        Some(last) => Ok(last),
        None => Ok((0, root(db, life)?)),
    }
}

/// The link after event `seq` of a life; its root for 0.
pub fn link_after(db: &Connection, life: &Life, seq: u64) -> Result<Link, Error> {
    if seq == 0 {
        return root(db, life);
    }
    let link: Column<Link> = db.query_row(
        "SELECT link FROM events WHERE epoch = ?1 AND seq = ?2",
        params![Column(life.epoch), seq],
        |row| row.get(0),
    )?;
    Ok(link.0)
}

fn root(db: &Connection, life: &Life) -> Result<Link, Error> {
    Ok(Link::root(device::get(db)?.id, life.epoch, life.parent.as_ref()))
}

/// At most `limit` events of a life, from `first` on, in order.
pub fn list(db: &Connection, epoch: Epoch, first: u64, limit: usize) -> Result<Vec<Event>, Error> {
    let mut statement =
        db.prepare_cached("SELECT content FROM events WHERE epoch = ?1 AND seq >= ?2 ORDER BY seq LIMIT ?3")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![Column(epoch), first, limit], |row| {
        row.get::<_, Vec<u8>>(0)
    })?;
    rows.map(|content| minicbor::decode(&content?).map_err(damaged))
        .collect()
}

/// Every life, the oldest first.
pub fn list_lives(db: &Connection) -> Result<Vec<Life>, Error> {
    let epochs = db
        .prepare("SELECT epoch FROM epochs ORDER BY number")?
        .query_map([], |row| row.get::<_, Column<Epoch>>(0))?
        .collect::<Result<Vec<_>, _>>()?;
    epochs
        .into_iter()
        .map(|epoch| device::get_life(db, epoch.0))
        .collect()
}
