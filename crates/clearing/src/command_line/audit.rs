//! `audit`: what officers did.

use super::{Said, instant};
use chrono::NaiveDate;
use passerelle_clearing::{Audit, Clearing, Error};
use passerelle_words::{Value, format, say, say_with};
use serde_json::{Value as Json, json};

/// Does what was asked.
pub fn run(clearing: &Clearing) -> Result<Said, Error> {
    let audits = clearing.audits()?;
    let lines: Vec<String> = audits.iter().map(line).collect();
    let sentence = if lines.is_empty() {
        say("clearing-said-no-audit")
    } else {
        lines.join("\n")
    };
    Ok(Said {
        sentence,
        json: json!(audits),
    })
}

fn line(audit: &Audit) -> String {
    let deed = &audit.deed;
    let officer = if deed.officer.is_empty() {
        say("clearing-officer-unsaid")
    } else {
        deed.officer.clone()
    };
    let act = format!("clearing-act-{}", deed.act.code().replace('_', "-"));
    let values = [
        ("number", Value::from(audit.number.to_string())),
        ("at", instant(deed.done_at).into()),
        ("officer", officer.into()),
        ("act", say_with(&act, &fields(&deed.about)).into()),
    ];
    let mut line = say_with("clearing-said-audit-line", &values);
    if let Some(reason) = &deed.reason {
        line += &say_with("clearing-said-audit-reason", &[("reason", reason.into())]);
    }
    line
}

/// What was acted on, by the names of the fields; those of a pass stand beside the others.
fn fields(about: &Json) -> Vec<(&str, Value<'_>)> {
    let mut fields = Vec::new();
    for (name, value) in about.as_object().into_iter().flatten() {
        if value.is_object() {
            fields.extend(self::fields(value));
        } else {
            fields.push((name.as_str(), field(value)));
        }
    }
    fields
}

fn field(value: &Json) -> Value<'_> {
    let Some(text) = value.as_str() else {
        return value.to_string().into();
    };
    match text.parse::<NaiveDate>() {
        Ok(day) => format::short_day(day).into(),
        Err(_) => text.into(),
    }
}
