//! A few connections, lent to one transaction at a time.

use super::{Session, address::Address, open::connect, run::Ended};
use crate::error::Error;
use postgres::Error as PostgresError;
use std::{
    mem,
    ops::{Deref, DerefMut},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Connections to one database, of which `most` at once.
pub struct Pool {
    address: Address,
    settings: &'static str,
    most: usize,
    shelf: Mutex<Shelf>,
    given_back: Condvar,
}

#[derive(Default)]
struct Shelf {
    idle: Vec<Session>,
    lent: usize,
}

/// A connection that is lent. Dropped without [`Lent::end`], as a panic does, it is closed, and
/// PostgreSQL forgets what it had begun.
pub struct Lent<'a> {
    pool: &'a Pool,
    session: Option<Session>,
    is_fresh: bool,
}

impl Pool {
    /// At most so many connections, each told these settings first.
    pub fn new(address: Address, settings: &'static str, most: usize) -> Self {
        Self {
            address,
            settings,
            most,
            shelf: Mutex::default(),
            given_back: Condvar::new(),
        }
    }

    /// Lends a connection on which these statements have run, once one is free.
    pub fn begin(&self, statements: &str) -> Result<Lent<'_>, Error> {
        loop {
            let mut lent = self.lend()?;
            match lent.run(statements) {
                Ok(()) => return Ok(lent),
                // It has died on the shelf, with the server that it led to. There may be another.
                Err(_) if !lent.is_fresh => {}
                Err(fault) => return Err(fault.into()),
            }
        }
    }

    fn lend(&self) -> Result<Lent<'_>, Error> {
        let mut shelf = self.shelf();
        while shelf.lent >= self.most {
            shelf = self
                .given_back
                .wait(shelf)
                .unwrap_or_else(PoisonError::into_inner);
        }
        shelf.lent += 1;
        let mut lent = Lent {
            pool: self,
            session: shelf.idle.pop(),
            is_fresh: false,
        };
        drop(shelf);
        if lent.session.is_none() {
            lent.session = Some(connect(&self.address, self.settings)?);
            lent.is_fresh = true;
        }
        Ok(lent)
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection says goodbye on a thread of its own, which asynchronous code would not let it do.
impl Drop for Pool {
    fn drop(&mut self) {
        let idle = mem::take(&mut self.shelf().idle);
        if !idle.is_empty() {
            let _ = thread::spawn(move || drop(idle)).join();
        }
    }
}

impl Lent<'_> {
    /// Runs statements without values.
    pub fn run(&mut self, statements: &str) -> Result<(), PostgresError> {
        Session::run(self, statements)
    }

    /// Puts the connection back, if it still serves.
    pub fn end(mut self, ended: &Ended) {
        if ended.leaves_a_connection() {
            self.pool.shelf().idle.extend(self.session.take());
        }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        drop(self.session.take());
        self.pool.shelf().lent -= 1;
        self.pool.given_back.notify_one();
    }
}

impl Deref for Lent<'_> {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.session.as_ref().expect("taken only when it is put back")
    }
}

impl DerefMut for Lent<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("taken only when it is put back")
    }
}
