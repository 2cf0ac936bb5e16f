//! A civil month: the period of a settlement, of a figure, of a list.

use chrono::{Datelike, Months, NaiveDate};
use minicbor::{
    Decoder, Encoder,
    decode::Error as DecodeError,
    encode::{Error as EncodeError, Write},
};
use serde::{Deserialize, Serialize};

/// One month of one year; as text (in JSON and in files) `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    first_day: NaiveDate,
}

impl Month {
    /// The month a date lies in.
    pub fn of(date: NaiveDate) -> Self {
        Self {
            first_day: date.with_day(1).expect("every month has a first day"),
        }
    }

    /// The month of `2026-11`, or `None` for any other text.
    pub fn find(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1).map(Self::of)
    }

    /// Its first day.
    pub fn first_day(self) -> NaiveDate {
        self.first_day
    }

    /// Its last day.
    pub fn last_day(self) -> NaiveDate {
        self.next()
            .first_day
            .pred_opt()
            .expect("a month is never chrono's first")
    }

    /// Whether a date lies in it.
    pub fn contains(self, date: NaiveDate) -> bool {
        Self::of(date) == self
    }

    /// The month after.
    pub fn next(self) -> Self {
        Self {
            first_day: self
                .first_day
                .checked_add_months(Months::new(1))
                .expect("a month is never chrono's last"),
        }
    }

    /// The month before.
    pub fn previous(self) -> Self {
        Self {
            first_day: self
                .first_day
                .checked_sub_months(Months::new(1))
                .expect("a month is never chrono's first"),
        }
    }
}

/// `minicbor` codec, `#[cbor(with = "crate::month")]`: a month travels as its first [day](crate::day).
///
/// # Errors
/// A month before 2020 or after 2199 has no place on the wire.
pub fn encode<C, W: Write>(
    month: &Month,
    e: &mut Encoder<W>,
    context: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    crate::day::encode(&month.first_day, e, context)
}

/// `minicbor` codec: `#[cbor(with = "crate::month")]`.
///
/// # Errors
/// What is there is not the first day of a month.
pub fn decode<'b, C>(d: &mut Decoder<'b>, context: &mut C) -> Result<Month, DecodeError> {
    let first_day = crate::day::decode(d, context)?;
    let month = Month::of(first_day);
    if month.first_day != first_day {
        return Err(DecodeError::message("not the first day of a month"));
    }
    Ok(month)
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first_day.format("%Y-%m"))
    }
}

impl TryFrom<String> for Month {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::find(&text).ok_or_else(|| format!("{text:?} is not a month"))
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn a_month_runs_from_its_first_to_its_last_day() {
        let february = Month::of(day(2028, 2, 17));
        assert_eq!(
            (february.first_day(), february.last_day()),
            (day(2028, 2, 1), day(2028, 2, 29))
        );
        assert!(february.contains(day(2028, 2, 29)));
        assert!(!february.contains(day(2028, 3, 1)));
    }

    #[test]
    fn december_is_followed_by_january() {
        let december = Month::find("2026-12").unwrap();
        assert_eq!(december.next().to_string(), "2027-01");
        assert_eq!(december.next().previous(), december);
    }

    #[test]
    fn only_a_year_and_two_digits_make_a_month() {
        for text in ["2026", "2026-13", "2026-1", "26-11", "2026-11-19", "a-b"] {
            assert_eq!(Month::find(text), None, "{text}");
        }
    }
}
