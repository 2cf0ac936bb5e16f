//! A workshop: one dated activity, told in the values of the Coop de la médiation numérique.

mod activity;
mod fault;
mod form;
mod guidance;
mod place;
mod theme;

pub use activity::{ActivityKind, Equipment};
pub use fault::WorkshopFault;
pub use form::{WorkshopForm, WorkshopPlan};
pub use guidance::{Autonomy, Level, Referral};
pub use place::PlaceKind;
pub use theme::{SubTheme, Theme};
