//! Whatever a desk holds and whatever changed, it ends with what clearing has, or with nothing new.

use super::*;
use crate::{
    pass::PassKeyId,
    wire::{pack, tests::programme, unpack},
};
use proptest::{collection::vec, prelude::*};

const SERVER: ServerId = ServerId([1; 16]);

/// What happens at clearing, one step a version.
#[derive(Debug, Clone)]
enum Step {
    Programme(u16),
    Key(u16),
    Lot(u16),
    Toggle(u16, u32, u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (3u16..6).prop_map(Step::Programme),
        1 => (1u16..5).prop_map(Step::Key),
        2 => (3u16..6).prop_map(Step::Lot),
        12 => (3u16..6, prop_oneof![1u32..4, 1u32..700], 1u8..=10)
            .prop_map(|(id, booklet, rank)| Step::Toggle(id, booklet, rank)),
    ]
}

/// Does it, and says which parts it may have changed.
fn take(step: &Step, whole: &mut WholeState) -> Changes {
    let mut changes = Changes::default();
    match *step {
        Step::Programme(id) => {
            let terms = Programme {
                id: ProgrammeId(id),
                ..programme()
            };
            let whole = whole.programmes.entry(terms.id).or_insert(ProgrammeWhole {
                terms,
                booklets: Vec::new(),
                spent: PassSet::new(10),
            });
            changes.of(&whole.terms).terms = true;
        }
        Step::Key(id) => {
            let public = crate::key::PrivateKey::from_seed(&[9; 32]).public();
            whole.keys.push(PassKey {
                id: PassKeyId(id),
                public,
            });
            changes.keys = true;
        }
        Step::Lot(id) => {
            if let Some(programme) = whole.programmes.get_mut(&ProgrammeId(id)) {
                let first = programme.booklets.last().map_or(1, |range| range.last + 2);
                programme.booklets.push(BookletRange {
                    first,
                    last: first + 4,
                    activated: false,
                    blocked_since: None,
                });
                changes.of(&programme.terms).booklets = true;
            }
        }
        Step::Toggle(id, booklet, rank) => {
            if let Some(programme) = whole.programmes.get_mut(&ProgrammeId(id)) {
                if !programme.spent.remove(booklet, rank) {
                    programme.spent.insert(booklet, rank);
                }
                changes.of(&programme.terms).passes.insert(booklet, rank);
            }
        }
    }
    changes
}

fn at(version: usize) -> StateVersion {
    StateVersion {
        generation: 1,
        version: version as u64,
    }
}

/// What clearing says at that version, of everything or of what changed.
fn all(whole: &WholeState, version: usize) -> State {
    whole.tell_all(&whole.head(SERVER, at(version), 0))
}

fn change(whole: &WholeState, version: usize, since: usize, changes: &Changes) -> State {
    let head = whole.head(SERVER, at(version), 0);
    whole.tell(&head, Some(since as u64), changes)
}

/// Through the bytes that travel.
fn sent(state: &State) -> State {
    unpack(&pack(state)).expect("its own bytes")
}

/// The wholes of all versions, and what changed from each to the next.
fn life(steps: &[Step]) -> (Vec<WholeState>, Vec<Changes>) {
    let (mut wholes, mut changes) = (vec![WholeState::default()], Vec::new());
    for step in steps {
        let mut whole = wholes[wholes.len() - 1].clone();
        changes.push(take(step, &mut whole));
        wholes.push(whole);
    }
    (wholes, changes)
}

fn join(changes: &[Changes]) -> Changes {
    let mut joined = Changes::default();
    changes.iter().for_each(|each| joined.extend(each));
    joined
}

#[test]
fn a_digest_is_the_same_on_every_machine() {
    let (wholes, _) = life(&[
        Step::Programme(3),
        Step::Key(9),
        Step::Lot(3),
        Step::Toggle(3, 1, 2),
    ]);
    insta::assert_snapshot!(data_encoding::HEXLOWER.encode(&wholes[4].digest().0));
}

#[test]
fn booklets_that_overlap_and_terms_of_another_programme_are_refused() {
    let (wholes, _) = life(&[Step::Programme(3), Step::Lot(3), Step::Lot(3)]);
    let mut overlapping = wholes[3].clone();
    let ranges = &mut overlapping
        .programmes
        .get_mut(&ProgrammeId(3))
        .expect("there")
        .booklets;
    ranges[1].first = ranges[0].last;
    let told = all(&overlapping, 3);
    assert_eq!(WholeState::default().apply(&told), None);
    let mut misplaced = all(&wholes[3], 3);
    misplaced.programmes[0].id = ProgrammeId(4);
    assert_eq!(WholeState::default().apply(&misplaced), None);
}

#[test]
fn booklets_never_change_their_size() {
    let (wholes, _) = life(&[Step::Programme(3), Step::Toggle(3, 2, 1)]);
    let mut told = all(&wholes[2], 3);
    told.since = Some(2);
    assert_eq!(wholes[2].apply(&told), Some(wholes[2].clone()));
    let terms = told.programmes[0].terms.as_mut().expect("told");
    terms.passes_per_booklet = 20;
    assert_eq!(wholes[2].apply(&told), None);
}

proptest! {
    #[test]
    fn a_delta_on_any_older_state_gives_what_a_snapshot_gives(
        steps in vec(step(), 1..60),
        base in any::<prop::sample::Index>(),
        from in any::<prop::sample::Index>(),
    ) {
        let (wholes, changes) = life(&steps);
        let newest = &wholes[steps.len()];
        let snapshot = sent(&all(newest, steps.len()));
        let base = base.index(steps.len());
        prop_assert_eq!(wholes[base].apply(&snapshot), Some(newest.clone()));
        // What changed before the base may be told too: it says how things stand, not what to turn.
        let joined = join(&changes[from.index(base + 1)..]);
        let delta = sent(&change(newest, steps.len(), base, &joined));
        prop_assert_eq!(wholes[base].apply(&delta), Some(newest.clone()));
    }

    #[test]
    fn a_delta_on_another_state_gives_the_right_one_or_nothing(
        steps in vec(step(), 2..60),
        base in any::<prop::sample::Index>(),
        other in any::<prop::sample::Index>(),
    ) {
        let (wholes, changes) = life(&steps);
        let (base, other) = (base.index(steps.len()), other.index(steps.len()));
        let newest = &wholes[steps.len()];
        let delta = change(newest, steps.len(), base, &join(&changes[base..]));
        if let Some(outcome) = wholes[other].apply(&delta) {
            prop_assert_eq!(&outcome, newest);
        }
    }

    #[test]
    fn a_delta_that_leaves_something_out_is_seen(
        steps in vec(step(), 1..40),
        base in any::<prop::sample::Index>(),
        out in any::<prop::sample::Index>(),
    ) {
        let (wholes, changes) = life(&steps);
        let base = base.index(steps.len());
        let mut told = changes[base..].to_vec();
        told.remove(out.index(told.len()));
        let newest = &wholes[steps.len()];
        let delta = change(newest, steps.len(), base, &join(&told));
        if let Some(outcome) = wholes[base].apply(&delta) {
            prop_assert_eq!(&outcome, newest);
        }
    }
}
