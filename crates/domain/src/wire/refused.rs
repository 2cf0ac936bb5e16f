//! Why clearing will not take a request at all. A business answer is a verdict, not this.

use crate::id::Epoch;
use minicbor::{Decode, Encode};

/// What clearing answers, with an HTTP status that says the same, when there is nothing to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, thiserror::Error)]
pub enum Refused {
    /// Not a parcel of this protocol, or of another shape (400).
    #[n(0)]
    #[error("the request is not of this protocol")]
    Malformed,
    /// Larger than the protocol allows (413).
    #[n(1)]
    #[error("the request is too large")]
    TooLarge,
    /// No such device, or a signature that does not hold (401).
    #[n(2)]
    #[error("the device is not known")]
    UnknownDevice,
    /// The device was enrolled and is no longer (403).
    #[n(3)]
    #[error("the device is revoked")]
    Revoked,
    /// Events before these are missing (409).
    #[n(4)]
    #[error("events are missing before number {expected_seq}")]
    Gap {
        /// The number that clearing waits for.
        #[n(0)]
        expected_seq: u64,
    },
    /// The same number was received with another content (409).
    #[n(5)]
    #[error("number {seq} was received with another content")]
    Conflict {
        /// The number.
        #[n(0)]
        seq: u64,
    },
    /// No enrolment waits under that code, or it has been used or has ended (403).
    #[n(6)]
    #[error("no enrolment waits under that code")]
    UnknownCode,
    /// Clearing cannot answer now; the same request later will do (503; 429 to whoever asks too often,
    /// 408 when the request came too slowly).
    #[n(7)]
    #[error("clearing cannot answer now")]
    TryLater,
    /// The device is enrolled for another structure, whose log it carries on (409).
    #[n(8)]
    #[error("the device is enrolled for another structure")]
    EnrolledElsewhere,
    /// Restored from a copy, clearing has lost what it answered: show it again (409).
    #[n(9)]
    #[error("the answers of life {epoch:?} are lost from number {expected_seq} on")]
    Behind {
        /// The life.
        #[n(0)]
        epoch: Epoch,
        /// The first number that clearing does not know.
        #[n(1)]
        expected_seq: u64,
    },
    /// Restored from a copy, clearing may have lost decisions: show those that were heard, then ask
    /// again in the name of this generation (409).
    #[n(10)]
    #[error("decisions may be lost: this is generation {generation}")]
    Forgotten {
        /// The generation of the service.
        #[n(0)]
        generation: u32,
    },
}

impl Refused {
    /// The bytes that travel: bare CBOR, since there is nothing to sign.
    #[must_use]
    pub fn to_bytes(self) -> Vec<u8> {
        minicbor::to_vec(self).expect("memory takes all that is written")
    }

    /// Reads [`Self::to_bytes`]; `None` for anything else, such as another server's page.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        super::read_bare(bytes)
    }

    /// Whether it says nothing of the request itself, which may be taken another time.
    #[must_use]
    pub const fn is_for_later(self) -> bool {
        match self {
            Self::TryLater | Self::UnknownDevice | Self::Revoked => true,
            Self::Malformed
            | Self::TooLarge
            | Self::Gap { .. }
            | Self::Conflict { .. }
            | Self::UnknownCode
            | Self::EnrolledElsewhere
            | Self::Behind { .. }
            | Self::Forgotten { .. } => false,
        }
    }

    /// Its name, as the documentation of the protocol has it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::UnknownDevice => "unknown_device",
            Self::Revoked => "revoked",
            Self::Gap { .. } => "gap",
            Self::Conflict { .. } => "conflict",
            Self::UnknownCode => "unknown_code",
            Self::TryLater => "try_later",
            Self::EnrolledElsewhere => "enrolled_elsewhere",
            Self::Behind { .. } => "behind",
            Self::Forgotten { .. } => "forgotten",
        }
    }

    /// The HTTP status that says the same.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::TooLarge => 413,
            Self::UnknownDevice => 401,
            Self::Revoked | Self::UnknownCode => 403,
            Self::Gap { .. }
            | Self::Conflict { .. }
            | Self::EnrolledElsewhere
            | Self::Behind { .. }
            | Self::Forgotten { .. } => 409,
            Self::TryLater => 503,
        }
    }
}
