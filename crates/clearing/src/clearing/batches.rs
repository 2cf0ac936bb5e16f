//! Receiving a batch: one transaction, one verdict per event, one stored answer.

use super::{Clearing, generation, judge::Judge};
use crate::{
    adjudicate::Evidence,
    books::{Answered, BatchRow, Device, LoggedEvent},
    error::Error,
    store::{Books, Reach},
};
use passerelle_domain::{
    event::Link,
    id::{BirthId, DeviceId},
    key::Purpose,
    wire::{Batch, Envelope, EnvelopeFault, Receipt, Refused, SiteEntry, Verdict},
};

/// A batch whose signature holds.
pub(super) struct Arrival<'a> {
    pub(super) device: &'a Device,
    batch: &'a Batch,
    /// The link after each event.
    links: Vec<Link>,
    parcel: &'a [u8],
    received_at: u64,
}

impl<'a> Arrival<'a> {
    /// A batch of that device, with the bytes that it came in.
    pub(super) fn new(device: &'a Device, batch: &'a Batch, parcel: &'a [u8], received_at: u64) -> Self {
        Self {
            device,
            batch,
            links: links(batch),
            parcel,
            received_at,
        }
    }

    /// What shows when its events were written. A device never knows less than it did before: a batch
    /// that says otherwise is held to what the one before it has said.
    fn evidence(&self, books: &dyn Books) -> Result<Evidence, Error> {
        let (device, batch) = (self.batch.device, self.batch);
        let before = match batch.first_seq() {
            1 => batch.parent.map(|parent| (parent.epoch, parent.seq)),
            first => Some((batch.epoch, first - 1)),
        };
        let known_before = match before {
            Some((epoch, seq)) => books.find_event(BirthId { device, epoch, seq })?,
            None => None,
        };
        let floor = known_before.and_then(|(_, evidence)| evidence.known_time);
        Ok(Evidence {
            known_time: batch.known_time.max(floor),
            received_at: self.received_at,
        })
    }
}

impl Clearing {
    /// Takes a batch and gives the signed receipt, ready to travel. The same range of the same
    /// events asked again gets the bytes of the first answer, however often and whenever.
    ///
    /// # Errors
    /// [`Refused`]: not a batch of a known device, events are missing before it, or a number was
    /// received with another content. Nothing is kept then.
    pub fn receive(&self, parcel: &[u8]) -> Result<Vec<u8>, Error> {
        let (device, batch) = self.open_batch(parcel)?;
        let arrival = Arrival::new(&device, &batch, parcel, self.now());
        let reach = Reach::new(device.id, batch.events.iter().map(|event| event.act.pass()));
        let (receipt, new) = self
            .store
            .write_within(&reach, |books| self.admit(books, &arrival))?;
        self.meters.count_batch(&new);
        Ok(receipt)
    }

    /// The batch in a parcel, and the device that has signed it.
    pub(super) fn open_batch(&self, parcel: &[u8]) -> Result<(Device, Batch), Error> {
        let envelope = Envelope::from_bytes(parcel).map_err(refused)?;
        let device = self.get_device(DeviceId(envelope.signer))?;
        let batch: Batch = envelope.open(&device.public, Purpose::Batch).map_err(refused)?;
        if batch.device != device.id || batch.check().is_err() || !are_plausible(&batch.sites) {
            return Err(Refused::Malformed.into());
        }
        Ok((device, batch))
    }

    /// The device that says it signed.
    pub(super) fn get_device(&self, id: DeviceId) -> Result<Device, Error> {
        let device = self.store.read(|books| books.find_device(id))?;
        match device {
            None => Err(Refused::UnknownDevice.into()),
            Some(device) if device.is_revoked => Err(Refused::Revoked.into()),
            Some(device) => Ok(device),
        }
    }

    /// The receipt, and the words on what was new.
    fn admit(&self, books: &dyn Books, arrival: &Arrival<'_>) -> Result<(Vec<u8>, Vec<Verdict>), Error> {
        let batch = arrival.batch;
        let known = known_part(books, arrival)?;
        let is_new = known.len() < batch.events.len();
        let range = (batch.first_seq(), batch.last_seq());
        if !is_new && let Some(stored) = books.find_receipt(batch.device, batch.epoch, range.0, range.1)? {
            return Ok((stored, Vec::new()));
        }
        let mut verdicts: Vec<Verdict> = known.into_iter().map(|answered| answered.verdict).collect();
        let known = verdicts.len();
        if is_new {
            let mut judge = Judge::new(books, arrival.received_at);
            write_down(books, arrival, known, |_, logged, evidence| {
                verdicts.push(judge.judge(logged, &arrival.device.siret, evidence)?);
                Ok(())
            })?;
        }
        let new = verdicts[known..].to_vec();
        let signer = self.signer()?;
        let receipt = Receipt {
            server: signer.id(),
            generation: generation(books)?,
            device: batch.device,
            epoch: batch.epoch,
            first_seq: range.0,
            link: *arrival.links.last().expect("a batch has an event at least"),
            verdicts,
            server_time: arrival.received_at,
        };
        let parcel = signer.seal(Purpose::Receipt, &receipt);
        books.record_receipt(batch.device, batch.epoch, range, &parcel, arrival.received_at)?;
        Ok((parcel, new))
    }
}

