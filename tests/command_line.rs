//! The orders that do without a window, given to the real program.

use crate::{
    e2e::driver::program,
    support::{
        forms,
        town::thursday,
        world::{TownClock, surroundings},
    },
};
use passerelle_desk::{Desk, Profile};
use serde_json::Value;
use std::{fs, path::Path, process::Command, sync::Arc};

/// What the program said, and how it ended.
fn order(profile: &Path, words: &[&str]) -> (i32, String) {
    let done = Command::new(program("passerelle"))
        .args(words)
        .arg("--profile")
        .arg(profile)
        .output();
    let done = done.expect("the program runs");
    let said = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
    (done.status.code().expect("it ends by itself"), said)
}

fn desk(profile: &Path) -> Desk {
    let clock = TownClock::at_noon(thursday());
    Desk::open(
        Profile::at(profile),
        surroundings(&clock, &Arc::default(), "orders", 0),
    )
    .expect("the ledger opens")
}

#[test]
fn a_device_that_is_not_set_up_says_so_and_ends_in_3() {
    let folder = tempfile::tempdir().expect("a folder");
    let profile = folder.path().join("profile");
    assert_eq!(order(&profile, &["status"]).0, 3);
    let (code, said) = order(&profile, &["sync"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("lettre"), "{said}");
}

#[test]
fn a_sound_ledger_is_checked_and_described_in_words_and_in_json() {
    let folder = tempfile::tempdir().expect("a folder");
    desk(folder.path())
        .set_up(&forms::set_up("Cachan"))
        .expect("set up");
    let (code, said) = order(folder.path(), &["check"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = order(folder.path(), &["status", "--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &told["situation"]["site"]["name"]), (0, &"Cachan".into()));
    assert_eq!(told["standings"]["kept"]["count"], 0);
}

#[test]
fn a_file_that_is_no_picture_is_told_and_ends_in_6() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("note.pdf");
    fs::write(&file, "just a text").expect("written");
    let profile = folder.path().join("profile");
    let (code, said) = order(&profile, &["scan", &file.to_string_lossy()]);
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("note.pdf"), "{said}");
    let (code, said) = order(&profile, &["scan", "nowhere.png", "--json"]);
    assert_eq!(code, 6, "{said}");
    serde_json::from_str::<Value>(&said).expect("JSON all the same");
}

#[test]
fn a_pouch_needs_a_letter_first_and_only_the_answer_is_taken_in() {
    let folder = tempfile::tempdir().expect("a folder");
    desk(folder.path())
        .set_up(&forms::set_up("Cachan"))
        .expect("set up");
    let out = folder.path().join("pli.pli");
    let (code, said) = order(
        folder.path(),
        &["courier", "export", "--out", &out.to_string_lossy()],
    );
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("lettre") && !out.exists(), "{said}");
    fs::write(&out, "just a text").expect("written");
    let (code, said) = order(
        folder.path(),
        &["courier", "import", &out.to_string_lossy(), "--json"],
    );
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!(
        (code, &told["problems"][0]["problem"]["data"]["fault"]),
        (1, &"not-a-pouch".into())
    );
}

#[test]
fn the_way_to_the_metropole_is_shown_and_changed_and_a_mistake_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, said) = order(folder.path(), &["link"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = order(folder.path(), &["link", "--proxy", "proxy.mairie.fr"]);
    assert!(code == 1 && said.contains(":3128"), "{said}");
    let told = |words: &[&str]| {
        let (code, said) = order(folder.path(), words);
        assert_eq!(code, 0, "{said}");
        serde_json::from_str::<Value>(&said).expect("JSON")
    };
    let set = told(&["link", "--proxy", "proxy.mairie.fr:3128", "--json"]);
    assert_eq!(set["proxy"], "http://proxy.mairie.fr:3128");
    assert_eq!(told(&["link", "--json"]), set);
    let file = folder.path().join("note.pem");
    fs::write(&file, "just a text").expect("written");
    let (code, said) = order(folder.path(), &["link", "--authority", &file.to_string_lossy()]);
    assert!(code == 1 && said.contains("BEGIN CERTIFICATE"), "{said}");
    assert_eq!(order(folder.path(), &["link", "--authority", "nowhere.pem"]).0, 6);
    let back = told(&["link", "--no-proxy", "--no-authority", "--json"]);
    assert_eq!((&back["proxy"], &back["authorities"]), (&Value::Null, &0.into()));
}

#[test]
fn a_line_that_makes_no_sense_ends_in_2() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(order(folder.path(), &["fly"]).0, 2);
    assert_eq!(order(folder.path(), &["scan"]).0, 2);
}

#[test]
fn a_ledger_held_by_a_process_that_does_not_answer_ends_in_5() {
    let folder = tempfile::tempdir().expect("a folder");
    let held = desk(folder.path());
    let (code, said) = order(folder.path(), &["status"]);
    assert_eq!(code, 5, "{said}");
    drop(held);
}

#[test]
fn a_lost_key_ends_in_6_with_where_it_should_be() {
    let folder = tempfile::tempdir().expect("a folder");
    drop(desk(folder.path()));
    fs::remove_file(folder.path().join("ledger.key")).expect("lost");
    let (code, said) = order(folder.path(), &["check"]);
    assert_eq!(code, 6, "{said}");
    assert!(said.contains("ledger.key"), "{said}");
}
