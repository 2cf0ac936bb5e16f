//! The outbox: what a desk says and hears while nobody works.

use crate::support::{
    link::{Mishap, Unlucky},
    town::{Counter, Town},
};
use passerelle_desk::{
    Profile,
    sync::{Delivery, HttpLink, Outbox},
};
use passerelle_domain::cents::Cents;
use std::{fs, path::PathBuf, thread};

const SIRET: &str = "99999999800019";

/// A desk with two passes taken, whose window was closed.
fn closed(town: &Town) -> (Counter, Profile) {
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie, premiers pas");
    counter.take(workshop, &booklet[0].code);
    counter.take(workshop, &booklet[1].code);
    counter.fill_outbox().expect("an outbox");
    let profile = counter.profile().clone();
    (counter, profile)
}

fn brought(answered: usize) -> Delivery {
    Delivery::Brought {
        batches: 1,
        answered,
        fault: None,
    }
}

fn file_of(profile: &Profile, beginning: &str) -> PathBuf {
    let files = fs::read_dir(profile.outbox()).expect("an outbox").flatten();
    files
        .map(|file| file.path())
        .find(|path| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with(beginning))
        })
        .expect("a file of that name")
}

fn credited_here(counter: &Counter) -> u32 {
    counter.batches().expect("the ledger").standings.credited.count
}

#[test]
fn what_a_window_left_is_credited_with_the_ledger_shut_and_known_at_the_next_opening() {
    let town = Town::new();
    let (counter, profile) = closed(&town);
    let name = counter.name.clone();
    // Not closed, gone: whoever brings the outbox has neither the ledger nor its key.
    let elsewhere = profile.folder().with_extension("safe");
    drop(counter);
    fs::create_dir(&elsewhere).expect("a folder");
    let hidden = [profile.ledger(), profile.key()]
        .map(|path| (path.clone(), elsewhere.join(path.file_name().expect("a name"))));
    for (here, there) in &hidden {
        fs::rename(here, there).expect("put away");
    }
    assert_eq!(Outbox::of(&profile).deliver().expect("files"), brought(1));
    assert_eq!(town.credited(), Cents(2000));
    assert!(!profile.ledger().exists(), "nobody made another ledger");
    for (here, there) in &hidden {
        fs::rename(there, here).expect("put back");
    }
    let counter = town.reopen(&name);
    assert_eq!(
        credited_here(&counter),
        0,
        "nothing is believed before it is checked"
    );
    counter.empty_outbox().expect("taken in");
    assert_eq!(credited_here(&counter), 2, "without a word to the network");
}

#[test]
fn an_outbox_brought_twice_and_by_two_at_once_changes_nothing() {
    let town = Town::new();
    let (counter, profile) = closed(&town);
    let both = thread::scope(|scope| {
        let tasks = [(); 2].map(|()| scope.spawn(|| Outbox::of(&profile).deliver().expect("files")));
        tasks.map(|task| task.join().expect("no panic"))
    });
    assert!(
        both.contains(&brought(1)) && both.contains(&Delivery::Done),
        "{both:?}"
    );
    // Its answer lost, it is brought again: clearing says what it said.
    fs::remove_file(file_of(&profile, "return-")).expect("lost");
    assert_eq!(Outbox::of(&profile).deliver().expect("files"), brought(1));
    assert_eq!(town.credited(), Cents(2000));
    counter.empty_outbox().expect("taken in");
    assert_eq!(credited_here(&counter), 2);
}

#[test]
fn wherever_the_way_breaks_off_the_next_attempt_brings_everything() {
    for mishap in [
        Mishap::Lost,
        Mishap::AnswerLost,
        Mishap::AnswerCut,
        Mishap::Portal,
    ] {
        for at in 0..5 {
            let town = Town::new();
            let (counter, profile) = closed(&town);
            let link = HttpLink::to(&town.address()).expect("an address");
            let unlucky = Unlucky::at(&link, at, mishap);
            Outbox::of(&profile).deliver_over(&unlucky).expect("files");
            Outbox::of(&profile).deliver().expect("files");
            let taken = counter.empty_outbox();
            assert!(taken.is_ok(), "{mishap:?} at {at}: {taken:?}");
            counter.exchange();
            assert_eq!(credited_here(&counter), 2, "{mishap:?} at {at}");
            assert_eq!(town.credited(), Cents(2000), "{mishap:?} at {at}");
        }
    }
}

#[test]
fn an_outbox_brought_while_its_window_is_open_again_does_no_harm() {
    let town = Town::new();
    let (counter, profile) = closed(&town);
    let workshop = counter.workshop("Naviguer sur internet");
    counter.take(workshop, &town.booklets(1)[0][0].code);
    counter.exchange();
    assert_eq!(Outbox::of(&profile).deliver().expect("files"), brought(1));
    counter.empty_outbox().expect("taken in");
    assert_eq!((credited_here(&counter), town.credited()), (3, Cents(3000)));
}

#[test]
fn what_was_not_written_to_its_end_is_left_aside_and_said() {
    let town = Town::new();
    let (counter, profile) = closed(&town);
    let outbox = Outbox::of(&profile);
    assert!(!outbox.has_draft());
    fs::write(profile.outbox().join("outward.pli.part"), "half a").expect("written");
    assert!(outbox.has_draft());
    assert_eq!(outbox.deliver().expect("files"), brought(1));
    fs::write(
        profile.outbox().join("return-0000000000000000.pli.part"),
        "half a",
    )
    .expect("written");
    counter.empty_outbox().expect("drafts are nobody's return");
    assert_eq!(credited_here(&counter), 2);
}

#[test]
fn an_outbox_cut_short_is_told_and_nothing_of_it_leaves() {
    let town = Town::new();
    let (counter, profile) = closed(&town);
    let path = file_of(&profile, "outward");
    let whole = fs::read(&path).expect("a file");
    for length in (0..whole.len()).step_by(29) {
        fs::write(&path, &whole[..length]).expect("written");
        let outcome = Outbox::of(&profile).deliver().expect("files");
        assert_eq!(outcome, Delivery::Spoiled, "{length} bytes");
    }
    assert_eq!(town.credited(), Cents::ZERO);
    counter.fill_outbox().expect("an outbox");
    assert_eq!(Outbox::of(&profile).deliver().expect("files"), brought(1));
    counter.empty_outbox().expect("taken in");
    assert_eq!(credited_here(&counter), 2);
}

#[test]
fn an_answer_spoiled_beside_the_ledger_is_not_believed_and_is_asked_for_again() {
    for place in [5, 60, 200] {
        let town = Town::new();
        let (counter, profile) = closed(&town);
        Outbox::of(&profile).deliver().expect("files");
        let path = file_of(&profile, "return-");
        let mut spoiled = fs::read(&path).expect("a file");
        let at = spoiled.len() - place;
        spoiled.truncate(at);
        fs::write(&path, &spoiled).expect("written");
        counter.empty_outbox().expect_err("it is cut short");
        assert_eq!(credited_here(&counter), 0);
        counter.empty_outbox().expect("it is gone");
        counter.exchange();
        assert_eq!(credited_here(&counter), 2);
    }
}

#[test]
fn a_desk_that_never_joined_leaves_nothing_and_has_nothing_to_bring() {
    let town = Town::new();
    let counter = town.desk_without_link("Cachan");
    counter.fill_outbox().expect("nothing to do");
    counter.empty_outbox().expect("nothing to do");
    let outbox = Outbox::of(counter.profile());
    assert_eq!(outbox.deliver().expect("files"), Delivery::Empty);
    assert!(!outbox.has_draft());
}
