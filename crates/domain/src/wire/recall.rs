//! What a service restored from a copy has lost, brought back by a desk: proofs that the service itself has signed.

use super::heard::Trace;
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
        /// What answers the event right before it in that life; `None` for the first batch.
        #[n(2)]
        before: Option<Before>,
    },
    /// A piece of the structure's stream of decisions.
    #[n(1)]
    Decisions {
        /// Its parcel.
        #[n(0)]
        parcel: ByteVec,
    },
    /// How the device was let in.
    #[n(2)]
    Enrolment {
        /// The parcel of the form.
        #[n(0)]
        form: ByteVec,
        /// The parcel of the grant.
        #[n(1)]
        grant: ByteVec,
    },
}

/// A receipt that a device holds for the event right before a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Before {
    /// The first event that it answers.
    #[n(0)]
    pub first_seq: u64,
    /// The last one.
    #[n(1)]
    pub last_seq: u64,
    /// Which receipt.
    #[n(2)]
    pub receipt: Trace,
}

impl Recall {
    /// A batch and its receipt, and which one answers what is right before.
    #[must_use]
    pub fn batch(batch: Vec<u8>, receipt: Vec<u8>, before: Option<Before>) -> Self {
        Self::Batch {
            batch: batch.into(),
            receipt: receipt.into(),
            before,
        }
    }

    /// A piece of the stream of decisions.
    #[must_use]
    pub fn decisions(parcel: Vec<u8>) -> Self {
        Self::Decisions {
            parcel: parcel.into(),
        }
    }

    /// How the device was let in.
    #[must_use]
    pub fn enrolment(form: Vec<u8>, grant: Vec<u8>) -> Self {
        Self::Enrolment {
            form: form.into(),
            grant: grant.into(),
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
        super::read_bare(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recall_comes_back_and_nothing_else_is_one() {
        let before = Before {
            first_seq: 1,
            last_seq: 4,
            receipt: Trace([7; 8]),
        };
        let recall = Recall::batch(vec![1, 2], vec![3], Some(before));
        let bytes = recall.to_bytes();
        assert_eq!(Recall::from_bytes(&bytes), Some(recall));
        assert_eq!(Recall::from_bytes(&[bytes.as_slice(), &[0]].concat()), None);
        assert_eq!(Recall::from_bytes(b"<html>"), None);
    }
}
