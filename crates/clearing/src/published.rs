//! The state as desks are told it: the newest whole, and which parts of it changed of late.
//!
//! A state says how things stand, not what to turn, so that what changed since any version made here,
//! or since one before it, leads from a desk's version to the newest. Nothing of it is kept on disk:
//! a service that has just begun says everything, once to each desk.

use crate::books::Mark;
use passerelle_domain::{
    exchange::StateVersion,
    id::ServerId,
    pass::{PassId, PassKey},
    pass_set::PassSet,
    programme::Programme,
    wire::{BookletRange, Changes, ProgrammeWhole, State, StateHead, WholeState},
};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

/// How much is remembered of what changed, in bytes: some hundred thousand batches.
const MOST_REMEMBERED: usize = 32 << 20;

/// What a change costs beside its passes, in bytes, roughly.
const COST_OF_A_CHANGE: usize = 128;

/// How many answers to different versions are kept, ready to travel.
const MOST_PARCELS: usize = 64;

/// What the books say at a moment, and what was presented to them since they were last asked.
pub struct News {
    /// The clearing service.
    pub server: ServerId,
    /// Their version.
    pub held: StateVersion,
    /// When they said it, in Unix seconds of the server.
    pub server_time: u64,
    /// The keys that sign passes, by number.
    pub keys: Vec<PassKey>,
    /// The programmes, each with its booklets.
    pub programmes: Vec<(Programme, Vec<BookletRange>)>,
    /// Passes, with whether each is spent.
    pub presented: Vec<(PassId, bool)>,
    /// How far the books have come.
    pub mark: Mark,
}

/// The newest state, and what changed before it.
pub struct Published {
    head: StateHead,
    whole: WholeState,
    mark: Mark,
    /// The version that came before the first change remembered.
    oldest: u64,
    /// What changed, each with the version that it has led to, in order.
    changes: VecDeque<(u64, Changes)>,
    /// What `changes` costs, in bytes.
    remembered: usize,
    /// What was sealed of this version, by the version that it goes from; `None` for all of it.
    parcels: BTreeMap<Option<u64>, Arc<[u8]>>,
    /// How long all of it was, in bytes, when it was last sealed.
    length: Option<usize>,
}

impl Published {
    /// Begins with all that the books say.
    pub fn begin(news: News) -> Self {
        let whole = WholeState::default();
        let begun = Self {
            head: whole.head(news.server, news.held, news.server_time),
            whole,
            mark: Mark::Beginning,
            oldest: news.held.version,
            changes: VecDeque::new(),
            remembered: 0,
            parcels: BTreeMap::new(),
            length: None,
        };
        let mut begun = begun.then(news);
        begun.changes.clear();
        begun.remembered = 0;
        begun
    }

    /// Goes on with what is new.
    pub fn then(mut self, news: News) -> Self {
        let mut changes = Changes::default();
        if self.whole.keys != news.keys {
            self.whole.keys = news.keys;
            changes.keys = true;
        }
        for (terms, booklets) in news.programmes {
            self.take_programme(terms, booklets, &mut changes);
        }
        for (pass, is_spent) in news.presented {
            self.take_pass(pass, is_spent, &mut changes);
        }
        self.head = self.whole.head(news.server, news.held, news.server_time);
        self.mark = news.mark;
        self.parcels.clear();
        self.remember(changes);
        self
    }

    /// Which version it is.
    pub const fn held(&self) -> StateVersion {
        self.head.held
    }

    /// In whose name it is told.
    pub const fn server(&self) -> ServerId {
        self.head.server
    }

    /// How far the books had come, in which generation.
    pub const fn mark(&self) -> (u32, &Mark) {
        (self.head.held.generation, &self.mark)
    }

    /// What a desk that holds that version must be told, sealed once for all who ask the same.
    pub fn tell(&mut self, held: Option<StateVersion>, seal: impl Fn(&State) -> Arc<[u8]>) -> Arc<[u8]> {
        let Some(since) = held.and_then(|held| self.is_remembered(held)) else {
            return self.tell_all(seal);
        };
        let delta = match self.parcels.get(&Some(since)) {
            Some(parcel) => parcel.clone(),
            None => {
                let changes = self.changes_since(since);
                let delta = seal(&self.whole.tell(&self.head, Some(since), &changes));
                self.keep(Some(since), delta)
            }
        };
        if self.length.is_some_and(|length| delta.len() <= length) {
            return delta;
        }
        let all = self.tell_all(seal);
        if delta.len() <= all.len() { delta } else { all }
    }

    fn tell_all(&mut self, seal: impl Fn(&State) -> Arc<[u8]>) -> Arc<[u8]> {
        if let Some(parcel) = self.parcels.get(&None) {
            return parcel.clone();
        }
        let parcel = seal(&self.whole.tell_all(&self.head));
        self.length = Some(parcel.len());
        self.keep(None, parcel)
    }

    fn keep(&mut self, since: Option<u64>, parcel: Arc<[u8]>) -> Arc<[u8]> {
        if self.parcels.len() == MOST_PARCELS
            && let Some(oldest) = self.parcels.keys().copied().find(Option::is_some)
        {
            self.parcels.remove(&oldest);
        }
        self.parcels.insert(since, parcel.clone());
        parcel
    }

    /// The version to go from, when what changed since is remembered.
    fn is_remembered(&self, held: StateVersion) -> Option<u64> {
        let newest = self.head.held;
        let is_of_this_life = held.generation == newest.generation;
        let is_between = (self.oldest..newest.version).contains(&held.version);
        (is_of_this_life && is_between).then_some(held.version)
    }

    fn changes_since(&self, since: u64) -> Changes {
        let mut joined = Changes::default();
        for (_, changes) in self.changes.iter().rev().take_while(|(to, _)| *to > since) {
            joined.extend(changes);
        }
        joined
    }

    fn remember(&mut self, changes: Changes) {
        self.remembered += cost(&changes);
        self.changes.push_back((self.head.held.version, changes));
        while self.remembered > MOST_REMEMBERED
            && let Some((to, changes)) = self.changes.pop_front()
        {
            self.remembered -= cost(&changes);
            self.oldest = to;
        }
    }

    fn take_programme(&mut self, terms: Programme, booklets: Vec<BookletRange>, changes: &mut Changes) {
        let known = self.whole.programmes.entry(terms.id).or_insert_with(|| {
            changes.of(&terms).terms = true;
            ProgrammeWhole {
                spent: PassSet::new(terms.passes_per_booklet),
                booklets: Vec::new(),
                terms,
            }
        });
        if known.booklets != booklets {
            known.booklets = booklets;
            changes.of(&known.terms).booklets = true;
        }
    }

    fn take_pass(&mut self, pass: PassId, is_spent: bool, changes: &mut Changes) {
        let Some(programme) = self.whole.programmes.get_mut(&pass.programme) else {
            return;
        };
        let has_changed = if is_spent {
            programme.spent.insert(pass.booklet, pass.rank)
        } else {
            programme.spent.remove(pass.booklet, pass.rank)
        };
        if has_changed {
            let passes = &mut changes.of(&programme.terms).passes;
            passes.insert(pass.booklet, pass.rank);
        }
    }
}

fn cost(changes: &Changes) -> usize {
    let blocks = changes.programmes.values().map(|programme| {
        let passes = &programme.passes;
        passes.count_blocks() * (passes.block_bytes() + COST_OF_A_CHANGE)
    });
    COST_OF_A_CHANGE + blocks.sum::<usize>()
}

#[cfg(test)]
mod tests;
