//! The real service is killed, or its disk fails, at each call of a batch. Asked again, it answers what it
//! would have answered, and holds what it would have held.

use super::books::Books;
use crate::{
    desk::Desk,
    http::{self, Answer},
    process::Process,
    service::{NOON, siret},
    strace::{Blow, Point, Strike, strace, strikes},
};
use passerelle_clearing::{Clearing, clock};
use passerelle_domain::{
    key::{PublicKey, Purpose},
    wire::{Envelope, Receipt},
};
use std::fs;

const BATCHES: &str = "/v1/batches";

/// The books before the batch, and the batch: passes good and unknown, one of them cancelled.
struct Eve {
    books: Books,
    parcel: Vec<u8>,
    public: PublicKey,
}

/// What the batch came to.
struct Outcome {
    answer: Option<Answer>,
    log: String,
}

impl Eve {
    fn new() -> Self {
        let books = Books::new(NOON);
        let officer = books.open();
        officer.add_structure(&siret(1), "Ville").expect("added");
        let mut desk = Desk::stranger(1);
        let code = officer.issue_enrolment(&siret(1), 30).expect("issued").code;
        officer.enrol(&desk.form(&code)).expect("let in");
        for rank in 1..=10 {
            desk.take(1, rank);
        }
        officer.receive(&desk.parcel(1, 10)).expect("taken");
        for rank in 1..=10 {
            desk.take(2, rank);
        }
        // The third pass is given back, and nobody knows the last.
        desk.void(3);
        desk.take(77, 1);
        Self {
            parcel: desk.parcel(11, 22),
            public: officer.public(),
            books,
        }
    }

    /// The batch arrives at a copy of the books, and the service is struck.
    fn receive(&self, strike: Option<&Strike>) -> Outcome {
        let folder = self.books.copy();
        let log = folder.with_file_name("calls");
        // Somebody else has opened the books: what the service writes is the batch, and nothing before it.
        let officer = Clearing::open(&folder, clock::system()).expect("opened");
        let process = Process::serve_under(strace(&log, strike), &folder);
        drop(officer);
        let answer = http::find_answer(process.address, BATCHES, &self.parcel);
        match strike.map(|strike| strike.blow) {
            Some(Blow::Kill) => process.await_death(),
            Some(Blow::BadSector) => {
                let again = http::post(process.address, BATCHES, &self.parcel);
                assert_eq!(again.status, 200, "one fault keeps nobody out: {strike:?}");
                process.kill();
            }
            // It has not ended, and says so to whoever asks.
            Some(Blow::DiskFull) => {
                let again = http::find_answer(process.address, BATCHES, &self.parcel);
                assert!(again.is_some(), "a full disk ends it: {strike:?}");
                process.kill();
            }
            None => process.kill(),
        }
        Outcome {
            answer,
            log: fs::read_to_string(log).expect("the calls"),
        }
    }

    /// Sends the batch again to the service, started plainly; gives what it says, once it holds what is in
    /// its books.
    fn ask_again(&self) -> (Vec<u8>, Receipt) {
        let process = Process::serve(&self.books.now());
        let answer = http::post(process.address, BATCHES, &self.parcel);
        assert_eq!(answer.status, 200);
        process.kill();
        let receipt = Envelope::from_bytes(&answer.body)
            .and_then(|envelope| envelope.open::<Receipt>(&self.public, Purpose::Receipt))
            .expect("signed");
        (
            answer.body,
            Receipt {
                server_time: 0,
                ..receipt
            },
        )
    }
}

#[test]
fn a_batch_cut_short_at_any_call_is_answered_once_and_counted_once() {
    let eve = Eve::new();
    let calm = eve.receive(None);
    let (_, due) = eve.ask_again();
    let holds = eve.books.contents();
    assert_eq!(due.verdicts.len(), 12);
    let points = Point::read_all(&calm.log);
    assert!(points.len() > 5, "{points:?} cannot make a batch durable");
    for strike in strikes("a batch", &points) {
        let outcome = eve.receive(Some(&strike));
        let (bytes, said) = eve.ask_again();
        assert_eq!(said, due, "{strike}");
        if let Some(answer) = outcome.answer {
            assert!(matches!(answer.status, 200 | 503), "{strike}: {}", answer.status);
            let is_first = answer.status != 200 || answer.body == bytes;
            assert!(is_first, "{strike}: another answer than the first");
        }
        eve.books.assert_hold(&holds, &strike);
    }
}

#[test]
fn a_service_cut_short_while_it_closes_its_books_has_lost_nothing() {
    let eve = Eve::new();
    let leave = |strike: Option<&Strike>| {
        let folder = eve.books.copy();
        let officer = Clearing::open(&folder, clock::system()).expect("opened");
        officer.receive(&eve.parcel).expect("taken");
        // What the service would write when it begins is no part of this.
        officer.keep_watermark().expect("kept");
        let log = folder.with_file_name("calls");
        let process = Process::serve_under(strace(&log, strike), &folder);
        // Whoever is last brings what waits beside the books into them.
        drop(officer);
        let _ = process.stop();
        fs::read_to_string(log).expect("the calls")
    };
    let points = Point::read_all(&leave(None));
    let holds = eve.books.contents();
    for strike in strikes("a stop", &points) {
        leave(Some(&strike));
        eve.books.assert_hold(&holds, &strike);
    }
}
