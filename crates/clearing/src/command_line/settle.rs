//! `settle`: the months, and their papers.

use super::{Said, aftermath, number};
use clap::{Args, Subcommand};
use passerelle_clearing::{
    Clearing, Error,
    settlement::{Balance, Statement},
};
use passerelle_domain::{cents::Cents, month::Month};
use passerelle_papers::{regie_statement, settlement_statement};
use passerelle_words::{Value, format, say, say_with};
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
};

#[derive(Debug, Subcommand)]
pub enum SettleCommand {
    #[command(about = say("clearing-help-settle-preview"))]
    Preview {
        #[arg(long, value_name = "AAAA-MM", value_parser = month, help = say("clearing-help-month-next"))]
        month: Option<Month>,
        #[arg(long, value_name = "DIR", help = say("clearing-help-settle-out"))]
        out: Option<PathBuf>,
    },
    #[command(about = say("clearing-help-settle-close"))]
    Close {
        #[arg(value_name = "AAAA-MM", value_parser = month, help = say("clearing-help-month"))]
        month: Month,
        #[command(flatten)]
        anyway: Anyway,
        #[arg(long, value_name = "DIR", help = say("clearing-help-settle-out"))]
        out: Option<PathBuf>,
    },
    #[command(about = say("clearing-help-settle-export"))]
    Export {
        #[arg(value_name = "AAAA-MM", value_parser = month, help = say("clearing-help-month"))]
        month: Month,
        #[arg(long, value_name = "FILE.psr", help = say("clearing-help-settle-file"))]
        out: PathBuf,
    },
    #[command(about = say("clearing-help-settle-import"))]
    Import {
        #[arg(value_name = "FILE.psr", help = say("clearing-help-settle-file"))]
        file: PathBuf,
        #[command(flatten)]
        anyway: Anyway,
    },
    #[command(about = say("clearing-help-settle-show"))]
    Show {
        #[arg(value_name = "AAAA-MM", value_parser = month, help = say("clearing-help-month"))]
        month: Month,
        #[arg(long, value_name = "DIR", help = say("clearing-help-settle-out"))]
        out: Option<PathBuf>,
    },
}

/// Going on without what is missing, and why.
#[derive(Debug, Args)]
pub struct Anyway {
    #[arg(long, requires = "reason", help = say("clearing-help-anyway"))]
    anyway: bool,
    #[arg(long, value_name = "TEXTE", requires = "anyway", help = say("clearing-help-reason"))]
    reason: Option<String>,
}

impl Anyway {
    fn reason(&self) -> Option<&str> {
        self.reason.as_deref().filter(|_| self.anyway)
    }
}

/// Does what was asked.
pub fn run(clearing: &Clearing, command: &SettleCommand) -> Result<Said, Error> {
    let (statement, out) = match command {
        SettleCommand::Preview { month, out } => (clearing.preview_settlement(*month)?, out),
        SettleCommand::Close { month, anyway, out } => {
            // Before the month is closed: a folder that cannot be had stops nothing half-way.
            out.iter().try_for_each(|out| make(out))?;
            let closed = match anyway.reason() {
                Some(reason) => clearing.close_settlement_anyway(*month, reason),
                None => clearing.close_settlement(*month),
            };
            (closed?, out)
        }
        SettleCommand::Export { month, out } => return export(clearing, *month, out),
        SettleCommand::Import { file, anyway } => return import(clearing, file, anyway.reason()),
        SettleCommand::Show { month, out } => (clearing.show_settlement(*month)?, out),
    };
    let files = match out {
        Some(out) => write_papers(&statement, out)?,
        None => Vec::new(),
    };
    let mut told = sentence(&statement, out.as_deref());
    let mut json = described(&statement, &files);
    json["signed_file"] = json!(kept_file(clearing, &statement));
    if let Some(file) = kept_file(clearing, &statement) {
        let values = [("file", Value::from(file.display().to_string()))];
        told = format!("{told}\n{}", say_with("clearing-said-settlement-signed", &values));
    }
    if !statement.is_closed {
        json["aftermath"] = json!(clearing.aftermath()?);
        told = aftermath::after(clearing, told)?;
    }
    Ok(Said { sentence: told, json })
}

/// Where a closed month is kept, signed.
fn kept_file(clearing: &Clearing, statement: &Statement) -> Option<PathBuf> {
    let file = clearing.settlement_file(statement.settlement.month);
    file.filter(|_| statement.is_closed)
}

fn export(clearing: &Clearing, month: Month, file: &Path) -> Result<Said, Error> {
    let parcel = clearing.export_settlement(month)?;
    if file.exists() {
        return Err(Error::CopyExists(file.to_owned()));
    }
    fs::write(file, parcel).map_err(Error::file(file))?;
    let values = [("file", Value::from(file.display().to_string()))];
    Ok(Said {
        sentence: say_with("clearing-said-settlement-signed", &values),
        json: json!({ "month": month, "file": file }),
    })
}

