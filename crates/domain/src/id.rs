//! Names of things: small numbers inside one ledger, random bytes across machines.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Declares the identity of a row of one ledger: a number that is never reused there and means
/// nothing elsewhere.
macro_rules! row_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "number"))]
        pub struct $name(pub i64);
    )+};
}

row_id! {
    /// A place where workshops happen.
    SiteId,
    /// A person who works at a site.
    AccountId,
    /// One dated activity.
    WorkshopId,
    /// A person who comes.
    AttendeeId,
    /// A pass taken at a workshop.
    RedemptionId,
    /// A code kept until its programme is known here.
    KeptCodeId,
    /// A paper issued under a number.
    CertificateId,
}

/// One enrolled installation: the first 16 bytes of SHA-256 over its public key, so that it can
/// be checked against the key and needs nobody to hand it out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct DeviceId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

impl DeviceId {
    /// Its first eight hexadecimal digits: what people are shown, and files are named after.
    #[must_use]
    pub fn short_name(self) -> String {
        self.to_string()[..8].to_owned()
    }
}

/// One clearing service: the first 16 bytes of SHA-256 over its public key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct ServerId(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 16]);

/// A life of a device's log: random, drawn when a ledger is made and again when it is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Epoch(#[n(0)] pub u64);

/// The identity that an event keeps for ever, also after a restore: who wrote it, in which life,
/// at which place of the log (from 1, without gaps).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(array)]
pub struct BirthId {
    /// The device that wrote it.
    #[n(0)]
    pub device: DeviceId,
    /// The life of its log.
    #[n(1)]
    pub epoch: Epoch,
    /// The place in that life's log, from 1.
    #[n(2)]
    pub seq: u64,
}

/// Shows bytes as lower-case hexadecimal: short to read aloud, safe in a file name.
macro_rules! hex_shown {
    ($($name:ident),+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }
    )+};
}
hex_shown!(DeviceId, ServerId);
