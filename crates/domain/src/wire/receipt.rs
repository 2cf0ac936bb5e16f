//! Clearing's answer to a batch.

use super::batch::Batch;
use crate::{
    event::Link,
    id::{BirthId, DeviceId, Epoch, ServerId},
};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};

/// Where and when another site took the same pass. A day, never an hour: the log knows none.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Claim {
    /// The site's name.
    #[n(0)]
    pub site: String,
    /// INSEE code of its commune.
    #[n(1)]
    pub insee_code: String,
    /// The workshop's day there.
    #[cbor(n(2), with = "crate::day")]
    pub held_on: NaiveDate,
}

/// What clearing says of one event. A final verdict never changes; a waiting one gets its word
/// later, in the stream of decisions.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Verdict {
    /// Final: it will be paid.
    #[n(0)]
    Credited,
    /// Final: this structure has been credited for that pass already, through another event.
    #[n(1)]
    AlreadyYours,
    /// Final: its day is past, tolerance included.
    #[n(2)]
    Expired,
    /// Final: the booklet was blocked before that day.
    #[n(3)]
    Blocked {
        /// Since when.
        #[cbor(n(0), with = "crate::day")]
        since: NaiveDate,
    },
    /// Final: the programme is not for that commune.
    #[n(4)]
    OutsideTerritory,
    /// Final: no such pass can exist.
    #[n(5)]
    Forged,
    /// Final: the cancellation is noted.
    #[n(6)]
    Voided,
    /// Waiting: the booklet is not known yet.
    #[n(7)]
    Unknown,
    /// Waiting: the booklet is not activated yet.
    #[n(8)]
    NotActivated,
    /// Waiting for the officer: another structure was first.
    #[n(9)]
    TakenElsewhere {
        /// Who.
        #[n(0)]
        claim: Claim,
    },
    /// Waiting for the officer: another day of the plausible window would change the answer.
    #[n(10)]
    ToExamine,
    /// Final, by the officer's decision: not paid.
    #[n(11)]
    Declined,
}

impl Verdict {
    /// Whether nothing can change it.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        match self {
            Self::Credited
            | Self::AlreadyYours
            | Self::Expired
            | Self::Blocked { .. }
            | Self::OutsideTerritory
            | Self::Forged
            | Self::Voided
            | Self::Declined => true,
            Self::Unknown | Self::NotActivated | Self::TakenElsewhere { .. } | Self::ToExamine => false,
        }
    }

    /// The name in SQL and, after `verdict-`, of the sentence in `words/fr.ftl`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Credited => "credited",
            Self::AlreadyYours => "already_yours",
            Self::Expired => "expired",
            Self::Blocked { .. } => "blocked",
            Self::OutsideTerritory => "outside_territory",
            Self::Forged => "forged",
            Self::Voided => "voided",
            Self::Unknown => "unknown",
            Self::NotActivated => "not_activated",
            Self::TakenElsewhere { .. } => "taken_elsewhere",
            Self::ToExamine => "to_examine",
            Self::Declined => "declined",
        }
    }

    /// Every code, for CHECK lists and for the test that each has its sentence.
    pub const CODES: [&'static str; 12] = [
        "credited",
        "already_yours",
        "expired",
        "blocked",
        "outside_territory",
        "forged",
        "voided",
        "unknown",
        "not_activated",
        "taken_elsewhere",
        "to_examine",
        "declined",
    ];
}

/// The signed answer to a batch. Only a receipt whose signature, server, device, epoch, number
/// and link all agree clears the events that it answers.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Receipt {
    /// The clearing service.
    #[n(0)]
    pub server: ServerId,
    /// How many times that service was restored from a backup.
    #[n(1)]
    pub generation: u32,
    /// Whose batch.
    #[n(2)]
    pub device: DeviceId,
    /// Which life of its log.
    #[n(3)]
    pub epoch: Epoch,
    /// The first event answered.
    #[n(4)]
    pub first_seq: u64,
    /// The link after the last event answered.
    #[n(5)]
    pub link: Link,
    /// One verdict for each event, in order from `first_seq`.
    #[n(6)]
    pub verdicts: Vec<Verdict>,
    /// The server's time, in Unix seconds.
    #[n(7)]
    pub server_time: u64,
}

impl Receipt {
    /// The number of the last event answered.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.first_seq
            .saturating_add((self.verdicts.len() as u64).saturating_sub(1))
    }

    /// Whether it is the answer to that batch, event by event.
    #[must_use]
    pub fn answers_batch(&self, batch: &Batch) -> bool {
        self.device == batch.device
            && self.epoch == batch.epoch
            && self.first_seq == batch.first_seq()
            && self.verdicts.len() == batch.events.len()
            && self.link == batch.after()
    }

    /// The events answered, with what is said of each.
    pub fn answers(&self) -> impl Iterator<Item = (BirthId, &Verdict)> {
        (self.first_seq..).zip(&self.verdicts).map(|(seq, verdict)| {
            (
                BirthId {
                    device: self.device,
                    epoch: self.epoch,
                    seq,
                },
                verdict,
            )
        })
    }
}
