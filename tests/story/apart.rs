//! Two desks that know nothing of each other.

use crate::support::town::Town;
use passerelle_desk::view::{RedemptionAnswer, Standing};
use passerelle_domain::{cents::Cents, refusal::Refusal};

#[test]
fn a_pass_taken_by_two_desks_apart_is_credited_once_and_both_are_told() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let first = town.desk("Cachan", "99999999800019");
    let second = town.desk("Vincennes", "88888888000018");

    let there = second.workshop_on("Démarches en ligne", "06/11/2026");
    second.take(there, &pass.code);
    let here = first.workshop_on("Ranger ses photos", "07/11/2026");
    first.take(here, &pass.code);

    second.exchange();
    first.exchange();

    assert_eq!(town.credited(), Cents(1000));
    let mine = &first.list_redemptions(&Default::default()).expect("the passes")[0];
    assert_eq!(mine.standing, Standing::ToExamine);
    let claim = mine
        .verdict
        .as_ref()
        .and_then(|verdict| verdict.claim.clone())
        .expect("where and when");
    assert_eq!(
        (claim.site.as_str(), claim.commune.as_str()),
        ("Vincennes", "Cachan")
    );
    assert_eq!(claim.held_on.to_string(), "2026-11-06");
    let theirs = &second.list_redemptions(&Default::default()).expect("the passes")[0];
    assert_eq!(theirs.standing, Standing::Credited);
}

#[test]
fn once_the_list_is_here_a_pass_spent_elsewhere_is_refused_but_can_be_kept() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let first = town.desk("Cachan", "99999999800019");
    let second = town.desk("Vincennes", "88888888000018");
    let there = second.workshop("Démarches en ligne");
    second.take(there, &pass.code);
    second.exchange();
    first.exchange();

    let here = first.workshop("Ranger ses photos");
    let answer = first.hold_out(here, &pass.code);
    let RedemptionAnswer::Refused {
        refusal: Refusal::SpentElsewhere { .. },
        can_keep: true,
        ..
    } = answer
    else {
        panic!("{answer:?}");
    };
    let mut form = crate::support::forms::redeem(
        here,
        None,
        passerelle_desk::form::CodeRead::Text {
            text: pass.code.clone(),
        },
    );
    form.keep_for_examination = true;
    let RedemptionAnswer::Accepted { redemption } = first.redeem(&form).expect("an answer") else {
        panic!("kept for examination");
    };
    assert!(redemption.doubt.is_some(), "it does not count as earned");
    first.exchange();
    assert_eq!(town.credited(), Cents(1000));
}
