use crate::{
    desk::{Desk, pass},
    service::Service,
};
use passerelle_domain::{
    event::Act,
    redemption::VoidReason,
    wire::{Claim, Verdict},
};

fn claim_of(desk: &Desk) -> Verdict {
    let site = &desk.sites[0];
    Verdict::TakenElsewhere {
        claim: Claim {
            site: site.name.clone(),
            insee_code: site.insee_code.clone(),
            held_on: desk.day,
        },
    }
}

#[test]
fn a_pass_taken_twice_is_credited_to_the_first_and_the_second_is_told_where_and_when() {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut second = Desk::enrolled(&service, 2, 2);
    second.next_day();
    first.take(1, 1);
    second.take(1, 1);
    assert_eq!(first.send_last(&service), Verdict::Credited);
    assert_eq!(second.send_last(&service), claim_of(&first));
    // The second desk's own place never reaches the first.
    assert!(first.decisions(&service, 0).decisions.is_empty());
}

#[test]
fn a_pass_taken_twice_by_one_structure_is_already_its_own() {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut second = Desk::enrolled(&service, 1, 2);
    first.take(1, 1);
    second.take(1, 1);
    assert_eq!(first.send_last(&service), Verdict::Credited);
    assert_eq!(second.send_last(&service), Verdict::AlreadyYours);
}

#[test]
fn a_void_gives_the_credit_back_and_its_structure_may_take_the_pass_again() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let taken = desk.take(1, 1);
    desk.void(taken);
    desk.take(1, 1);
    assert_eq!(
        desk.send(&service, 1, 3).verdicts,
        [Verdict::Credited, Verdict::Voided, Verdict::Credited]
    );
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        1
    );
}

#[test]
fn a_void_said_twice_gives_back_one_credit() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let taken = desk.take(1, 1);
    desk.void(taken);
    desk.take(1, 1);
    desk.void(taken);
    assert_eq!(desk.send(&service, 1, 4).verdicts[3], Verdict::Voided);
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        1
    );
}

#[test]
fn a_void_of_another_pass_than_was_taken_is_examined() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let seq = desk.take(1, 1);
    desk.write(Act::Void {
        pass: pass(1, 2),
        epoch: desk.epoch,
        seq,
        reason: VoidReason::WrongPass,
    });
    assert_eq!(
        desk.send(&service, 1, 2).verdicts,
        [Verdict::Credited, Verdict::ToExamine]
    );
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        1
    );
}

#[test]
fn a_redemption_that_arrives_after_its_void_is_not_credited() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let before = desk.epoch;
    desk.take(1, 1);
    // The void, written in another life of the log, travels first.
    let mut restored = Desk::stranger(1);
    restored.epoch = passerelle_domain::id::Epoch(7);
    restored.write(Act::Void {
        pass: pass(1, 1),
        epoch: before,
        seq: 1,
        reason: VoidReason::NotHeld,
    });
    assert_eq!(restored.send_last(&service), Verdict::Voided);
    assert_eq!(desk.send_last(&service), Verdict::Voided);
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        0
    );
}

#[test]
fn a_pass_given_back_while_another_structure_waits_for_it_is_left_to_the_officer() {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut waiting = Desk::enrolled(&service, 2, 2);
    let mut third = Desk::enrolled(&service, 3, 3);
    let taken = first.take(1, 1);
    first.send_last(&service);
    waiting.take(1, 1);
    waiting.send_last(&service);
    first.void(taken);
    assert_eq!(first.send_last(&service), Verdict::Voided);
    // Nobody is credited by the void itself.
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        0
    );
    // A newcomer comes after the one who waits.
    third.take(1, 1);
    assert_eq!(third.send_last(&service), claim_of(&waiting));
    // Who gave it back may take it again.
    first.take(1, 1);
    assert_eq!(first.send_last(&service), Verdict::Credited);
}

#[test]
fn a_claim_that_is_voided_waits_no_more() {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut second = Desk::enrolled(&service, 2, 2);
    let mut third = Desk::enrolled(&service, 3, 3);
    let taken = first.take(1, 1);
    first.send_last(&service);
    let claimed = second.take(1, 1);
    second.send_last(&service);
    second.void(claimed);
    assert_eq!(second.send_last(&service), Verdict::Voided);
    first.void(taken);
    first.send_last(&service);
    third.take(1, 1);
    assert_eq!(third.send_last(&service), Verdict::Credited);
}
