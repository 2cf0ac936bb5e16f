//! Clearing's word on whose this device's key is.

use crate::error::Error;
use rusqlite::{Connection, OptionalExtension, params};

/// Keeps a credential as clearing signed it; the same again is no news.
pub fn record(db: &Connection, signed: &[u8], now: i64) -> Result<(), Error> {
    if find(db)?.as_deref() == Some(signed) {
        return Ok(());
    }
    db.execute(
        "INSERT INTO credentials (signed, received_at) VALUES (?1, ?2) ON CONFLICT (signed) DO NOTHING",
        params![signed, now],
    )?;
    Ok(())
}

/// The last one that clearing gave, as it signed it.
pub fn find(db: &Connection) -> Result<Option<Vec<u8>>, Error> {
    let signed = db
        .prepare_cached("SELECT signed FROM credentials ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(signed)
}
