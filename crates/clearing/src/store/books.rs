//! What can be asked of the books, one trait a room. Every engine gives the same answers and keeps
//! the same rules, which `migrations/clearing/sqlite` states in prose and SQL.
//!
//! What is recorded is a fact: written once, never changed, refused when another stands under its
//! key or when it refers to nothing. Errors are [`Fault`](super::Fault)s of the books, unless said.
//! Instants are Unix seconds; numbers of events go from 1 to `i64::MAX`, epochs use all 64 bits.

mod comeback;
mod objections;
mod office;
mod settlements;

pub use comeback::{Awaited, Comeback};
pub use objections::Objections;
pub use office::Office;
pub use settlements::Settlements;

use crate::{
    adjudicate::Evidence,
    books::{
        Answered, BatchRow, Booklet, Counts, Credit, CreditForm, Device, Enrolment, LoggedEvent, LoggedLife,
        Mark, Shown, SigningPassKey, Structure, Waiting,
    },
    error::Error,
    ranges::Range,
};
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::{Event, Link, Parent},
    id::{BirthId, DeviceId, Epoch, ServerId},
    key::PublicKey,
    pass::{PassId, PassKeyId},
    programme::{Programme, ProgrammeId},
    siret::Siret,
    wire::{Decision, ProofKey, SiteEntry, Verdict},
};

/// The books as seen by one transaction.
pub trait Books:
    Log
    + Credits
    + Decisions
    + Booklets
    + Programmes
    + Devices
    + Structures
    + Generations
    + Figures
    + Office
    + Settlements
    + Comeback
    + Objections
{
}

impl<B> Books for B where
    B: Log
        + Credits
        + Decisions
        + Booklets
        + Programmes
        + Devices
        + Structures
        + Generations
        + Figures
        + Office
        + Settlements
        + Comeback
        + Objections
{
}

/// The devices' logs: epochs, batches, events, what was said of them.
pub trait Log {
    /// Where an epoch comes from, if the epoch is known.
    fn find_epoch(&self, device: DeviceId, epoch: Epoch) -> Result<Option<Option<Parent>>, Error>;

    /// Writes down a new epoch.
    fn record_epoch(
        &self,
        device: DeviceId,
        epoch: Epoch,
        parent: Option<&Parent>,
        begun_at: u64,
    ) -> Result<(), Error>;

    /// The lives of a device's log, in any order.
    fn list_lives(&self, device: DeviceId) -> Result<Vec<LoggedLife>, Error>;

