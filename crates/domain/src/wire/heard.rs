//! What a desk says that it has heard, when it asks for the decisions that follow.

use super::decisions::Decision;
use crate::{event::Link, id::Epoch};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use std::fmt::{self, Display, Write};

/// How many lives of its log a desk speaks of at most, the youngest.
pub const MAX_HEADS: usize = 64;

/// How far a desk has been answered in one life of its log: its last receipt there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The life.
    pub epoch: Epoch,
    /// The first event that the receipt answers.
    pub first_seq: u64,
    /// The last one.
    pub last_seq: u64,
    /// Which receipt.
    pub receipt: Trace,
}

/// Eight bytes that tell one decision from another under the same number, one receipt from another, or one event
/// of a log from another in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct Trace(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 8]);

impl Trace {
    /// The trace of a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self::of_bytes(&minicbor::to_vec(decision).expect("memory takes all that is written"))
    }

    /// That of an event: how the link after it begins.
    #[must_use]
    pub fn of_link(link: &Link) -> Self {
        Self(*link.0.first_chunk().expect("32 bytes"))
    }

    /// Reads the digits of its text; `None` for anything else.
    #[must_use]
    pub fn from_digits(digits: &str) -> Option<Self> {
        Some(Self(hexadecimal(digits)?.to_be_bytes()))
    }

    /// The trace of a receipt, as it travelled.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let hash = Sha256::new_with_prefix(b"passerelle/trace/1\0").chain_update(bytes);
        Self(hash.finalize()[..8].try_into().expect("eight of 32 bytes"))
    }
}

/// Where a desk stands in the stream of decisions, and in the receipts of its own log. A service restored from an
/// older copy sees by it that it has forgotten something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Heard {
    /// The number of the last decision heard, 0 for none.
    pub since: u64,
    /// The trace of that decision; `None` when there is none, or when all were shown already.
    pub last: Option<Trace>,
    /// The highest generation of the service that the desk knows of.
    pub generation: u32,
    /// Its lives that have an answer, [`MAX_HEADS`] at most.
    pub heads: Vec<Head>,
    /// The trace of the last objection that clearing has noted.
    pub noted: Option<Trace>,
}

impl Heard {
    /// What is asked: path and query, exactly as they are signed.
    #[must_use]
    pub fn to_path(&self) -> String {
        let mut path = format!(
            "/v1/decisions?since={}&generation={}",
            self.since, self.generation
        );
        if let Some(trace) = self.last {
            write!(path, "&last={trace}").expect("a text takes all");
        }
        if !self.heads.is_empty() {
            write!(path, "&heads={}", join_heads(&self.heads)).expect("a text takes all");
        }
        if let Some(trace) = self.noted {
            write!(path, "&noted={trace}").expect("a text takes all");
        }
        path
    }

    /// Reads [`Self::to_path`]; `None` for anything else. What is not named counts as nothing heard.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let query = path.strip_prefix("/v1/decisions?")?;
        let mut heard = Self::default();
        for pair in query.split('&') {
            match pair.split_once('=')? {
                ("since", number) => heard.since = number.parse().ok()?,
                ("generation", number) => heard.generation = number.parse().ok()?,
                ("last", digits) => heard.last = Some(Trace::from_digits(digits)?),
                ("heads", heads) => heard.heads = read_heads(heads)?,
                ("noted", digits) => heard.noted = Some(Trace::from_digits(digits)?),
                (_, _) => return None,
            }
        }
        Some(heard)
    }
}

impl Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            epoch,
            first_seq,
            last_seq,
            receipt,
        } = self;
        write!(f, "{:016x}.{first_seq}.{last_seq}.{receipt}", epoch.0)
    }
}

impl Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", u64::from_be_bytes(self.0))
    }
}

pub(super) fn join_heads(heads: &[Head]) -> String {
    let heads: Vec<String> = heads.iter().map(Head::to_string).collect();
    heads.join(",")
}

pub(super) fn read_heads(text: &str) -> Option<Vec<Head>> {
    let read = |head: &str| {
        let mut parts = head.split('.');
        let read = Head {
            epoch: Epoch(hexadecimal(parts.next()?)?),
            first_seq: parts.next()?.parse().ok()?,
            last_seq: parts.next()?.parse().ok()?,
            receipt: Trace::from_digits(parts.next()?)?,
        };
        parts.next().is_none().then_some(read)
    };
    let heads: Vec<Head> = text.split(',').map(read).collect::<Option<_>>()?;
    (heads.len() <= MAX_HEADS).then_some(heads)
}

fn hexadecimal(digits: &str) -> Option<u64> {
    let is_plain = digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_plain.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_comes_back_from_its_path() {
        let head = |epoch, last_seq| Head {
            epoch: Epoch(epoch),
            first_seq: 1,
            last_seq,
            receipt: Trace([9; 8]),
        };
        let heard = Heard {
            since: 12,
            last: Some(Trace([0, 1, 2, 3, 4, 5, 6, 255])),
            generation: 3,
            heads: vec![head(7, 41), head(u64::MAX, 1)],
            noted: Some(Trace([7; 8])),
        };
        let path = heard.to_path();
        assert_eq!(
            path,
            "/v1/decisions?since=12&generation=3&last=00010203040506ff\
             &heads=0000000000000007.1.41.0909090909090909,ffffffffffffffff.1.1.0909090909090909\
             &noted=0707070707070707"
        );
        assert_eq!(Heard::from_path(&path), Some(heard));
        assert_eq!(Heard::from_path("/v1/decisions?since=0"), Some(Heard::default()));
    }

    #[test]
    fn another_question_is_not_understood() {
        for path in [
            "/v1/decisions",
            "/v1/decisions?since=-1",
            "/v1/decisions?since=1&heads=7.1.41.0909090909090909",
            "/v1/decisions?since=1&heads=0000000000000007.1.41",
            "/v1/decisions?since=1&last=+001020304050607",
            "/v1/decisions?since=1&noted=7",
            "/v1/decisions?since=1&colour=red",
        ] {
            assert_eq!(Heard::from_path(path), None, "{path}");
        }
    }
}
