//! The locks of a ledger: who opens it, who does not, and what is left when the computer stops in between.

use super::*;
use crate::{
    Cost,
    form::FieldFault,
    trial::{self, Trial},
};
use std::fs;

const WORDS: &str = "forêt lampe tiroir";
const OTHERS: &str = "trois chats au grenier";

fn protect_form(words: &str) -> ProtectForm {
    ProtectForm {
        passphrase: words.into(),
        again: words.into(),
    }
}

fn recover_form(code: &str, words: &str) -> RecoverForm {
    RecoverForm {
        code: code.into(),
        passphrase: words.into(),
        again: words.into(),
    }
}

/// Protects a ledger, and reads the group of its sheet; gives the sheet.
fn protect(desk: &Desk, words: &str) -> SheetView {
    let sheet = desk.protect(&protect_form(words)).expect("the form holds");
    desk.confirm_sheet(&sheet.code[sheet.asked - 1])
        .expect("the sheet is there");
    sheet
}

/// A ledger with somebody in it, protected; and the groups of its sheet.
fn protected() -> (Trial, Vec<String>) {
    let trial = Trial::set_up();
    trial.add("Delaunay", "Mireille");
    let sheet = protect(&trial.desk, WORDS);
    (trial, sheet.code)
}

fn open(profile: &Profile) -> Result<Desk, Error> {
    Desk::open(profile.clone(), trial::surroundings())
}

fn unlock(profile: &Profile, words: &str) -> Result<Desk, Error> {
    Desk::unlock(profile.clone(), trial::surroundings(), &words.into())
}

fn recover(profile: &Profile, code: &str, words: &str) -> Result<Desk, Error> {
    Desk::recover(profile.clone(), trial::surroundings(), &recover_form(code, words))
}

fn people(desk: &Desk) -> usize {
    desk.find_attendees("Delaunay").expect("a list").len()
}

fn codes<T>(outcome: Result<T, Error>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(Error::Fields(faults)) => faults
            .into_iter()
            .map(|FieldFault { field, code, .. }| (field, code))
            .collect(),
        Err(other) => panic!("faults were expected, not {other:?}"),
        Ok(_) => panic!("it opened"),
    }
}

