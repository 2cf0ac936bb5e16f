//! What the desk answers to each question, in French and in JSON.

use super::{Ask, Exit, LARGEST_FILE, courier, link, outbox, paid, wording};
use passerelle_desk::{
    Desk, Error, Profile, UserError,
    check::CheckReport,
    sync::HttpLink,
    view::{BatchesView, CodeFound, LinkState, PassCheck, Standings, SyncReport},
};
use passerelle_words::{format, say, say_with};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    fs,
    io::Read,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// An answer, whoever asks: the process that has the ledger puts it into words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// For a person.
    pub text: String,
    /// For another program.
    pub json: Value,
    /// How the process that asked ends: a number of [`Exit`].
    pub exit: u8,
}

impl Outcome {
    pub(super) fn new(text: String, json: Value, exit: Exit) -> Self {
        Self {
            text,
            json,
            exit: exit as u8,
        }
    }

    /// What prevented the answer.
    pub fn of_error(problem: &UserError) -> Self {
        let exit = match problem.code {
            "not-set-up" | "not-enrolled" => Exit::NotReady,
            "link" => Exit::NoLink,
            "in-use" => Exit::InUse,
            "locked" | "nobody-here" | "not-allowed" | "pin-rests" => Exit::Locked,
            "refused" | "fields" | "missing" | "pouch" | "workshop-closed" | "has-passes"
            | "nothing-to-print" => Exit::Look,
            _ => Exit::Unreadable,
        };
        Self::new(wording::sentence(problem), json!({ "problem": problem }), exit)
    }
}

/// The window was shown.
pub fn shown() -> Outcome {
    Outcome::new(String::new(), Value::Null, Exit::Done)
}

/// Answers a question while the ledger is shut in its own window: what was left in the outbox can still leave.
pub fn answer_shut(profile: &Profile, ask: &Ask) -> Outcome {
    match ask {
        Ask::Sync => outbox::deliver(profile),
        _ => Outcome::of_error(&UserError::from(&Error::Locked)),
    }
}

/// Answers a question with an open desk.
pub fn answer(desk: &Desk, ask: &Ask) -> Outcome {
    let outcome = match ask {
        Ask::Show => Ok(shown()),
        Ask::Sync => sync(desk),
        Ask::Status => status(desk),
        Ask::Check => desk.check().map(|report| checked(&report)),
        Ask::Link {
            proxy,
            authority,
            no_authority,
        } => link::change(desk, proxy.as_deref(), authority.as_deref(), *no_authority),
        Ask::Scan { files } => Ok(scan(desk, files)),
        Ask::Export { out } => courier::export(desk, out),
        Ask::Import { files } => Ok(courier::import(desk, files)),
        Ask::Bring { files, out } => courier::bring(desk, files, out),
    };
    outcome.unwrap_or_else(|error| Outcome::of_error(&UserError::from(&error)))
}

fn sync(desk: &Desk) -> Result<Outcome, Error> {
    let report = desk.sync(&HttpLink::of(desk)?)?;
    Ok(Outcome::new(synced(&report), json!(report), Exit::Done))
}

fn synced(report: &SyncReport) -> String {
    let mut lines = vec![line("cli-sync-sent", report.sent)];
    lines.extend(wording::answered(report));
    lines.join("\n")
}

fn line(id: &str, tally: passerelle_desk::view::Tally) -> String {
    say_with(id, &[("tally", wording::tally(tally).into())])
}

fn status(desk: &Desk) -> Result<Outcome, Error> {
    let situation = desk.situation()?;
    let BatchesView {
        standings,
        settlements,
        ..
    } = desk.batches()?;
    let exit = if situation.is_set_up {
        Exit::Done
    } else {
        Exit::NotReady
    };
    let mut lines = vec![match (&situation.structure, &situation.site) {
        (Some(structure), Some(site)) => say_with(
            "cli-status-where",
            &[
                ("structure", (&structure.name).into()),
                ("site", (&site.name).into()),
            ],
        ),
        (_, _) => say("error-not-set-up"),
    }];
    lines.push(match situation.link.state {
        LinkState::NotEnrolled => say("link-state-not-enrolled"),
        LinkState::Offline => say("link-state-offline"),
        LinkState::Online => say("link-state-online"),
        LinkState::Syncing => say("link-state-syncing"),
    });
    if let Some(day) = situation.link.waiting_since {
        lines.push(say_with(
            "cli-status-waiting-since",
            &[("day", format::day_month_year(day).into())],
        ));
    }
    lines.extend(by_standing(&standings));
    lines.extend(paid::lines(&settlements));
    if situation.link.kept_codes > 0 {
        lines.push(say_with(
            "link-unidentified",
            &[("count", situation.link.kept_codes.into())],
        ));
    }
    let json = json!({ "profile": desk.profile().folder(), "situation": situation, "standings": standings, "settlements": settlements });
    Ok(Outcome::new(lines.join("\n"), json, exit))
}

