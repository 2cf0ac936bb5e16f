//! A disk is copied: a PC goes on from an old image of its own, or a second one is made from it. Neither
//! knows, and both write under the same numbers.

use crate::support::{
    link::{Mishap, Unlucky},
    town::{Counter, PROGRAMME_ID, Town},
};
use passerelle_desk::{
    form::VoidForm,
    view::{RedemptionAnswer, Standing},
};
use passerelle_domain::{cents::Cents, redemption::VoidReason};

const SIRET: &str = "99999999800019";

fn standings(counter: &Counter) -> Vec<Standing> {
    let redemptions = counter.list_redemptions(&Default::default()).expect("the passes");
    redemptions.iter().map(|redemption| redemption.standing).collect()
}

/// How many redemptions only the other copy has, and how many events have taken new numbers here.
fn double(counter: &Counter) -> (u32, u32) {
    let double = counter.batches().expect("the ledger").double;
    double.map_or((0, 0), |double| (double.recovered.count, double.moved))
}

fn assert_sound(counter: &Counter) {
    let report = counter.check().expect("the ledger");
    assert_eq!(report.faults, [], "the ledger still says what it said");
}

#[test]
fn two_pcs_made_of_one_lose_nothing_and_are_paid_once() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let passes = &town.booklets(1)[0];
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &passes[0].code);
    let (first, second) = town.double(counter, "Cachan, l'autre");
    first.take(workshop, &passes[1].code);
    first.take(workshop, &passes[2].code);
    second.take(workshop, &passes[3].code);
    second.take(workshop, &passes[1].code);

    first.exchange();
    second.exchange();
    // The first pass was written before the copy: both know it. The second one was held out twice.
    assert_eq!(standings(&first), [Standing::Credited; 3]);
    assert_eq!(
        standings(&second),
        [Standing::Refused, Standing::Credited, Standing::Credited]
    );
    assert_eq!(town.credited(), Cents(4000));
    assert_eq!(double(&second), (2, 2));
    first.exchange();
    assert_eq!(
        double(&first),
        (1, 0),
        "the first was faster, and keeps its numbers"
    );
    assert_sound(&first);
    assert_sound(&second);

    let devices = town.clearing.list_devices().expect("the books");
    assert_eq!(devices.iter().map(|device| device.forks).collect::<Vec<_>>(), [1]);
}

#[test]
fn a_pc_put_back_to_an_old_image_finds_what_it_had_done() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let passes = &town.booklets(1)[0];
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &passes[0].code);
    let copied = town.copy_disk(counter, "image");
    let counter = copied.counter;
    counter.take(workshop, &passes[1].code);
    counter.exchange();
    let counter = town.restore_disk(counter, &copied.disk);
    assert_eq!(standings(&counter), [Standing::Kept], "it remembers one pass");

    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Credited]);
    assert_eq!(double(&counter), (1, 0));
    let answer = counter.hold_out(workshop, &passes[1].code);
    assert!(
        matches!(answer, RedemptionAnswer::Refused { .. }),
        "taken before the image was put back: {answer:?}"
    );
    counter.take(workshop, &passes[2].code);
    counter.exchange();
    assert_eq!(town.credited(), Cents(3000));
    assert_sound(&counter);
}

#[test]
fn a_void_follows_what_it_cancels_to_its_new_number() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let passes = &town.booklets(1)[0];
    let workshop = counter.workshop("Ma messagerie");
    let (first, second) = town.double(counter, "Cachan, l'autre");
    first.take(workshop, &passes[0].code);
    first.exchange();
    let taken = second.take(workshop, &passes[1].code);
    let form = VoidForm {
        redemption_id: taken.id,
        reason: VoidReason::WrongPass,
    };
    second.void_redemption(&form).expect("cancelled");
    second.take(workshop, &passes[1].code);

    second.exchange();
    assert_eq!(double(&second), (1, 3));
    assert_eq!(standings(&second), [Standing::Credited, Standing::Voided]);
    let later = second.take(workshop, &passes[2].code);
    second.exchange();
    let form = VoidForm {
        redemption_id: later.id,
        reason: VoidReason::WrongPass,
    };
    second.void_redemption(&form).expect("cancelled");
    second.exchange();
    assert_eq!(town.credited(), Cents(2000));
    assert_sound(&second);
}

