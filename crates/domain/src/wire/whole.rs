//! All that a desk knows from clearing, and how a state changes it.

use super::{
    passes::{MAX_SET_BYTES, Passes},
    state::{BookletRange, Digest, ProgrammePart, State},
};
use crate::{
    exchange::StateVersion,
    id::ServerId,
    pass::PassKey,
    pass_set::PassSet,
    programme::{Programme, ProgrammeId},
};
use minicbor::bytes::ByteArray;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What is hashed before the whole.
const WHOLE: &[u8] = b"passerelle/whole/1\0";

/// What is known at one version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WholeState {
    /// The keys that sign passes, by number.
    pub keys: Vec<PassKey>,
    /// The programmes.
    pub programmes: BTreeMap<ProgrammeId, ProgrammeWhole>,
}

/// What is known of one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeWhole {
    /// Its terms.
    pub terms: Programme,
    /// Its booklets issued, ascending, apart from each other.
    pub booklets: Vec<BookletRange>,
    /// Its passes credited to anybody.
    pub spent: PassSet,
}

/// What every state says that leads to one whole. Computed once: it takes a look at each spent pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateHead {
    /// The clearing service.
    pub server: ServerId,
    /// Which version it is.
    pub held: StateVersion,
    /// When it was made, in Unix seconds of the server.
    pub server_time: u64,
    /// How many passes are spent.
    pub spent_count: u64,
    /// Of the whole.
    pub digest: Digest,
}

/// Which parts of a whole may have changed. To name too many costs bytes; to name too few would be
/// seen by the desks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The keys.
    pub keys: bool,
    /// The programmes.
    pub programmes: BTreeMap<ProgrammeId, ProgrammeChanges>,
}

/// Which parts of a programme may have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeChanges {
    /// The terms: a programme that is new.
    pub terms: bool,
    /// The booklets.
    pub booklets: bool,
    /// The passes.
    pub passes: PassSet,
}

impl WholeState {
    /// What is known once a state is applied: to nothing when it says everything, to this when it
    /// says what changed. `None` when the outcome is not the one that the state is of: the base is
    /// another one, or the state does not hold. Whatever the state says of the outcome is computed
    /// here and compared, never adopted.
    #[must_use]
    pub fn apply(&self, state: &State) -> Option<Self> {
        let mut whole = match state.since {
            Some(_) => self.clone(),
            None => Self::default(),
        };
        if let Some(keys) = &state.keys {
            whole.keys.clone_from(keys);
        }
        let mut room = MAX_SET_BYTES;
        for part in &state.programmes {
            whole.apply_part(part, &mut room)?;
        }
        let is_it = whole.count_spent() == state.spent_count && whole.digest() == state.digest;
        is_it.then_some(whole)
    }

