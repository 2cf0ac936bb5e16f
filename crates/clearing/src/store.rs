//! The books on disk. SQL stands here and nowhere else in this crate; what goes in and comes out
//! are the values of [`crate::books`], so that another engine can keep the same books.
//!
//! One writer, one transaction at a time; questions read on a connection of their own. The command
//! line may write while the service runs: SQLite's lock orders the two.

mod booklets;
mod columns;
mod credits;
mod decisions;
mod devices;
mod generations;
mod log;
mod open;
mod programmes;
mod state;
mod status;
mod structures;

pub use log::BatchRow;
pub use status::Counts;

use crate::error::Error;
use rusqlite::{Connection, TransactionBehavior};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The books of one clearing service.
pub struct Store {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

/// The books as seen by one transaction.
pub struct Books<'a>(&'a Connection);

impl Store {
    /// Writes: `act` is one transaction, kept whole or not at all.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    pub fn write<T>(&self, act: impl FnOnce(&Books<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut writer = alone(&self.writer);
        let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = act(&Books(&tx))?;
        tx.commit()?;
        Ok(outcome)
    }

    /// Reads: `look` sees one state of the books.
    ///
    /// # Errors
    /// What `look` says, or the books do not answer.
    pub fn read<T>(&self, look: impl FnOnce(&Books<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut reader = alone(&self.reader);
        let tx = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        look(&Books(&tx))
    }
}

/// A panic elsewhere has rolled its transaction back: the connection is as good as before.
fn alone(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
