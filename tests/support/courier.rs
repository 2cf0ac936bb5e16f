//! Whoever carries pouches between a desk and clearing.

use super::town::{Counter, Town};
use passerelle_desk::{Error, form::EnrolForm, view::PouchReport};
use passerelle_domain::wire::{Outward, Pouch, Return};
use std::ops::ControlFlow;

impl Town {
    /// Clearing answers a pouch.
    pub fn answer(&self, pouch: &[u8]) -> Vec<u8> {
        let outward = outward(pouch);
        self.clearing
            .answer_pouch(&outward)
            .expect("the books answer")
            .to_bytes()
    }

    /// To clearing and back, with all the time in the world.
    pub fn carry(&self, counter: &Counter) -> PouchReport {
        counter.take_in(&self.answer(&counter.pack())).expect("taken in")
    }

    /// The letter of a structure, as a form.
    pub fn letter(&self, siret: &str) -> EnrolForm {
        self.clearing.add_structure(siret, siret).expect("a structure");
        EnrolForm {
            address: "https://clearing.example.org".into(),
            code: self
                .clearing
                .issue_enrolment(siret, 30)
                .expect("a code")
                .code
                .to_string(),
        }
    }
}

impl Counter {
    /// A pouch for clearing.
    pub fn pack(&self) -> Vec<u8> {
        self.pack_pouch().expect("packed").bytes
    }

    /// Takes in what a file brings.
    pub fn take_in(&self, file: &[u8]) -> Result<PouchReport, Error> {
        self.unpack_pouch(file, &mut |_| ControlFlow::Continue(()))
    }
}

/// What is in a pouch for clearing.
pub fn outward(bytes: &[u8]) -> Outward {
    match Pouch::from_bytes(bytes) {
        Ok(Pouch::Outward(outward)) => outward,
        other => panic!("no pouch for clearing: {other:?}"),
    }
}

/// What is in a return.
pub fn back(bytes: &[u8]) -> Return {
    match Pouch::from_bytes(bytes) {
        Ok(Pouch::Return(back)) => back,
        other => panic!("no return: {other:?}"),
    }
}
