//! The people who come: as little about them as the work needs (CNIL, digital mediation).

mod about;
mod contact;
mod fault;
mod form;
mod likeness;
mod name;

pub use about::{AgeBracket, Gender, Qpv, Situation};
pub use contact::{ContactFault, EmailAddress, PhoneNumber};
pub use fault::AttendeeFault;
pub use form::{AttendeeForm, AttendeeProfile};
pub use likeness::{Identity, Likeness, likeness};
pub use name::{NameFault, display_name, read_name, sorted_name};
