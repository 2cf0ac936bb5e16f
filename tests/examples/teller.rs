//! A counter without a window, to be killed: opens its ledger, takes passes, or exchanges with clearing,
//! and says each yes as it is given.
//!
//! `teller PROFILE SECONDS open`, `… redeem WORKSHOP CODE…`, `… sync ADDRESS`, `… protect WORDS`,
//! `… rephrase WORDS NEW`, `… pin WORDS PIN` or `… guess WORDS PIN`; SECONDS is the time on its wall. A line for each yes: `yes CODE`. What goes wrong
//! ends it: `no REASON`.

#[path = "../support/forms.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod forms;
#[path = "../support/world.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod world;

use passerelle_desk::{
    Desk, Error, Profile, UserError,
    form::{CodeRead, PassphraseForm, PinForm, ProtectForm, SignInForm},
    sync::HttpLink,
    view::RedemptionAnswer,
};
use passerelle_domain::id::{AccountId, WorkshopId};
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
        panic!("teller PROFILE SECONDS open|redeem|sync|protect|rephrase|pin|guess …");
    };
    let clock = world::TownClock::at(seconds.parse().expect("seconds"));
    let surroundings = world::surroundings(&clock, &Arc::default(), "teller", std::process::id());
    let profile = Profile::at(profile);
    let desk = match (order.as_str(), rest) {
        ("rephrase" | "pin" | "guess", [words, _]) => {
            Desk::unlock(profile, surroundings, &words.as_str().into())?
        }
        _ => Desk::open(profile, surroundings)?,
    };
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
        ("protect", [words]) => {
            let sheet = desk.protect(&ProtectForm {
                passphrase: words.as_str().into(),
                again: words.as_str().into(),
            })?;
            desk.confirm_sheet(&sheet.code[sheet.asked - 1])?;
            say("yes", "protect");
            Ok(())
        }
        ("rephrase", [words, new]) => {
            desk.change_passphrase(&PassphraseForm {
                current: words.as_str().into(),
                passphrase: new.as_str().into(),
                again: new.as_str().into(),
            })?;
            say("yes", "rephrase");
            Ok(())
        }
        ("pin", [_, pin]) => {
            desk.choose_pin(&PinForm {
                current: "".into(),
                pin: pin.as_str().into(),
                again: pin.as_str().into(),
            })?;
            say("yes", "pin");
            Ok(())
        }
        ("guess", [_, pin]) => {
            desk.sign_in(&SignInForm {
                account_id: AccountId(1),
                pin: pin.as_str().into(),
            })?;
            say("yes", "guess");
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
