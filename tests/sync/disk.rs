//! What a simulated desk has on its disk. A clone is a backup, or a second PC made from the first.

use passerelle_domain::{
    event::{Act, Event, Link, Parent},
    exchange::{ExchangeFault, Memory, Sealed, StateVersion},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    programme::ServiceCode,
    redemption::VoidReason,
    wire::{
        Batch, Decision, Decisions, Head, MAX_EVENTS, MAX_HEADS, Receipt, SiteEntry, State, Trace, Verdict,
    },
};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
};

/// A life of the log, and the events in it.
#[derive(Debug, Clone)]
struct Life {
    epoch: Epoch,
    parent: Option<Parent>,
    /// Each with the link after it; the first is number 1.
    events: Vec<(Event, Link)>,
}

/// A sealed batch and its answer.
#[derive(Debug, Clone)]
struct Sent {
    sealed: Sealed,
    receipt: Option<Vec<u8>>,
}

/// What a write leaves on the disk, whole.
#[derive(Debug, Clone)]
pub struct Content {
    device: DeviceId,
    lives: Vec<Life>,
    batches: Vec<Sent>,
    /// The last word on each event.
    pub words: BTreeMap<(Epoch, u64), Verdict>,
    /// The events on which a later word was heard: a first word that comes after it changes nothing.
    decided: BTreeSet<(Epoch, u64)>,
    last_decision: Option<Decision>,
    /// The pieces of the stream that brought something, as received.
    decision_parcels: Vec<Vec<u8>>,
    generation: u32,
    state: Option<StateVersion>,
    /// The latest time that clearing has signed.
    pub server_time: Option<u64>,
    /// The places of redemptions that are cancelled.
    voided: Vec<(Epoch, u64)>,
}

/// A disk that a kill may strike between two writes.
pub struct Disk {
    content: RefCell<Content>,
    /// How many more writes go through; the one after kills the desk.
    writes_left: Cell<Option<u32>>,
}

/// Why an exchange stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// The process was killed at a write, which did not happen.
    Killed,
    /// The protocol itself stopped it.
    Fault(ExchangeFault),
    /// Nothing came back.
    Silence,
}

impl From<ExchangeFault> for Halt {
    fn from(fault: ExchangeFault) -> Self {
        Self::Fault(fault)
    }
}

impl Disk {
    /// A new one, with a first life.
    pub fn new(device: DeviceId, epoch: Epoch) -> Self {
        Self::of(Content {
            device,
            lives: vec![Life {
                epoch,
                parent: None,
                events: Vec::new(),
            }],
            batches: Vec::new(),
            words: BTreeMap::new(),
            decided: BTreeSet::new(),
            last_decision: None,
            decision_parcels: Vec::new(),
            generation: 0,
            state: None,
            server_time: None,
            voided: Vec::new(),
        })
    }

    /// One with that content.
    pub fn of(content: Content) -> Self {
        Self {
            content: RefCell::new(content),
            writes_left: Cell::new(None),
        }
    }

    /// Whose it is.
    pub fn device(&self) -> DeviceId {
        self.content.borrow().device
    }

    /// A copy of all that is on it.
    pub fn copy(&self) -> Content {
        self.content.borrow().clone()
    }

    /// The desk will be killed once that many writes have gone through; `None` for never.
    pub fn kill_after(&self, writes: Option<u32>) {
        self.writes_left.set(writes);
    }

    /// The last word on every event of this device.
    pub fn words(&self) -> BTreeMap<(Epoch, u64), Verdict> {
        self.content.borrow().words.clone()
    }

    /// Every event, by its birth id.
    pub fn events(&self) -> BTreeMap<BirthId, Event> {
        let content = self.content.borrow();
        let of_life = |life: &Life| {
            let (device, epoch) = (content.device, life.epoch);
            let named = move |(event, _): &(Event, Link)| {
                let id = BirthId {
                    device,
                    epoch,
                    seq: event.seq,
                };
                (id, *event)
            };
            life.events.iter().map(named).collect::<Vec<_>>()
        };
        content.lives.iter().flat_map(of_life).collect()
    }

    /// Events that stand in no answered batch.
    pub fn count_unanswered(&self) -> usize {
        let content = self.content.borrow();
        let events: usize = content.lives.iter().map(|life| life.events.len()).sum();
        let answered: u64 = content
            .batches
            .iter()
            .filter(|sent| sent.receipt.is_some())
            .map(|sent| sent.sealed.last_seq + 1 - sent.sealed.first_seq)
            .sum();
        events - usize::try_from(answered).expect("few")
    }

