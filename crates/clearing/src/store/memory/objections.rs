//! What sites object to.

use super::{
    MemoryBooks,
    rules::{is_day, require},
    tables::Tables,
};
use crate::{
    books::{KeptObjection, ObjectionRow},
    error::Error,
    store::Objections,
};
use passerelle_domain::{
    id::{BirthId, DeviceId, Epoch},
    objection::MOST_CHARACTERS,
    wire::Trace,
};

impl Objections for MemoryBooks<'_> {
    fn record_objection(&self, objection: &ObjectionRow<'_>) -> Result<(), Error> {
        let mut tables = self.change();
        let event = objection.event;
        require(tables.events.has(&event), "an objection is about an event")?;
        require(objection.number >= 1, "objections are numbered from 1")?;
        let length = objection.note.chars().count();
        require((1..=MOST_CHARACTERS).contains(&length), "a note has a length")?;
        require(is_day(objection.written_on), "a day has four digits")?;
        let is_new = !has(&tables, event.device, objection.trace);
        require(is_new, "a parcel is written down once")?;
        let kept = KeptObjection {
            number: objection.number,
            written_on: objection.written_on,
            note: objection.note.to_owned(),
            received_at: objection.received_at,
        };
        let row = (objection.trace, kept);
        tables.objections.record((event, objection.number), row)
    }

    fn has_objection(&self, device: DeviceId, trace: Trace) -> Result<bool, Error> {
        Ok(has(&self.look(), device, trace))
    }

    fn list_objections(&self, event: BirthId) -> Result<Vec<KeptObjection>, Error> {
        let tables = self.look();
        let objections = tables.objections.between((event, u32::MIN), (event, u32::MAX));
        Ok(objections.map(|(_, (_, kept))| kept.clone()).collect())
    }
}

/// Whether one of the device's objections has that trace.
fn has(tables: &Tables, device: DeviceId, trace: Trace) -> bool {
    let end = |epoch, seq| BirthId {
        device,
        epoch: Epoch(epoch),
        seq,
    };
    let (first, last) = (end(u64::MIN, u64::MIN), end(u64::MAX, u64::MAX));
    let mut its = tables.objections.between((first, u32::MIN), (last, u32::MAX));
    its.any(|(_, (known, _))| *known == trace)
}
