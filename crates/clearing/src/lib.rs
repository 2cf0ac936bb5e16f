//! The clearing service: accepts or refuses each redemption once and for all.
//!
//! [`Clearing`] has one method per intention: the officer's ([`Clearing::mint`],
//! [`Clearing::activate`] ...) and the desks' ([`Clearing::receive`], [`Clearing::decisions`] ...).
//! The command line only parses and prints; the [router](serve) only carries. The verdict on a
//! redemption is a pure function ([`adjudicate`](adjudicate::adjudicate)); what it depends on and
//! what comes of it stands in the books ([`store`]), which several engines can keep.

pub mod adjudicate;
pub mod admin;
mod beside;
pub mod books;
mod buckets;
pub mod chance;
mod clearing;
pub mod clock;
pub mod description;
mod error;
mod gate;
mod key_files;
pub mod limits;
mod lot;
pub mod meters;
mod pouches;
mod published;
pub mod ranges;
mod router;
#[cfg(test)]
mod samples;
mod server;
mod server_key;
mod server_keys;
pub mod settlement;
pub mod store;
mod surroundings;
mod tokens;

pub use books::{Audit, Counts, Deed, OfficerAct};
pub use chance::Chance;
pub use clearing::{
    Activation, Aftermath, Block, BookletStanding, BroughtBack, ClaimName, Clearing, Conflict, Decided,
    DeviceStanding, IssuedEnrolment, KeyStanding, KeysStanding, MissingCredits, PaidBefore, PassClaim,
    PassCredit, PassStanding, Presentation, ProgrammeStatus, Ruling, SiteNote, Status, Structured, Told,
    read_programme,
};
pub use clock::Clock;
pub use error::Error;
pub use limits::Limits;
pub use lot::{Lot, MintedPass};
pub use pouches::{WrittenReturn, read_pouches, write_return};
pub use router::router;
pub use server::{Certificate, Doorway, Server, serve};
pub use server_keys::ServerKeys;
pub use store::{MemoryStore, PostgresStore, SqliteStore, Store};
pub use surroundings::Surroundings;
pub use tokens::{TokenStanding, Tokens};
