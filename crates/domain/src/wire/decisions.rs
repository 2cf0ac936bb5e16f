//! Clearing's later word on what waited.

use super::receipt::Verdict;
use crate::id::{BirthId, ServerId};
use minicbor::{Decode, Encode};

/// One decision of a structure's stream.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Decision {
    /// Its number in the stream, from 1, without gaps.
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
}
