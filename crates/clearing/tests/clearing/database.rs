//! The real program on a real PostgreSQL.

use crate::{
    cluster::Database,
    desk::Desk,
    http,
    process::{Process, program},
    service::siret,
};
use passerelle_clearing::{Clearing, clock};
use passerelle_domain::{
    key::Purpose,
    wire::{EnrolmentCode, Envelope, Grant, Receipt, Verdict},
};
use serde_json::Value;
use std::{fs, path::Path, thread};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/numerique-pour-tous.toml");

/// What a command of the officer gives.
fn order(folder: &Path, database: Option<&str>, arguments: &[&str]) -> Value {
    let output = program(folder, database)
        .args(arguments)
        .arg("--json")
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

/// What a command says when it is not done: its end and its sentence.
fn refusal(folder: &Path, database: Option<&str>, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program(folder, database)
        .args(arguments)
        .output()
        .expect("it runs");
    (
        output.status.code(),
        String::from_utf8(output.stderr).expect("UTF-8"),
    )
}

/// A programme with ten activated booklets and a structure; gives a code for one desk.
fn prepare(folder: &Path, database: &str) -> EnrolmentCode {
    let out = folder.join("impression");
    let out = out.to_str().expect("UTF-8");
    let base = Some(database);
    order(folder, base, &["programme", "add", SAMPLE]);
    order(
        folder,
        base,
        &["mint", "--programme", "1", "--booklets", "10", "--out", out],
    );
    order(
        folder,
        base,
        &["activate", "--programme", "1", "--from", "1", "--to", "10"],
    );
    order(
        folder,
        base,
        &["structure", "add", "--siret", &siret(1), "--name", "Ville"],
    );
    enrolment(folder, database)
}

fn enrolment(folder: &Path, database: &str) -> EnrolmentCode {
    let issued = order(folder, Some(database), &["enrol", "--siret", &siret(1)]);
    let code = issued["code"].as_str().expect("a code");
    EnrolmentCode::parse(code).expect("as it was shown")
}

fn enrol(desk: &Desk, process: &Process, code: &EnrolmentCode) -> Grant {
    let answer = http::post(process.address, "/v1/enrolments", &desk.form(code));
    assert_eq!(answer.status, 200);
    let envelope = Envelope::from_bytes(&answer.body).expect("a parcel");
    envelope.read_unproven().expect("a grant that the code proves")
}

fn verdicts(body: &[u8], grant: &Grant) -> Vec<Verdict> {
    let receipt: Receipt = Envelope::from_bytes(body)
        .expect("a parcel")
        .open(&grant.server_public, Purpose::Receipt)
        .expect("signed by the service");
    receipt.verdicts
}

fn credited(folder: &Path, database: &str) -> Value {
    order(folder, Some(database), &["status"])["programmes"][0]["credited"].clone()
}

#[test]
fn a_whole_day_is_kept_in_a_database() {
    let (database, folder) = (Database::new(), tempfile::tempdir().expect("a folder"));
    let (folder, base) = (folder.path(), database.address());
    let code = prepare(folder, base);
    assert!(
        !folder.join("clearing.db").exists(),
        "the folder holds the key alone"
    );

    let process = Process::serve_database(folder, base);
    let mut desk = Desk::stranger(1);
    let grant = enrol(&desk, &process, &code);
    for rank in 1..=10 {
        desk.take(1, rank);
    }
    let cancelled = desk.void(3);
    let parcel = desk.parcel(1, cancelled);
    let answer = http::post(process.address, "/v1/batches", &parcel);
    let mut expected = vec![Verdict::Credited; 10];
    expected.push(Verdict::Voided);
    assert_eq!(verdicts(&answer.body, &grant), expected);
    assert_eq!(credited(folder, base), 9);
    process.kill();

    let process = Process::serve_database(folder, base);
    let again = http::post(process.address, "/v1/batches", &parcel);
    assert_eq!(
        again.body, answer.body,
        "the answer is the first, after a restart"
    );
    assert_eq!(credited(folder, base), 9);
    assert!(process.stop(), "told to stop, it stops in good order");
}

#[test]
fn two_services_serve_one_database_at_once() {
    let (database, folder) = (Database::new(), tempfile::tempdir().expect("a folder"));
    let base = database.address();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    let code = prepare(&first, base);
    fs::create_dir(&second).expect("a folder");
    fs::copy(first.join("server.key"), second.join("server.key")).expect("copied");
    let services = [&first, &second].map(|folder| Process::serve_database(folder, base));

    let mut desks = [Desk::stranger(1), Desk::stranger(2)];
    let grant = enrol(&desks[0], &services[0], &code);
    enrol(&desks[1], &services[1], &enrolment(&second, base));
    for desk in &mut desks {
        for booklet in 1..=10 {
            for rank in 1..=10 {
                desk.take(booklet, rank);
            }
        }
    }
    // Each desk sends the same hundred passes, and every batch to both services.
    let heard: Vec<Verdict> = thread::scope(|scope| {
        let senders = desks.each_ref().map(|desk| {
            let (services, grant) = (&services, &grant);
            scope.spawn(move || {
                let batches = (1..=100).step_by(10).map(|first| desk.parcel(first, first + 9));
                let heard = batches.map(|parcel| {
                    let [one, other] = services
                        .each_ref()
                        .map(|service| http::post(service.address, "/v1/batches", &parcel).body);
                    assert_eq!(one, other, "both give the stored answer");
                    verdicts(&one, grant)
                });
                heard.flatten().collect::<Vec<_>>()
            })
        });
        let heard = senders.map(|sender| sender.join().expect("answered"));
        heard.into_iter().flatten().collect()
    });
    let count = |wanted: &Verdict| heard.iter().filter(|verdict| *verdict == wanted).count();
    assert_eq!(
        (count(&Verdict::Credited), count(&Verdict::AlreadyYours)),
        (100, 100)
    );
    assert_eq!(credited(&first, base), 100);
}

#[test]
fn two_services_that_begin_at_once_agree_on_one_key() {
    let (database, folder) = (Database::new(), tempfile::tempdir().expect("a folder"));
    let keys: Vec<_> = thread::scope(|scope| {
        let services = [(); 4].map(|()| {
            scope.spawn(|| order(folder.path(), Some(database.address()), &["status"])["server"].clone())
        });
        services
            .into_iter()
            .map(|service| service.join().expect("it begins"))
            .collect()
    });
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
}

#[test]
fn books_are_never_begun_again_beside_those_that_are_there() {
    let (database, folder) = (Database::new(), tempfile::tempdir().expect("a folder"));
    let (here, there) = (folder.path().join("here"), folder.path().join("there"));
    let base = Some(database.address());
    order(&here, None, &["status"]);
    order(&there, base, &["status"]);
    let (code, text) = refusal(&here, base, &["status"]);
    assert_eq!((code, text.contains("clearing.db")), (Some(3), true), "{text}");
    let (code, text) = refusal(&there, None, &["status"]);
    assert_eq!((code, text.contains("--database")), (Some(3), true), "{text}");
    assert!(!there.join("clearing.db").exists());
    order(&here, None, &["status"]);
    order(&there, base, &["status"]);
    let copy = folder.path().join("copy.db");
    let copy = copy.to_str().expect("UTF-8");
    let (code, text) = refusal(&there, base, &["backup", copy]);
    assert_eq!((code, text.contains("pg_dump")), (Some(3), true), "{text}");
}

#[test]
fn a_database_of_another_service_is_left_alone() {
    let (database, folder) = (Database::new(), tempfile::tempdir().expect("a folder"));
    let (ours, theirs) = (folder.path().join("ours"), folder.path().join("theirs"));
    order(&theirs, Some(database.address()), &["status"]);
    drop(Clearing::open(&ours, clock::system()).expect("opened"));
    fs::remove_file(ours.join("clearing.db")).expect("removed");
    let (code, text) = refusal(&ours, Some(database.address()), &["status"]);
    assert_eq!((code, text.contains("server.key")), (Some(4), true), "{text}");
}

#[test]
fn an_address_that_is_not_understood_is_not_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    for (address, end) in [
        ("mysql://service:secret@localhost/books", 4),
        (
            "postgresql://service:secret@db.example.fr/books?sslmode=disable",
            3,
        ),
        ("host=/nowhere user=service password=secret dbname=books", 4),
    ] {
        let (code, text) = refusal(folder.path(), Some(address), &["status"]);
        assert_eq!((code, text.contains("secret")), (Some(end), false), "{text}");
    }
}
