use crate::{
    desk::{Desk, pass},
    service::{DAY, NOON, PROGRAMME, Service, siret},
};
use passerelle_clearing::{Error, OfficerAct, Presentation, Ruling};
use passerelle_domain::{event::Act, redemption::VoidReason, wire::Verdict};

/// Events and words of a desk's stream.
fn told(desk: &Desk, service: &Service) -> Vec<(u64, Verdict)> {
    let decisions = desk.decisions(service, 0).decisions;
    decisions
        .into_iter()
        .map(|decision| (decision.event.seq, decision.verdict))
        .collect()
}

fn claims(service: &Service) -> Vec<Presentation> {
    service.clearing.list_claims().expect("listed")
}

fn decide(service: &Service, claim: &Presentation, ruling: Ruling) -> Result<(), Error> {
    let name = claim.claim.to_string();
    service
        .clearing
        .decide(&name, ruling, "le papier est à l’autre lieu")
        .map(|_| ())
}

fn credited(service: &Service) -> u64 {
    service.clearing.status().expect("it answers").programmes[0].credited
}

/// Two structures present one pass; the second waits.
fn contested(service: &Service) -> (Desk, Desk) {
    let mut first = Desk::enrolled(service, 1, 1);
    let mut second = Desk::enrolled(service, 2, 2);
    first.take(1, 1);
    second.take(1, 1);
    assert_eq!(first.send_last(service), Verdict::Credited);
    service.wait(DAY);
    assert_eq!(second.send_last(service).code(), "taken_elsewhere");
    (first, second)
}

#[test]
fn a_pass_presented_twice_is_shown_with_both_claims() {
    let service = Service::new();
    contested(&service);
    let waiting = claims(&service);
    assert_eq!(waiting.len(), 1);
    let conflict = service
        .clearing
        .show_conflict(&waiting[0].claim.to_string())
        .expect("shown");
    let holder = conflict.holder.expect("credited");
    assert_eq!(
        (conflict.claim.structure.as_str(), conflict.claim.site.as_str()),
        ("Structure 2", "Lieu 2")
    );
    assert_eq!(
        (holder.structure.as_str(), holder.site.as_str()),
        ("Structure 1", "Lieu 1")
    );
    assert_eq!(
        (holder.received_at, conflict.claim.received_at),
        (NOON, NOON + DAY)
    );
    assert_eq!(conflict.claim.pass, pass(1, 1));
    assert!(conflict.rivals.is_empty());
}

#[test]
fn a_claim_declined_is_told_to_both_sites_and_waits_no_more() {
    let service = Service::new();
    let (first, second) = contested(&service);
    decide(&service, &claims(&service)[0], Ruling::Decline).expect("decided");
    assert_eq!(told(&second, &service), [(1, Verdict::Declined)]);
    assert_eq!(told(&first, &service), [(1, Verdict::Credited)]);
    assert!(claims(&service).is_empty());
    assert_eq!(credited(&service), 1);
}

#[test]
fn a_credit_that_stands_is_final_for_the_officer_too() {
    let service = Service::new();
    let (first, second) = contested(&service);
    let outcome = decide(&service, &claims(&service)[0], Ruling::Credit);
    assert!(matches!(outcome, Err(Error::PassCredited { name, .. }) if name == "Structure 1"));
    assert!(told(&first, &service).is_empty());
    assert!(told(&second, &service).is_empty());
    assert_eq!(claims(&service).len(), 1);
}

#[test]
fn a_claim_is_credited_once_its_holder_has_given_the_pass_back() {
    let service = Service::new();
    let (mut first, second) = contested(&service);
    first.void(1);
    assert_eq!(first.send_last(&service), Verdict::Voided);
    decide(&service, &claims(&service)[0], Ruling::Credit).expect("decided");
    assert_eq!(told(&second, &service), [(1, Verdict::Credited)]);
    // The void was this site's own doing: it has nothing more to hear.
    assert!(told(&first, &service).is_empty());
    assert_eq!(credited(&service), 1);
    // Now it is the first that comes too late.
    first.take(1, 1);
    assert_eq!(first.send_last(&service).code(), "taken_elsewhere");
}

#[test]
fn crediting_one_claim_gives_every_other_one_its_word() {
    let service = Service::new();
    let (mut first, second) = contested(&service);
    let mut third = Desk::enrolled(&service, 3, 3);
    let mut neighbour = Desk::enrolled(&service, 2, 4);
    third.take(1, 1);
    third.send_last(&service);
    neighbour.take(1, 1);
    neighbour.send_last(&service);
    let oldest = claims(&service)[0].claim.to_string();
    let conflict = service.clearing.show_conflict(&oldest).expect("shown");
    let rivals = conflict.rivals.iter().map(|rival| rival.structure.as_str());
    assert_eq!(rivals.collect::<Vec<_>>(), ["Structure 3", "Structure 2"]);
    first.void(1);
    first.send_last(&service);
    decide(&service, &claims(&service)[0], Ruling::Credit).expect("decided");
    assert_eq!(told(&third, &service), [(1, Verdict::Declined)]);
    assert_eq!(
        told(&second, &service),
        [(1, Verdict::Credited), (1, Verdict::AlreadyYours)]
    );
    assert!(claims(&service).is_empty());
    assert_eq!(credited(&service), 1);
}

#[test]
fn a_decision_is_made_once() {
    let service = Service::new();
    contested(&service);
    let claim = claims(&service).remove(0);
    decide(&service, &claim, Ruling::Decline).expect("decided");
    for ruling in [Ruling::Decline, Ruling::Credit] {
        let again = decide(&service, &claim, ruling);
        assert!(matches!(again, Err(Error::NoSuchClaim(_))));
    }
}

