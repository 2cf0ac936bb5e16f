//! What clearing last told: programmes, keys, booklets, passes spent.

use super::values::{Column, damaged};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    exchange::StateVersion,
    id::ServerId,
    key::PublicKey,
    pass::{PassId, PassKey, PassKeyId, Rank},
    redemption::BookletStanding,
    scan::Reference,
    wire::{BookletRange, ProgrammeState, State},
};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeMap;

/// What codes are checked against.
pub fn load(db: &Connection) -> Result<Reference, Error> {
    let programmes = db
        .prepare_cached("SELECT content FROM programmes ORDER BY id")?
        .query_map([], |row| row.get::<_, String>(0))?
        .map(|content| serde_json::from_str(&content?).map_err(damaged))
        .collect::<Result<_, Error>>()?;
    let keys = db
        .prepare_cached("SELECT id, public FROM pass_keys ORDER BY id")?
        .query_map([], |row| {
            Ok(PassKey {
                id: PassKeyId(row.get(0)?),
                public: PublicKey(row.get(1)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(Reference { programmes, keys })
}

/// What the list says of a booklet.
pub fn standing(db: &Connection, pass: PassId) -> Result<BookletStanding, Error> {
    let range = db
        .prepare_cached(
            "SELECT first, last, activated, blocked_since FROM booklet_ranges
             WHERE programme_id = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1",
        )?
        .query_row(params![pass.programme.0, pass.booklet], |row| {
            Ok(BookletRange {
                first: row.get(0)?,
                last: row.get(1)?,
                activated: row.get(2)?,
                blocked_since: row.get::<_, Option<Column<NaiveDate>>>(3)?.map(|day| day.0),
            })
        })
        .optional()?;
    Ok(match range {
        Some(range) if pass.booklet <= range.last => range.standing(),
        Some(_) | None => BookletStanding::Unlisted,
    })
}

/// The civil day (UTC) of the list that says the pass is spent, if it does.
pub fn spent_known_on(db: &Connection, pass: PassId) -> Result<Option<NaiveDate>, Error> {
    let ranks: Option<[u8; 32]> = db
        .prepare_cached("SELECT ranks FROM spent_states WHERE programme_id = ?1 AND booklet = ?2")?
        .query_row(params![pass.programme.0, pass.booklet], |row| row.get(0))
        .optional()?;
    if !ranks.is_some_and(|ranks| is_set(&ranks, pass.rank)) {
        return Ok(None);
    }
    known_on(db)
}

/// The civil day (UTC) of the list that is held, if any.
pub fn known_on(db: &Connection) -> Result<Option<NaiveDate>, Error> {
    let time: Option<i64> = db
        .query_row("SELECT server_time FROM states", [], |row| row.get(0))
        .optional()?;
    Ok(time
        .and_then(|time| chrono::DateTime::from_timestamp(time, 0))
        .map(|time| time.date_naive()))
}

/// Which state is held, if any.
pub fn version(db: &Connection) -> Result<Option<StateVersion>, Error> {
    let held = db
        .query_row("SELECT generation, version FROM states", [], |row| {
            Ok(StateVersion {
                generation: row.get(0)?,
                version: row.get(1)?,
            })
        })
        .optional()?;
    Ok(held)
}

/// Replaces the figures by those of a state whose signature was checked. An older state than the
/// one held changes nothing: answers `false`.
pub fn replace(db: &Connection, state: &State) -> Result<bool, Error> {
    let offered = StateVersion {
        generation: state.generation,
        version: state.version,
    };
    if version(db)?.is_some_and(|held| held >= offered) {
        return Ok(false);
    }
    db.execute_batch("DELETE FROM pass_keys; DELETE FROM programmes;")?;
    for key in &state.keys {
        db.execute(
            "INSERT INTO pass_keys (id, public) VALUES (?1, ?2)",
            params![key.id.0, key.public.0],
        )?;
    }
    for programme in &state.programmes {
        insert_programme(db, programme)?;
    }
    db.execute(
        "INSERT INTO states (id, server, generation, version, server_time) VALUES (1, ?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET server = ?1, generation = ?2, version = ?3, server_time = ?4",
        params![
            Column::<ServerId>(state.server),
            state.generation,
            state.version,
            state.server_time
        ],
    )?;
    Ok(true)
}

fn insert_programme(db: &Connection, state: &ProgrammeState) -> Result<(), Error> {
    let id = state.programme.id.0;
    let content = serde_json::to_string(&state.programme).map_err(damaged)?;
    db.execute(
        "INSERT INTO programmes (id, content) VALUES (?1, ?2)",
        params![id, content],
    )?;
    let mut ranges = db.prepare_cached(
        "INSERT INTO booklet_ranges (programme_id, first, last, activated, blocked_since) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for range in &state.booklets {
        ranges.execute(params![
            id,
            range.first,
            range.last,
            range.activated,
            range.blocked_since.map(Column)
        ])?;
    }
    let mut rows =
        db.prepare_cached("INSERT INTO spent_states (programme_id, booklet, ranks) VALUES (?1, ?2, ?3)")?;
    for (booklet, ranks) in by_booklet(&state.spent().unwrap_or_default()) {
        rows.execute(params![id, booklet, ranks])?;
    }
    Ok(())
}

fn by_booklet(spent: &[(u32, Rank)]) -> BTreeMap<u32, [u8; 32]> {
    let mut booklets: BTreeMap<u32, [u8; 32]> = BTreeMap::new();
    for &(booklet, rank) in spent {
        booklets.entry(booklet).or_insert([0; 32])[usize::from(rank / 8)] |= 1 << (rank % 8);
    }
    booklets
}

const fn is_set(ranks: &[u8; 32], rank: Rank) -> bool {
    ranks[(rank / 8) as usize] & (1 << (rank % 8)) != 0
}
