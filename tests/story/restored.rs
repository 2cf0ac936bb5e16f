//! Clearing goes on from an old copy of its books. Nobody at a site has to do anything.

use crate::support::town::{Counter, PROGRAMME_ID, Town};
use passerelle_desk::{form::VoidForm, view::Standing};
use passerelle_domain::{cents::Cents, redemption::VoidReason};

const TEN_EUROS: Cents = Cents(1000);

fn standings(counter: &Counter) -> Vec<Standing> {
    let redemptions = counter.list_redemptions(&Default::default()).expect("the passes");
    redemptions.iter().map(|redemption| redemption.standing).collect()
}

#[test]
fn what_it_had_credited_comes_back_though_nothing_new_is_sent() {
    let mut town = Town::new();
    let counter = town.desk("Cachan", "99999999800019");
    let booklet = &town.booklets(1)[0];
    let copy = town.copy_clearing();
    let workshop = counter.workshop("Ma messagerie");
    for pass in &booklet[..3] {
        counter.take(workshop, &pass.code);
    }
    counter.exchange();
    town.restore_clearing(&copy);
    assert_eq!(town.credited(), Cents::ZERO);

    counter.exchange();
    assert_eq!(town.credited(), Cents(3000));
    assert_eq!(standings(&counter), [Standing::Credited; 3]);
    let status = town.clearing.status().expect("the books");
    assert_eq!(status.generation, 1);
    counter.exchange();
    assert_eq!(town.clearing.status().expect("the books").generation, 1);
}

#[test]
fn the_site_that_was_first_keeps_its_credit_and_the_other_goes_to_the_officer() {
    let mut town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    let pass = &town.booklets(1)[0][0];
    let copy = town.copy_clearing();
    first.take(first.workshop("Ma messagerie"), &pass.code);
    first.exchange();
    town.restore_clearing(&copy);
    second.take(second.workshop("Mes photos"), &pass.code);
    second.exchange();
    assert_eq!(
        standings(&second),
        [Standing::Credited],
        "nobody knows better yet"
    );

    first.exchange();
    second.exchange();
    assert_eq!(standings(&first), [Standing::Credited]);
    assert_eq!(standings(&second), [Standing::ToExamine]);
    assert_eq!(town.credited(), TEN_EUROS);
}

#[test]
fn a_desk_let_in_after_the_copy_is_let_in_again() {
    let mut town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let copy = town.copy_clearing();
    let counter = town.desk("Cachan", "99999999800019");
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    counter.exchange();
    town.restore_clearing(&copy);
    assert_eq!(town.clearing.list_devices().expect("the books"), []);

    counter.exchange();
    assert_eq!(town.credited(), TEN_EUROS);
    assert_eq!(standings(&counter), [Standing::Credited]);
    let devices = town.clearing.list_devices().expect("the books");
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].siret.as_str(), "99999999800019");
}

#[test]
fn a_decision_that_was_heard_still_holds() {
    let mut town = Town::new();
    let counter = town.desk("Cachan", "99999999800019");
    let pass = &town.sleeping_booklets(1)[0][0];
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    counter.exchange();
    let copy = town.copy_clearing();
    town.clearing
        .activate(PROGRAMME_ID, pass.booklet, pass.booklet)
        .expect("activated");
    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Credited]);
    town.restore_clearing(&copy);

    counter.exchange();
    assert_eq!(town.credited(), TEN_EUROS);
    assert_eq!(standings(&counter), [Standing::Credited]);
}

#[test]
fn a_pass_given_back_before_the_loss_is_still_free() {
    let mut town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    let pass = &town.booklets(1)[0][0];
    let copy = town.copy_clearing();
    let taken = first.take(first.workshop("Ma messagerie"), &pass.code);
    first.exchange();
    town.clock.wait(1);
    first
        .void_redemption(&VoidForm {
            redemption_id: taken.id,
            reason: VoidReason::WrongPass,
        })
        .expect("voided");
    first.exchange();
    town.clock.wait(1);
    second.take(second.workshop("Mes photos"), &pass.code);
    second.exchange();
    town.restore_clearing(&copy);

    // The one that had it last speaks first, and the one that gave it back speaks after.
    second.exchange();
    first.exchange();
    second.exchange();
    assert_eq!(standings(&second), [Standing::Credited]);
    assert_eq!(standings(&first), [Standing::Voided]);
    assert_eq!(town.credited(), TEN_EUROS);
}
