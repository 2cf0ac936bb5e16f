//! The process is killed, or the disk fails, at each call of protecting a ledger, and of changing its words. It opens
//! afterwards: by its bare key or by its words, by the words of before or by the new ones.

use super::{Counter, Told, at_noon, copy_profile, tell};
use crate::support::strace::{Strike, strikes};
use passerelle_desk::{Desk, Error, Profile};
use std::{fs, path::Path};

const WORDS: &str = "girafe tambour octobre";
const OTHERS: &str = "trois chats au grenier";

fn protect(profile: &Path, strike: Option<&Strike>) -> Told {
    tell(profile, &["protect".to_owned(), WORDS.to_owned()], strike)
}

fn unlock(profile: &Path, words: &str) -> Result<Desk, Error> {
    Desk::unlock(Profile::at(profile), at_noon(), &words.into())
}

fn assert_sound(desk: &Desk, what: &Strike) {
    assert_eq!(desk.check().expect("the ledger").faults, [], "{what}");
    assert!(desk.situation().expect("the ledger").is_set_up, "{what}");
}

#[test]
fn protecting_cut_short_at_any_call_leaves_a_ledger_that_opens() {
    let counter = Counter::new();
    let calm = protect(&counter.copy(), None);
    assert_eq!(calm.said_yes, ["protect"], "{:?}", calm.said_no);
    for strike in strikes("protecting", &calm.points) {
        let profile = counter.copy();
        let told = protect(&profile, Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        match Desk::open(Profile::at(&profile), at_noon()) {
            Ok(desk) => {
                assert!(told.said_yes.is_empty(), "{strike}: it was said to be protected");
                assert_sound(&desk, &strike);
            }
            Err(Error::Locked) => assert_sound(&unlock(&profile, WORDS).expect("its words"), &strike),
            Err(other) => panic!("{strike}: {other:?}"),
        }
    }
}

#[test]
fn words_changed_and_cut_short_at_any_call_are_the_old_or_the_new_ones() {
    let counter = Counter::new();
    let protected = counter.copy();
    assert_eq!(protect(&protected, None).said_yes, ["protect"]);
    let folder = counter.folder.path();
    fs::remove_dir_all(folder.join("before")).expect("gone");
    fs::rename(&protected, folder.join("before")).expect("renamed");
    let rephrase = |profile: &Path, strike: Option<&Strike>| {
        let order = ["rephrase", WORDS, OTHERS].map(str::to_owned);
        tell(profile, &order, strike)
    };
    let calm = rephrase(&copy_profile(folder), None);
    assert_eq!(calm.said_yes, ["rephrase"], "{:?}", calm.said_no);
    for strike in strikes("changing the words", &calm.points) {
        let profile = copy_profile(folder);
        let told = rephrase(&profile, Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        match unlock(&profile, OTHERS) {
            Ok(desk) => assert_sound(&desk, &strike),
            Err(_) => {
                assert!(told.said_yes.is_empty(), "{strike}: it was said to be changed");
                assert_sound(&unlock(&profile, WORDS).expect("the words of before"), &strike);
            }
        }
    }
}
