//! Random bytes from the system: keys and codes, nothing else.

use crate::error::Error;

/// `N` bytes that nobody can foresee.
///
/// # Errors
/// The system has none to give.
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::NoChance)?;
    Ok(bytes)
}
