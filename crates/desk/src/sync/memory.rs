//! The ledger, as an exchange sees it.

use super::link::{Link, LinkFault};
use crate::{
    desk::Desk,
    error::Error,
    ledger::{
        Op, batches, credentials, device, doubles, log, objections, redemptions, reference, server_keys,
        settings, settlements, sites, structures,
    },
    view::{SyncReport, Tally},
};
use passerelle_domain::{
    cents::Cents,
    credential::Credential,
    event::Link as ChainLink,
    exchange::{
        Adoption, Exchange, ExchangeFault, LetIn, Memory, Overtaken, Party, Recovered, Sealed,
        SealedObjection, StateVersion,
    },
    id::{DeviceId, Epoch},
    siret::Siret,
    wire::{
        Batch, Decision, Decisions, Head, KeyChain, MAX_EVENTS, MAX_HEADS, MonthsHeard, Noted, Receipt,
        Standing, State, Trace, WholeState,
    },
};
use rusqlite::Connection;
use std::cell::RefCell;

/// A ledger in an exchange, and what that exchange has moved so far.
pub struct LedgerMemory<'a> {
    desk: &'a Desk,
    device: DeviceId,
    structure: Siret,
    report: RefCell<SyncReport>,
}

impl<'a> LedgerMemory<'a> {
    /// The ledger of an enrolled desk.
    ///
    /// # Errors
    /// Not enrolled, or the ledger.
    pub fn of(desk: &'a Desk) -> Result<Self, Error> {
        let (device, structure) = desk
            .as_machine()
            .read(|db| Ok((device::get(db)?, structures::find_confirmed(db)?)))?;
        device.clearing.ok_or(Error::NotEnrolled)?;
        Ok(Self {
            desk,
            device: device.id,
            structure: structure.ok_or(Error::NotEnrolled)?,
            report: RefCell::default(),
        })
    }

    /// Exchanges over a link until all is said. No transaction is open meanwhile.
    ///
    /// # Errors
    /// The link failed, or the ledger; what was exchanged before that stays.
    pub fn run(&self, link: &dyn Link) -> Result<(), Error> {
        let mut exchange = Exchange::begin(self, self.party()?);
        while let Some(request) = exchange.next_request()? {
            match link.carry(&request) {
                Err(fault) if fault.is_of_the_way() && exchange.go_on_with_fewer() => {}
                answered => exchange.take(answered?)?,
            }
        }
        Ok(())
    }

    /// The two sides of its exchanges.
    ///
    /// # Errors
    /// The ledger.
    pub fn party(&self) -> Result<Party, Error> {
        let (device, clearing, replaced) = self.desk.as_machine().read(|db| {
            let mut device = device::get(db)?;
            let clearing = device.clearing.take().ok_or(Error::NotEnrolled)?;
            let replaced = server_keys::list_replaced(db, clearing.public)?;
            Ok((device, clearing, replaced))
        })?;
        Ok(Party {
            device: self.device,
            key: device.key,
            server: clearing.id,
            server_public: clearing.public,
            replaced,
            structure: self.structure.clone(),
        })
    }

    /// Whether events wait that stand in no batch.
    ///
    /// # Errors
    /// The ledger.
    pub fn has_unsealed(&self) -> Result<bool, Error> {
        Ok(self.find_unsealed()?.is_some())
    }

    /// What the exchange has moved.
    pub fn into_report(self) -> SyncReport {
        self.report.into_inner()
    }

    fn note_server_time(&self, server_time: u64) -> Result<(), Error> {
        self.desk
            .as_machine()
            .write(Op::Sync, |db| device::note_server_time(db, server_time))
    }

    /// Writes, and adds to the report what that has moved.
    fn move_redemptions(&self, write: impl FnOnce(&Connection) -> Result<(), Error>) -> Result<(), Error> {
        let (before, after) = self.desk.as_machine().write(Op::Sync, |db| {
            let before = redemptions::tallies(db)?;
            write(db)?;
            Ok((before, redemptions::tallies(db)?))
        })?;
        add_moved(&mut self.report.borrow_mut(), &before, &after);
        Ok(())
    }
}

impl From<ExchangeFault> for Error {
    fn from(fault: ExchangeFault) -> Self {
        Self::Link(LinkFault::from(fault))
    }
}

