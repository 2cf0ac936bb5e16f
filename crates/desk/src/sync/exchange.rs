//! One exchange: send what waits, take the answers, the later words and the new figures.

use super::link::{Answer, Attempt, Link, LinkFault};
use crate::{
    desk::Desk,
    error::Error,
    form::EnrolForm,
    ledger::{
        Op, Topic,
        batches::{self, Sealed},
        device::{self, Clearing, Device},
        log, redemptions, reference, sites,
    },
    passes::retry_kept_codes,
    view::{SyncReport, Tally},
};
use data_encoding::BASE32_NOPAD;
use passerelle_domain::{
    cents::Cents,
    key::Purpose,
    wire::{
        Batch, DEVICE_HEADER, Decisions, EnrolmentCode, EnrolmentForm, Envelope, EnvelopeFault, Grant,
        MAX_EVENTS, Receipt, Refused, SIGNATURE_HEADER, State,
    },
};
use rusqlite::Connection;

impl Desk {
    /// Exchanges with clearing now, until nothing waits.
    ///
    /// # Errors
    /// Not enrolled, or the link failed; what was exchanged before that stays.
    pub fn sync(&self, link: &dyn Link) -> Result<SyncReport, Error> {
        let _place = self.link.begin();
        let outcome = self.exchange(link);
        let fault = match &outcome {
            Err(Error::Link(fault)) => Some(fault.clone()),
            Ok(_) | Err(_) => None,
        };
        self.link.note(Attempt {
            at: self.surroundings.now(),
            fault,
        });
        self.ledger.announce(&[Topic::Link]);
        outcome
    }

    /// Joins a clearing service with the letter's code.
    ///
    /// # Errors
    /// The code is mistyped or no longer good, or whoever answered does not know it.
    pub fn enrol(&self, form: &EnrolForm, link: &dyn Link) -> Result<(), Error> {
        let code = EnrolmentCode::parse(&form.code).map_err(LinkFault::Code)?;
        let (device, label, entries) = self.ledger.read(|db| {
            let label = sites::list(db)?
                .first()
                .map(|site| site.name.clone())
                .unwrap_or_default();
            Ok((device::get(db)?, label, sites::entries(db)?))
        })?;
        let ask = EnrolmentForm::new(&code, device.key.public(), label, entries);
        let body = Envelope::seal(device.id.0, &device.key, Purpose::Grant, &ask).to_bytes();
        let parcel = parcel(link.post("/v1/enrolments", &body)?)?;
        let envelope = Envelope::from_bytes(&parcel).map_err(untrusted)?;
        // The grant brings the key that its envelope is signed with: the proof inside, made with
        // the code that only the letter knows, is what it stands on.
        let grant: Grant = envelope.read_unproven().map_err(untrusted)?;
        let is_ours = grant.is_proven_by(&code.proof_key()) && grant.device == device.id;
        let is_whole = envelope
            .open::<Grant>(&grant.server_public, Purpose::Grant)
            .is_ok();
        if !(is_ours && is_whole) {
            return Err(LinkFault::Untrusted("the grant is not proven by the code").into());
        }
        let now = self.surroundings.timestamp();
        let clearing = Clearing {
            id: grant.server,
            public: grant.server_public,
            address: form.address.clone(),
        };
        self.ledger.write(Op::Settle, |db| {
            device::enrol(db, &clearing, grant.server_time, now)?;
            crate::ledger::structures::confirm(db, &grant.structure, &grant.siret)
        })
    }

    fn exchange(&self, link: &dyn Link) -> Result<SyncReport, Error> {
        let device = self.ledger.read(|db| device::get(db))?;
        let clearing = device.clearing.clone().ok_or(Error::NotEnrolled)?;
        let session = Session {
            desk: self,
            link,
            device,
            clearing,
        };
        let mut report = SyncReport::default();
        session.send_batches(&mut report)?;
        session.fetch_decisions(&mut report)?;
        report.state_renewed = session.fetch_state()?;
        retry_kept_codes(self)?;
        // A kept code that has just become a redemption need not wait for the next exchange.
        session.send_batches(&mut report)?;
        Ok(report)
    }
}

struct Session<'a> {
    desk: &'a Desk,
    link: &'a dyn Link,
    device: Device,
    clearing: Clearing,
}

