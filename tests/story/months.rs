//! Months that were closed and paid, and clearing that goes on from an older copy of its books.

use crate::support::town::{Counter, PROGRAMME_ID, Town};
use passerelle_clearing::{
    Error, OfficerAct,
    settlement::{Balance, Line, Settlement},
};
use passerelle_desk::{form::VoidForm, view::RedemptionAnswer};
use passerelle_domain::{cents::Cents, month::Month, redemption::VoidReason};
use std::{fs, path::PathBuf};

const CACHAN: &str = "99999999800019";
const VINCENNES: &str = "88888888000018";
const IBAN: &str = "FR1420041010050500013M02606";

fn month(text: &str) -> Month {
    Month::find(text).expect("a month")
}

fn november() -> Month {
    month("2026-11")
}

fn december() -> Month {
    month("2026-12")
}

/// November with two sites: three passes at Cachan, one at Vincennes; paid, and one given back since.
struct Autumn<C> {
    // Before the town: it opens each desk once more at its end.
    cachan: Counter,
    vincennes: Counter,
    town: Town,
    /// The books before any of it.
    copy: C,
}

impl<C> Autumn<C> {
    fn lived(town: Town, copy_of: impl FnOnce(&Town) -> C) -> Self {
        let booklets = town.booklets(2);
        let (cachan, vincennes) = (town.desk("Cachan", CACHAN), town.desk("Vincennes", VINCENNES));
        let copy = copy_of(&town);
        let workshop = cachan.workshop("Ma messagerie");
        let taken = cachan.take(workshop, &booklets[0][0].code);
        for pass in &booklets[0][1..3] {
            cachan.take(workshop, &pass.code);
        }
        vincennes.take(vincennes.workshop("Mes photos"), &booklets[1][0].code);
        cachan.exchange();
        vincennes.exchange();
        town.clearing
            .enter_payee(CACHAN, IBAN, None, "Régie")
            .expect("entered");
        town.clock.wait(14);
        let closed = town.clearing.close_settlement(november()).expect("closed");
        assert_eq!(closed.settlement.paid(), Cents(3_000));
        let form = VoidForm {
            redemption_id: taken.id,
            reason: VoidReason::WrongPass,
        };
        cachan.void_redemption(&form).expect("cancelled");
        cachan.take(cachan.workshop("Démarches"), &booklets[0][5].code);
        cachan.exchange();
        Self {
            town,
            cachan,
            vincennes,
            copy,
        }
    }

    /// December as it is closed in January.
    fn december(&self) -> Settlement {
        self.town.clock.wait(31);
        let closed = self.town.clearing.close_settlement(december());
        closed.expect("closed").settlement
    }

    fn generation(&self) -> u32 {
        self.town.clearing.status().expect("the books").generation
    }

    fn bring_november_back(&self) -> Result<bool, Error> {
        let parcel = fs::read(self.town.signed_month(november())).expect("left beside the key");
        let back = self.town.clearing.bring_settlement_back(&parcel, None)?;
        assert_eq!(
            self.town.clearing.export_settlement(november()).expect("signed"),
            parcel
        );
        Ok(back.is_new)
    }
}

fn autumn() -> Autumn<PathBuf> {
    Autumn::lived(Town::new(), Town::copy_clearing)
}

fn figures(settlement: Settlement) -> (Vec<Line>, Vec<Balance>) {
    (settlement.lines, settlement.balances)
}

#[test]
fn a_month_paid_after_the_copy_is_brought_back_and_the_next_one_is_that_of_a_twin() {
    assert_a_lost_month_comes_back(
        Town::new,
        Town::copy_clearing,
        |copy, town| town.restore_clearing(copy),
        Town::new(),
    );
}

/// A town whose clearing goes back to before November was paid, and a twin that never did.
pub fn assert_a_lost_month_comes_back<C>(
    town: impl FnOnce() -> Town,
    copy: impl FnOnce(&Town) -> C,
    put_back: impl FnOnce(&C, &mut Town),
    twin: Town,
) {
    let mut autumn = Autumn::lived(town(), copy);
    let paid = autumn.town.clearing.show_settlement(november()).expect("closed");
    put_back(&autumn.copy, &mut autumn.town);
    assert_eq!(autumn.generation(), 1, "noticed before any desk has said so");
    assert_lost(&autumn);
    let twin = Autumn::lived(twin, |_| ());
    assert_eq!(figures(autumn.december()), figures(twin.december()));
    let again = autumn.town.clearing.show_settlement(november()).expect("back");
    assert_eq!(again.settlement, paid.settlement);
    let acts = autumn.town.clearing.audits().expect("listed");
    assert!(
        acts.iter()
            .any(|act| act.deed.act == OfficerAct::MonthBroughtBack)
    );
}

