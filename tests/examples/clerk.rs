//! A counter without a window that works until it is told to close, or is killed: an order a line comes
//! in, an answer a line goes out, in JSON. `clerk PROFILE`, then:
//!
//! `join ADDRESS CODE NAME` · `take CODE NUMBER` · `void NUMBER` · `sync` · `show` · `close`
//!
//! An exchange goes on beside the counter, as it does behind the window: its answer comes when it ends.

#[path = "../support/forms.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod forms;

use chrono::{DateTime, FixedOffset, Local};
use passerelle_desk::{
    Chance, Clock, Desk, Error, Profile, Surroundings, UserError,
    form::{CodeRead, EnrolForm, RedemptionFilter, VoidForm},
    sync::HttpLink,
    view::{Redemption, RedemptionAnswer, Standing},
};
use passerelle_domain::{id::WorkshopId, redemption::VoidReason};
use serde_json::{Value, json};
use std::{
    io::{Write, stdin},
    process::ExitCode,
    sync::OnceLock,
    thread,
};

struct WallClock;

impl Clock for WallClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the service beside it reads the real clock"
    )]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }
}

struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a source of chance");
    }
}

fn main() -> ExitCode {
    let profile = std::env::args().nth(1).expect("clerk PROFILE");
    let surroundings = Surroundings::new(WallClock, SystemChance);
    let opened = Desk::open(Profile::at(profile), surroundings).and_then(|desk| {
        // As the window does: what came back while it was shut is taken in, or told.
        match desk.empty_outbox() {
            Err(Error::Pouch(_)) | Ok(()) => Ok(desk),
            Err(error) => Err(error),
        }
    });
    let desk = match opened {
        Ok(desk) => desk,
        Err(error) => {
            say("not_open", json!({ "why": code(&error) }));
            return ExitCode::FAILURE;
        }
    };
    say("open", json!({}));
    thread::scope(|scope| {
        for line in stdin().lines() {
            let line = line.expect("text");
            let words: Vec<&str> = line.split(' ').collect();
            if words == ["sync"] {
                scope.spawn(|| told(exchange(&desk), "not_synced", json!({})));
                continue;
            }
            obey(&desk, &words);
            if words == ["close"] {
                break;
            }
        }
    });
    ExitCode::SUCCESS
}

fn obey(desk: &Desk, words: &[&str]) {
    match words {
        ["join", address, code, name] => told(join(desk, address, code, name), "not_joined", json!({})),
        ["take", code, number] => {
            let outcome = take(desk, code, number);
            told(outcome, "failed", json!({ "number": number }));
        }
        ["void", number] => told(void(desk, number), "failed", json!({ "number": number })),
        ["show"] => told(show(desk), "failed", json!({})),
        ["close"] => told(close(desk), "failed", json!({})),
        _ => panic!("no order {words:?}"),
    }
}

/// Sets the desk up if it never was, and enrols it.
fn join(desk: &Desk, address: &str, code: &str, name: &str) -> Result<(), Error> {
    if !desk.situation()?.is_set_up {
        desk.set_up(&forms::set_up(name))?;
    }
    let form = EnrolForm {
        address: address.to_owned(),
        code: code.to_owned(),
    };
    desk.enrol(&form, &HttpLink::to(address)?)?;
    say("joined", json!({}));
    Ok(())
}

fn take(desk: &Desk, code: &str, number: &str) -> Result<(), Error> {
    let read = CodeRead::Text {
        text: code.to_owned(),
    };
    match desk.redeem(&forms::redeem(workshop(desk)?, None, read))? {
        RedemptionAnswer::Accepted { redemption } => {
            say("taken", json!({ "number": plain(&redemption) }));
        }
        answer => say(
            "not_taken",
            json!({ "number": number, "why": serde_json::to_value(answer).expect("JSON") }),
        ),
    }
    Ok(())
}

/// The workshop of this life, opened when its first pass comes.
fn workshop(desk: &Desk) -> Result<WorkshopId, Error> {
    static OPEN: OnceLock<WorkshopId> = OnceLock::new();
    if let Some(open) = OPEN.get() {
        return Ok(*open);
    }
    let site = desk.list_sites()?[0].id;
    let opened = desk.open_workshop(&forms::workshop("Ma messagerie", "aujourd’hui", site))?;
    Ok(*OPEN.get_or_init(|| opened))
}

fn void(desk: &Desk, number: &str) -> Result<(), Error> {
    let rows = redemptions(desk)?;
    let standing = rows
        .iter()
        .find(|row| plain(row) == number && row.standing != Standing::Voided);
    let Some(redemption) = standing else {
        say("not_voided", json!({ "number": number }));
        return Ok(());
    };
    desk.void_redemption(&VoidForm {
        redemption_id: redemption.id,
        reason: VoidReason::WrongPass,
    })?;
    say("voided", json!({ "number": number }));
    Ok(())
}

fn exchange(desk: &Desk) -> Result<(), Error> {
    desk.sync(&HttpLink::of(desk)?)?;
    say("synced", json!({}));
    Ok(())
}

fn show(desk: &Desk) -> Result<(), Error> {
    let rows: Vec<Value> = redemptions(desk)?
        .iter()
        .map(|row| {
            json!({
                "number": plain(row),
                "standing": row.standing,
                "verdict": row.verdict.as_ref().map(|verdict| &verdict.code),
            })
        })
        .collect();
    let batches = desk.batches()?;
    say(
        "shown",
        json!({ "rows": rows, "standings": batches.standings, "double": batches.double }),
    );
    Ok(())
}

/// As a window closes: what waits is left for `passerelle sync`.
fn close(desk: &Desk) -> Result<(), Error> {
    desk.fill_outbox()?;
    say("closed", json!({}));
    Ok(())
}

fn redemptions(desk: &Desk) -> Result<Vec<Redemption>, Error> {
    let mut all: Vec<Redemption> = Vec::new();
    loop {
        let page = desk.list_redemptions(&RedemptionFilter {
            standing: None,
            before: all.last().map(|row| row.id),
        })?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// The number as the printer's list has it, without its groups.
fn plain(redemption: &Redemption) -> String {
    redemption.number.chars().filter(char::is_ascii_digit).collect()
}

fn told(outcome: Result<(), Error>, otherwise: &str, mut what: Value) {
    if let Err(error) = outcome {
        what["why"] = code(&error).into();
        say(otherwise, what);
    }
}

fn code(error: &Error) -> String {
    UserError::from(error).code.to_owned()
}

/// At once: whoever listens must know of a yes that was given, whatever comes next.
fn say(kind: &str, mut what: Value) {
    what["kind"] = kind.into();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{what}")
        .and_then(|()| out.flush())
        .expect("somebody listens");
}
