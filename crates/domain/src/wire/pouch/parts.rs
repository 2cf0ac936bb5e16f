//! The parts of a pouch.

use crate::{id::DeviceId, wire::Question};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use minicbor::{Decode, Decoder, Encode, Encoder, bytes::ByteVec, data::Type, decode, encode};

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

/// A list of `MOST` values at most, which is left out when it is empty: what came to be carried later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few<T, const MOST: usize>(pub Vec<T>);

impl<T, const MOST: usize> Few<T, MOST> {
    /// An empty one.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }
}

impl<C, T: Encode<C>, const MOST: usize> Encode<C> for Few<T, MOST> {
    fn encode<W: encode::Write>(
        &self,
        encoder: &mut Encoder<W>,
        context: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        self.0.encode(encoder, context)
    }

    fn is_nil(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'b, C, T: Decode<'b, C>, const MOST: usize> Decode<'b, C> for Few<T, MOST> {
    fn decode(decoder: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        if decoder.datatype()? == Type::Null {
            decoder.null()?;
            return Ok(Self::none());
        }
        at_most::<_, _, MOST>(decoder, context).map(Self)
    }

    fn nil() -> Option<Self> {
        Some(Self::none())
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
