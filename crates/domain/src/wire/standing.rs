//! Where a structure stands with clearing: what it was paid, with which credential this device stands,
//! and at what pace it is to come.

use super::{decisions::generation_of, heard::Trace};
use crate::{
    cents::Cents,
    id::{DeviceId, ServerId},
    month::Month,
    programme::ProgrammeId,
};
use minicbor::{Decode, Encode, bytes::ByteVec};
use std::fmt::Write;

/// Where the question goes, without its query.
pub const STANDING: &str = "/v1/standing";

/// The largest amount of a month that is believed, in cents: a hundred billion euros.
const MOST_CENTS: u64 = 10_000_000_000_000;

/// The largest count of passes in a line of a month that is believed.
const MOST_PASSES: u64 = u32::MAX as u64;

/// How far a desk was told of the months that clearing has closed. A service that goes on from an old
/// copy of its books sees by it that it has told something else before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthsHeard {
    /// The number of the last month told, 0 for none.
    pub since: u64,
    /// The trace of what was told of it; `None` when there is none.
    pub last: Option<Trace>,
}

impl MonthsHeard {
    /// What is asked: path and query, exactly as they are signed.
    #[must_use]
    pub fn to_path(&self) -> String {
        let mut path = format!("{STANDING}?since={}", self.since);
        if let Some(trace) = self.last {
            write!(path, "&last={trace}").expect("a text takes all");
        }
        path
    }

    /// Reads [`Self::to_path`]; `None` for anything else. What is not named counts as nothing heard.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let asked = path.strip_prefix(STANDING)?;
        let mut heard = Self::default();
        if asked.is_empty() {
            return Some(heard);
        }
        for pair in asked.strip_prefix('?')?.split('&') {
            match pair.split_once('=')? {
                ("since", number) => heard.since = number.parse().ok()?,
                ("last", digits) => heard.last = Some(Trace::from_digits(digits)?),
                (_, _) => return None,
            }
        }
        Some(heard)
    }
}

/// What clearing tells a device of where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Standing {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// How many times that service was restored from a backup, as far as it knows.
    #[n(1)]
    pub generation: u32,
    /// The device.
    #[n(2)]
    pub device: DeviceId,
    /// The SIRET of the structure that it works for.
    #[n(3)]
    pub structure: String,
    /// The device's [`Credential`](crate::credential::Credential), as it is signed.
    #[n(4)]
    pub credential: ByteVec,
    /// How many seconds the service would have between two exchanges of a device that has nothing to
    /// send; `None` when whoever answers does not know.
    #[n(5)]
    pub pace_seconds: Option<u32>,
    /// [`MonthsHeard::since`] of the question that this answers.
    #[n(6)]
    pub since: u64,
    /// [`MonthsHeard::last`] of the question that this answers.
    #[n(7)]
    pub last: Option<Trace>,
    /// Whether it tells of all months from the first one on: nothing was heard before, or the service
    /// knows no month told like that. What was told before and is not told again is not closed any more.
    #[n(8)]
    pub begins_anew: bool,
    /// The months closed that follow, in order.
    #[n(9)]
    pub months: Vec<SettledMonth>,
    /// Whether more follow.
    #[n(10)]
    pub more: bool,
    /// The server's time, in Unix seconds.
    #[n(11)]
    pub server_time: u64,
}

/// What a month that was closed came to for a structure, all its devices together. Every month closed
/// is told to every structure: one in which nothing was earned has no lines.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SettledMonth {
    /// Its number: [`first_number`](super::first_number) of a generation for the first month ever
    /// closed, then without gaps.
    #[n(0)]
    pub number: u64,
    /// The month.
    #[cbor(n(1), with = "crate::month")]
    pub month: Month,
    /// When it was closed, in Unix seconds of the server.
    #[n(2)]
    pub closed_at: u64,
    /// What was earned, by programme.
    #[n(3)]
    pub lines: Vec<SettledLine>,
    /// What the month before left: held when positive, owed by the structure when negative.
    #[n(4)]
    pub carried: Cents,
    /// What is paid.
    #[n(5)]
    pub paid: Cents,
    /// What is left for the next month.
    #[n(6)]
    pub left: Cents,
}

