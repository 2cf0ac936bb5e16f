//! The real clock and the real chance: the only place that asks the system for them.

use chrono::{DateTime, FixedOffset, Local};
use passerelle_desk::{Chance, Clock, Surroundings};

/// What the system knows of the time, and its source of chance.
pub fn of_this_computer() -> Surroundings {
    Surroundings::new(SystemClock, SystemChance)
}

struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is where the clock is read, for everybody else"
    )]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }
}

struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("a system without a source of chance cannot keep a key either");
    }
}
