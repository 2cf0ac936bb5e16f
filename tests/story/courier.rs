//! A site without any network: what it has to say leaves on a key, and the answer comes back on it.

use crate::support::{
    courier::{back, outward},
    draws::Draws,
    link::{Mishap, Unlucky},
    town::{Counter, PROGRAMME_ID, Town, thursday},
};
use passerelle_clearing::{read_pouches, write_return};
use passerelle_desk::{
    Error,
    form::PaperRef,
    sync::{HttpLink, PouchFault},
    view::{BroughtPouch, Standing},
};
use passerelle_domain::{
    cents::Cents,
    wire::{Answer, Batch, Envelope, PouchCode, Refused},
};
use passerelle_papers::{PouchPage, PouchWay, pouch_page, raster};
use std::{fs, ops::ControlFlow, path::Path};

const SIRET: &str = "99999999800019";
const OTHER_SIRET: &str = "88888888000018";

fn standings(counter: &Counter) -> Vec<Standing> {
    let redemptions = counter.list_redemptions(&Default::default()).expect("the passes");
    redemptions.iter().map(|redemption| redemption.standing).collect()
}

fn is_sound(counter: &Counter) -> bool {
    counter.check().expect("the ledger").faults.is_empty()
}

#[test]
fn a_site_that_never_has_a_network_is_let_in_and_paid_by_courier() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let sleeping = &town.sleeping_booklets(1)[0];
    let counter = town.desk_without_link("Cachan");
    assert!(matches!(counter.pack_pouch(), Err(Error::NotEnrolled)));
    counter.ask_enrolment(&town.letter(SIRET)).expect("kept");
    assert!(counter.pack_pouch().expect("packed").is_enrolment);
    let report = town.carry(&counter);
    assert!(report.is_enrolled && report.is_new && report.known_on.is_some());

    let workshop = counter.workshop("Ma messagerie");
    for pass in &booklet[..3] {
        assert_eq!(
            counter.take(workshop, &pass.code).doubt,
            None,
            "the state came with the grant"
        );
    }
    counter.take(workshop, &sleeping[0].code);
    let report = town.carry(&counter);
    assert_eq!((report.moved.sent.count, report.moved.credited.count), (4, 3));
    assert_eq!(town.credited(), Cents(3000));

    let number = sleeping[0].booklet;
    town.clearing
        .activate(PROGRAMME_ID, number, number)
        .expect("activated");
    let report = town.carry(&counter);
    assert_eq!((report.decisions, report.moved.credited.count), (1, 1));
    assert_eq!(standings(&counter), [Standing::Credited; 4]);
    assert!(is_sound(&counter));
}

#[test]
fn courier_and_network_mixed_in_any_order_give_the_same_books() {
    for seed in 0..12 {
        let mut draws = Draws::from_seed(seed);
        let town = Town::new();
        let mut passes: Vec<_> = town.booklets(4).into_iter().flatten().collect();
        let counter = town.desk("Cachan", SIRET);
        let workshop = counter.workshop("Ma messagerie");
        let (mut pouches, mut returns) = (vec![counter.pack()], Vec::new());
        let mut taken = 0;
        for _ in 0..60 {
            match draws.below(10) {
                0..=3 => {
                    if let Some(pass) = passes.pop() {
                        counter.take(workshop, &pass.code);
                        taken += 1;
                    }
                }
                4 => pouches.push(counter.pack()),
                5 | 6 => returns.push(town.answer(&pouches[draws.below(pouches.len())])),
                7 | 8 if !returns.is_empty() => {
                    let answer = &returns[draws.below(returns.len())];
                    counter.take_in(answer).expect("harmless");
                }
                9 => {
                    counter.exchange();
                }
                _ => town.clock.wait_seconds(3_600),
            }
        }
        let report = town.carry(&counter);
        assert!(
            !report.wants_another && report.fault.is_none(),
            "seed {seed}: {report:?}"
        );
        assert_eq!(standings(&counter).len(), taken.min(50), "seed {seed}");
        assert!(
            standings(&counter)
                .iter()
                .all(|standing| *standing == Standing::Credited),
            "seed {seed}"
        );
        assert_eq!(
            town.credited(),
            Cents(1000 * i64::try_from(taken).expect("few")),
            "seed {seed}"
        );
        assert!(is_sound(&counter), "seed {seed}");
    }
}

