//! What a simulated desk objects to, and what clearing has noted of it.

use super::{Content, Disk, Halt, Place};
use passerelle_domain::{
    exchange::SealedObjection,
    wire::{Noted, Trace},
};

/// Notes, the times at which clearing has noted them, and the last time that it said it had lost some.
#[derive(Debug, Clone, Default)]
pub struct Objections {
    written: Vec<(Place, SealedObjection)>,
    /// By number, in order.
    noted: Vec<(u64, u64)>,
    lost_at: u64,
    /// How many were noted when it last said so.
    lost_before: usize,
}

impl Disk {
    /// The places of events that clearing has answered: a note on any of them is noted.
    pub fn answered_places(&self) -> Vec<Place> {
        self.words().into_keys().collect()
    }

    /// Writes an objection to an event.
    pub fn contest(&self, place: Place, bytes: Vec<u8>) -> Result<(), Halt> {
        self.write(|content| {
            let written = &mut content.objections.written;
            let number = written.len() as u64 + 1;
            written.push((place, SealedObjection { number, bytes }));
        })
    }

    /// The objections written, each with the place that it is about.
    pub fn objections(&self) -> Vec<(Place, SealedObjection)> {
        self.content.borrow().objections.written.clone()
    }
}

impl Content {
    pub fn list_unnoted(&self, after: u64, most: usize) -> Vec<SealedObjection> {
        let is_noted = |number| self.objections.held().any(|noted| noted == number);
        let written = self.objections.written.iter().map(|(_, objection)| objection);
        written
            .filter(|objection| objection.number > after && !is_noted(objection.number))
            .take(most)
            .cloned()
            .collect()
    }

    pub fn last_noted(&self) -> Option<Trace> {
        let number = self.objections.held().last()?;
        let mut written = self.objections.written.iter();
        let (_, objection) = written.find(|(_, objection)| objection.number == number)?;
        Some(Trace::of_bytes(&objection.bytes))
    }

    pub fn note(&mut self, objection: &SealedObjection, noted: &Noted) {
        self.objections.noted.push((objection.number, noted.server_time));
        self.server_time = self.server_time.max(Some(noted.server_time));
    }

    pub fn lose(&mut self, lacks: Option<Trace>, told_at: u64) {
        if lacks.is_some() && lacks == self.last_noted() {
            self.objections.lost_at = self.objections.lost_at.max(told_at);
            self.objections.lost_before = self.objections.noted.len();
        }
    }
}

impl Objections {
    /// The numbers of those that clearing is not known to have lost, in the order in which it noted them.
    fn held(&self) -> impl Iterator<Item = u64> {
        let since = &self.noted[self.lost_before..];
        let held = since.iter().filter(|(_, at)| *at >= self.lost_at);
        held.map(|(number, _)| *number)
    }
}
