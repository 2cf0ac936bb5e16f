//! `conflict`: what only the officer can settle.

use super::{Said, instant, number};
use clap::{Args, Subcommand};
use passerelle_clearing::{Clearing, Conflict, Decided, Error, PaidBefore, Presentation, Ruling, SiteNote};
use passerelle_domain::pass::PassId;
use passerelle_words::{Value, format, say, say_with};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum ConflictCommand {
    #[command(about = say("clearing-help-conflict-list"))]
    List,
    #[command(about = say("clearing-help-conflict-show"))]
    Show {
        #[arg(value_name = "REFERENCE", help = say("clearing-help-claim"))]
        claim: String,
    },
    #[command(about = say("clearing-help-conflict-decide"))]
    Decide(DecideArguments),
}

#[derive(Debug, Args)]
pub struct DecideArguments {
    #[arg(value_name = "REFERENCE", help = say("clearing-help-claim"))]
    claim: String,
    #[arg(long, conflicts_with = "decline", required_unless_present = "decline", help = say("clearing-help-credit"))]
    credit: bool,
    #[arg(long, help = say("clearing-help-decline"))]
    decline: bool,
    #[arg(long, value_name = "TEXTE", help = say("clearing-help-reason"))]
    reason: String,
}

/// Does what was asked.
pub fn run(clearing: &Clearing, command: &ConflictCommand) -> Result<Said, Error> {
    match command {
        ConflictCommand::List => {
            let claims = clearing.list_claims()?;
            Ok(Said {
                sentence: list(&claims),
                json: json!(claims),
            })
        }
        ConflictCommand::Show { claim } => {
            let conflict = clearing.show_conflict(claim)?;
            Ok(Said {
                sentence: show(&conflict),
                json: json!(conflict),
            })
        }
        ConflictCommand::Decide(asked) => {
            let ruling = if asked.credit {
                Ruling::Credit
            } else {
                Ruling::Decline
            };
            let decided = clearing.decide(&asked.claim, ruling, &asked.reason)?;
            Ok(Said {
                sentence: decision(&decided),
                json: json!(decided),
            })
        }
    }
}

/// A pass, as the officer names it.
pub fn pass_words(pass: PassId) -> String {
    let values = [
        ("programme", Value::from(pass.programme.0.to_string())),
        ("booklet", pass.booklet.to_string().into()),
        ("rank", pass.rank.to_string().into()),
    ];
    say_with("clearing-pass", &values)
}

/// What a claim waits for, or what was said of it.
pub fn code_words(code: &str) -> String {
    say(&format!("clearing-claim-{}", code.replace('_', "-")))
}

fn list(claims: &[Presentation]) -> String {
    let mut lines = vec![say_with(
        "clearing-said-claims",
        &[("count", number(claims.len() as u64))],
    )];
    lines.extend(claims.iter().flat_map(|claim| {
        let values = [
            ("claim", Value::from(claim.claim.to_string())),
            ("pass", pass_words(claim.pass).into()),
            ("structure", claim.structure.as_str().into()),
            ("day", format::short_day(claim.held_on).into()),
            ("code", code_words(&claim.code).into()),
        ];
        let line = say_with("clearing-said-claim-line", &values);
        std::iter::once(line).chain(contested(claim))
    }));
    lines.join("\n")
}

fn show(conflict: &Conflict) -> String {
    let mut lines = vec![say_with(
        "clearing-said-conflict",
        &[("pass", pass_words(conflict.claim.pass).into())],
    )];
    lines.extend(presented(&conflict.claim));
    match &conflict.holder {
        Some(holder) => lines.extend(presented(holder)),
        None => lines.push(say("clearing-said-no-holder")),
    }
    lines.extend(conflict.rivals.iter().flat_map(presented));
    lines.extend(conflict.paid.iter().map(paid_before));
    if conflict.claim.code == "taken_elsewhere" && conflict.holder.is_some() {
        lines.push(say("clearing-said-holder-final"));
    }
    lines.join("\n")
}

/// That a month has paid the pass to somebody whose presentation has not come back.
fn paid_before(paid: &PaidBefore) -> String {
    let structure = if paid.structure.is_empty() {
        say("clearing-structure-unknown")
    } else {
        paid.structure.clone()
    };
    let month = format::month_year(paid.month.first_day());
    say_with(
        "clearing-said-paid-before",
        &[("structure", structure.into()), ("month", month.into())],
    )
}

/// How often a claim was contested, and what was written last.
fn contested(claim: &Presentation) -> Option<String> {
    let latest = claim.objections.first()?;
    let values = [
        ("count", number(claim.objections.len() as u64)),
        ("day", format::short_day(latest.written_on).into()),
        ("note", latest.note.as_str().into()),
    ];
    Some(indented(&say_with("clearing-said-contested", &values)))
}

/// What its site has written, in full.
fn note_words(note: &SiteNote) -> String {
    let values = [
        ("day", Value::from(format::full_day(note.written_on))),
        ("received", instant(note.received_at).into()),
        ("note", note.note.as_str().into()),
    ];
    indented(&say_with("clearing-said-note", &values))
}

fn indented(line: &str) -> String {
    format!("    {line}")
}

/// A presentation, then what its site has written about it.
fn presented(it: &Presentation) -> Vec<String> {
    let notes = it.objections.iter().map(note_words);
    std::iter::once(presentation(it)).chain(notes).collect()
}

fn presentation(it: &Presentation) -> String {
    let site = if it.site.is_empty() {
        say("clearing-site-unnamed")
    } else {
        it.site.clone()
    };
    let id = if it.is_void {
        "clearing-said-void"
    } else {
        "clearing-said-presentation"
    };
    let values = [
        ("claim", Value::from(it.claim.to_string())),
        ("code", code_words(&it.code).into()),
        ("structure", it.structure.as_str().into()),
        ("siret", it.siret.to_string().into()),
        ("site", site.into()),
        ("commune", it.insee_code.as_str().into()),
        ("day", format::full_day(it.held_on).into()),
        ("received", instant(it.received_at).into()),
        ("device", it.label.as_str().into()),
    ];
    say_with(id, &values)
}

fn decision(decided: &Decided) -> String {
    let mut lines = vec![say_with(
        "clearing-said-decided",
        &[("pass", pass_words(decided.pass).into())],
    )];
    lines.extend(decided.told.iter().map(|told| {
        let values = [
            ("claim", Value::from(told.claim.to_string())),
            ("siret", told.siret.to_string().into()),
            ("code", code_words(told.code).into()),
        ];
        say_with("clearing-said-told", &values)
    }));
    lines.join("\n")
}