#[test]
fn a_pouch_brought_twice_gets_the_same_receipts_and_a_return_taken_twice_moves_nothing() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &booklet[0].code);
    let pouch = counter.pack();
    let first = town.answer(&pouch);
    let second = town.answer(&pouch);
    assert_eq!(back(&first).batches, back(&second).batches);
    assert!(counter.take_in(&first).expect("taken in").is_new);
    for answer in [&first, &second] {
        let report = counter.take_in(answer).expect("harmless");
        assert!(!report.wants_another && report.fault.is_none() && report.moved.sent.count == 0);
    }
    assert!(!counter.take_in(&first).expect("harmless").is_new);
    assert_eq!(town.credited(), Cents(1000));
}

#[test]
fn an_old_return_takes_nothing_back() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    let old = town.answer(&counter.pack());
    town.clock.wait(1);
    counter.take(workshop, &booklet[1].code);
    counter.exchange();
    let report = counter.take_in(&old).expect("harmless");
    assert!(!report.is_new && report.fault.is_none(), "{report:?}");
    assert_eq!(standings(&counter), [Standing::Credited; 2]);
    assert!(is_sound(&counter));
}

#[test]
fn a_part_that_was_altered_is_told_and_keeps_back_nothing_else() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    for pass in &booklet[..2] {
        counter.take(workshop, &pass.code);
        counter.pack();
    }
    let whole = town.answer(&counter.pack());
    let mut altered = back(&whole);
    let Answer::Parcel(receipt) = &mut altered.batches[0].answer else {
        panic!("a receipt");
    };
    receipt[100] ^= 1;
    let report = counter
        .take_in(&altered.to_bytes())
        .expect("the others are taken");
    assert_eq!(
        (report.fault, report.moved.credited.count),
        (Some("untrusted"), 1)
    );
    assert!(report.moved.state_renewed);
    let report = counter.take_in(&whole).expect("taken in");
    assert_eq!((report.fault, report.moved.credited.count), (None, 1));

    // The other way: nobody answers a batch that was altered, and the one after it waits for it.
    for pass in &booklet[2..4] {
        counter.take(workshop, &pass.code);
        counter.pack();
    }
    let mut altered = outward(&counter.pack());
    altered.batches[0][120] ^= 1;
    let report = counter.take_in(&town.answer(&altered.to_bytes())).expect("told");
    assert_eq!((report.moved.credited.count, report.wants_another), (0, true));
    assert_eq!(town.carry(&counter).moved.credited.count, 2);
}

#[test]
fn what_is_no_return_for_this_desk_is_told_and_changes_nothing() {
    let town = Town::new();
    let (counter, neighbour) = (town.desk("Cachan", SIRET), town.desk("Vincennes", OTHER_SIRET));
    let (pouch, answer) = (counter.pack(), town.answer(&neighbour.pack()));
    let told = |file: &[u8]| match counter.take_in(file) {
        Err(Error::Pouch(fault)) => fault,
        other => panic!("not told: {other:?}"),
    };
    assert_eq!(told(&answer), PouchFault::OtherDevice);
    assert_eq!(told(&pouch), PouchFault::Outward);
    assert_eq!(told(&answer[..answer.len() / 2]), PouchFault::Damaged);
    assert_eq!(told(b"une lettre"), PouchFault::NotAPouch);
    assert!(matches!(counter.take_in(b""), Err(Error::Unreadable(_))));
}

#[test]
fn a_service_restored_from_a_copy_is_shown_by_the_next_pouch_what_it_has_lost() {
    let mut town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let copy = town.copy_clearing();
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    town.carry(&counter);
    town.restore_clearing(&copy);
    counter.take(workshop, &booklet[1].code);

    let report = town.carry(&counter);
    assert!(report.wants_another, "{report:?}");
    assert_eq!(
        town.credited(),
        Cents::ZERO,
        "nothing is judged before it is shown"
    );
    // The person closes the program in between: what clearing has lost is not forgotten.
    let counter = town.kill(counter);
    while town.carry(&counter).wants_another {}
    assert_eq!(town.credited(), Cents(2000));
    assert_eq!(standings(&counter), [Standing::Credited; 2]);
    assert!(outward(&counter.pack()).recalls.is_empty());
}

#[test]
fn a_service_that_has_forgotten_the_desk_itself_is_shown_its_grant() {
    let mut town = Town::new();
    let booklet = &town.booklets(1)[0];
    let copy = town.copy_clearing();
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &booklet[0].code);
    town.carry(&counter);
    town.restore_clearing(&copy);

    let report = town.carry(&counter);
    assert!(report.wants_another && report.fault.is_none(), "{report:?}");
    while town.carry(&counter).wants_another {}
    assert_eq!(town.credited(), Cents(1000));
    assert_eq!(standings(&counter), [Standing::Credited]);
}

