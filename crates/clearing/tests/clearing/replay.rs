//! A service without disk, clock or chance of its own: what simulations run.

use crate::{
    desk::Desk,
    service::{NOON, PROGRAMME, programme, siret},
};
use passerelle_clearing::{Chance, Clearing, Clock, Error, MemoryStore, SqliteStore, Store, Surroundings};
use passerelle_domain::{key::PrivateKey, wire::Refused};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// A clock that advances by a second each time it is read, and bytes that count up from a seed.
fn surroundings(seed: u64) -> Surroundings {
    let (seconds, drawn) = (AtomicU64::new(NOON), AtomicU64::new(seed));
    let clock: Clock = Arc::new(move || seconds.fetch_add(1, Ordering::SeqCst));
    let chance: Chance = Arc::new(move |bytes| {
        bytes.fill_with(|| drawn.fetch_add(1, Ordering::SeqCst).to_le_bytes()[0]);
        Ok(())
    });
    Surroundings::new(clock, chance)
}

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32])
}

fn service(store: impl Store + 'static, seed: u64) -> Clearing {
    Clearing::over(store, key(9), surroundings(seed)).expect("new books")
}

/// A desk of the service's only structure.
fn enrolled(clearing: &Clearing) -> (Desk, Vec<u8>) {
    clearing.add_structure(&siret(1), "Ville").expect("added");
    let code = clearing.issue_enrolment(&siret(1), 30).expect("issued").code;
    let desk = Desk::stranger(1);
    let grant = clearing.enrol(&desk.form(&code)).expect("let in");
    (desk, grant)
}

/// All that a service says in a short life: passes, a grant, receipts, decisions, a state.
fn life(store: impl Store + 'static, seed: u64) -> Vec<Vec<u8>> {
    let clearing = service(store, seed);
    clearing.add_programme(&programme()).expect("added");
    let lot = clearing.mint(PROGRAMME, 2).expect("issued");
    clearing.activate(PROGRAMME, 1, 1).expect("activated");
    let (mut desk, grant) = enrolled(&clearing);
    for (booklet, rank) in [(1, 1), (1, 2), (1, 1), (2, 1), (3, 1), (1, 11)] {
        desk.take(booklet, rank);
    }
    desk.void(2);
    let mut said = vec![lot.to_csv().into_bytes(), grant];
    said.push(clearing.receive(&desk.parcel(1, 4)).expect("taken"));
    said.push(clearing.receive(&desk.parcel(3, 7)).expect("taken"));
    clearing.activate(PROGRAMME, 2, 2).expect("activated");
    clearing.mint(PROGRAMME, 1).expect("issued");
    said.push(clearing.receive(&desk.parcel(1, 4)).expect("said again"));
    let asker = passerelle_domain::wire::Question::ask(&desk.key, "/v1/decisions?since=0");
    let asker = clearing.asker(&asker, "/v1/decisions?since=0").expect("known");
    said.push(
        clearing
            .decisions(&asker, &passerelle_domain::wire::Heard::default())
            .expect("told"),
    );
    let state = clearing.state(None).expect("told").expect("new to the desk");
    said.push(state.to_vec());
    said.push(serde_json::to_vec(&clearing.status().expect("told")).expect("text keys"));
    said
}

#[test]
fn the_same_clock_and_chance_give_the_same_bytes() {
    let once = life(MemoryStore::default(), 1);
    assert_eq!(life(MemoryStore::default(), 1), once);
    assert_ne!(life(MemoryStore::default(), 2), once);
    assert_eq!(once[2], once[4], "a repeated batch");
}

#[test]
fn a_desk_cannot_tell_what_keeps_the_books() {
    let folder = tempfile::tempdir().expect("a folder");
    let sqlite = SqliteStore::open(&folder.path().join("clearing.db")).expect("new books");
    assert_eq!(life(sqlite, 1), life(MemoryStore::default(), 1));
}

#[test]
fn a_service_that_starts_again_over_its_books_gives_its_first_answers() {
    let store = Arc::new(MemoryStore::default());
    let clearing = service(store.clone(), 1);
    let (mut desk, _) = enrolled(&clearing);
    desk.take(1, 1);
    let first = clearing.receive(&desk.parcel(1, 1)).expect("taken");
    drop(clearing);
    let again = service(store.clone(), 2);
    assert_eq!(again.receive(&desk.parcel(1, 1)).expect("said again"), first);
    let other = Clearing::over(store, key(8), surroundings(1));
    assert!(matches!(other, Err(Error::Damaged(_))), "books of another key");
}

#[test]
fn a_service_put_back_from_a_copy_of_its_books_knows_what_it_knew_then() {
    let store = Arc::new(MemoryStore::default());
    let clearing = service(store.clone(), 1);
    let (mut desk, _) = enrolled(&clearing);
    desk.take(1, 1);
    let first = clearing.receive(&desk.parcel(1, 1)).expect("taken");
    let backup = MemoryStore::clone(&store);
    desk.take(1, 2);
    desk.take(1, 3);
    clearing.receive(&desk.parcel(2, 2)).expect("taken");
    let restored = service(backup, 2);
    assert_eq!(restored.receive(&desk.parcel(1, 1)).expect("said again"), first);
    let gap = restored.receive(&desk.parcel(3, 3));
    assert!(matches!(
        gap,
        Err(Error::Refused(Refused::Gap { expected_seq: 2 }))
    ));
}
