//! Clearing's later word on what waited.

use super::{heard::Trace, receipt::Verdict};
use crate::id::{BirthId, ServerId};
use minicbor::{Decode, Encode};

/// The number of the first decision that a generation of the service gives to a structure.
///
/// The generation stands in the high 32 bits: a service restored from a copy begins its streams again, and no two
/// words ever share a number.
#[must_use]
pub const fn first_number(generation: u32) -> u64 {
    ((generation as u64) << 32) + 1
}

/// The generation that has given a decision its number.
#[must_use]
pub const fn generation_of(number: u64) -> u32 {
    (number >> 32) as u32
}

/// Whether a decision may come right after number `before` of the stream.
#[must_use]
pub fn follows(before: u64, number: u64) -> bool {
    let begins_again =
        generation_of(number) > generation_of(before) && number == first_number(generation_of(number));
    before.checked_add(1).is_some_and(|next| next == number) || begins_again
}

/// One decision of a structure's stream.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Decision {
    /// Its number in the stream: [`first_number`] of a generation, then without gaps.
    #[n(0)]
    pub number: u64,
    /// The event that it answers.
    #[n(1)]
    pub event: BirthId,
    /// The word.
    #[n(2)]
    pub verdict: Verdict,
    /// When, in Unix seconds of the server.
    #[n(3)]
    pub decided_at: u64,
    /// The link after that event: on disks that were lost since, another event may have had its number. Not told
    /// by services of before.
    #[n(4)]
    pub link: Option<Trace>,
}

/// A signed piece of a structure's stream.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Decisions {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// How many times that service was restored from a backup.
    #[n(1)]
    pub generation: u32,
    /// The SIRET of the structure.
    #[n(2)]
    pub structure: String,
    /// The number asked from, itself not included.
    #[n(3)]
    pub since: u64,
    /// The decisions that follow, in order, some hundreds at most.
    #[n(4)]
    pub decisions: Vec<Decision>,
    /// Whether more follow.
    #[n(5)]
    pub more: bool,
    /// The server's time, in Unix seconds.
    #[n(6)]
    pub server_time: u64,
    /// Whether clearing has more of the asker's own log than the heads that it named: an answer was
    /// lost, the desk went on from an old copy, or it has a double.
    #[n(7)]
    pub is_ahead: bool,
    /// The objection that the asker was told to be noted, and that the books, restored from a copy, do not have.
    #[n(8)]
    pub lacks: Option<Trace>,
}
