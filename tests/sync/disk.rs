//! What a simulated desk has on its disk. A clone is a backup, or a second PC made from the first.

mod objections;

use crate::support::draws::Draws;
use objections::Objections;
use passerelle_domain::{
    credential::Credential,
    event::{Act, Event, Link, Parent},
    exchange::{
        Adoption, ExchangeFault, LetIn, Memory, Overtaken, Recovered, Sealed, SealedObjection, StateVersion,
    },
    id::{BirthId, DeviceId, Epoch},
    key::PublicKey,
    pass::PassId,
    programme::ServiceCode,
    redemption::VoidReason,
    wire::{
        Batch, Decision, Decisions, Head, KeyChain, MAX_EVENTS, MAX_HEADS, MonthsHeard, Noted, Receipt,
        SettledMonth, SiteEntry, Standing, State, Trace, Verdict, WholeState,
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
    /// Up to which event they came from an overtaken life, and what was known before they were written.
    moved: Option<(u64, Option<u64>)>,
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
    /// The keys of clearing, as far as they are known; the last one is trusted.
    server_keys: Vec<PublicKey>,
    lives: Vec<Life>,
    batches: Vec<Sent>,
    /// What a copy of this log has written and clearing has answered.
    recovered: Vec<Recovered>,
    /// Where events stood before another copy took their numbers, and where they stand now.
    moves: Vec<(Place, Place)>,
    /// The first word on each event.
    first_words: BTreeMap<Place, Verdict>,
    /// The generation of the receipt on each event that a receipt has answered.
    answered_in: BTreeMap<Place, u32>,
    /// The last decision on each event. It counts once there is a first word: until then, the event of
    /// that number may be another copy's.
    decided: BTreeMap<Place, (u32, Option<Trace>, Verdict)>,
    last_decision: Option<Decision>,
    /// The pieces of the stream that brought something, as received.
    decision_parcels: Vec<Vec<u8>>,
    generation: u32,
    pub state: Option<StateVersion>,
    /// All that is known of clearing's figures at that version.
    pub whole: WholeState,
    /// How many states said everything, how many what changed, and how many of those did not fit.
    pub states: States,
    /// The latest time that clearing has signed.
    pub server_time: Option<u64>,
    /// The months closed, since clearing last told of all of them.
    pub months: Vec<SettledMonth>,
    /// How many times clearing told of all months again.
    pub retellings: usize,
    pub credential: Option<Credential>,
    /// The places of redemptions that are cancelled.
    voided: Vec<Place>,
    objections: Objections,
}

/// Where an event stands.
pub type Place = (Epoch, u64);

/// What came of the states that a desk was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct States {
    pub wholes: usize,
    pub deltas: usize,
    pub misfits: usize,
}

impl States {
    pub const fn join(&mut self, other: &Self) {
        self.wholes += other.wholes;
        self.deltas += other.deltas;
        self.misfits += other.misfits;
    }
}

/// A disk that a kill may strike between two writes.
pub struct Disk {
    content: RefCell<Content>,
    /// How many more writes go through; the one after kills the desk.
    writes_left: Cell<Option<u32>>,
    draws: RefCell<Draws>,
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
    pub fn new(device: DeviceId, server: PublicKey, chance: u64) -> Self {
        let content = Content {
            device,
            server_keys: vec![server],
            lives: vec![Life {
                epoch: Epoch(chance),
                parent: None,
                events: Vec::new(),
                moved: None,
            }],
            batches: Vec::new(),
            recovered: Vec::new(),
            moves: Vec::new(),
            first_words: BTreeMap::new(),
            answered_in: BTreeMap::new(),
            decided: BTreeMap::new(),
            last_decision: None,
            decision_parcels: Vec::new(),
            generation: 0,
            state: None,
            whole: WholeState::default(),
            states: States::default(),
            server_time: None,
            months: Vec::new(),
            retellings: 0,
            credential: None,
            voided: Vec::new(),
            objections: Objections::default(),
        };
        Self::of(content, chance)
    }

