//! The books, behind one door. What goes in and comes out are the values of [`crate::books`];
//! what can be asked of them is in [`Books`], and each engine that keeps them has a room here:
//! [`sqlite`] in a file, [`postgres`] on a server, [`memory`] for simulations. SQL stands in the first
//! two and nowhere else in this crate. One suite, `conformance`, holds every engine to the same
//! answers and the same rules.

mod books;
#[cfg(test)]
mod conformance;
mod fault;
pub mod memory;
pub mod postgres;
pub mod sqlite;

pub use books::{
    Awaited, Booklets, Books, Comeback, Credits, Decisions, Devices, Figures, Generations, Log, Office,
    Programmes, Settlements, Structures,
};
pub use fault::Fault;
pub use memory::MemoryStore;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;

use crate::error::Error;
use std::sync::Arc;

/// Why an act has left what it found.
const HAS_RUN: &str = "an engine that answers has run the act";

/// What is done with the books in one transaction.
pub type Act<'a> = dyn FnMut(&dyn Books) -> Result<(), Error> + 'a;

/// An engine that keeps the books of one clearing service.
///
/// What comes of writers is what comes of them one after the other. An act must not come back to its own store, and may be run again when
/// the engine could not keep what it did: outside the books it leaves nothing that counts. After
/// the first error of a rule it gives up, since some engines hear nothing more in that transaction.
pub trait Store: Send + Sync {
    /// Writes: `act` is one transaction, kept whole or not at all.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error>;

    /// Reads: `act` sees one state of the books, and whatever it writes is not kept.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer.
    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error>;

    /// How many writes ran again because another writer was in the way, since the store was opened.
    fn retries(&self) -> u64 {
        0
    }
}

impl dyn Store + '_ {
    /// Writes with [`Store::transact`], and brings back what `act` found.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    pub fn write<T>(&self, mut act: impl FnMut(&dyn Books) -> Result<T, Error>) -> Result<T, Error> {
        let mut found = None;
        self.transact(&mut |books| {
            found = Some(act(books)?);
            Ok(())
        })?;
        Ok(found.expect(HAS_RUN))
    }

    /// Reads with [`Store::consult`], and brings back what `look` found.
    ///
    /// # Errors
    /// What `look` says, or the books do not answer.
    pub fn read<T>(&self, mut look: impl FnMut(&dyn Books) -> Result<T, Error>) -> Result<T, Error> {
        let mut found = None;
        self.consult(&mut |books| {
            found = Some(look(books)?);
            Ok(())
        })?;
        Ok(found.expect(HAS_RUN))
    }
}

/// A store that somebody else holds too: a simulation, to take backups of it.
impl<S: Store + ?Sized> Store for Arc<S> {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        (**self).transact(act)
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        (**self).consult(act)
    }

    fn retries(&self) -> u64 {
        (**self).retries()
    }
}
