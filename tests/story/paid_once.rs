//! A pass that a closed month has paid, after the books went back to before it was ever presented: it may come back
//! through another event, and is not paid again.

use crate::support::town::{Counter, PROGRAMME_ID, Town};
use passerelle_clearing::{MintedPass, PaidBefore, Ruling};
use passerelle_desk::{form::VoidForm, view::Redemption};
use passerelle_domain::{cents::Cents, month::Month, redemption::VoidReason};
use std::fs;

const CACHAN: &str = "99999999800019";
const VINCENNES: &str = "88888888000018";
const IBAN: &str = "FR1420041010050500013M02606";

fn month(text: &str) -> Month {
    Month::find(text).expect("a month")
}

/// November has paid Vincennes for a pass. Then the books go back to before it was presented, and the disk of the
/// only desk that knows is lost with them.
struct AfterTheFire {
    // Before the town: it opens each desk once more at its end.
    cachan: Counter,
    again: Counter,
    town: Town,
    pass: MintedPass,
    november: Vec<u8>,
}

impl AfterTheFire {
    fn new() -> Self {
        let mut town = Town::new();
        let pass = town.booklets(1).remove(0).remove(0);
        let cachan = town.desk("Cachan", CACHAN);
        let again = town.desk("Vincennes, le nouveau poste", VINCENNES);
        let lost = town.desk("Vincennes", VINCENNES);
        let copy = town.copy_clearing();
        lost.take(lost.workshop("Mes photos"), &pass.code);
        lost.exchange();
        for structure in [CACHAN, VINCENNES] {
            let entered = town.clearing.enter_payee(structure, IBAN, None, "Régie");
            entered.expect("entered");
        }
        town.clock.wait(14);
        let closed = town.clearing.close_settlement(month("2026-11"));
        assert_eq!(closed.expect("closed").settlement.paid(), Cents(1_000));
        let november = fs::read(town.signed_month(month("2026-11"))).expect("left beside the key");
        drop(lost);
        town.restore_clearing(&copy);
        Self {
            cachan,
            again,
            town,
            pass,
            november,
        }
    }

    fn present(&self, desk: &Counter) {
        desk.take(desk.workshop("Mes photos, encore"), &self.pass.code);
        desk.exchange();
        assert_eq!(self.town.credited(), Cents(1_000), "the books know nothing");
    }

    fn bring_november_back(&self) {
        let clearing = &self.town.clearing;
        let back = clearing.bring_settlement_back(&self.november, Some("le poste a brûlé"));
        back.expect("taken all the same");
        self.assert_november_is_as_it_was();
    }

    fn assert_november_is_as_it_was(&self) {
        let signed = self.town.clearing.export_settlement(month("2026-11"));
        assert_eq!(signed.expect("signed"), self.november);
    }

    /// What that month comes to, closed without the desk that is lost.
    fn close(&self, text: &str) -> Cents {
        self.town.clock.wait(31);
        let closed = self
            .town
            .clearing
            .close_settlement_anyway(month(text), "le poste a brûlé");
        self.assert_november_is_as_it_was();
        closed.expect("closed").settlement.amount()
    }
}

#[test]
fn its_structure_is_not_paid_for_it_again() {
    let fire = AfterTheFire::new();
    fire.present(&fire.again);
    fire.bring_november_back();
    assert_eq!(fire.close("2026-12"), Cents(0));
    assert_eq!(fire.town.credited(), Cents(1_000), "the site keeps it");
    let aftermath = fire.town.clearing.aftermath().expect("the books");
    assert_eq!(aftermath.expect("they went back").awaited_credits, 0);
}

#[test]
fn what_its_structure_gives_back_is_taken_off_what_it_was_paid() {
    let fire = AfterTheFire::new();
    let workshop = fire.again.workshop("Mes photos, encore");
    let taken = fire.again.take(workshop, &fire.pass.code);
    fire.again.exchange();
    fire.bring_november_back();
    let form = VoidForm {
        redemption_id: taken.id,
        reason: VoidReason::WrongPass,
    };
    fire.again.void_redemption(&form).expect("cancelled");
    fire.again.exchange();
    assert_eq!(fire.close("2026-12"), Cents(-1_000));
}