/// The first events of the batch that are known already, with what was said of them.
pub(super) fn known_part(books: &dyn Books, arrival: &Arrival<'_>) -> Result<Vec<Answered>, Error> {
    let batch = arrival.batch;
    let (device, epoch, first) = (batch.device, batch.epoch, batch.first_seq());
    if let Some(parent) = books.find_epoch(device, epoch)?
        && parent != batch.parent
    {
        return Err(Refused::Conflict { seq: 1 }.into());
    }
    let expected_seq = books.last_seq(device, epoch)? + 1;
    if first > expected_seq {
        return Err(Refused::Gap { expected_seq }.into());
    }
    if first == 1 && batch.before != Link::root(device, epoch, batch.parent.as_ref()) {
        return Err(Refused::Malformed.into());
    }
    let mut known = books.list_answered(device, epoch, first - 1, batch.last_seq())?;
    if first > 1 {
        let before = known.remove(0);
        if before.link != batch.before {
            return Err(Refused::Conflict { seq: before.seq }.into());
        }
    }
    match known
        .iter()
        .zip(&arrival.links)
        .find(|(answered, link)| answered.link != **link)
    {
        Some((answered, _)) => Err(Refused::Conflict { seq: answered.seq }.into()),
        None => Ok(known),
    }
}

/// Writes down the events after the `known` first ones in order, and hands each over with its place in
/// the batch before the next: a void is not known before what it cancels was looked at.
pub(super) fn write_down(
    books: &dyn Books,
    arrival: &Arrival<'_>,
    known: usize,
    mut each: impl FnMut(usize, &LoggedEvent, Evidence) -> Result<(), Error>,
) -> Result<(), Error> {
    let batch = arrival.batch;
    let (device, epoch) = (batch.device, batch.epoch);
    let evidence = arrival.evidence(books)?;
    if books.find_epoch(device, epoch)?.is_none() {
        books.record_epoch(device, epoch, batch.parent.as_ref(), arrival.received_at)?;
    }
    books.record_sites(device, &batch.sites)?;
    books.record_batch(&BatchRow {
        device,
        epoch,
        last_seq: batch.last_seq(),
        evidence,
        parcel: arrival.parcel,
    })?;
    books.look_ahead(device, epoch, &batch.events[known..])?;
    for (at, (event, link)) in batch.events.iter().zip(&arrival.links).enumerate().skip(known) {
        let site = books.find_site(device, event.site, None)?;
        let logged = LoggedEvent {
            id: BirthId {
                device,
                epoch,
                seq: event.seq,
            },
            event: *event,
            site_version: site.map(|(version, _)| version),
        };
        books.record_event(&logged, batch.last_seq(), *link)?;
        each(at, &logged, evidence)?;
    }
    Ok(())
}

fn links(batch: &Batch) -> Vec<Link> {
    let chain = |link: &mut Link, event| {
        *link = link.then(event);
        Some(*link)
    };
    batch.events.iter().scan(batch.before, chain).collect()
}

/// Whether the sites have the size of sites: an enrolled device is known, not trusted.
pub(super) fn are_plausible(sites: &[SiteEntry]) -> bool {
    let is_code = |code: &str| code.len() <= 5 && !code.contains('\0');
    sites.len() <= 500
        && sites
            .iter()
            .all(|entry| is_name(&entry.name) && is_code(&entry.insee_code))
}

/// Whether a text has the size of a name, in characters that every engine keeps: PostgreSQL has no
/// place for U+0000, and would refuse the whole batch for ever.
pub(super) fn is_name(text: &str) -> bool {
    text.chars().count() <= 200 && !text.contains('\0')
}

pub(super) fn refused(fault: EnvelopeFault) -> Error {
    Error::Refused(match fault {
        EnvelopeFault::NotAnEnvelope | EnvelopeFault::Malformed => Refused::Malformed,
        EnvelopeFault::TooLarge => Refused::TooLarge,
        EnvelopeFault::Unsigned => Refused::UnknownDevice,
    })
}
