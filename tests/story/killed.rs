//! Desks killed, answers lost: what was said yes to is there, once.

use crate::support::{
    link::{Mishap, Stammering, Unlucky},
    town::{Counter, Town},
};
use passerelle_domain::cents::Cents;

const SIRET: &str = "99999999800019";
const MISHAPS: [Mishap; 4] = [
    Mishap::Lost,
    Mishap::AnswerLost,
    Mishap::AnswerCut,
    Mishap::Portal,
];

/// A desk with two passes taken and a mistake undone: three events to send.
fn busy(town: &Town) -> Counter {
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie, premiers pas");
    counter.take(workshop, &booklet[0].code);
    counter.take(workshop, &booklet[1].code);
    counter
}

#[test]
fn a_pass_said_yes_to_outlives_the_process() {
    let town = Town::new();
    let counter = town.kill(busy(&town));
    assert_eq!(counter.batches().expect("the ledger").standings.kept.count, 2);
    counter.exchange();
    assert_eq!(town.credited(), Cents(2000));
}

#[test]
fn whatever_request_fails_however_the_next_exchange_ends_what_it_began() {
    for mishap in MISHAPS {
        for at in 0..4 {
            let town = Town::new();
            let counter = busy(&town);
            let unlucky = Unlucky::at(&counter.link, at, mishap);
            let outcome = counter.sync(&unlucky);
            assert!(
                outcome.is_err() || unlucky.asked() <= at,
                "{mishap:?} at {at} goes unseen"
            );
            let counter = town.kill(counter);
            counter.exchange();
            assert_eq!(town.credited(), Cents(2000), "{mishap:?} at {at}");
        }
    }
}

#[test]
fn a_batch_sent_twice_gets_the_first_answer_byte_for_byte() {
    let town = Town::new();
    let counter = busy(&town);
    counter.sync(&Stammering(&counter.link)).expect("an exchange");
    assert_eq!(town.credited(), Cents(2000));
}

#[test]
fn passes_taken_while_an_answer_is_lost_leave_with_the_next_batch() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    counter.take(workshop, &booklet[0].code);
    counter
        .sync(&Unlucky::at(&counter.link, 0, Mishap::AnswerLost))
        .expect_err("the answer was lost");
    counter.take(workshop, &booklet[1].code);
    counter.exchange();
    assert_eq!(town.credited(), Cents(2000));
    assert_eq!(counter.batches().expect("the ledger").batches.len(), 2);
}
