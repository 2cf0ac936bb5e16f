//! The books in PostgreSQL, for a service that several machines may run.
//!
//! Writers run side by side, each at the isolation level SERIALIZABLE: PostgreSQL keeps only what
//! could have come of them one after the other, and stops the others. Snapshots alone would not do:
//! a batch that finds a booklet asleep and an activation that finds nobody waiting for it would both
//! be kept, and the redemption would wait for ever. A writer that was stopped runs again, and in the
//! end alone, so that it always comes to its end. Readers see one snapshot and stop nobody.

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
mod log;
mod office;
mod open;
mod pool;
mod programmes;
mod question;
mod run;
mod session;
mod settlements;
mod structures;

use super::{Act, Store};
use crate::error::Error;
use ahead::Ahead;
use pool::Pool;
use postgres::{Error as PostgresError, error::SqlState};
use run::{Ended, read, write};
use session::Session;
use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicU64, Ordering},
};

/// How many times a write runs beside others before it runs alone.
const RUNS_BESIDE_OTHERS: usize = 5;

/// Begins a write that others may run beside; a write that runs alone waits for its end.
const BESIDE_OTHERS: &[&str] =
    &["BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT pg_advisory_xact_lock_shared(1348693106, 1)"];

/// Begins a write beside which no other runs: they are waited for before it looks at anything.
const ALONE: &[&str] = &[
    "SELECT pg_advisory_lock(1348693106, 1)",
    "BEGIN ISOLATION LEVEL SERIALIZABLE",
];

/// Lets others in again.
const NO_LONGER_ALONE: &str = "SELECT pg_advisory_unlock(1348693106, 1)";

/// Begins a question: one state of the books.
const SNAPSHOT: &[&str] = &["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"];

/// Books kept in a PostgreSQL database. Calls block: from asynchronous code they belong on a
/// blocking thread.
pub struct PostgresStore {
    writers: Pool,
    readers: Pool,
    retries: AtomicU64,
}

/// The books as seen by one transaction.
struct PostgresBooks<'a> {
    session: RefCell<&'a mut Session>,
    /// Why PostgreSQL hears nothing more in this transaction.
    failure: Cell<Option<Failure>>,
    /// The last place given in the order of arrival.
    last_place: Cell<i64>,
    /// What was looked up for the batch that is being judged.
    ahead: RefCell<Option<Ahead>>,
}

/// Why a statement failed, as far as it matters to who must run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// Another writer was in the way: what was found may no longer hold.
    Overtaken,
    /// A fact stands already under that key. Perhaps another writer has just put it there.
    Taken,
    /// The books' rules, or the engine. Running again would change nothing.
    Lasting,
}

impl Store for PostgresStore {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        for _ in 0..RUNS_BESIDE_OTHERS {
            let mut lent = self.writers.begin(BESIDE_OTHERS)?;
            let ended = write(&mut lent, act);
            lent.end(&ended);
            match ended {
                Ended::Kept => return Ok(()),
                Ended::Stopped(Failure::Overtaken, _) => {
                    self.retries.fetch_add(1, Ordering::Relaxed);
                }
                Ended::Stopped(Failure::Taken, _) => {
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    break;
                }
                Ended::Stopped(Failure::Lasting, error) | Ended::GivenUp(error) | Ended::Broken(error) => {
                    return Err(error);
                }
            }
        }
        self.transact_alone(act)
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        let mut lent = self.readers.begin(SNAPSHOT)?;
        let ended = read(&mut lent, act);
        lent.end(&ended);
        ended.into_result()
    }

    fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }
}

impl PostgresStore {
    fn transact_alone(&self, act: &mut Act<'_>) -> Result<(), Error> {
        let mut lent = self.writers.begin(ALONE)?;
        let ended = write(&mut lent, act);
        // A connection that cannot give the lock back gives it back by being closed.
        if lent.run(NO_LONGER_ALONE).is_ok() {
            lent.end(&ended);
        }
        ended.into_result()
    }
}

impl Failure {
    fn of(fault: &PostgresError) -> Self {
        match fault.code() {
            Some(code)
                if *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED =>
            {
                Self::Overtaken
            }
            Some(code) if *code == SqlState::UNIQUE_VIOLATION => Self::Taken,
            Some(_) | None => Self::Lasting,
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
