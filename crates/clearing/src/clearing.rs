//! One method per intention, the officer's and the desks'.

mod aftermath;
mod audit;
mod batches;
mod booklet;
mod conflicts;
mod courier;
mod devices;
mod enrolment;
mod judge;
mod keys;
mod metrics;
mod objections;
mod officer;
mod own_log;
mod presented;
mod questions;
mod recall;
mod recalling;
mod settlements;
mod several;
mod signed_months;
mod standing;
mod states;
mod status;
mod watermark;

pub use aftermath::Aftermath;
pub use booklet::{BookletStanding, PassClaim, PassCredit, PassStanding};
pub use conflicts::{Conflict, Decided, PaidBefore, Ruling, Told};
pub use devices::DeviceStanding;
pub use keys::{KeyStanding, KeysStanding};
pub use officer::{Activation, Block, IssuedEnrolment, Structured, read_programme};
pub use presented::{ClaimName, Presentation, SiteNote};
pub(crate) use recalling::credit_as_paid;
pub use signed_months::{BroughtBack, MissingCredits};
pub use status::{ProgrammeStatus, Status};

use crate::{
    beside::Beside,
    chance,
    clock::Clock,
    error::Error,
    key_files::KeyFiles,
    meters::Meters,
    published::Published,
    server_key,
    server_keys::ServerKeys,
    store::{Books, PostgresStore, SqliteStore, Store},
    surroundings::Surroundings,
};
use passerelle_domain::{key::PrivateKey, wire::FIRST_KEY};
use std::{
    fs,
    io::ErrorKind,
    path::Path,
    sync::{Arc, Mutex, RwLock},
};

/// The books in one file.
const BOOKS: &str = "clearing.db";

/// An empty file that says where the books are, so that they are never begun again beside it.
const BOOKS_ARE_IN_A_DATABASE: &str = "books-are-in-a-database";

/// One clearing service: its books, its keys and its surroundings. Calls block on the disk: from
/// asynchronous code they belong on a blocking thread.
pub struct Clearing {
    store: Box<dyn Store>,
    keys: RwLock<Arc<ServerKeys>>,
    /// Where they are; `None` when whoever holds them keeps them elsewhere.
    key_files: Option<KeyFiles>,
    surroundings: Surroundings,
    /// The account that uses it; empty when nobody said.
    officer: String,
    /// What desks are told of how often to come; nothing when nobody said.
    pace_seconds: Option<u32>,
    meters: Meters,
    published: Mutex<Option<Published>>,
    /// What no restore brings back; nothing for books that have no folder.
    beside: Option<Beside>,
}

impl Clearing {
    /// Opens the service kept in that folder, making folder, key and books at the first start. Chance
    /// is the machine's.
    ///
    /// # Errors
    /// The folder cannot be written; the key is lost or another service's; the books are damaged
    /// or newer than this version, or kept in a database. Nothing is changed then.
    pub fn open(folder: &Path, clock: Clock) -> Result<Self, Error> {
        make_folder(folder)?;
        let books = folder.join(BOOKS);
        let elsewhere = folder.join(BOOKS_ARE_IN_A_DATABASE);
        if elsewhere.exists() {
            return Err(Error::BooksInDatabase(elsewhere));
        }
        // SQLite gives its other files the mode of this one.
        leave_file(&books)?;
        Self::open_over(SqliteStore::open(&books)?, folder, clock)
    }

    /// Opens the service whose key is in that folder and whose books are in the PostgreSQL database
    /// of that address, making what is missing at the first start. Chance is the machine's.
    ///
    /// # Errors
    /// As [`Clearing::open`]; or not an address, a database that does not answer, or a folder that
    /// holds books of its own.
    pub fn open_in_database(folder: &Path, address: &str, clock: Clock) -> Result<Self, Error> {
        make_folder(folder)?;
        let here = folder.join(BOOKS);
        // New books under a key that has signed for others would credit every pass again.
        if here.exists() {
            return Err(Error::BooksInFolder(here));
        }
        let clearing = Self::open_over(PostgresStore::open(address)?, folder, clock)?;
        leave_file(&folder.join(BOOKS_ARE_IN_A_DATABASE))?;
        Ok(clearing)
    }

