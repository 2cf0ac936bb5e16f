//! The orders that do without a window: what administrators schedule and support asks for.
//!
//! While a window (or another order) has the ledger open, the question goes to it: it answers in
//! the same words.

mod answers;
mod courier;
mod link;
mod orders;
mod outbox;
mod paid;
mod secret;
mod wording;

pub use answers::{Outcome, answer, answer_shut, shown};
pub use orders::Ask;

use crate::{door, neighbour, surroundings, window};
use orders::Order;
use passerelle_desk::{Desk, Error, Profile, UserError, form::SignInForm};
use passerelle_words::{say, say_with};
use std::{ffi::OsString, io::Write, process::ExitCode, time::Duration};

/// A picture or PDF beyond this is not one that a site scans; a longer one is not read to its end.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;

/// How long an order waits for another one to let go of the ledger.
const PATIENCE: Duration = Duration::from_secs(10);

/// How the process ended, for whoever scheduled it. The numbers are documented in `--help` and in
/// `docs/guide/ligne-de-commande.md`; they never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, and nothing to look at.
    Done = 0,
    /// Done, and what was found wants a look: a pass that is not good, a ledger that disagrees.
    Look = 1,
    /// The order was not understood.
    Misuse = 2,
    /// The device is not set up, or not enrolled.
    NotReady = 3,
    /// Clearing did not answer. Nothing is lost; schedule the next attempt.
    NoLink = 4,
    /// Another process has the ledger and does not answer.
    InUse = 5,
    /// The ledger, or a file named, cannot be opened or written.
    Unreadable = 6,
    /// A passphrase protects the ledger, and the right one was not given.
    Locked = 7,
}

/// Does what the arguments say.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let order = match Order::parse(arguments) {
        Ok(order) => order,
        Err(told) => return tell(&told.text, told.exit),
    };
    let Some(ask) = order.ask else {
        return open_window(&order.profile);
    };
    let outcome = match ask {
        Ask::Sync => sync(&order.profile),
        ask => ask_the_desk(&order.profile, &ask),
    };
    let text = if order.as_json {
        format!("{:#}", outcome.json)
    } else {
        outcome.text
    };
    let _ = writeln!(std::io::stdout(), "{text}");
    ExitCode::from(outcome.exit)
}

/// A second window on a profile shows the first.
fn open_window(profile: &Profile) -> ExitCode {
    if neighbour::ask::<Outcome>(profile, &Ask::Show).is_ok() {
        return ExitCode::SUCCESS;
    }
    match window::open(profile.clone()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => tell(
            &say_with("cli-no-window", &[("reason", error.to_string().into())]),
            Exit::Unreadable,
        ),
    }
}

/// An open window exchanges by itself. While none is, the outbox leaves and the ledger stays shut.
fn sync(profile: &Profile) -> Outcome {
    neighbour::ask(profile, &Ask::Sync).unwrap_or_else(|_| outbox::deliver(profile))
}

fn ask_the_desk(profile: &Profile, ask: &Ask) -> Outcome {
    match door::open_patiently(profile, Duration::ZERO) {
        Ok(desk) => answer_somebody(&desk, ask),
        Err(Error::InUse) => neighbour::ask(profile, ask).unwrap_or_else(|_| ask_again(profile, ask)),
        Err(Error::Locked) => unlock_and_ask(profile, ask),
        Err(error) => Outcome::of_error(&UserError::from(&error)),
    }
}

/// Nobody has the ledger open, and whoever asks knows its passphrase.
fn unlock_and_ask(profile: &Profile, ask: &Ask) -> Outcome {
    let unlocked = secret::read()
        .and_then(|typed| Desk::unlock(profile.clone(), surroundings::of_this_computer(), &typed));
    match unlocked {
        Ok(desk) => answer_somebody(&desk, ask),
        Err(Error::Fields(_)) => secret::refused(),
        Err(error) => Outcome::of_error(&UserError::from(&error)),
    }
}

/// Answers; where only a person may ask, and a PIN keeps the place of whoever was here last, it is asked for.
fn answer_somebody(desk: &Desk, ask: &Ask) -> Outcome {
    let outcome = answer(desk, ask);
    if outcome.json["problem"]["code"] != "nobody-here" {
        return outcome;
    }
    let signed_in = desk.find_last_account().and_then(|last| {
        let account = last.ok_or(Error::NobodyHere)?;
        let pin = secret::read_pin(&account.name).map_err(|_| Error::NobodyHere)?;
        desk.sign_in(&SignInForm {
            account_id: account.id,
            pin,
        })
    });
    match signed_in {
        Ok(()) => answer(desk, ask),
        Err(error) => Outcome::of_error(&UserError::from(&error)),
    }
}

/// Who has the ledger does not listen: another order, which will end, or a window that opens.
fn ask_again(profile: &Profile, ask: &Ask) -> Outcome {
    match door::open_patiently(profile, PATIENCE) {
        Ok(desk) => answer_somebody(&desk, ask),
        Err(Error::Locked) => unlock_and_ask(profile, ask),
        Err(error) => {
            neighbour::ask(profile, ask).unwrap_or_else(|_| Outcome::of_error(&UserError::from(&error)))
        }
    }
}

fn tell(text: &str, exit: Exit) -> ExitCode {
    let _ = match exit {
        Exit::Done => writeln!(std::io::stdout(), "{text}"),
        Exit::Look
        | Exit::Misuse
        | Exit::NotReady
        | Exit::NoLink
        | Exit::InUse
        | Exit::Unreadable
        | Exit::Locked => {
            writeln!(std::io::stderr(), "{text}")
        }
    };
    ExitCode::from(exit as u8)
}

/// The sentence that names every exit code, for `--help`.
fn exit_codes() -> String {
    say("cli-exit-codes")
}
