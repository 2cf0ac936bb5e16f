//! Whether the ledger still says what it said: everything that is there twice is compared.

use crate::{
    desk::Desk,
    error::Error,
    ledger::{
        audits,
        check::{self, Fact, Line},
        device::{self, Device, Life},
        doubles, log,
    },
};
use passerelle_domain::{
    day,
    event::{Act, Event, Link},
    exchange::Sealed,
    key::Purpose,
    wire::{Batch, Envelope, Receipt},
};
use rusqlite::Connection;
use serde::Serialize;

/// What was verified, and what does not agree. A fault is never repaired here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct CheckReport {
    /// Events of the log, in all lives.
    pub events: u32,
    /// Redemptions among them, cancelled ones included.
    pub redemptions: u32,
    /// What does not agree; none in a sound ledger.
    pub faults: Vec<CheckFault>,
}

/// One thing that does not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckFault {
    /// Of which kind.
    pub kind: FaultKind,
    /// Where, for whoever repairs: a row, a place in the log. Never a person.
    pub what: String,
}

/// What can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// SQLite finds the file damaged.
    File,
    /// A page was changed behind the encryption's back.
    Encryption,
    /// A row names another that is not there.
    Relation,
    /// The hash chain is broken, or has a gap.
    Chain,
    /// An event and its redemption or void differ, or one is without the other.
    Event,
    /// A pass counts twice.
    Attempt,
    /// A stored standing is not what the facts imply.
    Standing,
    /// A stored sum is not the sum.
    Tally,
    /// A sealed batch is not what the log says.
    Batch,
    /// A receipt is not clearing's, or its verdicts are not those kept.
    Receipt,
    /// The record of who did what was rewritten.
    Audit,
}

impl FaultKind {
    /// Every kind, for the test that each has its sentence.
    pub const ALL: [Self; 11] = [
        Self::File,
        Self::Encryption,
        Self::Relation,
        Self::Chain,
        Self::Event,
        Self::Attempt,
        Self::Standing,
        Self::Tally,
        Self::Batch,
        Self::Receipt,
        Self::Audit,
    ];

    /// The name of the sentence in `words/fr.ftl`, after `check-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Encryption => "encryption",
            Self::Relation => "relation",
            Self::Chain => "chain",
            Self::Event => "event",
            Self::Attempt => "attempt",
            Self::Standing => "standing",
            Self::Tally => "tally",
            Self::Batch => "batch",
            Self::Receipt => "receipt",
            Self::Audit => "audit",
        }
    }
}

impl Desk {
    /// Verifies the whole ledger in one consistent view; the counter goes on meanwhile.
    ///
    /// # Errors
    /// The ledger cannot be read at all. What merely disagrees is in the report.
    pub fn check(&self) -> Result<CheckReport, Error> {
        self.as_machine().read(|db| {
            let mut report = CheckReport::default();
            report.check_file(db)?;
            if report
                .faults
                .iter()
                .any(|fault| matches!(fault.kind, FaultKind::File | FaultKind::Encryption))
            {
                return Ok(report);
            }
            let device = device::get(db)?;
            for life in log::list_lives(db)? {
                report.check_log(db, &device, &life)?;
                report.check_batches(db, &device, &life)?;
            }
            report.check_sums(db, &device)?;
            for row in audits::find_breaks(db)? {
                report.fault(FaultKind::Audit, row);
            }
            Ok(report)
        })
    }
}

impl CheckReport {
    fn fault(&mut self, kind: FaultKind, what: impl std::fmt::Display) {
        self.faults.push(CheckFault {
            kind,
            what: what.to_string(),
        });
    }

    fn check_file(&mut self, db: &Connection) -> Result<(), Error> {
        for (pragma, what) in check::file_faults(db)? {
            let kind = match pragma {
                "foreign_key_check" => FaultKind::Relation,
                "cipher_integrity_check" => FaultKind::Encryption,
                _ => FaultKind::File,
            };
            self.fault(kind, what);
        }
        Ok(())
    }

