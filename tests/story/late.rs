//! What a desk cannot know yet is never a reason to refuse.

use crate::support::town::Town;
use passerelle_desk::view::{RedemptionAnswer, Standing};
use passerelle_domain::{cents::Cents, redemption::Doubt, refusal::Refusal};

const SIRET: &str = "99999999800019";

#[test]
fn a_booklet_newer_than_the_list_is_taken_provisionally_then_credited() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let booklet = &town.booklets(1)[0];
    let workshop = counter.workshop("Naviguer sur internet");
    let taken = counter.take(workshop, &booklet[0].code);
    assert_eq!(taken.doubt, Some(Doubt::UnlistedBooklet));
    counter.exchange();
    assert_eq!(town.credited(), Cents(1000));
}

#[test]
fn passes_that_wait_for_an_answer_are_capped_by_the_programme() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let booklet = &town.booklets(1)[0];
    let workshop = counter.workshop("Naviguer sur internet");
    for pass in &booklet[..5] {
        counter.take(workshop, &pass.code);
    }
    let answer = counter.hold_out(workshop, &booklet[5].code);
    assert!(
        matches!(
            &answer,
            RedemptionAnswer::Refused {
                refusal: Refusal::TooManyProvisional { cap: 5, .. },
                ..
            }
        ),
        "{answer:?}"
    );
    counter.exchange();
    counter.take(workshop, &booklet[5].code);
}

#[test]
fn a_booklet_activated_late_credits_what_waited_for_it() {
    let town = Town::new();
    let booklet = &town.sleeping_booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    assert_eq!(
        counter.take(workshop, &booklet[0].code).doubt,
        Some(Doubt::NotActivated)
    );
    counter.exchange();
    let standing = |counter: &crate::support::town::Counter| {
        counter.list_redemptions(&Default::default()).expect("the passes")[0].standing
    };
    assert_eq!(
        (standing(&counter), town.credited()),
        (Standing::Sent, Cents::ZERO)
    );

    let number = booklet[0].booklet;
    town.clearing
        .activate(crate::support::town::PROGRAMME_ID, number, number)
        .expect("activated");
    counter.exchange();
    assert_eq!(
        (standing(&counter), town.credited()),
        (Standing::Credited, Cents(1000))
    );
}

#[test]
fn a_desk_not_enrolled_keeps_codes_until_it_knows_their_programme() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk_without_link("Cachan");
    let workshop = counter.workshop("Naviguer sur internet");
    let answer = counter.hold_out(workshop, &booklet[0].code);
    assert!(matches!(answer, RedemptionAnswer::Kept { .. }), "{answer:?}");
    let answer = counter.hold_out(workshop, &booklet[1].number);
    assert!(matches!(answer, RedemptionAnswer::Kept { .. }), "{answer:?}");
    assert_eq!(counter.list_kept_codes().expect("the ledger").len(), 2);

    town.enrol(&counter, SIRET);
    // Two services are possible: a person says which, once for the workshop.
    let kept = counter.list_kept_codes().expect("the ledger");
    let service = crate::support::forms::service();
    for code in kept {
        let answer = counter
            .redeem_kept_code(code.id, Some(service))
            .expect("an answer");
        assert!(matches!(answer, RedemptionAnswer::Accepted { .. }), "{answer:?}");
    }
    counter.exchange();
    assert_eq!(town.credited(), Cents(2000));
    assert!(counter.list_kept_codes().expect("the ledger").is_empty());
}

#[test]
fn a_past_workshop_is_entered_late_with_its_own_day() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop_on("Ranger ses photos", "02/11/2026");
    let taken = counter.take(workshop, &booklet[0].code);
    assert_eq!(taken.held_on.to_string(), "2026-11-02");
}

#[test]
fn a_backlog_of_more_than_a_batch_is_credited_whole_after_months_without_a_link() {
    let town = Town::new();
    let booklets = town.booklets(21);
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    for pass in booklets.iter().flatten() {
        counter.take(workshop, &pass.code);
    }
    // By then the passes of today would be out of date: only the day of the workshop tells.
    town.clock.wait(150);
    let report = counter.exchange();
    assert_eq!((report.credited.count, report.to_examine.count), (210, 0));
}

#[test]
fn a_clock_ten_years_off_neither_blocks_the_exchange_nor_moves_money_by_itself() {
    for years in [-10i64, 10] {
        let town = Town::new();
        let booklet = &town.booklets(1)[0];
        let counter = town.desk("Cachan", SIRET);
        let workshop = counter.workshop("Naviguer sur internet");
        counter.take(workshop, &booklet[0].code);
        counter
            .skew
            .store(years * 365 * 86_400, std::sync::atomic::Ordering::SeqCst);
        counter.exchange();
        assert_eq!(town.credited(), Cents(1000), "{years} years");
    }
}
