//! `courier`: answering what sites without a network bring on a key or on paper.

use super::{Said, number};
use clap::Args;
use passerelle_clearing::{Clearing, Error, WrittenReturn, clock, read_pouches, write_return};
use passerelle_domain::wire::{Answer, Return};
use passerelle_words::{Value, say, say_with};
use serde_json::{Value as Json, json};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct CourierArguments {
    #[arg(long = "in", required = true, num_args = 1.., value_name = "FILE", help = say("clearing-help-courier-in"))]
    files: Vec<PathBuf>,
    #[arg(long, value_name = "FILE", help = say("clearing-help-courier-out"))]
    out: PathBuf,
}

/// Does what was asked.
pub fn run(clearing: &Clearing, asked: &CourierArguments) -> Result<Said, Error> {
    let pouches = read_pouches(&asked.files)?;
    if pouches.len() > 1 && !asked.out.is_dir() {
        return Err(Error::SeveralPouches(asked.out.clone()));
    }
    let today = clock::civil_day(clock::system()());
    let mut lines = Vec::new();
    let mut answered = Vec::new();
    for outward in &pouches {
        let back = clearing.answer_pouch(outward)?;
        let written = write_return(&back, &asked.out, today)?;
        lines.push(sentence(&back, &written));
        answered.push(in_json(&back, &written));
    }
    Ok(Said {
        sentence: lines.join("\n"),
        json: json!({ "answered": answered }),
    })
}

fn sentence(back: &Return, written: &WrittenReturn) -> String {
    let values = [
        ("device", Value::from(back.device.short_name())),
        ("file", written.file.display().to_string().into()),
        (
            "batches",
            number(parcels(back.batches.iter().map(|each| &each.answer))),
        ),
        ("decisions", number(parcels(&back.decisions))),
    ];
    let mut sentence = say_with("clearing-said-courier", &values);
    for (id, is_so) in [
        (
            "clearing-said-courier-enrolled",
            matches!(back.grant, Some(Answer::Parcel(_))),
        ),
        ("clearing-said-courier-refused", refused(back).next().is_some()),
        ("clearing-said-courier-without-state", written.without_state),
    ] {
        if is_so {
            sentence = format!("{sentence} {}", say(id));
        }
    }
    sentence
}

fn in_json(back: &Return, written: &WrittenReturn) -> Json {
    json!({
        "device": back.device.to_string(),
        "file": written.file,
        "enrolled": matches!(back.grant, Some(Answer::Parcel(_))),
        "receipts": parcels(back.batches.iter().map(|each| &each.answer)),
        "decisions": parcels(&back.decisions),
        "state": matches!(back.state, Some(Answer::Parcel(_))) && !written.without_state,
        "refused": refused(back).map(|refused| refused.to_string()).collect::<Vec<_>>(),
    })
}

fn parcels<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> u64 {
    let is_parcel = |answer: &&Answer| matches!(answer, Answer::Parcel(_));
    answers.into_iter().filter(is_parcel).count() as u64
}

fn refused(back: &Return) -> impl Iterator<Item = &passerelle_domain::wire::Refused> {
    let batches = back.batches.iter().map(|each| &each.answer);
    let answers = back
        .grant
        .iter()
        .chain(&back.decisions)
        .chain(batches)
        .chain(&back.state);
    answers.filter_map(|answer| match answer {
        Answer::Refused(refused) => Some(refused),
        Answer::Parcel(_) | Answer::Unchanged => None,
    })
}