    /// One with that content.
    pub fn of(content: Content, chance: u64) -> Self {
        Self {
            content: RefCell::new(content),
            writes_left: Cell::new(None),
            draws: RefCell::new(Draws::from_seed(chance)),
        }
    }

    /// Whose it is.
    pub fn device(&self) -> DeviceId {
        self.content.borrow().device
    }

    /// The keys of clearing, as far as they are known; the last one is trusted.
    pub fn server_keys(&self) -> Vec<PublicKey> {
        self.content.borrow().server_keys.clone()
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
    pub fn words(&self) -> BTreeMap<Place, Verdict> {
        let content = self.content.borrow();
        let last = |(place, first): (&Place, &Verdict)| {
            let answered_in = content.answered_in.get(place).copied().unwrap_or_default();
            let decided = content.decided.get(place);
            // A decision of an earlier generation than the receipt was lost to clearing.
            let decided = decided
                .filter(|(generation, link, _)| *generation >= answered_in && content.may_be(*place, *link));
            (*place, decided.map_or(first, |(.., word)| word).clone())
        };
        content.first_words.iter().map(last).collect()
    }

    /// What stands on it, for whoever follows one life: the events of each epoch, the batches with a `!` while
    /// they have no answer, and the pieces that came back.
    pub fn outline(&self) -> String {
        let content = self.content.borrow();
        let short = |epoch: Epoch| epoch.0 / 10_u64.pow(16);
        let range = |sealed: &Sealed| {
            format!(
                "{}#{}..{}",
                short(sealed.epoch),
                sealed.first_seq,
                sealed.last_seq
            )
        };
        let lives = content
            .lives
            .iter()
            .map(|life| format!("{}:{}", short(life.epoch), life.events.len()));
        let batches = content.batches.iter().map(|sent| {
            let unanswered = if sent.receipt.is_none() { "!" } else { "" };
            range(&sent.sealed) + unanswered
        });
        let recovered = content.recovered.iter().map(|piece| range(&piece.sealed));
        let join = |parts: Vec<String>| parts.join(" ");
        format!(
            "lives {}; batches {}; recovered {}",
            join(lives.collect()),
            join(batches.collect()),
            join(recovered.collect())
        )
    }

    /// Where events stood before another copy took their numbers, and where they stand now, in order.
    pub fn moves(&self) -> Vec<(Place, Place)> {
        self.content.borrow().moves.clone()
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

    /// What copies of this log have written, as clearing gave it back.
    pub fn recovered_events(&self) -> BTreeMap<BirthId, Event> {
        let content = self.content.borrow();
        let of_piece = |piece: &Recovered| {
            let ids = piece.receipt.answers().map(|(id, _)| id);
            ids.zip(piece.batch.events.clone()).collect::<Vec<_>>()
        };
        content.recovered.iter().flat_map(of_piece).collect()
    }

    /// Events without an answer.
    pub fn count_unanswered(&self) -> usize {
        let content = self.content.borrow();
        let of_life = |life: &Life| {
            let unanswered =
                |(event, _): &&(Event, Link)| !content.first_words.contains_key(&(life.epoch, event.seq));
            life.events.iter().filter(unanswered).count()
        };
        content.lives.iter().map(of_life).sum()
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
    pub fn begin_life(&self) {
        let epoch = self.any_epoch();
        self.content.borrow_mut().begin_life(epoch);
    }

    fn any_epoch(&self) -> Epoch {
        Epoch(self.draws.borrow_mut().any())
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
    fn find_taken(&self, pass: PassId) -> Option<Place> {
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

impl Content {
    /// Whether the event that stands there, own or recovered, may have that link.
    fn may_be(&self, (epoch, seq): Place, link: Option<Trace>) -> bool {
        let life = self.lives.iter().find(|life| life.epoch == epoch);
        let own = life.and_then(|life| life.events.get(usize::try_from(seq).expect("few") - 1));
        let pieces = self.recovered.iter().filter(|piece| piece.sealed.epoch == epoch);
        let mut recovered = pieces.filter_map(|piece| piece.batch.link_after(seq));
        let known = own.map(|(_, link)| *link).or_else(|| recovered.next());
        known.is_none_or(|known| link.is_none_or(|link| link == Trace::of_link(&known)))
    }

    /// Begins a life after the last event.
    fn begin_life(&mut self, epoch: Epoch) {
        let last = self.lives.last().expect("a first life");
        let parent = Parent {
            epoch: last.epoch,
            seq: last.events.len() as u64,
            link: last.head(self.device),
        };
        self.lives.push(Life {
            epoch,
            parent: Some(parent),
            events: Vec::new(),
            moved: None,
        });
    }

    /// Lets go of what follows in an overtaken life, and writes it again in a new one.
    fn let_go(&mut self, overtaken: &Overtaken, epoch: Epoch) -> bool {
        let (old, agreed) = (overtaken.epoch, overtaken.last_seq);
        let at = self.lives.iter().position(|life| life.epoch == old);
        let at = at.expect("a life of this disk");
        let kept = usize::try_from(agreed).expect("few");
        let is_current = at + 1 == self.lives.len();
        if self.lives[at].events.len() <= kept && !is_current {
            return false;
        }
        let moved = self.lives[at].events.split_off(kept);
        let is_ours = |sent: &Sent| sent.sealed.epoch != old || sent.sealed.last_seq <= agreed;
        let (ours, dropped) = self.batches.drain(..).partition::<Vec<_>, _>(is_ours);
        self.batches = ours;
        // What answered a batch that is no longer ours proves nothing, of its first events neither.
        let answered = dropped.iter().filter(|sent| sent.receipt.is_some());
        let from = answered.map(|sent| sent.sealed.first_seq).min();
        self.forget(old, from.unwrap_or(agreed + 1));
        self.begin_life(epoch);
        for (event, _) in &moved {
            let life = self.lives.last().expect("just begun");
            let number = life.events.len() as u64 + 1;
            let now_at = |of, seq| now_at(&self.moves, (of, seq));
            let event = event.moved_to(number, now_at);
            let link = life.head(self.device).then(&event);
            self.moves.push(((old, agreed + number), (epoch, number)));
            self.lives
                .last_mut()
                .expect("just begun")
                .events
                .push((event, link));
        }
        for place in &mut self.voided {
            *place = now_at(&self.moves, *place);
        }
        let life = self.lives.last_mut().expect("just begun");
        life.moved = Some((moved.len() as u64, overtaken.known_time));
        true
    }

    /// Clearing has something else from there on: what it once had was lost to it.
    fn forget(&mut self, epoch: Epoch, from: u64) {
        self.recovered
            .retain(|piece| piece.sealed.epoch != epoch || piece.sealed.last_seq < from);
        self.first_words
            .retain(|(life, seq), _| *life != epoch || *seq < from);
    }

    /// The first event of a piece that a copy wrote otherwise, as clearing once said.
    fn find_other(&self, piece: &Recovered) -> Option<u64> {
        let known = self
            .recovered
            .iter()
            .filter(|known| known.sealed.epoch == piece.sealed.epoch);
        let events: Vec<&Event> = known.flat_map(|known| &known.batch.events).collect();
        let is_other = |event: &&Event| {
            events
                .iter()
                .any(|known| known.seq == event.seq && *known != *event)
        };
        piece.batch.events.iter().find(is_other).map(|event| event.seq)
    }

    /// Keeps a piece of this log; says whether it was new.
    fn keep(&mut self, piece: &Recovered) -> bool {
        if let Some(seq) = self.find_other(piece) {
            self.forget(piece.sealed.epoch, seq);
        }
        let range = |sealed: &Sealed| (sealed.epoch, sealed.first_seq, sealed.last_seq);
        let its = range(&piece.sealed);
        let own = self.batches.iter_mut().find(|sent| range(&sent.sealed) == its);
        let is_new = match own {
            Some(Sent { receipt: Some(_), .. }) => false,
            Some(sent) => {
                sent.receipt = Some(piece.signed.clone());
                true
            }
            None if self.recovered.iter().any(|known| range(&known.sealed) == its) => false,
            None => {
                self.recovered.push(piece.clone());
                true
            }
        };
        for (event, verdict) in piece.receipt.answers() {
            let place = (event.epoch, event.seq);
            self.first_words.entry(place).or_insert_with(|| verdict.clone());
        }
        is_new
    }

    /// Every batch with its answer, own or recovered.
    fn answered(&self) -> impl Iterator<Item = (&Sealed, &Vec<u8>)> {
        let own = self
            .batches
            .iter()
            .filter_map(|sent| Some((&sent.sealed, sent.receipt.as_ref()?)));
        own.chain(self.recovered.iter().map(|piece| (&piece.sealed, &piece.signed)))
    }
}

/// Where an event stands now that stood there when it was written.
fn now_at(moves: &[(Place, Place)], place: Place) -> Place {
    moves.iter().fold(
        place,
        |place, (from, to)| if place == *from { *to } else { place },
    )
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
            let (most, known_time) = match life.moved {
                Some((last, known_time)) if sealed < last => (last - sealed, known_time),
                Some(_) | None => (MAX_EVENTS as u64, content.server_time),
            };
            let most = MAX_EVENTS.min(usize::try_from(most).expect("few"));
            Batch {
                device: content.device,
                epoch: life.epoch,
                parent: life.parent,
                before: life.link_after(content.device, sealed),
                known_time,
                sites: vec![SiteEntry {
                    site: 1,
                    name: "Médiathèque".into(),
                    insee_code: "94016".into(),
                }],
                events: events.take(most).map(|(event, _)| *event).collect(),
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

    fn list_unanswered(&self, most: usize) -> Result<Vec<Sealed>, Halt> {
        let content = self.content.borrow();
        let unanswered = content.batches.iter().filter(|sent| sent.receipt.is_none());
        Ok(unanswered.map(|sent| sent.sealed.clone()).take(most).collect())
    }

    fn heads(&self) -> Result<Vec<Head>, Halt> {
        let content = self.content.borrow();
        let mut lives: Vec<Epoch> = content.lives.iter().rev().map(|life| life.epoch).collect();
        let others = content.recovered.iter().map(|piece| piece.sealed.epoch);
        let others: BTreeSet<Epoch> = others.filter(|epoch| !lives.contains(epoch)).collect();
        lives.extend(others);
        let head = |epoch: Epoch| {
            let its = content.answered().filter(|(sealed, _)| sealed.epoch == epoch);
            let (sealed, receipt) = its.max_by_key(|(sealed, _)| sealed.last_seq)?;
            Some(Head {
                epoch,
                first_seq: sealed.first_seq,
                last_seq: sealed.last_seq,
                receipt: Trace::of_bytes(receipt),
            })
        };
        Ok(lives.into_iter().filter_map(head).take(MAX_HEADS).collect())
    }

    fn list_answered(&self, epoch: Epoch, from: u64) -> Result<Vec<(Sealed, Vec<u8>)>, Halt> {
        let content = self.content.borrow();
        let answered = content.answered();
        let mut answered: Vec<(Sealed, Vec<u8>)> = answered
            .filter(|(sealed, _)| sealed.epoch == epoch && sealed.last_seq >= from)
            .map(|(sealed, receipt)| (sealed.clone(), receipt.clone()))
            .collect();
        answered.sort_by_key(|(sealed, _)| (sealed.last_seq, sealed.first_seq));
        Ok(answered)
    }

    fn find_answered(&self, epoch: Epoch, seq: u64) -> Result<Option<(Sealed, Vec<u8>)>, Halt> {
        let mut answered = self.list_answered(epoch, seq)?.into_iter();
        Ok(answered.find(|(sealed, _)| sealed.first_seq <= seq))
    }

    fn find_sealed(&self, epoch: Epoch, seq: u64) -> Result<Option<Sealed>, Halt> {
        let content = self.content.borrow();
        let its = content.batches.iter().map(|sent| &sent.sealed);
        let mut its = its.filter(|sealed| sealed.epoch == epoch);
        Ok(its
            .find(|sealed| (sealed.first_seq..=sealed.last_seq).contains(&seq))
            .cloned())
    }

    fn find_link(&self, epoch: Epoch, seq: u64) -> Result<Option<Link>, Halt> {
        let content = self.content.borrow();
        let life = content.lives.iter().find(|life| life.epoch == epoch);
        let life = life.filter(|life| seq <= life.events.len() as u64);
        Ok(life.map(|life| life.link_after(content.device, seq)))
    }

    fn record_log(&self, recovered: &[Recovered], overtaken: &[Overtaken]) -> Result<bool, Halt> {
        self.write(|content| {
            let mut is_news = false;
            for each in overtaken {
                is_news |= content.let_go(each, self.any_epoch());
            }
            for piece in recovered {
                is_news |= content.keep(piece);
            }
            is_news
        })
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
                content.answered_in.insert(place, receipt.generation);
                content
                    .first_words
                    .entry(place)
                    .or_insert_with(|| verdict.clone());
            }
            content.server_time = content.server_time.max(Some(receipt.server_time));
        })
    }

    fn adopt_keys(&self, chain: &KeyChain) -> Result<(), Halt> {
        self.write(|content| content.server_keys = chain.keys())
    }

    fn find_enrolment(&self) -> Result<Option<LetIn>, Halt> {
        // Every county begins with its desks let in: clearing never forgets them.
        Ok(None)
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
                    let word = (decisions.generation, decision.link, decision.verdict.clone());
                    content.decided.insert(place, word);
                }
            }
            content.lose(decisions.lacks, decisions.server_time);
            content.server_time = content.server_time.max(Some(decisions.server_time));
        })
    }

