//! The ledger: an encrypted SQLite file, one door for writes, readers of their own.
//!
//! **Invariant.** Every write, sync's included, goes through [`Ledger::write`]: one closure is one
//! short IMMEDIATE transaction, is one announcement of what changed. SQL stands only below here.

pub mod accounts;
pub mod attendances;
pub mod attendees;
pub mod audits;
pub mod batches;
pub mod certificates;
pub mod check;
mod codes;
pub mod credentials;
pub mod device;
pub mod doubles;
pub mod kept_codes;
pub mod log;
mod migrations;
pub mod objections;
mod open;
mod opening_key;
pub mod redemptions;
pub mod reference;
pub mod server_keys;
pub mod settings;
pub mod settlements;
pub mod sites;
pub mod structures;
pub mod values;
pub mod workshops;

use crate::error::Error;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Serialize;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use open::APPLICATION_ID;
pub use opening_key::OpeningKey;

/// What a screen shows that a write may have changed. The window refetches exactly that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum Topic {
    /// The structure, sites, accounts and settings.
    Situation,
    /// Workshops and who attends them.
    Workshops,
    /// The people who come.
    Attendees,
    /// The passes taken and where they stand.
    Passes,
    /// Batches, answers and the link.
    Link,
    /// Papers issued.
    Documents,
}

/// Names an intention that writes: what it may change, and its line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// The structure, sites, account or a setting are set.
    Settle,
    /// A person says which day it is.
    SayDay,
    /// A workshop is recorded, edited, closed or reopened.
    EditWorkshop,
    /// A person is added or edited.
    EditAttendee,
    /// Somebody comes to a workshop, or does not after all.
    Attend,
    /// A pass is taken, kept or cancelled.
    TakePass,
    /// A note to the officer is written.
    Contest,
    /// A batch is sealed, or an answer is received.
    Sync,
    /// A paper is issued.
    IssuePaper,
}

impl Op {
    const fn topics(self) -> &'static [Topic] {
        match self {
            Self::Settle => &[Topic::Situation],
            Self::SayDay => &[Topic::Situation, Topic::Workshops, Topic::Documents],
            Self::EditWorkshop => &[Topic::Workshops],
            Self::EditAttendee => &[Topic::Attendees, Topic::Workshops],
            Self::Attend => &[Topic::Workshops, Topic::Attendees],
            Self::TakePass => &[Topic::Passes, Topic::Workshops, Topic::Link],
            Self::Contest => &[Topic::Passes, Topic::Link],
            Self::Sync => &[Topic::Passes, Topic::Link],
            Self::IssuePaper => &[Topic::Documents],
        }
    }
}

type Listener = Box<dyn Fn(&[Topic]) + Send + Sync>;

/// An open ledger.
pub struct Ledger {
    writer: Mutex<Connection>,
    // Reads never wait for a write (WAL), nor a write for a read.
    reader: Mutex<Connection>,
    listener: Mutex<Option<Listener>>,
    key: OpeningKey,
    _lock: std::fs::File,
}

impl Ledger {
    /// What opened it.
    pub const fn key(&self) -> &OpeningKey {
        &self.key
    }

    /// Runs `work` in one IMMEDIATE transaction, on disk when this returns, then announces what
    /// it may have changed. An error from `work` undoes everything.
    ///
    /// # Errors
    /// What `work` says, or the ledger.
    pub fn write<T>(
        &self,
        op: Op,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let outcome = {
            let mut writer = held(&self.writer);
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let outcome = work(&tx)?;
            tx.commit()?;
            outcome
        };
        self.announce(op.topics());
        Ok(outcome)
    }

    /// Reads a consistent view.
    ///
    /// # Errors
    /// What `work` says, or the ledger.
    pub fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut reader = held(&self.reader);
        let tx = reader.transaction_with_behavior(TransactionBehavior::Deferred)?;
        work(&tx)
    }

    /// Says that something shown may have changed that is not in the file, such as the link.
    pub fn announce(&self, topics: &[Topic]) {
        if let Some(listener) = held(&self.listener).as_ref() {
            listener(topics);
        }
    }

    /// Who hears what each write may have changed.
    pub fn announce_to(&self, listener: impl Fn(&[Topic]) + Send + Sync + 'static) {
        *held(&self.listener) = Some(Box::new(listener));
    }
}

/// A connection outlives a panic elsewhere: its transaction was rolled back when it was dropped.
pub(crate) fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