impl Session<'_> {
    fn send_batches(&self, report: &mut SyncReport) -> Result<(), Error> {
        while let Some(sealed) = self.next_batch()? {
            match self.link.post("/v1/batches", &sealed.bytes)? {
                Answer::Parcel(bytes) => self.take_receipt(&sealed, &bytes, report)?,
                Answer::Unchanged => return Err(LinkFault::Untrusted("no receipt").into()),
                Answer::Refused(Refused::Gap { expected_seq }) => self.send_again(&sealed, expected_seq)?,
                Answer::Refused(refused) => return Err(LinkFault::Refused(refused).into()),
            }
        }
        Ok(())
    }

    /// The oldest batch without an answer; sealed now when events wait outside any batch. Its
    /// bytes are kept, so that every attempt sends the same ones.
    fn next_batch(&self) -> Result<Option<Sealed>, Error> {
        if let Some(sealed) = self.desk.ledger.read(|db| batches::find_unanswered(db))? {
            return Ok(Some(sealed));
        }
        let Some(batch) = self.desk.ledger.read(|db| self.plan_batch(db))? else {
            return Ok(None);
        };
        let bytes = Envelope::seal(self.device.id.0, &self.device.key, Purpose::Batch, &batch).to_bytes();
        let now = self.desk.surroundings.timestamp();
        self.desk
            .ledger
            .write(Op::Sync, |db| batches::record(db, &batch, &bytes, now))
            .map(Some)
    }

    fn plan_batch(&self, db: &Connection) -> Result<Option<Batch>, Error> {
        for life in log::list_lives(db)? {
            let first = batches::last_sealed(db, life.epoch)? + 1;
            let events = log::list(db, life.epoch, first, MAX_EVENTS)?;
            if events.is_empty() {
                continue;
            }
            let mut entries = sites::entries(db)?;
            entries.retain(|entry| events.iter().any(|event| event.site == entry.site));
            return Ok(Some(Batch {
                device: self.device.id,
                epoch: life.epoch,
                parent: life.parent,
                before: log::link_after(db, &life, first - 1)?,
                known_time: device::get(db)?.server_time,
                sites: entries,
                events,
            }));
        }
        Ok(None)
    }

    /// Clearing has lost what it had answered for (it was restored from a copy): the same bytes
    /// put it back, from the number that it names up to the batch that it refused.
    fn send_again(&self, refused: &Sealed, expected_seq: u64) -> Result<(), Error> {
        if expected_seq >= refused.first_seq {
            return Err(LinkFault::Untrusted("a gap where there is none").into());
        }
        let lost = self
            .desk
            .ledger
            .read(|db| batches::list_from(db, refused.epoch, expected_seq, refused.first_seq))?;
        for sealed in lost {
            let bytes = parcel(self.link.post("/v1/batches", &sealed.bytes)?)?;
            self.checked_receipt(&sealed, &bytes)?;
        }
        Ok(())
    }

    fn checked_receipt(&self, sealed: &Sealed, bytes: &[u8]) -> Result<Receipt, Error> {
        let receipt: Receipt = self.opened(bytes, Purpose::Receipt)?;
        let link = self.desk.ledger.read(|db| {
            let life = device::get_life(db, sealed.epoch)?;
            log::link_after(db, &life, sealed.last_seq)
        })?;
        let answers_it = receipt.server == self.clearing.id
            && receipt.device == self.device.id
            && receipt.epoch == sealed.epoch
            && receipt.first_seq == sealed.first_seq
            && receipt.last_seq() == sealed.last_seq
            && receipt.link == link;
        if answers_it {
            Ok(receipt)
        } else {
            Err(LinkFault::Untrusted("the receipt answers another batch").into())
        }
    }

    fn take_receipt(&self, sealed: &Sealed, bytes: &[u8], report: &mut SyncReport) -> Result<(), Error> {
        let receipt = self.checked_receipt(sealed, bytes)?;
        let now = self.desk.surroundings.timestamp();
        let moved = self.desk.ledger.write(Op::Sync, |db| {
            let before = redemptions::tallies(db)?;
            batches::record_receipt(db, sealed, &receipt, bytes, now)?;
            device::note_server_time(db, receipt.server_time)?;
            Ok((before, redemptions::tallies(db)?))
        })?;
        add_moved(report, &moved.0, &moved.1);
        Ok(())
    }

    fn fetch_decisions(&self, report: &mut SyncReport) -> Result<(), Error> {
        loop {
            let since = self.desk.ledger.read(|db| batches::last_decision(db))?;
            let path = format!("/v1/decisions?since={since}");
            let Some(decisions) = self.ask::<Decisions>(&path, Purpose::Decisions)? else {
                return Ok(());
            };
            let dense = (since + 1..)
                .zip(&decisions.decisions)
                .all(|(number, decision)| decision.number == number);
            if decisions.server != self.clearing.id || decisions.since != since || !dense {
                return Err(LinkFault::Untrusted("decisions that do not follow").into());
            }
            let moved = self.desk.ledger.write(Op::Sync, |db| {
                let before = redemptions::tallies(db)?;
                for decision in &decisions.decisions {
                    batches::record_decision(db, decision, self.device.id)?;
                }
                device::note_server_time(db, decisions.server_time)?;
                Ok((before, redemptions::tallies(db)?))
            })?;
            add_moved(report, &moved.0, &moved.1);
            if !decisions.more || decisions.decisions.is_empty() {
                return Ok(());
            }
        }
    }

    /// Whether new figures came.
    fn fetch_state(&self) -> Result<bool, Error> {
        let held = self.desk.ledger.read(|db| reference::version(db))?;
        let path = match held {
            Some(held) => format!("/v1/state?since={}&generation={}", held.version, held.generation),
            None => "/v1/state".to_owned(),
        };
        let Some(state) = self.ask::<State>(&path, Purpose::State)? else {
            return Ok(false);
        };
        let is_sound = state.server == self.clearing.id
            && state
                .programmes
                .iter()
                .all(|each| each.programme.check().is_ok() && each.spent().is_some());
        if !is_sound {
            return Err(LinkFault::Untrusted("a state that does not hold").into());
        }
        self.desk.ledger.write(Op::Sync, |db| {
            device::note_server_time(db, state.server_time)?;
            reference::replace(db, &state)
        })
    }

    /// Asks a question signed by this device; `None` when nothing is newer.
    fn ask<T>(&self, path: &str, purpose: Purpose) -> Result<Option<T>, Error>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let signature = self.device.key.sign(Purpose::Question, path.as_bytes());
        let headers = [
            (DEVICE_HEADER, self.device.id.to_string()),
            (SIGNATURE_HEADER, BASE32_NOPAD.encode(&signature)),
        ];
        match self.link.get(path, &headers)? {
            Answer::Parcel(bytes) => self.opened(&bytes, purpose).map(Some),
            Answer::Unchanged => Ok(None),
            Answer::Refused(refused) => Err(LinkFault::Refused(refused).into()),
        }
    }

    fn opened<T>(&self, bytes: &[u8], purpose: Purpose) -> Result<T, Error>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let envelope = Envelope::from_bytes(bytes).map_err(untrusted)?;
        Ok(envelope.open(&self.clearing.public, purpose).map_err(untrusted)?)
    }
}

