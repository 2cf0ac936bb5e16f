//! A town: desks and a real clearing service, on one clock that tests move.
//!
//! When a town is dropped it lets every desk say what it has to say, then refuses to end with
//! anything unsent, or with sums that differ between the desks and clearing.

use super::{
    forms,
    world::{TownClock, surroundings},
};
use chrono::NaiveDate;
use passerelle_clearing::{Clearing, MintedPass, Server, read_programme};
use passerelle_desk::{
    Desk, Profile,
    form::{CodeRead, EnrolForm, NewcomerForm, RedeemForm},
    sync::HttpLink,
    view::{Redemption, RedemptionAnswer, SyncReport},
};
use passerelle_domain::{
    cents::Cents,
    id::{AttendeeId, WorkshopId},
    month::Month,
    programme::ProgrammeId,
};
use rusqlite::Connection;
use std::{
    fs,
    net::TcpListener,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    thread,
};
use tempfile::TempDir;

/// The programme of every story: booklets of ten passes of 10 €, good at Cachan and Vincennes.
pub const PROGRAMME: &str = include_str!("programme.toml");

/// Its number.
pub const PROGRAMME_ID: ProgrammeId = ProgrammeId(4);

/// The day on which every story starts.
pub fn thursday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date")
}

/// Desks and a clearing service.
pub struct Town {
    pub clock: TownClock,
    pub clearing: Arc<Clearing>,
    server: Option<Server>,
    folder: TempDir,
    places: Mutex<Vec<Place>>,
}

/// Where a desk of the town is, so that the town can open it again at the end.
#[derive(Clone)]
struct Place {
    name: String,
    profile: PathBuf,
    skew: Arc<AtomicI64>,
    lives: Arc<AtomicU32>,
    /// Whether it was made from another desk's disk.
    is_double: bool,
}

/// An open desk of the town. Dropping it is what a killed process leaves behind.
pub struct Counter {
    pub desk: Desk,
    pub link: HttpLink,
    pub name: String,
    /// How many seconds its clock is ahead.
    pub skew: Arc<AtomicI64>,
}

impl Deref for Counter {
    type Target = Desk;
    fn deref(&self) -> &Desk {
        &self.desk
    }
}

impl Town {
    /// A town with its programme, on a Thursday at noon.
    pub fn new() -> Self {
        Self::at(None, PROGRAMME)
    }

    /// The same with another programme of that number.
    pub fn with_programme(programme: &str) -> Self {
        Self::at(None, programme)
    }

    /// The same, with the books of clearing in a database.
    pub fn in_database(address: &str) -> Self {
        Self::at(Some(address), PROGRAMME)
    }

    fn at(database: Option<&str>, programme: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = TownClock::at_noon(thursday());
        let clearing = open_clearing(&folder.path().join("clearing"), database, &clock);
        clearing
            .add_programme(&read_programme(programme).expect("a programme"))
            .expect("taken in");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::start(listener, Arc::clone(&clearing)).expect("a server");
        Self {
            clock,
            clearing,
            server: Some(server),
            folder,
            places: Mutex::default(),
        }
    }

    /// Where clearing answers.
    pub fn address(&self) -> String {
        let server = self.server.as_ref().expect("it serves between two restores too");
        format!("http://{}", server.address())
    }

    /// A copy of clearing's books, taken while it serves.
    pub fn copy_clearing(&self) -> PathBuf {
        let copy = self
            .folder
            .path()
            .join(format!("books-{}.db", self.clock.seconds()));
        let books = Connection::open(self.folder.path().join("clearing/clearing.db")).expect("the books");
        let path = copy.to_str().expect("a path of plain letters");
        books.execute("VACUUM INTO ?1", [path]).expect("copied");
        copy
    }

    /// Clearing's disk has died: a minute later it goes on from that copy, at the same address, and
    /// nobody tells it.
    pub fn restore_clearing(&mut self, copy: &Path) {
        let server = self.server.take().expect("it serves between two restores too");
        let address = server.address();
        server.stop().expect("stopped");
        let folder = self.folder.path().join("clearing");
        for name in ["clearing.db", "clearing.db-wal", "clearing.db-shm"] {
            let _ = fs::remove_file(folder.join(name));
        }
        fs::copy(copy, folder.join("clearing.db")).expect("copied back");
        self.clock.wait_seconds(60);
        self.clearing = open_clearing(&folder, None, &self.clock);
        let listener = TcpListener::bind(address).expect("its own port");
        self.server = Some(Server::start(listener, Arc::clone(&self.clearing)).expect("a server"));
    }

    /// A copy of clearing's whole folder as it is now, keys and all: an old backup, or what a thief has.
    pub fn copy_service(&self, name: &str) -> PathBuf {
        let copy = self.folder.path().join(name);
        copy_folder(&self.folder.path().join("clearing"), &copy);
        copy
    }

