//! `key`: the key that the service signs with, and its replacement.

use super::{Said, instant, number};
use clap::Subcommand;
use passerelle_clearing::{Clearing, Error, KeysStanding};
use passerelle_words::{Value, say, say_with};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    #[command(about = say("clearing-help-key-show"))]
    Show,
    #[command(about = say("clearing-help-key-replace"))]
    Replace,
}

/// Does what was asked.
pub fn run(clearing: &Clearing, command: &KeyCommand) -> Result<Said, Error> {
    let (keys, mut lines) = match command {
        KeyCommand::Show => {
            let keys = clearing.keys()?;
            let values = [("count", number(keys.keys.len() as u64))];
            (keys, vec![say_with("clearing-said-keys", &values)])
        }
        KeyCommand::Replace => (clearing.replace_key()?, vec![say("clearing-said-key-replaced")]),
    };
    lines.extend(list(&keys));
    let names = keys.files.iter().map(|file| file.display().to_string());
    let files = names.collect::<Vec<_>>().join(", ");
    lines.push(say_with("clearing-said-key-files", &[("files", files.into())]));
    Ok(Said {
        sentence: lines.join("\n"),
        json: json!(keys),
    })
}

fn list(keys: &KeysStanding) -> Vec<String> {
    let line = |key: &passerelle_clearing::KeyStanding| {
        let since = match key.since {
            Some(at) => say_with("clearing-said-key-since", &[("at", instant(at).into())]),
            None => say("clearing-said-key-first"),
        };
        let values = [
            ("number", Value::from(key.number.to_string())),
            ("server", key.server.as_str().into()),
            ("since", since.into()),
        ];
        say_with("clearing-said-key-line", &values)
    };
    keys.keys.iter().map(line).collect()
}