#[test]
fn a_decision_on_the_other_copys_event_is_not_taken_for_ones_own() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let sleeping = &town.sleeping_booklets(1)[0];
    let workshop = counter.workshop("Ma messagerie");
    let (first, second) = town.double(counter, "Cachan, l'autre");
    first.take(workshop, &sleeping[0].code);
    first.exchange();
    second.take(workshop, &sleeping[1].code);
    town.clearing
        .activate(PROGRAMME_ID, sleeping[0].booklet, sleeping[0].booklet)
        .expect("activated");

    // The line breaks right after the decisions: the second copy hears that the first event is credited,
    // and does not know yet that it is not its own.
    let broken = Unlucky::at(&second.link, 1, Mishap::Lost);
    assert!(second.sync(&broken).is_err());
    assert_eq!(standings(&second), [Standing::Kept]);
    second.exchange();
    assert_eq!(standings(&second), [Standing::Credited]);
    assert_eq!(double(&second), (1, 1));
    assert_eq!(town.credited(), Cents(2000));
    assert_sound(&second);
}

#[test]
fn an_image_put_back_with_a_service_put_back_too_still_ends_well() {
    let mut town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let passes = &town.booklets(1)[0];
    let copy = town.copy_clearing();
    let workshop = counter.workshop("Ma messagerie");
    let (first, second) = town.double(counter, "Cachan, l'autre");
    first.take(workshop, &passes[0].code);
    first.exchange();
    town.restore_clearing(&copy);
    // Clearing has forgotten the first one, whose number the second one's takes.
    second.take(workshop, &passes[1].code);
    second.exchange();
    first.exchange();
    second.exchange();
    assert_eq!(standings(&first), [Standing::Credited]);
    assert_eq!(standings(&second), [Standing::Credited]);
    assert_eq!(double(&first), (1, 1));
    assert_eq!(double(&second), (1, 0));
    assert_eq!(town.credited(), Cents(2000));
    assert_sound(&first);
    assert_sound(&second);
}

#[test]
fn what_was_cancelled_after_the_image_was_taken_is_cancelled_in_it_too() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let passes = &town.booklets(1)[0];
    let workshop = counter.workshop("Ma messagerie");
    let taken = counter.take(workshop, &passes[0].code);
    let copied = town.copy_disk(counter, "image");
    let counter = copied.counter;
    let form = VoidForm {
        redemption_id: taken.id,
        reason: VoidReason::WrongPass,
    };
    counter.void_redemption(&form).expect("cancelled");
    counter.exchange();
    assert_eq!(town.credited(), Cents::ZERO);

    let counter = town.restore_disk(counter, &copied.disk);
    assert_eq!(
        standings(&counter),
        [Standing::Kept],
        "it remembers the pass, not the void"
    );
    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Voided]);
    assert_eq!(town.credited(), Cents::ZERO);
    assert_sound(&counter);
    // The pass is free again, here as in clearing's books.
    counter.take(workshop, &passes[0].code);
    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Credited, Standing::Voided]);
    assert_eq!(town.credited(), Cents(1000));
    assert_sound(&counter);
}

#[test]
fn a_decision_that_clearing_lost_does_not_outlive_the_receipt_of_a_later_generation() {
    let mut town = Town::new();
    let sleeping = &town.sleeping_booklets(1)[0];
    let (first, second) = (town.desk("Cachan", SIRET), town.desk("Arcueil", SIRET));
    let with_desks = town.copy_clearing();
    let workshop = first.workshop("Ma messagerie");
    first.take(workshop, &sleeping[0].code);
    let image = town.copy_disk(first, "image");
    let first = image.counter;
    first.exchange();
    let activate = |town: &Town| {
        let booklet = sleeping[0].booklet;
        town.clearing
            .activate(PROGRAMME_ID, booklet, booklet)
            .expect("activated");
    };
    activate(&town);
    // The old image hears the decision, and the line breaks before it hears the receipt.
    let first = town.restore_disk(first, &image.disk);
    first
        .sync(&Unlucky::at(&first.link, 1, Mishap::Lost))
        .expect_err("it broke");
    assert_eq!(standings(&first), [Standing::Kept]);

    // Clearing has lost all of it, and the pass is held out at the structure's other desk meanwhile.
    town.restore_clearing(&with_desks);
    activate(&town);
    let elsewhere = second.workshop("Ma messagerie");
    second.take(elsewhere, &sleeping[0].code);
    second.exchange();
    first.exchange();
    assert_eq!(standings(&second), [Standing::Credited]);
    assert_eq!(
        standings(&first),
        [Standing::Refused],
        "the other desk of the structure has it"
    );
    assert_eq!(town.credited(), Cents(1000));
    assert_sound(&first);
}
