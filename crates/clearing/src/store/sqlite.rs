//! The books in one SQLite file: nothing to install.
//!
//! One connection writes, one act at a time; questions read on a connection of their own. The command
//! line may write while the service runs: SQLite's lock orders the two.

mod booklets;
mod columns;
mod comeback;
mod copy;
mod credits;
mod decisions;
mod devices;
mod figures;
mod generations;
mod log;
mod objections;
mod office;
mod open;
mod programmes;
mod settlements;
mod structures;
mod writers;

use super::{Act, Fault, Store};
use crate::error::Error;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::sync::{Mutex, MutexGuard, PoisonError};
use writers::Writers;

/// Books kept in a file.
pub struct SqliteStore {
    writers: Writers,
    reader: Mutex<Connection>,
}

/// The books as one act sees them.
struct SqliteBooks<'a>(&'a Connection);

impl Store for SqliteStore {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        self.writers.write(|connection| act(&SqliteBooks(connection)))
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        let mut reader = alone(&self.reader);
        let tx = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        act(&SqliteBooks(&tx))
    }
}

/// What SQLite says, in the words of every engine.
impl From<rusqlite::Error> for Error {
    fn from(fault: rusqlite::Error) -> Self {
        Self::Books(match fault.sqlite_error_code() {
            Some(ErrorCode::ConstraintViolation) => Fault::Forbidden(fault.to_string()),
            Some(_) | None => Fault::Engine(Box::new(fault)),
        })
    }
}

/// A panic elsewhere has rolled its transaction back: what is kept here is as good as before.
fn alone<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
