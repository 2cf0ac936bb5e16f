//! The commands, and what each prints: a sentence, or with `--json` one line for a script.

mod admin;
mod aftermath;
mod audit;
mod booklet;
mod conflict;
mod courier;
mod device;
mod key;
mod logs;
mod serve;
mod settle;

use crate::service;
use admin::AdminCommand;
use booklet::BookletCommand;
use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand};
use conflict::ConflictCommand;
use courier::CourierArguments;
use device::DeviceCommand;
pub use device::line as device_line;
use key::KeyCommand;
use passerelle_clearing::{Clearing, Error, IssuedEnrolment, Lot, Status, Tokens, clock, read_programme};
use passerelle_domain::programme::ProgrammeId;
use passerelle_papers::{enrolment_letter, pass_sheet};
use passerelle_words::{Value, format, say, say_with};
use serde_json::{Value as Json, json};
pub use serve::ServeArguments;
use settle::SettleCommand;
use std::{
    env, fs,
    io::{Write, stdout},
    path::{Path, PathBuf},
};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "passerelle-clearing",
    version,
    about = say("clearing-help"),
    after_help = say("clearing-help-exit-codes"),
    disable_help_flag = true,
    disable_help_subcommand = true,
    disable_version_flag = true,
    subcommand_help_heading = say("clearing-help-commands"),
)]
pub struct CommandLine {
    /// The folder of the service.
    #[arg(long, global = true, value_name = "DIR", default_value = "clearing", help = say("clearing-help-data"))]
    data: PathBuf,
    /// The database of the books, when they are not in the folder. A list of the processes shows what
    /// is on their command line, and the help what is in the environment: neither is to show a password.
    #[arg(long, env = "PASSERELLE_DATABASE", hide_env_values = true, global = true, value_name = "URL", help = say("clearing-help-database"))]
    database: Option<String>,
    /// One line of JSON instead of a sentence.
    #[arg(long, global = true, help = say("clearing-help-json"))]
    json: bool,
    /// Who acts.
    #[arg(long, global = true, value_name = "COMPTE", help = say("clearing-help-officer"))]
    officer: Option<String>,
    /// The help.
    #[arg(long, short, global = true, action = ArgAction::Help, help = say("clearing-help-help"))]
    help: Option<bool>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(about = say("clearing-help-serve"))]
    Serve(ServeArguments),
    #[command(subcommand, about = say("clearing-help-admin"))]
    Admin(AdminCommand),
    #[command(subcommand, about = say("clearing-help-programme"))]
    Programme(ProgrammeCommand),
    #[command(about = say("clearing-help-mint"))]
    Mint {
        #[arg(long, value_name = "N", help = say("clearing-help-programme-number"))]
        programme: u16,
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help = say("clearing-help-booklets"))]
        booklets: u32,
        #[arg(long, value_name = "DIR", help = say("clearing-help-out"))]
        out: PathBuf,
    },
    #[command(about = say("clearing-help-activate"))]
    Activate(Booklets),
    #[command(about = say("clearing-help-block"))]
    Block {
        #[command(flatten)]
        booklets: Booklets,
        #[arg(long, value_name = "AAAA-MM-JJ", help = say("clearing-help-since"))]
        since: Option<NaiveDate>,
    },
    #[command(subcommand, about = say("clearing-help-structure"))]
    Structure(StructureCommand),
    #[command(about = say("clearing-help-enrol"))]
    Enrol(EnrolArguments),
    #[command(subcommand, about = say("clearing-help-conflict"))]
    Conflict(ConflictCommand),
    #[command(about = say("clearing-help-courier"))]
    Courier(CourierArguments),
    #[command(subcommand, about = say("clearing-help-device"))]
    Device(DeviceCommand),
    #[command(subcommand, about = say("clearing-help-key"))]
    Key(KeyCommand),
    #[command(subcommand, about = say("clearing-help-booklet"))]
    Booklet(BookletCommand),
    #[command(subcommand, about = say("clearing-help-settle"))]
    Settle(SettleCommand),
    #[command(about = say("clearing-help-audit"))]
    Audit,
    #[command(about = say("clearing-help-backup"))]
    Backup {
        #[arg(value_name = "FILE", help = say("clearing-help-backup-file"))]
        file: PathBuf,
    },
    #[command(about = say("clearing-help-status"))]
    Status,
}

