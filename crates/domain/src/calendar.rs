//! Which day it is, on a computer whose clock may be wrong.
//!
//! An old PC with an empty battery begins every day in a year long past, and its user may not set it.
//! What proves a clock wrong is a time that clearing has signed; what mends it is a person who says
//! which day it is, and is believed for as long as that clock goes on from there.

use chrono::{Days, NaiveDate};
use serde::Serialize;

/// How long a desk may be without a word before its clock is doubted: a season.
const DAYS_WITHOUT_DOUBT: u64 = 100;

/// The day that a person said it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SaidDay {
    /// The day of the computer's clock at that moment.
    pub computer: NaiveDate,
    /// The day that it is.
    pub said: NaiveDate,
}

/// What is thought of the day that the desk works with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum ClockStanding {
    /// Nothing speaks against it.
    Good,
    /// It is earlier than a day on which clearing has answered: wrong for certain.
    Behind {
        /// That day.
        heard_on: NaiveDate,
    },
    /// Nobody was heard for so long that it may be wrong.
    Doubtful {
        /// The last day on which clearing has answered.
        heard_on: NaiveDate,
    },
    /// A person said which day it is.
    Said {
        /// The day of the computer's clock.
        computer: NaiveDate,
    },
}

impl SaidDay {
    /// The day that it is when the clock says `computer`, as long as the clock goes on from where it was.
    ///
    /// Once somebody sets it, or it falls back to where its battery leaves it, what was said counts no
    /// more: `None`.
    #[must_use]
    pub fn correct(self, computer: NaiveDate) -> Option<NaiveDate> {
        let since = u64::try_from((computer - self.computer).num_days()).ok()?;
        let was_behind = self.computer < self.said;
        if was_behind && computer >= self.said {
            return None;
        }
        self.said.checked_add_days(Days::new(since))
    }
}

impl ClockStanding {
    /// What to think of a clock that says `computer`, of which clearing was last heard on `heard_on` by
    /// clearing's own clock. Days of midnight may differ by one: that is no proof.
    #[must_use]
    pub fn of(computer: NaiveDate, said: Option<SaidDay>, heard_on: Option<NaiveDate>) -> Self {
        let corrected = said.and_then(|said| said.correct(computer));
        let today = corrected.unwrap_or(computer);
        match heard_on {
            Some(heard_on) if today + Days::new(1) < heard_on => Self::Behind { heard_on },
            _ if corrected.is_some() => Self::Said { computer },
            Some(heard_on) if today > heard_on + Days::new(DAYS_WITHOUT_DOUBT) => Self::Doubtful { heard_on },
            Some(_) | None => Self::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day")
    }

    const fn said(computer: NaiveDate, said: NaiveDate) -> SaidDay {
        SaidDay { computer, said }
    }

    #[test]
    fn a_clock_that_goes_on_is_corrected_by_as_many_days() {
        let slow = said(day(2016, 1, 1), day(2026, 11, 22));
        assert_eq!(slow.correct(day(2016, 1, 1)), Some(day(2026, 11, 22)));
        assert_eq!(slow.correct(day(2016, 1, 11)), Some(day(2026, 12, 2)));
        let fast = said(day(2036, 1, 1), day(2026, 11, 22));
        assert_eq!(fast.correct(day(2036, 1, 11)), Some(day(2026, 12, 2)));
    }

    #[test]
    fn once_the_clock_is_set_right_what_was_said_counts_no_more() {
        let slow = said(day(2016, 1, 1), day(2026, 11, 22));
        assert_eq!(slow.correct(day(2026, 11, 23)), None);
        let fast = said(day(2036, 1, 1), day(2026, 11, 22));
        assert_eq!(fast.correct(day(2026, 11, 23)), None);
    }

    #[test]
    fn a_clock_that_falls_back_again_is_not_corrected_by_a_guess() {
        let slow = said(day(2016, 1, 5), day(2026, 11, 22));
        assert_eq!(slow.correct(day(2016, 1, 1)), None);
    }

    #[test]
    fn a_day_before_the_last_word_of_clearing_is_wrong_for_certain() {
        let heard_on = day(2026, 11, 2);
        assert_eq!(
            ClockStanding::of(day(2016, 1, 1), None, Some(heard_on)),
            ClockStanding::Behind { heard_on }
        );
        let eve = ClockStanding::of(day(2026, 11, 1), None, Some(heard_on));
        assert_eq!(eve, ClockStanding::Good);
        // Said too early, it is as wrong.
        let slow = said(day(2016, 1, 1), day(2026, 10, 1));
        assert_eq!(
            ClockStanding::of(day(2016, 1, 2), Some(slow), Some(heard_on)),
            ClockStanding::Behind { heard_on }
        );
    }

    #[test]
    fn a_day_long_after_the_last_word_is_doubted_until_a_person_says_it() {
        let (heard_on, computer) = (day(2026, 11, 2), day(2036, 1, 1));
        assert_eq!(
            ClockStanding::of(computer, None, Some(heard_on)),
            ClockStanding::Doubtful { heard_on }
        );
        let said = said(computer, day(2026, 11, 22));
        assert_eq!(
            ClockStanding::of(computer, Some(said), Some(heard_on)),
            ClockStanding::Said { computer }
        );
        assert_eq!(ClockStanding::of(computer, None, None), ClockStanding::Good);
    }
}
