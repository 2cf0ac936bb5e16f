//! What a site writes to the officer about one of its passes.
//!
//! A note changes no word: it is there for whoever decides, and stays there afterwards. So it is taken for any
//! event that has arrived, decided or not.

use super::{Clearing, batches::refused, generation};
use crate::{
    books::{Device, ObjectionRow},
    error::Error,
    store::Books,
};
use passerelle_domain::{
    id::DeviceId,
    key::Purpose,
    wire::{Envelope, Noted, Objection, Refused, Trace},
};

/// How many notes on one event are kept: a device writes a few, and so may a copy of its disk.
const MOST_KEPT: usize = 20;

impl Clearing {
    /// Takes an objection and gives the signed word that it is noted, ready to travel. The same parcel brought
    /// again is noted once, and answered afresh.
    ///
    /// # Errors
    /// [`Refused`]: not an objection of a known device; an event that has not arrived; or more notes on it than
    /// are kept.
    pub fn object(&self, parcel: &[u8]) -> Result<Vec<u8>, Error> {
        let (device, objection) = self.open_objection(parcel)?;
        let trace = Trace::of_bytes(parcel);
        let now = self.now();
        let generation = self.store.write(|books| {
            if !books.has_objection(device.id, trace)? {
                write_down(books, &objection, parcel, now)?;
            }
            generation(books)
        })?;
        let signer = self.signer()?;
        let noted = Noted {
            server: signer.id(),
            generation,
            device: device.id,
            objection: trace,
            server_time: now,
        };
        Ok(signer.seal(Purpose::Noted, &noted))
    }

    /// The objection in a parcel, and the device that has signed it.
    fn open_objection(&self, parcel: &[u8]) -> Result<(Device, Objection), Error> {
        let envelope = Envelope::from_bytes(parcel).map_err(refused)?;
        let device = self.get_device(DeviceId(envelope.signer))?;
        let objection: Objection = envelope
            .open(&device.public, Purpose::Objection)
            .map_err(refused)?;
        if objection.device != device.id || objection.version != passerelle_domain::wire::VERSION {
            return Err(Refused::Malformed.into());
        }
        Ok((device, objection))
    }
}

fn write_down(books: &dyn Books, objection: &Objection, parcel: &[u8], now: u64) -> Result<(), Error> {
    let event = objection.event();
    if books.find_event(event)?.is_none() {
        let expected_seq = books.last_seq(event.device, event.epoch)? + 1;
        return Err(Refused::Gap { expected_seq }.into());
    }
    let known = books.list_objections(event)?.len();
    if known >= MOST_KEPT {
        return Err(Refused::TooLarge.into());
    }
    books.record_objection(&ObjectionRow {
        event,
        number: u32::try_from(known).expect("a few") + 1,
        trace: Trace::of_bytes(parcel),
        written_on: objection.written_on,
        note: objection.note.as_str(),
        parcel,
        received_at: now,
    })
}