#[derive(Debug, Subcommand)]
enum ProgrammeCommand {
    #[command(about = say("clearing-help-programme-add"))]
    Add {
        #[arg(value_name = "FILE.toml", help = say("clearing-help-programme-file"))]
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum StructureCommand {
    #[command(about = say("clearing-help-structure-add"))]
    Add {
        #[arg(long, help = say("clearing-help-siret"))]
        siret: String,
        #[arg(long, help = say("clearing-help-structure-name"))]
        name: String,
    },
    #[command(about = say("clearing-help-pay-to"))]
    PayTo(PayToArguments),
}

#[derive(Debug, Args)]
struct PayToArguments {
    #[arg(long, help = say("clearing-help-siret"))]
    siret: String,
    #[arg(long, help = say("clearing-help-iban"))]
    iban: String,
    #[arg(long, help = say("clearing-help-bic"))]
    bic: Option<String>,
    #[arg(long, help = say("clearing-help-holder"))]
    holder: String,
}

#[derive(Debug, Args)]
struct Booklets {
    #[arg(long, value_name = "N", help = say("clearing-help-programme-number"))]
    programme: u16,
    #[arg(long, value_name = "N", help = say("clearing-help-from"))]
    from: u32,
    #[arg(long, value_name = "N", help = say("clearing-help-to"))]
    to: u32,
}

#[derive(Debug, Args)]
struct EnrolArguments {
    #[arg(long, help = say("clearing-help-siret"))]
    siret: String,
    #[arg(long, value_name = "N", default_value_t = 30, help = say("clearing-help-days"))]
    days: u16,
    #[arg(long, value_name = "FILE.pdf", requires = "address", help = say("clearing-help-letter"))]
    letter: Option<PathBuf>,
    #[arg(long, value_name = "URL", help = say("clearing-help-address"))]
    address: Option<String>,
}

/// What a command has to say.
struct Said {
    sentence: String,
    json: Json,
}

impl CommandLine {
    /// Does what was asked, and prints what came of it.
    ///
    /// # Errors
    /// It was not done.
    pub fn run(self) -> Result<(), Error> {
        if let Command::Serve(asked) = &self.command {
            // Before the books are opened: that they went back is said in the log.
            asked.log.begin();
        }
        let officer = self.officer.clone().unwrap_or_else(session_account);
        let clearing = self.open()?.used_by(&officer);
        let said = match self.command {
            Command::Serve(asked) => {
                return service::run(clearing.at_pace(asked.pace_seconds), &self.data, &asked);
            }
            Command::Admin(command) => admin::run(&Tokens::of(&self.data), &officer, &command)?,
            Command::Programme(ProgrammeCommand::Add { file }) => add_programme(&clearing, &file)?,
            Command::Mint {
                programme,
                booklets,
                out,
            } => mint(&clearing, ProgrammeId(programme), booklets, &out)?,
            Command::Activate(booklets) => activate(&clearing, &booklets)?,
            Command::Block { booklets, since } => block(&clearing, &booklets, since)?,
            Command::Structure(StructureCommand::Add { siret, name }) => {
                add_structure(&clearing, &siret, &name)?
            }
            Command::Structure(StructureCommand::PayTo(arguments)) => pay_to(&clearing, &arguments)?,
            Command::Enrol(arguments) => enrol(&clearing, &arguments)?,
            Command::Conflict(command) => conflict::run(&clearing, &command)?,
            Command::Courier(arguments) => courier::run(&clearing, &arguments)?,
            Command::Device(command) => device::run(&clearing, &command)?,
            Command::Key(command) => key::run(&clearing, &command)?,
            Command::Booklet(command) => booklet::run(&clearing, &command)?,
            Command::Settle(command) => settle::run(&clearing, &command)?,
            Command::Audit => audit::run(&clearing)?,
            Command::Backup { file } => back_up(&self.data, &file)?,
            Command::Status => status(&clearing)?,
        };
        // What the officer did outlives a restore of the books as a mark, if the folder takes it.
        let _ = clearing.keep_watermark();
        let text = if self.json {
            said.json.to_string()
        } else {
            said.sentence
        };
        // Whoever closes the pipe early has read enough.
        let _ = writeln!(stdout(), "{text}");
        Ok(())
    }
}

impl CommandLine {
    fn open(&self) -> Result<Clearing, Error> {
        match self.database.as_deref() {
            Some(address) if !address.is_empty() => {
                Clearing::open_in_database(&self.data, address, clock::system())
            }
            Some(_) | None => Clearing::open(&self.data, clock::system()),
        }
    }
}

/// The account of whoever types, as the system knows it.
fn session_account() -> String {
    ["USER", "USERNAME"]
        .into_iter()
        .find_map(|name| env::var(name).ok())
        .unwrap_or_default()
}

/// A count, which agrees with its noun.
fn number(count: u64) -> Value<'static> {
    Value::Number(count.cast_signed())
}

/// An instant, as a clock and a calendar in Paris show it.
fn instant(unix_seconds: u64) -> String {
    let at = clock::paris(unix_seconds);
    let values = [
        ("day", Value::from(format::day_month_year(at.date()))),
        ("hour", format::hour(at.time()).into()),
    ];
    say_with("clearing-instant", &values)
}

fn add_programme(clearing: &Clearing, file: &Path) -> Result<Said, Error> {
    let text = fs::read_to_string(file).map_err(Error::file(file))?;
    let programme = read_programme(&text)?;
    let decided = clearing.add_programme(&programme)?;
    let values = [
        ("programme", programme.name.as_str().into()),
        ("id", Value::from(programme.id.0.to_string())),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-programme", &values),
        json: json!({ "programme": programme.id, "name": programme.name, "decided": decided }),
    })
}

