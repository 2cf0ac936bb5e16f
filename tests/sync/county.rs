//! A county to simulate: a few desks, two structures, one programme of very few passes, so that
//! everybody meets everybody's.

use super::disk::{Disk, Halt};
use crate::support::{draws::Draws, town::PROGRAMME, world::TownClock};
use chrono::NaiveDate;
use passerelle_clearing::{Clearing, Error, MemoryStore, ServerKeys, Store, Surroundings, read_programme};
use passerelle_domain::{
    exchange::{Party, StateVersion},
    id::{BirthId, DeviceId},
    key::{PrivateKey, Purpose},
    month::Month,
    objection::Note,
    pass::{PassId, Rank},
    programme::ProgrammeId,
    siret::Siret,
    wire::{ClosedMonth, EnrolmentForm, Envelope, Objection, SiteEntry, State, Trace, Verdict, WholeState},
};
use std::sync::{Arc, Mutex};

pub const PROGRAMME_ID: ProgrammeId = ProgrammeId(4);
/// Booklets of two passes: the first is active from the start.
pub const BOOKLETS: u32 = 3;
pub const RANKS: Rank = 2;

/// A pass of that booklet.
pub const fn pass(booklet: u32, rank: Rank) -> PassId {
    PassId {
        programme: PROGRAMME_ID,
        booklet,
        rank,
    }
}
/// The structure of each desk: the first two work for the same one.
const SIRETS: [&str; 3] = ["99999999800019", "99999999800019", "88888888000018"];

const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";
/// What clearing's first key is made of.
const FIRST_SEED: [u8; 32] = [7; 32];

/// What every county begins with. Made once: signing it costs more than living it.
pub struct Origin {
    store: MemoryStore,
}

/// One county, living.
pub struct County {
    pub clearing: Clearing,
    store: Arc<MemoryStore>,
    /// In a safe of their own: they never go back with the books.
    keys: Arc<ServerKeys>,
    pub clock: TownClock,
    pub desks: Vec<SimulatedDesk>,
    /// The months that were closed, as signed: a disk of its own, which no restore of the books reaches.
    signed_months: Vec<(Month, Vec<u8>)>,
}

/// A desk: its disk and its sense of time.
pub struct SimulatedDesk {
    pub disk: Disk,
    pub siret: &'static str,
    seed: [u8; 32],
    /// Of the seed: told once, since it takes as long as a signature.
    device: DeviceId,
}

impl Origin {
    /// Prints the booklets and enrols the desks.
    pub fn new() -> Self {
        let store = Arc::new(MemoryStore::default());
        let clock = TownClock::at_noon(first_day());
        let clearing = over(Arc::clone(&store), &first_keys(), &clock, 0);
        let programme = PROGRAMME.replace("passes_per_booklet = 10", "passes_per_booklet = 2");
        clearing
            .add_programme(&read_programme(&programme).expect("a programme"))
            .expect("taken in");
        clearing.mint(PROGRAMME_ID, BOOKLETS).expect("minted");
        clearing.activate(PROGRAMME_ID, 1, 1).expect("activated");
        for (desk, siret) in SIRETS.into_iter().enumerate() {
            clearing.add_structure(siret, siret).expect("a structure");
            enrol(&clearing, &PrivateKey::from_seed(&seed_of(desk)), siret);
        }
        // One structure is paid, the other is owed.
        let payee = clearing.enter_payee(SIRETS[0], IBAN, None, "Régie des pass");
        payee.expect("an account");
        Self {
            store: (*store).clone(),
        }
    }

    /// A county that begins here, the same for the same draws.
    pub fn county(&self, draws: &mut Draws) -> County {
        let clock = TownClock::at_noon(first_day());
        let store = Arc::new(self.store.clone());
        let keys = first_keys();
        let clearing = over(Arc::clone(&store), &keys, &clock, draws.any());
        let desk = |(desk, siret): (usize, &'static str), chance| {
            let device = PrivateKey::from_seed(&seed_of(desk)).public().device_id();
            SimulatedDesk {
                disk: Disk::new(device, keys.public(), chance),
                siret,
                seed: seed_of(desk),
                device,
            }
        };
        let desks = SIRETS
            .into_iter()
            .enumerate()
            .map(|named| desk(named, draws.any()))
            .collect();
        County {
            clearing,
            store,
            keys,
            clock,
            desks,
            signed_months: Vec::new(),
        }
    }
}

