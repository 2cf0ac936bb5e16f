//! The parts of a pouch.

use crate::{id::DeviceId, wire::Question};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use minicbor::{Decode, Decoder, Encode, bytes::ByteVec, decode};

/// A question with its asker's signature, as bytes: what travels in headers on a network.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SignedQuestion {
    /// Path and query, exactly as signed.
    #[n(0)]
    pub path: String,
    #[n(1)]
    signature: ByteVec,
}

impl SignedQuestion {
    /// The question of that path.
    #[must_use]
    pub fn new(path: String, question: &Question) -> Self {
        let signature = BASE32_NOPAD.decode(question.signature.as_bytes());
        Self {
            path,
            signature: signature.unwrap_or_default().into(),
        }
    }

    /// As that device asks it over a network.
    #[must_use]
    pub fn question(&self, device: DeviceId) -> Question {
        Question {
            device: HEXLOWER.encode(&device.0),
            signature: BASE32_NOPAD.encode(&self.signature),
        }
    }
}

/// A list of `MOST` values at most, counted before room is made for any.
pub(super) fn at_most<'b, Ctx, T: Decode<'b, Ctx>, const MOST: usize>(
    decoder: &mut Decoder<'b>,
    context: &mut Ctx,
) -> Result<Vec<T>, decode::Error> {
    let count = decoder.array()?;
    let count = count.ok_or_else(|| decode::Error::message("a list of unknown length"))?;
    if count > MOST as u64 {
        return Err(decode::Error::message("more than a pouch carries"));
    }
    (0..count).map(|_| decoder.decode_with(context)).collect()
}