fn mint(clearing: &Clearing, programme: ProgrammeId, booklets: u32, out: &Path) -> Result<Said, Error> {
    // Before the lot exists: numbers that cannot be printed are lost.
    fs::create_dir_all(out).map_err(Error::file(out))?;
    let lot = clearing.mint(programme, booklets)?;
    let (csv, pdf) = write_lot(&lot, out)?;
    let values = [
        ("first", Value::from(lot.booklets.first.to_string())),
        ("last", lot.booklets.last.to_string().into()),
        ("count", lot.passes.len().into()),
        ("csv", csv.display().to_string().into()),
        ("pdf", pdf.display().to_string().into()),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-mint", &values),
        json: json!({
            "programme": programme,
            "first": lot.booklets.first,
            "last": lot.booklets.last,
            "passes": lot.passes.len(),
            "csv": csv,
            "pdf": pdf,
        }),
    })
}

fn write_lot(lot: &Lot, out: &Path) -> Result<(PathBuf, PathBuf), Error> {
    let (csv, pdf) = (
        out.join(lot.file_stem() + ".csv"),
        out.join(lot.file_stem() + ".pdf"),
    );
    fs::write(&csv, lot.to_csv()).map_err(Error::file(&csv))?;
    fs::write(&pdf, pass_sheet(&lot.to_sheet())?.bytes).map_err(Error::file(&pdf))?;
    Ok((csv, pdf))
}

fn activate(clearing: &Clearing, asked: &Booklets) -> Result<Said, Error> {
    let activation = clearing.activate(ProgrammeId(asked.programme), asked.from, asked.to)?;
    let values = [
        ("booklets", Value::Number(activation.booklets.cast_signed())),
        ("decided", Value::Number(activation.decided.cast_signed())),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-activate", &values),
        json: json!(activation),
    })
}

