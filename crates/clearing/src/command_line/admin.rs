//! `admin`: the tokens of the administration's door.

use super::{Said, instant, number};
use clap::Subcommand;
use passerelle_clearing::{Error, Surroundings, Tokens, chance, clock};
use passerelle_words::{Value, say, say_with};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum AdminCommand {
    #[command(about = say("clearing-help-admin-add"))]
    Add {
        #[arg(value_name = "NOM", help = say("clearing-help-admin-name"))]
        name: String,
    },
    #[command(about = say("clearing-help-admin-list"))]
    List,
    #[command(about = say("clearing-help-admin-revoke"))]
    Revoke {
        #[arg(value_name = "NOM", help = say("clearing-help-admin-name"))]
        name: String,
    },
}

/// Does what was asked.
pub fn run(tokens: &Tokens, officer: &str, command: &AdminCommand) -> Result<Said, Error> {
    match command {
        AdminCommand::Add { name } => {
            let surroundings = Surroundings::new(clock::system(), chance::system());
            let token = tokens.make(name, officer, &surroundings)?;
            let values = [
                ("name", Value::from(name.as_str())),
                ("token", token.as_str().into()),
            ];
            Ok(Said {
                sentence: say_with("clearing-said-token", &values),
                json: json!({ "name": name, "token": token }),
            })
        }
        AdminCommand::List => list(tokens),
        AdminCommand::Revoke { name } => {
            tokens.revoke(name)?;
            Ok(Said {
                sentence: say_with("clearing-said-token-revoked", &[("name", name.as_str().into())]),
                json: json!({ "name": name }),
            })
        }
    }
}

fn list(tokens: &Tokens) -> Result<Said, Error> {
    let known = tokens.list()?;
    let mut lines = vec![say_with(
        "clearing-said-tokens",
        &[("count", number(known.len() as u64))],
    )];
    lines.extend(known.iter().map(|token| {
        let values = [
            ("name", Value::from(token.name.as_str())),
            ("officer", token.officer.as_str().into()),
            ("at", instant(token.made_at).into()),
        ];
        say_with("clearing-said-token-line", &values)
    }));
    let json = known
        .iter()
        .map(|token| json!({ "name": token.name, "officer": token.officer, "made_at": token.made_at }))
        .collect();
    Ok(Said {
        sentence: lines.join("\n"),
        json,
    })
}
