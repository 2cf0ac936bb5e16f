//! When to try clearing again: soon after something new, rarely when nobody answers.

use std::time::Duration;

/// After an exchange that went well, figures age slowly; so long unless clearing wishes otherwise.
const CALM: Duration = Duration::from_secs(15 * 60);

/// However often clearing wishes to be asked.
const SOONEST: Duration = Duration::from_secs(5 * 60);

/// However rarely.
const RAREST: Duration = Duration::from_secs(24 * 60 * 60);

/// After the first failure.
const FIRST: Duration = Duration::from_secs(60);

/// However long nobody answers.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// After a pass is taken: the next ones of the same queue leave with it.
pub const GATHER: Duration = Duration::from_secs(20);

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// All was said.
    Well {
        /// How long clearing would be left alone when all is well, if it has said so.
        wished: Option<Duration>,
    },
    /// Nobody answered, or not as they should.
    Badly,
    /// The service asked to be left alone for so long.
    PutOff(Duration),
}

/// How often to try. Pure: chance comes in as an argument.
#[derive(Debug, Default)]
pub struct Pace {
    failures: u32,
}

impl Pace {
    /// How long to wait after an attempt, `chance` spreading the desks of a métropole that comes
    /// back after a cut: three quarters to five quarters of the plain delay, and never less than
    /// the service asks for.
    pub fn after(&mut self, attempt: Ended, chance: u8) -> Duration {
        let (plain, asked) = match attempt {
            Ended::Well { wished } => {
                self.failures = 0;
                let calm = wished.map_or(CALM, |wished| wished.clamp(SOONEST, RAREST));
                (calm, Duration::ZERO)
            }
            Ended::Badly => (self.fail(), Duration::ZERO),
            Ended::PutOff(asked) => (self.fail(), asked),
        };
        let spread = f64::from(chance) / 510.0;
        // Later than asked, but not all together.
        plain.mul_f64(0.75 + spread).max(asked.mul_f64(1.0 + spread))
    }

    fn fail(&mut self) -> Duration {
        let doubled = FIRST.saturating_mul(1 << self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        doubled.min(LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_less_and_less_often_up_to_half_an_hour() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..8).map(|_| pace.after(Ended::Badly, 127).as_secs()).collect();
        assert!(waits.is_sorted());
        assert!((55..=65).contains(&waits[0]));
        assert!((1750..=1850).contains(&waits[7]));
    }

    #[test]
    fn one_success_forgets_every_failure() {
        let mut pace = Pace::default();
        pace.after(Ended::Badly, 0);
        pace.after(Ended::Badly, 0);
        pace.after(Ended::Well { wished: None }, 0);
        assert_eq!(pace.after(Ended::Badly, 0), FIRST.mul_f64(0.75));
    }

    #[test]
    fn a_desk_comes_at_the_pace_that_clearing_wishes_within_reason() {
        let after = |wished: Option<u64>| {
            let wished = wished.map(Duration::from_secs);
            Pace::default().after(Ended::Well { wished }, 127).as_secs()
        };
        assert!((890..=910).contains(&after(None)), "{}", after(None));
        assert!((3_590..=3_610).contains(&after(Some(3_600))));
        for too_often in [0, 1, 299] {
            assert!((290..=310).contains(&after(Some(too_often))), "{too_often}");
        }
        for too_rarely in [86_401, u64::from(u32::MAX)] {
            assert!(
                (86_000..=86_800).contains(&after(Some(too_rarely))),
                "{too_rarely}"
            );
        }
    }

    #[test]
    fn a_wish_slows_no_attempt_after_a_failure() {
        let mut pace = Pace::default();
        let wished = Some(Duration::from_secs(86_400));
        pace.after(Ended::Well { wished }, 0);
        assert_eq!(pace.after(Ended::Badly, 0), FIRST.mul_f64(0.75));
    }

    #[test]
    fn desks_that_failed_together_do_not_come_back_together() {
        assert!(Pace::default().after(Ended::Badly, 255) > Pace::default().after(Ended::Badly, 0));
    }

    #[test]
    fn a_service_that_asks_for_time_gets_it_and_its_desks_do_not_come_back_together() {
        let asked = Duration::from_secs(3000);
        let early = Pace::default().after(Ended::PutOff(asked), 0);
        let late = Pace::default().after(Ended::PutOff(asked), 255);
        assert_eq!(early, asked);
        assert!(late > asked.mul_f64(1.4));
    }

    #[test]
    fn a_service_that_asks_for_little_is_still_tried_less_and_less_often() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..5)
            .map(|_| pace.after(Ended::PutOff(Duration::from_secs(1)), 127).as_secs())
            .collect();
        assert!(waits[0] >= 55 && waits.is_sorted() && waits[4] > 800, "{waits:?}");
    }
}
