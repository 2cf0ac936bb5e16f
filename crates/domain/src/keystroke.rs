//! What a scanner that types may have meant.
//!
//! A USB scanner presents itself as a keyboard and presses keys; it knows nothing of the layout
//! the computer reads them with. Set to a US keyboard on a French computer, it makes
//! `P1` + `A7` arrive as `P&Qè`. The physical keys, however, are the same under every layout,
//! so a scan is read three ways and the caller keeps the reading whose signature or check digits
//! hold. This module only gives the readings; it never decides.
//!
//! | scanner | computer | the reading that is right, Caps Lock on or off |
//! |---|---|---|
//! | US | US | as typed, as US |
//! | US | French | as US |
//! | French | US | as French |
//! | French | French | as French (as typed too, but for Caps Lock on Windows) |

use serde::{Deserialize, Serialize};

/// One key press, in the terms of the browser's `KeyboardEvent`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct KeyStroke {
    /// The character under the computer's layout, such as `é`; or a name, such as `Dead`.
    pub key: String,
    /// The physical key, named after the US keyboard, such as `Digit2`; empty if not known.
    pub code: String,
    /// Whether Shift was held. Caps Lock is not seen here, and changes `key` alone.
    pub shift: bool,
}

/// The distinct texts that one scan may stand for: at most three, upper case, most trusted first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings(Vec<String>);

impl Readings {
    /// Reads the key presses of one scan as typed, as a US keyboard and as a French one.
    ///
    /// A reading in which a single key means nothing is left out whole: a number with one
    /// character missing could be another number. The text as typed comes first, unless it holds
    /// characters that no code has (`&é"`), in which case it is kept as the last resort.
    pub fn of(strokes: &[KeyStroke]) -> Self {
        let holds_shift = strokes.iter().any(|stroke| stroke.shift);
        let ways: [Option<String>; 3] = [
            strokes.iter().map(as_typed).collect(),
            strokes.iter().map(as_us).collect(),
            strokes
                .iter()
                .map(|stroke| as_french(stroke, holds_shift))
                .collect(),
        ];
        let mut candidates = Vec::with_capacity(ways.len());
        for reading in ways.into_iter().flatten() {
            let reading = fold(&reading);
            if !reading.is_empty() && !candidates.contains(&reading) {
                candidates.push(reading);
            }
        }
        candidates.sort_by_key(|reading| !reading.chars().all(stands_in_codes));
        Self(candidates)
    }

    /// The single reading of a text that no keyboard layout came between: a picture, a file.
    pub fn of_text(text: &str) -> Self {
        let text = fold(text);
        Self(if text.is_empty() { vec![] } else { vec![text] })
    }

    /// The candidates, most trusted first; empty when the keys could not be read at all.
    pub fn candidates(&self) -> &[String] {
        &self.0
    }
}

/// Whether a character may stand in a signed code or in a programme's plain number, folded.
fn stands_in_codes(character: char) -> bool {
    character.is_ascii_uppercase() || character.is_ascii_digit() || matches!(character, ' ' | '-' | '.' | '/')
}

/// Upper case, plain spaces, none at the ends.
fn fold(text: &str) -> String {
    text.trim()
        .chars()
        .map(
            |character| {
                if character.is_whitespace() { ' ' } else { character }
            },
        )
        .flat_map(char::to_uppercase)
        .collect()
}

fn as_typed(stroke: &KeyStroke) -> Option<char> {
    if let Some(character) = on_numeric_pad(&stroke.code) {
        return Some(character);
    }
    let mut characters = stroke.key.chars();
    let first = characters.next()?;
    // Longer keys are names: `Dead`, `Process`, `Unidentified`.
    characters.next().is_none().then_some(first)
}

fn as_us(stroke: &KeyStroke) -> Option<char> {
    if let Some(character) = on_numeric_pad(&stroke.code) {
        return Some(character);
    }
    if let Some(letter) = letter_key(&stroke.code) {
        return Some(letter);
    }
    match (stroke.code.as_str(), stroke.shift) {
        ("Space", _) => Some(' '),
        // Under Shift these are symbols that no code has.
        (_, true) => None,
        ("Minus", false) => Some('-'),
        ("Period", false) => Some('.'),
        ("Slash", false) => Some('/'),
        (code, false) => digit_key(code),
    }
}

fn as_french(stroke: &KeyStroke, holds_shift: bool) -> Option<char> {
    if let Some(character) = on_numeric_pad(&stroke.code) {
        return Some(character);
    }
    match (stroke.code.as_str(), stroke.shift) {
        ("Space", _) => Some(' '),
        // The hyphen shares the key of the 6. A scanner that holds Shift somewhere holds it for
        // its digits; one that never does relies on Caps Lock, and its bare keys are digits.
        ("Digit6", false) if holds_shift => Some('-'),
        ("Comma", true) => Some('.'),
        ("Period", true) => Some('/'),
        ("Semicolon", _) => Some('M'),
        ("KeyM", _) => None,
        (code, _) => digit_key(code).or_else(|| letter_key(code).map(swapped_on_azerty)),
    }
}

fn swapped_on_azerty(us_letter: char) -> char {
    match us_letter {
        'A' => 'Q',
        'Q' => 'A',
        'W' => 'Z',
        'Z' => 'W',
        same => same,
    }
}

/// The numeric pad is the same on every keyboard, and gives digits even when Num Lock is off.
fn on_numeric_pad(code: &str) -> Option<char> {
    match code.strip_prefix("Numpad")? {
        "Subtract" => Some('-'),
        "Decimal" => Some('.'),
        "Divide" => Some('/'),
        digit => only_char(digit).filter(char::is_ascii_digit),
    }
}

fn letter_key(code: &str) -> Option<char> {
    only_char(code.strip_prefix("Key")?).filter(char::is_ascii_uppercase)
}

fn digit_key(code: &str) -> Option<char> {
    only_char(code.strip_prefix("Digit")?).filter(char::is_ascii_digit)
}

fn only_char(text: &str) -> Option<char> {
    let mut characters = text.chars();
    let first = characters.next()?;
    characters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests;
