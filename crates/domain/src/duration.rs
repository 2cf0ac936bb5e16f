//! How long a workshop lasted, in whole minutes.

use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// The durations a screen offers, in minutes.
pub const DURATION_PRESETS: [u16; 6] = [15, 30, 45, 60, 90, 120];

/// The longest a workshop may last, in minutes: a day.
pub const LONGEST_MINUTES: u16 = 24 * 60;

/// A bare number under this could be hours as well as minutes.
const SURELY_MINUTES: u32 = 10;

/// Why a text is not a duration, or not one that will do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DurationFault {
    /// Neither a duration nor an end was given.
    #[error("no duration was given")]
    Missing,
    /// The text does not read as a duration.
    #[error("the text is not a duration")]
    NotADuration,
    /// A small number that could be hours or minutes.
    #[error("{number} could be hours or minutes")]
    Ambiguous {
        /// The number typed.
        number: u32,
    },
    /// The duration is nothing at all.
    #[error("the duration is zero")]
    Zero,
    /// The duration is over a day.
    #[error("the duration is over {most_hours} hours")]
    TooLong {
        /// The longest duration, in hours.
        most_hours: u16,
    },
    /// The duration is not the one between the start and the end.
    #[error("{between_minutes} minutes lie between the start and the end")]
    Disagrees {
        /// Minutes between the start and the end.
        between_minutes: u16,
    },
}

/// Reads `1 h 30`, `1h30`, `1:30`, `1,5 h`, `90`, `90 min`, `2 h`; the result is in minutes, 1 to [`LONGEST_MINUTES`].
pub fn parse_duration(typed: &str) -> Result<u16, DurationFault> {
    let squeezed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    if squeezed.is_empty() {
        return Err(DurationFault::Missing);
    }
    let (text, in_minutes) = strip_any(&squeezed, &["minutes", "minute", "min", "mn"]);
    let minutes = match text.split_once(['h', ':']) {
        Some((hours, rest)) => read_hours(hours, rest),
        None if in_minutes => read_number(text),
        None => match read_number(text)? {
            number @ 1..SURELY_MINUTES => return Err(DurationFault::Ambiguous { number }),
            number => Ok(number),
        },
    }?;
    match u16::try_from(minutes) {
        Ok(0) => Err(DurationFault::Zero),
        Ok(minutes) if minutes <= LONGEST_MINUTES => Ok(minutes),
        _ => Err(DurationFault::TooLong {
            most_hours: LONGEST_MINUTES / 60,
        }),
    }
}

fault_codes! {
    DurationFault {
        Missing = "duration-missing",
        NotADuration = "duration-not-a-duration",
        Ambiguous = "duration-ambiguous",
        Zero = "duration-zero",
        TooLong = "duration-too-long",
        Disagrees = "duration-disagrees",
    }
}

fn strip_any<'t>(text: &'t str, endings: &[&str]) -> (&'t str, bool) {
    let stripped = endings.iter().find_map(|ending| text.strip_suffix(ending));
    (stripped.unwrap_or(text), stripped.is_some())
}

/// Minutes of `hours` (`1`, `1,5`) and what follows the mark (``, `30`, `eures30`).
fn read_hours(hours: &str, rest: &str) -> Result<u32, DurationFault> {
    let rest = rest
        .strip_prefix("eures")
        .or(rest.strip_prefix("eure"))
        .unwrap_or(rest);
    if let Some((whole, tenths)) = hours.split_once([',', '.']) {
        if !rest.is_empty() || tenths.len() != 1 {
            return Err(DurationFault::NotADuration);
        }
        return Ok(read_number(whole)?.saturating_mul(60) + read_number(tenths)? * 6);
    }
    let minutes = if rest.is_empty() { 0 } else { read_number(rest)? };
    if minutes >= 60 {
        return Err(DurationFault::NotADuration);
    }
    Ok(read_number(hours)?.saturating_mul(60).saturating_add(minutes))
}

fn read_number(digits: &str) -> Result<u32, DurationFault> {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DurationFault::NotADuration);
    }
    Ok(digits.parse().unwrap_or(u32::from(u16::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_in_every_way_it_is_written() {
        for typed in [
            "1 h 30",
            "1h30",
            "1:30",
            "90",
            "90 min",
            "90mn",
            "1 heure 30",
            "1,5 h",
            "1.5h",
            "1 h 30 min",
            "1\u{a0}H\u{a0}30",
        ] {
            assert_eq!(parse_duration(typed), Ok(90), "{typed}");
        }
        assert_eq!(parse_duration("2 heures"), Ok(120));
        assert_eq!(parse_duration("5 min"), Ok(5));
        assert_eq!(parse_duration("0h45"), Ok(45));
        assert_eq!(parse_duration("24 h"), Ok(1440));
    }

    #[test]
    fn a_bare_two_asks_whether_it_is_hours_or_minutes() {
        assert_eq!(parse_duration("2"), Err(DurationFault::Ambiguous { number: 2 }));
    }

    #[test]
    fn a_duration_is_neither_nothing_nor_over_a_day() {
        assert_eq!(parse_duration("0"), Err(DurationFault::Zero));
        assert_eq!(parse_duration("0 h 00"), Err(DurationFault::Zero));
        for typed in [
            "24 h 01",
            "1441",
            "99999999999999999999 h",
            "99999999999999999999",
        ] {
            assert_eq!(
                parse_duration(typed),
                Err(DurationFault::TooLong { most_hours: 24 }),
                "{typed}"
            );
        }
    }

    #[test]
    fn other_texts_are_not_durations() {
        for typed in ["longtemps", "h30", "1 h 75", "1h2h3", "-30", "1,55 h", "min"] {
            assert_eq!(parse_duration(typed), Err(DurationFault::NotADuration), "{typed}");
        }
        assert_eq!(parse_duration(" "), Err(DurationFault::Missing));
    }
}
