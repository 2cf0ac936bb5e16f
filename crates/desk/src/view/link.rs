//! What is here, what is sent, what clearing says, in figures.

use super::settlements::SettlementsView;
use chrono::{DateTime, FixedOffset, NaiveDate};
use passerelle_domain::cents::Cents;
use serde::Serialize;

/// How many passes, and what they are worth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Tally {
    /// How many passes.
    pub count: u32,
    /// Their amount.
    pub amount_cents: Cents,
}

/// Every redemption of this device, by where it stands. The parts sum to the whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Standings {
    /// Saved here, not yet received by clearing.
    pub kept: Tally,
    /// Received; its answer waits for a booklet or a state.
    pub sent: Tally,
    /// It will be paid.
    pub credited: Tally,
    /// The officer will decide.
    pub to_examine: Tally,
    /// It will not be paid.
    pub refused: Tally,
    /// Cancelled here.
    pub voided: Tally,
}

/// What the top line says of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub enum LinkState {
    /// Not enrolled with a clearing service.
    NotEnrolled,
    /// The last attempt found no service, or none was made yet.
    Offline,
    /// The last attempt found it.
    Online,
    /// An attempt is under way.
    Syncing,
}

/// The link, in figures.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct LinkView {
    /// In a word.
    pub state: LinkState,
    /// The service's address.
    pub address: Option<String>,
    /// What waits to be sent.
    pub to_send: Tally,
    /// Since which day the oldest waits.
    pub waiting_since: Option<NaiveDate>,
    /// When clearing last answered.
    pub answered_at: Option<DateTime<FixedOffset>>,
    /// Why the last attempt failed: the name of a sentence after `link-`.
    pub fault: Option<&'static str>,
    /// Codes that wait to be identified.
    pub kept_codes: u32,
}

/// The way to clearing, where the system's own does not do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct RouteView {
    /// The proxy set by hand; the system's when absent.
    pub proxy: Option<String>,
    /// How many authorities were added to the system's.
    pub authorities: u32,
}

/// One sealed batch.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct BatchRow {
    /// Its number here.
    pub id: u32,
    /// When it was sealed.
    pub sealed_at: DateTime<FixedOffset>,
    /// When its answer came; none yet when absent.
    pub answered_at: Option<DateTime<FixedOffset>>,
    /// The redemptions in it.
    pub tally: Tally,
}

/// The screen of batches.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct BatchesView {
    /// Every redemption, by where it stands.
    pub standings: Standings,
    /// The day of the first workshop with a pass.
    pub first_day: Option<NaiveDate>,
    /// The batches, the youngest first.
    pub batches: Vec<BatchRow>,
    /// What another copy of this ledger has done, if one has been at work.
    pub double: Option<DoubleView>,
    /// What the structure was paid, all its devices together.
    pub settlements: SettlementsView,
}

/// What was found out about another copy of this ledger: it was restored from an old copy, or was made from
/// one that goes on elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct DoubleView {
    /// Redemptions that only the other copy has written: in no standing here, since no workshop here
    /// has them. At the face value that this device knows.
    pub recovered: Tally,
    /// Redemptions and voids of this ledger that had to take new numbers.
    pub moved: u32,
}

/// What one exchange with clearing brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct SyncReport {
    /// Redemptions that clearing received now.
    pub sent: Tally,
    /// Of these and of earlier ones, those credited now.
    pub credited: Tally,
    /// Those that the officer will decide.
    pub to_examine: Tally,
    /// Those refused.
    pub refused: Tally,
    /// Whether new reference figures came.
    pub state_renewed: bool,
    /// How many months were settled for the structure, or settled otherwise than was known.
    pub settled_months: u32,
    /// How many notes to the officer clearing has now.
    pub noted: u32,
}

impl SyncReport {
    /// What another has moved, too.
    pub(crate) fn add(&mut self, other: &Self) {
        for (tally, more) in [
            (&mut self.sent, other.sent),
            (&mut self.credited, other.credited),
            (&mut self.to_examine, other.to_examine),
            (&mut self.refused, other.refused),
        ] {
            tally.count += more.count;
            tally.amount_cents = tally.amount_cents + more.amount_cents;
        }
        self.state_renewed |= other.state_renewed;
        self.settled_months += other.settled_months;
        self.noted += other.noted;
    }
}