    /// SHA-256 over everything, in one order and one coding: section 14 of the protocol.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let programmes: Vec<_> = self
            .programmes
            .values()
            .map(|programme| {
                let spent = &programme.spent;
                let passes = ByteArray::from(hash_of(spent));
                (&programme.terms, &programme.booklets, spent.count(), passes)
            })
            .collect();
        let content = minicbor::to_vec((&self.keys, programmes))
            .expect("memory takes all that is written, and days were checked");
        Digest(
            Sha256::new()
                .chain_update(WHOLE)
                .chain_update(content)
                .finalize()
                .into(),
        )
    }

    /// How many passes are spent, over all programmes.
    #[must_use]
    pub fn count_spent(&self) -> u64 {
        self.programmes
            .values()
            .map(|programme| programme.spent.count())
            .sum()
    }

    /// What every state says that leads to this whole.
    #[must_use]
    pub fn head(&self, server: ServerId, held: StateVersion, server_time: u64) -> StateHead {
        StateHead {
            server,
            held,
            server_time,
            spent_count: self.count_spent(),
            digest: self.digest(),
        }
    }

    /// The state that says everything.
    #[must_use]
    pub fn tell_all(&self, head: &StateHead) -> State {
        let everything = Changes {
            keys: true,
            programmes: self
                .programmes
                .iter()
                .map(|(id, programme)| (*id, ProgrammeChanges::all_of(programme)))
                .collect(),
        };
        self.tell(head, None, &everything)
    }

    /// The state that says how the parts named stand: those that may have changed since a version.
    #[must_use]
    pub fn tell(&self, head: &StateHead, since: Option<u64>, changes: &Changes) -> State {
        let part = |(id, changed): (&ProgrammeId, &ProgrammeChanges)| {
            Some(self.programmes.get(id)?.tell(*id, changed))
        };
        State {
            server: head.server,
            generation: head.held.generation,
            version: head.held.version,
            server_time: head.server_time,
            since,
            spent_count: head.spent_count,
            digest: head.digest,
            keys: changes.keys.then(|| self.keys.clone()),
            programmes: changes.programmes.iter().filter_map(part).collect(),
        }
    }

    fn apply_part(&mut self, part: &ProgrammePart, room: &mut usize) -> Option<()> {
        if let Some(terms) = &part.terms {
            self.take_terms(part.id, terms)?;
        }
        let programme = self.programmes.get_mut(&part.id)?;
        if let Some(booklets) = &part.booklets {
            if !are_apart(booklets) {
                return None;
            }
            programme.booklets.clone_from(booklets);
        }
        let per_booklet = programme.terms.passes_per_booklet;
        programme.spent.extend(&part.spent.read(per_booklet, room)?);
        for (booklet, rank) in part.freed.read(per_booklet, room)?.iter() {
            programme.spent.remove(booklet, rank);
        }
        Some(())
    }

    /// The size of a booklet never changes: the places of its passes hang on it.
    fn take_terms(&mut self, id: ProgrammeId, terms: &Programme) -> Option<()> {
        let per_booklet = terms.passes_per_booklet;
        let programme = self.programmes.entry(id).or_insert_with(|| ProgrammeWhole {
            terms: terms.clone(),
            booklets: Vec::new(),
            spent: PassSet::new(per_booklet),
        });
        let holds =
            terms.id == id && terms.check().is_ok() && programme.spent.passes_per_booklet() == per_booklet;
        programme.terms.clone_from(terms);
        holds.then_some(())
    }
}

impl ProgrammeWhole {
    fn tell(&self, id: ProgrammeId, changed: &ProgrammeChanges) -> ProgrammePart {
        let mut spent = PassSet::new(self.terms.passes_per_booklet);
        let mut freed = spent.clone();
        for (booklet, rank) in changed.passes.iter() {
            let is_spent = self.spent.contains(booklet, rank);
            let told = if is_spent { &mut spent } else { &mut freed };
            told.insert(booklet, rank);
        }
        ProgrammePart {
            id,
            terms: changed.terms.then(|| self.terms.clone()),
            booklets: changed.booklets.then(|| self.booklets.clone()),
            spent: Passes::of(&spent),
            freed: Passes::of(&freed),
        }
    }
}

impl Changes {
    /// The changes of a programme, to add to.
    pub fn of(&mut self, programme: &Programme) -> &mut ProgrammeChanges {
        self.programmes
            .entry(programme.id)
            .or_insert_with(|| ProgrammeChanges::none(programme.passes_per_booklet))
    }

    /// Adds others.
    pub fn extend(&mut self, others: &Self) {
        self.keys |= others.keys;
        for (id, other) in &others.programmes {
            let none = || ProgrammeChanges::none(other.passes.passes_per_booklet());
            let own = self.programmes.entry(*id).or_insert_with(none);
            own.terms |= other.terms;
            own.booklets |= other.booklets;
            own.passes.extend(&other.passes);
        }
    }
}

impl ProgrammeChanges {
    const fn none(passes_per_booklet: u8) -> Self {
        Self {
            terms: false,
            booklets: false,
            passes: PassSet::new(passes_per_booklet),
        }
    }

    fn all_of(programme: &ProgrammeWhole) -> Self {
        Self {
            terms: true,
            booklets: true,
            passes: programme.spent.clone(),
        }
    }
}

/// SHA-256 over each pass, ascending: its booklet in four bytes, the highest first, then its rank.
fn hash_of(set: &PassSet) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(usize::try_from(set.count()).unwrap_or(0).saturating_mul(5));
    for (booklet, rank) in set.iter() {
        bytes.extend(booklet.to_be_bytes());
        bytes.push(rank);
    }
    Sha256::digest(&bytes).into()
}

fn are_apart(ranges: &[BookletRange]) -> bool {
    let ends = ranges.iter().all(|range| range.first <= range.last);
    ends && ranges.windows(2).all(|pair| pair[0].last < pair[1].first)
}

#[cfg(test)]
mod tests;
