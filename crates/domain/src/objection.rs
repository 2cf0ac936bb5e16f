//! What a site writes about a pass that waits for the officer: a note, and how many of them.

use crate::{
    fault::fault_codes,
    typed::{is_invisible, tidy_line},
};
use minicbor::{
    Decode, Decoder, Encode, Encoder,
    decode::Error as DecodeError,
    encode::{Error as EncodeError, Write},
};
use serde::Serialize;

/// Characters a note may have.
pub const MOST_CHARACTERS: usize = 500;

/// How many notes a device writes about one redemption.
pub const MOST_NOTES: usize = 5;

/// Why a text is not a note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NoteFault {
    /// There is nothing in it.
    #[error("no note was written")]
    Missing,
    /// It is too long.
    #[error("the note is over {most} characters")]
    TooLong {
        /// Characters a note may have.
        most: usize,
    },
}

fault_codes! {
    NoteFault {
        Missing = "note-missing",
        TooLong = "note-too-long",
    }
}

/// One line to the officer, of 1 to [`MOST_CHARACTERS`] characters. It is shown in terminals: no character of
/// it moves a cursor, prints nothing or turns the line around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note(String);

impl Note {
    /// Tidies what a person typed: lines are joined, invisible characters go.
    ///
    /// # Errors
    /// Nothing is left of it, or too much.
    pub fn parse(typed: &str) -> Result<Self, NoteFault> {
        let text = tidy_line(typed);
        match text.chars().count() {
            0 => Err(NoteFault::Missing),
            count if count > MOST_CHARACTERS => Err(NoteFault::TooLong {
                most: MOST_CHARACTERS,
            }),
            _ => Ok(Self(text)),
        }
    }

    /// A note as it travelled or was kept; `None` for a text that nobody should be shown.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let is_trimmed = text.trim() == text;
        let is_plain = !text.chars().any(is_harmful);
        let is_fit = (1..=MOST_CHARACTERS).contains(&text.chars().count());
        (is_trimmed && is_plain && is_fit).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a character does anything but stand in a line.
fn is_harmful(c: char) -> bool {
    c.is_control() || is_invisible(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

impl<C> Encode<C> for Note {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), EncodeError<W::Error>> {
        e.str(&self.0)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Note {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, DecodeError> {
        Self::read(d.str()?).ok_or_else(|| DecodeError::message("not a note"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_typed_becomes_one_line() {
        let note = Note::parse("  le bénéficiaire était\n présent,\tsignature\u{200b} sur la feuille ");
        assert_eq!(
            note.as_ref().map(Note::as_str),
            Ok("le bénéficiaire était présent, signature sur la feuille")
        );
        assert_eq!(Note::parse(" \n\u{feff} "), Err(NoteFault::Missing));
        assert!(Note::parse(&"é".repeat(500)).is_ok());
        assert_eq!(
            Note::parse(&"é".repeat(501)),
            Err(NoteFault::TooLong { most: 500 })
        );
    }

    #[test]
    fn what_would_play_with_a_terminal_is_no_note() {
        for text in [
            "",
            " présent",
            "présent ",
            "présent\u{1b}[2J",
            "présent\nabsent",
            "présent\u{9b}31m",
            "présent\u{202e}tnesba",
            "pré\u{2028}sent",
            "pré\u{0}sent",
        ] {
            assert_eq!(Note::read(text), None, "{text:?}");
        }
        assert_eq!(Note::read(&"é".repeat(501)), None);
        assert!(Note::read(&"é".repeat(500)).is_some());
    }

    #[test]
    fn whatever_was_typed_and_taken_travels() {
        for typed in ["présent", "  l’un \u{2028} l’autre\u{85} ", "e\u{301} 👩‍🔧"] {
            let note = Note::parse(typed).expect("a note");
            assert_eq!(Note::read(note.as_str()), Some(note));
        }
    }
}
