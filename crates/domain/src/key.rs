//! Ed25519 keys, and signatures that say what they are for.

use crate::id::{DeviceId, ServerId};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// What a signature is for. The words are signed with the content, so that a signature made for
/// one use proves nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// One printed pass.
    Pass,
    /// A batch of events, by a device.
    Batch,
    /// The answer to a batch, by clearing.
    Receipt,
    /// Numbered decisions, by clearing.
    Decisions,
    /// Reference figures, by clearing.
    State,
    /// A device's question to clearing.
    Question,
    /// A structure's identity handed to a device, by clearing.
    Grant,
    /// A device's own log, given back by clearing.
    Log,
    /// A paper's statement, by a device.
    Paper,
    /// What a structure was paid and how a device stands, by clearing.
    Standing,
    /// Whose a device's key is, by clearing.
    Credential,
    /// A key that takes the place of another, by both.
    Succession,
    /// A month that was closed, by clearing, for itself.
    Settlement,
    /// What a site objects to, by its device.
    Objection,
    /// That an objection was noted, by clearing.
    Noted,
}

impl Purpose {
    const fn words(self) -> &'static [u8] {
        match self {
            Self::Pass => b"passerelle/pass/1\0",
            Self::Batch => b"passerelle/batch/1\0",
            Self::Receipt => b"passerelle/receipt/1\0",
            Self::Decisions => b"passerelle/decisions/1\0",
            Self::State => b"passerelle/state/1\0",
            Self::Question => b"passerelle/question/1\0",
            Self::Grant => b"passerelle/grant/1\0",
            Self::Log => b"passerelle/log/1\0",
            Self::Paper => b"passerelle/paper/1\0",
            Self::Standing => b"passerelle/standing/1\0",
            Self::Credential => b"passerelle/credential/1\0",
            Self::Succession => b"passerelle/succession/1\0",
            Self::Settlement => b"passerelle/settlement/1\0",
            Self::Objection => b"passerelle/objection/1\0",
            Self::Noted => b"passerelle/noted/1\0",
        }
    }

    fn framed(self, content: &[u8]) -> Vec<u8> {
        [self.words(), content].concat()
    }
}

/// A private key: 32 random bytes, wiped from memory when dropped.
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// The key made of these 32 random bytes.
    #[must_use]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The 32 bytes to keep.
    #[must_use]
    pub fn seed(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The half that everybody may know.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// 64 bytes over `content`, good for `purpose` only.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, content: &[u8]) -> [u8; 64] {
        self.0.sign(&purpose.framed(content)).to_bytes()
    }
}

/// A public key as it travels: 32 bytes, not yet known to be a point of the curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, minicbor::Encode, minicbor::Decode)]
#[cbor(transparent)]
pub struct PublicKey(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl PublicKey {
    /// Whether `signature` is this key's over `content`, for `purpose`. Bytes that are no key
    /// have signed nothing.
    #[must_use]
    pub fn verifies(&self, purpose: Purpose, content: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0).is_ok_and(|key| {
            // Strict: a small-order key or a malleable signature would let one message carry two.
            key.verify_strict(&purpose.framed(content), &Signature::from_bytes(signature))
                .is_ok()
        })
    }

    /// The identity of the device that holds the private half.
    #[must_use]
    pub fn device_id(&self) -> DeviceId {
        DeviceId(self.fingerprint())
    }

    /// The identity of the clearing service that holds the private half.
    #[must_use]
    pub fn server_id(&self) -> ServerId {
        ServerId(self.fingerprint())
    }

    fn fingerprint(&self) -> [u8; 16] {
        let digest = Sha256::digest(self.0);
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_content_and_purpose_only() {
        let key = PrivateKey::from_seed(&[7; 32]);
        let signature = key.sign(Purpose::Batch, b"content");
        assert!(key.public().verifies(Purpose::Batch, b"content", &signature));
        assert!(!key.public().verifies(Purpose::Receipt, b"content", &signature));
        assert!(!key.public().verifies(Purpose::Batch, b"contend", &signature));
        assert!(
            !PrivateKey::from_seed(&[8; 32])
                .public()
                .verifies(Purpose::Batch, b"content", &signature)
        );
    }

    #[test]
    fn bytes_that_are_no_key_have_signed_nothing() {
        assert!(!PublicKey([0xff; 32]).verifies(Purpose::Batch, b"", &[0; 64]));
    }
}
