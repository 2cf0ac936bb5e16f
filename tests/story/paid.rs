//! What a structure was paid, as each of its desks shows it.

use crate::support::{
    link::{Mishap, Unlucky},
    town::{Counter, PROGRAMME_ID, Town},
};
use passerelle_desk::{
    form::VoidForm,
    sync::{Answer, Link, LinkFault},
    view::{SettledMonth, SettlementsView, Tally},
};
use passerelle_domain::{
    cents::Cents, credential::Credential, key::PublicKey, month::Month, redemption::VoidReason,
};
use std::{collections::BTreeSet, fs};

const SIRET: &str = "99999999800019";
const OTHER_SIRET: &str = "88888888000018";

const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";

fn month(text: &str) -> Month {
    Month::find(text).expect("a month")
}

fn paid(counter: &Counter) -> SettlementsView {
    counter.batches().expect("the ledger").settlements
}

fn only_month(counter: &Counter) -> SettledMonth {
    let mut months = paid(counter).months;
    assert_eq!(months.len(), 1);
    months.remove(0)
}

fn pay_to(town: &Town, siret: &str) {
    let entered = town.clearing.enter_payee(siret, IBAN, None, "Régie des pass");
    entered.expect("a payee");
}

/// The officer closes a month that is over.
fn close(town: &Town, text: &str) {
    town.clearing.close_settlement(month(text)).expect("closed");
}

const fn tally(count: u32, euros: i64) -> Tally {
    Tally {
        count,
        amount_cents: Cents(euros * 100),
    }
}

/// Three passes at one desk of a structure and two at another, in November; it is December.
fn november(town: &Town) -> (Counter, Counter) {
    let (first, second) = (town.desk("Cachan", SIRET), town.desk("Bus", SIRET));
    let booklet = &town.booklets(1)[0];
    for (counter, passes) in [(&first, &booklet[..3]), (&second, &booklet[3..5])] {
        let workshop = counter.workshop("Ma messagerie");
        for pass in passes {
            counter.take(workshop, &pass.code);
        }
        counter.exchange();
    }
    town.clock.wait(20);
    (first, second)
}

#[test]
fn both_desks_of_a_structure_show_what_it_was_paid_over_all_its_desks() {
    let town = Town::new();
    let (first, second) = november(&town);
    let other = town.desk("Vincennes", OTHER_SIRET);
    pay_to(&town, SIRET);
    close(&town, "2026-11");
    assert_eq!(first.exchange().settled_months, 1);
    second.exchange();
    other.exchange();

    assert_eq!(paid(&first), paid(&second));
    assert_eq!(paid(&first).paid, tally(5, 50));
    let november = only_month(&first);
    assert_eq!((november.month, november.is_confirmed), (month("2026-11"), true));
    assert_eq!(
        (november.paid_cents, november.left_cents),
        (Cents(5_000), Cents::ZERO)
    );
    let line = &november.lines[0];
    assert_eq!((line.credited, line.given_back), (tally(5, 50), tally(0, 0)));
    assert_eq!(line.reference, format!("2026-11/{SIRET}/4"));
    assert_eq!(line.programme_id, PROGRAMME_ID.0);
    assert!(line.programme.is_some());
    assert_eq!(
        paid(&other),
        SettlementsView::default(),
        "nothing of another structure"
    );

    assert_eq!(first.exchange().settled_months, 0);
    assert_eq!(paid(&first), paid(&second), "hearing nothing new changes nothing");
}

