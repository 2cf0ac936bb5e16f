//! The offline application, without its window: [`Desk`] has one method for each intention.
//!
//! Data goes one way: screen -> command -> rule of the domain -> ledger -> log -> sync -> clearing
//! -> receipt -> ledger -> screen. Nothing at the counter ever waits for a network.

mod accounts;
mod attendees;
mod audit;
mod calendar;
pub mod check;
mod communes;
mod desk;
mod documents;
mod error;
pub mod form;
mod ledger;
mod passes;
mod private_file;
mod profile;
mod secrets;
mod session;
mod set_up;
mod surroundings;
pub mod sync;
#[cfg(test)]
mod trial;
pub mod view;
mod workshops;

pub use desk::Desk;
pub use documents::RECOVERY_SHEET_FILE;
pub use error::{Error, UserError};
pub use ledger::{APPLICATION_ID, Topic};
pub use passerelle_reader as reader;
pub use private_file::shred;
pub use profile::Profile;
pub use secrets::Cost;
pub use surroundings::{Chance, Clock, Surroundings};
