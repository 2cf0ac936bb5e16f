//! An exchange without a network: a pouch leaves on a key or on paper, and its answer comes back the
//! same way, whenever it does.

mod fault;
mod gathering;
mod relay;

pub use fault::PouchFault;
pub(crate) use gathering::Gathering;
pub(crate) use relay::Relayed;

use super::{exchange::take_grant, link::LinkFault, memory::LedgerMemory};
use crate::{
    desk::Desk,
    error::Error,
    form::EnrolForm,
    ledger::{Op, Topic, batches, device, redemptions, reference, settings},
    passes::retry_kept_codes,
    reader::Progress,
    session::Deed,
    view::{PackedPouch, PouchReport, Tally},
};
use passerelle_domain::{
    exchange::{Exchange, Taken, TakingBack},
    wire::{Answer, EnrolmentCode, MonthsHeard, Outward, Pouch, Question, Return, SignedQuestion},
};
use std::ops::ControlFlow;

/// How the file of a pouch is recognised by people; its content says what it is.
pub const POUCH_EXTENSION: &str = "pli";

impl Desk {
    /// Seals everything, and packs what waits for clearing: batches and questions, or the enrolment
    /// form that was filled in. Packing twice does no harm, nor does sending both.
    ///
    /// # Errors
    /// Not enrolled, and no form was filled in; or the ledger.
    pub fn pack_pouch(&self) -> Result<PackedPouch, Error> {
        let ledger = self.as_person(Deed::Deal)?;
        let _place = self.link.begin();
        let (device, form) = ledger.read(|db| Ok((device::get(db)?, settings::find_enrolment(db)?)))?;
        let outward = match (device.clearing.is_some(), form) {
            (true, _) => self.pack_exchange()?,
            (false, Some(form)) => self.pack_form(&form)?,
            (false, None) => return Err(Error::NotEnrolled),
        };
        let (redemptions, waiting) =
            ledger.read(|db| Ok((redemptions::tallies(db)?, batches::count_unanswered(db)?)))?;
        let kept = redemptions.iter().find(|(standing, _, _)| standing == "kept");
        let name = device.id.short_name();
        Ok(PackedPouch {
            file_name: format!("pli-{name}-{}.{POUCH_EXTENSION}", self.surroundings.today()),
            device: name,
            passes: kept.map_or_else(Tally::default, |(_, count, amount_cents)| Tally {
                count: *count,
                amount_cents: *amount_cents,
            }),
            is_enrolment: outward.form.is_some(),
            has_more: waiting > outward.batches.len(),
            bytes: outward.to_bytes(),
        })
    }

