//! A pass that two sites present, as its officer settles it.

use crate::support::town::{Counter, Town};
use passerelle_clearing::Ruling;
use passerelle_desk::{form::VoidForm, view::Standing};
use passerelle_domain::{cents::Cents, redemption::VoidReason};

/// Vincennes was first; Cachan waits.
fn contested() -> (Town, Counter, Counter) {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let first = town.desk("Vincennes", "88888888000018");
    let second = town.desk("Cachan", "99999999800019");
    for counter in [&first, &second] {
        let workshop = counter.workshop("Démarches en ligne");
        counter.take(workshop, &pass.code);
    }
    first.exchange();
    second.exchange();
    assert_eq!(
        (standing(&first), standing(&second)),
        (Standing::Credited, Standing::ToExamine)
    );
    (town, first, second)
}

fn standing(counter: &Counter) -> Standing {
    counter.list_redemptions(&Default::default()).expect("the passes")[0].standing
}

fn decide(town: &Town, ruling: Ruling) -> Result<(), passerelle_clearing::Error> {
    let claim = town.clearing.list_claims().expect("the books")[0]
        .claim
        .to_string();
    town.clearing
        .decide(&claim, ruling, "les deux lieux appelés")
        .map(|_| ())
}

#[test]
fn a_claim_that_the_officer_declines_is_refused_there_and_stays_credited_here() {
    let (town, first, second) = contested();
    decide(&town, Ruling::Decline).expect("decided");
    first.exchange();
    second.exchange();
    assert_eq!(
        (standing(&first), standing(&second)),
        (Standing::Credited, Standing::Refused)
    );
    assert_eq!(town.credited(), Cents(1000));
}

#[test]
fn a_pass_that_its_first_site_gives_back_is_credited_to_the_one_that_waited() {
    let (town, first, second) = contested();
    assert!(
        decide(&town, Ruling::Credit).is_err(),
        "a credit is never taken back from here"
    );
    let taken = first.list_redemptions(&Default::default()).expect("the passes")[0].id;
    let form = VoidForm {
        redemption_id: taken,
        reason: VoidReason::HandedBack,
    };
    first.void_redemption(&form).expect("voided");
    first.exchange();
    decide(&town, Ruling::Credit).expect("decided");
    second.exchange();
    first.exchange();
    assert_eq!(
        (standing(&first), standing(&second)),
        (Standing::Voided, Standing::Credited)
    );
    assert_eq!(town.credited(), Cents(1000));
}
