//! Random bytes: keys and codes, nothing else. A simulation brings its own and replays exactly.

use crate::error::Error;
use std::sync::Arc;

/// Fills what it is given with bytes that nobody can foresee, or says [`Error::NoChance`].
pub type Chance = Arc<dyn Fn(&mut [u8]) -> Result<(), Error> + Send + Sync>;

/// The chance of the machine.
#[must_use]
pub fn system() -> Chance {
    Arc::new(|bytes| getrandom::fill(bytes).map_err(|_| Error::NoChance))
}
