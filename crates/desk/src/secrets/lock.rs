//! One lock: the ledger's key, sealed by one secret.

use super::cost::Cost;
use crate::{ledger::OpeningKey, surroundings::Surroundings};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use data_encoding::BASE64;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Which secret opens a lock. Sealed with the key, so that one lock cannot stand in the other's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The words that a person knows.
    Passphrase,
    /// The code of a sheet of paper.
    Sheet,
}

impl Purpose {
    const fn words(self) -> &'static [u8] {
        match self {
            Self::Passphrase => b"passerelle/lock/1\0passphrase",
            Self::Sheet => b"passerelle/lock/1\0sheet",
        }
    }
}

/// The ledger's key under XChaCha20-Poly1305, whose key is derived from a secret at this cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    cost: Cost,
    salt: Text<16>,
    nonce: Text<24>,
    /// 32 bytes, and 16 of tag.
    sealed: Text<48>,
}

impl Lock {
    /// Seals the key by a secret.
    pub fn seal(
        key: &OpeningKey,
        purpose: Purpose,
        secret: &[u8],
        cost: Cost,
        chance: &Surroundings,
    ) -> Self {
        let (salt, nonce) = (chance.random::<16>(), chance.random::<24>());
        let wrapping = cost.derive(secret, &salt).expect("a cost of our own");
        let sealed = XChaCha20Poly1305::new(&(*wrapping).into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: key.bytes(),
                    aad: purpose.words(),
                },
            )
            .expect("32 bytes are never too many");
        Self {
            cost,
            salt: Text(salt),
            nonce: Text(nonce),
            sealed: Text(sealed.try_into().expect("32 bytes and a tag")),
        }
    }

    /// The key, for whoever has the secret.
    pub fn open(&self, purpose: Purpose, secret: &[u8]) -> Option<OpeningKey> {
        let wrapping = self.cost.derive(secret, &self.salt.0)?;
        let opened = XChaCha20Poly1305::new(&(*wrapping).into())
            .decrypt(
                &XNonce::from(self.nonce.0),
                Payload {
                    msg: &self.sealed.0,
                    aad: purpose.words(),
                },
            )
            .ok()?;
        OpeningKey::unsealed(opened)
    }
}

/// Bytes that stand in a file as base64.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Text<const N: usize>([u8; N]);

impl<const N: usize> Serialize for Text<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Text<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64.decode(text.as_bytes()).map_err(de::Error::custom)?;
        bytes
            .try_into()
            .map(Self)
            .map_err(|_| de::Error::custom("another length"))
    }
}