fn block(clearing: &Clearing, asked: &Booklets, since: Option<NaiveDate>) -> Result<Said, Error> {
    let since = since.unwrap_or_else(|| clock::civil_day(clock::system()()));
    let block = clearing.block(ProgrammeId(asked.programme), asked.from, asked.to, since)?;
    let values = [
        ("booklets", Value::Number(block.booklets.cast_signed())),
        ("since", format::day_month_year(since).into()),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-block", &values),
        json: json!({ "booklets": block.booklets, "since": since }),
    })
}

fn add_structure(clearing: &Clearing, siret: &str, name: &str) -> Result<Said, Error> {
    let structure = clearing.add_structure(siret, name)?;
    let values = [
        ("name", structure.name.as_str().into()),
        ("siret", Value::from(structure.siret.to_string())),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-structure", &values),
        json: json!(structure),
    })
}

fn pay_to(clearing: &Clearing, asked: &PayToArguments) -> Result<Said, Error> {
    let PayToArguments {
        siret,
        iban,
        bic,
        holder,
    } = asked;
    let (structure, payee) = clearing.enter_payee(siret, iban, bic.as_deref(), holder)?;
    let values = [
        ("name", Value::from(structure.name.as_str())),
        ("iban", payee.grouped_iban().into()),
        ("holder", payee.holder.as_str().into()),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-pay-to", &values),
        json: json!({ "siret": structure.siret, "name": structure.name, "payee": payee }),
    })
}

fn enrol(clearing: &Clearing, asked: &EnrolArguments) -> Result<Said, Error> {
    let issued = clearing.issue_enrolment(&asked.siret, asked.days)?;
    if let (Some(file), Some(address)) = (&asked.letter, &asked.address) {
        write_letter(clearing, &issued, file, address)?;
    }
    let values = [
        ("code", Value::from(issued.code.to_string())),
        ("structure", issued.structure.name.as_str().into()),
        ("until", format::day_month_year(issued.valid_until()).into()),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-enrol", &values),
        json: json!({
            "code": issued.code.to_string(),
            "siret": issued.structure.siret,
            "structure": issued.structure.name,
            "ends_at": issued.ends_at,
            "letter": asked.letter,
        }),
    })
}

fn write_letter(
    clearing: &Clearing,
    issued: &IssuedEnrolment,
    file: &Path,
    address: &str,
) -> Result<(), Error> {
    let issuer = clearing.issuer()?.unwrap_or_else(|| say("clearing-issuer"));
    let letter = enrolment_letter(&issued.to_letter(issuer, address.to_owned()))?;
    fs::write(file, letter.bytes).map_err(Error::file(file))
}

fn back_up(data: &Path, file: &Path) -> Result<Said, Error> {
    let bytes = Clearing::back_up(data, file)?;
    let values = [
        ("file", Value::from(file.display().to_string())),
        ("size", number(bytes.div_ceil(1024))),
    ];
    Ok(Said {
        sentence: say_with("clearing-said-backup", &values),
        json: json!({ "file": file, "bytes": bytes }),
    })
}

fn status(clearing: &Clearing) -> Result<Said, Error> {
    let status = clearing.status()?;
    Ok(Said {
        sentence: status_sentence(&status),
        json: json!(status),
    })
}

fn status_sentence(status: &Status) -> String {
    let mut lines = vec![say_with(
        "clearing-said-status",
        &[
            ("structures", number(status.counts.structures)),
            ("devices", number(status.counts.devices)),
            ("batches", number(status.counts.batches)),
            ("events", number(status.counts.events)),
        ],
    )];
    for programme in &status.programmes {
        let values = [
            ("name", programme.name.as_str().into()),
            ("booklets", number(programme.booklets)),
            ("activated", number(programme.activated)),
            ("blocked", number(programme.blocked)),
            ("count", number(programme.credited)),
            ("amount", format::amount(programme.credited_cents.0).into()),
        ];
        lines.push(say_with("clearing-said-status-programme", &values));
    }
    lines.extend(status.aftermath.as_ref().map(aftermath::told));
    lines.join("\n")
}
