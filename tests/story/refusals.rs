//! Each refusal for its own reason.

use crate::support::town::{PROGRAMME_ID, Town};
use chrono::NaiveDate;
use passerelle_desk::view::RedemptionAnswer;
use passerelle_domain::refusal::Refusal;

const SIRET: &str = "99999999800019";

fn refusal(answer: RedemptionAnswer) -> Refusal {
    match answer {
        RedemptionAnswer::Refused { refusal, .. } => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_pass_is_refused_for_the_reason_that_is_its_own() {
    let town = Town::new();
    let booklets = town.booklets(2);
    let since = NaiveDate::from_ymd_opt(2026, 11, 4).expect("a date");
    town.clearing
        .block(
            PROGRAMME_ID,
            booklets[1][0].booklet,
            booklets[1][0].booklet,
            since,
        )
        .expect("blocked");
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    let code = &booklets[0][0].code;
    let refuse = |text: &str| refusal(counter.hold_out(workshop, text));

    assert_eq!(refuse("bonjour"), Refusal::NotACode);
    assert_eq!(refuse(&booklets[1][0].code), Refusal::Blocked { since });
    let forged = format!(
        "{}{}",
        &code[..code.len() - 1],
        if code.ends_with('A') { 'Q' } else { 'A' }
    );
    assert_eq!(refuse(&forged), Refusal::Forged);
    let mut mistyped = booklets[0][0].number.clone();
    let last = mistyped
        .pop()
        .and_then(|digit| digit.to_digit(10))
        .expect("a digit");
    mistyped.push_str(&((last + 1) % 10).to_string());
    assert_eq!(refuse(&mistyped), Refusal::WrongCheckDigits);
    counter.take(workshop, code);
    assert!(matches!(refuse(code), Refusal::TakenHere { .. }));

    let before = counter.workshop_on("Ranger ses photos", "31/12/2025");
    assert!(matches!(
        refusal(counter.hold_out(before, &booklets[0][1].code)),
        Refusal::NotOpenYet { .. }
    ));
}

#[test]
fn a_refusal_writes_nothing() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    counter.hold_out(workshop, "bonjour");
    assert!(
        counter
            .list_redemptions(&Default::default())
            .expect("the ledger")
            .is_empty()
    );
}

#[test]
fn two_hundred_texts_that_are_no_pass_are_refused_and_never_taken() {
    use passerelle_desk::Chance;
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    let chance = crate::support::world::SeededChance::new("no pass");
    for _ in 0..200 {
        let mut bytes = [0; 12];
        chance.fill(&mut bytes);
        let text: String = bytes
            .iter()
            .map(|byte| char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUV"[usize::from(byte % 32)]))
            .collect();
        let refusal = refusal(counter.hold_out(workshop, &text));
        assert!(
            matches!(refusal, Refusal::NotACode | Refusal::WrongCheckDigits),
            "{text}: {refusal:?}"
        );
    }
}

#[test]
fn the_siret_that_clearing_pays_under_is_not_changed_behind_its_back() {
    use passerelle_desk::{Error, form::StructureForm};
    let town = Town::new();
    let counter = town.desk("Cachan", "99999999800019");
    let form = |siret: &str| StructureForm {
        name: "Ville de Cachan".into(),
        siret: siret.into(),
    };
    counter
        .change_structure(&form("999 999 998 00019"))
        .expect("the same one, with another name");
    let Err(Error::Fields(faults)) = counter.change_structure(&form("88888888000018")) else {
        panic!("another structure would be paid");
    };
    assert_eq!(
        (faults[0].field.as_str(), faults[0].code),
        ("siret", "siret-enrolled")
    );
}
