//! Writing to the officer about a pass that waits for a decision.

use crate::{
    desk::Desk,
    error::Error,
    form::ContestForm,
    ledger::{
        Op, device,
        objections::{self, Contesting},
        redemptions::{self, Which},
    },
    session::Deed,
    view::Standing,
};
use passerelle_domain::{
    day,
    fault::FaultList,
    id::BirthId,
    key::Purpose,
    objection::{MOST_NOTES, Note},
    refusal::Refusal,
    wire::{Envelope, Objection, Trace},
};

impl Desk {
    /// Contests, with a note, what clearing holds back: the officer reads it before deciding. It leaves with
    /// the next exchange.
    ///
    /// # Errors
    /// The note is empty or too long; the redemption is not there, does not wait for the officer, or has as
    /// many notes as it may have.
    pub fn contest(&self, form: &ContestForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Deal)?;
        let mut faults = FaultList::default();
        let Some(note) = faults.read("note", Note::parse(&form.note)) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        let written_on = day::within_calendar(self.surroundings.today());
        ledger.write(Op::Contest, |db| {
            let id = form.redemption_id;
            let row = redemptions::list(db, Which::One(id))?.pop();
            let row = row.ok_or(Error::Missing("redemption"))?;
            if super::standing_from_code(&row.standing)? != Standing::ToExamine {
                return Err(Refusal::NotWaiting.into());
            }
            let event = redemptions::find_voidable(db, id)?.ok_or(Error::Missing("redemption"))?;
            let device = device::get(db)?;
            let event = BirthId {
                device: device.id,
                epoch: event.place.epoch,
                seq: event.place.seq,
            };
            let objection = Objection::new(event, written_on, note);
            let signed = Envelope::seal(device.id.0, &device.key, Purpose::Objection, &objection).to_bytes();
            let written = objections::list_traces(db, id)?;
            if written.contains(&Trace::of_bytes(&signed)) {
                return Ok(());
            }
            if written.len() >= MOST_NOTES {
                return Err(Refusal::ContestedEnough { most: MOST_NOTES }.into());
            }
            let contesting = Contesting {
                redemption: id,
                note: &objection.note,
                written_on,
                signed: &signed,
                account: self.actor(db)?.account,
                now: self.surroundings.timestamp(),
            };
            objections::record(db, &contesting)
        })
    }
}
