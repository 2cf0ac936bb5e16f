//! The keys that clearing has had: each replaced the one before it, and both have said so.

use super::values::Column;
use crate::error::Error;
use passerelle_domain::{key::PublicKey, wire::KeyChain};
use rusqlite::{Connection, OptionalExtension, params};

/// The keys that this one has taken over from, the oldest first, as far as they are known.
pub fn list_replaced(db: &Connection, key: PublicKey) -> Result<Vec<PublicKey>, Error> {
    let mut before = db.prepare_cached("SELECT replaces FROM server_keys WHERE public = ?1")?;
    let mut replaced = Vec::new();
    let mut key = key;
    while let Some(found) = before.query_row([key.0], |row| row.get(0)).optional()? {
        key = PublicKey(found);
        // A ledger that was joined to another service in between could lead in a circle.
        if replaced.contains(&key) {
            break;
        }
        replaced.push(key);
    }
    replaced.reverse();
    Ok(replaced)
}

/// Keeps a chain that was followed, and trusts its last key from now on. What is known of it stays as it is.
pub fn adopt(db: &Connection, chain: &KeyChain, now: i64) -> Result<(), Error> {
    let mut insert = db.prepare_cached(
        "INSERT INTO server_keys (public, replaces, number, signed, adopted_at)
         SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM server_keys WHERE public = ?1)",
    )?;
    for each in chain.successions() {
        insert.execute(params![each.new.0, each.old.0, each.number, each.to_bytes(), now])?;
    }
    let Some(last) = chain.successions().last() else {
        return Ok(());
    };
    db.execute(
        "UPDATE devices SET server = ?1, server_public = ?2",
        params![Column(last.new.server_id()), last.new.0],
    )?;
    Ok(())
}
