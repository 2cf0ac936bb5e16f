//! What the application asks of the world: the time and chance. Tests bring their own.

use chrono::{DateTime, FixedOffset, NaiveDate};

/// The clock on the wall of the site: an instant with its local offset.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> DateTime<FixedOffset>;
}

/// A source of random bytes that nobody can foresee.
pub trait Chance: Send + Sync {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A clock and a source of chance.
pub struct Surroundings {
    clock: Box<dyn Clock>,
    chance: Box<dyn Chance>,
}

impl Surroundings {
    /// Puts the two together.
    #[must_use]
    pub fn new(clock: impl Clock + 'static, chance: impl Chance + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            chance: Box::new(chance),
        }
    }

    /// The civil day here.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.now().date_naive()
    }

    /// Now, with the local offset.
    #[must_use]
    pub fn now(&self) -> DateTime<FixedOffset> {
        self.clock.now()
    }

    /// Now, in Unix seconds.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.clock.now().timestamp()
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }
}
