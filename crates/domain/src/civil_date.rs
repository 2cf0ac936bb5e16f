//! Dates as people write them in France, read against a given today.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;
use crate::fold;

/// Years a typed date may have; outside, it is a slip of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

const MONTHS: [&str; 12] = [
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
];

const WEEKDAYS: [&str; 7] = [
    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
];

/// Why a text is not a date, or not one that will do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DateFault {
    /// Nothing was typed.
    #[error("no date was given")]
    Missing,
    /// The text does not read as a date.
    #[error("the text is not a date")]
    NotADate,
    /// There is no such month.
    #[error("there is no month {month}")]
    NoSuchMonth {
        /// The month typed.
        month: u32,
    },
    /// That month is shorter.
    #[error("there is no day {day} in {year}-{month:02}")]
    NoSuchDay {
        /// The day typed.
        day: u32,
        /// The month typed.
        month: u32,
        /// Its year.
        year: i32,
        /// The last day that month has.
        last_day: u32,
    },
    /// The date lies after the last one allowed.
    #[error("the date is after {latest}")]
    TooLate {
        /// The last date allowed.
        latest: NaiveDate,
    },
    /// The date lies before the first one allowed.
    #[error("the date is before {earliest}")]
    TooEarly {
        /// The first date allowed.
        earliest: NaiveDate,
    },
}

/// Reads `19/11/2026`, `1/9/26`, `01-09-2026`, `01.09.2026`, `1er septembre`, `2026-11-19`, `hier`…
///
/// Without a year it is the year of `today`; a year of two digits is in the 2000s.
pub fn parse_date(typed: &str, today: NaiveDate) -> Result<NaiveDate, DateFault> {
    let parts = fold::parts(typed);
    if let Some(date) = relative_date(&parts.concat(), today) {
        return Ok(date);
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let parts = match parts.as_slice() {
        [weekday, rest @ ..] if WEEKDAYS.contains(weekday) => rest,
        all => all,
    };
    match *parts {
        [] => Err(DateFault::Missing),
        [run] => parse_run(run),
        [day, month] => build_date(day, month, &today.year().to_string()),
        [year, month, day] if year.len() == 4 => build_date(day, month, year),
        [day, month, year] => build_date(day, month, year),
        _ => Err(DateFault::NotADate),
    }
}

/// The last day of a month, or `None` when there is no such month.
pub fn last_day_of_month(year: i32, month: u32) -> Option<u32> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    first
        .checked_add_months(chrono::Months::new(1))?
        .pred_opt()
        .map(|last| last.day())
}

fault_codes! {
    DateFault {
        Missing = "date-missing",
        NotADate = "date-not-a-date",
        NoSuchMonth = "date-no-such-month",
        NoSuchDay = "date-no-such-day",
        TooLate = "date-too-late",
        TooEarly = "date-too-early",
    }
}

fn relative_date(squeezed: &str, today: NaiveDate) -> Option<NaiveDate> {
    match squeezed {
        "aujourdhui" => Some(today),
        "hier" => today.checked_sub_days(Days::new(1)),
        "avanthier" => today.checked_sub_days(Days::new(2)),
        "demain" => today.checked_add_days(Days::new(1)),
        _ => None,
    }
}

/// Digits in one run: `19112026` or `191126`.
fn parse_run(run: &str) -> Result<NaiveDate, DateFault> {
    if !run.bytes().all(|b| b.is_ascii_digit()) || !matches!(run.len(), 6 | 8) {
        return Err(DateFault::NotADate);
    }
    build_date(&run[..2], &run[2..4], &run[4..])
}

fn build_date(day: &str, month: &str, year: &str) -> Result<NaiveDate, DateFault> {
    let day = read_number(day.strip_suffix("er").unwrap_or(day)).ok_or(DateFault::NotADate)?;
    let month = read_month(month).ok_or(DateFault::NotADate)?;
    let year = read_year(year).ok_or(DateFault::NotADate)?;
    let Some(last_day) = last_day_of_month(year, month) else {
        return Err(DateFault::NoSuchMonth { month });
    };
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay {
        day,
        month,
        year,
        last_day,
    })
}

fn read_number(text: &str) -> Option<u32> {
    let digits = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// A month by number, by name, or by the first letters that only it has (`sept`, `juil`).
fn read_month(text: &str) -> Option<u32> {
    if let Some(number) = read_number(text) {
        return Some(number);
    }
    let mut named = (1..)
        .zip(MONTHS)
        .filter(|(_, name)| text.len() >= 3 && name.starts_with(text));
    let (number, _) = named.next()?;
    named.next().is_none().then_some(number)
}

fn read_year(text: &str) -> Option<i32> {
    let year: i32 = match text.len() {
        2 => 2000 + i32::try_from(read_number(text)?).ok()?,
        4 => text.parse().ok()?,
        _ => return None,
    };
    YEARS.contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    fn read(typed: &str) -> Result<NaiveDate, DateFault> {
        parse_date(typed, day(2026, 11, 19))
    }

    #[test]
    fn a_date_is_read_in_every_way_it_is_written() {
        for typed in [
            "01/09/2026",
            "1/9/26",
            "01-09-2026",
            "01.09.2026",
            " 1 9 2026 ",
            "010926",
            "01092026",
            "2026-09-01",
        ] {
            assert_eq!(read(typed), Ok(day(2026, 9, 1)), "{typed}");
        }
    }

    #[test]
    fn a_month_may_be_written_in_letters() {
        for typed in [
            "1er septembre 2026",
            "1 sept. 2026",
            "mardi 1er Septembre",
            "1 SEPTEMBRE 26",
        ] {
            assert_eq!(read(typed), Ok(day(2026, 9, 1)), "{typed}");
        }
        assert_eq!(read("3 août"), Ok(day(2026, 8, 3)));
        assert_eq!(read("3 jui"), Err(DateFault::NotADate), "juin or juillet");
    }

    #[test]
    fn words_for_near_days_are_understood_with_both_apostrophes() {
        assert_eq!(read("aujourd'hui"), Ok(day(2026, 11, 19)));
        assert_eq!(read("Aujourd’hui"), Ok(day(2026, 11, 19)));
        assert_eq!(read("hier"), Ok(day(2026, 11, 18)));
        assert_eq!(read("avant-hier"), Ok(day(2026, 11, 17)));
        assert_eq!(read("demain"), Ok(day(2026, 11, 20)));
    }

    #[test]
    fn a_date_without_its_year_is_this_year() {
        assert_eq!(read("3/2"), Ok(day(2026, 2, 3)));
    }

    #[test]
    fn the_31st_of_february_names_the_last_day_of_that_month() {
        let short = DateFault::NoSuchDay {
            day: 31,
            month: 2,
            year: 2026,
            last_day: 28,
        };
        assert_eq!(read("31/02/2026"), Err(short.clone()));
        assert_eq!(read("31/02"), Err(short));
        assert_eq!(read("29/02/2028"), Ok(day(2028, 2, 29)));
    }

    #[test]
    fn a_thirteenth_month_is_named() {
        assert_eq!(read("12/13/2026"), Err(DateFault::NoSuchMonth { month: 13 }));
    }

    #[test]
    fn other_texts_are_not_dates() {
        for typed in [
            "bientôt",
            "12",
            "1/2/3/4",
            "12/11/0026",
            "12/11/20266",
            "1/9/226",
            "99/99/9999x",
        ] {
            assert_eq!(read(typed), Err(DateFault::NotADate), "{typed}");
        }
        assert_eq!(read("  "), Err(DateFault::Missing));
    }
}