fn by_standing(standings: &Standings) -> impl Iterator<Item = String> {
    [
        ("state-here", standings.kept),
        ("state-sent", standings.sent),
        ("state-credited", standings.credited),
        ("state-to-examine", standings.to_examine),
        ("state-refused", standings.refused),
        ("state-voided", standings.voided),
    ]
    .into_iter()
    .map(|(id, tally)| {
        say_with(
            "cli-status-standing",
            &[
                ("standing", say(id).into()),
                ("tally", wording::tally(tally).into()),
            ],
        )
    })
}

fn checked(report: &CheckReport) -> Outcome {
    let mut lines: Vec<String> = report
        .faults
        .iter()
        .map(|fault| {
            say_with(
                &format!("check-{}", fault.kind.code()),
                &[("what", (&fault.what).into())],
            )
        })
        .collect();
    let counts = [
        ("events", report.events.into()),
        ("redemptions", report.redemptions.into()),
    ];
    lines.push(say_with(
        if report.faults.is_empty() {
            "check-sound"
        } else {
            "check-not-sound"
        },
        &counts,
    ));
    let exit = if report.faults.is_empty() {
        Exit::Done
    } else {
        Exit::Look
    };
    Outcome::new(lines.join("\n"), json!(report), exit)
}

fn scan(desk: &Desk, files: &[PathBuf]) -> Outcome {
    let read: Vec<(&PathBuf, Result<Vec<CodeFound>, UserError>)> = files
        .iter()
        .map(|file| {
            (
                file,
                codes_in(desk, file).map_err(|error| UserError::from(&error)),
            )
        })
        .collect();
    let is_good = |code: &CodeFound| matches!(code.report.check, PassCheck::Good);
    let exit = if read.iter().any(|(_, outcome)| outcome.is_err()) {
        Exit::Unreadable
    } else if read
        .iter()
        .flat_map(|(_, outcome)| outcome)
        .flatten()
        .all(is_good)
    {
        Exit::Done
    } else {
        Exit::Look
    };
    let lines: Vec<String> = read
        .iter()
        .flat_map(|(file, outcome)| scanned(file, outcome))
        .collect();
    let files: Vec<Value> = read
        .iter()
        .map(|(file, outcome)| match outcome {
            Ok(codes) => json!({ "file": file, "codes": codes }),
            Err(problem) => json!({ "file": file, "problem": problem }),
        })
        .collect();
    Outcome::new(lines.join("\n"), json!({ "files": files }), exit)
}

fn codes_in(desk: &Desk, file: &Path) -> Result<Vec<CodeFound>, Error> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).and_then(|open| open.take(LARGEST_FILE).read_to_end(&mut bytes));
    opened.map_err(|error| Error::file(file, error))?;
    desk.read_file(&bytes, &mut |_| ControlFlow::Continue(()))
}

fn scanned(file: &Path, outcome: &Result<Vec<CodeFound>, UserError>) -> Vec<String> {
    let file = file.display().to_string();
    match outcome {
        Ok(codes) => codes.iter().map(|code| scanned_code(&file, code)).collect(),
        Err(problem) => {
            let values = [
                ("file", (&file).into()),
                ("sentence", wording::sentence(problem).into()),
            ];
            vec![say_with("cli-scan-problem", &values)]
        }
    }
}

fn scanned_code(file: &str, code: &CodeFound) -> String {
    let number = code
        .report
        .number
        .clone()
        .unwrap_or_else(|| code.text.chars().take(20).collect());
    let values = [
        ("file", file.into()),
        ("page", code.page.into()),
        ("number", number.into()),
        ("sentence", wording::check(&code.report.check).into()),
    ];
    say_with("cli-scan-code", &values)
}