fn fault_of(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn a_protected_ledger_opens_by_its_words_and_by_nothing_else() {
    let (trial, _) = protected();
    let (profile, _folder) = trial.close();
    assert!(!profile.key().exists(), "the bare key is gone");
    assert!(matches!(open(&profile), Err(Error::Locked)));
    let wrong = fault_of("passphrase", "passphrase-wrong");
    assert_eq!(codes(unlock(&profile, "forêt lampe tiroirs")), wrong);
    assert_eq!(codes(unlock(&profile, "")), wrong);
    let desk = unlock(&profile, "  forêt  lampe tiroir").expect("its words");
    assert_eq!(people(&desk), 1);
    let situation = desk.situation().expect("the ledger");
    assert!(situation.protection.is_protected);
    assert_eq!(
        situation.protection.sheet_made_on,
        Some("2026-11-19".parse().expect("a day"))
    );
}

#[test]
fn nothing_is_in_force_before_the_sheet_is_confirmed() {
    let trial = Trial::set_up();
    let sheet = trial.desk.protect(&protect_form(WORDS)).expect("the form holds");
    assert_eq!(
        codes(trial.desk.confirm_sheet(&sheet.code[0])),
        fault_of("group", "recovery-group-differs")
    );
    assert!(
        !trial
            .desk
            .situation()
            .expect("the ledger")
            .protection
            .is_protected
    );
    trial.desk.drop_sheet();
    assert!(matches!(
        trial.desk.confirm_sheet(&sheet.code[sheet.asked - 1]),
        Err(Error::Missing(_))
    ));
    let (profile, _folder) = trial.close();
    assert!(open(&profile).is_ok(), "the bare key still opens it");
    assert!(!profile.locks().exists());
}

#[test]
fn a_form_that_does_not_hold_says_where() {
    let trial = Trial::set_up();
    let form = |passphrase: &str, again: &str| ProtectForm {
        passphrase: passphrase.into(),
        again: again.into(),
    };
    assert_eq!(
        codes(trial.desk.protect(&form("court", "court"))),
        fault_of("passphrase", "passphrase-too-short")
    );
    assert_eq!(
        codes(trial.desk.protect(&form(WORDS, OTHERS))),
        fault_of("again", "passphrase-different")
    );
    assert!(matches!(
        Trial::new().desk.protect(&form(WORDS, WORDS)),
        Err(Error::NotSetUp)
    ));
}

#[test]
fn the_sheet_opens_a_ledger_whose_words_are_lost_and_gives_it_others() {
    let (trial, code) = protected();
    let (profile, _folder) = trial.close();
    let typed = code.join(" ").to_lowercase();
    let mut slipped = code.clone();
    slipped.swap(1, 2);
    assert_eq!(
        codes(recover(&profile, &slipped.concat(), OTHERS)),
        fault_of("code", "recovery-group")
    );
    let anothers = RecoveryCode::draw([3; 18]).groups().concat();
    assert_eq!(
        codes(recover(&profile, &anothers, OTHERS)),
        fault_of("code", "recovery-wrong")
    );
    assert_eq!(
        codes(recover(&profile, &typed, "court")),
        fault_of("passphrase", "passphrase-too-short")
    );
    let desk = recover(&profile, &typed, OTHERS).expect("its code");
    assert_eq!(people(&desk), 1);
    drop(desk);
    assert_eq!(
        codes(unlock(&profile, WORDS)),
        fault_of("passphrase", "passphrase-wrong")
    );
    drop(unlock(&profile, OTHERS).expect("the new words"));
    recover(&profile, &typed, WORDS).expect("the sheet holds on");
}

#[test]
fn the_words_are_changed_by_whoever_knows_them() {
    let (trial, code) = protected();
    let form = |current: &str| PassphraseForm {
        current: current.into(),
        passphrase: OTHERS.into(),
        again: OTHERS.into(),
    };
    assert_eq!(
        codes(trial.desk.change_passphrase(&form(OTHERS))),
        fault_of("current", "passphrase-wrong")
    );
    trial.desk.change_passphrase(&form(WORDS)).expect("changed");
    let (profile, _folder) = trial.close();
    assert!(unlock(&profile, WORDS).is_err());
    drop(unlock(&profile, OTHERS).expect("the new words"));
    recover(&profile, &code.concat(), WORDS).expect("the sheet holds on");
}

#[test]
fn a_new_sheet_takes_the_place_of_the_old_one_once_confirmed() {
    let (trial, old) = protected();
    assert_eq!(
        codes(trial.desk.renew_sheet(&OTHERS.into())),
        fault_of("passphrase", "passphrase-wrong")
    );
    let sheet = trial.desk.renew_sheet(&WORDS.into()).expect("the words");
    assert_ne!(sheet.code, old);
    trial
        .desk
        .confirm_sheet(&sheet.code[sheet.asked - 1])
        .expect("the sheet is there");
    assert!(matches!(
        trial.desk.protect(&protect_form(WORDS)),
        Err(Error::Protected)
    ));
    let (profile, _folder) = trial.close();
    assert_eq!(
        codes(recover(&profile, &old.concat(), OTHERS)),
        fault_of("code", "recovery-wrong")
    );
    recover(&profile, &sheet.code.concat(), OTHERS).expect("the new sheet");
}

#[test]
fn a_sheet_that_waits_does_not_bring_the_words_of_before_back() {
    let (trial, _) = protected();
    let sheet = trial.desk.renew_sheet(&WORDS.into()).expect("the words");
    let form = PassphraseForm {
        current: WORDS.into(),
        passphrase: OTHERS.into(),
        again: OTHERS.into(),
    };
    trial.desk.change_passphrase(&form).expect("changed");
    let late = trial.desk.confirm_sheet(&sheet.code[sheet.asked - 1]);
    assert!(matches!(late, Err(Error::Missing(_))));
    let (profile, _folder) = trial.close();
    unlock(&profile, OTHERS).expect("the new words");
}

/// What a stop between the two leaves, or somebody who brings the key back from a copy of the disk.
#[test]
fn a_bare_key_beside_locks_opens_the_ledger_and_can_be_protected_again() {
    let trial = Trial::set_up();
    let bare = fs::read(trial.desk.profile().key()).expect("the bare key");
    protect(&trial.desk, WORDS);
    let (profile, _folder) = trial.close();
    fs::write(profile.key(), bare).expect("written");
    let desk = open(&profile).expect("the bare key opens it");
    assert!(!desk.situation().expect("the ledger").protection.is_protected);
    protect(&desk, OTHERS);
    drop(desk);
    assert!(unlock(&profile, WORDS).is_err());
    unlock(&profile, OTHERS).expect("the new words");
}

#[test]
fn a_bare_key_that_was_written_over_and_not_yet_removed_is_none() {
    let (trial, _) = protected();
    let (profile, _folder) = trial.close();
    fs::write(profile.key(), [0; 65]).expect("written");
    assert!(matches!(open(&profile), Err(Error::Locked)));
    let desk = unlock(&profile, WORDS).expect("its words");
    assert!(desk.situation().expect("the ledger").protection.is_protected);
}

#[test]
fn a_thousand_wrong_secrets_open_nothing_and_change_nothing() {
    let (trial, code) = protected();
    let (profile, _folder) = trial.close();
    let before = fs::read(profile.locks()).expect("the locks");
    let locks = Locks::find(&profile).expect("readable").expect("there");
    for guess in 0..500_u32 {
        let words = Passphrase::typed(&format!("forêt lampe tiroir {guess}"));
        assert!(locks.open_by_passphrase(&words).is_none());
        let mut drawn = [0; 18];
        drawn[..4].copy_from_slice(&guess.to_be_bytes());
        assert!(locks.open_by_sheet(&RecoveryCode::draw(drawn)).is_none());
    }
    // One lock's secret is not the other's.
    assert!(
        locks
            .open_by_passphrase(&Passphrase::typed(&code.join(" ")))
            .is_none()
    );
    assert_eq!(fs::read(profile.locks()).expect("the locks"), before);
    unlock(&profile, WORDS).expect("its words");
}

#[test]
fn locks_with_a_byte_changed_open_nothing_and_bring_nothing_down() {
    let (trial, _) = protected();
    let (profile, _folder) = trial.close();
    let sound = fs::read(profile.locks()).expect("the locks");
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at % 8);
        fs::write(profile.locks(), &bytes).expect("written");
        match unlock(&profile, WORDS) {
            // The sheet's lock or its day: the words still open theirs.
            Ok(desk) => assert_eq!(people(&desk), 1),
            Err(Error::LocksUnreadable(_) | Error::Fields(_)) => {}
            Err(other) => panic!("byte {at}: {other:?}"),
        }
    }
    fs::write(profile.locks(), &sound).expect("written");
    unlock(&profile, WORDS).expect("nothing was lost");
}

