//! What is kept, table by table, under the keys of the SQL schema.

use super::{
    table::{Facts, Tasks, Undo},
    work_list::WorkList,
};
use crate::{
    adjudicate::Evidence,
    books::{Deed, KeptObjection, LoggedEvent, Shown},
    settlement::{Counted, Payee, Settlement},
};
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::{Link, Parent},
    id::{BirthId, DeviceId, Epoch, ServerId},
    key::PublicKey,
    month::Month,
    pass::PassId,
    programme::{Programme, ProgrammeId},
    siret::Siret,
    wire::{ProofKey, SiteEntry, Trace, Verdict},
};
use std::sync::Arc;

/// Every table.
#[derive(Clone, Default)]
pub struct Tables {
    pub epochs: Facts<(DeviceId, Epoch), Option<Parent>>,
    /// By their last event.
    pub batches: Facts<BirthId, BatchParcel>,
    pub events: Facts<BirthId, EventRow>,
    /// The pass of each void, under what it cancels and its own birth id.
    pub voids: Facts<(BirthId, BirthId), PassId>,
    pub verdicts: Facts<BirthId, Verdict>,
    /// By their first event and the number of their last.
    pub receipts: Facts<(BirthId, u64), ReceiptRow>,
    pub credits: Facts<(PassId, u32), CreditRow>,
    pub credits_by_event: Facts<(BirthId, u32), PassId>,
    /// When each was given back.
    pub withdrawals: Facts<(PassId, u32), u64>,
    /// As receipts are.
    pub recalls: Facts<Shown, ()>,
    pub decisions: Facts<(Siret, u64), DecisionRow>,
    pub waiting: WorkList,
    /// By their first booklet, as activations and blocks are.
    pub lots: Facts<(ProgrammeId, u32), RangeRow<NaiveDate>>,
    pub activations: Facts<(ProgrammeId, u32), RangeRow<()>>,
    pub blocks: Facts<(ProgrammeId, u32), RangeRow<NaiveDate>>,
    pub programmes: Facts<ProgrammeId, Programme>,
    pub pass_keys: Facts<u16, PassKeyRow>,
    pub devices: Facts<DeviceId, DeviceRow>,
    pub revocations: Facts<DeviceId, u64>,
    pub sites: Facts<(DeviceId, u16, u32), SiteEntry>,
    pub structures: Facts<Siret, String>,
    pub enrolments: Facts<[u8; 3], EnrolmentRow>,
    pub enrolment_uses: Facts<[u8; 3], (DeviceId, Arc<[u8]>)>,
    pub generations: Facts<u32, ServerId>,
    pub audits: Facts<u64, Deed>,
    pub payees: Facts<(Siret, u64), (Payee, u64)>,
    pub settlements: Facts<Month, Settlement>,
    pub settled_credits: Facts<(PassId, u32), CountedRow>,
    pub settled_withdrawals: Facts<(PassId, u32), Month>,
    /// When each was made.
    pub reports: Facts<(DeviceId, u32), u64>,
    pub awaited: Tasks<(BirthId, Counted, Month), PassId>,
    /// By their event and their number.
    pub objections: Facts<(BirthId, u32), (Trace, KeptObjection)>,
}

/// An event, the batch that brought it, and the link after it.
#[derive(Clone)]
pub struct EventRow {
    pub logged: LoggedEvent,
    pub batch_last_seq: u64,
    pub link: Link,
}

#[derive(Clone)]
pub struct BatchParcel {
    pub evidence: Evidence,
    pub parcel: Arc<[u8]>,
}

#[derive(Clone)]
pub struct ReceiptRow {
    pub parcel: Arc<[u8]>,
    pub answered_at: u64,
}

#[derive(Clone)]
pub struct CreditRow {
    pub siret: Siret,
    pub amount: Cents,
    pub event: BirthId,
    pub credited_at: u64,
}

/// The month that has counted a credit, and the event under which, if it is not sure to be the credit's own.
#[derive(Clone)]
pub struct CountedRow {
    pub month: Month,
    pub under: Option<BirthId>,
}

#[derive(Clone)]
pub struct DecisionRow {
    pub event: BirthId,
    pub verdict: Verdict,
    pub decided_at: u64,
}

/// The last booklet of a range, and the day that goes with it, if one does.
#[derive(Clone)]
pub struct RangeRow<D> {
    pub last: u32,
    pub day: D,
}

#[derive(Clone)]
pub struct PassKeyRow {
    pub programme: ProgrammeId,
    pub seed: [u8; 32],
}

#[derive(Clone)]
pub struct DeviceRow {
    pub public: PublicKey,
    pub siret: Siret,
    pub label: String,
    pub enrolled_at: u64,
}

#[derive(Clone)]
pub struct EnrolmentRow {
    pub proof_key: ProofKey,
    pub siret: Siret,
    pub ends_at: u64,
}

/// Does something with every table. Taken apart by name: a table that is added and left out does not compile.
macro_rules! for_each_table {
    ($tables:expr, $act:expr, { $($table:ident),+ $(,)? }) => {
        let Self { $($table),+ } = $tables;
        let tables = [$($table as &mut dyn Undo),+];
        tables.into_iter().for_each($act);
    };
}

impl Undo for Tables {
    fn keep(&mut self) {
        self.each(|table| table.keep());
    }

    fn undo(&mut self) {
        self.each(|table| table.undo());
    }
}

impl Tables {
    fn each(&mut self, act: impl FnMut(&mut dyn Undo)) {
        for_each_table!(self, act, {
            epochs,
            batches,
            events,
            voids,
            verdicts,
            receipts,
            credits,
            credits_by_event,
            withdrawals,
            recalls,
            decisions,
            waiting,
            lots,
            activations,
            blocks,
            programmes,
            pass_keys,
            devices,
            revocations,
            sites,
            structures,
            enrolments,
            enrolment_uses,
            generations,
            audits,
            payees,
            settlements,
            settled_credits,
            settled_withdrawals,
            reports,
            awaited,
            objections,
        });
    }
}