    /// The parcels that brought the events of a life after number `since`, in order, `limit` at most.
    fn list_batches(
        &self,
        device: DeviceId,
        epoch: Epoch,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Error>;

    /// The last event known of an epoch, 0 for none.
    fn last_seq(&self, device: DeviceId, epoch: Epoch) -> Result<u64, Error>;

    /// Events of an epoch that are known already, with the first word on each, ascending.
    fn list_answered(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Vec<Answered>, Error>;

    /// Writes down a parcel that brought new events.
    fn record_batch(&self, batch: &BatchRow<'_>) -> Result<(), Error>;

    /// Says which events of a life are about to be judged, so that an engine far away can fetch at once
    /// what each will be asked about. What is recorded of them from then on may be refused later: when
    /// something else is asked or written, or at the end. The answers are the same as without.
    fn look_ahead(&self, _device: DeviceId, _epoch: Epoch, _events: &[Event]) -> Result<(), Error> {
        Ok(())
    }

    /// Writes down an event of a batch, with the link after it.
    fn record_event(&self, logged: &LoggedEvent, batch_last_seq: u64, link: Link) -> Result<(), Error>;

    /// An event of the log, with what shows when it was written.
    fn find_event(&self, id: BirthId) -> Result<Option<(LoggedEvent, Evidence)>, Error>;

    /// The content of an event, if it has arrived.
    fn find_event_content(&self, id: BirthId) -> Result<Option<Event>, Error> {
        Ok(self.find_event(id)?.map(|(logged, _)| logged.event))
    }

    /// Whether its device has cancelled that redemption of that pass.
    fn is_voided(&self, id: BirthId, pass: PassId) -> Result<bool, Error>;

    /// Writes down the first word on an event.
    fn record_verdict(&self, id: BirthId, verdict: &Verdict) -> Result<(), Error>;

    /// The answer once given to exactly that range of events.
    fn find_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Option<Vec<u8>>, Error>;

    /// The last answer given to a device: the newest; then the one that goes furthest; then the
    /// shortest.
    fn find_last_receipt(&self, device: DeviceId) -> Result<Option<Vec<u8>>, Error>;

    /// Writes down that a receipt was shown after the books had lost something. They hold an answer
    /// to its range, which may be another one.
    fn record_recall(&self, shown: &Shown, recalled_at: u64) -> Result<(), Error>;

    /// Whether that very receipt was shown.
    fn has_recall(&self, shown: &Shown) -> Result<bool, Error>;

    /// Whether a receipt shown that way answers the event.
    fn is_recalled(&self, event: BirthId) -> Result<bool, Error>;

    /// Writes down the answer to a range of events.
    fn record_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        range: (u64, u64),
        parcel: &[u8],
        answered_at: u64,
    ) -> Result<(), Error>;
}

/// Who is owed a pass, and who gave it back.
pub trait Credits {
    /// The last credit given for a pass, standing or withdrawn.
    fn find_last_credit(&self, pass: PassId) -> Result<Option<Credit>, Error>;

    /// The last credit given through an event.
    fn find_credit_of(&self, event: BirthId) -> Result<Option<Credit>, Error>;

    /// Writes down a credit. The books refuse it while another of the same pass stands. An event is
    /// credited once; again only when its credit was taken back for a claim that did not hold.
    fn record_credit(&self, form: &CreditForm<'_>, credited_at: u64) -> Result<(), Error>;

    /// Writes down that a credit is given back through a void.
    fn record_withdrawal(&self, pass: PassId, attempt: u32, void: BirthId, at: u64) -> Result<(), Error>;

    /// The passes credited or given back since that mark of these books, ascending, each with whether
    /// a credit of it stands now; and the mark of now. Passes of which nothing was written since may be
    /// among them, and all are when the mark is not one of this engine's.
    fn list_presented_since(&self, mark: &Mark) -> Result<(Vec<(PassId, bool)>, Mark), Error>;
}

/// What waits, and the later words on it.
pub trait Decisions {
    /// Puts an event at the end of the work list.
    fn insert_waiting(&self, pass: PassId, waiting: &Waiting) -> Result<(), Error>;

    /// Changes what an event waits for, if it is on the list; it keeps its place.
    fn update_waiting(&self, event: BirthId, code: &str) -> Result<(), Error>;

    /// Takes an event off the work list, if it is there.
    fn remove_waiting(&self, event: BirthId) -> Result<(), Error>;

    /// What waits for one of these booklets to be issued or activated, in order of arrival.
    fn list_waiting_for_booklets(&self, programme: ProgrammeId, range: Range) -> Result<Vec<Waiting>, Error>;

    /// The claims on a pass that wait for the officer because somebody else had it, in order of
    /// arrival.
    fn list_contested(&self, pass: PassId) -> Result<Vec<Waiting>, Error>;

    /// A device's events that wait, each with its pass, in order of arrival.
    fn list_waiting_of(&self, device: DeviceId) -> Result<Vec<(PassId, Waiting)>, Error>;

    /// The last word on an event, if it has one.
    fn find_last_word(&self, event: BirthId) -> Result<Option<Verdict>, Error>;

    /// The last decision on an event, if it had one.
    fn find_last_decision(&self, event: BirthId) -> Result<Option<Decision>, Error>;

    /// The last decision on each event that had one, with whose it is, in the order of the streams.
    fn list_last_words(&self) -> Result<Vec<(Siret, Decision)>, Error>;

    /// Writes down a later word, under the next number of its structure's stream: the first of the
    /// newest generation, if that one has none yet.
    fn record_decision(
        &self,
        siret: &Siret,
        event: BirthId,
        verdict: &Verdict,
        decided_at: u64,
    ) -> Result<(), Error>;

    /// The words of a structure's stream after number `since`, ascending, `limit` at most.
    fn list_decisions(&self, siret: &Siret, since: u64, limit: usize) -> Result<Vec<Decision>, Error>;
}

/// Booklets: issued in lots, activated, blocked.
pub trait Booklets {
    /// The booklet, if it was issued.
    fn find_booklet(&self, programme: ProgrammeId, booklet: u32) -> Result<Option<Booklet>, Error>;

    /// Writes down a lot of booklets, which follow those issued before.
    fn record_lot(
        &self,
        programme: ProgrammeId,
        lot: Range,
        last_day: NaiveDate,
        key: PassKeyId,
        minted_at: u64,
    ) -> Result<(), Error>;

    /// Writes down that these booklets, not activated before, were paid for.
    fn record_activation(&self, programme: ProgrammeId, range: Range, activated_at: u64)
    -> Result<(), Error>;

    /// Writes down that these booklets, not blocked before, are no longer good.
    fn record_block(
        &self,
        programme: ProgrammeId,
        range: Range,
        since: NaiveDate,
        blocked_at: u64,
    ) -> Result<(), Error>;

    /// The last booklet issued, if any.
    fn find_last_booklet(&self, programme: ProgrammeId) -> Result<Option<u32>, Error>;

    /// The lots of a programme, ascending.
    fn list_lots(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error>;

    /// The activated booklets of a programme, ascending.
    fn list_activations(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error>;

    /// The blocked booklets of a programme, ascending, each with its day.
    fn list_blocks(&self, programme: ProgrammeId) -> Result<Vec<(Range, NaiveDate)>, Error>;
}

/// Programmes, and the keys that sign their passes.
pub trait Programmes {
    /// The programme of that number.
    fn find_programme(&self, id: ProgrammeId) -> Result<Option<Programme>, Error>;

    /// The programme of that number.
    ///
    /// # Errors
    /// There is none.
    fn get_programme(&self, id: ProgrammeId) -> Result<Programme, Error> {
        self.find_programme(id)?.ok_or(Error::NoSuchProgramme(id))
    }

    /// Every programme, by number.
    fn list_programmes(&self) -> Result<Vec<Programme>, Error>;

    /// Writes down a new programme.
    fn record_programme(&self, programme: &Programme, added_at: u64) -> Result<(), Error>;

    /// Writes down a key of a programme, under the next number.
    fn record_pass_key(&self, programme: ProgrammeId, seed: &[u8; 32], made_at: u64) -> Result<(), Error>;

    /// The newest key of a programme: the one that signs.
    fn find_pass_key(&self, programme: ProgrammeId) -> Result<Option<SigningPassKey>, Error>;

    /// The newest key of a programme: the one that signs.
    ///
    /// # Errors
    /// There is none: a programme is written down with its first key.
    fn get_pass_key(&self, programme: ProgrammeId) -> Result<SigningPassKey, Error> {
        self.find_pass_key(programme)?
            .ok_or(Error::Damaged("a programme without a key"))
    }

    /// Every key, by number.
    fn list_pass_keys(&self) -> Result<Vec<SigningPassKey>, Error>;
}

/// Enrolled desks, and the places that they speak of.
pub trait Devices {
    /// The device of that identity.
    fn find_device(&self, id: DeviceId) -> Result<Option<Device>, Error>;

    /// Writes down a new device, which is not revoked.
    fn record_device(
        &self,
        public: PublicKey,
        siret: &Siret,
        label: &str,
        enrolled_at: u64,
    ) -> Result<(), Error>;

    /// Writes down that a device is no longer heard; twice is once.
    fn record_revocation(&self, device: DeviceId, revoked_at: u64) -> Result<(), Error>;

    /// Writes down one version, from 1, of what a device calls a site.
    fn record_site(&self, device: DeviceId, version: u32, entry: &SiteEntry) -> Result<(), Error>;

    /// Writes down the sites whose name or commune is new, each under its next version.
    fn record_sites(&self, device: DeviceId, sites: &[SiteEntry]) -> Result<(), Error> {
        for entry in sites {
            let last = self.find_site(device, entry.site, None)?;
            if last.as_ref().is_some_and(|(_, known)| known == entry) {
                continue;
            }
            let version = last.map_or(1, |(version, _)| version + 1);
            self.record_site(device, version, entry)?;
        }
        Ok(())
    }

    /// What the device calls that site, with the version of these words: the last one, or the one
    /// asked for.
    fn find_site(
        &self,
        device: DeviceId,
        site: u16,
        version: Option<u32>,
    ) -> Result<Option<(u32, SiteEntry)>, Error>;
}

/// Structures, and the one-time codes that let their desks in.
pub trait Structures {
    /// The structure of that SIRET.
    fn find_structure(&self, siret: &Siret) -> Result<Option<Structure>, Error>;

    /// Writes down a new structure.
    fn record_structure(&self, structure: &Structure, added_at: u64) -> Result<(), Error>;

    /// Writes down a code to come, unless its short part is taken; says whether it was written.
    fn record_enrolment(
        &self,
        lookup: [u8; 3],
        proof_key: &ProofKey,
        siret: &Siret,
        issued_at: u64,
        ends_at: u64,
    ) -> Result<bool, Error>;

    /// The enrolment that the short part of a code finds.
    fn find_enrolment(&self, lookup: [u8; 3]) -> Result<Option<Enrolment>, Error>;

    /// Writes down that a code has served, and the answer given.
    fn record_enrolment_use(
        &self,
        lookup: [u8; 3],
        device: DeviceId,
        answer: &[u8],
        used_at: u64,
    ) -> Result<(), Error>;
}

/// The lives of the service.
pub trait Generations {
    /// The service's identity and how many times it was restored; `None` in new books.
    fn find_generation(&self) -> Result<Option<(ServerId, u32)>, Error>;

    /// Writes down a life of the service.
    fn record_generation(&self, generation: u32, server: ServerId, begun_at: u64) -> Result<(), Error>;
}

/// The figures of the whole.
pub trait Figures {
    /// How many facts the state depends on. It grows with each of them and with nothing else, so
    /// it numbers the states without a counter that every batch would have to wait for.
    fn state_version(&self) -> Result<u64, Error>;

    /// The counts of the whole.
    fn counts(&self) -> Result<Counts, Error>;

    /// How many credits of a programme stand, and what they are worth.
    fn credited(&self, programme: ProgrammeId) -> Result<(u64, Cents), Error>;
}
