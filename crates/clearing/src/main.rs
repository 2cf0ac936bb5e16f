//! The command line of the clearing service: it parses, asks the library, and prints.

mod command_line;
mod sentence;
mod service;

use clap::{
    Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use command_line::CommandLine;
use passerelle_words::say_with;
use std::{
    io::{Write, stderr},
    process::ExitCode,
};

/// Done.
const DONE: u8 = 0;
/// The command is not complete, or not understood.
const MISUSED: u8 = 2;
/// The rules say no; the sentence says what to do.
const REFUSED: u8 = 3;
/// A file, the books or the network cannot be had.
const FAILED: u8 = 4;

fn main() -> ExitCode {
    let code = match CommandLine::try_parse() {
        Ok(command_line) => command_line.run().map_or_else(
            |error| {
                let _ = writeln!(stderr(), "{}", sentence::of(&error));
                if sentence::is_refusal(&error) {
                    REFUSED
                } else {
                    FAILED
                }
            },
            |()| DONE,
        ),
        Err(error) => misused(&error),
    };
    ExitCode::from(code)
}

/// Help is an answer; anything else is said in French, with what was not understood.
fn misused(error: &clap::Error) -> u8 {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return DONE;
    }
    let told = [
        ContextKind::InvalidSubcommand,
        ContextKind::InvalidArg,
        ContextKind::InvalidValue,
    ]
    .into_iter()
    .filter_map(|kind| error.get(kind))
    .map(|value| match value {
        ContextValue::Strings(texts) => texts.join(", "),
        other => other.to_string(),
    })
    .collect::<Vec<_>>()
    .join(", ");
    let _ = writeln!(
        stderr(),
        "{}",
        say_with("clearing-misused", &[("told", told.into())])
    );
    MISUSED
}