fn import(clearing: &Clearing, file: &Path, anyway: Option<&str>) -> Result<Said, Error> {
    let parcel = fs::read(file).map_err(Error::file(file))?;
    let back = clearing.bring_settlement_back(&parcel, anyway)?;
    let mut told = sentence(&back.statement, None);
    let id = if back.is_new {
        "clearing-said-brought-back"
    } else {
        "clearing-said-brought-back-known"
    };
    told = format!("{}\n{told}", say(id));
    if back.awaited > 0 {
        let values = [("count", number(back.awaited as u64))];
        told = format!("{told}\n{}", say_with("clearing-said-awaited", &values));
    }
    let mut json = described(&back.statement, &[]);
    json["is_new"] = json!(back.is_new);
    json["awaited"] = json!(back.awaited);
    Ok(Said { sentence: told, json })
}

fn month(text: &str) -> Result<Month, String> {
    Month::find(text).ok_or_else(|| text.to_owned())
}

fn make(folder: &Path) -> Result<(), Error> {
    fs::create_dir_all(folder).map_err(Error::file(folder))
}

/// Two tables and two papers. Those of a closed month are the same each time.
fn write_papers(statement: &Statement, out: &Path) -> Result<Vec<PathBuf>, Error> {
    make(out)?;
    let month = statement.settlement.month;
    let files = [
        ("etat-liquidatif", "csv", statement.to_csv().into_bytes()),
        ("paiements", "csv", statement.payments_csv().into_bytes()),
        (
            "etat-liquidatif",
            "pdf",
            settlement_statement(&statement.to_paper())?.bytes,
        ),
        ("regie", "pdf", regie_statement(&statement.to_regie())?.bytes),
    ];
    let mut written = Vec::new();
    for (name, extension, bytes) in files {
        let file = out.join(format!("{name}-{month}.{extension}"));
        fs::write(&file, bytes).map_err(Error::file(&file))?;
        written.push(file);
    }
    Ok(written)
}

fn described(statement: &Statement, files: &[PathBuf]) -> serde_json::Value {
    let mut json = json!(statement);
    let month = statement.settlement.month;
    let lines = json["lines"].as_array_mut().into_iter().flatten();
    for (line, told) in statement.settlement.lines.iter().zip(lines) {
        told["reference"] = json!(line.reference(month));
        told["amount_cents"] = json!(line.amount());
    }
    let balances = json["balances"].as_array_mut().into_iter().flatten();
    for (balance, told) in statement.settlement.balances.iter().zip(balances) {
        told["left_cents"] = json!(balance.left());
    }
    json["amount_cents"] = json!(statement.settlement.amount());
    json["paid_cents"] = json!(statement.settlement.paid());
    json["files"] = json!(files);
    json
}

fn sentence(statement: &Statement, out: Option<&Path>) -> String {
    let settlement = &statement.settlement;
    let id = if statement.is_closed {
        "clearing-said-settlement-closed"
    } else {
        "clearing-said-settlement-draft"
    };
    let values = [
        (
            "month",
            Value::from(format::month_year(settlement.month.first_day())),
        ),
        ("amount", amount(settlement.amount())),
        ("paid", amount(settlement.paid())),
        ("structures", number(settlement.balances.len() as u64)),
    ];
    let mut lines = vec![say_with(id, &values)];
    lines.extend(statement.by_name().into_iter().map(|(name, it)| line(name, it)));
    if let Some(out) = out {
        let folder = [("folder", Value::from(out.display().to_string()))];
        lines.push(say_with("clearing-said-settlement-files", &folder));
    }
    lines.join("\n")
}

fn line(name: &str, balance: &Balance) -> String {
    let values = [
        ("structure", Value::from(name)),
        ("siret", balance.siret.to_string().into()),
        ("amount", amount(balance.amount_cents)),
        ("paid", amount(balance.paid_cents)),
        ("left", amount(Cents(balance.left().0.abs()))),
    ];
    let mut line = say_with("clearing-said-settlement-line", &values);
    if balance.paid_cents > Cents::ZERO {
        line += &say_with("clearing-said-settlement-paid", &values);
    }
    if balance.left() > Cents::ZERO {
        line += &say_with("clearing-said-settlement-held", &values);
    }
    if balance.left() < Cents::ZERO {
        line += &say_with("clearing-said-settlement-owed", &values);
    }
    line
}

fn amount(cents: Cents) -> Value<'static> {
    format::exact_amount(cents.0).into()
}
