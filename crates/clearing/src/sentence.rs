//! What the officer reads when something was not done.

use crate::command_line::device_line;
use passerelle_clearing::{DeviceStanding, Error, MissingCredits, settlement::PayeeFault};
use passerelle_domain::{month::Month, programme::ProgrammeFault};
use passerelle_words::{Value, format, say, say_with};
use std::path::Path;

/// The sentence of an error.
pub fn of(error: &Error) -> String {
    let values: Vec<(&str, Value<'_>)> = match error {
        Error::Refused(_)
        | Error::NoReason
        | Error::NothingToCredit
        | Error::NothingToSettle
        | Error::NotOurSettlement
        | Error::UnreadableAddress
        | Error::AddressInClear
        | Error::ReturnTooLong
        | Error::NoChance => vec![],
        Error::UnreadableProgramme(fault) => vec![("detail", fault.to_string().trim().to_owned().into())],
        Error::FaultyProgramme(fault) => vec![("detail", say(programme_fault(*fault)).into())],
        Error::ProgrammeExists(id) | Error::NoSuchProgramme(id) => {
            vec![("programme", id.0.to_string().into())]
        }
        Error::NotIssued { first, last } => vec![
            ("first", first.to_string().into()),
            ("last", last.to_string().into()),
        ],
        Error::NumbersExhausted { booklet } => vec![("booklet", booklet.to_string().into())],
        Error::FaultySiret(fault) => vec![("detail", fault.to_string().into())],
        Error::NoSuchStructure(siret) => vec![("siret", siret.to_string().into())],
        Error::NoSuchClaim(claim) => vec![("claim", claim.into())],
        Error::StructureExists { siret, name } | Error::PassCredited { siret, name } => {
            vec![("siret", siret.to_string().into()), ("name", name.into())]
        }
        Error::NotActivated { booklet } => vec![("booklet", booklet.to_string().into())],
        Error::NoSuchDevice(beginning) => vec![("beginning", beginning.into())],
        Error::FaultyPayee(fault) => vec![("detail", say(payee_fault(*fault)).into())],
        Error::MonthNotOver(month)
        | Error::MonthClosed(month)
        | Error::NoSuchSettlement(month)
        | Error::MonthLost(month) => numbered("month", *month).into(),
        Error::MonthOutOfTurn { month, next } => {
            vec![("month", month_words(*month)), ("next", month_words(*next))]
        }
        Error::EarlierMonthLost { month, earlier } => earlier_month(*month, *earlier),
        Error::DevicesSilent(silent) => silent_devices(silent),
        Error::CreditsMissing(missing) => missing_credits(missing),
        Error::MissingCode { rank, count } => vec![
            ("rank", u32::from(*rank).into()),
            ("count", u32::from(*count).into()),
        ],
        Error::TooNew { found, known } => vec![("found", (*found).into()), ("known", (*known).into())],
        Error::OtherKey(path)
        | Error::KeyLost(path)
        | Error::CopyExists(path)
        | Error::NotAPouch(path)
        | Error::DamagedPouch(path)
        | Error::PouchIsReturn(path)
        | Error::SeveralPouches(path)
        | Error::BooksInDatabase(path)
        | Error::BooksInFolder(path)
        | Error::CopyOfDatabase(path) => vec![("path", path.display().to_string().into())],
        Error::Books(fault) => vec![("detail", fault.to_string().into())],
        Error::Damaged(detail) => vec![("detail", (*detail).into())],
        Error::File { path, source } => path_and_detail(path, source.to_string()),
        Error::Paper(fault) => vec![("detail", fault.to_string().into())],
        Error::Certificate { path, detail } => path_and_detail(path, detail.clone()),
        Error::AdminInClear(address) => vec![("address", address.to_string().into())],
        Error::TokenExists(name) | Error::NoSuchToken(name) => vec![("name", name.into())],
    };
    say_with(&format!("clearing-error-{}", error.code()), &values)
}

