//! The rules that SQL states as constraints: a write that breaks one is refused.

use crate::{error::Error, store::Fault};
use chrono::{Datelike, NaiveDate};

/// The highest number of an event: the highest that every engine can compare.
const LAST_NUMBER: u64 = i64::MAX.cast_unsigned();

/// The refusal of a write that breaks `rule`.
pub fn forbid(rule: &'static str) -> Error {
    Error::Books(Fault::Forbidden(rule.to_owned()))
}

/// Goes on if the rule holds.
pub fn require(holds: bool, rule: &'static str) -> Result<(), Error> {
    if holds { Ok(()) } else { Err(forbid(rule)) }
}

/// Whether an event, or a range of them, can have that number.
pub fn is_number(seq: u64) -> bool {
    (1..=LAST_NUMBER).contains(&seq)
}

/// Whether a day has a year of four digits, as it is written down.
pub fn is_day(day: NaiveDate) -> bool {
    (0..=9_999).contains(&day.year())
}
