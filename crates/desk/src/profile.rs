//! The one folder that holds every file the application writes.

use std::path::{Path, PathBuf};

/// A folder, by its path. It is made when a ledger is first opened in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile(PathBuf);

impl Profile {
    /// The profile in that folder.
    #[must_use]
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// The encrypted ledger.
    #[must_use]
    pub fn ledger(&self) -> PathBuf {
        self.0.join("ledger.db")
    }

    /// The ledger's key, readable by its owner alone, as long as no passphrase protects it.
    #[must_use]
    pub fn key(&self) -> PathBuf {
        self.0.join("ledger.key")
    }

    /// The ledger's key under the locks of a passphrase and a recovery sheet.
    #[must_use]
    pub fn locks(&self) -> PathBuf {
        self.0.join("ledger.locks")
    }

    /// Where copies are put before a migration.
    #[must_use]
    pub fn copies(&self) -> PathBuf {
        self.0.join("copies")
    }

    /// What waits for clearing, and what came back, for whoever sends it while the ledger is shut.
    #[must_use]
    pub fn outbox(&self) -> PathBuf {
        self.0.join("outbox")
    }

    /// Held while a process has the ledger open.
    #[must_use]
    pub fn lock(&self) -> PathBuf {
        self.0.join("ledger.lock")
    }
}
