//! Reference figures for the desks: programmes, keys, booklets, and the passes already spent.

use super::columns::{deltas, read_deltas};
use crate::{
    id::ServerId,
    pass::{PassKey, Rank},
    programme::Programme,
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

/// What clearing knows of one programme.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ProgrammeState {
    /// The programme.
    #[n(0)]
    pub programme: Programme,
    /// The booklets issued, ascending, apart from each other.
    #[n(1)]
    pub booklets: Vec<BookletRange>,
    /// The serials of the passes credited to anybody, ascending, in differences.
    #[cbor(n(2), with = "minicbor::bytes")]
    spent: Vec<u8>,
    /// How many there are.
    #[n(3)]
    spent_count: u32,
}

/// The place of a pass in the programme's universe: dense, so that sets of them stay small.
fn serial(booklet: u32, rank: Rank) -> i64 {
    i64::from(booklet) * 256 + i64::from(rank)
}

impl ProgrammeState {
    /// Puts the figures of a programme together. `spent` in any order.
    #[must_use]
    pub fn new(programme: Programme, booklets: Vec<BookletRange>, spent: &[(u32, Rank)]) -> Self {
        let mut serials: Vec<i64> = spent
            .iter()
            .map(|&(booklet, rank)| serial(booklet, rank))
            .collect();
        serials.sort_unstable();
        serials.dedup();
        let spent_count = u32::try_from(serials.len()).unwrap_or(u32::MAX);
        Self {
            programme,
            booklets,
            spent: deltas(serials),
            spent_count,
        }
    }

    /// The passes credited to anybody, ascending, or `None` when the column is not what it says.
    #[must_use]
    pub fn spent(&self) -> Option<Vec<(u32, Rank)>> {
        read_deltas(&self.spent, usize::try_from(self.spent_count).ok()?)?
            .into_iter()
            .map(|serial| {
                let booklet = u32::try_from(serial.checked_div(256)?).ok()?;
                Some((booklet, u8::try_from(serial % 256).ok()?))
            })
            .collect()
    }
}

/// A signed snapshot of all that the desks may know.
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
    /// The keys that sign passes.
    #[n(4)]
    pub keys: Vec<PassKey>,
    /// Each programme.
    #[n(5)]
    pub programmes: Vec<ProgrammeState>,
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