    fn check_log(&mut self, db: &Connection, device: &Device, life: &Life) -> Result<(), Error> {
        let (mut seq, mut link) = (0, Link::root(device.id, life.epoch, life.parent.as_ref()));
        check::read_log(db, life, &mut |line: Line| {
            seq += 1;
            self.events += 1;
            self.redemptions += u32::from(
                line.facts
                    .iter()
                    .any(|fact| matches!(fact, Fact::Redemption { .. })),
            );
            let place = format!("{:016x}/{}", life.epoch.0, line.seq);
            let Some(event) = line.event else {
                return self.fault(FaultKind::Event, place);
            };
            link = link.then(&event);
            if line.seq != seq || event.seq != seq || line.link != link {
                self.fault(FaultKind::Chain, &place);
                // Each break is told once: what follows is compared with what is there.
                (seq, link) = (line.seq, line.link);
            }
            let is_told = match line.facts.as_slice() {
                [] => line.has_moved,
                [fact] => !line.has_moved && says(&event, fact),
                _ => false,
            };
            if !is_told {
                self.fault(FaultKind::Event, place);
            }
        })
    }

    fn check_batches(&mut self, db: &Connection, device: &Device, life: &Life) -> Result<(), Error> {
        let mut next = 1;
        for (sealed, receipt) in check::list_sealed(db, life.epoch)? {
            let follows = sealed.first_seq == next;
            next = sealed.last_seq + 1;
            if !(follows && is_of_the_log(db, device, life, &sealed)?) {
                self.fault(FaultKind::Batch, sealed.first_seq);
            }
            // Another copy has taken its numbers: its answer proves nothing any more.
            let is_ours = doubles::find_end(db, life.epoch)?.is_none_or(|end| sealed.last_seq <= end);
            if let Some(bytes) = receipt
                && is_ours
                && !is_from_clearing(db, device, &sealed, &bytes)?
            {
                self.fault(FaultKind::Receipt, sealed.first_seq);
            }
        }
        Ok(())
    }

    fn check_sums(&mut self, db: &Connection, device: &Device) -> Result<(), Error> {
        for id in check::wrong_attempts(db)? {
            self.fault(FaultKind::Attempt, id);
        }
        for id in check::wrong_standings(db, device.id)? {
            self.fault(FaultKind::Standing, id);
        }
        for (standing, stored, summed) in check::sums(db)? {
            if stored != summed {
                self.fault(FaultKind::Tally, standing);
            }
        }
        Ok(())
    }
}

/// Whether an event says what a fact of the ledger says.
fn says(event: &Event, fact: &Fact) -> bool {
    match (event.act, *fact) {
        (
            Act::Redemption { pass, service },
            Fact::Redemption {
                pass: taken,
                service: paid,
                held_on,
            },
        ) => pass == taken && service == paid && event.day == day::within_calendar(held_on),
        (
            Act::Void {
                pass,
                epoch,
                seq,
                reason,
            },
            Fact::Void {
                pass: cancelled,
                cancels,
                reason: why,
            },
        ) => pass == cancelled && epoch == cancels.epoch && seq == cancels.seq && reason == why,
        (Act::Redemption { .. }, Fact::Void { .. }) | (Act::Void { .. }, Fact::Redemption { .. }) => false,
    }
}

fn is_of_the_log(db: &Connection, device: &Device, life: &Life, sealed: &Sealed) -> Result<bool, Error> {
    let opened = Envelope::from_bytes(&sealed.bytes)
        .and_then(|envelope| envelope.open::<Batch>(&device.key.public(), Purpose::Batch));
    let Ok(batch) = opened else {
        return Ok(false);
    };
    let count = usize::try_from(sealed.last_seq + 1 - sealed.first_seq).unwrap_or(usize::MAX);
    let events = log::list(db, life.epoch, sealed.first_seq, count)?;
    Ok(batch.epoch == life.epoch && batch.parent == life.parent && batch.events == events)
}

fn is_from_clearing(db: &Connection, device: &Device, sealed: &Sealed, bytes: &[u8]) -> Result<bool, Error> {
    let Some(clearing) = &device.clearing else {
        return Ok(false);
    };
    let opened = Envelope::from_bytes(bytes)
        .and_then(|envelope| envelope.open::<Receipt>(&clearing.public, Purpose::Receipt));
    let Ok(receipt) = opened else {
        return Ok(false);
    };
    Ok(receipt.epoch == sealed.epoch
        && receipt.first_seq == sealed.first_seq
        && receipt.last_seq() == sealed.last_seq
        && receipt.verdicts == check::list_verdicts(db, sealed)?)
}
