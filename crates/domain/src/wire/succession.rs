//! The chain of a service's keys: how one key takes the place of another, in words that both have signed.

use crate::key::{PrivateKey, PublicKey, Purpose};
use minicbor::{Decode, Encode};
use std::collections::BTreeSet;

/// How many replacements a chain holds at most: one a month for twenty years.
pub const MAX_SUCCESSIONS: usize = 256;

/// The number of a service's first key.
pub const FIRST_KEY: u32 = 1;

/// One key of a service taking the place of the one before it. The old key signs, since desks trust it;
/// the new one signs as well, which shows that somebody holds it, and that it owns up to what came before.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Succession {
    /// The key that signs no more.
    #[n(0)]
    pub old: PublicKey,
    /// The key that signs in its place.
    #[n(1)]
    pub new: PublicKey,
    /// The number of the new key; [`FIRST_KEY`] has none before it, so the first succession is number 2.
    #[n(2)]
    pub number: u32,
    /// Since when, in Unix seconds of the server.
    #[n(3)]
    pub since: u64,
    #[cbor(n(4), with = "minicbor::bytes")]
    by_old: [u8; 64],
    #[cbor(n(5), with = "minicbor::bytes")]
    by_new: [u8; 64],
}

/// Why a chain of keys cannot be followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// A replacement is not signed by both keys, or does not come right after the one before it.
    #[error("a key took over without the word of both")]
    Unproven,
    /// One key has two successors, or two predecessors.
    #[error("a key has two successors")]
    Fork,
    /// The chain says nothing of the key that is trusted.
    #[error("the chain does not lead on from the key that is trusted")]
    Elsewhere,
}

/// Every replacement since a service's first key, in order. Each was proven when the chain was made or read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyChain(Vec<Succession>);

impl Succession {
    /// Signs with both keys.
    #[must_use]
    pub fn sign(old: &PrivateKey, new: &PrivateKey, number: u32, since: u64) -> Self {
        let mut succession = Self {
            old: old.public(),
            new: new.public(),
            number,
            since,
            by_old: [0; 64],
            by_new: [0; 64],
        };
        let content = succession.content();
        succession.by_old = old.sign(Purpose::Succession, &content);
        succession.by_new = new.sign(Purpose::Succession, &content);
        succession
    }

    /// The bytes that are kept: bare CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("memory takes all that is written")
    }

    /// Reads [`Self::to_bytes`]; `None` for anything else. Nothing is proven yet.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        super::read_bare(bytes)
    }

    fn is_proven(&self) -> bool {
        let content = self.content();
        self.old.verifies(Purpose::Succession, &content, &self.by_old)
            && self.new.verifies(Purpose::Succession, &content, &self.by_new)
    }

    fn content(&self) -> Vec<u8> {
        let bare = (self.old, self.new, self.number, self.since);
        minicbor::to_vec(bare).expect("memory takes all that is written")
    }
}

impl KeyChain {
    /// The chain of these replacements, from the first one on.
    ///
    /// # Errors
    /// One is not proven, they do not follow one another, or a key comes twice.
    pub fn of(successions: Vec<Succession>) -> Result<Self, ChainFault> {
        if successions.len() > MAX_SUCCESSIONS {
            return Err(ChainFault::Unproven);
        }
        let mut old: BTreeSet<[u8; 32]> = BTreeSet::new();
        for (number, succession) in (FIRST_KEY + 1..).zip(&successions) {
            if !succession.is_proven() {
                return Err(ChainFault::Unproven);
            }
            if !old.insert(succession.old.0) || old.contains(&succession.new.0) {
                return Err(ChainFault::Fork);
            }
            if succession.number != number {
                return Err(ChainFault::Unproven);
            }
        }
        if successions.windows(2).any(|pair| pair[0].new != pair[1].old) {
            return Err(ChainFault::Unproven);
        }
        Ok(Self(successions))
    }

    /// The replacements, in order.
    #[must_use]
    pub fn successions(&self) -> &[Succession] {
        &self.0
    }

    /// Whether no key was ever replaced.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Every key that it speaks of, the first one first; none when no key was ever replaced.
    #[must_use]
    pub fn keys(&self) -> Vec<PublicKey> {
        let first = self.0.first().map(|succession| succession.old);
        let others = self.0.iter().map(|succession| succession.new);
        first.into_iter().chain(others).collect()
    }

    /// The bytes that travel: bare CBOR, since each replacement proves itself.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(&self.0).expect("memory takes all that is written")
    }

    /// Reads [`Self::to_bytes`] and proves every replacement; `None` for bytes of another shape.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Result<Self, ChainFault>> {
        let mut decoder = minicbor::Decoder::new(bytes);
        // Counted before room is made for any.
        let count = decoder.array().ok()??;
        if count > MAX_SUCCESSIONS as u64 {
            return None;
        }
        let successions: Result<Vec<_>, _> = (0..count).map(|_| decoder.decode()).collect();
        let successions = successions.ok()?;
        (decoder.position() == bytes.len()).then(|| Self::of(successions))
    }
}

#[cfg(test)]
pub(super) mod tests;
