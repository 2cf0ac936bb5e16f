//! When to try clearing again: soon after something new, rarely when nobody answers.

use std::time::Duration;

/// After an exchange that went well, figures age slowly.
const CALM: Duration = Duration::from_secs(15 * 60);

/// After the first failure.
const FIRST: Duration = Duration::from_secs(60);

/// However long nobody answers.
const LONGEST: Duration = Duration::from_secs(30 * 60);

/// After a pass is taken: the next ones of the same queue leave with it.
pub const GATHER: Duration = Duration::from_secs(20);

/// How often to try. Pure: chance comes in as an argument.
#[derive(Debug, Default)]
pub struct Pace {
    failures: u32,
}

impl Pace {
    /// How long to wait after an attempt, `chance` spreading the desks of a métropole that comes
    /// back after a cut: three quarters to five quarters of the plain delay.
    pub fn after(&mut self, went_well: bool, chance: u8) -> Duration {
        let plain = if went_well {
            self.failures = 0;
            CALM
        } else {
            let doubled = FIRST.saturating_mul(1 << self.failures.min(10));
            self.failures = self.failures.saturating_add(1);
            doubled.min(LONGEST)
        };
        plain.mul_f64(0.75 + f64::from(chance) / 510.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_tried_less_and_less_often_up_to_half_an_hour() {
        let mut pace = Pace::default();
        let waits: Vec<u64> = (0..8).map(|_| pace.after(false, 127).as_secs()).collect();
        assert!(waits.is_sorted());
        assert!((55..=65).contains(&waits[0]));
        assert!((1750..=1850).contains(&waits[7]));
    }

    #[test]
    fn one_success_forgets_every_failure() {
        let mut pace = Pace::default();
        pace.after(false, 0);
        pace.after(false, 0);
        pace.after(true, 0);
        assert_eq!(pace.after(false, 0), FIRST.mul_f64(0.75));
    }

    #[test]
    fn desks_that_failed_together_do_not_come_back_together() {
        assert!(Pace::default().after(false, 255) > Pace::default().after(false, 0));
    }
}
