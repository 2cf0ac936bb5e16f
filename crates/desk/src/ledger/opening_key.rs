//! The key that opens the ledger: 32 random bytes in a file that its owner alone can read.

use crate::{error::Error, profile::Profile, surroundings::Surroundings};
use data_encoding::HEXLOWER;
use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::Path,
};

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

    /// Written beside, synced, then renamed: a crash leaves no half key.
    fn keep(&self, path: &Path) -> Result<(), Error> {
        let draft = path.with_extension("key.part");
        let written = private_file(&draft).and_then(|mut file| {
            writeln!(file, "{}", HEXLOWER.encode(&self.0))?;
            file.sync_all()
        });
        written
            .and_then(|()| fs::rename(&draft, path))
            .map_err(|error| Error::file(path, error))?;
        // The name itself must be on disk before a ledger depends on it.
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| Error::file(path, error))?;
        }
        Ok(())
    }
}

/// On Windows a file in the user's own profile folder is private already.
fn private_file(path: &Path) -> std::io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
