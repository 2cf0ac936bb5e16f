//! The real window: the real binary, driven as a person with a keyboard drives it, on a display of
//! its own. Needs what `script/bootstrap` installs and what `script/test` builds.

mod accessibility;
mod accounts;
mod clock;
mod courier;
mod day;
mod display;
mod doubles;
pub mod driver;
mod files;
mod keyboard;
mod later;
mod metropole;
mod objections;
mod outbox;
mod page;
mod paid;
mod protection;
mod scanner;
mod start;
mod tour;
mod webview;
mod window;

use crate::support::forms;
use metropole::MintedPass;
use passerelle_desk::{
    Desk, Profile, Surroundings,
    form::{CodeRead, ServiceRef},
};
use passerelle_domain::programme::ProgrammeId;
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

/// Takes passes of the demonstration programme at a workshop of today.
fn take(desk: &Desk, passes: &[MintedPass]) {
    let site = desk.list_sites().expect("the ledger")[0].id;
    let workshop = desk
        .open_workshop(&forms::workshop("Ma messagerie", "aujourd’hui", site))
        .expect("a workshop");
    for pass in passes {
        let text = pass.code.clone();
        let mut form = forms::redeem(workshop, None, CodeRead::Text { text });
        form.service = form.service.map(|service| ServiceRef {
            programme_id: ProgrammeId(1),
            ..service
        });
        desk.redeem(&form).expect("an answer");
    }
}
