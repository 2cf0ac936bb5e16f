//! The key of the service, and its replacement while desks go on.

use super::{Clearing, batches::refused};
use crate::{books::OfficerAct, error::Error, server_keys::ServerKeys};
use passerelle_domain::{
    id::ServerId,
    key::{PrivateKey, PublicKey, Purpose},
    wire::{Envelope, FIRST_KEY, Refused},
};
use serde::Serialize;
use serde_json::json;
use std::{
    path::PathBuf,
    sync::{Arc, PoisonError},
};

/// A key of the service, for the officer and for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyStanding {
    /// Its number, the first one's being 1.
    pub number: u32,
    /// The identity that it gives the service, in hexadecimal.
    pub server: String,
    /// Since when it signs, in Unix seconds; `None` for the first one.
    pub since: Option<u64>,
}

/// The keys of the service, and where they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeysStanding {
    /// Every key that it ever had, the one that signs last.
    pub keys: Vec<KeyStanding>,
    /// The files without which nobody goes on: to be kept in a safe. None when it has no folder.
    pub files: Vec<PathBuf>,
}

impl Clearing {
    /// The public half of the key that signs what desks are told, as this process knows it.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.known_keys().public()
    }

    /// The chain of the service's keys, ready to travel. Each replacement in it proves itself.
    ///
    /// # Errors
    /// The files of the keys cannot be read.
    pub fn chain_of_keys(&self) -> Result<Vec<u8>, Error> {
        Ok(self.signer()?.chain().to_bytes())
    }

    /// Every key, and where they are.
    ///
    /// # Errors
    /// The files of the keys cannot be read.
    pub fn keys(&self) -> Result<KeysStanding, Error> {
        let signer = self.signer()?;
        let first = KeyStanding {
            number: FIRST_KEY,
            server: signer.origin().to_string(),
            since: None,
        };
        let others = signer.chain().successions().iter().map(|each| KeyStanding {
            number: each.number,
            server: each.new.server_id().to_string(),
            since: Some(each.since),
        });
        let files = self.key_files.as_ref();
        Ok(KeysStanding {
            keys: std::iter::once(first).chain(others).collect(),
            files: files.map_or_else(Vec::new, |files| files.list(signer.number())),
        })
    }

    /// Replaces the key that signs by a new one, for good. Desks follow the chain at their next exchange;
    /// what was signed before stays good.
    ///
    /// # Errors
    /// No chance is to be had, or a file cannot be written: either the old key signs then, or the new
    /// one does. Or the books cannot note who did it; the new key signs all the same.
    pub fn replace_key(&self) -> Result<KeysStanding, Error> {
        let (seed, now) = (self.surroundings.random()?, self.now());
        let signer = self.signer()?;
        let replaced = match &self.key_files {
            Some(files) => files.replace(&signer, seed, now)?,
            None => signer
                .replaced_by(PrivateKey::from_seed(&seed), now)
                .map_err(|_| Error::Damaged("the chain of the keys"))?,
        };
        let about = json!({"number": replaced.number(), "server": replaced.id().to_string()});
        self.sign_with(Arc::new(replaced))?;
        // Not before: a transaction may run twice, and a key is replaced once.
        self.store
            .write(|books| self.note(books, OfficerAct::KeyReplaced, about.clone(), None))?;
        self.keys()
    }

    /// Signs with these keys from now on: the service's own, after a replacement.
    ///
    /// # Errors
    /// They are another service's.
    pub fn sign_with(&self, keys: Arc<ServerKeys>) -> Result<(), Error> {
        if keys.origin() != self.known_keys().origin() {
            return Err(Error::Damaged("what another key has signed"));
        }
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    /// Whoever signs now. A key may be replaced by another process while this one runs: looking for the
    /// file of a replacement costs nothing beside the write that each answer waits for.
    ///
    /// A body and its envelope name the same key: take this once for both.
    pub(super) fn signer(&self) -> Result<Arc<ServerKeys>, Error> {
        let known = self.known_keys();
        let Some(files) = &self.key_files else {
            return Ok(known);
        };
        if !files.has_successor(known.number()) {
            return Ok(known);
        }
        let newest = files
            .find()?
            .ok_or_else(|| Error::KeyLost(files.key(known.number())))?;
        let newest = Arc::new(newest);
        self.sign_with(Arc::clone(&newest))?;
        Ok(newest)
    }

    /// The identity of the service's first key, under which its books were begun.
    pub(super) fn origin(&self) -> ServerId {
        self.known_keys().origin()
    }

    fn known_keys(&self) -> Arc<ServerKeys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Opens what this service has signed itself, with any key that it ever had.
    pub(super) fn own<T>(&self, parcel: &[u8], purpose: Purpose) -> Result<T, Error>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let envelope = Envelope::from_bytes(parcel).map_err(refused)?;
        let key = self.signer()?.find(envelope.signer).ok_or(Refused::Malformed)?;
        envelope
            .open(&key, purpose)
            .map_err(|_| Refused::Malformed.into())
    }
}
