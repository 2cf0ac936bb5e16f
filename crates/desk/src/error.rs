//! What can go wrong, split by what a person can do about it.

use crate::{form::FieldFault, sync::PouchFault};
use passerelle_domain::refusal::Refusal;
use serde::Serialize;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What went wrong, with what a developer needs to find out why.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// What a person filled in cannot be taken as it is.
    #[error("{} fields to correct", .0.len())]
    Fields(Vec<FieldFault>),
    /// What was asked for is not there (any more).
    #[error("no such {0}")]
    Missing(&'static str),
    /// The application was never set up here.
    #[error("not set up")]
    NotSetUp,
    /// The workshop is closed: reopen it first.
    #[error("the workshop is closed")]
    WorkshopClosed,
    /// The attendee has passes at this workshop: cancel them first.
    #[error("the attendee has passes here")]
    HasPasses,
    /// This device is not enrolled with a clearing service.
    #[error("not enrolled")]
    NotEnrolled,
    /// No paper can be made: there is nothing to put on it.
    #[error("nothing to print")]
    NothingToPrint,
    /// No font here has that letter.
    #[error("no glyph for {0:?}")]
    MissingGlyph(char),
    /// A paper could not be made or drawn, for another reason: a defect.
    #[error("paper: {0}")]
    Paper(#[source] passerelle_papers::Error),
    /// A picture or PDF that gives no code.
    #[error("unreadable file: {0}")]
    Unreadable(#[source] crate::reader::ReadError),
    /// Clearing did not answer, or not as it should.
    #[error("link: {0}")]
    Link(#[from] crate::sync::LinkFault),
    /// What was brought is not the answer that this device waits for.
    #[error("pouch: {0}")]
    Pouch(#[from] PouchFault),
    /// Another process has this ledger open.
    #[error("the ledger is open in another process")]
    InUse,
    /// The disk is full.
    #[error("no space left")]
    DiskFull,
    /// A folder or file cannot be written.
    #[error("cannot write {}", .0.display())]
    Unwritable(PathBuf),
    /// The key file is lost: the ledger beside it cannot be read.
    #[error("the key of {} is lost", .0.display())]
    KeyLost(PathBuf),
    /// A passphrase protects the ledger, and was not given.
    #[error("the ledger is locked")]
    Locked,
    /// Nobody has taken their place since the screen was hidden.
    #[error("nobody is here")]
    NobodyHere,
    /// It is a manager's to do.
    #[error("not allowed to whoever is here")]
    NotAllowed,
    /// Too many PINs were not that person's.
    #[error("no PIN is tried for {seconds} seconds")]
    PinRests {
        /// For how long still.
        seconds: i64,
    },
    /// No passphrase protects the ledger: a PIN would keep nobody out.
    #[error("the ledger is not protected")]
    NotProtected,
    /// Nobody would be left who may do what managers do.
    #[error("the last manager stays one")]
    LastManager,
    /// Nobody ends their own account.
    #[error("nobody ends their own account")]
    OwnAccount,
    /// A passphrase protects the ledger already.
    #[error("the ledger is protected already")]
    Protected,
    /// The file that holds the key under its locks says nothing that can be understood.
    #[error("the locks in {} cannot be read", .0.display())]
    LocksUnreadable(PathBuf),
    /// The key does not open the ledger, or the ledger is damaged.
    #[error("the ledger cannot be read: {0}")]
    Damaged(String),
    /// The ledger was written by a newer version.
    #[error("schema {found} is newer than {known}")]
    TooNew {
        /// The schema found.
        found: u32,
        /// The newest schema known here.
        known: u32,
    },
    /// SQLite said no in a way that is none of the above: a defect.
    #[error("ledger: {0}")]
    Ledger(#[source] rusqlite::Error),
    /// A file could not be read or written, for another reason than the above.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        let code = error.sqlite_error().map(|error| error.extended_code);
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            // The index of the log could not grow: SQLite has no other word for a full disk there.
            _ if code == Some(ffi::SQLITE_IOERR_SHMSIZE) => Self::DiskFull,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::InUse,
            _ => Self::Ledger(error),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Error {
    /// An error over a file, split by what a person can do about it.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        use std::io::ErrorKind;
        let path = path.into();
        match source.kind() {
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::Unwritable(path),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::File { path, source },
        }
    }
}

/// What a person is told: the name of a sentence in `words/fr.ftl` (after `error-`) and what it
/// needs. Never the text of an [`Error`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct UserError {
    /// The name of the sentence.
    pub code: &'static str,
    /// What the sentence needs, by name; for `fields` and `refused`, the faults themselves.
    #[cfg_attr(feature = "types", ts(type = "unknown"))]
    pub data: Value,
    /// Whether it is a defect of ours, worth reporting with what the log says.
    pub incident: bool,
}

impl UserError {
    /// Every code, for the test that each has its sentence.
    pub const CODES: [&'static str; 31] = [
        "refused",
        "fields",
        "missing",
        "not-set-up",
        "workshop-closed",
        "has-passes",
        "not-enrolled",
        "nothing-to-print",
        "missing-glyph",
        "paper",
        "unreadable",
        "link",
        "pouch",
        "in-use",
        "disk-full",
        "unwritable",
        "key-lost",
        "locked",
        "nobody-here",
        "not-allowed",
        "pin-rests",
        "not-protected",
        "last-manager",
        "own-account",
        "protected",
        "locks-unreadable",
        "damaged",
        "too-new",
        "ledger",
        "file",
        "unforeseen",
    ];

    /// Something broke that has no name: always a defect of ours.
    #[must_use]
    pub const fn unforeseen() -> Self {
        Self {
            code: "unforeseen",
            data: Value::Null,
            incident: true,
        }
    }
}

/// The one bridge from what went wrong to what is said.
impl From<&Error> for UserError {
    fn from(error: &Error) -> Self {
        let (code, data) = match error {
            Error::Refused(refusal) => ("refused", json!(refusal)),
            Error::Fields(faults) => ("fields", json!(faults)),
            Error::Missing(what) => ("missing", json!({ "what": what })),
            Error::NotSetUp => ("not-set-up", Value::Null),
            Error::WorkshopClosed => ("workshop-closed", Value::Null),
            Error::HasPasses => ("has-passes", Value::Null),
            Error::NotEnrolled => ("not-enrolled", Value::Null),
            Error::NothingToPrint => ("nothing-to-print", Value::Null),
            Error::MissingGlyph(letter) => ("missing-glyph", json!({ "letter": letter })),
            Error::Paper(_) => ("paper", Value::Null),
            Error::Unreadable(fault) => ("unreadable", json!({ "fault": fault.code() })),
            Error::Link(fault) => ("link", json!({ "fault": fault.code() })),
            Error::Pouch(fault) => ("pouch", pouch_data(*fault)),
            Error::InUse => ("in-use", Value::Null),
            Error::DiskFull => ("disk-full", Value::Null),
            Error::Unwritable(path) => ("unwritable", json!({ "path": path })),
            Error::KeyLost(path) => ("key-lost", json!({ "path": path })),
            Error::Locked => ("locked", Value::Null),
            Error::NobodyHere => ("nobody-here", Value::Null),
            Error::NotAllowed => ("not-allowed", Value::Null),
            Error::PinRests { seconds } => ("pin-rests", json!({ "seconds": seconds })),
            Error::NotProtected => ("not-protected", Value::Null),
            Error::LastManager => ("last-manager", Value::Null),
            Error::OwnAccount => ("own-account", Value::Null),
            Error::Protected => ("protected", Value::Null),
            Error::LocksUnreadable(path) => ("locks-unreadable", json!({ "path": path })),
            Error::Damaged(_) => ("damaged", Value::Null),
            Error::TooNew { found, known } => ("too-new", json!({ "found": found, "known": known })),
            Error::Ledger(_) => ("ledger", Value::Null),
            Error::File { path, .. } => ("file", json!({ "path": path })),
        };
        let incident = matches!(
            error,
            Error::Ledger(_) | Error::File { .. } | Error::Damaged(_) | Error::Paper(_)
        );
        Self { code, data, incident }
    }
}

fn pouch_data(fault: PouchFault) -> Value {
    match fault {
        PouchFault::MissingCode { rank, count } => {
            json!({ "fault": fault.code(), "rank": rank, "count": count })
        }
        PouchFault::NotAPouch
        | PouchFault::Damaged
        | PouchFault::TooLarge
        | PouchFault::Outward
        | PouchFault::Return
        | PouchFault::Several
        | PouchFault::OtherDevice
        | PouchFault::NotAsked
        | PouchFault::TooLong => json!({ "fault": fault.code() }),
    }
}
