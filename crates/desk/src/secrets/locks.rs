//! The file of locks beside a ledger.

use super::lock::{Lock, Purpose};
use crate::{error::Error, ledger::OpeningKey, private_file, profile::Profile};
use chrono::NaiveDate;
use passerelle_domain::{passphrase::Passphrase, recovery_code::RecoveryCode};
use serde::{Deserialize, Serialize};
use std::{fs, io::ErrorKind};

/// The form of the file that this version writes and reads.
const FORM: u32 = 1;

/// A file beyond this is not one of locks, in bytes.
const MOST: u64 = 16 * 1024;

/// Who opens the ledger: its key, sealed once by the passphrase and once by the recovery sheet. The file alone
/// opens nothing; whoever copies it with the ledger still has to guess, at the cost of each lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locks {
    form: u32,
    passphrase: Lock,
    sheet: Lock,
    /// The day on which the sheet in force was made.
    sheet_made_on: NaiveDate,
}

impl Locks {
    /// The first ones of a ledger.
    pub const fn new(passphrase: Lock, sheet: Lock, sheet_made_on: NaiveDate) -> Self {
        Self {
            form: FORM,
            passphrase,
            sheet,
            sheet_made_on,
        }
    }

    /// The same with another passphrase.
    pub fn with_passphrase(&self, passphrase: Lock) -> Self {
        Self {
            passphrase,
            ..self.clone()
        }
    }

    /// The same with another sheet.
    pub fn with_sheet(&self, sheet: Lock, sheet_made_on: NaiveDate) -> Self {
        Self {
            sheet,
            sheet_made_on,
            ..self.clone()
        }
    }

    /// The key, for whoever knows the passphrase.
    pub fn open_by_passphrase(&self, passphrase: &Passphrase) -> Option<OpeningKey> {
        self.passphrase.open(Purpose::Passphrase, passphrase.as_bytes())
    }

    /// The key, for whoever holds the sheet.
    pub fn open_by_sheet(&self, code: &RecoveryCode) -> Option<OpeningKey> {
        self.sheet.open(Purpose::Sheet, code.as_bytes())
    }

    /// The day on which the sheet in force was made.
    pub const fn sheet_made_on(&self) -> NaiveDate {
        self.sheet_made_on
    }

    /// The locks of this profile, if there are any.
    ///
    /// # Errors
    /// The file cannot be read, or says nothing that this version understands.
    pub fn find(profile: &Profile) -> Result<Option<Self>, Error> {
        let path = profile.locks();
        match fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::file(path, error)),
            Ok(file) if file.len() > MOST => return Err(Error::LocksUnreadable(path)),
            Ok(_) => {}
        }
        let bytes = fs::read(&path).map_err(|error| Error::file(&path, error))?;
        let locks: Option<Self> = serde_json::from_slice(&bytes).ok();
        match locks {
            Some(locks) if locks.form == FORM => Ok(Some(locks)),
            _ => Err(Error::LocksUnreadable(path)),
        }
    }

    /// Puts them beside the ledger, in the place of those before: whole, or not at all.
    ///
    /// # Errors
    /// The disk or its rights.
    pub fn keep(&self, profile: &Profile) -> Result<(), Error> {
        let path = profile.locks();
        let text = serde_json::to_vec_pretty(self).expect("plain data");
        private_file::replace(&path, &text).map_err(|error| Error::file(path, error))
    }
}
