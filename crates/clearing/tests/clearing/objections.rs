//! Notes of sites to the officer, over HTTP.

use crate::{
    desk::{Desk, opened},
    http::{self, Answer},
    service::{DAY, NOON, Service},
};
use passerelle_clearing::{Presentation, Ruling};
use passerelle_domain::{
    id::BirthId,
    key::Purpose,
    objection::Note,
    wire::{Heard, Noted, Objection, Refused, Trace},
};

/// Two structures present one pass; the second waits.
fn contested(service: &Service) -> (Desk, Desk) {
    let mut first = Desk::enrolled(service, 1, 1);
    let mut second = Desk::enrolled(service, 2, 2);
    for desk in [&mut first, &mut second] {
        desk.take(1, 1);
        desk.send_last(service);
    }
    (first, second)
}

fn objection(desk: &Desk, seq: u64, note: &str) -> Vec<u8> {
    let event = BirthId {
        device: desk.key.public().device_id(),
        epoch: desk.epoch,
        seq,
    };
    let note = Note::parse(note).expect("a note");
    desk.seal(Purpose::Objection, &Objection::new(event, desk.day, note))
}

fn post(service: &Service, parcel: &[u8]) -> Answer {
    http::post(service.address(), "/v1/objections", parcel)
}

fn noted(service: &Service, parcel: &[u8]) -> Noted {
    let answer = post(service, parcel);
    assert_eq!(answer.status, 200, "{:?}", Refused::from_bytes(&answer.body));
    opened(service, &answer.body, Purpose::Noted)
}

fn refusal(service: &Service, parcel: &[u8]) -> Refused {
    let answer = post(service, parcel);
    let refused = Refused::from_bytes(&answer.body).expect("a refusal");
    assert_eq!(answer.status, refused.status());
    refused
}

fn claim(service: &Service) -> Presentation {
    service.clearing.list_claims().expect("listed").remove(0)
}

fn notes(service: &Service) -> Vec<(String, u64)> {
    let notes = claim(service).objections.into_iter();
    notes.map(|note| (note.note, note.received_at)).collect()
}

#[test]
fn what_a_site_writes_is_noted_and_the_officer_reads_the_latest_first() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    let parcel = objection(&second, 1, "présent, signature sur la feuille");
    let answer = noted(&service, &parcel);
    assert_eq!(answer.server, service.clearing.public().server_id());
    assert_eq!(answer.device, second.key.public().device_id());
    assert_eq!(answer.objection, Trace::of_bytes(&parcel));
    assert_eq!((answer.generation, answer.server_time), (0, NOON));
    service.wait(DAY);
    noted(&service, &objection(&second, 1, "la feuille est jointe"));
    assert_eq!(
        notes(&service),
        [
            ("la feuille est jointe".to_owned(), NOON + DAY),
            ("présent, signature sur la feuille".to_owned(), NOON)
        ]
    );
    let shown = service.clearing.show_conflict(&claim(&service).claim.to_string());
    assert_eq!(shown.expect("shown").claim, claim(&service));
}

#[test]
fn the_same_objection_brought_again_is_noted_once_and_answered_afresh() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    let parcel = objection(&second, 1, "présent");
    noted(&service, &parcel);
    service.wait(DAY);
    assert_eq!(noted(&service, &parcel).server_time, NOON + DAY);
    assert_eq!(notes(&service), [("présent".to_owned(), NOON)]);
}

#[test]
fn a_note_on_what_was_decided_is_noted_all_the_same() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    let name = claim(&service).claim.to_string();
    let decided = service.clearing.decide(&name, Ruling::Decline, "deux fois");
    decided.expect("decided");
    noted(&service, &objection(&second, 1, "présent"));
}

#[test]
fn a_note_on_an_event_that_has_not_come_is_for_later() {
    let service = Service::new();
    let (_first, mut second) = contested(&service);
    second.take(1, 2);
    let parcel = objection(&second, 2, "présent");
    assert_eq!(refusal(&service, &parcel), Refused::Gap { expected_seq: 2 });
    second.send_last(&service);
    noted(&service, &parcel);
}

#[test]
fn only_a_device_that_is_let_in_writes_and_only_on_its_own_log() {
    let service = Service::new();
    let (first, second) = contested(&service);
    let stranger = Desk::stranger(9);
    assert_eq!(
        refusal(&service, &objection(&stranger, 1, "présent")),
        Refused::UnknownDevice
    );
    let event = BirthId {
        device: first.key.public().device_id(),
        epoch: first.epoch,
        seq: 1,
    };
    let note = || Note::parse("présent").expect("a note");
    let of_another = second.seal(Purpose::Objection, &Objection::new(event, first.day, note()));
    assert_eq!(refusal(&service, &of_another), Refused::Malformed);
    let own = BirthId {
        device: second.key.public().device_id(),
        epoch: second.epoch,
        seq: 1,
    };
    let as_a_batch = second.seal(Purpose::Batch, &Objection::new(own, second.day, note()));
    assert_eq!(refusal(&service, &as_a_batch), Refused::UnknownDevice);
    assert_eq!(refusal(&service, b"<html>"), Refused::Malformed);
    let id = second.key.public().device_id();
    service.clearing.revoke(id, "volé").expect("revoked");
    assert_eq!(
        refusal(&service, &objection(&second, 1, "présent")),
        Refused::Revoked
    );
}

#[test]
fn a_note_that_would_play_with_the_officers_terminal_is_not_taken() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    let sealed = |note: &str| {
        let device = second.key.public().device_id();
        second.seal(
            Purpose::Objection,
            &(1u8, device, second.epoch, 1u64, 2500u16, note),
        )
    };
    noted(&service, &sealed("présent"));
    let long = "é".repeat(501);
    for note in ["\u{1b}[2Jrien", "un\ndeux", "\u{202e}tnesérp", "", " ", &long] {
        assert_eq!(refusal(&service, &sealed(note)), Refused::Malformed, "{note:?}");
    }
    assert_eq!(notes(&service).len(), 1);
}

#[test]
fn so_many_notes_on_one_event_are_kept_and_no_more() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    for rank in 0..20 {
        noted(&service, &objection(&second, 1, &format!("note {rank}")));
    }
    assert_eq!(
        refusal(&service, &objection(&second, 1, "note 20")),
        Refused::TooLarge
    );
    // What is kept is still answered.
    noted(&service, &objection(&second, 1, "note 0"));
    assert_eq!(notes(&service).len(), 20);
}

#[test]
fn a_desk_is_told_that_what_it_was_told_to_be_noted_is_lost() {
    let service = Service::new();
    let (_first, second) = contested(&service);
    let parcel = objection(&second, 1, "présent");
    let lacks = || {
        let heard = Heard {
            noted: Some(Trace::of_bytes(&parcel)),
            ..Heard::default()
        };
        let answer = second.ask(&service, &heard.to_path());
        let decisions: passerelle_domain::wire::Decisions =
            opened(&service, &answer.body, Purpose::Decisions);
        decisions.lacks
    };
    assert_eq!(lacks(), Some(Trace::of_bytes(&parcel)));
    noted(&service, &parcel);
    assert_eq!(lacks(), None);
    assert_eq!(second.decisions(&service, 0).lacks, None, "it did not ask");
}
