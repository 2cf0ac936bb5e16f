//! Several batches in one request: each is judged as if it had come alone.

use crate::{
    desk::{Desk, opened},
    http::{self, Answer},
    service::Service,
};
use passerelle_clearing::{Limits, limits::Allowance};
use passerelle_domain::{
    exchange::{MAX_TOGETHER, MAX_TOGETHER_BYTES, POUCHES},
    key::Purpose,
    wire::{Answer as Said, Outward, Pouch, Receipt, Refused, Trace},
};

/// A desk with so many events, one for each batch.
fn desk(service: &Service, seed: u8, events: u8) -> Desk {
    let mut desk = Desk::enrolled(service, seed.into(), seed);
    for number in 0..events {
        desk.take(u32::from(number / 10) + 1, number % 10 + 1);
    }
    desk
}

fn pouch(desk: &Desk, ranges: &[(u64, u64)]) -> Outward {
    let batches = ranges
        .iter()
        .map(|(first, last)| desk.parcel(*first, *last).into());
    Outward {
        batches: batches.collect(),
        ..Outward::of(desk.key.public().device_id())
    }
}

fn post(service: &Service, outward: &Outward) -> Answer {
    http::post(service.address(), POUCHES, &outward.to_bytes())
}

/// What was said of each batch, with the trace that it was said of.
fn said(answer: &Answer) -> Vec<(Trace, Said)> {
    assert_eq!(answer.status, 200, "{:?}", Refused::from_bytes(&answer.body));
    match Pouch::from_bytes(&answer.body) {
        Ok(Pouch::Return(back)) => back
            .batches
            .into_iter()
            .map(|each| (each.batch, each.answer))
            .collect(),
        other => panic!("{other:?}"),
    }
}

fn refusal(answer: &Answer) -> (u16, Option<Refused>) {
    (answer.status, Refused::from_bytes(&answer.body))
}

fn count_events(service: &Service) -> u64 {
    service.clearing.status().expect("it answers").counts.events
}

#[test]
fn each_batch_gets_the_receipt_that_it_would_have_got_alone_in_order() {
    let service = Service::new();
    let desk = desk(&service, 1, 6);
    let outward = pouch(&desk, &[(1, 2), (3, 3), (4, 6)]);
    let first = post(&service, &outward);
    let answers = said(&first);
    assert_eq!(answers.len(), 3);
    for ((trace, answer), (parcel, last)) in answers.iter().zip(outward.batches.iter().zip([2, 3, 6])) {
        assert_eq!(*trace, Trace::of_bytes(parcel));
        let Said::Parcel(bytes) = answer else {
            panic!("{answer:?}");
        };
        let receipt: Receipt = opened(&service, bytes, Purpose::Receipt);
        assert_eq!(
            (receipt.last_seq(), receipt.link),
            (last, desk.batch(1, last).after())
        );
        // What travels alone is the same to the byte.
        let alone = http::post(service.address(), "/v1/batches", parcel);
        assert_eq!(alone.body, *bytes);
    }
    service.wait(1_000);
    assert_eq!(post(&service, &outward).body, first.body);
    assert_eq!(count_events(&service), 6);
}

#[test]
fn what_is_wrong_with_one_batch_keeps_the_others_as_they_would_be_alone() {
    let service = Service::new();
    let desk = desk(&service, 1, 6);
    let mut outward = pouch(&desk, &[(1, 2), (5, 6), (3, 4), (5, 6)]);
    outward.batches[2][100] ^= 1;
    let answers: Vec<Said> = said(&post(&service, &outward))
        .into_iter()
        .map(|(_, answer)| answer)
        .collect();
    let gap = Said::Refused(Refused::Gap { expected_seq: 3 });
    assert!(matches!(answers[0], Said::Parcel(_)), "{answers:?}");
    assert_eq!(answers[1], gap);
    assert_eq!(answers[2], Said::Refused(Refused::UnknownDevice));
    assert_eq!(answers[3], gap);
    let metrics = service.clearing.metrics();
    assert!(
        metrics.contains("passerelle_refusals_total{kind=\"gap\"} 2"),
        "{metrics}"
    );
    assert_eq!(count_events(&service), 2);
}

#[test]
fn a_stopped_device_and_a_stranger_are_told_for_each() {
    let service = Service::new();
    let desk = desk(&service, 1, 2);
    let mut stranger = Desk::stranger(2);
    stranger.take(1, 1);
    stranger.take(1, 2);
    service
        .clearing
        .revoke(desk.key.public().device_id(), "volé")
        .expect("stopped");
    for (desk, refused) in [(&desk, Refused::Revoked), (&stranger, Refused::UnknownDevice)] {
        let answers = said(&post(&service, &pouch(desk, &[(1, 1), (2, 2)])));
        assert!(
            answers
                .iter()
                .all(|(_, answer)| *answer == Said::Refused(refused)),
            "{answers:?}"
        );
    }
    assert_eq!(count_events(&service), 0);
}

#[test]
fn too_many_too_much_and_anything_beside_batches_is_refused_before_it_is_looked_at() {
    let service = Service::new();
    let desk = desk(&service, 1, 1);
    let parcel = desk.parcel(1, 1);
    let many = Outward {
        batches: vec![parcel.clone().into(); MAX_TOGETHER + 1],
        ..pouch(&desk, &[])
    };
    assert_eq!(refusal(&post(&service, &many)), (413, Some(Refused::TooLarge)));
    let large = http::post(service.address(), POUCHES, &vec![0; MAX_TOGETHER_BYTES + 1]);
    assert_eq!(refusal(&large), (413, Some(Refused::TooLarge)));
    let with_a_form = Outward {
        form: Some(vec![1].into()),
        ..pouch(&desk, &[(1, 1)])
    };
    for outward in [with_a_form, pouch(&desk, &[])] {
        assert_eq!(
            refusal(&post(&service, &outward)),
            (400, Some(Refused::Malformed))
        );
    }
    for page in [b"<html>".as_slice(), &parcel] {
        let answer = http::post(service.address(), POUCHES, page);
        assert_eq!(refusal(&answer), (400, Some(Refused::Malformed)));
    }
    assert_eq!(count_events(&service), 0);
}

#[test]
fn several_batches_count_for_as_many_requests() {
    let service = Service::within(Limits {
        per_device: Allowance::new(8, 1),
        ..Limits::default()
    });
    let (loud, quiet) = (desk(&service, 1, 6), desk(&service, 2, 6));
    // Seven are left after the form.
    said(&post(
        &service,
        &pouch(&loud, &[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]),
    ));
    assert_eq!(loud.post(&service, 1, 1).status, 200);
    assert_eq!(loud.post(&service, 1, 1).status, 429);
    said(&post(&service, &pouch(&quiet, &[(1, 1), (2, 2)])));
}

#[test]
fn several_batches_count_for_their_address_too_and_a_small_allowance_lets_them_in() {
    let service = Service::within(Limits {
        per_address: Allowance::new(4, 60),
        ..Limits::default()
    });
    // In the name of nobody known: no door was asked before.
    let mut desk = Desk::stranger(1);
    for rank in 1..=6 {
        desk.take(1, rank);
    }
    let six = pouch(&desk, &[(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]);
    assert_eq!(said(&post(&service, &six)).len(), 6);
    let answer = post(&service, &six);
    assert_eq!(refusal(&answer), (429, Some(Refused::TryLater)));
    assert_eq!(answer.header("retry-after"), Some("3"));
}
