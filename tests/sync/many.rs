//! As many lives as the tests of every day have time for; `script/simulate` lives more.

use super::{
    county::Origin,
    simulation::{Life, live, live_many, tell},
};

const SEEDS: u64 = 20_000;

/// Lives beyond those that broke a rule once, or were thought to. They stand for what they found as long as the
/// simulation draws as it did: whoever changes its draws looks for others.
const BROKEN_ONCE: [u64; 18] = [
    20_390, 39_943, 40_430, 41_784, 42_231, 63_863, 95_075, 113_843, 163_438, 170_201, 193_115, 212_035,
    248_480, 254_702, 304_925, 468_158, 661_377, 913_835,
];

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_is_paid_twice() {
    let tally = live_many(0..SEEDS, |seed, broken| {
        let story = tell(&Origin::new(), seed).join("\n");
        panic!("{story}\nseed {seed}: {broken}\nagain: script/simulate --seeds 1 --start {seed}");
    });
    // A simulation in which nothing happens proves nothing.
    let Life {
        together,
        kills,
        restores,
        doubles,
        moves,
        server_restores,
        key_replacements,
        conflicts,
        states,
        ..
    } = tally.whole;
    let least = [
        together,
        kills,
        restores,
        doubles,
        moves,
        server_restores,
        key_replacements,
        conflicts,
        states.deltas,
    ]
    .into_iter()
    .min();
    assert!(least > Some(1_000), "{tally}");
}

#[test]
fn what_broke_once_holds() {
    let origin = Origin::new();
    for seed in BROKEN_ONCE {
        let lived = live(&origin, seed);
        assert!(lived.is_ok(), "seed {seed}: {lived:?}");
    }
}

#[test]
fn the_same_seed_lives_the_same_life() {
    let origin = Origin::new();
    assert_eq!(live(&origin, 7), live(&origin, 7));
}
