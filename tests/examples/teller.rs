//! A counter without a window, to be killed: opens its ledger, takes passes, or exchanges with clearing,
//! and says each yes as it is given.
//!
//! `teller PROFILE SECONDS open`, `… redeem WORKSHOP CODE…` or `… sync ADDRESS`; SECONDS is the time on
//! its wall. A line for each yes: `yes CODE`. What goes wrong ends it: `no REASON`.

#[path = "../support/forms.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod forms;
#[path = "../support/world.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod world;

use passerelle_desk::{
    Desk, Error, Profile, UserError, form::CodeRead, sync::HttpLink, view::RedemptionAnswer,
};
use passerelle_domain::id::WorkshopId;
use std::{io::Write, process::ExitCode, sync::Arc};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match act(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say("no", UserError::from(&error).code);
            ExitCode::FAILURE
        }
    }
}

fn act(words: &[String]) -> Result<(), Error> {
    let [profile, seconds, order, rest @ ..] = words else {
        panic!("teller PROFILE SECONDS open|redeem|sync …");
    };
    let clock = world::TownClock::at(seconds.parse().expect("seconds"));
    let surroundings = world::surroundings(&clock, &Arc::default(), "teller", std::process::id());
    let desk = Desk::open(Profile::at(profile), surroundings)?;
    match (order.as_str(), rest) {
        ("open", []) => {
            say("yes", "open");
            Ok(())
        }
        ("redeem", [workshop, codes @ ..]) => {
            let workshop = WorkshopId(workshop.parse().expect("a row"));
            codes.iter().try_for_each(|code| take(&desk, workshop, code))
        }
        ("sync", [address]) => {
            desk.sync(&HttpLink::to(address)?)?;
            say("yes", "sync");
            Ok(())
        }
        _ => panic!("no order {order}"),
    }
}

fn take(desk: &Desk, workshop: WorkshopId, code: &str) -> Result<(), Error> {
    let read = CodeRead::Text {
        text: code.to_owned(),
    };
    match desk.redeem(&forms::redeem(workshop, None, read))? {
        RedemptionAnswer::Accepted { .. } => say("yes", code),
        answer => panic!("{code}: {answer:?}"),
    }
    Ok(())
}

/// At once: whoever listens must know of a yes that was given, whatever comes next.
fn say(word: &str, what: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{word} {what}")
        .and_then(|()| out.flush())
        .expect("somebody listens");
}
