//! The service killed as it works, between two calls or in the middle of one.

#[cfg(target_os = "linux")]
mod batch;
#[cfg(target_os = "linux")]
mod books;
#[cfg(target_os = "linux")]
mod settlement;

use crate::{
    desk::Desk,
    http,
    process::Process,
    service::{PROGRAMME, programme, siret},
};
use passerelle_clearing::{Clearing, clock};
use passerelle_domain::{
    key::Purpose,
    wire::{Envelope, Receipt, Verdict},
};
use std::{thread, time::Duration};

/// The desk never reads the answer, and the process is killed with the transaction on disk. Started again, the same batch gets the answer that was lost.
#[test]
fn a_service_killed_between_its_commit_and_its_answer_gives_the_same_answer_afterwards() {
    let folder = tempfile::tempdir().expect("a folder");
    let officer = Clearing::open(folder.path(), clock::system()).expect("opened");
    officer.add_programme(&programme()).expect("added");
    officer.mint(PROGRAMME, 1).expect("issued");
    officer.activate(PROGRAMME, 1, 1).expect("activated");
    officer.add_structure(&siret(1), "Ville").expect("added");
    let mut desk = Desk::stranger(1);
    let code = officer.issue_enrolment(&siret(1), 30).expect("issued").code;
    officer.enrol(&desk.form(&code)).expect("let in");
    for rank in 1..=10 {
        desk.take(1, rank);
    }
    let parcel = desk.parcel(1, 10);

    let process = Process::serve(folder.path());
    // Kept open and never read: cut at once, the request might not be received either.
    let unread = http::send_post(process.address, "/v1/batches", &parcel);
    let committed = (0..500).any(|_| {
        thread::sleep(Duration::from_millis(10));
        officer.status().expect("it answers").counts.events == 10
    });
    assert!(committed, "the batch was received");
    process.kill();
    drop(unread);
    // What stands in the books is the answer that was lost.
    let kept = officer.receive(&parcel).expect("known");

    thread::sleep(Duration::from_millis(1100));
    let process = Process::serve(folder.path());
    let answer = http::post(process.address, "/v1/batches", &parcel);
    assert_eq!((answer.status, &answer.body), (200, &kept));
    let receipt: Receipt = Envelope::from_bytes(&answer.body)
        .expect("a parcel")
        .open(&officer.public(), Purpose::Receipt)
        .expect("signed");
    assert_eq!(receipt.verdicts, vec![Verdict::Credited; 10]);
    assert_eq!(officer.status().expect("it answers").programmes[0].credited, 10);
}

/// Killed at any moment of many batches, the service forgets nothing it answered.
#[test]
fn a_service_killed_at_any_moment_keeps_every_answer_it_gave() {
    let folder = tempfile::tempdir().expect("a folder");
    let officer = Clearing::open(folder.path(), clock::system()).expect("opened");
    officer.add_programme(&programme()).expect("added");
    officer.mint(PROGRAMME, 20).expect("issued");
    officer.activate(PROGRAMME, 1, 20).expect("activated");
    officer.add_structure(&siret(1), "Ville").expect("added");
    let mut desk = Desk::stranger(1);
    let code = officer.issue_enrolment(&siret(1), 30).expect("issued").code;
    officer.enrol(&desk.form(&code)).expect("let in");
    for booklet in 1..=20 {
        for rank in 1..=10 {
            desk.take(booklet, rank);
        }
    }
    let mut answered = Vec::new();
    let mut next = 1;
    for round in 0..4u64 {
        let process = Process::serve(folder.path());
        for _ in 0..=round {
            let parcel = desk.parcel(next, next + 4);
            answered.push((
                parcel.clone(),
                http::post(process.address, "/v1/batches", &parcel).body,
            ));
            next += 5;
        }
        // Under way when the process dies: sent, never answered.
        drop(http::send_post(
            process.address,
            "/v1/batches",
            &desk.parcel(next, next + 4),
        ));
        process.kill();
    }
    let process = Process::serve(folder.path());
    for (parcel, first) in &answered {
        assert_eq!(&http::post(process.address, "/v1/batches", parcel).body, first);
    }
    let rest = desk.parcel(next, 200.min(next + 199));
    assert_eq!(http::post(process.address, "/v1/batches", &rest).status, 200);
    let status = officer.status().expect("it answers");
    assert_eq!((status.counts.events, status.programmes[0].credited), (200, 200));
}
