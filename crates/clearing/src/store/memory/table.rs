//! Rows under keys, and how to take back what a transaction has done to them.

use super::rules::forbid;
use crate::error::Error;
use std::{collections::BTreeMap, mem};

/// What a transaction may change.
pub trait Undo {
    /// Keeps what was done.
    fn keep(&mut self);

    /// Takes back what was done since it was last kept.
    fn undo(&mut self);
}

/// Facts under their keys. There is no way to change one, nor to remove one that was kept.
#[derive(Clone)]
pub struct Facts<K, V> {
    rows: BTreeMap<K, V>,
    /// The keys written since the last [`Undo::keep`].
    fresh: Vec<K>,
}

impl<K: Ord + Clone, V> Facts<K, V> {
    /// Writes down a fact, unless one stands under its key.
    pub fn record(&mut self, key: K, row: V) -> Result<(), Error> {
        if self.rows.contains_key(&key) {
            return Err(forbid("a fact stands under this key"));
        }
        self.fresh.push(key.clone());
        self.rows.insert(key, row);
        Ok(())
    }

    /// The fact under that key.
    pub fn find(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    /// Whether there is a fact under that key.
    pub fn has(&self, key: &K) -> bool {
        self.rows.contains_key(key)
    }

    /// The facts from one key to another, both included, ascending. Nothing when the ends cross.
    pub fn between(&self, first: K, last: K) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        let range = (first <= last).then(|| self.rows.range(first..=last));
        range.into_iter().flatten()
    }

    /// All of them, ascending.
    pub fn all(&self) -> impl DoubleEndedIterator<Item = (&K, &V)> {
        self.rows.iter()
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.rows.len() as u64
    }
}

impl<K, V> Default for Facts<K, V> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            fresh: Vec::new(),
        }
    }
}

impl<K: Ord, V> Undo for Facts<K, V> {
    fn keep(&mut self) {
        self.fresh.clear();
    }

    fn undo(&mut self) {
        for key in self.fresh.drain(..) {
            self.rows.remove(&key);
        }
    }
}

/// What is to be done, under its key: the only rows of their kind that go.
#[derive(Clone)]
pub struct Tasks<K, V> {
    rows: BTreeMap<K, V>,
    /// What stood under the keys written since the last [`Undo::keep`], the latest last.
    before: Vec<(K, Option<V>)>,
}

impl<K: Ord + Clone, V: Clone> Tasks<K, V> {
    /// Puts one down, unless one stands under its key.
    pub fn put(&mut self, key: K, row: V) -> Result<(), Error> {
        if self.rows.contains_key(&key) {
            return Err(forbid("a task stands under this key"));
        }
        self.before.push((key.clone(), None));
        self.rows.insert(key, row);
        Ok(())
    }

    /// Takes one off, if it is there.
    pub fn remove(&mut self, key: &K) {
        if let Some(row) = self.rows.remove(key) {
            self.before.push((key.clone(), Some(row)));
        }
    }

    /// All of them, ascending.
    pub fn all(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter()
    }
}

impl<K, V> Default for Tasks<K, V> {
    fn default() -> Self {
        Self {
            rows: BTreeMap::new(),
            before: Vec::new(),
        }
    }
}

impl<K: Ord, V> Undo for Tasks<K, V> {
    fn keep(&mut self) {
        self.before.clear();
    }

    fn undo(&mut self) {
        for (key, row) in mem::take(&mut self.before).into_iter().rev() {
            match row {
                Some(row) => self.rows.insert(key, row),
                None => self.rows.remove(&key),
            };
        }
    }
}