#[test]
fn nobody_can_keep_a_desk_from_packing_by_a_refusal_that_is_not_signed() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let mut forged = back(&town.answer(&counter.pack()));
    for refused in [
        Refused::Behind {
            epoch: passerelle_domain::id::Epoch(7),
            expected_seq: 1,
        },
        Refused::Forgotten { generation: 900 },
    ] {
        forged.decisions = vec![Answer::Refused(refused)];
        counter.take_in(&forged.to_bytes()).expect("told");
        counter.pack();
    }
    while town.carry(&counter).wants_another {}
    counter.exchange();
}

#[test]
fn what_was_written_before_a_return_does_not_claim_to_know_what_it_teaches() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    let pouch = counter.pack();
    counter.take(workshop, &booklet[1].code);
    let before = town.clock.seconds();
    town.clock.wait(60);
    counter.take_in(&town.answer(&pouch)).expect("taken in");
    let waiting = outward(&counter.pack());
    let batch: Batch = Envelope::from_bytes(&waiting.batches[0])
        .and_then(|envelope| envelope.read_unproven())
        .expect("a batch");
    assert!(batch.known_time <= Some(before.cast_unsigned()), "{batch:?}");
}

#[test]
fn two_hundred_passes_on_one_page_are_read_from_a_photograph_and_the_answer_from_a_scan() {
    let town = Town::new();
    let booklets = town.booklets(20);
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    for pass in booklets.iter().flatten() {
        counter.take(workshop, &pass.code);
    }
    let (name, pdf) = counter.paper_file(PaperRef::Pouch).expect("printed");
    assert!(name.starts_with("pli-") && name.ends_with(".pdf"), "{name}");
    let folder = tempfile::tempdir().expect("a folder");
    let photograph = folder.path().join("photo.png");
    assert_eq!(photograph_of(&pdf, &photograph), 1, "one page");

    let pouches = read_pouches(&[photograph]).expect("read");
    let answer = town.clearing.answer_pouch(&pouches[0]).expect("answered");
    let scan = folder.path().join("reponse.pdf");
    let written = write_return(&answer, &scan, thursday()).expect("printed");
    assert!(!written.without_state);
    let report = counter
        .take_in(&fs::read(scan).expect("the page"))
        .expect("taken in");
    assert_eq!((report.moved.credited.count, report.fault), (200, None));
    assert_eq!(town.credited(), Cents(200_000));
}

#[test]
fn codes_photographed_one_by_one_are_kept_until_the_last() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let booklets = town.booklets(2);
    counter.take(counter.workshop("Ma messagerie"), &booklets[0][0].code);
    let mut answer = back(&town.answer(&counter.pack()));
    // Nothing that is true takes more than a code yet: what fills it is not believed.
    answer.decisions.push(Answer::Parcel(vec![7; 3_000]));
    let codes = PouchCode::write(&answer.to_bytes()).expect("a few");
    let folder = tempfile::tempdir().expect("a folder");
    let page = |at: usize| {
        let page = PouchPage {
            way: PouchWay::ToDesk,
            device: "34750f98".into(),
            packed_on: thursday(),
            codes: vec![codes[at].clone()],
        };
        let picture = folder.path().join(format!("{at}.png"));
        photograph_of(&pouch_page(&page).expect("printed").bytes, &picture);
        fs::read(picture).expect("the picture")
    };
    let count = u8::try_from(codes.len()).expect("few");
    for at in (1..codes.len()).rev() {
        let Err(Error::Pouch(fault)) = counter.take_in(&page(at)) else {
            panic!("taken before it is whole");
        };
        assert_eq!(fault, PouchFault::MissingCode { rank: 1, count });
    }
    let report = counter.take_in(&page(0)).expect("whole");
    assert_eq!(
        (report.moved.credited.count, report.fault),
        (1, Some("untrusted"))
    );
}

/// The first page of a PDF as a telephone takes it on a dark table in poor light, and how many pages
/// there are.
fn photograph_of(pdf: &[u8], file: &Path) -> usize {
    let pages = raster(pdf, 2.5).expect("drawn");
    let page = &pages[0];
    let (margin, width, height) = (120, page.width, page.height);
    let grey = |x: u32, y: u32| {
        let inside = |at: u32, side: u32| at.checked_sub(margin).filter(|at| *at < side);
        // Leaning: each line a little to the right of the one above.
        let lean = y / 24;
        let paper = inside(x.wrapping_sub(lean), width).zip(inside(y, height));
        let ink = paper.map_or(60, |(x, y)| page.rgba[((y * width + x) * 4) as usize]);
        let shade = 100 - 45 * (x + y) / (width + height + 4 * margin);
        image::Luma([u8::try_from(u32::from(ink) * shade / 100).expect("darker")])
    };
    let photograph = image::GrayImage::from_fn(width + 2 * margin + height / 24, height + 2 * margin, grey);
    image::imageops::blur(&photograph, 0.8)
        .save(file)
        .expect("written");
    pages.len()
}