#[test]
fn another_structure_is_paid_for_it_only_when_the_officer_says_so() {
    let fire = AfterTheFire::new();
    fire.present(&fire.cachan);
    fire.bring_november_back();
    let clearing = &fire.town.clearing;
    clearing.preview_settlement(None).expect("looked at");
    assert_eq!(fire.close("2026-12"), Cents(0));
    assert_eq!(fire.town.credited(), Cents(0));
    let claims = clearing.list_claims().expect("listed");
    assert_eq!((claims.len(), claims[0].code.as_str()), (1, "to_examine"));
    let name = claims[0].claim.to_string();
    let paid = PaidBefore {
        month: month("2026-11"),
        structure: VINCENNES.to_owned(),
    };
    assert_eq!(clearing.show_conflict(&name).expect("shown").paid, [paid]);
    fire.cachan.exchange();
    let standings = fire.cachan.batches().expect("the ledger").standings;
    let (waits, has) = (standings.to_examine.count, standings.credited.count);
    assert_eq!((waits, has), (1, 0), "its site is told that it waits");

    let decided = clearing.decide(&name, Ruling::Credit, "Vincennes a remboursé");
    decided.expect("decided");
    assert_eq!(fire.close("2027-01"), Cents(1_000));
    assert_eq!(clearing.list_claims().expect("listed"), [], "asked once");
}

/// November has paid for a pass whose booklet was activated after it was presented; no desk has heard of the credit.
/// Then the books go back to before the booklet was activated.
struct Unheard {
    // As above.
    desk: Counter,
    town: Town,
    taken: Redemption,
    november: Vec<u8>,
}

impl Unheard {
    fn new() -> Self {
        let mut town = Town::new();
        let pass = town.sleeping_booklets(1).remove(0).remove(0);
        let desk = town.desk("Vincennes", VINCENNES);
        let taken = desk.take(desk.workshop("Mes photos"), &pass.code);
        desk.exchange();
        let copy = town.copy_clearing();
        let activated = town.clearing.activate(PROGRAMME_ID, pass.booklet, pass.booklet);
        assert_eq!(activated.expect("activated").decided, 1);
        town.clock.wait(14);
        let closed = town.clearing.close_settlement(month("2026-11"));
        assert_eq!(closed.expect("closed").settlement.amount(), Cents(1_000));
        let november = fs::read(town.signed_month(month("2026-11"))).expect("left beside the key");
        town.restore_clearing(&copy);
        assert_eq!(town.credited(), Cents(0));
        Self {
            desk,
            town,
            taken,
            november,
        }
    }

    /// Brings November back, closes December, and gives what it comes to.
    fn december(&self) -> Cents {
        let clearing = &self.town.clearing;
        let back = clearing.bring_settlement_back(&self.november, None);
        assert_eq!(back.expect("nothing is missing").awaited, 0);
        self.town.clock.wait(31);
        let closed = clearing.close_settlement(month("2026-12"));
        let signed = clearing.export_settlement(month("2026-11"));
        assert_eq!(signed.expect("signed"), self.november);
        closed.expect("closed").settlement.amount()
    }
}

#[test]
fn a_credit_that_no_desk_has_heard_of_is_given_again_as_it_was_paid() {
    let unheard = Unheard::new();
    unheard.desk.exchange();
    assert_eq!(unheard.december(), Cents(0));
    assert_eq!(unheard.town.credited(), Cents(1_000));
    unheard.desk.exchange();
    let standings = unheard.desk.batches().expect("the ledger").standings;
    assert_eq!(standings.credited.count, 1, "its site hears of it");
}

#[test]
fn what_was_paid_and_cancelled_unheard_is_taken_back_by_the_next_month() {
    let unheard = Unheard::new();
    let form = VoidForm {
        redemption_id: unheard.taken.id,
        reason: VoidReason::WrongPass,
    };
    unheard.desk.void_redemption(&form).expect("cancelled");
    unheard.desk.exchange();
    assert_eq!(unheard.december(), Cents(-1_000));
    assert_eq!(unheard.town.credited(), Cents(0));
}
