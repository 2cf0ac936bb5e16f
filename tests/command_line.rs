//! The orders that do without a window, given to the real program.

use crate::{
    e2e::driver::program,
    support::{
        forms,
        town::{Counter, Town, thursday},
        world::{TownClock, surroundings},
    },
};
use passerelle_desk::{
    Desk, Profile,
    form::{AuthorityChange, RouteForm},
};
use passerelle_domain::cents::Cents;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

/// What the program said, and how it ended.
fn order(profile: &Path, words: &[&str]) -> (i32, String) {
    order_among(profile, words, &[])
}

/// The same, with variables of its environment.
fn order_among(profile: &Path, words: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let done = Command::new(program("passerelle"))
        .args(words)
        .envs(variables.iter().copied())
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
    let (code, said) = order(&profile, &["sync"]);
    assert_eq!(code, 3, "{said}");
    assert!(said.contains("lettre"), "{said}");
    assert_eq!(order(&profile, &["status"]).0, 3);
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
fn the_pouch_of_a_neighbour_is_brought_and_its_answer_written() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    drop(town.desk("Arcueil", "88888888000018"));
    let counter = town.desk("Cachan", "99999999800019");
    counter.take(counter.workshop("Ma messagerie"), &booklet[0].code);
    let folder = tempfile::tempdir().expect("a folder");
    let (pouch, paper) = (folder.path().join("pli.pli"), folder.path().join("reponse.pdf"));
    fs::write(&pouch, counter.pack()).expect("written");

    let bring = |out: &Path, more: &[&str]| {
        let (pouch, out) = (pouch.to_string_lossy(), out.to_string_lossy());
        let words = [&["courier", "bring", &pouch, "--out", &out], more].concat();
        order(&town.profile("Arcueil"), &words)
    };
    let (code, said) = bring(folder.path(), &["--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &told["brought"]["answered"]), (0, &1.into()), "{said}");
    let (code, said) = bring(&paper, &[]);
    assert!(code == 0 && said.contains("reponse.pdf"), "{said}");
    for file in [told["file"].as_str().expect("a path").as_ref(), paper.as_path()] {
        counter
            .take_in(&fs::read(file).expect("written"))
            .expect("taken in");
    }
    assert_eq!(town.credited(), Cents(1000));
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

/// A town whose desk has taken a pass and closed its window: nobody answers for it, and it holds its ledger.
fn town_with_an_outbox() -> (Town, Counter, PathBuf) {
    let town = Town::new();
    let code = town.booklets(1)[0][0].code.clone();
    let counter = town.desk("Cachan", "99999999800019");
    counter.take(counter.workshop("Naviguer sur internet"), &code);
    counter.fill_outbox().expect("an outbox");
    let profile = counter.profile().folder().to_owned();
    (town, counter, profile)
}

fn lead_to(profile: &Path, address: &str) {
    fs::write(
        profile.join("outbox/way.json"),
        format!("{{\"address\":\"{address}\"}}"),
    )
    .expect("written");
}

#[test]
fn what_a_window_left_is_sent_by_an_order_that_never_opens_the_ledger() {
    let (town, counter, profile) = town_with_an_outbox();
    let (code, said) = order(&profile, &["sync", "--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &told["answered"]), (0, &1.into()), "{said}");
    assert_eq!(town.credited(), Cents(1000));
    let (code, said) = order(&profile, &["sync"]);
    assert!(code == 0 && said.contains("déjà"), "{said}");
    counter.empty_outbox().expect("taken in");
    assert_eq!(counter.batches().expect("the ledger").standings.credited.count, 1);
}

#[test]
fn an_outbox_that_nobody_hears_ends_in_4_and_leaves_with_the_next_attempt() {
    let (town, _counter, profile) = town_with_an_outbox();
    lead_to(&profile, "http://127.0.0.1:1");
    let (code, said) = order(&profile, &["sync"]);
    assert!(code == 4 && said.contains("perdu"), "{said}");
    lead_to(&profile, &town.address());
    assert_eq!(order(&profile, &["sync"]).0, 0);
    assert_eq!(town.credited(), Cents(1000));
}

#[test]
fn an_outbox_cut_short_ends_in_6_and_a_draft_is_said() {
    let (_town, _counter, profile) = town_with_an_outbox();
    fs::write(profile.join("outbox/outward.pli"), "PLI1").expect("written");
    fs::write(profile.join("outbox/outward.pli.part"), "").expect("written");
    let (code, said) = order(&profile, &["sync", "--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &told["has_draft"]), (6, &true.into()), "{said}");
}

#[test]
fn the_systems_proxy_is_followed_unless_another_is_set() {
    let (town, counter, profile) = town_with_an_outbox();
    // A service asked for another's address answers as a proxy would.
    lead_to(&profile, "http://clearing.invalid");
    let proxy = town.address();
    let variables = [("HTTP_PROXY", proxy.as_str()), ("http_proxy", proxy.as_str())];
    assert_eq!(order(&profile, &["sync"]).0, 4, "nobody has that name");
    let (code, said) = order_among(&profile, &["sync"], &variables);
    assert_eq!(code, 0, "{said}");
    assert_eq!(town.credited(), Cents(1000));
    let form = RouteForm {
        proxy: proxy.clone(),
        authority: AuthorityChange::Keep,
    };
    counter.change_route(&form).expect("an address with its port");
    counter.fill_outbox().expect("an outbox");
    let nowhere = [
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("http_proxy", "http://127.0.0.1:1"),
    ];
    assert_eq!(order_among(&profile, &["sync"], &nowhere).0, 0);
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
