//! Reference figures for the desks: programmes, keys, booklets, and the passes already spent.

use super::passes::Passes;
use crate::{
    exchange::StateVersion,
    id::ServerId,
    pass::PassKey,
    programme::{Programme, ProgrammeId},
    redemption::BookletStanding,
};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};

/// Consecutive booklets with the same standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BookletRange {
    /// The first.
    #[n(0)]
    pub first: u32,
    /// The last, included.
    #[n(1)]
    pub last: u32,
    /// Whether their order was paid.
    #[n(2)]
    pub activated: bool,
    /// Since when they are no longer good.
    #[cbor(n(3), with = "optional_day")]
    pub blocked_since: Option<NaiveDate>,
}

impl BookletRange {
    /// What this says of each of its booklets.
    #[must_use]
    pub fn standing(&self) -> BookletStanding {
        match self.blocked_since {
            Some(since) => BookletStanding::Blocked { since },
            None if self.activated => BookletStanding::Activated,
            None => BookletStanding::NotActivated,
        }
    }
}

/// What a state says of one programme: whole parts, and passes. What is not told is as it was.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProgrammePart {
    /// The programme.
    #[n(0)]
    pub id: ProgrammeId,
    /// Its terms.
    #[n(1)]
    pub terms: Option<Programme>,
    /// Its booklets issued, ascending, apart from each other.
    #[n(2)]
    pub booklets: Option<Vec<BookletRange>>,
    /// Passes that are credited to somebody.
    #[n(3)]
    pub spent: Passes,
    /// Passes that are credited to nobody any more.
    #[n(4)]
    pub freed: Passes,
}

/// SHA-256 over all that a state leaves a desk with ([`WholeState::digest`](super::WholeState::digest)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Digest(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

/// What the desks may know, signed: all of it, or what changed since a version that they hold.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct State {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// How many times that service was restored from a backup; with `version`, orders the states.
    #[n(1)]
    pub generation: u32,
    /// Grows with each change.
    #[n(2)]
    pub version: u64,
    /// The server's time, in Unix seconds.
    #[n(3)]
    pub server_time: u64,
    /// The version, of the same generation, that this changes. `None`: it says everything.
    #[n(4)]
    pub since: Option<u64>,
    /// How many passes are spent once it is applied, over all programmes.
    #[n(5)]
    pub spent_count: u64,
    /// Of all that is known once it is applied.
    #[n(6)]
    pub digest: Digest,
    /// The keys that sign passes, by number.
    #[n(7)]
    pub keys: Option<Vec<PassKey>>,
    /// Each programme of which something is told, by number.
    #[n(8)]
    pub programmes: Vec<ProgrammePart>,
}

impl State {
    /// Which version a desk holds that has applied it.
    #[must_use]
    pub const fn held(&self) -> StateVersion {
        StateVersion {
            generation: self.generation,
            version: self.version,
        }
    }

    /// The version that must be held for it to be applied, if any must.
    #[must_use]
    pub fn base(&self) -> Option<StateVersion> {
        self.since.map(|version| StateVersion {
            generation: self.generation,
            version,
        })
    }
}

/// Codec of a day that may be absent.
mod optional_day {
    use chrono::NaiveDate;
    use minicbor::{
        Decoder, Encoder,
        decode::Error as DecodeError,
        encode::{Error as EncodeError, Write},
    };

    pub fn encode<C, W: Write>(
        day: &Option<NaiveDate>,
        e: &mut Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        match day {
            Some(day) => crate::day::encode(day, e, ctx),
            None => e.null()?.ok(),
        }
    }

    pub fn decode<'b, C>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Option<NaiveDate>, DecodeError> {
        if d.datatype()? == minicbor::data::Type::Null {
            d.null()?;
            return Ok(None);
        }
        crate::day::decode(d, ctx).map(Some)
    }
}
