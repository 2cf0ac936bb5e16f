//! The shape is frozen, and only what both keys have signed is a replacement.

use super::*;
use proptest::prelude::*;

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32])
}

/// From key 1 to key 2, and on to key 3.
pub fn successions() -> Vec<Succession> {
    vec![
        Succession::sign(&key(1), &key(2), 2, 1_795_000_000),
        Succession::sign(&key(2), &key(3), 3, 1_826_536_000),
    ]
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[test]
fn a_chain_keeps_its_bytes_and_comes_back() {
    let chain = KeyChain::of(successions()).expect("proven");
    insta::assert_snapshot!("chain", hex(&chain.to_bytes()));
    assert_eq!(KeyChain::from_bytes(&chain.to_bytes()), Some(Ok(chain.clone())));
    assert_eq!(chain.keys(), [1, 2, 3].map(|seed| key(seed).public()));
    assert_eq!(KeyChain::from_bytes(&[0x80]), Some(Ok(KeyChain::default())));
    let first = &chain.successions()[0];
    assert_eq!(Succession::from_bytes(&first.to_bytes()).as_ref(), Some(first));
}

#[test]
fn a_replacement_wants_the_word_of_both_keys() {
    let proven = Succession::sign(&key(1), &key(2), 2, 7);
    let by_new_alone = Succession {
        by_old: key(2).sign(Purpose::Succession, &proven.content()),
        ..proven.clone()
    };
    let by_old_alone = Succession {
        by_new: key(1).sign(Purpose::Succession, &proven.content()),
        ..proven.clone()
    };
    let later = Succession { since: 8, ..proven };
    for forged in [by_new_alone, by_old_alone, later] {
        assert_eq!(KeyChain::of(vec![forged]), Err(ChainFault::Unproven));
    }
}

#[test]
fn replacements_follow_one_another_from_the_first_key_on() {
    let [first, second] = successions().try_into().expect("two");
    assert_eq!(KeyChain::of(vec![second.clone()]), Err(ChainFault::Unproven));
    assert_eq!(
        KeyChain::of(vec![second, first.clone()]),
        Err(ChainFault::Unproven)
    );
    let elsewhere = Succession::sign(&key(5), &key(6), 3, 9);
    assert_eq!(KeyChain::of(vec![first, elsewhere]), Err(ChainFault::Unproven));
}

#[test]
fn a_key_has_one_successor_and_never_comes_back() {
    let [first, second] = successions().try_into().expect("two");
    let other = Succession::sign(&key(1), &key(9), 3, 9);
    assert_eq!(KeyChain::of(vec![first.clone(), other]), Err(ChainFault::Fork));
    let back = Succession::sign(&key(3), &key(1), 4, 9);
    assert_eq!(KeyChain::of(vec![first, second, back]), Err(ChainFault::Fork));
}

#[test]
fn a_chain_that_says_it_is_endless_is_not_read() {
    // An array of two thousand million.
    assert_eq!(KeyChain::from_bytes(&[0x9a, 0x7f, 0xff, 0xff, 0xff]), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        let _ = (KeyChain::from_bytes(&bytes), Succession::from_bytes(&bytes));
    }

    #[test]
    fn a_chain_with_any_byte_changed_is_never_believed(at: prop::sample::Index, by in 1u8..) {
        let whole = KeyChain::of(successions()).expect("proven").to_bytes();
        let mut changed = whole.clone();
        changed[at.index(whole.len())] ^= by;
        prop_assert!(!matches!(KeyChain::from_bytes(&changed), Some(Ok(_))));
        prop_assert_eq!(KeyChain::from_bytes(&whole[..at.index(whole.len())]), None);
    }
}
