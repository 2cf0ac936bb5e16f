use super::*;
use crate::samples::programme;

const GENERATION: u32 = 2;

fn at(version: u64) -> StateVersion {
    StateVersion {
        generation: GENERATION,
        version,
    }
}

fn pass(booklet: u32, rank: u8) -> PassId {
    PassId {
        programme: programme().id,
        booklet,
        rank,
    }
}

fn news(version: u64, presented: &[(PassId, bool)]) -> News {
    News {
        server: ServerId([1; 16]),
        held: at(version),
        server_time: 5,
        keys: Vec::new(),
        programmes: vec![(programme(), Vec::new())],
        presented: presented.to_vec(),
        mark: Mark::Beginning,
    }
}

/// What a desk that holds that version is told, opened.
fn told(published: &mut Published, held: Option<StateVersion>) -> State {
    let parcel = published.tell(held, |state| minicbor::to_vec(state).expect("memory").into());
    minicbor::decode(&parcel).expect("a state")
}

/// Enough that a snapshot is longer than what changed.
fn many() -> Vec<(PassId, bool)> {
    (1..200).map(|booklet| (pass(booklet * 3, 4), true)).collect()
}

#[test]
fn what_a_desk_holds_leads_to_the_newest_from_every_version_remembered() {
    let mut published = Published::begin(news(10, &many()));
    let mut wholes = vec![published.whole.clone()];
    for news in [
        news(11, &[(pass(1, 1), true)]),
        news(15, &[(pass(1, 2), true), (pass(1, 1), false)]),
        news(16, &[(pass(1, 1), true), (pass(3, 4), true)]),
    ] {
        published = published.then(news);
        wholes.push(published.whole.clone());
    }
    for (version, held) in [10, 11, 15].into_iter().zip(&wholes) {
        let state = told(&mut published, Some(at(version)));
        assert_eq!(state.since, Some(version));
        assert_eq!(held.apply(&state).as_ref(), wholes.last(), "from {version}");
    }
}

#[test]
fn a_version_that_another_service_made_meanwhile_is_led_on_too() {
    let before = Published::begin(news(10, &many()));
    let mut between = before.whole.clone();
    between
        .programmes
        .get_mut(&programme().id)
        .expect("there")
        .spent
        .insert(1, 1);
    let mut published = before.then(news(12, &[(pass(1, 1), true), (pass(1, 2), true)]));
    let state = told(&mut published, Some(at(11)));
    assert_eq!(state.since, Some(11));
    assert_eq!(between.apply(&state), Some(published.whole.clone()));
}

#[test]
fn a_version_that_is_not_remembered_is_told_everything() {
    let begun = Published::begin(news(10, &many()));
    let mut published = begun.then(news(11, &[(pass(1, 1), true)]));
    let other_life = StateVersion {
        generation: GENERATION - 1,
        version: 10,
    };
    for held in [None, Some(at(9)), Some(at(12)), Some(other_life)] {
        let state = told(&mut published, held);
        assert_eq!(state.since, None, "{held:?}");
        assert_eq!(WholeState::default().apply(&state), Some(published.whole.clone()));
    }
}

#[test]
fn a_change_that_is_longer_than_everything_is_not_sent() {
    let scattered = |is_spent| {
        let passes = (1..700u32).map(|n| pass(n * n * 7919 % 90_001, (n * n % 7 + 1) as u8));
        passes.map(|pass| (pass, is_spent)).collect::<Vec<_>>()
    };
    let begun = Published::begin(news(10, &scattered(true)));
    let freed = scattered(false);
    let mut published = begun.then(news(300, &freed));
    assert_eq!(told(&mut published, Some(at(10))).since, None);
}

#[test]
fn what_is_remembered_is_bounded_and_the_rest_is_told_whole() {
    let mut published = Published::begin(news(0, &many()));
    let each = cost(&{
        let mut changes = Changes::default();
        changes.of(&programme()).passes.insert(1, 1);
        changes
    });
    let steps = (MOST_REMEMBERED / each + 10) as u64;
    for version in 1..=steps {
        published = published.then(news(version, &[(pass(1, 1), version % 2 == 1)]));
    }
    assert!(published.remembered <= MOST_REMEMBERED);
    assert_eq!(told(&mut published, Some(at(9))).since, None);
    assert_eq!(told(&mut published, Some(at(steps - 1))).since, Some(steps - 1));
}
