use crate::{
    desk::{Desk, pass},
    http,
    service::{DAY, NOON, Service},
};
use passerelle_domain::{
    event::{Act, Link, Parent},
    id::Epoch,
    key::Purpose,
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    wire::{MEDIA_TYPE, Refused, Verdict},
};

#[test]
fn a_good_pass_is_credited_once_and_for_all() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    let receipt = desk.send(&service, 1, 1);
    assert_eq!(receipt.verdicts, [Verdict::Credited]);
    assert_eq!((receipt.generation, receipt.server_time), (0, NOON));
    let status = service.clearing.status().expect("it answers");
    assert_eq!(
        (
            status.programmes[0].credited,
            status.programmes[0].credited_cents.0
        ),
        (1, 1000)
    );
}

#[test]
fn a_batch_sent_again_gets_the_bytes_of_the_first_answer() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    let first = desk.post(&service, 1, 1);
    assert!(first.has_header(&format!("content-type: {MEDIA_TYPE}")));
    service.wait(400 * DAY);
    // Sealed again, with a fresher time known and a site renamed: the events are the same.
    desk.known_time = Some(NOON + 300 * DAY);
    desk.sites[0].name = "Autre nom".into();
    assert_eq!(desk.post(&service, 1, 1).body, first.body);
}

#[test]
fn an_answer_lost_after_the_commit_is_given_again_by_the_service_that_starts_again() {
    let mut service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    desk.take(1, 2);
    let lost = service.clearing.receive(&desk.parcel(1, 2)).expect("received");
    service.wait(DAY);
    service.restart();
    assert_eq!(desk.post(&service, 1, 2).body, lost);
}

#[test]
fn events_missing_before_a_batch_are_named() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    for rank in 1..=5 {
        desk.take(1, rank);
    }
    assert_eq!(desk.refusal(&service, 3, 5), Refused::Gap { expected_seq: 1 });
    desk.send(&service, 1, 2);
    assert_eq!(desk.refusal(&service, 4, 5), Refused::Gap { expected_seq: 3 });
    assert_eq!(desk.send(&service, 3, 5).verdicts, vec![Verdict::Credited; 3]);
}

#[test]
fn the_same_number_with_another_content_is_a_conflict_and_changes_nothing() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    for rank in 1..=3 {
        desk.take(1, rank);
    }
    desk.send(&service, 1, 3);
    let mut clone = Desk::stranger(1);
    clone.take(1, 1);
    clone.take(9, 9);
    clone.take(1, 3);
    clone.take(1, 4);
    assert_eq!(clone.refusal(&service, 1, 3), Refused::Conflict { seq: 2 });
    assert_eq!(clone.refusal(&service, 1, 4), Refused::Conflict { seq: 2 });
    assert_eq!(clone.refusal(&service, 4, 4), Refused::Conflict { seq: 3 });
    desk.take(1, 4);
    assert_eq!(desk.send_last(&service), Verdict::Credited);
}

#[test]
fn an_epoch_keeps_the_parent_it_began_with() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    desk.send(&service, 1, 1);
    desk.parent = Some(Parent {
        epoch: Epoch(3),
        seq: 4,
        link: Link([5; 32]),
    });
    assert_eq!(desk.refusal(&service, 1, 1), Refused::Conflict { seq: 1 });
    // Another life of the same log begins at 1 again, and names where it comes from.
    desk.epoch = Epoch(42);
    assert_eq!(desk.send(&service, 1, 1).verdicts, [Verdict::AlreadyYours]);
}

#[test]
fn a_batch_that_overlaps_what_is_known_is_answered_with_the_first_words_and_the_new_ones() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    for rank in 1..=3 {
        desk.take(1, rank);
    }
    desk.take(1, 3);
    desk.take(1, 4);
    let first = desk.send(&service, 1, 3);
    let overlap = desk.send(&service, 2, 5);
    assert_eq!(overlap.verdicts[..2], first.verdicts[1..]);
    assert_eq!(overlap.verdicts[2..], [Verdict::AlreadyYours, Verdict::Credited]);
    // A range never asked before, all known: the same words, then always the same bytes.
    let whole = desk.post(&service, 1, 5);
    service.wait(DAY);
    assert_eq!(desk.post(&service, 1, 5).body, whole.body);
    assert_eq!(desk.send(&service, 1, 5).verdicts[1..], overlap.verdicts);
}

