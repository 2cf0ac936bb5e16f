//! Passes: what was read, what is answered, where each stands.

use chrono::{DateTime, FixedOffset, NaiveDate};
use passerelle_domain::{
    cents::Cents,
    id::{AttendeeId, KeptCodeId, RedemptionId, WorkshopId},
    pass::PassId,
    redemption::{Doubt, VoidReason},
    refusal::Refusal,
};
use serde::{Deserialize, Serialize};

use crate::form::ServiceRef;

/// Where a redemption stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum Standing {
    /// Saved here, not yet received by clearing.
    Kept,
    /// Received; its answer waits for a booklet.
    Sent,
    /// It will be paid.
    Credited,
    /// The officer will decide.
    ToExamine,
    /// It will not be paid.
    Refused,
    /// Cancelled here.
    Voided,
}

/// Where and when another site took the same pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Claim {
    /// The site's name.
    pub site: String,
    /// Its commune's name.
    pub commune: String,
    /// The workshop's day there.
    pub held_on: NaiveDate,
}

/// What clearing last said of a redemption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Verdict {
    /// The name of a sentence after `verdict-` (underscores as dashes).
    pub code: String,
    /// Since when the booklet is blocked, where that is the reason.
    pub since: Option<NaiveDate>,
    /// Who was first, where that is the reason.
    pub claim: Option<Claim>,
}

/// A note to the officer about a pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Objection {
    /// The text.
    pub note: String,
    /// The day on which it was written.
    pub written_on: NaiveDate,
    /// When clearing noted it; nothing as long as it is to be sent.
    pub noted_at: Option<DateTime<FixedOffset>>,
}

/// A pass taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Redemption {
    /// Its row.
    pub id: RedemptionId,
    /// The number printed on the pass, in groups of four: `0412 7731 04`.
    pub number: String,
    /// The programme's name.
    pub programme: String,
    /// The service it paid.
    pub service: String,
    /// What it is worth.
    pub amount_cents: Cents,
    /// The workshop.
    pub workshop_id: WorkshopId,
    /// Its title.
    pub workshop: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// For whom, if for somebody in particular who is still known.
    pub attendee_id: Option<AttendeeId>,
    /// Their name.
    pub attendee: Option<String>,
    /// Where it stands.
    pub standing: Standing,
    /// Why it does not count as earned yet, as known when it was taken; only while that holds.
    pub doubt: Option<Doubt>,
    /// What clearing last said.
    pub verdict: Option<Verdict>,
    /// What was written to the officer about it, the latest first.
    pub objections: Vec<Objection>,
    /// Whether one more note may be written.
    pub can_contest: bool,
    /// Why it was cancelled.
    pub void_reason: Option<VoidReason>,
    /// When it was entered.
    pub recorded_at: DateTime<FixedOffset>,
}

/// One of several passes that a code may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PassChoice {
    /// The pass.
    pub pass: PassId,
    /// Its number, in groups.
    pub number: String,
    /// The programme's name.
    pub programme: String,
}

/// One of several services that a pass may pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct ServiceChoice {
    /// The service.
    pub service: ServiceRef,
    /// Its name.
    pub label: String,
    /// The programme's name.
    pub programme: String,
}

/// The answer to a pass held out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum RedemptionAnswer {
    /// Taken and on disk. Provisional when `redemption.doubt` is there.
    Accepted {
        /// The redemption.
        redemption: Redemption,
    },
    /// Not taken.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The pass's number, when it was read.
        number: Option<String>,
        /// Whether it can be kept for clearing to examine.
        can_keep: bool,
    },
    /// Several passes are possible: which one is on the paper?
    WhichPass {
        /// The passes.
        choices: Vec<PassChoice>,
    },
    /// Several services are possible: for which one?
    WhichService {
        /// The pass's number.
        number: String,
        /// The services.
        choices: Vec<ServiceChoice>,
    },
    /// Kept with its workshop until its programme is known here.
    Kept {
        /// The code kept.
        kept: KeptCode,
    },
}

/// A code that waits to be identified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct KeptCode {
    /// Its row.
    pub id: KeptCodeId,
    /// The start of the code, enough to tell it from others.
    pub code: String,
    /// The workshop's title.
    pub workshop: String,
    /// The workshop.
    pub workshop_id: WorkshopId,
    /// The workshop's day.
    pub held_on: NaiveDate,
    /// For whom.
    pub attendee: Option<String>,
    /// Why it could not be taken once its programme was known.
    pub refusal: Option<Refusal>,
}

/// What would be answered if a pass were held out today at the site in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum PassCheck {
    /// It would be taken.
    Good,
    /// It would be taken provisionally.
    Provisional {
        /// Why.
        doubt: Doubt,
    },
    /// It would not be taken.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// Its programme is not known here yet.
    UnknownProgramme,
}

/// What is known here of a code that is only checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PassReport {
    /// The pass's number in groups, when the code was read.
    pub number: Option<String>,
    /// The programme's name.
    pub programme: Option<String>,
    /// What it is worth.
    pub amount_cents: Option<Cents>,
    /// The last day on which it is taken, tolerance included.
    pub taken_until: Option<NaiveDate>,
    /// What would be answered.
    pub check: PassCheck,
    /// The times it was taken here, the youngest first.
    pub history: Vec<Redemption>,
}

/// A code read from a picture or a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct CodeFound {
    /// Its text.
    pub text: String,
    /// The page it stands on, from 1.
    pub page: u32,
    /// What it is.
    pub report: PassReport,
}
