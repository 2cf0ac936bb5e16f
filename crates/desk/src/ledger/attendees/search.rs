//! Finding people at each key pressed, and those who may be one person twice.

use crate::error::Error;
use passerelle_domain::{
    attendee::Identity,
    fold::{self, NameQuery},
    id::AttendeeId,
};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Letters of a surname that a slip of the hand seldom touches: where doubles are looked for.
const STEM: usize = 3;

/// At most this many people are compared for one new person.
const CANDIDATES_MOST: u32 = 2_000;

/// Somebody already here, to compare with the one about to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The person.
    pub id: AttendeeId,
    /// Surname.
    pub surname: String,
    /// First name.
    pub first_name: String,
    /// Birth year.
    pub birth_year: Option<u16>,
}

impl Candidate {
    /// What tells them from others.
    pub fn identity(&self) -> Identity<'_> {
        Identity {
            surname: &self.surname,
            first_name: &self.first_name,
            birth_year: self.birth_year,
        }
    }
}

/// The first `limit` people whom a search means, in the order of the word that was looked for.
///
/// The longest chunk drives: its words are walked in order, each person met is held against the others, and the
/// walk ends with the page. So one letter costs no more than twenty.
pub fn search(db: &Connection, query: &NameQuery, limit: usize) -> Result<Vec<AttendeeId>, Error> {
    let mut found: Vec<AttendeeId> = Vec::new();
    let longest = query.chunks().iter().max_by_key(|chunk| chunk.squeezed.len());
    let Some(driver) = longest.and_then(|chunk| chunk.parts.iter().max_by_key(|part| part.len())) else {
        return Ok(found);
    };
    let mut prefixes = vec![driver.as_str()];
    // `N'Diaye` typed for one who is written `Ndiaye`, `le goff` for `Legoff`: all run together.
    prefixes.extend(longest.map(|chunk| chunk.squeezed.as_str()));
    prefixes.push(query.squeezed());
    prefixes.dedup();
    for prefix in prefixes {
        walk(db, prefix, limit, &mut found, |id| {
            Ok(query.matches(&words(db, id)?))
        })?;
    }
    Ok(found)
}

/// The people seen last, the latest first.
pub fn list_last_seen(db: &Connection, limit: usize) -> Result<Vec<AttendeeId>, Error> {
    db.prepare_cached(
        "SELECT p.attendee_id FROM
           (SELECT id, held_on FROM workshops ORDER BY held_on DESC, id DESC LIMIT 60) w
         JOIN attendances p ON p.workshop_id = w.id
         GROUP BY p.attendee_id ORDER BY max(w.held_on) DESC, max(p.recorded_at) DESC LIMIT ?1",
    )?
    .query_map([limit], |row| row.get(0).map(AttendeeId))?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// People who share a name with a new one, or the first letters of one.
pub fn list_candidates(db: &Connection, surname: &str, first_name: &str) -> Result<Vec<Candidate>, Error> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT a.id, a.surname, a.first_name, a.birth_year
         FROM attendee_words JOIN attendees a ON a.id = attendee_id
         WHERE word >= ?1 AND word < ?2 LIMIT ?3",
    )?;
    for stem in stems(surname, first_name) {
        let rows = statement.query_map(params![stem, past(&stem), CANDIDATES_MOST], |row| {
            Ok(Candidate {
                id: AttendeeId(row.get(0)?),
                surname: row.get(1)?,
                first_name: row.get(2)?,
                birth_year: row.get(3)?,
            })
        })?;
        for row in rows {
            let candidate = row?;
            if seen.insert(candidate.id) {
                found.push(candidate);
            }
        }
    }
    Ok(found)
}

/// The beginnings under which a double would stand: of each name whole, and of each of its parts.
fn stems(surname: &str, first_name: &str) -> BTreeSet<String> {
    let names = [surname, first_name];
    let words = names
        .iter()
        .flat_map(|name| fold::parts(name).into_iter().chain([fold::squeeze(name)]));
    words
        .map(|word| word.chars().take(STEM).collect::<String>())
        .filter(|stem| stem.chars().count() > 1)
        .collect()
}

/// Adds to `found` those under `prefix` that `is_meant`, in the order of their words, until there are `limit`.
fn walk(
    db: &Connection,
    prefix: &str,
    limit: usize,
    found: &mut Vec<AttendeeId>,
    mut is_meant: impl FnMut(AttendeeId) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut statement = db.prepare_cached(
        "SELECT attendee_id FROM attendee_words WHERE word >= ?1 AND word < ?2 ORDER BY word",
    )?;
    let mut rows = statement.query(params![prefix, past(prefix)])?;
    let mut seen: BTreeSet<AttendeeId> = found.iter().copied().collect();
    while let (true, Some(row)) = (found.len() < limit, rows.next()?) {
        let id = AttendeeId(row.get(0)?);
        if seen.insert(id) && is_meant(id)? {
            found.push(id);
        }
    }
    Ok(())
}

/// The words by which a person is found.
fn words(db: &Connection, id: AttendeeId) -> Result<BTreeSet<String>, Error> {
    db.prepare_cached("SELECT word FROM attendee_words WHERE attendee_id = ?1")?
        .query_map([id.0], |row| row.get(0))?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// The first text after all those that start with `prefix`.
fn past(prefix: &str) -> String {
    format!("{prefix}\u{10ffff}")
}