impl Memory for LedgerMemory<'_> {
    type Fault = Error;

    fn find_unsealed(&self) -> Result<Option<Batch>, Error> {
        self.desk.as_machine().read(|db| {
            for life in log::list_lives(db)? {
                let first = batches::last_sealed(db, life.epoch)? + 1;
                let mut events = log::list(db, life.epoch, first, MAX_EVENTS)?;
                let end = doubles::find_end(db, life.epoch)?;
                // What has moved to this life was known before it began.
                let moved = life.moved.filter(|moved| first <= moved.last_seq);
                for last in end.into_iter().chain(moved.map(|moved| moved.last_seq)) {
                    events.retain(|event| event.seq <= last);
                }
                if events.is_empty() {
                    continue;
                }
                let mut entries = sites::entries(db)?;
                entries.retain(|entry| events.iter().any(|event| event.site == entry.site));
                return Ok(Some(Batch {
                    device: self.device,
                    epoch: life.epoch,
                    parent: life.parent,
                    before: log::link_after(db, &life, first - 1)?,
                    known_time: match moved {
                        Some(moved) => moved.known_time,
                        None => device::get(db)?.server_time,
                    },
                    sites: entries,
                    events,
                }));
            }
            Ok(None)
        })
    }

    fn record_batch(&self, batch: &Batch, bytes: &[u8]) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        self.desk
            .as_machine()
            .write(Op::Sync, |db| batches::record(db, batch, bytes, now))
    }

    fn list_unanswered(&self, most: usize) -> Result<Vec<Sealed>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::list_unanswered(db, most))
    }

    fn heads(&self) -> Result<Vec<Head>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::list_heads(db, MAX_HEADS))
    }

    fn list_answered(&self, epoch: Epoch, from: u64) -> Result<Vec<(Sealed, Vec<u8>)>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::list_answered(db, epoch, from))
    }

    fn find_answered(&self, epoch: Epoch, seq: u64) -> Result<Option<(Sealed, Vec<u8>)>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::find_answered(db, epoch, seq))
    }

    fn find_sealed(&self, epoch: Epoch, seq: u64) -> Result<Option<Sealed>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::find_sealed(db, epoch, seq))
    }

    fn find_link(&self, epoch: Epoch, seq: u64) -> Result<Option<ChainLink>, Error> {
        self.desk
            .as_machine()
            .read(|db| doubles::find_link(db, epoch, seq))
    }

    fn record_log(&self, recovered: &[Recovered], overtaken: &[Overtaken]) -> Result<bool, Error> {
        let now = self.desk.surroundings.timestamp();
        let mut is_news = false;
        self.move_redemptions(|db| {
            for each in overtaken {
                let epoch = Epoch(u64::from_be_bytes(self.desk.surroundings.random()));
                is_news |= doubles::let_go(db, each, epoch, now)?;
            }
            for piece in recovered {
                is_news |= doubles::keep(db, piece, now)?;
                device::note_server_time(db, piece.receipt.server_time)?;
            }
            Ok(())
        })?;
        Ok(is_news)
    }

    fn link_after(&self, epoch: Epoch, seq: u64) -> Result<ChainLink, Error> {
        self.desk
            .as_machine()
            .read(|db| log::link_after(db, &device::get_life(db, epoch)?, seq))
    }

    fn record_receipt(&self, sealed: &Sealed, receipt: &Receipt, bytes: &[u8]) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        self.move_redemptions(|db| {
            batches::record_receipt(db, sealed, receipt, bytes, now)?;
            device::note_server_time(db, receipt.server_time)
        })
    }

    fn adopt_keys(&self, chain: &KeyChain) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        self.desk
            .as_machine()
            .write(Op::Sync, |db| server_keys::adopt(db, chain, now))
    }

    fn find_enrolment(&self) -> Result<Option<LetIn>, Error> {
        self.desk.as_machine().read(|db| device::find_enrolment(db))
    }

    fn last_decision(&self) -> Result<Option<Decision>, Error> {
        self.desk.as_machine().read(|db| batches::find_last_decision(db))
    }

    fn generation(&self) -> Result<u32, Error> {
        self.desk.as_machine().read(|db| batches::generation(db))
    }

    fn list_decision_parcels(&self) -> Result<Vec<Vec<u8>>, Error> {
        self.desk
            .as_machine()
            .read(|db| batches::list_decision_parcels(db))
    }

    fn record_decisions(&self, decisions: &Decisions, bytes: &[u8]) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        self.move_redemptions(|db| {
            batches::record_decision_parcel(db, decisions, bytes, now)?;
            for decision in &decisions.decisions {
                batches::record_decision(db, decision, self.device)?;
            }
            if let Some(lacks) = decisions.lacks {
                objections::record_loss(db, lacks, decisions.server_time, now)?;
            }
            // Whoever gives decisions has lost nothing that this device could still show.
            settings::keep_reminder(db, None)?;
            device::note_server_time(db, decisions.server_time)
        })
    }

    fn list_unnoted(&self, after: u64, most: usize) -> Result<Vec<SealedObjection>, Error> {
        self.desk
            .as_machine()
            .read(|db| objections::list_unnoted(db, after, most))
    }

    fn last_noted(&self) -> Result<Option<Trace>, Error> {
        self.desk.as_machine().read(|db| objections::find_last_noted(db))
    }

    fn record_noted(&self, objection: &SealedObjection, noted: &Noted, bytes: &[u8]) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        self.desk.as_machine().write(Op::Sync, |db| {
            objections::record_noted(db, objection, noted, bytes, now)?;
            device::note_server_time(db, noted.server_time)
        })?;
        self.report.borrow_mut().noted += 1;
        Ok(())
    }

    fn state_version(&self) -> Result<Option<StateVersion>, Error> {
        self.desk.as_machine().read(|db| reference::version(db))
    }

    /// What the state leads to is computed and compared beside the writes of the counter; what is
    /// written then is what it changes, and no more.
    fn adopt_state(&self, state: &State) -> Result<Adoption, Error> {
        let (held, base) = self.desk.as_machine().read(|db| {
            let base = match state.since {
                Some(_) => reference::whole(db)?,
                None => WholeState::default(),
            };
            Ok((reference::version(db)?, base))
        })?;
        if held.is_some_and(|held| held >= state.held()) {
            self.note_server_time(state.server_time)?;
            return Ok(Adoption::Older);
        }
        let follows = state.base().is_none() || state.base() == held;
        let Some(whole) = follows.then(|| base.apply(state)).flatten() else {
            return Ok(Adoption::DoesNotHold);
        };
        let is_adopted = self.desk.as_machine().write(Op::Sync, |db| {
            if reference::version(db)? != held {
                return Ok(false);
            }
            device::note_server_time(db, state.server_time)?;
            reference::adopt(db, state, &base, &whole)?;
            Ok(true)
        })?;
        self.report.borrow_mut().state_renewed |= is_adopted;
        Ok(if is_adopted {
            Adoption::Adopted
        } else {
            Adoption::Older
        })
    }

    fn months_heard(&self) -> Result<MonthsHeard, Error> {
        self.desk.as_machine().read(|db| settlements::heard(db))
    }

    fn record_standing(&self, standing: &Standing, _: &Credential, bytes: &[u8]) -> Result<(), Error> {
        let now = self.desk.surroundings.timestamp();
        let settled = self.desk.as_machine().write(Op::Sync, |db| {
            credentials::record(db, &standing.credential, now)?;
            if let Some(seconds) = standing.pace_seconds {
                settings::keep_pace_seconds(db, seconds)?;
            }
            device::note_server_time(db, standing.server_time)?;
            settlements::record(db, standing, bytes, now)
        })?;
        self.report.borrow_mut().settled_months += settled;
        Ok(())
    }
}

type Tallies = [(String, u32, Cents)];

/// What one transaction moved, added to the report.
fn add_moved(report: &mut SyncReport, before: &Tallies, after: &Tallies) {
    let of = |tallies: &Tallies, name: &str| {
        tallies
            .iter()
            .find(|(standing, _, _)| standing == name)
            .map_or((0, Cents::ZERO), |(_, count, sum)| (*count, *sum))
    };
    let gain = |name: &str, more: &Tallies, less: &Tallies| {
        let ((count, amount), (had, was)) = (of(more, name), of(less, name));
        Tally {
            count: count.saturating_sub(had),
            amount_cents: Cents((amount - was).0.max(0)),
        }
    };
    for (tally, gained) in [
        // What leaves "kept" is what clearing has received.
        (&mut report.sent, gain("kept", before, after)),
        (&mut report.credited, gain("credited", after, before)),
        (&mut report.to_examine, gain("to_examine", after, before)),
        (&mut report.refused, gain("refused", after, before)),
    ] {
        tally.count += gained.count;
        tally.amount_cents = tally.amount_cents + gained.amount_cents;
    }
}
