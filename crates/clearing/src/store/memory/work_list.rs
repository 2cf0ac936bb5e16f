//! The events that wait: the only rows that are changed and removed.

use super::{rules::require, table::Undo};
use crate::{books::Waiting, error::Error};
use passerelle_domain::{id::BirthId, pass::PassId};
use std::{collections::BTreeMap, mem};

/// What waits, by pass and in order of arrival.
#[derive(Clone, Default)]
pub struct WorkList {
    rows: BTreeMap<(PassId, Place), Waiting>,
    places: BTreeMap<BirthId, (PassId, Place)>,
    /// The last place given.
    last: Place,
    /// What was done since the last [`Undo::keep`].
    changes: Vec<Change>,
}

/// A place in order of arrival.
pub type Place = u64;

#[derive(Clone)]
enum Change {
    Put(BirthId),
    Recoded(BirthId, String),
    Removed(PassId, Place, Waiting),
}

impl WorkList {
    /// Puts an event at the end.
    pub fn put(&mut self, pass: PassId, waiting: Waiting) -> Result<(), Error> {
        require(!self.has(waiting.event), "an event waits once")?;
        self.changes.push(Change::Put(waiting.event));
        self.last += 1;
        self.insert(pass, self.last, waiting);
        Ok(())
    }

    /// Whether an event is there.
    pub fn has(&self, event: BirthId) -> bool {
        self.places.contains_key(&event)
    }

    /// Changes what an event waits for, if it is there.
    pub fn recode(&mut self, event: BirthId, code: &str) {
        if let Some(before) = self.set_code(event, code.to_owned()) {
            self.changes.push(Change::Recoded(event, before));
        }
    }

    /// Takes an event off, if it is there.
    pub fn remove(&mut self, event: BirthId) {
        if let Some((pass, place, waiting)) = self.take(event) {
            self.changes.push(Change::Removed(pass, place, waiting));
        }
    }

    /// What waits for passes from one to another, both included, by pass; with the places.
    pub fn between(&self, first: PassId, last: PassId) -> impl Iterator<Item = (Place, &Waiting)> {
        self.places_between(first, last)
            .map(|(_, place, waiting)| (place, waiting))
    }

    /// The same, each with its pass.
    pub fn places_between(
        &self,
        first: PassId,
        last: PassId,
    ) -> impl Iterator<Item = (PassId, Place, &Waiting)> {
        let range = (first <= last).then(|| self.rows.range((first, Place::MIN)..=(last, Place::MAX)));
        let rows = range.into_iter().flatten();
        rows.map(|((pass, place), waiting)| (*pass, *place, waiting))
    }

    fn insert(&mut self, pass: PassId, place: Place, waiting: Waiting) {
        self.places.insert(waiting.event, (pass, place));
        self.rows.insert((pass, place), waiting);
    }

    fn set_code(&mut self, event: BirthId, code: String) -> Option<String> {
        let at = self.places.get(&event)?;
        let waiting = self.rows.get_mut(at)?;
        Some(mem::replace(&mut waiting.code, code))
    }

    fn take(&mut self, event: BirthId) -> Option<(PassId, Place, Waiting)> {
        let (pass, place) = self.places.remove(&event)?;
        let waiting = self.rows.remove(&(pass, place))?;
        Some((pass, place, waiting))
    }
}

impl Undo for WorkList {
    fn keep(&mut self) {
        self.changes.clear();
    }

    fn undo(&mut self) {
        for change in mem::take(&mut self.changes).into_iter().rev() {
            match change {
                Change::Put(event) => {
                    self.take(event);
                }
                Change::Recoded(event, before) => {
                    self.set_code(event, before);
                }
                Change::Removed(pass, place, waiting) => self.insert(pass, place, waiting),
            }
        }
    }
}
