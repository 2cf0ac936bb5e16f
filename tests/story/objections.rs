//! A site contests: its note reaches whoever decides, by any way, once.

use crate::support::{
    link::{Mishap, Unlucky},
    town::{Counter, Town},
};
use passerelle_clearing::{Presentation, Ruling};
use passerelle_desk::{
    Error,
    form::ContestForm,
    sync::{HttpLink, Outbox},
    view::{Objection, Redemption},
};
use passerelle_domain::refusal::Refusal;

const NOTE: &str = "le bénéficiaire était bien présent, signature sur la feuille du 12";

/// Vincennes was first; Cachan waits.
fn contested() -> (Town, Counter) {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let first = town.desk("Vincennes", "88888888000018");
    let second = town.desk("Cachan", "99999999800019");
    for counter in [&first, &second] {
        counter.take(counter.workshop("Démarches en ligne"), &pass.code);
        counter.exchange();
    }
    (town, second)
}

fn taken(counter: &Counter) -> Redemption {
    counter
        .list_redemptions(&Default::default())
        .expect("the passes")
        .remove(0)
}

fn contest(counter: &Counter, note: &str) -> Result<(), Error> {
    counter.contest(&ContestForm {
        redemption_id: taken(counter).id,
        note: note.to_owned(),
    })
}

fn written(counter: &Counter) -> Vec<Objection> {
    taken(counter).objections
}

fn is_noted(counter: &Counter) -> bool {
    written(counter)
        .iter()
        .all(|objection| objection.noted_at.is_some())
}

fn claim(town: &Town) -> Presentation {
    town.clearing.list_claims().expect("the books").remove(0)
}

/// What the officer reads, the latest first.
fn read(town: &Town) -> Vec<String> {
    let notes = claim(town).objections.into_iter();
    notes.map(|note| note.note).collect()
}

#[test]
fn what_a_site_writes_is_read_before_the_officer_decides_and_stays_written() {
    let (town, counter) = contested();
    contest(&counter, &format!("  {NOTE} \n")).expect("written");
    assert_eq!(written(&counter)[0].note, NOTE);
    assert!(!is_noted(&counter) && read(&town).is_empty(), "it has not left");

    counter.exchange();
    assert!(is_noted(&counter));
    assert_eq!(read(&town), [NOTE]);
    contest(&counter, "la feuille est jointe au dossier").expect("written");
    counter.exchange();
    counter.exchange();
    assert_eq!(read(&town), ["la feuille est jointe au dossier", NOTE]);

    let name = claim(&town).claim.to_string();
    let decided = town.clearing.decide(&name, Ruling::Decline, "deux feuilles");
    decided.expect("decided");
    counter.exchange();
    assert_eq!(written(&counter).len(), 2, "nothing disappears");
    assert!(!taken(&counter).can_contest);
    assert!(counter.check().expect("the ledger").faults.is_empty());
}

#[test]
fn a_note_that_left_after_the_decision_is_noted_all_the_same() {
    let (town, counter) = contested();
    contest(&counter, NOTE).expect("written");
    let name = claim(&town).claim.to_string();
    let decided = town.clearing.decide(&name, Ruling::Decline, "deux feuilles");
    decided.expect("decided");
    counter.exchange();
    assert!(is_noted(&counter));
}

#[test]
fn only_what_waits_for_the_officer_is_contested_and_not_without_end() {
    let (town, counter) = contested();
    let pass = &town.booklets(1)[0][1];
    for nothing in ["", " \n ", "\u{200b}"] {
        let refused = contest(&counter, nothing);
        assert!(
            matches!(&refused, Err(Error::Fields(faults)) if faults[0].code == "note-missing"),
            "{refused:?}"
        );
    }
    let long = contest(&counter, &"é".repeat(501));
    assert!(matches!(&long, Err(Error::Fields(faults)) if faults[0].code == "note-too-long"));
    for rank in 0..5 {
        assert!(taken(&counter).can_contest);
        contest(&counter, &format!("note {rank}")).expect("written");
    }
    // The same one, pressed twice, is one.
    contest(&counter, "note 4").expect("written already");
    assert_eq!(written(&counter).len(), 5);
    let sixth = contest(&counter, "note 5");
    assert!(matches!(
        sixth,
        Err(Error::Refused(Refusal::ContestedEnough { most: 5 }))
    ));
    assert!(!taken(&counter).can_contest);

    counter.take(counter.workshop("Mes photos"), &pass.code);
    assert!(matches!(
        contest(&counter, NOTE),
        Err(Error::Refused(Refusal::NotWaiting))
    ));
}

#[test]
fn an_answer_that_is_lost_or_cut_is_asked_for_again_and_the_officer_reads_one_note() {
    for mishap in [
        Mishap::Lost,
        Mishap::AnswerLost,
        Mishap::AnswerCut,
        Mishap::Portal,
    ] {
        let (town, counter) = contested();
        contest(&counter, NOTE).expect("written");
        let link = HttpLink::of(&counter).expect("an address");
        for at in 0..4 {
            let _ = counter.sync(&Unlucky::at(&link, at, mishap));
        }
        counter.exchange();
        assert!(is_noted(&counter), "{mishap:?}");
        assert_eq!(read(&town), [NOTE], "{mishap:?}");
    }
}

#[test]
fn a_service_that_went_back_to_an_old_copy_reads_every_note_again() {
    let (mut town, counter) = contested();
    contest(&counter, "avant la copie").expect("written");
    counter.exchange();
    let copy = town.copy_clearing();
    contest(&counter, "après la copie").expect("written");
    counter.exchange();
    town.restore_clearing(&copy);
    assert_eq!(read(&town), ["avant la copie"]);

    counter.exchange();
    assert_eq!(read(&town), ["après la copie", "avant la copie"]);
    assert!(is_noted(&counter));
    // Nothing is left to bring.
    let link = HttpLink::of(&counter).expect("an address");
    let counted = Unlucky::at(&link, usize::MAX, Mishap::Lost);
    counter.sync(&counted).expect("an exchange");
    assert_eq!(counted.asked(), 3, "decisions, state, standing");
}

#[test]
fn a_note_travels_with_a_courier_and_in_the_outbox_too() {
    let (town, counter) = contested();
    contest(&counter, "par un pli").expect("written");
    let report = town.carry(&counter);
    assert!(report.is_new && !report.wants_another);
    assert!(is_noted(&counter));
    assert_eq!(read(&town), ["par un pli"]);

    contest(&counter, "par la boîte d’envoi").expect("written");
    counter.fill_outbox().expect("an outbox");
    let profile = counter.profile().clone();
    let name = counter.name.clone();
    drop(counter);
    Outbox::of(&profile).deliver().expect("files");
    let counter = town.reopen(&name);
    assert!(!is_noted(&counter), "nothing is believed before it is checked");
    counter.empty_outbox().expect("taken in");
    assert!(is_noted(&counter));
    assert_eq!(read(&town), ["par la boîte d’envoi", "par un pli"]);
}
