//! The passphrase of a ledger, asked of whoever gives an order.

use super::{Exit, Outcome};
use passerelle_desk::{Error, form::Typed};
use passerelle_words::{say, say_with};
use serde_json::json;
use std::io::{self, BufRead, IsTerminal, Read};

/// Bytes that are read of a line at most: nobody types more.
const LONGEST: u64 = 4096;

/// Asks for it on the terminal, without showing it; where there is none, the first line of the standard input is it.
/// Never an argument: those stand in the list of processes, for everybody to read.
///
/// # Errors
/// [`Error::Locked`] when nobody answers.
pub fn read() -> Result<Typed, Error> {
    read_after(&say("cli-passphrase"))
}

/// Asks for somebody's PIN, in the same way: on the line after the passphrase, if that was asked for too.
///
/// # Errors
/// [`Error::Locked`] when nobody answers.
pub fn read_pin(name: &str) -> Result<Typed, Error> {
    read_after(&say_with("cli-pin", &[("name", name.into())]))
}

fn read_after(question: &str) -> Result<Typed, Error> {
    let typed = if io::stdin().is_terminal() {
        rpassword::prompt_password(format!("{question} "))
    } else {
        let mut line = String::new();
        io::stdin()
            .lock()
            .take(LONGEST)
            .read_line(&mut line)
            .map(|_| line)
    };
    match typed {
        Ok(typed) if !typed.trim().is_empty() => Ok(Typed::from(typed)),
        Ok(_) | Err(_) => Err(Error::Locked),
    }
}

/// It was not the one.
pub fn refused() -> Outcome {
    let json = json!({ "problem": { "code": "locked" } });
    Outcome::new(say("cli-passphrase-wrong"), json, Exit::Locked)
}