impl County {
    /// A copy of clearing's books.
    pub fn copy_books(&self) -> MemoryStore {
        (*self.store).clone()
    }

    /// The disk of clearing died: it goes on from a copy, a moment later.
    pub fn restore_books(&mut self, books: &MemoryStore, chance: u64) {
        self.clock.wait_seconds(60);
        self.store = Arc::new(books.clone());
        self.clearing = over(Arc::clone(&self.store), &self.keys, &self.clock, chance);
    }

    /// Clearing signs with another key from now on, which it makes of that chance.
    pub fn replace_key(&mut self, chance: u64) {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&chance.to_le_bytes());
        let since = u64::try_from(self.clock.seconds()).expect("after 1970");
        let replaced = self.keys.replaced_by(PrivateKey::from_seed(&seed), since);
        self.keys = Arc::new(replaced.expect("a key of its own"));
        self.clearing
            .sign_with(Arc::clone(&self.keys))
            .expect("the same service");
    }

    /// How many keys clearing has had.
    pub fn count_keys(&self) -> usize {
        self.keys.number() as usize
    }

    /// The officer closes the next month, once those that the books have lost are back; says which, if
    /// the rules allow it.
    pub fn close_month(&mut self) -> Result<Option<Month>, Error> {
        match self.bring_months_back(None) {
            Ok(()) => {}
            Err(Error::CreditsMissing(_)) => return Ok(None),
            Err(other) => return Err(other),
        }
        let next = match self.clearing.preview_settlement(None) {
            Ok(draft) => draft.settlement.month,
            Err(Error::NothingToSettle) => return Ok(None),
            Err(other) => return Err(other),
        };
        match self.clearing.close_settlement(next) {
            Ok(_) => {
                let parcel = self.clearing.export_settlement(next)?;
                self.signed_months.push((next, parcel));
                Ok(Some(next))
            }
            Err(Error::MonthNotOver(_) | Error::DevicesSilent(_)) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// Brings back the months that the books have lost, in order.
    pub fn bring_months_back(&self, anyway: Option<&str>) -> Result<(), Error> {
        for (month, parcel) in &self.signed_months {
            if !self.clearing.list_settled_months()?.contains(month) {
                self.clearing.bring_settlement_back(parcel, anyway)?;
                let again = self.clearing.export_settlement(*month)?;
                // The key may have been replaced since: the same month, by another hand.
                assert_eq!(closed_month(&again), closed_month(parcel));
            }
        }
        Ok(())
    }

    /// What clearing's books say a desk must know: told by a service that has just begun over a copy of
    /// them, and remembers nothing.
    pub fn whole(&self) -> (StateVersion, WholeState) {
        let fresh = over(self.copy_books(), &self.keys, &self.clock, 0);
        let parcel = fresh.state(None).expect("the books").expect("all of it");
        let envelope = Envelope::from_bytes(&parcel).expect("a parcel");
        let state: State = envelope.open(&fresh.public(), Purpose::State).expect("signed");
        let whole = WholeState::default().apply(&state);
        (state.held(), whole.expect("a state that holds"))
    }

    /// The objections of a desk that clearing's books lack, though they have the event.
    pub fn list_lost_objections(&self, desk: &SimulatedDesk) -> Result<Vec<Trace>, Error> {
        let device = desk.device();
        let store: &dyn Store = &*self.store;
        store.read(|books| {
            let mut lost = Vec::new();
            for ((epoch, seq), objection) in desk.disk.objections() {
                let trace = Trace::of_bytes(&objection.bytes);
                let is_known = books.find_event(BirthId { device, epoch, seq })?.is_some();
                if is_known && !books.has_objection(device, trace)? {
                    lost.push(trace);
                }
            }
            Ok(lost)
        })
    }

    /// The events of which a desk shows another last word than the one in clearing's books: what it
    /// shows, and what they say.
    pub fn list_misheard(
        &self,
        desk: &SimulatedDesk,
    ) -> Result<Vec<(BirthId, Verdict, Option<Verdict>)>, Error> {
        let device = desk.device();
        let store: &dyn Store = &*self.store;
        store.read(|books| {
            let mut misheard = Vec::new();
            for ((epoch, seq), shown) in desk.disk.words() {
                let id = BirthId { device, epoch, seq };
                let last = books.find_last_word(id)?;
                if last.as_ref() != Some(&shown) {
                    misheard.push((id, shown, last));
                }
            }
            Ok(misheard)
        })
    }

    /// The day on the clock of the county.
    pub fn today(&self) -> NaiveDate {
        let seconds = self.clock.seconds();
        chrono::DateTime::from_timestamp(seconds, 0)
            .expect("a time")
            .date_naive()
    }

    /// Any of the passes.
    pub fn any_pass(draws: &mut Draws) -> PassId {
        PassId {
            programme: PROGRAMME_ID,
            booklet: u32::try_from(draws.below(BOOKLETS as usize)).expect("few") + 1,
            rank: Rank::try_from(draws.below(usize::from(RANKS))).expect("few") + 1,
        }
    }
}

impl SimulatedDesk {
    /// Objects to an event that has its first word; says to which, if one has.
    ///
    /// # Errors
    /// The desk is killed before it is written.
    pub fn contest(&self, day: NaiveDate, draws: &mut Draws) -> Result<Option<BirthId>, Halt> {
        let places = self.disk.answered_places();
        if places.is_empty() {
            return Ok(None);
        }
        let (epoch, seq) = places[draws.below(places.len())];
        let Party { device, key, .. } = self.party();
        let event = BirthId { device, epoch, seq };
        let note = Note::parse(&format!("présent {}", draws.any())).expect("a note");
        let objection = Objection::new(event, day, note);
        let parcel = Envelope::seal(device.0, &key, Purpose::Objection, &objection);
        self.disk.contest((epoch, seq), parcel.to_bytes())?;
        Ok(Some(event))
    }

    /// A second PC, made from a copy of its disk.
    pub fn double(&self, chance: u64) -> Self {
        Self {
            disk: Disk::of(self.disk.copy(), chance),
            ..*self
        }
    }

    /// The two sides of its exchanges.
    pub fn party(&self) -> Party {
        let key = PrivateKey::from_seed(&self.seed);
        let mut replaced = self.disk.server_keys();
        let server_public = replaced.pop().expect("the key that it was let in by");
        Party {
            device: self.device,
            key,
            server: server_public.server_id(),
            server_public,
            replaced,
            structure: Siret::parse(self.siret).expect("a SIRET"),
        }
    }

    /// Its identity.
    pub const fn device(&self) -> DeviceId {
        self.device
    }
}

fn over(store: impl Store + 'static, keys: &Arc<ServerKeys>, clock: &TownClock, chance: u64) -> Clearing {
    let clock = clock.clone();
    let now = move || u64::try_from(clock.seconds()).expect("after 1970");
    let draws = Mutex::new(Draws::from_seed(chance));
    let fill = move |bytes: &mut [u8]| {
        let mut draws = draws.lock().expect("one thread");
        bytes.fill_with(|| draws.any().to_le_bytes()[0]);
        Ok(())
    };
    let surroundings = Surroundings::new(Arc::new(now), Arc::new(fill));
    let first = PrivateKey::from_seed(&FIRST_SEED);
    let clearing = Clearing::over(store, first, surroundings).expect("new books");
    clearing.sign_with(Arc::clone(keys)).expect("the same service");
    clearing
}

fn first_keys() -> Arc<ServerKeys> {
    Arc::new(ServerKeys::first(PrivateKey::from_seed(&FIRST_SEED)))
}

fn enrol(clearing: &Clearing, key: &PrivateKey, siret: &str) {
    let code = clearing.issue_enrolment(siret, 30).expect("a code").code;
    let site = SiteEntry {
        site: 1,
        name: format!("Lieu {siret}"),
        insee_code: "94016".into(),
    };
    let form = EnrolmentForm::new(&code, key.public(), "Poste".into(), vec![site]);
    let parcel = Envelope::seal(key.public().device_id().0, key, Purpose::Grant, &form).to_bytes();
    clearing.enrol(&parcel).expect("enrolled");
}

fn seed_of(desk: usize) -> [u8; 32] {
    [u8::try_from(desk).expect("few") + 20; 32]
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date")
}

fn closed_month(parcel: &[u8]) -> ClosedMonth {
    Envelope::from_bytes(parcel)
        .and_then(|envelope| envelope.read_unproven())
        .expect("a signed month")
}
