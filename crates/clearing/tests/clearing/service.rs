//! A clearing service with a clock set by hand.

use passerelle_clearing::{
    Clearing, Clock, Limits, MemoryStore, Server, Surroundings, chance, clock, read_programme,
};
use passerelle_domain::{
    key::PrivateKey,
    programme::{Programme, ProgrammeId},
    wire::EnrolmentCode,
};
use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// June 16th 2026, noon at Greenwich.
pub const NOON: u64 = 1_781_611_200;

pub const DAY: u64 = 86_400;

pub const PROGRAMME: ProgrammeId = ProgrammeId(1);

pub struct Service {
    pub clearing: Arc<Clearing>,
    server: Option<Server>,
    now: Arc<AtomicU64>,
    folder: TempDir,
    /// Where the books are, when they are not in the folder.
    database: Option<String>,
}

impl Service {
    /// A service that knows nothing.
    pub fn bare() -> Self {
        Self::at(None)
    }

    /// A service with the sample programme and a lot of ten activated booklets.
    pub fn new() -> Self {
        Self::bare().with_booklets()
    }

    /// The same, within other limits.
    pub fn within(limits: Limits) -> Self {
        let mut service = Self::new();
        drop(service.server.take());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::start_within(listener, service.clearing.clone(), limits);
        service.server = Some(server.expect("started"));
        service
    }

    /// The same, whose books are in a database.
    pub fn in_database(address: &str) -> Self {
        Self::at(Some(address.to_owned())).with_booklets()
    }

    fn at(database: Option<String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let now = Arc::new(AtomicU64::new(NOON));
        let clearing = open(folder.path(), database.as_deref(), &now);
        Self {
            server: Some(serve(&clearing)),
            clearing,
            now,
            folder,
            database,
        }
    }

    fn with_booklets(self) -> Self {
        let service = self;
        service.clearing.add_programme(&programme()).expect("added");
        service.clearing.mint(PROGRAMME, 10).expect("issued");
        service.clearing.activate(PROGRAMME, 1, 10).expect("activated");
        service
    }

    /// A code for the structure of that number.
    pub fn code(&self, structure: u32) -> EnrolmentCode {
        let issued = self.clearing.issue_enrolment(&siret(structure), 30);
        issued.expect("issued").code
    }

    pub fn address(&self) -> SocketAddr {
        self.server.as_ref().expect("it runs").address()
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn wait(&self, seconds: u64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Its disk dies, and it goes on from that copy of its books.
    pub fn restore(&mut self, copy: &Path) {
        drop(self.server.take());
        let (key, surroundings) = (
            PrivateKey::from_seed(&[0; 32]),
            Surroundings::new(clock::system(), chance::system()),
        );
        // Nothing may have the old books open when their files go.
        let nobody = Clearing::over(MemoryStore::default(), key, surroundings);
        self.clearing = Arc::new(nobody.expect("new books"));
        for name in ["clearing.db", "clearing.db-wal", "clearing.db-shm"] {
            let _ = fs::remove_file(self.folder.path().join(name));
        }
        fs::copy(copy, self.folder.path().join("clearing.db")).expect("copied back");
        self.restart();
    }

    /// Stops, and starts again from what is on disk.
    pub fn restart(&mut self) {
        drop(self.server.take());
        self.clearing = open(self.folder.path(), self.database.as_deref(), &self.now);
        self.server = Some(serve(&self.clearing));
    }
}

/// The sample programme.
pub fn programme() -> Programme {
    read_programme(include_str!("../../examples/numerique-pour-tous.toml"))
        .expect("the sample is a programme")
}

/// A SIRET whose key holds.
pub fn siret(number: u32) -> String {
    let stem = format!("{:013}", 1_300_000_000_000 + u64::from(number) * 1_000);
    let sum: u32 = stem
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, doubled) if doubled > 9 => doubled - 9,
            (0, doubled) => doubled,
            _ => digit,
        })
        .sum();
    format!("{stem}{}", (10 - sum % 10) % 10)
}

fn open(folder: &Path, database: Option<&str>, now: &Arc<AtomicU64>) -> Arc<Clearing> {
    let now = now.clone();
    let clock: Clock = Arc::new(move || now.load(Ordering::SeqCst));
    let clearing = match database {
        Some(address) => Clearing::open_in_database(folder, address, clock),
        None => Clearing::open(folder, clock),
    };
    Arc::new(clearing.expect("opened"))
}

fn serve(clearing: &Arc<Clearing>) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    Server::start(listener, clearing.clone()).expect("started")
}