    /// The largest sealed batch, as (bytes, events).
    pub fn batches(&self) -> Vec<(usize, u64)> {
        let content = self.content.borrow();
        let size = |sent: &Sent| {
            (
                sent.sealed.bytes.len(),
                sent.sealed.last_seq + 1 - sent.sealed.first_seq,
            )
        };
        content.batches.iter().map(size).collect()
    }

    /// Begins another life, as a restored desk does: it goes on from what it remembers.
    pub fn begin_life(&self, epoch: Epoch) {
        let mut content = self.content.borrow_mut();
        let device = content.device;
        let last = content.lives.last().expect("a first life");
        let parent = Parent {
            epoch: last.epoch,
            seq: last.events.len() as u64,
            link: last.head(device),
        };
        content.lives.push(Life {
            epoch,
            parent: Some(parent),
            events: Vec::new(),
        });
    }

    /// Takes a pass, unless it is taken here already; `Err` when the desk is killed before.
    pub fn take(&self, pass: PassId, day: chrono::NaiveDate) -> Result<Option<BirthId>, Halt> {
        if self.find_taken(pass).is_some() {
            return Ok(None);
        }
        let service = ServiceCode(1);
        self.append(day, Act::Redemption { pass, service }).map(Some)
    }

    /// Cancels the redemption that holds a pass here, if one does.
    pub fn void(&self, pass: PassId, day: chrono::NaiveDate) -> Result<Option<BirthId>, Halt> {
        let Some((epoch, seq)) = self.find_taken(pass) else {
            return Ok(None);
        };
        let reason = VoidReason::WrongPass;
        let id = self.append(
            day,
            Act::Void {
                pass,
                epoch,
                seq,
                reason,
            },
        )?;
        self.content.borrow_mut().voided.push((epoch, seq));
        Ok(Some(id))
    }

    /// Where the redemption stands that holds a pass here.
    fn find_taken(&self, pass: PassId) -> Option<(Epoch, u64)> {
        let content = self.content.borrow();
        let places = content.lives.iter().flat_map(|life| {
            let epoch = life.epoch;
            life.events.iter().map(move |(event, _)| (epoch, event))
        });
        places
            .filter(|(_, event)| matches!(event.act, Act::Redemption { pass: taken, .. } if taken == pass))
            .map(|(epoch, event)| (epoch, event.seq))
            .find(|place| !content.voided.contains(place))
    }

    fn append(&self, day: chrono::NaiveDate, act: Act) -> Result<BirthId, Halt> {
        self.write(|content| {
            let device = content.device;
            let life = content.lives.last_mut().expect("a first life");
            let event = Event {
                seq: life.events.len() as u64 + 1,
                day,
                site: 1,
                act,
            };
            let link = life.head(device).then(&event);
            life.events.push((event, link));
            BirthId {
                device,
                epoch: life.epoch,
                seq: event.seq,
            }
        })
    }

    fn write<T>(&self, act: impl FnOnce(&mut Content) -> T) -> Result<T, Halt> {
        match self.writes_left.get() {
            Some(0) => return Err(Halt::Killed),
            Some(left) => self.writes_left.set(Some(left - 1)),
            None => {}
        }
        Ok(act(&mut self.content.borrow_mut()))
    }
}

impl Life {
    /// The link after its last event.
    fn head(&self, device: DeviceId) -> Link {
        self.events.last().map_or_else(
            || Link::root(device, self.epoch, self.parent.as_ref()),
            |(_, link)| *link,
        )
    }

    fn link_after(&self, device: DeviceId, seq: u64) -> Link {
        match seq.checked_sub(1) {
            None => Link::root(device, self.epoch, self.parent.as_ref()),
            Some(at) => self.events[usize::try_from(at).expect("few")].1,
        }
    }
}

impl Memory for Disk {
    type Fault = Halt;

    fn find_unsealed(&self) -> Result<Option<Batch>, Halt> {
        let content = self.content.borrow();
        let sealed_of = |epoch| {
            let of_life = content.batches.iter().filter(|sent| sent.sealed.epoch == epoch);
            of_life.map(|sent| sent.sealed.last_seq).max().unwrap_or(0)
        };
        let waiting = content
            .lives
            .iter()
            .find(|life| sealed_of(life.epoch) < life.events.len() as u64);
        Ok(waiting.map(|life| {
            let sealed = sealed_of(life.epoch);
            let events = life.events.iter().skip(usize::try_from(sealed).expect("few"));
            Batch {
                device: content.device,
                epoch: life.epoch,
                parent: life.parent,
                before: life.link_after(content.device, sealed),
                known_time: content.server_time,
                sites: vec![SiteEntry {
                    site: 1,
                    name: "Médiathèque".into(),
                    insee_code: "94016".into(),
                }],
                events: events.take(MAX_EVENTS).map(|(event, _)| *event).collect(),
            }
        }))
    }

