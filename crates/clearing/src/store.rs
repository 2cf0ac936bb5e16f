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
mod reach;
pub mod sqlite;

pub use books::{
    Awaited, Booklets, Books, Comeback, Credits, Decisions, Devices, Figures, Generations, Log, Objections,
    Office, Programmes, Settlements, Structures,
};
pub use fault::Fault;
pub use memory::MemoryStore;
pub use postgres::PostgresStore;
pub use reach::Reach;
pub use sqlite::SqliteStore;

use crate::error::Error;
use std::sync::Arc;

/// What is done with the books in one transaction.
pub type Act<'a> = dyn FnMut(&dyn Books) -> Result<(), Error> + 'a;

/// An engine that keeps the books of one clearing service.
///
/// What comes of writers is what comes of them one after the other. An act must not come back to its
/// own store. After the first error of a rule it gives up, since some engines hear nothing more in that
/// transaction.
pub trait Store: Send + Sync {
    /// Writes: `act` is one transaction, kept whole or not at all.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error>;

    /// Writes as [`Store::transact`] does, perhaps beside others whose reach has nothing in common with
    /// this one. An act that goes further than it says may miss what another writes meanwhile.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    fn transact_within(&self, _reach: &Reach, act: &mut Act<'_>) -> Result<(), Error> {
        self.transact(act)
    }

    /// Reads: `act` sees one state of the books, and whatever it writes is not kept.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer.
    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error>;
}

impl dyn Store + '_ {
    /// Writes with [`Store::transact`], and brings back what `act` found.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    pub fn write<T>(&self, act: impl FnMut(&dyn Books) -> Result<T, Error>) -> Result<T, Error> {
        bring_back(act, |act| self.transact(act))
    }

    /// Writes with [`Store::transact_within`], and brings back what `act` found.
    ///
    /// # Errors
    /// What `act` says, or the books do not answer; nothing is kept then.
    pub fn write_within<T>(
        &self,
        reach: &Reach,
        act: impl FnMut(&dyn Books) -> Result<T, Error>,
    ) -> Result<T, Error> {
        bring_back(act, |act| self.transact_within(reach, act))
    }

    /// Reads with [`Store::consult`], and brings back what `look` found.
    ///
    /// # Errors
    /// What `look` says, or the books do not answer.
    pub fn read<T>(&self, look: impl FnMut(&dyn Books) -> Result<T, Error>) -> Result<T, Error> {
        bring_back(look, |look| self.consult(look))
    }
}

/// Lets an engine run the act, and gives what the act found.
fn bring_back<T>(
    mut act: impl FnMut(&dyn Books) -> Result<T, Error>,
    run: impl FnOnce(&mut Act<'_>) -> Result<(), Error>,
) -> Result<T, Error> {
    let mut found = None;
    run(&mut |books| {
        found = Some(act(books)?);
        Ok(())
    })?;
    Ok(found.expect("an engine that answers has run the act"))
}

/// A store that somebody else holds too: a simulation, to take backups of it.
impl<S: Store + ?Sized> Store for Arc<S> {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        (**self).transact(act)
    }

    fn transact_within(&self, reach: &Reach, act: &mut Act<'_>) -> Result<(), Error> {
        (**self).transact_within(reach, act)
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        (**self).consult(act)
    }
}