    fn open_over(store: impl Store + 'static, folder: &Path, clock: Clock) -> Result<Self, Error> {
        let surroundings = Surroundings::new(clock, chance::system());
        let files = KeyFiles::of(folder);
        let keys = own_keys(&store, &files, &surroundings)?;
        let clearing = Self {
            key_files: Some(files),
            beside: Some(Beside::of(folder)),
            ..Self::over_keys(store, keys, surroundings)?
        };
        // A service that cannot keep its marks still serves: the desks would notice too.
        if let Err(error) = clearing
            .keep_watermark()
            .and_then(|()| clearing.write_missing_months())
        {
            tracing::warn!(%error, "how far the books have come is not kept");
        }
        Ok(clearing)
    }

    /// Copies the books kept in that folder into a new file, while they are in use, and looks the
    /// copy through. The key beside them is not copied: it has a safe of its own. Gives the size
    /// of the copy, in bytes.
    ///
    /// # Errors
    /// The file exists or cannot be written; the copy does not hold. No file is left then.
    pub fn back_up(folder: &Path, file: &Path) -> Result<u64, Error> {
        if folder.join(BOOKS_ARE_IN_A_DATABASE).exists() {
            return Err(Error::CopyOfDatabase(KeyFiles::of(folder).newest()));
        }
        SqliteStore::copy(&folder.join(BOOKS), file)
    }

    /// The service of that first key over books kept anywhere, which are begun when they are new.
    ///
    /// # Errors
    /// The books do not answer, or were begun under another key.
    pub fn over(
        store: impl Store + 'static,
        key: PrivateKey,
        surroundings: Surroundings,
    ) -> Result<Self, Error> {
        Self::over_keys(store, ServerKeys::first(key), surroundings)
    }

    fn over_keys(
        store: impl Store + 'static,
        keys: ServerKeys,
        surroundings: Surroundings,
    ) -> Result<Self, Error> {
        let store: Box<dyn Store> = Box::new(store);
        let server = keys.origin();
        store.write(|books| match books.find_generation()? {
            Some((known, _)) if known == server => Ok(()),
            Some(_) => Err(Error::Damaged("what another key has signed")),
            None => books.record_generation(0, server, surroundings.now()),
        })?;
        Ok(Self {
            store,
            keys: RwLock::new(Arc::new(keys)),
            key_files: None,
            surroundings,
            officer: String::new(),
            pace_seconds: None,
            meters: Meters::default(),
            published: Mutex::new(None),
            beside: None,
        })
    }

    fn now(&self) -> u64 {
        self.surroundings.now()
    }
}

/// How many times the books were restored from a copy, as far as they know.
fn generation(books: &dyn Books) -> Result<u32, Error> {
    books
        .find_generation()?
        .map(|(_, generation)| generation)
        .ok_or(Error::Damaged("books without a generation"))
}

/// The keys in those files, the first of which is made with the books.
fn own_keys(store: &dyn Store, files: &KeyFiles, surroundings: &Surroundings) -> Result<ServerKeys, Error> {
    // Inside a transaction, so that two processes at the first start agree on one key.
    store.write(|books| {
        let found = files.find()?;
        match (books.find_generation()?, found) {
            (Some((server, _)), Some(keys)) if keys.origin() == server => Ok(keys),
            (Some(_), Some(_)) => Err(Error::OtherKey(files.newest())),
            (Some(_), None) => Err(Error::KeyLost(files.newest())),
            (None, found) => {
                let keys = match found {
                    Some(keys) => keys,
                    None => {
                        let seed = surroundings.random()?;
                        ServerKeys::first(server_key::make(&files.key(FIRST_KEY), seed)?)
                    }
                };
                books.record_generation(0, keys.origin(), surroundings.now())?;
                Ok(keys)
            }
        }
    })
}

/// A file that its owner alone can read, made if it is not there.
fn leave_file(path: &Path) -> Result<(), Error> {
    match server_key::private_file(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// A folder that its owner alone can enter: it holds keys.
fn make_folder(folder: &Path) -> Result<(), Error> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(Error::file(folder))
}
