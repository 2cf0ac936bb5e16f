//! A signed parcel: who made it, their signature, and the bytes that it covers.

use crate::key::{PrivateKey, PublicKey, Purpose};
use std::io::Read;

/// The largest parcel that anybody sends or accepts, in bytes, compressed.
pub const MAX_ENVELOPE_BYTES: usize = 8 << 20;

/// The largest content after decompression, in bytes: that of a state, or of a month. A bound checked while
/// decompressing, so that a small hostile parcel cannot fill the memory.
pub const MAX_BODY_BYTES: usize = 32 << 20;

/// The largest content of all that is neither, in bytes: a decoded value takes many times the
/// room of its bytes.
const MAX_SMALL_BODY_BYTES: usize = 1 << 20;

/// The largest content of a parcel whose signer is not known, in bytes: a stranger's must stay
/// small whatever it swells to.
const MAX_UNPROVEN_BYTES: usize = 256 << 10;

/// The largest window that a parcel may ask its reader to keep: 32 MiB, as a power of two.
const MAX_WINDOW_LOG: u32 = 25;

const MARK: &[u8; 4] = b"PSR1";
const SIGNER_BYTES: usize = 16;
const SIGNATURE_BYTES: usize = 64;
const HEAD_BYTES: usize = MARK.len() + SIGNER_BYTES + SIGNATURE_BYTES;

/// Compression level: small parcels gain nothing above it, large ones lose time.
const LEVEL: i32 = 9;

/// That of a state: it is made once and sent to many, and its columns are worth the search.
const STATE_LEVEL: i32 = 19;

/// A parcel: 4 bytes of mark and version, 16 of the signer's identity, 64 of signature over
/// identity and body, then the body (zstd over CBOR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Who signed: a device's or a server's identity.
    pub signer: [u8; SIGNER_BYTES],
    signature: [u8; SIGNATURE_BYTES],
    body: Vec<u8>,
}

/// Why a parcel is not what it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeFault {
    /// It does not start like one: another page, another format, cut short.
    #[error("not a parcel of this protocol")]
    NotAnEnvelope,
    /// Larger than anything that is sent.
    #[error("larger than the protocol allows")]
    TooLarge,
    /// Not signed by the expected key, or altered.
    #[error("the signature does not hold")]
    Unsigned,
    /// Signed, but the content is not of the expected shape.
    #[error("the content has another shape")]
    Malformed,
}

impl Envelope {
    /// Compresses and signs a value.
    #[must_use]
    pub fn seal<T: minicbor::Encode<()>>(
        signer: [u8; SIGNER_BYTES],
        key: &PrivateKey,
        purpose: Purpose,
        content: &T,
    ) -> Self {
        let body = pack_at(level(purpose), content);
        let signature = key.sign(purpose, &signed_part(&signer, &body));
        Self {
            signer,
            signature,
            body,
        }
    }

    /// The bytes that travel.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [MARK.as_slice(), &self.signer, &self.signature, &self.body].concat()
    }

    /// Takes a parcel apart without looking inside.
    ///
    /// # Errors
    /// The bytes are too many, or do not start like a parcel.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EnvelopeFault> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeFault::TooLarge);
        }
        let (head, body) = bytes
            .split_at_checked(HEAD_BYTES)
            .ok_or(EnvelopeFault::NotAnEnvelope)?;
        let (mark, rest) = head.split_at(MARK.len());
        let (signer, signature) = rest.split_at(SIGNER_BYTES);
        if mark != MARK {
            return Err(EnvelopeFault::NotAnEnvelope);
        }
        Ok(Self {
            signer: signer.try_into().expect("cut to that length"),
            signature: signature.try_into().expect("cut to that length"),
            body: body.to_vec(),
        })
    }

    /// Who says that they have signed these bytes; `None` when they do not start like a parcel.
    #[must_use]
    pub fn read_signer(bytes: &[u8]) -> Option<[u8; SIGNER_BYTES]> {
        let rest = bytes.strip_prefix(MARK)?;
        rest.first_chunk().copied()
    }

    /// Checks the signature, then decompresses and decodes: never the other way round, so that
    /// only a known signer's bytes reach a decoder.
    ///
    /// # Errors
    /// The signature does not hold, the content is too large, or it has another shape.
    pub fn open<T>(&self, key: &PublicKey, purpose: Purpose) -> Result<T, EnvelopeFault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        if !key.verifies(purpose, &signed_part(&self.signer, &self.body), &self.signature) {
            return Err(EnvelopeFault::Unsigned);
        }
        unpack_within(limit(purpose), &self.body)
    }

    /// Reads the content before its signer is known: only for an enrolment, whose content brings
    /// the key and a proof of its own. Check the proof, then [`Envelope::open`] with that key.
    ///
    /// # Errors
    /// The content is too large or has another shape.
    pub fn read_unproven<T>(&self) -> Result<T, EnvelopeFault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        unpack_within(MAX_UNPROVEN_BYTES, &self.body)
    }
}

/// How large a content may be, in bytes.
const fn limit(purpose: Purpose) -> usize {
    match purpose {
        Purpose::State | Purpose::Settlement => MAX_BODY_BYTES,
        Purpose::Pass
        | Purpose::Batch
        | Purpose::Receipt
        | Purpose::Decisions
        | Purpose::Log
        | Purpose::Question
        | Purpose::Grant
        | Purpose::Paper
        | Purpose::Standing
        | Purpose::Credential
        | Purpose::Succession
        | Purpose::Objection
        | Purpose::Noted => MAX_SMALL_BODY_BYTES,
    }
}

