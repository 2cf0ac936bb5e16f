//! What can stop an operation of clearing, as data. The French sentence of each lives in
//! `words/fr.ftl`, under `clearing-error-CODE`.

use crate::{
    clearing::{DeviceStanding, MissingCredits},
    settlement::PayeeFault,
    store::Fault,
};
use passerelle_domain::{
    month::Month,
    programme::{ProgrammeFault, ProgrammeId},
    siret::{Siret, SiretFault},
    wire::Refused,
};
use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// Why an operation was not done. Nothing of it is left behind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A desk's request is not taken; said on the wire as it is.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The file does not describe a programme.
    #[error("the file does not describe a programme: {0}")]
    UnreadableProgramme(#[from] toml::de::Error),
    /// The programme cannot be issued as written.
    #[error("the programme cannot be issued: {0}")]
    FaultyProgramme(#[from] ProgrammeFault),
    /// That number is another programme's.
    #[error("programme {} exists with other terms", .0.0)]
    ProgrammeExists(ProgrammeId),
    /// No programme has that number.
    #[error("no programme {}", .0.0)]
    NoSuchProgramme(ProgrammeId),
    /// No lot holds these booklets.
    #[error("booklets {first} to {last} were not all issued")]
    NotIssued {
        /// The first asked for.
        first: u32,
        /// The last asked for.
        last: u32,
    },
    /// The number format has no room for as many booklets.
    #[error("the number format has no room for booklet {booklet}")]
    NumbersExhausted {
        /// The first that does not fit.
        booklet: u64,
    },
    /// Not a SIRET.
    #[error(transparent)]
    FaultySiret(#[from] SiretFault),
    /// No structure has that SIRET.
    #[error("no structure {0}")]
    NoSuchStructure(Siret),
    /// That SIRET is known under another name.
    #[error("structure {siret} is named {name}")]
    StructureExists {
        /// The SIRET.
        siret: Siret,
        /// The name that it has.
        name: String,
    },
    /// The officer says why: both sides may ask.
    #[error("a decision has its reason")]
    NoReason,
    /// No claim of that name waits.
    #[error("no claim {0} waits")]
    NoSuchClaim(String),
    /// Another structure's credit of the pass stands, and is final.
    #[error("the pass is credited to {siret}")]
    PassCredited {
        /// Who has it.
        siret: Siret,
        /// The structure's name.
        name: String,
    },
    /// The claim is a void: it takes back, and is owed nothing.
    #[error("a void is owed nothing")]
    NothingToCredit,
    /// The booklet's order is not paid.
    #[error("booklet {booklet} is not activated")]
    NotActivated {
        /// The booklet.
        booklet: u32,
    },
    /// No device, or more than one, has an identity that begins so.
    #[error("no single device {0}")]
    NoSuchDevice(String),
    /// Nobody can be paid so.
    #[error(transparent)]
    FaultyPayee(#[from] PayeeFault),
    /// Nothing was ever credited.
    #[error("nothing was ever credited")]
    NothingToSettle,
    /// The month has days to come.
    #[error("{0} is not over")]
    MonthNotOver(Month),
    /// The month was closed; what it holds stays.
    #[error("{0} is closed")]
    MonthClosed(Month),
    /// Another month comes first.
    #[error("{next} comes before {month}")]
    MonthOutOfTurn {
        /// The month asked for.
        month: Month,
        /// The one to be closed next.
        next: Month,
    },
    /// The month was not closed yet.
    #[error("{0} is not closed")]
    NoSuchSettlement(Month),
    /// The books went back to an older copy, and these desks have not shown what they were told.
    #[error("{} desks have not reported", .0.len())]
    DevicesSilent(Vec<DeviceStanding>),
    /// The books went back to before this month was closed: its file is beside the key.
    #[error("{0} was closed, and the books have lost it")]
    MonthLost(Month),
    /// An earlier month was closed before it, and the books have lost that one too.
    #[error("{earlier} is brought back before {month}")]
    EarlierMonthLost {
        /// The month asked for.
        month: Month,
        /// The one to be brought back first.
        earlier: Month,
    },
    /// The month has counted what has not come back.
    #[error("{} credits of {} have not come back", .0.count, .0.month)]
    CreditsMissing(Box<MissingCredits>),
    /// No settlement that this service has signed.
    #[error("no settlement of this service")]
    NotOurSettlement,
    /// A copy never takes the place of another file.
    #[error("{} exists", .0.display())]
    CopyExists(PathBuf),
    /// The file holds no pouch of a desk's.
    #[error("{} holds no pouch", .0.display())]
    NotAPouch(PathBuf),
    /// The pouch was cut short or altered.
    #[error("the pouch in {} is damaged", .0.display())]
    DamagedPouch(PathBuf),
    /// It is what goes back to a desk.
    #[error("{} goes back to a desk", .0.display())]
    PouchIsReturn(PathBuf),
    /// Several pouches cannot be answered in one file.
    #[error("several pouches for {}", .0.display())]
    SeveralPouches(PathBuf),
    /// Codes of a pouch are missing.
    #[error("code {rank} of {count} is missing")]
    MissingCode {
        /// The first that is missing.
        rank: u8,
        /// How many there are.
        count: u8,
    },
    /// The return takes more codes than paper can carry.
    #[error("the return is too long for paper")]
    ReturnTooLong,
    /// The books belong to a newer version.
    #[error("the books have schema {found}, newer than {known}")]
    TooNew {
        /// Their schema.
        found: u32,
        /// The newest that this version knows.
        known: u32,
    },
    /// The key beside the books is not the one that they were kept under.
    #[error("the key in {} is not that of the books", .0.display())]
    OtherKey(PathBuf),
    /// The books are there, but not their key.
    #[error("the key {} is missing", .0.display())]
    KeyLost(PathBuf),
    /// The books cannot be read or written.
    #[error("the books do not answer: {0}")]
    Books(#[from] Fault),
    /// Not the address of a database.
    #[error("not the address of a database")]
    UnreadableAddress,
    /// The address asks for the way through a network to be in clear.
    #[error("the way to the database would be in clear")]
    AddressInClear,
    /// No database was named, and this file says that the books are in one.
    #[error("{} says that the books are in a database", .0.display())]
    BooksInDatabase(PathBuf),
    /// A database was named, and the books are in this file.
    #[error("the books are in {}", .0.display())]
    BooksInFolder(PathBuf),
    /// A database is copied by its own means; the key, here, apart.
    #[error("the books are in a database, and their key in {}", .0.display())]
    CopyOfDatabase(PathBuf),
    /// What stands in the books has another shape than this version writes.
    #[error("the books hold something else than they should: {0}")]
    Damaged(&'static str),
    /// A file or folder cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A paper cannot be set.
    #[error(transparent)]
    Paper(#[from] passerelle_papers::Error),
    /// The certificate and its key cannot be shown to anybody.
    #[error("the certificate {} cannot be used: {detail}", .path.display())]
    Certificate {
        /// The file of the chain.
        path: PathBuf,
        /// What is wrong with it or with the key.
        detail: String,
    },
    /// The administration's door would send tokens over a network in clear.
    #[error("the administration's door at {0} would be in clear")]
    AdminInClear(SocketAddr),
    /// A token of the administration has that name already.
    #[error("a token named {0} exists")]
    TokenExists(String),
    /// No token of the administration has that name.
    #[error("no token named {0}")]
    NoSuchToken(String),
    /// The system has no random bytes to give.
    #[error("the system gives no random bytes")]
    NoChance,
}

impl Error {
    /// An error about a file.
    pub fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// The name of the sentence in `words/fr.ftl`, after `clearing-error-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::UnreadableProgramme(_) => "unreadable-programme",
            Self::FaultyProgramme(_) => "faulty-programme",
            Self::ProgrammeExists(_) => "programme-exists",
            Self::NoSuchProgramme(_) => "no-such-programme",
            Self::NotIssued { .. } => "not-issued",
            Self::NumbersExhausted { .. } => "numbers-exhausted",
            Self::FaultySiret(_) => "faulty-siret",
            Self::NoSuchStructure(_) => "no-such-structure",
            Self::StructureExists { .. } => "structure-exists",
            Self::NoReason => "no-reason",
            Self::NoSuchClaim(_) => "no-such-claim",
            Self::PassCredited { .. } => "pass-credited",
            Self::NothingToCredit => "nothing-to-credit",
            Self::NotActivated { .. } => "not-activated",
            Self::NoSuchDevice(_) => "no-such-device",
            Self::FaultyPayee(_) => "faulty-payee",
            Self::NothingToSettle => "nothing-to-settle",
            Self::MonthNotOver(_) => "month-not-over",
            Self::MonthClosed(_) => "month-closed",
            Self::MonthOutOfTurn { .. } => "month-out-of-turn",
            Self::NoSuchSettlement(_) => "no-such-settlement",
            Self::DevicesSilent(_) => "devices-silent",
            Self::MonthLost(_) => "month-lost",
            Self::EarlierMonthLost { .. } => "earlier-month-lost",
            Self::CreditsMissing(_) => "credits-missing",
            Self::NotOurSettlement => "not-our-settlement",
            Self::CopyExists(_) => "copy-exists",
            Self::NotAPouch(_) => "not-a-pouch",
            Self::DamagedPouch(_) => "damaged-pouch",
            Self::PouchIsReturn(_) => "pouch-is-return",
            Self::SeveralPouches(_) => "several-pouches",
            Self::MissingCode { .. } => "missing-code",
            Self::ReturnTooLong => "return-too-long",
            Self::TooNew { .. } => "too-new",
            Self::OtherKey(_) => "other-key",
            Self::KeyLost(_) => "key-lost",
            Self::Books(_) => "books",
            Self::UnreadableAddress => "unreadable-address",
            Self::AddressInClear => "address-in-clear",
            Self::BooksInDatabase(_) => "books-in-database",
            Self::BooksInFolder(_) => "books-in-folder",
            Self::CopyOfDatabase(_) => "copy-of-database",
            Self::Damaged(_) => "damaged",
            Self::File { .. } => "file",
            Self::Paper(_) => "paper",
            Self::Certificate { .. } => "certificate",
            Self::AdminInClear(_) => "admin-in-clear",
            Self::TokenExists(_) => "token-exists",
            Self::NoSuchToken(_) => "no-such-token",
            Self::NoChance => "no-chance",
        }
    }

    /// Every code, for the test that each has its sentence.
    pub const CODES: [&'static str; 51] = [
        "refused",
        "unreadable-programme",
        "faulty-programme",
        "programme-exists",
        "no-such-programme",
        "not-issued",
        "numbers-exhausted",
        "faulty-siret",
        "no-such-structure",
        "structure-exists",
        "no-reason",
        "no-such-claim",
        "pass-credited",
        "nothing-to-credit",
        "not-activated",
        "no-such-device",
        "faulty-payee",
        "nothing-to-settle",
        "month-not-over",
        "month-closed",
        "month-out-of-turn",
        "no-such-settlement",
        "devices-silent",
        "month-lost",
        "earlier-month-lost",
        "credits-missing",
        "not-our-settlement",
        "copy-exists",
        "not-a-pouch",
        "damaged-pouch",
        "pouch-is-return",
        "several-pouches",
        "missing-code",
        "return-too-long",
        "too-new",
        "other-key",
        "key-lost",
        "books",
        "unreadable-address",
        "address-in-clear",
        "books-in-database",
        "books-in-folder",
        "copy-of-database",
        "damaged",
        "file",
        "paper",
        "certificate",
        "admin-in-clear",
        "token-exists",
        "no-such-token",
        "no-chance",
    ];

    /// What a desk is told: only the rules of the wire are its business.
    #[must_use]
    pub const fn refused(&self) -> Refused {
        match self {
            Self::Refused(refused) => *refused,
            Self::UnreadableProgramme(_)
            | Self::FaultyProgramme(_)
            | Self::ProgrammeExists(_)
            | Self::NoSuchProgramme(_)
            | Self::NotIssued { .. }
            | Self::NumbersExhausted { .. }
            | Self::FaultySiret(_)
            | Self::NoSuchStructure(_)
            | Self::StructureExists { .. }
            | Self::NoReason
            | Self::NoSuchClaim(_)
            | Self::PassCredited { .. }
            | Self::NothingToCredit
            | Self::NotActivated { .. }
            | Self::NoSuchDevice(_)
            | Self::FaultyPayee(_)
            | Self::NothingToSettle
            | Self::MonthNotOver(_)
            | Self::MonthClosed(_)
            | Self::MonthOutOfTurn { .. }
            | Self::NoSuchSettlement(_)
            | Self::DevicesSilent(_)
            | Self::MonthLost(_)
            | Self::EarlierMonthLost { .. }
            | Self::CreditsMissing(_)
            | Self::NotOurSettlement
            | Self::CopyExists(_)
            | Self::NotAPouch(_)
            | Self::DamagedPouch(_)
            | Self::PouchIsReturn(_)
            | Self::SeveralPouches(_)
            | Self::MissingCode { .. }
            | Self::ReturnTooLong
            | Self::TooNew { .. }
            | Self::OtherKey(_)
            | Self::KeyLost(_)
            | Self::Books(_)
            | Self::UnreadableAddress
            | Self::AddressInClear
            | Self::BooksInDatabase(_)
            | Self::BooksInFolder(_)
            | Self::CopyOfDatabase(_)
            | Self::Damaged(_)
            | Self::File { .. }
            | Self::Paper(_)
            | Self::Certificate { .. }
            | Self::AdminInClear(_)
            | Self::TokenExists(_)
            | Self::NoSuchToken(_)
            | Self::NoChance => Refused::TryLater,
        }
    }
}