#[test]
fn lost_locks_are_told_and_never_replaced_by_a_new_key() {
    let (trial, _) = protected();
    let (profile, _folder) = trial.close();
    fs::remove_file(profile.locks()).expect("lost");
    assert!(matches!(open(&profile), Err(Error::KeyLost(_))));
    assert!(matches!(unlock(&profile, WORDS), Err(Error::KeyLost(_))));
    assert!(!profile.key().exists());
}

#[test]
fn neither_words_nor_code_nor_key_are_left_in_any_file() {
    let trial = Trial::set_up();
    let bare = fs::read_to_string(trial.desk.profile().key()).expect("the bare key");
    let sheet = protect(&trial.desk, WORDS);
    let (profile, _folder) = trial.close();
    for file in fs::read_dir(profile.folder()).expect("a folder") {
        let path = file.expect("a file").path();
        if path.is_dir() {
            continue;
        }
        let bytes = fs::read(&path).expect("readable");
        for secret in [
            WORDS,
            "lampe",
            bare.trim(),
            &sheet.code.concat(),
            &sheet.code.join("-"),
        ] {
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{} holds a secret", path.display());
        }
    }
}

#[test]
fn the_sheet_is_printed_while_it_waits_and_never_after() {
    let trial = Trial::set_up();
    let paper = crate::form::PaperRef::RecoverySheet;
    assert!(matches!(trial.desk.paper_file(paper), Err(Error::NothingToPrint)));
    let sheet = trial.desk.protect(&protect_form(WORDS)).expect("the form holds");
    let (name, bytes) = trial.desk.paper_file(paper).expect("printed");
    assert_eq!(name, "fiche-de-secours.pdf");
    assert!(bytes.starts_with(b"%PDF"));
    trial
        .desk
        .confirm_sheet(&sheet.code[sheet.asked - 1])
        .expect("the sheet is there");
    assert!(matches!(trial.desk.paper_file(paper), Err(Error::NothingToPrint)));
}

#[test]
fn a_guess_costs_what_was_measured_unless_a_test_says_otherwise() {
    let surroundings = trial::surroundings();
    assert_eq!(surroundings.cost(), Cost::least());
}