/// Nothing is closed before the month is back, nor brought back before what it has counted.
fn assert_lost<C>(autumn: &Autumn<C>) {
    let clearing = &autumn.town.clearing;
    for month in [november(), december()] {
        let outcome = clearing.close_settlement(month);
        assert!(
            matches!(outcome, Err(Error::MonthLost(lost)) if lost == november()),
            "{outcome:?}"
        );
    }
    match autumn.bring_november_back() {
        Err(Error::CreditsMissing(missing)) => {
            assert_eq!((missing.count, missing.silent.len()), (4, 2));
            assert_eq!(missing.holders.values().sum::<usize>(), 4);
        }
        other => panic!("brought back without its credits: {other:?}"),
    }
    autumn.cachan.exchange();
    match autumn.bring_november_back() {
        Err(Error::CreditsMissing(missing)) => {
            assert_eq!(missing.count, 1);
            assert_eq!(missing.holders.keys().collect::<Vec<_>>(), [VINCENNES]);
        }
        other => panic!("brought back without its credits: {other:?}"),
    }
    autumn.vincennes.exchange();
    assert!(autumn.bring_november_back().expect("brought back"));
    assert!(!autumn.bring_november_back().expect("no news"));
}

#[test]
fn no_month_is_closed_before_the_desks_have_reported() {
    let mut autumn = autumn();
    let pass = autumn.town.booklets(1).remove(0).remove(0);
    let copy = autumn.town.copy_clearing();
    let workshop = autumn.vincennes.workshop("Photos");
    autumn.vincennes.take(workshop, &pass.code);
    autumn.vincennes.exchange();
    autumn.town.clearing.keep_watermark().expect("kept");
    autumn.town.restore_clearing(&copy);
    autumn.cachan.exchange();
    autumn.town.clock.wait(31);
    match autumn.town.clearing.close_settlement(december()) {
        Err(Error::DevicesSilent(silent)) => {
            assert_eq!(silent.len(), 1);
            assert_eq!(silent[0].structure, VINCENNES);
            assert!(silent[0].last_heard_at.is_some());
        }
        other => panic!("closed without a desk: {other:?}"),
    }
    let clearing = &autumn.town.clearing;
    let aftermath = clearing.aftermath().expect("the books").expect("they went back");
    assert_eq!(aftermath.silent.len(), 1);
    autumn.vincennes.exchange();
    let closed = clearing.close_settlement(december()).expect("closed");
    assert_eq!(
        closed.settlement.lines.len(),
        2,
        "the pass that came back is counted"
    );
    let aftermath = clearing.aftermath().expect("the books").expect("they went back");
    assert_eq!(aftermath.silent, []);
}

#[test]
fn the_officer_may_go_on_without_what_is_missing_and_says_why() {
    let mut autumn = autumn();
    let copy = autumn.copy.clone();
    autumn.town.restore_clearing(&copy);
    autumn.cachan.exchange();
    let clearing = &autumn.town.clearing;
    let parcel = fs::read(autumn.town.signed_month(november())).expect("left beside the key");
    let unsaid = clearing.bring_settlement_back(&parcel, Some(" "));
    assert!(matches!(unsaid, Err(Error::NoReason)));
    let back = clearing
        .bring_settlement_back(&parcel, Some("Vincennes est fermé"))
        .expect("taken all the same");
    assert_eq!(back.awaited, 1);
    assert_eq!(clearing.export_settlement(november()).expect("signed"), parcel);
    autumn.town.clock.wait(31);
    let waits = clearing.close_settlement(december());
    assert!(matches!(waits, Err(Error::DevicesSilent(_))));
    let closed = clearing
        .close_settlement_anyway(december(), "Vincennes est fermé")
        .expect("closed");
    assert_eq!(closed.settlement.amount(), Cents(0));
    let acts = clearing.audits().expect("listed");
    let reasons = acts.iter().filter(|act| act.deed.reason.is_some());
    assert_eq!(reasons.count(), 2);

    // It was closed for a month: what it was paid for comes back, and is not paid again.
    autumn.vincennes.exchange();
    assert_eq!(autumn.town.credited(), Cents(4_000));
    autumn.town.clock.wait(31);
    let january = clearing.close_settlement(month("2027-01")).expect("closed");
    assert_eq!(january.settlement.lines, []);
    let aftermath = clearing.aftermath().expect("the books").expect("they went back");
    assert_eq!(aftermath.awaited_credits, 0);
    assert_eq!(
        clearing.export_settlement(november()).expect("signed"),
        parcel,
        "it has counted the same all along"
    );
}

