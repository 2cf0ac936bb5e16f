//! The people who work here, and the digits by which they take their places.

use super::values::damaged;
use crate::{error::Error, secrets::Cost, view::Account};
use passerelle_domain::{id::AccountId, role::Role};
use rusqlite::{Connection, OptionalExtension, Row, params};

const ROW: &str =
    "SELECT id, name, title, role, EXISTS (SELECT 1 FROM pins WHERE account_id = id) FROM accounts";

/// An account to be kept.
pub struct AccountPlan {
    /// First name and surname.
    pub name: String,
    /// As printed under a certificate; may be blank.
    pub title: String,
    /// What they may do.
    pub role: Role,
}

/// What is kept of somebody's PIN.
pub struct StoredPin {
    /// What one guess costs.
    pub cost: Cost,
    /// Random.
    pub salt: [u8; 16],
    /// What Argon2id makes of the digits.
    pub hash: [u8; 32],
}

/// The tries in a row that have come to no good end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// How many.
    pub count: u32,
    /// When the last one was, in Unix seconds.
    pub last_at: i64,
}

/// Adds an account.
pub fn insert(db: &Connection, plan: &AccountPlan) -> Result<AccountId, Error> {
    db.execute(
        "INSERT INTO accounts (name, title, role) VALUES (?1, ?2, ?3)",
        [&plan.name, &plan.title, plan.role.code()],
    )?;
    Ok(AccountId(db.last_insert_rowid()))
}

/// Changes an account.
///
/// # Errors
/// It is not there.
pub fn update(db: &Connection, id: AccountId, plan: &AccountPlan) -> Result<(), Error> {
    let changed = db.execute(
        "UPDATE accounts SET name = ?2, title = ?3, role = ?4 WHERE id = ?1",
        params![id.0, plan.name, plan.title, plan.role.code()],
    )?;
    found(changed)
}

/// Ends an account: it is chosen no more, and what it did keeps its name.
///
/// # Errors
/// It is not there.
pub fn close(db: &Connection, id: AccountId, today: chrono::NaiveDate) -> Result<(), Error> {
    remove_pin(db, id)?;
    let changed = db.execute(
        "UPDATE accounts SET closed_on = ?2 WHERE id = ?1 AND closed_on IS NULL",
        params![id.0, today.to_string()],
    )?;
    found(changed)
}

/// The account of that row, be it closed.
///
/// # Errors
/// It is not there.
pub fn get(db: &Connection, id: AccountId) -> Result<Account, Error> {
    find(db, id, "")
}

/// The account of that row, if its person still works here.
///
/// # Errors
/// It is not there, or closed.
pub fn get_open(db: &Connection, id: AccountId) -> Result<Account, Error> {
    find(db, id, "AND closed_on IS NULL")
}

/// Every account in use, by name.
pub fn list(db: &Connection) -> Result<Vec<Account>, Error> {
    db.prepare_cached(&format!("{ROW} WHERE closed_on IS NULL ORDER BY name, id"))?
        .query_map([], read_row)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// What is kept of somebody's PIN, if they have one.
pub fn find_pin(db: &Connection, id: AccountId) -> Result<Option<StoredPin>, Error> {
    let sql = "SELECT cost, salt, hash FROM pins WHERE account_id = ?1";
    let row = db.prepare_cached(sql)?.query_row([id.0], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
    });
    let Some((cost, salt, hash)) = row.optional()? else {
        return Ok(None);
    };
    let cost = serde_json::from_str(&cost).map_err(|_| damaged("the cost of a PIN"))?;
    Ok(Some(StoredPin { cost, salt, hash }))
}

/// Keeps somebody's PIN in place of the one before.
pub fn keep_pin(db: &Connection, id: AccountId, pin: &StoredPin) -> Result<(), Error> {
    let cost = serde_json::to_string(&pin.cost).expect("numbers become JSON");
    db.execute(
        "INSERT OR REPLACE INTO pins (account_id, cost, salt, hash) VALUES (?1, ?2, ?3, ?4)",
        params![id.0, cost, pin.salt, pin.hash],
    )?;
    Ok(())
}

/// Forgets somebody's PIN, if they have one.
pub fn remove_pin(db: &Connection, id: AccountId) -> Result<(), Error> {
    db.execute("DELETE FROM pins WHERE account_id = ?1", [id.0])?;
    Ok(())
}

/// The failures in a row of whoever tries somebody's PIN.
pub fn find_failures(db: &Connection, id: AccountId) -> Result<Failures, Error> {
    let sql = "SELECT failures, failed_at FROM pins WHERE account_id = ?1";
    let row = db.prepare_cached(sql)?.query_row([id.0], |row| {
        Ok(Failures {
            count: row.get(0)?,
            last_at: row.get(1)?,
        })
    });
    Ok(row.optional()?.unwrap_or(Failures { count: 0, last_at: 0 }))
}

/// Writes down the failures in a row.
pub fn keep_failures(db: &Connection, id: AccountId, failures: Failures) -> Result<(), Error> {
    db.prepare_cached("UPDATE pins SET failures = ?2, failed_at = ?3 WHERE account_id = ?1")?
        .execute(params![id.0, failures.count, failures.last_at])?;
    Ok(())
}

fn find(db: &Connection, id: AccountId, and: &str) -> Result<Account, Error> {
    db.prepare_cached(&format!("{ROW} WHERE id = ?1 {and}"))?
        .query_row([id.0], read_row)
        .optional()?
        .ok_or(Error::Missing("account"))
}

const fn found(changed: usize) -> Result<(), Error> {
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing("account"))
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Account> {
    let role: String = row.get(3)?;
    Ok(Account {
        id: AccountId(row.get(0)?),
        name: row.get(1)?,
        title: row.get(2)?,
        // The table knows two.
        role: Role::find(&role).unwrap_or_default(),
        has_pin: row.get(4)?,
    })
}
