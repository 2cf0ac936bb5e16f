//! What the officer is told, beside what was asked, since the books went back to an older copy.

use super::number;
use passerelle_clearing::{Aftermath, Clearing, Error};
use passerelle_words::{Value, say_with};

/// That sentence, and what the books may still lack.
pub fn after(clearing: &Clearing, mut sentence: String) -> Result<String, Error> {
    if let Some(aftermath) = clearing.aftermath()? {
        sentence.push('\n');
        sentence.push_str(&told(&aftermath));
    }
    Ok(sentence)
}

/// What the books may still lack.
pub fn told(aftermath: &Aftermath) -> String {
    let mut lines = Vec::new();
    if aftermath.generation > 0 {
        let values = [
            ("generation", Value::from(aftermath.generation.to_string())),
            ("count", number(aftermath.silent.len() as u64)),
        ];
        lines.push(say_with("clearing-said-aftermath", &values));
    }
    if let Some(first) = aftermath.lost_months.first() {
        let months: Vec<String> = aftermath.lost_months.iter().map(ToString::to_string).collect();
        let values = [
            ("months", Value::from(months.join(", "))),
            ("first", first.to_string().into()),
        ];
        lines.push(say_with("clearing-said-lost-months", &values));
    }
    let awaited = aftermath.awaited_credits + aftermath.awaited_withdrawals;
    if awaited > 0 {
        let values = [("count", number(awaited as u64))];
        lines.push(say_with("clearing-said-awaited", &values));
    }
    lines.join("\n")
}