#[test]
fn a_poisonous_event_never_blocks_the_rest() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    desk.take(1, 11);
    desk.take(77, 1);
    desk.write(Act::Redemption {
        pass: PassId {
            programme: ProgrammeId(9),
            ..pass(1, 1)
        },
        service: ServiceCode(1),
    });
    desk.take(1, 2);
    assert_eq!(
        desk.send(&service, 1, 5).verdicts,
        [
            Verdict::Credited,
            Verdict::Forged,
            Verdict::Unknown,
            Verdict::Unknown,
            Verdict::Credited
        ]
    );
}

#[test]
fn a_block_and_the_last_day_are_said_with_their_days() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let since = desk.day;
    service
        .clearing
        .block(ProgrammeId(1), 2, 2, since)
        .expect("blocked");
    desk.take(2, 1);
    assert_eq!(desk.send_last(&service), Verdict::Blocked { since });
    service.wait(300 * DAY);
    desk.known_time = Some(NOON + 299 * DAY);
    desk.day = since + chrono::Days::new(300);
    desk.take(1, 1);
    assert_eq!(desk.send_last(&service), Verdict::Expired);
}

#[test]
fn a_device_that_claims_to_know_less_than_before_is_not_believed() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let since = desk.day;
    service
        .clearing
        .block(ProgrammeId(1), 2, 2, since)
        .expect("blocked");
    desk.take(1, 1);
    assert_eq!(desk.send_last(&service), Verdict::Credited);
    // Forty days before the block, by a desk that says it had never heard the time.
    desk.known_time = None;
    desk.day = since - chrono::Days::new(40);
    desk.take(2, 1);
    assert_eq!(desk.send_last(&service), Verdict::ToExamine);
}

#[test]
fn a_commune_outside_the_territory_is_told() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.sites[0].insee_code = "13055".into();
    desk.take(1, 1);
    assert_eq!(desk.send_last(&service), Verdict::OutsideTerritory);
}

#[test]
fn only_a_known_device_is_heard_and_only_whole() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    let parcel = desk.parcel(1, 1);
    for at in [0, 10, 50, parcel.len() - 1] {
        let mut altered = parcel.clone();
        altered[at] ^= 1;
        let answer = http::post(service.address(), "/v1/batches", &altered);
        assert!(matches!(answer.status, 400 | 401), "byte {at}: {}", answer.status);
    }
    let mut stranger = Desk::stranger(2);
    stranger.take(1, 1);
    assert_eq!(stranger.refusal(&service, 1, 1), Refused::UnknownDevice);
    // A batch that speaks of another device's log.
    let answer = http::post(
        service.address(),
        "/v1/batches",
        &desk.seal(Purpose::Batch, &stranger.batch(1, 1)),
    );
    assert_eq!(Refused::from_bytes(&answer.body), Some(Refused::Malformed));
    assert_eq!(service.clearing.status().expect("it answers").counts.events, 0);
}

#[test]
fn what_is_no_parcel_or_too_large_is_refused_before_it_is_read() {
    let service = Service::new();
    let page = http::post(service.address(), "/v1/batches", b"<html>");
    assert_eq!(Refused::from_bytes(&page.body), Some(Refused::Malformed));
    let large = http::post(service.address(), "/v1/batches", &vec![0; 1 << 20]);
    assert_eq!(
        (large.status, Refused::from_bytes(&large.body)),
        (413, Some(Refused::TooLarge))
    );
    assert_eq!(http::get(service.address(), "/v1/nothing", &[]).status, 404);
}
