use crate::{
    desk::{Desk, pass},
    http,
    service::{DAY, NOON, PROGRAMME, Service, programme},
};
use passerelle_domain::{
    event::Act,
    pass::PassId,
    programme::{Programme, ProgrammeId, ServiceCode},
    wire::{DEVICE_HEADER, Outward, Question, Refused, SIGNATURE_HEADER, SignedQuestion, Verdict},
};

/// Numbers, events and words of a stream.
fn told(desk: &Desk, service: &Service, since: u64) -> Vec<(u64, u64, Verdict)> {
    let decisions = desk.decisions(service, since).decisions;
    decisions
        .into_iter()
        .map(|decision| (decision.number, decision.event.seq, decision.verdict))
        .collect()
}

#[test]
fn a_booklet_activated_late_credits_what_waited_in_order_of_arrival() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 5).expect("issued");
    let mut first = Desk::enrolled(&service, 1, 9);
    let mut second = Desk::enrolled(&service, 2, 1);
    first.take(12, 1);
    second.take(12, 1);
    second.take(12, 2);
    assert_eq!(first.send_last(&service), Verdict::NotActivated);
    assert_eq!(
        second.send(&service, 1, 2).verdicts,
        vec![Verdict::NotActivated; 2]
    );
    service.wait(60 * DAY);
    let activation = service.clearing.activate(PROGRAMME, 11, 12).expect("activated");
    assert_eq!((activation.booklets, activation.decided), (2, 3));
    assert_eq!(told(&first, &service, 0), [(1, 1, Verdict::Credited)]);
    let taken = second.decisions(&service, 0).decisions;
    assert!(matches!(&taken[0].verdict, Verdict::TakenElsewhere { claim } if claim.site == "Lieu 9"));
    assert_eq!(taken[0].decided_at, NOON + 60 * DAY);
    assert_eq!(told(&second, &service, 1), [(2, 2, Verdict::Credited)]);
}

#[test]
fn an_activation_said_twice_decides_once() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 5).expect("issued");
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(12, 1);
    desk.send_last(&service);
    service.clearing.activate(PROGRAMME, 11, 15).expect("activated");
    let again = service.clearing.activate(PROGRAMME, 11, 15).expect("activated");
    assert_eq!((again.booklets, again.decided), (0, 0));
    assert_eq!(told(&desk, &service, 0).len(), 1);
}

#[test]
fn a_booklet_issued_late_is_told_first_issued_then_credited() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(11, 1);
    assert_eq!(desk.send_last(&service), Verdict::Unknown);
    service.clearing.mint(PROGRAMME, 5).expect("issued");
    service.clearing.activate(PROGRAMME, 11, 15).expect("activated");
    assert_eq!(
        told(&desk, &service, 0),
        [(1, 1, Verdict::NotActivated), (2, 1, Verdict::Credited)]
    );
}

#[test]
fn a_programme_added_late_judges_what_waited_for_it() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let of_two = |booklet, rank| PassId {
        programme: ProgrammeId(2),
        ..pass(booklet, rank)
    };
    for rank in [1, 99] {
        let pass = of_two(1, rank);
        desk.write(Act::Redemption {
            pass,
            service: ServiceCode(1),
        });
    }
    assert_eq!(desk.send(&service, 1, 2).verdicts, vec![Verdict::Unknown; 2]);
    let second = Programme {
        id: ProgrammeId(2),
        ..programme()
    };
    service.clearing.add_programme(&second).expect("added");
    assert_eq!(told(&desk, &service, 0), [(1, 2, Verdict::Forged)]);
    service.clearing.mint(second.id, 1).expect("issued");
    service.clearing.activate(second.id, 1, 1).expect("activated");
    assert_eq!(told(&desk, &service, 2), [(3, 1, Verdict::Credited)]);
}

#[test]
fn what_waited_is_judged_by_the_day_it_was_taken_and_not_by_today() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 1).expect("issued");
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(11, 1);
    desk.send_last(&service);
    service.wait(600 * DAY);
    service.clearing.activate(PROGRAMME, 11, 11).expect("activated");
    assert_eq!(told(&desk, &service, 0), [(1, 1, Verdict::Credited)]);
}

#[test]
fn a_voided_claim_is_not_credited_by_a_late_activation() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 1).expect("issued");
    let mut desk = Desk::enrolled(&service, 1, 1);
    let taken = desk.take(11, 1);
    desk.void(taken);
    assert_eq!(
        desk.send(&service, 1, 2).verdicts,
        [Verdict::NotActivated, Verdict::Voided]
    );
    let activation = service.clearing.activate(PROGRAMME, 11, 11).expect("activated");
    assert_eq!(activation.decided, 0);
}

#[test]
fn a_long_stream_comes_in_pieces_without_gaps() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 60).expect("issued");
    let mut desk = Desk::enrolled(&service, 1, 1);
    for booklet in 11..71 {
        for rank in 1..=10 {
            desk.take(booklet, rank);
        }
    }
    for first in [1, 201, 401] {
        desk.send(&service, first, first + 199);
    }
    service.clearing.activate(PROGRAMME, 11, 70).expect("activated");
    let first = desk.decisions(&service, 0);
    assert_eq!((first.decisions.len(), first.more), (500, true));
    let rest = desk.decisions(&service, 500);
    assert_eq!((rest.decisions.len(), rest.more), (100, false));
    let numbers = first.decisions.iter().chain(&rest.decisions);
    assert!(
        numbers
            .zip(1..)
            .all(|(decision, number)| decision.number == number)
    );
    assert!(desk.decisions(&service, u64::MAX).decisions.is_empty());

    // A courier brings one question, and takes the whole stream home.
    let path = "/v1/decisions?since=0";
    let question = SignedQuestion::new(path.to_owned(), &Question::ask(&desk.key, path));
    let outward = Outward {
        decisions: Some(question),
        ..Outward::of(desk.key.public().device_id())
    };
    let back = service.clearing.answer_pouch(&outward).expect("answered");
    assert_eq!(back.decisions.len(), 2);
}

#[test]
fn a_question_is_answered_to_who_signed_exactly_this_question() {
    let service = Service::new();
    let desk = Desk::enrolled(&service, 1, 1);
    let signed = Question::ask(&desk.key, "/v1/decisions?since=0");
    let ask = |path: &str, device: &str, signature: &str| {
        let headers = [
            (DEVICE_HEADER, device.to_owned()),
            (SIGNATURE_HEADER, signature.to_owned()),
        ];
        http::get(service.address(), path, &headers)
    };
    let (device, signature) = (signed.device.as_str(), signed.signature.as_str());
    assert_eq!(ask("/v1/decisions?since=0", device, signature).status, 200);
    for answer in [
        ask("/v1/decisions?since=1", device, signature),
        ask("/v1/state", device, signature),
        ask("/v1/decisions?since=0", &"0".repeat(32), signature),
        ask("/v1/decisions?since=0", device, "AAAA"),
        http::get(service.address(), "/v1/decisions?since=0", &[]),
    ] {
        assert_eq!(
            (answer.status, Refused::from_bytes(&answer.body)),
            (401, Some(Refused::UnknownDevice))
        );
    }
    assert_eq!(desk.ask(&service, "/v1/decisions?since=demain").status, 400);
    assert_eq!(desk.ask(&service, "/v1/decisions").status, 400);
}