    /// A service that answers from such a copy, somewhere else.
    pub fn serve_copy(&self, copy: &Path) -> (Arc<Clearing>, Server) {
        let clearing = open_clearing(copy, None, &self.clock);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::start(listener, Arc::clone(&clearing)).expect("a server");
        (clearing, server)
    }

    /// The same when the books are in a database: it goes on over another one.
    pub fn restore_database(&mut self, address: &str) {
        let server = self.server.take().expect("it serves between two restores too");
        let port = server.address();
        server.stop().expect("stopped");
        self.clock.wait_seconds(60);
        let folder = self.folder.path().join("clearing");
        self.clearing = open_clearing(&folder, Some(address), &self.clock);
        let listener = TcpListener::bind(port).expect("its own port");
        self.server = Some(Server::start(listener, Arc::clone(&self.clearing)).expect("a server"));
    }

    /// Where clearing leaves the signed file of a month.
    pub fn signed_month(&self, month: Month) -> PathBuf {
        self.clearing.settlement_file(month).expect("it has a folder")
    }

    /// Booklets, activated: their passes by booklet and rank.
    pub fn booklets(&self, count: u32) -> Vec<Vec<MintedPass>> {
        let booklets = self.sleeping_booklets(count);
        let (first, last) = (booklets[0][0].booklet, booklets[booklets.len() - 1][0].booklet);
        self.clearing
            .activate(PROGRAMME_ID, first, last)
            .expect("activated");
        booklets
    }

    /// Booklets whose order is not paid yet.
    pub fn sleeping_booklets(&self, count: u32) -> Vec<Vec<MintedPass>> {
        let lot = self.clearing.mint(PROGRAMME_ID, count).expect("minted");
        lot.passes
            .chunk_by(|a, b| a.booklet == b.booklet)
            .map(<[MintedPass]>::to_vec)
            .collect()
    }

    /// A desk that is set up at Cachan and enrolled for a structure of its own.
    pub fn desk(&self, name: &str, siret: &str) -> Counter {
        let counter = self.desk_without_link(name);
        self.enrol(&counter, siret);
        counter
    }

    /// A desk that is set up and knows nothing of clearing.
    pub fn desk_without_link(&self, name: &str) -> Counter {
        let place = Place {
            name: name.to_owned(),
            profile: self.profile(name),
            skew: Arc::default(),
            lives: Arc::default(),
            is_double: false,
        };
        self.places
            .lock()
            .expect("no test panics with it")
            .push(place.clone());
        let counter = self.open(&place);
        counter.set_up(&forms::set_up(name)).expect("set up");
        counter
    }

    /// Enrols a desk, and lets it learn what clearing knows.
    pub fn enrol(&self, desk: &Desk, siret: &str) {
        self.clearing.add_structure(siret, siret).expect("a structure");
        let issued = self.clearing.issue_enrolment(siret, 30).expect("a code");
        let form = EnrolForm {
            address: self.address(),
            code: issued.code.to_string(),
        };
        let link = HttpLink::to(&form.address).expect("an address");
        desk.enrol(&form, &link).expect("enrolled");
        desk.sync(&link).expect("an exchange");
    }

