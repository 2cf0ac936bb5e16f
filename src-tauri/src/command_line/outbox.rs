//! What is sent while the ledger stays shut.

use super::{Exit, answers::Outcome, wording};
use passerelle_desk::{
    Error, Profile, UserError,
    sync::{Delivery, LinkFault, Outbox},
};
use passerelle_words::{say, say_with};
use serde_json::json;

/// Brings the outbox of a profile to clearing.
pub fn deliver(profile: &Profile) -> Outcome {
    let outbox = Outbox::of(profile);
    let outcome = match outbox.deliver() {
        Ok(Delivery::Empty) if !profile.ledger().exists() => of_error(&Error::NotEnrolled),
        Ok(Delivery::Empty) => plain("cli-outbox-empty", "empty", Exit::NotReady),
        Ok(Delivery::Spoiled) => plain("cli-outbox-spoiled", "spoiled", Exit::Unreadable),
        Ok(Delivery::Done) => plain("cli-outbox-done", "done", Exit::Done),
        Ok(Delivery::Brought {
            batches,
            answered,
            fault,
        }) => brought(batches, answered, fault),
        Err(error) => of_error(&error),
    };
    if outbox.has_draft() {
        with_draft(outcome)
    } else {
        outcome
    }
}

fn brought(batches: usize, answered: usize, fault: Option<LinkFault>) -> Outcome {
    let counts = [("batches", batches.into()), ("answered", answered.into())];
    let mut text = say_with("cli-outbox-brought", &counts);
    let problem = fault.map(|fault| UserError::from(&Error::Link(fault)));
    let exit = match &problem {
        Some(problem) => {
            text = format!("{}\n{text}", wording::sentence(problem));
            Exit::NoLink
        }
        None if answered < batches => Exit::Look,
        None => Exit::Done,
    };
    let json = json!({ "outbox": "brought", "batches": batches, "answered": answered, "problem": problem });
    Outcome::new(text, json, exit)
}

fn plain(sentence: &str, name: &str, exit: Exit) -> Outcome {
    Outcome::new(say(sentence), json!({ "outbox": name }), exit)
}

fn of_error(error: &Error) -> Outcome {
    Outcome::of_error(&UserError::from(error))
}

/// Something was being written when the computer stopped.
fn with_draft(mut outcome: Outcome) -> Outcome {
    outcome.text = format!("{}\n{}", outcome.text, say("cli-outbox-draft"));
    outcome.json["has_draft"] = json!(true);
    outcome
}
