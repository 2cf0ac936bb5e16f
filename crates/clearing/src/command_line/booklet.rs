//! `booklet`: one booklet, pass by pass.

use super::{Said, conflict::code_words, instant};
use clap::Subcommand;
use passerelle_clearing::{BookletStanding, Clearing, Error, PassStanding};
use passerelle_domain::programme::ProgrammeId;
use passerelle_words::{Value, format, say, say_with};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum BookletCommand {
    #[command(about = say("clearing-help-booklet-show"))]
    Show {
        #[arg(value_name = "PROGRAMME", help = say("clearing-help-programme-number"))]
        programme: u16,
        #[arg(value_name = "CHEQUIER", help = say("clearing-help-booklet-number"))]
        booklet: u32,
    },
}

/// Does what was asked.
pub fn run(clearing: &Clearing, command: &BookletCommand) -> Result<Said, Error> {
    let BookletCommand::Show { programme, booklet } = command;
    let standing = clearing.show_booklet(ProgrammeId(*programme), *booklet)?;
    Ok(Said {
        sentence: show(&standing),
        json: json!(standing),
    })
}

fn show(booklet: &BookletStanding) -> String {
    let state = match (booklet.blocked_since, booklet.is_activated) {
        (Some(since), _) => say_with(
            "clearing-booklet-blocked",
            &[("since", format::day_month_year(since).into())],
        ),
        (None, true) => say("clearing-booklet-activated"),
        (None, false) => say("clearing-booklet-issued"),
    };
    let values = [
        ("programme", Value::from(booklet.name.as_str())),
        ("booklet", booklet.booklet.to_string().into()),
        ("state", state.into()),
        ("day", format::day_month_year(booklet.last_day).into()),
    ];
    let mut lines = vec![say_with("clearing-said-booklet", &values)];
    lines.extend(booklet.passes.iter().flat_map(pass_lines));
    lines.join("\n")
}

fn pass_lines(pass: &PassStanding) -> Vec<String> {
    let rank = || ("rank", Value::from(pass.rank.to_string()));
    let mut lines: Vec<String> = pass
        .credits
        .iter()
        .map(|credit| {
            let given = [
                rank(),
                ("structure", credit.structure.as_str().into()),
                ("at", instant(credit.credited_at).into()),
            ];
            let mut line = say_with("clearing-said-pass-credited", &given);
            if let Some(at) = credit.withdrawn_at {
                line += &say_with("clearing-said-pass-withdrawn", &[("at", instant(at).into())]);
            }
            line
        })
        .collect();
    if pass.standing().is_none() {
        lines.push(say_with("clearing-said-pass-free", &[rank()]));
    }
    lines.extend(pass.waiting.iter().map(|claim| {
        let values = [
            rank(),
            ("structure", claim.structure.as_str().into()),
            ("claim", claim.claim.to_string().into()),
            ("code", code_words(&claim.code).into()),
        ];
        say_with("clearing-said-pass-claimed", &values)
    }));
    lines
}