    /// Where a desk of the town keeps its ledger.
    pub fn profile(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Kills a desk and opens it again on what it had written.
    pub fn kill(&self, counter: Counter) -> Counter {
        let name = counter.name.clone();
        drop(counter);
        self.reopen(&name)
    }

    /// Opens a desk again that nobody has open.
    pub fn reopen(&self, name: &str) -> Counter {
        let places = self.places.lock().expect("no test panics with it");
        let place = places
            .iter()
            .find(|place| place.name == name)
            .expect("a desk of this town");
        self.open(place)
    }

    /// Closes a desk and makes a second PC from its disk; gives both.
    pub fn double(&self, counter: Counter, name: &str) -> (Counter, Counter) {
        let copy = self.copy_disk(counter, name);
        let place = Place {
            name: name.to_owned(),
            profile: copy.disk,
            skew: Arc::default(),
            lives: Arc::default(),
            is_double: true,
        };
        let double = self.open(&place);
        self.places.lock().expect("no test panics with it").push(place);
        (copy.counter, double)
    }

    /// Closes a desk and copies its disk; gives the desk back, and where the copy lies.
    pub fn copy_disk(&self, counter: Counter, name: &str) -> CopiedDisk {
        let of = counter.name.clone();
        drop(counter);
        let places = self.places.lock().expect("no test panics with it").clone();
        let place = places
            .iter()
            .find(|place| place.name == of)
            .expect("a desk of this town");
        let disk = self.folder.path().join(name);
        copy_folder(&place.profile, &disk);
        CopiedDisk {
            counter: self.open(place),
            disk,
        }
    }

    /// A desk's disk dies, and it goes on from a copy, knowing nothing of it.
    pub fn restore_disk(&self, counter: Counter, copy: &Path) -> Counter {
        let name = counter.name.clone();
        drop(counter);
        let places = self.places.lock().expect("no test panics with it").clone();
        let place = places
            .iter()
            .find(|place| place.name == name)
            .expect("a desk of this town");
        fs::remove_dir_all(&place.profile).expect("a folder");
        copy_folder(copy, &place.profile);
        self.open(place)
    }

    fn open(&self, place: &Place) -> Counter {
        let life = place.lives.fetch_add(1, Ordering::SeqCst);
        let surroundings = surroundings(&self.clock, &place.skew, &place.name, life);
        Counter {
            desk: Desk::open(Profile::at(&place.profile), surroundings).expect("the ledger opens"),
            link: HttpLink::to(&self.address()).expect("an address"),
            name: place.name.clone(),
            skew: Arc::clone(&place.skew),
        }
    }

    /// What clearing has credited in all.
    pub fn credited(&self) -> Cents {
        self.clearing
            .status()
            .expect("the books")
            .programmes
            .iter()
            .map(|programme| programme.credited_cents)
            .sum()
    }
}

/// Opens a clearing service in that folder, its books in the database of that address if there is one.
pub fn open_clearing(folder: &Path, database: Option<&str>, clock: &TownClock) -> Arc<Clearing> {
    let clock = clock.clone();
    let now = Arc::new(move || u64::try_from(clock.seconds()).expect("after 1970"));
    let clearing = match database {
        Some(address) => Clearing::open_in_database(folder, address, now),
        None => Clearing::open(folder, now),
    };
    Arc::new(clearing.expect("the books open"))
}

/// A desk, and a copy of its disk.
pub struct CopiedDisk {
    pub counter: Counter,
    pub disk: PathBuf,
}

/// Copies a folder and all below it, as a disk is imaged.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let places = self.places.lock().expect("no test panics with it").clone();
        let mut credited = Cents::ZERO;
        // Twice: the first time round, a desk cannot know yet what its double is about to say.
        for is_last in [false, true] {
            for place in &places {
                let counter = self.open(place);
                if counter.clearing_address().expect("the ledger").is_none() {
                    continue;
                }
                counter.exchange();
                let batches = counter.batches().expect("the ledger");
                assert_eq!(
                    batches.standings.kept.count, 0,
                    "{} has something unsent",
                    place.name
                );
                if is_last && !place.is_double {
                    let recovered = batches
                        .double
                        .map_or(Cents::ZERO, |double| double.recovered.amount_cents);
                    credited = credited + batches.standings.credited.amount_cents + recovered;
                }
            }
        }
        assert_eq!(
            credited,
            self.credited(),
            "the desks and clearing agree on what is credited"
        );
    }
}

impl Counter {
    /// Exchanges with clearing.
    pub fn exchange(&self) -> SyncReport {
        self.sync(&self.link).expect("an exchange")
    }

    /// Opens a collective workshop today.
    pub fn workshop(&self, title: &str) -> WorkshopId {
        self.workshop_on(title, "aujourd’hui")
    }

    /// Opens a collective workshop on a day.
    pub fn workshop_on(&self, title: &str, held_on: &str) -> WorkshopId {
        let site = self.list_sites().expect("the ledger")[0].id;
        self.open_workshop(&forms::workshop(title, held_on, site))
            .expect("a workshop")
    }

    /// Adds a person and enters them at a workshop.
    pub fn newcomer(&self, workshop: WorkshopId, surname: &str, first_name: &str) -> AttendeeId {
        let attendee = forms::attendee(surname, first_name);
        self.add_attendee(&NewcomerForm {
            attendee,
            workshop_id: Some(workshop),
        })
        .expect("a newcomer")
    }

    /// Holds out a pass, for nobody in particular.
    pub fn hold_out(&self, workshop: WorkshopId, code: &str) -> RedemptionAnswer {
        self.redeem(&forms::redeem(
            workshop,
            None,
            CodeRead::Text {
                text: code.to_owned(),
            },
        ))
        .expect("an answer")
    }

    /// Takes a pass that must be accepted.
    pub fn take(&self, workshop: WorkshopId, code: &str) -> Redemption {
        match self.hold_out(workshop, code) {
            RedemptionAnswer::Accepted { redemption } => redemption,
            other => panic!("not accepted: {other:?}"),
        }
    }

    /// Takes a pass for a person.
    pub fn take_for(&self, workshop: WorkshopId, attendee: AttendeeId, code: &str) -> Redemption {
        let form: RedeemForm = forms::redeem(
            workshop,
            Some(attendee),
            CodeRead::Text {
                text: code.to_owned(),
            },
        );
        match self.redeem(&form).expect("an answer") {
            RedemptionAnswer::Accepted { redemption } => redemption,
            other => panic!("not accepted: {other:?}"),
        }
    }
}
