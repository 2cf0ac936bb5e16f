//! The key that opens the ledger: 32 random bytes in a file that its owner alone can read.

use crate::{error::Error, private_file, profile::Profile, surroundings::Surroundings};
use data_encoding::HEXLOWER;
use std::{fs, io::ErrorKind, path::Path};

/// The raw key, as `PRAGMA key` takes it. Not printable by accident.
pub struct OpeningKey([u8; 32]);

impl OpeningKey {
    /// `x'…'`: SQLCipher then uses the bytes as they are, without deriving (0.2 ms instead of 185).
    pub fn pragma(&self) -> String {
        format!("x'{}'", HEXLOWER.encode(&self.0))
    }

    /// The key of this profile: read, or drawn at the very first start.
    ///
    /// # Errors
    /// A ledger without its key is reported, never given a new one: that would hide the loss.
    pub fn of(profile: &Profile, surroundings: &Surroundings) -> Result<Self, Error> {
        let path = profile.key();
        match fs::read_to_string(&path) {
            Ok(text) => Self::parse(&text).ok_or(Error::KeyLost(path)),
            Err(error) if error.kind() == ErrorKind::NotFound && !profile.ledger().exists() => {
                let key = Self(surroundings.random());
                key.keep(&path)?;
                Ok(key)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::KeyLost(path)),
            Err(error) => Err(Error::file(path, error)),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.trim().as_bytes()).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    fn keep(&self, path: &Path) -> Result<(), Error> {
        let line = format!("{}\n", HEXLOWER.encode(&self.0));
        private_file::replace(path, line.as_bytes()).map_err(|error| Error::file(path, error))
    }
}
