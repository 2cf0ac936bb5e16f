//! The same days, with the books of clearing in PostgreSQL.

use super::months::assert_a_lost_month_comes_back;
use crate::support::{cluster::Database, town::Town};
use passerelle_desk::{form::VoidForm, view::Standing};
use passerelle_domain::{cents::Cents, redemption::VoidReason};

const CACHAN: &str = "99999999800019";
const VINCENNES: &str = "88888888000018";

#[test]
fn a_day_is_logged_offline_then_credited_in_a_database() {
    let database = Database::new();
    let town = Town::in_database(database.address());
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", CACHAN);
    let workshop = counter.workshop("Ma messagerie, premiers pas");
    for pass in &booklet[..3] {
        counter.take(workshop, &pass.code);
    }
    counter.exchange();
    assert_eq!(town.credited(), Cents(3000));
    let undone = counter.take(workshop, &booklet[3].code);
    counter.exchange();
    assert_eq!(town.credited(), Cents(4000));
    let form = VoidForm {
        redemption_id: undone.id,
        reason: VoidReason::WrongPass,
    };
    counter.void_redemption(&form).expect("cancelled");
    counter.exchange();
    assert_eq!(town.credited(), Cents(3000));
}

#[test]
fn a_booklet_activated_late_and_a_pass_taken_twice_are_answered_from_a_database() {
    let database = Database::new();
    let town = Town::in_database(database.address());
    let booklet = &town.sleeping_booklets(1)[0];
    let (first, second) = (town.desk("Cachan", CACHAN), town.desk("Vincennes", VINCENNES));
    for counter in [&first, &second] {
        let workshop = counter.workshop("Naviguer sur internet");
        counter.take(workshop, &booklet[0].code);
        counter.exchange();
    }
    assert_eq!(town.credited(), Cents::ZERO);
    let number = booklet[0].booklet;
    let activation = town
        .clearing
        .activate(crate::support::town::PROGRAMME_ID, number, number)
        .expect("activated");
    assert_eq!(activation.decided, 2);
    let standings = [&first, &second].map(|counter| {
        counter.exchange();
        counter.list_redemptions(&Default::default()).expect("the passes")[0].standing
    });
    assert_eq!(standings, [Standing::Credited, Standing::ToExamine]);
    assert_eq!(town.credited(), Cents(1000));
}

#[test]
fn a_month_paid_after_the_copy_of_a_database_is_brought_back_and_the_next_one_is_that_of_a_twin() {
    let (first, second) = (Database::new(), Database::new());
    assert_a_lost_month_comes_back(
        || Town::in_database(first.address()),
        |_| first.copy(),
        |copy, town| town.restore_database(copy.address()),
        Town::in_database(second.address()),
    );
}