/// What a structure earned in a month with the passes of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SettledLine {
    /// The programme.
    #[n(0)]
    pub programme: ProgrammeId,
    /// Passes that no month had counted.
    #[n(1)]
    pub credited_count: u64,
    /// Their worth.
    #[n(2)]
    pub credited: Cents,
    /// Passes that an earlier month had counted, and that were given back since.
    #[n(3)]
    pub given_back_count: u64,
    /// Their worth.
    #[n(4)]
    pub given_back: Cents,
    /// The line's reference, as the papers of the settlement bear it.
    #[n(5)]
    pub reference: String,
}

impl SettledMonth {
    /// What tells it from another under the same number.
    #[must_use]
    pub fn trace(&self) -> Trace {
        Trace::of_bytes(&minicbor::to_vec(self).expect("memory takes all that is written"))
    }

    /// What a device has heard that was told of it last.
    #[must_use]
    pub fn heard(&self) -> MonthsHeard {
        MonthsHeard {
            since: self.number,
            last: Some(self.trace()),
        }
    }

    /// What its lines come to.
    #[must_use]
    pub fn amount(&self) -> Cents {
        self.lines
            .iter()
            .map(|line| line.credited - line.given_back)
            .sum()
    }

    /// All that it says but its number and the instant of its closing, which a service restored from a
    /// copy may say otherwise of the same payment.
    #[must_use]
    pub fn amounts(&self) -> (&[SettledLine], [Cents; 3]) {
        (&self.lines, [self.carried, self.paid, self.left])
    }

    /// Whether it has moved anything for the structure.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty() && [self.carried, self.paid, self.left] == [Cents::ZERO; 3]
    }

    /// Whether its figures are those of a structure: somebody adds them up over the years.
    fn is_plausible(&self) -> bool {
        let counts = |line: &SettledLine| [line.credited_count, line.given_back_count];
        let amounts = |line: &SettledLine| [line.credited, line.given_back];
        let of_all = [self.carried, self.paid, self.left];
        let mut amounts = self.lines.iter().flat_map(amounts).chain(of_all);
        self.lines
            .iter()
            .flat_map(counts)
            .all(|count| count <= MOST_PASSES)
            && amounts.all(|amount| amount.0.unsigned_abs() <= MOST_CENTS)
    }

    /// Whether what is carried, earned and paid makes up what is left.
    fn adds_up(&self) -> bool {
        let amounts = self.lines.iter().try_fold(self.carried.0, |sum, line| {
            sum.checked_add(line.credited.0)?.checked_sub(line.given_back.0)
        });
        amounts.and_then(|sum| sum.checked_sub(self.paid.0)) == Some(self.left.0)
    }
}

impl Standing {
    /// Whether its months follow those heard, each its neighbour, in its own generation, and each adds
    /// up.
    #[must_use]
    pub fn follows(&self, heard: &MonthsHeard) -> bool {
        if self.since != heard.since || self.last != heard.last {
            return false;
        }
        let first = if self.begins_anew {
            super::first_number(self.generation)
        } else if heard.since == 0 {
            return false;
        } else {
            heard.since.saturating_add(1)
        };
        let is_dense = (first..)
            .zip(&self.months)
            .all(|(number, month)| number == month.number && generation_of(number) == self.generation);
        let pairs = self.months.iter().zip(self.months.iter().skip(1));
        let is_ascending = pairs.clone().all(|(one, next)| one.month < next.month);
        is_dense
            && is_ascending
            && self
                .months
                .iter()
                .all(|month| month.is_plausible() && month.adds_up())
    }
}

#[cfg(test)]
pub(super) mod tests;