#[test]
fn a_pass_given_back_after_it_was_paid_is_taken_off_the_next_month() {
    let town = Town::new();
    let (first, second) = november(&town);
    pay_to(&town, SIRET);
    close(&town, "2026-11");
    let taken = &first.list_redemptions(&Default::default()).expect("the passes")[0];
    first
        .void_redemption(&VoidForm {
            redemption_id: taken.id,
            reason: VoidReason::WrongPass,
        })
        .expect("voided");
    first.exchange();
    town.clock.wait(30);
    close(&town, "2026-12");
    second.exchange();

    let view = paid(&second);
    let december = &view.months[0];
    assert_eq!(december.lines[0].given_back, tally(1, 10));
    assert_eq!(
        (december.paid_cents, december.left_cents),
        (Cents::ZERO, Cents(-1_000))
    );
    assert_eq!(view.left_cents, Cents(-1_000), "the structure owes it");
    assert_eq!(view.paid, tally(4, 50));
}

#[test]
fn what_cannot_be_paid_yet_is_shown_as_held() {
    let town = Town::new();
    let (first, _second) = november(&town);
    close(&town, "2026-11");
    first.exchange();
    let november = only_month(&first);
    assert_eq!(
        (november.paid_cents, november.left_cents),
        (Cents::ZERO, Cents(5_000))
    );

    pay_to(&town, SIRET);
    town.clock.wait(30);
    close(&town, "2026-12");
    first.exchange();
    let december = &paid(&first).months[0];
    assert_eq!(
        (december.carried_cents, december.paid_cents),
        (Cents(5_000), Cents(5_000))
    );
    assert!(december.lines.is_empty());
}

#[test]
fn a_site_without_a_network_learns_what_was_paid_from_its_courier() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk_without_link("Cachan");
    counter.ask_enrolment(&town.letter(SIRET)).expect("kept");
    assert_eq!(counter.link().expect("the ledger").answered_at, None);
    town.carry(&counter);
    assert!(counter.link().expect("the ledger").answered_at.is_some());
    assert!(
        counter.credential().expect("the ledger").is_some(),
        "it came with the grant"
    );
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    town.carry(&counter);
    pay_to(&town, SIRET);
    town.clock.wait(20);
    close(&town, "2026-11");

    let pouch = counter.pack();
    let back = town.answer(&pouch);
    let report = counter.take_in(&back).expect("taken in");
    assert!(report.is_new);
    assert_eq!(report.moved.settled_months, 1);
    assert_eq!(paid(&counter).paid, tally(1, 10));
    let report = counter.take_in(&back).expect("taken in");
    assert_eq!((report.is_new, report.moved.settled_months), (false, 0));
    assert_eq!(paid(&counter).months.len(), 1, "no month is shown twice");
}

#[test]
fn an_answer_that_comes_late_does_not_bring_back_what_was_said_before() {
    let town = Town::new();
    let (first, _second) = november(&town);
    pay_to(&town, SIRET);
    let early = town.answer(&first.pack());
    close(&town, "2026-11");
    first.exchange();
    let late = first.take_in(&early).expect("taken in");
    assert_eq!(late.fault, None);
    assert!(only_month(&first).is_confirmed);
    assert_eq!(paid(&first).paid, tally(5, 50));
}

#[test]
fn a_month_that_clearing_has_lost_stays_in_sight_until_it_is_told_again() {
    let mut town = Town::new();
    let (first, second) = november(&town);
    pay_to(&town, SIRET);
    let copy = town.copy_clearing();
    close(&town, "2026-11");
    first.exchange();
    let before = only_month(&first);
    town.restore_clearing(&copy);

    first.exchange();
    let lost = only_month(&first);
    assert_eq!((lost.paid_cents, lost.is_confirmed), (Cents(5_000), false));
    assert_eq!(
        paid(&first).paid,
        tally(0, 0),
        "what is not confirmed is not counted"
    );
    first.exchange();
    assert_eq!(only_month(&first), lost);

    let signed = fs::read(town.signed_month(month("2026-11"))).expect("left beside the key");
    let back = town.clearing.bring_settlement_back(&signed, None);
    assert!(back.expect("brought back").is_new);
    assert_eq!(first.exchange().settled_months, 0, "the same payment is no news");
    second.exchange();
    let again = only_month(&first);
    assert!(again.is_confirmed);
    assert_eq!((again.lines, again.paid_cents), (before.lines, before.paid_cents));
    assert_eq!(paid(&first).paid, tally(5, 50));
    assert_eq!(paid(&first).paid, paid(&second).paid);
}

