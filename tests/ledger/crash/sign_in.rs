//! The process is killed, or the disk fails, at each call of trying a PIN. No try is had for nothing, and whoever has the
//! right one takes their place afterwards.

use super::{Counter, Told, at_noon, copy_profile, tell};
use crate::support::strace::{Strike, strikes};
use passerelle_desk::{Desk, Error, Profile, form::SignInForm};
use passerelle_domain::id::AccountId;
use std::{fs, path::Path};

const WORDS: &str = "girafe tambour octobre";
const PIN: &str = "2580";
const OTHER: &str = "2581";

/// Tries in a row before the PIN rests.
const FREE: usize = 3;

/// A protected ledger whose person has a PIN.
fn with_a_pin() -> Counter {
    let counter = Counter::new();
    let profile = counter.copy();
    for order in [vec!["protect", WORDS], vec!["pin", WORDS, PIN]] {
        let told = tell(
            &profile,
            &order.into_iter().map(str::to_owned).collect::<Vec<_>>(),
            None,
        );
        assert_eq!(told.said_no, None);
    }
    let before = counter.folder.path().join("before");
    fs::remove_dir_all(&before).expect("gone");
    fs::rename(&profile, before).expect("renamed");
    counter
}

fn guess(profile: &Path, pin: &str, strike: Option<&Strike>) -> Told {
    tell(profile, &["guess", WORDS, pin].map(str::to_owned), strike)
}

fn sign_in(desk: &Desk, pin: &str) -> Result<(), Error> {
    desk.sign_in(&SignInForm {
        account_id: AccountId(1),
        pin: pin.into(),
    })
}

fn desk_at(profile: &Path) -> Desk {
    Desk::unlock(Profile::at(profile), at_noon(), &WORDS.into()).expect("its words")
}

#[test]
fn a_wrong_pin_cut_short_at_any_call_counts_as_soon_as_it_is_told() {
    let counter = with_a_pin();
    let calm = guess(&counter.copy(), OTHER, None);
    assert_eq!(calm.said_no.as_deref(), Some("fields"));
    for strike in strikes("a wrong PIN", &calm.points) {
        let profile = copy_profile(counter.folder.path());
        let told = guess(&profile, OTHER, Some(&strike));
        assert!(told.said_yes.is_empty(), "{strike}");
        let desk = desk_at(&profile);
        let tries = (0..=FREE).take_while(|_| matches!(sign_in(&desk, OTHER), Err(Error::Fields(_))));
        let tries = tries.count();
        let was_looked_at = told.said_no.as_deref() == Some("fields");
        let most = if was_looked_at { FREE - 1 } else { FREE };
        assert!(
            (FREE - 1..=most).contains(&tries),
            "{strike}: {tries} more, after {:?}",
            told.said_no
        );
        assert_eq!(desk.check().expect("the ledger").faults, [], "{strike}");
    }
}

#[test]
fn a_right_pin_cut_short_at_any_call_opens_the_place_afterwards() {
    let counter = with_a_pin();
    let calm = guess(&counter.copy(), PIN, None);
    assert_eq!(calm.said_yes, ["guess"], "{:?}", calm.said_no);
    for strike in strikes("a right PIN", &calm.points) {
        let profile = copy_profile(counter.folder.path());
        let told = guess(&profile, PIN, Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        let desk = desk_at(&profile);
        assert!(
            desk.situation().expect("the ledger").account.is_none(),
            "{strike}"
        );
        sign_in(&desk, PIN).unwrap_or_else(|error| panic!("{strike}: {error}"));
        assert_eq!(desk.check().expect("the ledger").faults, [], "{strike}");
    }
}