    fn list_unnoted(&self, after: u64, most: usize) -> Result<Vec<SealedObjection>, Halt> {
        Ok(self.content.borrow().list_unnoted(after, most))
    }

    fn last_noted(&self) -> Result<Option<Trace>, Halt> {
        Ok(self.content.borrow().last_noted())
    }

    fn record_noted(&self, objection: &SealedObjection, noted: &Noted, _: &[u8]) -> Result<(), Halt> {
        self.write(|content| content.note(objection, noted))
    }

    fn state_version(&self) -> Result<Option<StateVersion>, Halt> {
        Ok(self.content.borrow().state)
    }

    fn adopt_state(&self, state: &State) -> Result<Adoption, Halt> {
        let (held, applied) = {
            let content = self.content.borrow();
            (content.state, content.whole.apply(state))
        };
        if held.is_some_and(|held| held >= state.held()) {
            return Ok(Adoption::Older);
        }
        let is_delta = state.since.is_some();
        let Some(whole) = applied.filter(|_| !is_delta || state.base() == held) else {
            self.content.borrow_mut().states.misfits += 1;
            return Ok(Adoption::DoesNotHold);
        };
        self.write(|content| {
            content.whole = whole;
            content.state = Some(state.held());
            content.server_time = content.server_time.max(Some(state.server_time));
            content.states.deltas += usize::from(is_delta);
            content.states.wholes += usize::from(!is_delta);
        })?;
        Ok(Adoption::Adopted)
    }

    fn months_heard(&self) -> Result<MonthsHeard, Halt> {
        let content = self.content.borrow();
        Ok(content.months.last().map(SettledMonth::heard).unwrap_or_default())
    }

    fn record_standing(&self, standing: &Standing, credential: &Credential, _: &[u8]) -> Result<(), Halt> {
        self.write(|content| {
            if standing.begins_anew {
                content.retellings += usize::from(!content.months.is_empty());
                content.months.clear();
            }
            content.months.extend(standing.months.iter().cloned());
            content.credential = Some(credential.clone());
            content.server_time = content.server_time.max(Some(standing.server_time));
        })
    }
}
