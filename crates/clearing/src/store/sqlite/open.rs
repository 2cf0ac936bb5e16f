//! Opening the books: pragmas, identity of the file, schema.

use super::{SqliteStore, writers::Writers};
use crate::error::Error;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::{path::Path, sync::Mutex, time::Duration};

/// "Pclr" in the file's header.
const APPLICATION_ID: i32 = 0x5063_6c72;

/// Each step of the schema, the first bringing `user_version` from 0 to 1. Frozen once shipped.
const MIGRATIONS: [&str; 9] = [
    include_str!("../../../../../migrations/clearing/sqlite/0001_books.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0002_audits.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0003_settlements.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0004_recalls.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0005_credits_given_back.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0006_after_a_restore.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0008_key_replaced.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0009_objections.sql"),
    include_str!("../../../../../migrations/clearing/sqlite/0011_passes_of_months.sql"),
];

impl SqliteStore {
    /// Opens the books, making them at the first start.
    ///
    /// # Errors
    /// The file cannot be opened, is not books of clearing, or is newer than this version.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut writer = connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        // A table that others refer to is made anew under its own name; `migrate` looks at all
        // references before it commits.
        writer.pragma_update(None, "foreign_keys", false)?;
        migrate(&mut writer)?;
        writer.pragma_update(None, "foreign_keys", true)?;
        let reader = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self {
            writers: Writers::new(writer),
            reader: Mutex::new(reader),
        })
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // First of all: even the switch to WAL waits for another process then.
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    // Without it, REPLACE would delete a fact behind the triggers' back.
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

fn migrate(writer: &mut Connection) -> Result<(), Error> {
    let known = u32::try_from(MIGRATIONS.len()).expect("a handful of files");
    loop {
        // Looked up inside the transaction: two processes may start on an empty folder at once.
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let application: i32 = tx.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        let found: u32 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if application != APPLICATION_ID && (application != 0 || found != 0) {
            return Err(Error::Damaged("the file is not the books of a clearing service"));
        }
        if found > known {
            return Err(Error::TooNew { found, known });
        }
        let Some(step) = MIGRATIONS.get(found as usize) else {
            return Ok(());
        };
        tx.execute_batch(step)?;
        if tx.prepare("PRAGMA foreign_key_check")?.exists([])? {
            return Err(Error::Damaged("books that refer to what they do not hold"));
        }
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", found + 1)?;
        tx.commit()?;
    }
}
