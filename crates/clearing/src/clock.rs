//! The time of the server, which tests set by hand, and the civil time of the accounts.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use passerelle_domain::month::Month;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Gives the time in Unix seconds.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The clock of the machine.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the one place that asks the machine")]
pub fn system() -> Clock {
    Arc::new(|| {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    })
}

/// The civil day of an instant at the meridian of Greenwich.
#[must_use]
pub fn civil_day(unix_seconds: u64) -> NaiveDate {
    greenwich(unix_seconds).date()
}

/// The civil time of an instant in Paris: an hour ahead of Greenwich, two from the last Sunday of
/// March to the last of October, at one o'clock in Greenwich both times (directive 2000/84/EC).
#[must_use]
pub fn paris(unix_seconds: u64) -> NaiveDateTime {
    let instant = greenwich(unix_seconds);
    let one = NaiveTime::MIN + TimeDelta::hours(1);
    let turn = |month| last_sunday(instant.year(), month).and_time(one);
    let ahead = if (turn(3)..turn(10)).contains(&instant) {
        2
    } else {
        1
    };
    instant
        .checked_add_signed(TimeDelta::hours(ahead))
        .unwrap_or(instant)
}

/// The first instant of a month in Paris, in Unix seconds.
#[must_use]
pub fn month_begins_at(month: Month) -> u64 {
    let first = month.first_day();
    // No month begins on a day when the hour changes: both turns are last Sundays.
    let ahead = if (4..=10).contains(&first.month()) { 2 } else { 1 };
    let instant = first.and_time(NaiveTime::MIN) - TimeDelta::hours(ahead);
    u64::try_from(instant.and_utc().timestamp()).unwrap_or(0)
}

fn greenwich(unix_seconds: u64) -> NaiveDateTime {
    let seconds = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).map_or(NaiveDateTime::MAX, |instant| instant.naive_utc())
}

fn last_sunday(year: i32, month: u32) -> NaiveDate {
    let last = NaiveDate::from_ymd_opt(year, month, 31).unwrap_or(NaiveDate::MAX);
    last.checked_sub_days(Days::new(last.weekday().num_days_from_sunday().into()))
        .unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(unix_seconds: i64) -> String {
        paris(u64::try_from(unix_seconds).expect("after 1970")).to_string()
    }

    fn at(text: &str) -> i64 {
        let instant: DateTime<chrono::Utc> = text.parse().expect("an instant");
        instant.timestamp()
    }

    #[test]
    fn paris_changes_its_hour_on_the_last_sundays_of_march_and_october() {
        for (greenwich, expected) in [
            ("2026-03-29T00:59:59Z", "2026-03-29 01:59:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29 03:00:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25 02:59:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25 02:00:00"),
            // The latest and the earliest that a last Sunday can be.
            ("2030-03-31T01:00:00Z", "2030-03-31 03:00:00"),
            ("2029-03-25T01:00:00Z", "2029-03-25 03:00:00"),
        ] {
            assert_eq!(shown(at(greenwich)), expected, "{greenwich}");
        }
    }

    #[test]
    fn a_month_begins_at_midnight_in_paris_and_not_in_greenwich() {
        let month = |text| month_begins_at(Month::find(text).expect("a month")).cast_signed();
        assert_eq!(month("2026-11"), at("2026-10-31T23:00:00Z"));
        assert_eq!(month("2026-10"), at("2026-09-30T22:00:00Z"));
        assert_eq!(month("2030-04"), at("2030-03-31T22:00:00Z"));
    }

    proptest! {
        #[test]
        fn a_month_holds_exactly_the_instants_that_paris_counts_in_it(instant in 1_577_836_800u64..7_000_000_000) {
            let month = Month::of(paris(instant).date());
            prop_assert!(month_begins_at(month) <= instant);
            prop_assert!(instant < month_begins_at(month.next()));
        }
    }
}
