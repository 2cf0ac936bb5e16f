//! What the service asks of the world: the time and chance. Tests and simulations bring their own.

use crate::{chance::Chance, clock::Clock, error::Error};

/// A clock and a source of chance. With the same two, the same requests get the same bytes.
#[derive(Clone)]
pub struct Surroundings {
    clock: Clock,
    chance: Chance,
}

impl Surroundings {
    /// Puts the two together.
    #[must_use]
    pub fn new(clock: Clock, chance: Chance) -> Self {
        Self { clock, chance }
    }

    /// Now, in Unix seconds.
    #[must_use]
    pub fn now(&self) -> u64 {
        (self.clock)()
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// There are none to be had.
    pub fn random<const N: usize>(&self) -> Result<[u8; N], Error> {
        let mut bytes = [0; N];
        (self.chance)(&mut bytes)?;
        Ok(bytes)
    }
}
