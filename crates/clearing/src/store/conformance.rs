//! What every engine that keeps the books must do: each sentence is a test of each engine.

mod ahead;
mod booklets;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "the stories use the rest")]
#[path = "../../tests/clearing/cluster.rs"]
pub mod cluster;
mod comeback;
mod credits;
mod decisions;
mod log;
mod money;
mod objections;
mod office;
mod random;
mod registers;
pub mod samples;
mod settlements;
mod transactions;
mod whole;
mod writers;

pub use samples::fill;

use super::{Books, Fault, SqliteStore, Store};
use crate::error::Error;

/// Makes a test of each sentence for each engine, in new books.
macro_rules! on_each_store {
    ($($sentence:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test]
            fn $sentence() {
                crate::store::conformance::on_sqlite(super::$sentence);
            })+
        }

        #[cfg(target_os = "linux")]
        mod on_postgres {
            $(#[test]
            fn $sentence() {
                crate::store::conformance::on_postgres(super::$sentence);
            })+
        }

        mod on_memory {
            $(#[test]
            fn $sentence() {
                super::$sentence(&crate::store::MemoryStore::default());
            })+
        }
    };
}

use on_each_store;

/// Tries a sentence on SQLite.
fn on_sqlite(sentence: impl FnOnce(&dyn Store)) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = SqliteStore::open(&folder.path().join("clearing.db")).expect("new books");
    sentence(&store);
}

/// Tries a sentence on PostgreSQL.
#[cfg(target_os = "linux")]
fn on_postgres(sentence: impl FnOnce(&dyn Store)) {
    let database = cluster::Database::new();
    let store = super::PostgresStore::open(database.address()).expect("new books");
    sentence(&store);
}

#[track_caller]
fn keep<T>(store: &dyn Store, act: impl FnMut(&dyn Books) -> Result<T, Error>) -> T {
    store.write(act).expect("the books keep it")
}

#[track_caller]
fn ask<T>(store: &dyn Store, look: impl FnMut(&dyn Books) -> Result<T, Error>) -> T {
    store.read(look).expect("the books answer")
}

/// A rule of the books forbids this write.
#[track_caller]
fn refuse<T>(store: &dyn Store, act: impl FnMut(&dyn Books) -> Result<T, Error>) {
    match store.write(act) {
        Err(Error::Books(Fault::Forbidden(_))) => {}
        Err(other) => panic!("another error: {other}"),
        Ok(_) => panic!("the books keep what their rules forbid"),
    }
}
