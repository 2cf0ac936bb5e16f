//! The people who work here.

use crate::{error::Error, view::Account};
use passerelle_domain::id::AccountId;
use rusqlite::{Connection, OptionalExtension, Row, params};

const ROW: &str = "SELECT id, name, title FROM accounts";

/// Adds an account.
pub fn insert(db: &Connection, name: &str, title: &str) -> Result<AccountId, Error> {
    db.execute(
        "INSERT INTO accounts (name, title) VALUES (?1, ?2)",
        [name, title],
    )?;
    Ok(AccountId(db.last_insert_rowid()))
}

/// Changes an account.
///
/// # Errors
/// It is not there.
pub fn update(db: &Connection, id: AccountId, name: &str, title: &str) -> Result<(), Error> {
    let changed = db.execute(
        "UPDATE accounts SET name = ?2, title = ?3 WHERE id = ?1",
        params![id.0, name, title],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing("account"))
    }
}

/// The account of that row.
///
/// # Errors
/// It is not there.
pub fn get(db: &Connection, id: AccountId) -> Result<Account, Error> {
    db.prepare_cached(&format!("{ROW} WHERE id = ?1"))?
        .query_row([id.0], read_row)
        .optional()?
        .ok_or(Error::Missing("account"))
}

/// Every account in use, by name.
pub fn list(db: &Connection) -> Result<Vec<Account>, Error> {
    db.prepare_cached(&format!("{ROW} WHERE closed_on IS NULL ORDER BY name, id"))?
        .query_map([], read_row)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: AccountId(row.get(0)?),
        name: row.get(1)?,
        title: row.get(2)?,
    })
}
