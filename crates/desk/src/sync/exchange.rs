//! One exchange: send what waits, take the answers, the later words and the new figures.

use super::{
    link::{Attempt, Link, LinkFault},
    memory::LedgerMemory,
};
use crate::{
    desk::Desk,
    error::Error,
    form::EnrolForm,
    ledger::{
        Op, Topic,
        device::{self, Clearing, Device},
        settings, sites,
    },
    passes::retry_kept_codes,
    session::Deed,
    view::SyncReport,
};
use passerelle_domain::{
    exchange::{Answer, ENROLMENTS, ExchangeFault},
    key::Purpose,
    wire::{EnrolmentCode, EnrolmentForm, Envelope, EnvelopeFault, Grant},
};

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
        self.link.note(Attempt { fault });
        self.as_machine().announce(&[Topic::Link]);
        outcome
    }

    /// Joins a clearing service with the letter's code.
    ///
    /// # Errors
    /// The code is mistyped or no longer good, or whoever answered does not know it.
    pub fn enrol(&self, form: &EnrolForm, link: &dyn Link) -> Result<(), Error> {
        self.allow(Deed::Deal)?;
        let code = EnrolmentCode::parse(&form.code).map_err(LinkFault::Code)?;
        let (_, body) = self.enrolment_parcel(&code)?;
        take_grant(self, form, link.post(ENROLMENTS, &body)?)
    }

    /// This device, and the parcel of the form by which it asks to be let in.
    pub(super) fn enrolment_parcel(&self, code: &EnrolmentCode) -> Result<(Device, Vec<u8>), Error> {
        let (device, label, entries) = self.as_machine().read(|db| {
            let label = sites::list(db)?
                .first()
                .map(|site| site.name.clone())
                .unwrap_or_default();
            Ok((device::get(db)?, label, sites::entries(db)?))
        })?;
        let ask = EnrolmentForm::new(code, device.key.public(), label, entries);
        let parcel = Envelope::seal(device.id.0, &device.key, Purpose::Grant, &ask).to_bytes();
        Ok((device, parcel))
    }

    fn exchange(&self, link: &dyn Link) -> Result<SyncReport, Error> {
        let memory = LedgerMemory::of(self)?;
        let outcome = memory.run(link);
        // Whatever came to nothing, new figures may have come before it.
        retry_kept_codes(self)?;
        outcome?;
        // A kept code that has just become a redemption need not wait for the next exchange.
        if memory.has_unsealed()? {
            memory.run(link)?;
        }
        let now = self.surroundings.timestamp();
        self.as_machine()
            .write(Op::Sync, |db| device::note_heard(db, now))?;
        Ok(memory.into_report())
    }
}

/// Trusts whoever has answered an enrolment form, if they know the letter's code.
pub(super) fn take_grant(desk: &Desk, form: &EnrolForm, answer: Answer) -> Result<(), Error> {
    let code = EnrolmentCode::parse(&form.code).map_err(LinkFault::Code)?;
    let signed = parcel(answer)?;
    let envelope = Envelope::from_bytes(&signed).map_err(untrusted)?;
    // The grant brings the key that its envelope is signed with: the proof inside, made with
    // the code that only the letter knows, is what it stands on.
    let grant: Grant = envelope.read_unproven().map_err(untrusted)?;
    let (device, asked) = desk.enrolment_parcel(&code)?;
    let is_ours = grant.is_proven_by(&code.proof_key()) && grant.device == device.id;
    let is_whole = envelope
        .open::<Grant>(&grant.server_public, Purpose::Grant)
        .is_ok();
    if !(is_ours && is_whole) {
        return Err(LinkFault::Untrusted("the grant is not proven by the code").into());
    }
    let now = desk.surroundings.timestamp();
    let clearing = Clearing {
        id: grant.server,
        public: grant.server_public,
        address: form.address.clone(),
    };
    desk.as_machine().write(Op::Settle, |db| {
        device::enrol(db, &clearing, grant.server_time, now)?;
        device::keep_enrolment(db, &asked, &signed)?;
        settings::forget_enrolment(db)?;
        crate::ledger::structures::confirm(db, &grant.structure, &grant.siret)
    })
}

fn parcel(answer: Answer) -> Result<Vec<u8>, LinkFault> {
    match answer {
        Answer::Parcel(bytes) => Ok(bytes),
        Answer::Unchanged => Err(LinkFault::Untrusted("nothing where an answer was due")),
        Answer::Refused(refused) => Err(LinkFault::Refused(refused)),
    }
}

fn untrusted(fault: EnvelopeFault) -> LinkFault {
    LinkFault::from(ExchangeFault::from(fault))
}
