//! Times of day as people write them in France.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// Why a text is not a time of day, or not one that will do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TimeFault {
    /// A start is needed because an end was given.
    #[error("no time was given")]
    Missing,
    /// The text does not read as a time.
    #[error("the text is not a time of day")]
    NotATime,
    /// A day has no such hour or minute.
    #[error("there is no time {hour}:{minute:02}")]
    NoSuchTime {
        /// The hour typed.
        hour: u32,
        /// The minute typed.
        minute: u32,
    },
}

/// Reads `14 h 00`, `14h`, `14:30`, `9h5`, `14.30`, `1430`, `14`, `midi`.
pub fn parse_time(typed: &str) -> Result<NaiveTime, TimeFault> {
    let squeezed: String = typed
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect();
    if squeezed == "midi" {
        return build_time(12, 0);
    }
    let numbers: Vec<&str> = squeezed
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .collect();
    let between: String = squeezed.chars().filter(|c| !c.is_ascii_digit()).collect();
    if !squeezed.starts_with(|c: char| c.is_ascii_digit()) || !is_time_mark(&between) {
        return Err(TimeFault::NotATime);
    }
    match *numbers {
        [run] if matches!(run.len(), 3 | 4) && between.is_empty() => {
            let (hour, minute) = run.split_at(run.len() - 2);
            build_time(read(hour)?, read(minute)?)
        }
        [hour] => build_time(read(hour)?, 0),
        [hour, minute] => build_time(read(hour)?, read(minute)?),
        _ => Err(TimeFault::NotATime),
    }
}

fault_codes! {
    TimeFault {
        Missing = "time-missing",
        NotATime = "time-not-a-time",
        NoSuchTime = "time-no-such-time",
    }
}

/// What may stand between and after the digits of a time.
fn is_time_mark(between: &str) -> bool {
    matches!(
        between,
        "" | "h" | ":" | "." | "hmin" | "hmn" | "hm" | "heure" | "heures"
    )
}

fn read(digits: &str) -> Result<u32, TimeFault> {
    if digits.len() > 2 {
        return Err(TimeFault::NotATime);
    }
    digits.parse().map_err(|_| TimeFault::NotATime)
}

fn build_time(hour: u32, minute: u32) -> Result<NaiveTime, TimeFault> {
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or(TimeFault::NoSuchTime { hour, minute })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn a_time_is_read_in_every_way_it_is_written() {
        for typed in [
            "14 h 30",
            "14h30",
            "14:30",
            "14\u{a0}H\u{a0}30",
            "14.30",
            "1430",
            "14 h 30 min",
            "14 heures 30",
        ] {
            assert_eq!(parse_time(typed), Ok(at(14, 30)), "{typed}");
        }
        for typed in ["9h5", "9:05", "905", "09 h 05"] {
            assert_eq!(parse_time(typed), Ok(at(9, 5)), "{typed}");
        }
        for typed in ["14h", "14", "14 heures"] {
            assert_eq!(parse_time(typed), Ok(at(14, 0)), "{typed}");
        }
        assert_eq!(parse_time("Midi"), Ok(at(12, 0)));
    }

    #[test]
    fn a_day_has_twenty_four_hours_of_sixty_minutes() {
        assert_eq!(
            parse_time("24h"),
            Err(TimeFault::NoSuchTime { hour: 24, minute: 0 })
        );
        assert_eq!(
            parse_time("9h75"),
            Err(TimeFault::NoSuchTime { hour: 9, minute: 75 })
        );
    }

    #[test]
    fn other_texts_are_not_times() {
        for typed in [
            "", "bientôt", "h30", "14:30:00", "14x30", "-14h", "140 h", "14h123",
        ] {
            assert_eq!(parse_time(typed), Err(TimeFault::NotATime), "{typed}");
        }
    }
}
