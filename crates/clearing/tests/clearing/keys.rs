//! The key of the service is replaced while desks, officers and other processes go on.

use crate::{
    command_line::{json, run, said},
    desk::Desk,
    http,
    process::{Process, program},
    service::Service,
};
use passerelle_clearing::{Clearing, clock};
use passerelle_domain::{
    id::ServerId,
    key::Purpose,
    wire::{Envelope, KeyChain, Recall, Receipt, Refused, State},
};
use std::{fs, process::Stdio, sync::Arc, thread, time::Instant};

/// Who has signed a parcel.
fn signer(parcel: &[u8]) -> ServerId {
    ServerId(Envelope::read_signer(parcel).expect("a parcel"))
}

fn chain(service: &Service) -> KeyChain {
    let answer = http::get(service.address(), "/v1/keys", &[]);
    assert_eq!(answer.status, 200);
    KeyChain::from_bytes(&answer.body)
        .expect("a chain")
        .expect("proven")
}

#[test]
fn every_new_answer_names_the_new_key_and_the_first_answer_stays_what_it_was() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    assert!(chain(&service).is_empty());
    desk.take(1, 1);
    desk.take(1, 2);
    let old = service.clearing.public();
    let first = desk.post(&service, 1, 1).body;
    service.clearing.replace_key().expect("replaced");
    let new = service.clearing.public();
    assert_eq!(chain(&service).keys(), [old, new]);

    assert_eq!(desk.post(&service, 1, 1).body, first, "byte for byte, for ever");
    assert_eq!(signer(&first), old.server_id());
    assert_eq!(desk.send(&service, 2, 2).server, new.server_id());
    assert_eq!(desk.decisions(&service, 0).server, new.server_id());
    assert_eq!(desk.state(&service).server, new.server_id());
    let code = service.code(1);
    assert_eq!(Desk::stranger(2).grant(&service, &code).server_public, new);
}

#[test]
fn what_an_older_key_has_signed_is_still_the_service_s_own() {
    let mut service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    let receipt = desk.post(&service, 1, 1).body;
    service.clearing.replace_key().expect("replaced");
    service.clearing.replace_key().expect("replaced");
    service.restart();
    let recall = |receipt: &[u8]| {
        let recall = Recall::batch(desk.parcel(1, 1), receipt.to_vec(), None);
        http::post(service.address(), "/v1/recalls", &recall.to_bytes())
    };
    assert_eq!(recall(&receipt).status, 204);
    let stranger = passerelle_domain::key::PrivateKey::from_seed(&[66; 32]);
    let opened: Receipt = Envelope::from_bytes(&receipt)
        .expect("a parcel")
        .open(&chain(&service).keys()[0], Purpose::Receipt)
        .expect("signed by the first key");
    let forged = Envelope::seal(
        stranger.public().server_id().0,
        &stranger,
        Purpose::Receipt,
        &opened,
    );
    let answer = recall(&forged.to_bytes());
    assert_eq!(Refused::from_bytes(&answer.body), Some(Refused::Malformed));
    // Let in again, the same device is shown its last receipt, which the first key has signed.
    let grant = desk.grant(&service, &service.code(1));
    assert_eq!(grant.last_receipt, Some(opened));
}

#[test]
fn a_desk_that_follows_the_chain_is_told_what_changed_and_no_more() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let held = desk.state(&service);
    desk.take(1, 1);
    desk.send(&service, 1, 1);
    service.clearing.replace_key().expect("replaced");
    let path = format!("/v1/state?since={}&generation=0", held.version);
    let changed: State = desk.opened_state(&service, &path);
    assert_eq!(changed.server, service.clearing.public().server_id());
    assert_eq!(changed.since, Some(held.version));
    let newest = format!("/v1/state?since={}&generation=0", changed.version);
    assert_eq!(
        desk.ask(&service, &newest).status,
        304,
        "a key is no news of passes"
    );
}

#[test]
fn a_running_service_signs_with_the_key_that_the_officer_has_just_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::serve(folder.path());
    let beside = Arc::new(Clearing::open(folder.path(), clock::system()).expect("opened"));
    let first = beside.public();
    let replaced = json(folder.path(), &["key", "replace"]);
    assert_eq!(replaced["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(replaced["keys"][0]["server"], first.server_id().to_string());
    let answer = http::get(process.address, "/v1/keys", &[]);
    let chain = KeyChain::from_bytes(&answer.body)
        .expect("a chain")
        .expect("proven");
    assert_eq!(chain.successions().len(), 1);
    let signed = beside.state(None).expect("the books").expect("all of it");
    assert_eq!(signer(&signed), chain.keys()[1].server_id());
}

#[test]
fn the_officer_reads_which_key_signs_and_which_files_to_put_in_the_safe() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, text) = said(folder.path(), &["key", "show"]);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("première clé") && text.contains("server.key"),
        "{text}"
    );
    let (code, text) = said(folder.path(), &["key", "replace"]);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("n°\u{a0}2") && text.contains("server-2.key"),
        "{text}"
    );
    assert!(!folder.path().join("server.key").exists(), "it signs no more");
    let (_, audits) = said(folder.path(), &["audit"]);
    assert!(
        audits.contains("clé du service remplacée par la clé n°\u{a0}2"),
        "{audits}"
    );
    let shown = json(folder.path(), &["key", "show"]);
    assert_eq!(shown["keys"][1]["number"], 2);
    assert!(shown["keys"][0]["since"].is_null() && shown["keys"][1]["since"].is_u64());
    for file in shown["files"].as_array().expect("files") {
        assert!(fs::exists(file.as_str().expect("a path")).expect("looked for"));
    }
}

#[test]
fn an_old_key_put_back_without_the_new_one_is_refused_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = Clearing::open(folder.path(), clock::system()).expect("opened");
    drop(old);
    let key = fs::read(folder.path().join("server.key")).expect("a key");
    json(folder.path(), &["key", "replace"]);
    fs::remove_file(folder.path().join("server-2.key")).expect("removed");
    fs::write(folder.path().join("server.key"), key).expect("an old copy");
    let (code, text) = said(folder.path(), &["status"]);
    assert_eq!(code, Some(4));
    assert!(text.contains("server-2.key"), "{text}");
}

/// Whatever moment the officer's command is killed at, the service starts again, with all the keys that it had and at
/// most one more, and the next command does its work.
#[test]
fn a_replacement_killed_at_any_moment_leaves_the_old_key_whole_or_the_new_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let standing = || {
        let clearing = Clearing::open(folder.path(), clock::system()).expect("it opens");
        (clearing.keys().expect("its keys").keys, clearing)
    };
    standing();
    let begun = Instant::now();
    assert!(run(folder.path(), &["key", "replace"]).status.success());
    let whole = begun.elapsed();
    let (mut known, _) = standing();
    for moment in 0..40 {
        let mut child = program(folder.path(), None)
            .args(["key", "replace"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        thread::sleep(whole * moment / 36);
        let _ = child.kill();
        child.wait().expect("it ended");
        let (keys, clearing) = standing();
        assert_eq!(keys[..known.len()], known, "killed after {moment} steps");
        assert!(keys.len() <= known.len() + 1);
        let signed = clearing.state(None).expect("the books").expect("all of it");
        let last = keys.last().expect("a key");
        assert_eq!(signer(&signed).to_string(), last.server);
        known = keys;
    }
    assert!(run(folder.path(), &["key", "replace"]).status.success());
    let keys = json(folder.path(), &["key", "show"])["keys"]
        .as_array()
        .map(Vec::len);
    assert_eq!(keys, Some(known.len() + 1));
}