#[test]
fn a_month_closed_otherwise_after_a_loss_is_shown_as_it_is_now() {
    let mut town = Town::new();
    let (first, second) = november(&town);
    pay_to(&town, SIRET);
    let copy = town.copy_clearing();
    close(&town, "2026-11");
    first.exchange();
    town.restore_clearing(&copy);
    // Before the first desk says anything again, a pass that November had counted is given back.
    let taken = &second.list_redemptions(&Default::default()).expect("the passes")[0];
    second
        .void_redemption(&VoidForm {
            redemption_id: taken.id,
            reason: VoidReason::WrongPass,
        })
        .expect("voided");
    second.exchange();
    // Nobody has the signed month any more, and nobody waits for the first desk.
    fs::remove_file(town.signed_month(month("2026-11"))).expect("lost too");
    let closed = town
        .clearing
        .close_settlement_anyway(month("2026-11"), "le fichier du mois est perdu");
    closed.expect("closed");

    assert_eq!(first.exchange().settled_months, 1);
    assert_eq!(only_month(&first).paid_cents, Cents(4_000));
    assert_eq!(paid(&first).paid, tally(4, 40));
    second.exchange();
    assert_eq!(paid(&first), paid(&second));
}

/// A service of before this question.
struct Older<'a>(&'a dyn Link);

impl Link for Older<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.0.post(path, body)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        if path.starts_with("/v1/standing") {
            return Err(LinkFault::NoSuchPage);
        }
        self.0.get(path, headers)
    }
}

#[test]
fn a_service_that_does_not_know_the_question_breaks_no_exchange() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    let report = counter.sync(&Older(&counter.link)).expect("an exchange");
    assert_eq!(report.credited.count, 1);
}

#[test]
fn whatever_becomes_of_that_question_passes_are_sent_and_figures_taken() {
    for mishap in [Mishap::Lost, Mishap::AnswerLost, Mishap::AnswerCut] {
        let town = Town::new();
        let pass = &town.booklets(1)[0][0];
        let counter = town.desk("Cachan", SIRET);
        counter.take(counter.workshop("Ma messagerie"), &pass.code);
        // After the decisions, the batch and the state.
        let unlucky = Unlucky::at(&counter.link, 3, mishap);
        assert!(counter.sync(&unlucky).is_err(), "{mishap:?}");
        assert_eq!(unlucky.asked(), 4, "{mishap:?}");
        let standings = counter.batches().expect("the ledger").standings;
        assert_eq!(standings.credited.count, 1, "{mishap:?}");
    }
}

#[test]
fn each_desk_holds_a_credential_of_its_own_that_clearing_has_signed() {
    let town = Town::new();
    let (first, second) = (town.desk("Cachan", SIRET), town.desk("Bus", SIRET));
    let clearing: PublicKey = town.clearing.public();
    let read = |counter: &Counter| {
        let signed = counter.credential().expect("the ledger").expect("a credential");
        Credential::read(&signed, &clearing).expect("signed by clearing")
    };
    let keys: BTreeSet<[u8; 32]> = [&first, &second].map(|counter| read(counter).device.0).into();
    assert_eq!(keys.len(), 2);
    let credential = read(&first);
    assert_eq!(
        (credential.siret.as_str(), credential.structure.as_str()),
        (SIRET, SIRET)
    );
    assert_eq!(credential.holds_from.to_string(), "2026-11-19");
    let before = first.credential().expect("the ledger");
    town.clock.wait(3);
    first.exchange();
    assert_eq!(
        first.credential().expect("the ledger"),
        before,
        "signed the same each time"
    );
}