#[test]
fn a_decision_without_a_reason_is_not_made() {
    let service = Service::new();
    contested(&service);
    let name = claims(&service)[0].claim.to_string();
    let outcome = service.clearing.decide(&name, Ruling::Decline, "  ");
    assert!(matches!(outcome, Err(Error::NoReason)));
    assert_eq!(claims(&service).len(), 1);
}

/// A desk that presents a pass on a day that nobody can vouch for.
fn doubtful(service: &Service, booklet: u32) -> Desk {
    let mut desk = Desk::enrolled(service, 1, 1);
    desk.known_time = None;
    desk.day = desk.day + chrono::Days::new(400);
    service
        .clearing
        .block(PROGRAMME, booklet, booklet, desk.day - chrono::Days::new(401))
        .expect("blocked");
    desk.take(booklet, 1);
    assert_eq!(desk.send_last(service), Verdict::ToExamine);
    desk
}

#[test]
fn what_was_to_be_examined_is_credited_or_declined() {
    for (ruling, verdict, passes) in [
        (Ruling::Credit, Verdict::Credited, 1),
        (Ruling::Decline, Verdict::Declined, 0),
    ] {
        let service = Service::new();
        let desk = doubtful(&service, 2);
        decide(&service, &claims(&service)[0], ruling).expect("decided");
        assert_eq!(told(&desk, &service), [(1, verdict)]);
        assert_eq!(credited(&service), passes);
    }
}

#[test]
fn what_the_officer_credits_was_paid_for_by_somebody() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 1).expect("issued");
    doubtful(&service, 11);
    let outcome = decide(&service, &claims(&service)[0], Ruling::Credit);
    assert!(matches!(outcome, Err(Error::NotActivated { booklet: 11 })));
}

#[test]
fn a_void_that_needs_a_look_can_only_be_declined() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let seq = desk.take(1, 1);
    desk.write(Act::Void {
        pass: pass(1, 2),
        epoch: desk.epoch,
        seq,
        reason: VoidReason::WrongPass,
    });
    desk.send(&service, 1, 2);
    let claim = claims(&service).remove(0);
    assert!(claim.is_void);
    let outcome = decide(&service, &claim, Ruling::Credit);
    assert!(matches!(outcome, Err(Error::NothingToCredit)));
    decide(&service, &claim, Ruling::Decline).expect("decided");
    assert_eq!(told(&desk, &service), [(2, Verdict::Declined)]);
    assert_eq!(credited(&service), 1);
}

#[test]
fn what_an_officer_did_is_kept_with_who_and_why() {
    let service = Service::new();
    contested(&service);
    decide(&service, &claims(&service)[0], Ruling::Decline).expect("decided");
    let audits = service.clearing.audits().expect("listed");
    let acts: Vec<_> = audits.iter().map(|audit| audit.deed.act).collect();
    assert_eq!(
        acts[..3],
        [
            OfficerAct::ProgrammeAdded,
            OfficerAct::BookletsIssued,
            OfficerAct::BookletsActivated
        ]
    );
    let last = &audits.last().expect("kept").deed;
    assert_eq!(last.act, OfficerAct::ClaimDeclined);
    assert_eq!(last.reason.as_deref(), Some("le papier est à l’autre lieu"));
    assert_eq!(last.about["pass"]["booklet"], 1);
    assert_eq!(last.about["told"][1]["siret"], siret(1));
    assert_eq!(last.done_at, NOON + DAY);
}

#[test]
fn a_booklet_shows_who_has_each_pass_who_had_it_and_who_waits() {
    let service = Service::new();
    let (mut first, _second) = contested(&service);
    first.void(1);
    first.take(1, 1);
    first.send(&service, 2, 3);
    let booklet = service.clearing.show_booklet(PROGRAMME, 1).expect("shown");
    assert!(booklet.is_activated);
    assert_eq!(booklet.passes.len(), 10);
    let pass = &booklet.passes[0];
    assert_eq!(pass.credits.len(), 2);
    assert_eq!(pass.credits[0].withdrawn_at, Some(NOON + DAY));
    assert_eq!(pass.standing().expect("credited").structure, "Structure 1");
    assert_eq!(pass.waiting[0].structure, "Structure 2");
    assert!(booklet.passes[1].credits.is_empty());
    let unknown = service.clearing.show_booklet(PROGRAMME, 99);
    assert!(matches!(unknown, Err(Error::NotIssued { first: 99, last: 99 })));
}

#[test]
fn desks_are_listed_and_one_is_stopped_by_the_beginning_of_its_identity() {
    let service = Service::new();
    let (first, second) = contested(&service);
    let clearing = &service.clearing;
    let listed = clearing.list_devices().expect("listed");
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0].last_heard_at, Some(NOON));
    let name = second.key.public().device_id().to_string();
    let meant = clearing
        .get_device_named(&name[..6].to_uppercase())
        .expect("found");
    clearing.revoke(meant.device, "volé").expect("revoked");
    assert!(
        clearing
            .list_devices()
            .expect("listed")
            .iter()
            .any(|row| row.revoked_at == Some(NOON + DAY))
    );
    assert!(matches!(
        clearing.get_device_named(""),
        Err(Error::NoSuchDevice(_))
    ));
    assert!(matches!(
        clearing.get_device_named("zz"),
        Err(Error::NoSuchDevice(_))
    ));
    assert_eq!(second.ask(&service, "/v1/decisions?since=0").status, 403);
    assert_eq!(first.ask(&service, "/v1/decisions?since=0").status, 200);
}
