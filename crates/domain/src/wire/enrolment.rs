//! Enrolment: a one-time code, printed on a letter, exchanged for a structure's identity.
//!
//! The code never travels. Each side shows the other that it knows it, by a keyed hash over what
//! it says: a false clearing service learns nothing and can prove nothing.

use super::{batch::SiteEntry, receipt::Receipt};
use crate::{
    id::{DeviceId, ServerId},
    key::PublicKey,
};
use data_encoding::{Encoding, Specification};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::{fmt, sync::LazyLock};

/// How many characters a code has, spaces and dashes left out.
pub const CODE_CHARACTERS: usize = 16;

const CODE_BYTES: usize = 10;
const LOOKUP_BYTES: usize = 3;

/// A code to type: 16 characters without I, L, O, U. 24 bits find the enrolment, 48 prove it,
/// and 8 tell a mistyped code before anything is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct EnrolmentCode([u8; CODE_BYTES]);

/// Why a text is no enrolment code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Another number of characters.
    #[error("{typed} characters instead of 16")]
    Length {
        /// How many there are.
        typed: usize,
    },
    /// A character that no code has, or two that were swapped.
    #[error("a character was mistyped")]
    Mistyped,
}

/// Crockford's alphabet: O reads as 0, I and L as 1.
static ALPHABET: LazyLock<Encoding> = LazyLock::new(|| {
    let mut specification = Specification::new();
    specification.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    specification
        .translate
        .from
        .push_str("abcdefghjkmnpqrstvwxyzoOiIlL");
    specification
        .translate
        .to
        .push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    specification.encoding().expect("32 symbols, each different")
});

impl EnrolmentCode {
    /// The code made of nine random bytes.
    #[must_use]
    pub fn from_chance(chance: [u8; CODE_BYTES - 1]) -> Self {
        let mut bytes = [0; CODE_BYTES];
        bytes[..CODE_BYTES - 1].copy_from_slice(&chance);
        bytes[CODE_BYTES - 1] = check_byte(&bytes);
        Self(bytes)
    }

    /// Reads what a person typed or scanned, whatever the case, spaces and dashes.
    ///
    /// # Errors
    /// Another length, or a mistyped character.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let typed: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        let count = typed.chars().count();
        if count != CODE_CHARACTERS {
            return Err(CodeFault::Length { typed: count });
        }
        let bytes = ALPHABET
            .decode(typed.as_bytes())
            .map_err(|_| CodeFault::Mistyped)?;
        let bytes: [u8; CODE_BYTES] = bytes.try_into().map_err(|_| CodeFault::Mistyped)?;
        if bytes[CODE_BYTES - 1] != check_byte(&bytes) {
            return Err(CodeFault::Mistyped);
        }
        Ok(Self(bytes))
    }

    /// The part that clearing finds the enrolment by; it may travel.
    #[must_use]
    pub fn lookup(&self) -> [u8; LOOKUP_BYTES] {
        [self.0[0], self.0[1], self.0[2]]
    }

    /// The key of the proofs, which clearing keeps instead of the code.
    #[must_use]
    pub fn proof_key(&self) -> ProofKey {
        ProofKey(
            Sha256::new_with_prefix(b"passerelle/enrolment/1\0")
                .chain_update(self.0)
                .finalize()
                .into(),
        )
    }
}

fn check_byte(bytes: &[u8; CODE_BYTES]) -> u8 {
    Sha256::digest(&bytes[..CODE_BYTES - 1])[0]
}

impl fmt::Display for EnrolmentCode {
    /// Four groups of four, as printed on the letter.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = ALPHABET.encode(&self.0);
        for (at, group) in text.as_bytes().chunks(4).enumerate() {
            let dash = if at == 0 { "" } else { "-" };
            write!(f, "{dash}{}", group.escape_ascii())?;
        }
        Ok(())
    }
}

impl fmt::Debug for EnrolmentCode {
    // A code opens an account: it must not reach a log by way of `{:?}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

/// The key under which both sides prove that they know the code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ProofKey(pub [u8; 32]);

impl ProofKey {
    fn mac(&self, side: &[u8], content: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length is taken");
        mac.update(side);
        mac.update(content);
        mac
    }

