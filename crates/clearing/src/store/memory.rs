//! The books in memory, for simulations and tests: nothing outlives the process. Cheap to make, to
//! copy and to write, so that a simulation can make, restore and throw away a service a million
//! times.
//!
//! It keeps what a question can bring back, and every rule of `migrations/clearing/sqlite` that
//! tells one write from another. What only an auditor of the file would read (who was told a name,
//! when a lot was printed, the parcels of batches byte for byte) is not kept.

mod booklets;
mod comeback;
mod credits;
mod decisions;
mod devices;
mod figures;
mod generations;
mod log;
mod objections;
mod office;
mod programmes;
mod rules;
mod settlements;
mod structures;
mod table;
mod tables;
mod work_list;

use super::{Act, Store};
use crate::error::Error;
use std::{
    cell::{Ref, RefCell, RefMut},
    sync::{Mutex, MutexGuard, PoisonError},
};
use table::Undo;
use tables::Tables;

/// Books kept in memory.
#[derive(Default)]
pub struct MemoryStore(Mutex<Tables>);

/// A backup: the books as they stand, on their own from then on.
impl Clone for MemoryStore {
    fn clone(&self) -> Self {
        Self(Mutex::new(self.alone().clone()))
    }
}

impl Store for MemoryStore {
    fn transact(&self, act: &mut Act<'_>) -> Result<(), Error> {
        let books = MemoryBooks(RefCell::new(self.alone()));
        act(&books)?;
        books.change().keep();
        Ok(())
    }

    fn consult(&self, act: &mut Act<'_>) -> Result<(), Error> {
        act(&MemoryBooks(RefCell::new(self.alone())))
    }
}

impl MemoryStore {
    fn alone(&self) -> MutexGuard<'_, Tables> {
        // A panic elsewhere has undone its changes: the books are as good as before.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The books as seen by one transaction. What was not kept when it ends is undone.
struct MemoryBooks<'a>(RefCell<MutexGuard<'a, Tables>>);

impl MemoryBooks<'_> {
    fn look(&self) -> Ref<'_, Tables> {
        Ref::map(self.0.borrow(), |tables| &**tables)
    }

    fn change(&self) -> RefMut<'_, Tables> {
        RefMut::map(self.0.borrow_mut(), |tables| &mut **tables)
    }
}

impl Drop for MemoryBooks<'_> {
    fn drop(&mut self) {
        self.0.get_mut().undo();
    }
}