#[test]
fn books_that_went_back_are_noticed_though_no_desk_has_a_proof() {
    let mut town = Town::new();
    let counter = town.desk("Cachan", CACHAN);
    let booklet = town.booklets(1).remove(0);
    counter.exchange();
    let copy = town.copy_clearing();
    let number = booklet[0].booklet;
    town.clearing
        .block(PROGRAMME_ID, number, number, crate::support::town::thursday())
        .expect("blocked");
    counter.exchange();
    let workshop = counter.workshop("Ma messagerie");
    let refused = counter.hold_out(workshop, &booklet[0].code);
    assert!(!matches!(refused, RedemptionAnswer::Accepted { .. }));
    town.clearing.keep_watermark().expect("kept");
    town.restore_clearing(&copy);
    assert_eq!(town.clearing.status().expect("the books").generation, 1);

    // The state of the books is taken, though it says less than the one held.
    counter.exchange();
    counter.take(workshop, &booklet[0].code);
    counter.exchange();
    assert_eq!(town.credited(), Cents(1_000));
    assert_eq!(town.clearing.status().expect("the books").generation, 1);
}

#[test]
fn a_key_moved_to_another_machine_claims_nothing() {
    let mut autumn = autumn();
    let copy = autumn.copy.clone();
    let folder = autumn.town.signed_month(november());
    let folder = folder
        .parent()
        .and_then(|folder| folder.parent())
        .expect("a folder");
    fs::remove_file(folder.join("watermark.json")).expect("not moved");
    fs::remove_dir_all(folder.join("settlements")).expect("not moved");
    autumn.town.restore_clearing(&copy);
    assert_eq!(autumn.generation(), 0);
    autumn.cachan.exchange();
    assert_eq!(autumn.generation(), 1, "the desks find it out");
}

#[test]
fn a_file_that_this_service_has_not_signed_is_no_settlement() {
    let (autumn, other) = (autumn(), Town::new());
    let mut parcel = autumn
        .town
        .clearing
        .export_settlement(november())
        .expect("signed");
    let foreign = other.clearing.bring_settlement_back(&parcel, None);
    assert!(matches!(foreign, Err(Error::NotOurSettlement)), "{foreign:?}");
    let last = parcel.len() - 1;
    parcel[last] ^= 1;
    for bytes in [&parcel[..], b"", b"PSR1"] {
        let outcome = autumn.town.clearing.bring_settlement_back(bytes, None);
        assert!(matches!(outcome, Err(Error::NotOurSettlement)));
    }
}

#[test]
fn lost_months_come_back_in_their_order() {
    let mut autumn = autumn();
    let later = autumn.december();
    let parcel = autumn
        .town
        .clearing
        .export_settlement(december())
        .expect("signed");
    let copy = autumn.copy.clone();
    autumn.town.restore_clearing(&copy);
    autumn.cachan.exchange();
    autumn.vincennes.exchange();
    let early = autumn.town.clearing.bring_settlement_back(&parcel, None);
    assert!(matches!(early, Err(Error::EarlierMonthLost { earlier, .. }) if earlier == november()));
    autumn.bring_november_back().expect("back");
    let back = autumn.town.clearing.bring_settlement_back(&parcel, None);
    assert_eq!(back.expect("back").statement.settlement, later);
    let lost = autumn.town.clearing.aftermath().expect("the books");
    assert_eq!(lost.expect("they went back").lost_months, []);
}

#[test]
fn a_month_closed_just_before_the_service_died_leaves_its_file_at_the_next_start() {
    let mut autumn = autumn();
    let parcel = autumn
        .town
        .clearing
        .export_settlement(november())
        .expect("signed");
    let copy = autumn.town.copy_clearing();
    let file = autumn.town.signed_month(november());
    fs::remove_file(&file).expect("never written");
    autumn.town.restore_clearing(&copy);
    assert_eq!(fs::read(&file).expect("written now"), parcel);
    assert_eq!(autumn.generation(), 0, "nothing was lost");
}
