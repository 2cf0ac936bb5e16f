//! Civil days on the wire: a small whole number instead of a date in text.

use chrono::{Days, NaiveDate};
use minicbor::{
    Decoder, Encoder,
    decode::Error as DecodeError,
    encode::{Error as EncodeError, Write},
};

/// Day zero of the wire. Two bytes of days from here reach the year 2199.
const ORIGIN: NaiveDate = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a date of the calendar");

/// Days since 2020-01-01, or `None` outside the sixteen bits that a pass has room for.
#[must_use]
pub fn number(day: NaiveDate) -> Option<u16> {
    u16::try_from((day - ORIGIN).num_days()).ok()
}

/// The civil day of a number of days since 2020-01-01.
#[must_use]
pub fn from_number(number: u16) -> NaiveDate {
    ORIGIN + Days::new(u64::from(number))
}

/// The nearest day that the wire can carry: a clock set to 1970 must not stop a cancellation.
#[must_use]
pub fn within_calendar(day: NaiveDate) -> NaiveDate {
    day.clamp(ORIGIN, from_number(u16::MAX))
}

/// `minicbor` codec: `#[cbor(with = "crate::day")]`.
///
/// # Errors
/// A day before 2020 or after 2199 has no place on the wire.
pub fn encode<C, W: Write>(
    day: &NaiveDate,
    e: &mut Encoder<W>,
    _: &mut C,
) -> Result<(), EncodeError<W::Error>> {
    let number = number(*day).ok_or_else(|| EncodeError::message("day outside 2020 to 2199"))?;
    e.u16(number)?.ok()
}

/// `minicbor` codec: `#[cbor(with = "crate::day")]`.
///
/// # Errors
/// What is there is not a number of days.
pub fn decode<'b, C>(d: &mut Decoder<'b>, _: &mut C) -> Result<NaiveDate, DecodeError> {
    Ok(from_number(d.u16()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_comes_back_from_its_number() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date");
        assert_eq!(number(day).map(from_number), Some(day));
    }

    #[test]
    fn a_day_before_the_origin_has_no_number() {
        assert_eq!(number(ORIGIN - Days::new(1)), None);
        assert_eq!(number(ORIGIN), Some(0));
    }
}
