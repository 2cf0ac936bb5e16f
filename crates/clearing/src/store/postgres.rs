//! The books in PostgreSQL, for a service that several machines may run.
//!
//! A write that says how far it goes runs beside others that go elsewhere; one that does not say runs
//! alone (docs/adr/0006-writers-side-by-side.md). Readers see one snapshot and stop nobody.

mod address;
mod ahead;
mod booklets;
mod columns;
mod comeback;
mod complaint;
mod credits;
mod decisions;
mod devices;
mod encryption;
mod figures;
mod generations;
mod held_back;
mod locks;
mod log;
mod objections;
mod office;
mod open;
mod pool;
mod programmes;
mod question;
mod run;
mod session;
mod settlements;
mod structures;

use super::{Act, Reach, Store};
use crate::error::Error;
use ahead::Ahead;
use pool::Pool;
use run::{read, write};
use session::Session;
use std::cell::{Cell, RefCell};

/// Begins a question: one state of the books.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Books kept in a PostgreSQL database. Calls block: from asynchronous code they belong on a
/// blocking thread.
pub struct PostgresStore {
    writers: Pool,
    readers: Pool,
}

/// The books as seen by one transaction.
struct PostgresBooks<'a> {
    session: RefCell<&'a mut Session>,
    /// Whether something was refused: PostgreSQL hears nothing more in this transaction.
    has_failed: Cell<bool>,
    /// The last place given in the order of arrival.
    last_place: Cell<i64>,
    /// What was looked up for the batch that is being judged.
    ahead: RefCell<Option<Ahead>>,
}

impl Store for PostgresStore {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        self.write_after(locks::ALONE, act)
    }

    fn transact_within(&self, reach: &Reach, act: &mut Act<'_>) -> Result<(), Error> {
        self.write_after(&locks::begin_within(reach), act)
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        let mut lent = self.readers.begin(SNAPSHOT)?;
        let ended = read(&mut lent, act);
        lent.end(&ended);
        ended.into_result()
    }
}

impl PostgresStore {
    /// Runs the act in the transaction that these statements begin.
    fn write_after(&self, begin: &str, act: &mut Act<'_>) -> Result<(), Error> {
        let mut lent = self.writers.begin(begin)?;
        let ended = write(&mut lent, act);
        lent.end(&ended);
        ended.into_result()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
