//! What the application asks of the world: the time and chance. Tests bring their own.

use crate::{ledger::held, secrets::Cost};
use chrono::{DateTime, FixedOffset, NaiveDate};
use passerelle_domain::calendar::SaidDay;
use std::sync::Mutex;

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

/// A clock, what a person said of it, and a source of chance.
pub struct Surroundings {
    clock: Box<dyn Clock>,
    said: Mutex<Option<SaidDay>>,
    chance: Box<dyn Chance>,
    cost: Option<Cost>,
}

impl Surroundings {
    /// Puts the two together.
    #[must_use]
    pub fn new(clock: impl Clock + 'static, chance: impl Chance + 'static) -> Self {
        Self {
            clock: Box::new(clock),
            said: Mutex::new(None),
            chance: Box::new(chance),
            cost: None,
        }
    }

    /// The same, where a guess at a passphrase costs this instead of what is measured.
    #[must_use]
    pub fn with_cost(self, cost: Cost) -> Self {
        Self {
            cost: Some(cost),
            ..self
        }
    }

    /// What a guess at a PIN is to cost here.
    pub(crate) fn pin_cost(&self) -> Cost {
        self.cost.unwrap_or(Cost::OF_A_PIN)
    }

    /// What a guess at a passphrase is to cost here. Measuring takes as long as a guess.
    pub(crate) fn cost(&self) -> Cost {
        self.cost.unwrap_or_else(Cost::measured)
    }

    /// The civil day here.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Now, with the local offset: the clock's, on the day that a person said it is.
    #[must_use]
    pub fn now(&self) -> DateTime<FixedOffset> {
        let clock = self.clock.now();
        let computer = clock.date_naive();
        let corrected = held(&self.said).and_then(|said| said.correct(computer));
        corrected.map_or(clock, |day| clock + (day - computer))
    }

    /// Now, in Unix seconds.
    #[must_use]
    pub fn timestamp(&self) -> i64 {
        self.now().timestamp()
    }

    /// The civil day by the clock alone.
    pub(crate) fn day_of_the_computer(&self) -> NaiveDate {
        self.clock.now().date_naive()
    }

    /// The day that a person said it is, if one did.
    pub(crate) fn said_day(&self) -> Option<SaidDay> {
        *held(&self.said)
    }

    /// Goes by what a person said from now on.
    pub(crate) fn go_by(&self, said: Option<SaidDay>) {
        *held(&self.said) = said;
    }

    /// `N` random bytes.
    #[must_use]
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.fill(&mut bytes);
        bytes
    }
}