#[test]
fn a_neighbour_with_a_network_brings_the_pouch_and_takes_the_answer_home() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let neighbour = town.desk("Arcueil", OTHER_SIRET);
    let counter = town.desk_without_link("Cachan");
    counter.ask_enrolment(&town.letter(SIRET)).expect("kept");

    let brought = bring(&neighbour, &counter.pack()).expect("brought");
    assert!(brought.is_enrolled && brought.fault.is_none());
    assert_eq!(brought.device, counter.pack_pouch().expect("packed").device);
    let (_, answer) = neighbour.relayed_file().expect("kept");
    assert!(counter.take_in(&answer).expect("taken in").is_enrolled);

    let workshop = counter.workshop("Ma messagerie");
    for pass in &booklet[..3] {
        counter.take(workshop, &pass.code);
    }
    let passes = || serde_json::to_value(neighbour.batches().expect("its passes")).expect("JSON");
    let before = passes();
    // On paper both ways: the page is photographed, and the answer shown on the neighbour's screen.
    let (_, page) = counter.paper_file(PaperRef::Pouch).expect("printed");
    let brought = bring(&neighbour, &page).expect("brought");
    assert_eq!((brought.batches, brought.answered), (1, 1));
    let (_, page) = neighbour.paper_file(PaperRef::RelayedReturn).expect("printed");
    let report = counter.take_in(&page).expect("taken in");
    assert_eq!((report.moved.sent.count, report.moved.credited.count), (3, 3));
    assert_eq!(town.credited(), Cents(3000));
    assert_eq!(passes(), before, "nothing of it is the neighbour's");
    assert!(is_sound(&counter) && is_sound(&neighbour));
}

#[test]
fn a_line_that_breaks_off_under_a_neighbours_pouch_still_brings_home_what_came() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let neighbour = town.desk("Arcueil", OTHER_SIRET);
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &booklet[0].code);
    // The keys, the decisions, the batch; then the state.
    let line = Unlucky::at(&neighbour.link, 3, Mishap::Lost);
    let brought = neighbour.bring_pouch(&counter.pack(), &line, &mut |_| ControlFlow::Continue(()));
    let brought = brought.expect("something came");
    assert_eq!((brought.answered, brought.fault), (1, Some("unreachable")));
    let (_, answer) = neighbour.relayed_file().expect("kept");
    assert_eq!(
        counter.take_in(&answer).expect("taken in").moved.credited.count,
        1
    );
    assert!(is_sound(&counter));
}

#[test]
fn what_is_no_pouch_for_clearing_is_not_brought_and_what_was_kept_stays() {
    let town = Town::new();
    let neighbour = town.desk("Arcueil", OTHER_SIRET);
    let counter = town.desk("Cachan", SIRET);
    let pouch = counter.pack();
    assert!(matches!(neighbour.relayed_file(), Err(Error::Missing(_))));
    bring(&neighbour, &pouch).expect("brought");
    let kept = neighbour.relayed_file().expect("kept");

    for (file, fault) in [
        (town.answer(&pouch), PouchFault::Return),
        (b"Bonjour".to_vec(), PouchFault::NotAPouch),
        (pouch[..pouch.len() / 2].to_vec(), PouchFault::Damaged),
    ] {
        let refused = bring(&neighbour, &file);
        assert!(
            matches!(&refused, Err(Error::Pouch(found)) if *found == fault),
            "{refused:?}"
        );
    }
    let silent = HttpLink::to("http://127.0.0.1:1").expect("an address");
    let nothing = neighbour.bring_pouch(&pouch, &silent, &mut |_| ControlFlow::Continue(()));
    assert!(matches!(nothing, Err(Error::Link(_))), "{nothing:?}");
    assert_eq!(neighbour.relayed_file().expect("kept"), kept);
}

/// The neighbour brings a pouch over its own link.
fn bring(neighbour: &Counter, file: &[u8]) -> Result<BroughtPouch, Error> {
    neighbour.bring_pouch(file, &neighbour.link, &mut |_| ControlFlow::Continue(()))
}
