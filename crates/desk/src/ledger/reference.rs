//! What clearing last told: programmes, keys, booklets, passes spent.

use super::values::{Column, damaged};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    exchange::StateVersion,
    id::ServerId,
    key::PublicKey,
    pass::{PassId, PassKey, PassKeyId},
    pass_set::{PassSet, is_in_block},
    programme::{Programme, ProgrammeId},
    redemption::BookletStanding,
    scan::Reference,
    wire::{BookletRange, ProgrammePart, ProgrammeWhole, State, WholeState},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

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
        .query_row(params![pass.programme.0, pass.booklet], booklet_range)
        .optional()?;
    Ok(match range {
        Some(range) if pass.booklet <= range.last => range.standing(),
        Some(_) | None => BookletStanding::Unlisted,
    })
}

/// The civil day (UTC) of the list that says the pass is spent, if it does.
pub fn spent_known_on(db: &Connection, pass: PassId) -> Result<Option<NaiveDate>, Error> {
    let bits: Option<Vec<u8>> = db
        .prepare_cached("SELECT bits FROM spent_blocks WHERE programme_id = ?1 AND block = ?2")?
        .query_row(
            params![pass.programme.0, PassSet::block_of(pass.booklet)],
            |row| row.get(0),
        )
        .optional()?;
    if !bits.is_some_and(|bits| is_in_block(&bits, pass.booklet, pass.rank)) {
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

/// All that is held, as it stands in the ledger.
pub fn whole(db: &Connection) -> Result<WholeState, Error> {
    let Reference { programmes, keys } = load(db)?;
    let programmes = programmes.into_iter().map(|terms| {
        let known = ProgrammeWhole {
            booklets: booklets(db, terms.id)?,
            spent: spent(db, &terms)?,
            terms,
        };
        Ok((known.terms.id, known))
    });
    Ok(WholeState {
        keys,
        programmes: programmes.collect::<Result<_, Error>>()?,
    })
}

/// Writes what a state has changed: what was held before, if it counts, and what is known since.
pub fn adopt(db: &Connection, state: &State, before: &WholeState, whole: &WholeState) -> Result<(), Error> {
    if state.since.is_none() {
        db.execute_batch("DELETE FROM programmes;")?;
    }
    if state.keys.is_some() {
        db.execute_batch("DELETE FROM pass_keys;")?;
        for key in &whole.keys {
            db.execute(
                "INSERT INTO pass_keys (id, public) VALUES (?1, ?2)",
                params![key.id.0, key.public.0],
            )?;
        }
    }
    for part in &state.programmes {
        if let Some(programme) = whole.programmes.get(&part.id) {
            let spent_before = before.programmes.get(&part.id).map(|before| &before.spent);
            adopt_part(db, part, spent_before, programme)?;
        }
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
    Ok(())
}

fn adopt_part(
    db: &Connection,
    part: &ProgrammePart,
    spent_before: Option<&PassSet>,
    known: &ProgrammeWhole,
) -> Result<(), Error> {
    let id = part.id.0;
    if let Some(terms) = &part.terms {
        let content = serde_json::to_string(terms).map_err(damaged)?;
        db.execute(
            "INSERT INTO programmes (id, content) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET content = ?2",
            params![id, content],
        )?;
    }
    if part.booklets.is_some() {
        db.execute("DELETE FROM booklet_ranges WHERE programme_id = ?1", [id])?;
        let mut ranges = db.prepare_cached(
            "INSERT INTO booklet_ranges (programme_id, first, last, activated, blocked_since) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for range in &known.booklets {
            ranges.execute(params![
                id,
                range.first,
                range.last,
                range.activated,
                range.blocked_since.map(Column)
            ])?;
        }
    }
    let none = PassSet::new(known.terms.passes_per_booklet);
    let changed = known.spent.blocks_unlike(spent_before.unwrap_or(&none));
    let mut kept = db.prepare_cached(
        "INSERT INTO spent_blocks (programme_id, block, bits) VALUES (?1, ?2, ?3)
         ON CONFLICT (programme_id, block) DO UPDATE SET bits = ?3",
    )?;
    let mut emptied = db.prepare_cached("DELETE FROM spent_blocks WHERE programme_id = ?1 AND block = ?2")?;
    for block in changed {
        match known.spent.find_block(block) {
            Some(bits) => kept.execute(params![id, block, bits])?,
            None => emptied.execute(params![id, block])?,
        };
    }
    Ok(())
}

fn booklets(db: &Connection, programme: ProgrammeId) -> Result<Vec<BookletRange>, Error> {
    let mut ranges = db.prepare_cached(
        "SELECT first, last, activated, blocked_since FROM booklet_ranges WHERE programme_id = ?1 ORDER BY first",
    )?;
    let ranges = ranges.query_map([programme.0], booklet_range)?;
    Ok(ranges.collect::<Result<_, _>>()?)
}

fn booklet_range(row: &Row<'_>) -> rusqlite::Result<BookletRange> {
    Ok(BookletRange {
        first: row.get(0)?,
        last: row.get(1)?,
        activated: row.get(2)?,
        blocked_since: row.get::<_, Option<Column<NaiveDate>>>(3)?.map(|day| day.0),
    })
}

fn spent(db: &Connection, terms: &Programme) -> Result<PassSet, Error> {
    let mut blocks =
        db.prepare_cached("SELECT block, bits FROM spent_blocks WHERE programme_id = ?1 ORDER BY block")?;
    let blocks = blocks.query_map([terms.id.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let blocks: Vec<(u32, Vec<u8>)> = blocks.collect::<Result<_, _>>()?;
    PassSet::from_blocks(terms.passes_per_booklet, blocks)
        .ok_or_else(|| damaged("a block of spent passes of another size"))
}