/// How hard a content is compressed.
const fn level(purpose: Purpose) -> i32 {
    match purpose {
        Purpose::State => STATE_LEVEL,
        Purpose::Pass
        | Purpose::Batch
        | Purpose::Receipt
        | Purpose::Decisions
        | Purpose::Question
        | Purpose::Grant
        | Purpose::Log
        | Purpose::Paper
        | Purpose::Standing
        | Purpose::Credential
        | Purpose::Succession
        | Purpose::Settlement
        | Purpose::Objection
        | Purpose::Noted => LEVEL,
    }
}

fn signed_part(signer: &[u8; SIGNER_BYTES], body: &[u8]) -> Vec<u8> {
    [signer.as_slice(), body].concat()
}

/// Encodes and compresses.
#[must_use]
pub fn pack<T: minicbor::Encode<()>>(content: &T) -> Vec<u8> {
    pack_at(LEVEL, content)
}

fn pack_at<T: minicbor::Encode<()>>(level: i32, content: &T) -> Vec<u8> {
    let plain = minicbor::to_vec(content).expect("memory takes all that is written, and days were checked");
    zstd::bulk::compress(&plain, level).expect("memory takes all that is written")
}

/// Decompresses within [`MAX_BODY_BYTES`] and decodes; bytes left over are a fault.
///
/// # Errors
/// The content is too large or has another shape.
pub fn unpack<T>(packed: &[u8]) -> Result<T, EnvelopeFault>
where
    T: for<'b> minicbor::Decode<'b, ()>,
{
    unpack_within(MAX_BODY_BYTES, packed)
}

fn unpack_within<T>(limit: usize, packed: &[u8]) -> Result<T, EnvelopeFault>
where
    T: for<'b> minicbor::Decode<'b, ()>,
{
    let mut plain = Vec::new();
    zstd::stream::read::Decoder::with_buffer(packed)
        .and_then(|mut decoder| {
            decoder.window_log_max(MAX_WINDOW_LOG)?;
            decoder.take(limit as u64 + 1).read_to_end(&mut plain)
        })
        .map_err(|_| EnvelopeFault::Malformed)?;
    if plain.len() > limit {
        return Err(EnvelopeFault::TooLarge);
    }
    let mut decoder = minicbor::Decoder::new(&plain);
    let content = decoder.decode().map_err(|_| EnvelopeFault::Malformed)?;
    if decoder.position() != plain.len() {
        return Err(EnvelopeFault::Malformed);
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed() -> (Envelope, PublicKey) {
        let key = PrivateKey::from_seed(&[3; 32]);
        (
            Envelope::seal([9; 16], &key, Purpose::Batch, &vec![1u32, 2, 3]),
            key.public(),
        )
    }

    #[test]
    fn a_parcel_opens_for_its_key_and_purpose_only() {
        let (envelope, key) = sealed();
        let read = Envelope::from_bytes(&envelope.to_bytes()).expect("its own bytes");
        assert_eq!(read.open::<Vec<u32>>(&key, Purpose::Batch), Ok(vec![1, 2, 3]));
        assert_eq!(
            read.open::<Vec<u32>>(&key, Purpose::Receipt),
            Err(EnvelopeFault::Unsigned)
        );
    }

    #[test]
    fn a_parcel_with_any_byte_changed_never_opens() {
        let (envelope, key) = sealed();
        let bytes = envelope.to_bytes();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 0x10;
            let opened =
                Envelope::from_bytes(&changed).and_then(|e| e.open::<Vec<u32>>(&key, Purpose::Batch));
            assert!(opened.is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_page_that_is_no_parcel_is_told_apart() {
        let fault = Envelope::from_bytes(b"<html><body>Bienvenue sur le WiFi. Connectez-vous pour continuer votre navigation.</body></html>");
        assert_eq!(fault, Err(EnvelopeFault::NotAnEnvelope));
    }

    #[test]
    fn a_small_parcel_that_swells_is_stopped() {
        let bomb = zstd::bulk::compress(&vec![0; MAX_BODY_BYTES + 10], LEVEL).expect("memory");
        assert!(bomb.len() < 10_000);
        assert_eq!(unpack::<u32>(&bomb), Err(EnvelopeFault::TooLarge));
        let body = zstd::bulk::compress(&vec![0; MAX_UNPROVEN_BYTES + 10], LEVEL).expect("memory");
        let stranger = Envelope { body, ..sealed().0 };
        assert_eq!(stranger.read_unproven::<u32>(), Err(EnvelopeFault::TooLarge));
        let key = PrivateKey::from_seed(&[3; 32]);
        let swollen = vec![0u8; MAX_SMALL_BODY_BYTES + 10];
        let sealed =
            |purpose| Envelope::seal([9; 16], &key, purpose, &swollen).open::<u32>(&key.public(), purpose);
        assert_eq!(sealed(Purpose::Batch), Err(EnvelopeFault::TooLarge));
        assert_eq!(sealed(Purpose::State), Err(EnvelopeFault::Malformed));
    }
}