/// Whether the rules said no, rather than a file or the machine.
pub const fn is_refusal(error: &Error) -> bool {
    match error {
        Error::Refused(_)
        | Error::UnreadableProgramme(_)
        | Error::FaultyProgramme(_)
        | Error::ProgrammeExists(_)
        | Error::NoSuchProgramme(_)
        | Error::NotIssued { .. }
        | Error::NumbersExhausted { .. }
        | Error::FaultySiret(_)
        | Error::NoSuchStructure(_)
        | Error::StructureExists { .. }
        | Error::NoReason
        | Error::NoSuchClaim(_)
        | Error::PassCredited { .. }
        | Error::NothingToCredit
        | Error::NotActivated { .. }
        | Error::NoSuchDevice(_)
        | Error::FaultyPayee(_)
        | Error::NothingToSettle
        | Error::MonthNotOver(_)
        | Error::MonthClosed(_)
        | Error::MonthOutOfTurn { .. }
        | Error::NoSuchSettlement(_)
        | Error::DevicesSilent(_)
        | Error::MonthLost(_)
        | Error::EarlierMonthLost { .. }
        | Error::CreditsMissing(_)
        | Error::NotOurSettlement
        | Error::CopyExists(_)
        | Error::NotAPouch(_)
        | Error::DamagedPouch(_)
        | Error::PouchIsReturn(_)
        | Error::SeveralPouches(_)
        | Error::MissingCode { .. }
        | Error::ReturnTooLong
        | Error::AddressInClear
        | Error::BooksInDatabase(_)
        | Error::BooksInFolder(_)
        | Error::CopyOfDatabase(_)
        | Error::Paper(_)
        | Error::AdminInClear(_)
        | Error::TokenExists(_)
        | Error::NoSuchToken(_) => true,
        Error::TooNew { .. }
        | Error::OtherKey(_)
        | Error::KeyLost(_)
        | Error::Books(_)
        | Error::UnreadableAddress
        | Error::Damaged(_)
        | Error::File { .. }
        | Error::Certificate { .. }
        | Error::NoChance => false,
    }
}

/// A month in words under that name, and as it is typed.
fn numbered(name: &'static str, month: Month) -> [(&'static str, Value<'static>); 2] {
    [(name, month_words(month)), ("number", month.to_string().into())]
}

fn earlier_month(month: Month, earlier: Month) -> Vec<(&'static str, Value<'static>)> {
    let mut values = vec![("month", month_words(month))];
    values.extend(numbered("earlier", earlier));
    values
}

fn silent_devices(silent: &[DeviceStanding]) -> Vec<(&'static str, Value<'static>)> {
    vec![
        ("count", silent.len().into()),
        ("devices", devices(silent).into()),
    ]
}

fn path_and_detail(path: &Path, detail: String) -> Vec<(&'static str, Value<'static>)> {
    vec![
        ("path", path.display().to_string().into()),
        ("detail", detail.into()),
    ]
}

/// Desks, one to a line.
fn devices(silent: &[DeviceStanding]) -> String {
    let lines: Vec<String> = silent.iter().map(device_line).collect();
    lines.join("\n")
}

fn missing_credits(missing: &MissingCredits) -> Vec<(&'static str, Value<'static>)> {
    let holder = |(name, count): (&String, &usize)| {
        let values = [("name", Value::from(name.clone())), ("count", (*count).into())];
        say_with("clearing-missing-holder", &values)
    };
    let mut told: Vec<String> = missing.holders.iter().map(holder).collect();
    if !missing.silent.is_empty() {
        told.push(say("clearing-missing-silent"));
        told.push(devices(&missing.silent));
    }
    vec![
        ("month", month_words(missing.month)),
        ("count", missing.count.into()),
        ("told", told.join("\n").into()),
    ]
}

fn month_words(month: Month) -> Value<'static> {
    format::month_year(month.first_day()).into()
}

const fn payee_fault(fault: PayeeFault) -> &'static str {
    match fault {
        PayeeFault::Iban => "clearing-payee-iban",
        PayeeFault::Bic => "clearing-payee-bic",
        PayeeFault::Holder => "clearing-payee-holder",
    }
}

const fn programme_fault(fault: ProgrammeFault) -> &'static str {
    match fault {
        ProgrammeFault::Worthless => "clearing-programme-worthless",
        ProgrammeFault::EmptyBooklet => "clearing-programme-empty-booklet",
        ProgrammeFault::EndsBeforeItOpens => "clearing-programme-ends-before-it-opens",
        ProgrammeFault::OutsideTheCalendar => "clearing-programme-outside-the-calendar",
        ProgrammeFault::NoService => "clearing-programme-no-service",
        ProgrammeFault::NoFunder => "clearing-programme-no-funder",
        ProgrammeFault::RankTooLong => "clearing-programme-rank-too-long",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_sentence() {
        for code in Error::CODES {
            assert!(passerelle_words::has(&format!("clearing-error-{code}")), "{code}");
        }
    }
}