    /// Keeps the letter's code, for a pouch that asks clearing to let this device in.
    ///
    /// # Errors
    /// The code or the address is mistyped.
    pub fn ask_enrolment(&self, form: &EnrolForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Deal)?;
        EnrolmentCode::parse(&form.code).map_err(LinkFault::Code)?;
        super::HttpLink::to(&form.address)?;
        ledger.write(Op::Settle, |db| settings::keep_enrolment(db, form))
    }

    /// Takes in what came back: the file of a return, or a picture or PDF of its codes. Codes of one
    /// that is not whole are kept until the others come, as long as the desk is open.
    ///
    /// # Errors
    /// It is no return for this device, or not whole. Nothing was taken then.
    pub fn unpack_pouch(
        &self,
        file: &[u8],
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<PouchReport, Error> {
        let ledger = self.as_person(Deed::Deal)?;
        let whole = self.gathering.gather(file, progress)?;
        let _place = self.link.begin();
        let mut report = PouchReport::default();
        let (mut fault, mut is_taken) = (None, false);
        for bytes in whole {
            match self.take_in(&bytes, &mut report) {
                Ok(()) => is_taken = true,
                Err(Error::Pouch(other)) => fault = Some(other),
                Err(error) => return Err(error),
            }
        }
        ledger.announce(&[Topic::Link, Topic::Situation]);
        match fault {
            // Beside the return for this device, a page may show its neighbours'.
            Some(fault) if !is_taken => Err(fault.into()),
            Some(_) | None => Ok(report),
        }
    }

    pub(super) fn pack_exchange(&self) -> Result<Outward, Error> {
        let memory = LedgerMemory::of(self)?;
        let reminder = self.as_machine().read(|db| settings::find_reminder(db))?;
        Exchange::begin(&memory, memory.party()?).pack(reminder)
    }

    /// The form, and the question about the state: once let in, the device is answered at once.
    fn pack_form(&self, form: &EnrolForm) -> Result<Outward, Error> {
        let code = EnrolmentCode::parse(&form.code).map_err(LinkFault::Code)?;
        let (device, parcel) = self.enrolment_parcel(&code)?;
        let ask = |path: &str| SignedQuestion::new(path.to_owned(), &Question::ask(&device.key, path));
        Ok(Outward {
            form: Some(parcel.into()),
            state: Some(ask("/v1/state")),
            standing: Some(ask(&MonthsHeard::default().to_path())),
            ..Outward::of(device.id)
        })
    }

    fn take_in(&self, bytes: &[u8], report: &mut PouchReport) -> Result<(), Error> {
        let back = match Pouch::from_bytes(bytes).map_err(PouchFault::from)? {
            Pouch::Return(back) => back,
            Pouch::Outward(_) => return Err(PouchFault::Outward.into()),
        };
        let device = self.as_machine().read(|db| device::get(db))?;
        if back.device != device.id {
            return Err(PouchFault::OtherDevice.into());
        }
        if let Some(answer) = &back.grant {
            self.take_in_grant(answer, report)?;
        }
        self.take_in_parts(&back, report)?;
        retry_kept_codes(self)?;
        report.known_on = self.as_machine().read(|db| reference::known_on(db))?;
        let now = self.surroundings.timestamp();
        self.as_machine()
            .write(Op::Sync, |db| device::note_heard(db, now))
    }

    fn take_in_grant(&self, answer: &Answer, report: &mut PouchReport) -> Result<(), Error> {
        let (device, form) = self
            .as_machine()
            .read(|db| Ok((device::get(db)?, settings::find_enrolment(db)?)))?;
        if device.clearing.is_some() {
            // A return that comes twice, or after the network has enrolled: the first grant stands.
            return Ok(());
        }
        let form = form.ok_or(PouchFault::NotAsked)?;
        take_grant(self, &form, answer.clone())?;
        report.is_enrolled = true;
        report.is_new = true;
        Ok(())
    }

    fn take_in_parts(&self, back: &Return, report: &mut PouchReport) -> Result<(), Error> {
        let memory = LedgerMemory::of(self)?;
        let heard = || self.as_machine().read(|db| batches::count_decisions(db));
        let decisions_before = heard()?;
        let mut reminder = None;
        let mut taking = TakingBack::begin(&memory, memory.party()?)?;
        for part in back.parts() {
            match taking.take(part) {
                Ok(Taken::Kept) => report.is_new = true,
                Ok(Taken::Known) => {}
                Ok(Taken::Early | Taken::Postponed) => report.wants_another = true,
                Ok(Taken::Reminded(refused)) => {
                    report.wants_another = true;
                    reminder = Some(refused);
                }
                // Nothing of this part was written, and the others are as good as before.
                Err(Error::Link(fault)) => report.fault = report.fault.or(Some(code_of(&fault))),
                Err(error) => return Err(error),
            }
        }
        if let Some(refused) = reminder {
            self.as_machine()
                .write(Op::Sync, |db| settings::keep_reminder(db, Some(refused)))?;
        }
        report.decisions += heard()? - decisions_before;
        report.moved.add(&memory.into_report());
        Ok(())
    }
}

/// Why a part was not taken. No network stands between: what is no parcel was altered on its way.
const fn code_of(fault: &LinkFault) -> &'static str {
    match fault {
        LinkFault::Portal => LinkFault::Untrusted("no parcel").code(),
        fault => fault.code(),
    }
}