fn parcel(answer: Answer) -> Result<Vec<u8>, LinkFault> {
    match answer {
        Answer::Parcel(bytes) => Ok(bytes),
        Answer::Unchanged => Err(LinkFault::Untrusted("nothing where an answer was due")),
        Answer::Refused(refused) => Err(LinkFault::Refused(refused)),
    }
}

const fn untrusted(fault: EnvelopeFault) -> LinkFault {
    match fault {
        EnvelopeFault::NotAnEnvelope => LinkFault::Portal,
        EnvelopeFault::TooLarge => LinkFault::Untrusted("the answer is too large"),
        EnvelopeFault::Unsigned => LinkFault::Untrusted("the signature does not hold"),
        EnvelopeFault::Malformed => LinkFault::Untrusted("the answer has another shape"),
    }
}

type Tallies = [(String, u32, Cents)];

/// What one transaction moved, added to the report.
fn add_moved(report: &mut SyncReport, before: &Tallies, after: &Tallies) {
    let of = |tallies: &Tallies, name: &str| {
        tallies
            .iter()
            .find(|(standing, _, _)| standing == name)
            .map_or((0, Cents::ZERO), |(_, count, sum)| (*count, *sum))
    };
    let gain = |name: &str, more: &Tallies, less: &Tallies| {
        let ((count, amount), (had, was)) = (of(more, name), of(less, name));
        Tally {
            count: count.saturating_sub(had),
            amount_cents: Cents((amount - was).0.max(0)),
        }
    };
    for (tally, gained) in [
        // What leaves "kept" is what clearing has received.
        (&mut report.sent, gain("kept", before, after)),
        (&mut report.credited, gain("credited", after, before)),
        (&mut report.to_examine, gain("to_examine", after, before)),
        (&mut report.refused, gain("refused", after, before)),
    ] {
        tally.count += gained.count;
        tally.amount_cents = tally.amount_cents + gained.amount_cents;
    }
}
