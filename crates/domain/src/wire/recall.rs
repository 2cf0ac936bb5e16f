//! What a service restored from a copy has lost, brought back by a desk: proofs that the service itself has signed.

use minicbor::{Decode, Encode, bytes::ByteVec};

/// One proof. It is not signed again: each parcel in it proves itself.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Recall {
    /// A batch as its device signed it, and the receipt that answered it.
    #[n(0)]
    Batch {
        /// The parcel of the batch.
        #[n(0)]
        batch: ByteVec,
        /// The parcel of the receipt.
        #[n(1)]
        receipt: ByteVec,
    },
    /// A piece of the structure's stream of decisions.
    #[n(1)]
    Decisions {
        /// Its parcel.
        #[n(0)]
        parcel: ByteVec,
    },
}

impl Recall {
    /// A batch and its receipt.
    #[must_use]
    pub fn batch(batch: Vec<u8>, receipt: Vec<u8>) -> Self {
        Self::Batch {
            batch: batch.into(),
            receipt: receipt.into(),
        }
    }

    /// A piece of the stream of decisions.
    #[must_use]
    pub fn decisions(parcel: Vec<u8>) -> Self {
        Self::Decisions {
            parcel: parcel.into(),
        }
    }

    /// The bytes that travel: bare CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("memory takes all that is written")
    }

    /// Reads [`Self::to_bytes`]; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let recall = decoder.decode().ok()?;
        (decoder.position() == bytes.len()).then_some(recall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recall_comes_back_and_nothing_else_is_one() {
        let recall = Recall::batch(vec![1, 2], vec![3]);
        let bytes = recall.to_bytes();
        assert_eq!(Recall::from_bytes(&bytes), Some(recall));
        assert_eq!(Recall::from_bytes(&[bytes.as_slice(), &[0]].concat()), None);
        assert_eq!(Recall::from_bytes(b"<html>"), None);
    }
}
