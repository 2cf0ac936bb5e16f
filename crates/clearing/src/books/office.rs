//! What the officer looks at, and what is kept of what the officer did.

use passerelle_domain::{
    cents::Cents,
    id::{BirthId, DeviceId},
    pass::Rank,
    siret::Siret,
};
use serde::{Serialize, Serializer};
use serde_json::Value as Json;

/// An enrolled desk, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledDevice {
    /// Its identity.
    pub device: DeviceId,
    /// Whose it is.
    pub siret: Siret,
    /// The name that the site gave it.
    pub label: String,
    /// When it enrolled, in Unix seconds.
    pub enrolled_at: u64,
    /// When a parcel of it last brought something new, in Unix seconds.
    pub last_heard_at: Option<u64>,
    /// Since when it is no longer heard, in Unix seconds.
    pub revoked_at: Option<u64>,
}

/// A credit given for a pass of a booklet, standing or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookletCredit {
    /// The pass.
    pub rank: Rank,
    /// How many credits of this pass were withdrawn before it.
    pub attempt: u32,
    /// Who was given it.
    pub siret: Siret,
    /// What it is worth.
    pub amount: Cents,
    /// Through which event.
    pub event: BirthId,
    /// When, in Unix seconds.
    pub credited_at: u64,
    /// When it was given back, in Unix seconds.
    pub withdrawn_at: Option<u64>,
}

/// Something that an officer did, under its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Its number, from 1 without gaps.
    pub number: u64,
    /// What it is.
    #[serde(flatten)]
    pub deed: Deed,
}

/// Something that an officer did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deed {
    /// The account that acted, as its machine knows it; empty when nobody said.
    pub officer: String,
    /// What was done.
    pub act: OfficerAct,
    /// To what: names and numbers, by field.
    pub about: Json,
    /// Why, in the officer's own words.
    pub reason: Option<String>,
    /// When, in Unix seconds.
    pub done_at: u64,
}

/// What an officer can do that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfficerAct {
    /// A programme was added.
    ProgrammeAdded,
    /// Booklets were issued.
    BookletsIssued,
    /// Booklets were activated.
    BookletsActivated,
    /// Booklets were blocked.
    BookletsBlocked,
    /// A structure was added.
    StructureAdded,
    /// A one-time code was issued.
    EnrolmentIssued,
    /// A desk is no longer heard.
    DeviceRevoked,
    /// A claim that waited was credited.
    ClaimCredited,
    /// A claim that waited was declined.
    ClaimDeclined,
    /// Whom to pay for a structure was entered.
    PayeeEntered,
    /// A month was closed.
    MonthClosed,
    /// A month that the books had lost was brought back from its file.
    MonthBroughtBack,
    /// The key that the service signs with was replaced.
    KeyReplaced,
}

impl OfficerAct {
    /// Every act.
    pub const ALL: [Self; 13] = [
        Self::ProgrammeAdded,
        Self::BookletsIssued,
        Self::BookletsActivated,
        Self::BookletsBlocked,
        Self::StructureAdded,
        Self::EnrolmentIssued,
        Self::DeviceRevoked,
        Self::ClaimCredited,
        Self::ClaimDeclined,
        Self::PayeeEntered,
        Self::MonthClosed,
        Self::MonthBroughtBack,
        Self::KeyReplaced,
    ];

    /// The name in the books and in JSON; of the sentence too, with dashes, after `clearing-act-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ProgrammeAdded => "programme_added",
            Self::BookletsIssued => "booklets_issued",
            Self::BookletsActivated => "booklets_activated",
            Self::BookletsBlocked => "booklets_blocked",
            Self::StructureAdded => "structure_added",
            Self::EnrolmentIssued => "enrolment_issued",
            Self::DeviceRevoked => "device_revoked",
            Self::ClaimCredited => "claim_credited",
            Self::ClaimDeclined => "claim_declined",
            Self::PayeeEntered => "payee_entered",
            Self::MonthClosed => "month_closed",
            Self::MonthBroughtBack => "month_brought_back",
            Self::KeyReplaced => "key_replaced",
        }
    }

    /// The act of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code)
    }
}

impl Serialize for OfficerAct {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}