    fn record_batch(&self, batch: &Batch, bytes: &[u8]) -> Result<(), Halt> {
        let sealed = Sealed {
            epoch: batch.epoch,
            first_seq: batch.first_seq(),
            last_seq: batch.last_seq(),
            bytes: bytes.to_vec(),
        };
        self.write(|content| {
            content.batches.push(Sent {
                sealed,
                receipt: None,
            })
        })
    }

    fn find_unanswered(&self) -> Result<Option<Sealed>, Halt> {
        let content = self.content.borrow();
        let unanswered = content.batches.iter().find(|sent| sent.receipt.is_none());
        Ok(unanswered.map(|sent| sent.sealed.clone()))
    }

    fn heads(&self) -> Result<Vec<Head>, Halt> {
        let content = self.content.borrow();
        let head = |life: &Life| {
            let its = content
                .batches
                .iter()
                .filter(|sent| sent.sealed.epoch == life.epoch);
            let answered = its.filter_map(|sent| Some((&sent.sealed, sent.receipt.as_ref()?)));
            let (sealed, receipt) = answered.max_by_key(|(sealed, _)| sealed.last_seq)?;
            Some(Head {
                epoch: life.epoch,
                first_seq: sealed.first_seq,
                last_seq: sealed.last_seq,
                receipt: Trace::of_bytes(receipt),
            })
        };
        Ok(content
            .lives
            .iter()
            .rev()
            .filter_map(head)
            .take(MAX_HEADS)
            .collect())
    }

    fn list_answered(&self, epoch: Epoch, from: u64) -> Result<Vec<(Sealed, Vec<u8>)>, Halt> {
        let content = self.content.borrow();
        let answered = content
            .batches
            .iter()
            .filter_map(|sent| Some((sent.sealed.clone(), sent.receipt.clone()?)));
        Ok(answered
            .filter(|(sealed, _)| sealed.epoch == epoch && sealed.last_seq >= from)
            .collect())
    }

    fn link_after(&self, epoch: Epoch, seq: u64) -> Result<Link, Halt> {
        let content = self.content.borrow();
        let life = content.lives.iter().find(|life| life.epoch == epoch);
        Ok(life.expect("a life of this disk").link_after(content.device, seq))
    }

    fn record_receipt(&self, sealed: &Sealed, receipt: &Receipt, bytes: &[u8]) -> Result<(), Halt> {
        self.write(|content| {
            let sent = content.batches.iter_mut().find(|sent| sent.sealed == *sealed);
            sent.expect("a batch of this disk").receipt = Some(bytes.to_vec());
            for (event, verdict) in receipt.answers() {
                let place = (event.epoch, event.seq);
                if !content.decided.contains(&place) {
                    content.words.insert(place, verdict.clone());
                }
            }
            content.server_time = content.server_time.max(Some(receipt.server_time));
        })
    }

    fn last_decision(&self) -> Result<Option<Decision>, Halt> {
        Ok(self.content.borrow().last_decision.clone())
    }

    fn generation(&self) -> Result<u32, Halt> {
        Ok(self.content.borrow().generation)
    }

    fn list_decision_parcels(&self) -> Result<Vec<Vec<u8>>, Halt> {
        Ok(self.content.borrow().decision_parcels.clone())
    }

    fn record_decisions(&self, decisions: &Decisions, bytes: &[u8]) -> Result<(), Halt> {
        self.write(|content| {
            if !decisions.decisions.is_empty() || decisions.generation > content.generation {
                content.decision_parcels.push(bytes.to_vec());
            }
            content.generation = content.generation.max(decisions.generation);
            for decision in &decisions.decisions {
                content.last_decision = Some(decision.clone());
                if decision.event.device == content.device {
                    let place = (decision.event.epoch, decision.event.seq);
                    content.decided.insert(place);
                    content.words.insert(place, decision.verdict.clone());
                }
            }
            content.server_time = content.server_time.max(Some(decisions.server_time));
        })
    }

    fn state_version(&self) -> Result<Option<StateVersion>, Halt> {
        Ok(self.content.borrow().state)
    }

    fn adopt_state(&self, state: &State) -> Result<(), Halt> {
        let offered = StateVersion {
            generation: state.generation,
            version: state.version,
        };
        self.write(|content| {
            content.state = content.state.max(Some(offered));
            content.server_time = content.server_time.max(Some(state.server_time));
        })
    }
}