    /// Proves `content` on that side (`b"desk\0"` or `b"clearing\0"`).
    fn prove(&self, side: &[u8], content: &[u8]) -> [u8; 32] {
        self.mac(side, content).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    fn holds(&self, side: &[u8], content: &[u8], proof: &[u8; 32]) -> bool {
        self.mac(side, content).verify_slice(proof).is_ok()
    }
}

/// What a desk asks: a structure's identity for its key. It travels in an envelope that the same
/// key signs for [`crate::key::Purpose::Grant`], which shows that the desk holds its private half.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct EnrolmentForm {
    /// The version of these shapes.
    #[n(0)]
    pub version: u8,
    /// The part of the code that may travel.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub lookup: [u8; LOOKUP_BYTES],
    /// The device's key.
    #[n(2)]
    pub public: PublicKey,
    /// The name that the site gives the device, so that the officer can tell it from others.
    #[n(3)]
    pub label: String,
    /// The sites it serves.
    #[n(4)]
    pub sites: Vec<SiteEntry>,
    #[cbor(n(5), with = "minicbor::bytes")]
    proof: [u8; 32],
}

impl EnrolmentForm {
    /// Fills the form and proves that the code is known.
    #[must_use]
    pub fn new(code: &EnrolmentCode, public: PublicKey, label: String, sites: Vec<SiteEntry>) -> Self {
        let mut form = Self {
            version: super::VERSION,
            lookup: code.lookup(),
            public,
            label,
            sites,
            proof: [0; 32],
        };
        form.proof = code.proof_key().prove(b"desk\0", &form.content());
        form
    }

    /// Whether whoever filled it knows the code.
    #[must_use]
    pub fn is_proven_by(&self, key: &ProofKey) -> bool {
        key.holds(b"desk\0", &self.content(), &self.proof)
    }

    fn content(&self) -> Vec<u8> {
        let bare = (
            self.version,
            minicbor::bytes::ByteArray::from(self.lookup),
            self.public,
            &self.label,
            &self.sites,
        );
        minicbor::to_vec(bare).expect("memory takes all that is written")
    }
}

/// What clearing hands to an enrolled device, in an envelope that `server_public` signs for
/// [`crate::key::Purpose::Grant`].
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Grant {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// Its key, which the device trusts from now on and no other.
    #[n(1)]
    pub server_public: PublicKey,
    /// The device, as clearing knows it.
    #[n(2)]
    pub device: DeviceId,
    /// SIRET of the structure that is paid.
    #[n(3)]
    pub siret: String,
    /// Its name, as clearing knows it.
    #[n(4)]
    pub structure: String,
    /// The server's time, in Unix seconds.
    #[n(5)]
    pub server_time: u64,
    /// The last receipt of this device, if it was enrolled before.
    #[n(6)]
    pub last_receipt: Option<Receipt>,
    #[cbor(n(7), with = "minicbor::bytes")]
    proof: [u8; 32],
}

impl Grant {
    /// Proves to the desk that this comes from the clearing service that printed the letter.
    #[must_use]
    pub fn proven(mut self, key: &ProofKey) -> Self {
        self.proof = key.prove(b"clearing\0", &self.content());
        self
    }

    /// A grant that is not proven yet.
    #[must_use]
    pub fn new(
        server_public: PublicKey,
        device: DeviceId,
        siret: String,
        structure: String,
        server_time: u64,
    ) -> Self {
        let server = server_public.server_id();
        Self {
            server,
            server_public,
            device,
            siret,
            structure,
            server_time,
            last_receipt: None,
            proof: [0; 32],
        }
    }

    /// Whether whoever made it knows the code.
    #[must_use]
    pub fn is_proven_by(&self, key: &ProofKey) -> bool {
        self.server == self.server_public.server_id()
            && key.holds(b"clearing\0", &self.content(), &self.proof)
    }

    fn content(&self) -> Vec<u8> {
        let bare = Self {
            proof: [0; 32],
            ..self.clone()
        };
        minicbor::to_vec(bare).expect("memory takes all that is written")
    }
}
