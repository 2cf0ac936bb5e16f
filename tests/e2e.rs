//! The real window: the real binary, driven as a person with a keyboard drives it, on a display of
//! its own. Needs what `script/bootstrap` installs and what `script/test` builds.

mod accessibility;
mod courier;
mod day;
mod display;
pub mod driver;
mod files;
mod keyboard;
mod metropole;
mod page;
mod scanner;
mod start;
mod tour;
mod window;

use crate::support::forms;
use passerelle_desk::{Desk, Profile, Surroundings};
use std::path::Path;

/// A desk on the real clock, for what a test prepares without the window.
fn desk_of_today(profile: &Path) -> Desk {
    Desk::open(
        Profile::at(profile),
        Surroundings::new(start::RealClock, start::RealChance),
    )
    .expect("the ledger opens")
}

/// The same after its first start, at Cachan.
fn desk_at_cachan(profile: &Path) -> Desk {
    let desk = desk_of_today(profile);
    desk.set_up(&forms::set_up("Cachan")).expect("set up");
    desk
}
