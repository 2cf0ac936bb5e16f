//! What comes back of a request, whatever carried it.

use super::refused::Refused;
use minicbor::{Decode, Encode};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Answer {
    /// A parcel.
    #[n(0)]
    Parcel(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
    /// Nothing newer than what was named.
    #[n(1)]
    Unchanged,
    /// The request itself was refused.
    #[n(2)]
    Refused(#[n(0)] Refused),
}
