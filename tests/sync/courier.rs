//! Pouches between the desks of a county and clearing: carried late, twice, or never.

use super::{county::SimulatedDesk, disk::Halt};
use crate::support::draws::Draws;
use passerelle_clearing::Clearing;
use passerelle_domain::{
    exchange::{Exchange, Taken, TakingBack},
    wire::{Pouch, Refused, Return},
};
use std::collections::BTreeMap;

/// How many returns lie about at most: an old one may turn up months later.
const MOST_RETURNS: usize = 6;

/// What lies on keys and desks.
#[derive(Default)]
pub struct Courier {
    pouches: Vec<Vec<u8>>,
    returns: Vec<Return>,
    /// What each desk was told, in a return, that clearing has lost.
    reminders: BTreeMap<usize, Refused>,
}

impl Courier {
    /// A desk packs a pouch.
    ///
    /// # Errors
    /// The desk is killed before it is packed.
    pub fn pack(&mut self, number: usize, desk: &SimulatedDesk) -> Result<(), Halt> {
        let reminder = self.reminders.get(&number).copied();
        let outward = Exchange::begin(&desk.disk, desk.party()).pack(reminder)?;
        self.pouches.push(outward.to_bytes());
        Ok(())
    }

    /// Clearing answers one of the pouches, which may have been answered before.
    ///
    /// # Errors
    /// The books do not answer, or what was packed cannot be read.
    pub fn answer(&mut self, clearing: &Clearing, draws: &mut Draws) -> Result<(), String> {
        if self.pouches.is_empty() {
            return Ok(());
        }
        let bytes = &self.pouches[draws.below(self.pouches.len())];
        let Ok(Pouch::Outward(mut outward)) = Pouch::from_bytes(bytes) else {
            return Err("a pouch that was packed cannot be read".into());
        };
        if draws.percent(20) && !outward.batches.is_empty() {
            // A part that was damaged on the way.
            let at = draws.below(outward.batches.len());
            outward.batches[at][90] ^= 1;
        }
        let back = clearing
            .answer_pouch(&outward)
            .map_err(|error| error.to_string())?;
        if self.returns.len() == MOST_RETURNS {
            self.returns.remove(0);
        }
        self.returns.push(back);
        Ok(())
    }

    /// The desk takes in one of the returns for it, which may be old, or taken in before.
    ///
    /// # Errors
    /// The desk is killed on the way. What cannot be believed is no error: nothing of it was written.
    pub fn take_in(&mut self, number: usize, desk: &SimulatedDesk, draws: &mut Draws) -> Result<(), Halt> {
        // Copies of one disk have one identity: each may take in what the other has asked.
        let its: Vec<&Return> = self
            .returns
            .iter()
            .filter(|back| back.device == desk.device())
            .collect();
        if its.is_empty() {
            return Ok(());
        }
        let back = its[draws.below(its.len())];
        let mut taking = TakingBack::begin(&desk.disk, desk.party())?;
        for part in back.parts() {
            match taking.take(part) {
                Ok(Taken::Reminded(refused)) => {
                    self.reminders.insert(number, refused);
                }
                Ok(Taken::Kept | Taken::Known | Taken::Early | Taken::Postponed) | Err(Halt::Fault(_)) => {}
                Err(halt) => return Err(halt),
            }
        }
        Ok(())
    }
}
