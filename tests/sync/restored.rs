//! What a network can do to a clearing service that goes on from an old copy: bring a batch again, which is then judged
//! as if it were new. Its desk was told something else before.

use super::{
    county::{County, Origin, PROGRAMME_ID, pass},
    service,
};
use crate::support::draws::Draws;
use passerelle_domain::{
    exchange::{Answer, Exchange, Memory, Request},
    pass::Rank,
    wire::Verdict,
};

/// A county whose officer has a copy of the books from before anything happened.
fn county() -> County {
    Origin::new().county(&mut Draws::from_seed(1))
}

/// The desk takes a pass and exchanges; gives the batches that a network could bring again.
fn take(county: &County, desk: usize, rank: Rank) -> Vec<Request> {
    let taken = county.desks[desk].disk.take(pass(1, rank), county.today());
    assert!(matches!(taken, Ok(Some(_))), "{taken:?}");
    exchange(county, desk)
}

fn exchange(county: &County, desk: usize) -> Vec<Request> {
    let desk = &county.desks[desk];
    let mut exchange = Exchange::begin(&desk.disk, desk.party());
    let mut posted = Vec::new();
    while let Some(request) = exchange.next_request().expect("the disk") {
        if matches!(request, Request::Post { .. }) {
            posted.push(request.clone());
        }
        let answer = service::answer(&county.clearing, &request);
        exchange.take(answer).expect("an answer to believe");
    }
    posted
}

/// The network brings it once more; nobody waits for the answer.
fn bring_again(county: &County, batches: &[Request]) {
    for batch in batches {
        let answer = service::answer(&county.clearing, batch);
        assert!(matches!(answer, Answer::Parcel(_)), "judged again: {answer:?}");
    }
}

/// The last words that a desk has heard, in the order of its log.
fn words(county: &County, desk: usize) -> Vec<&'static str> {
    let words = county.desks[desk].disk.words();
    words.values().map(Verdict::code).collect()
}

#[test]
fn a_batch_brought_again_after_a_restore_does_not_stand_for_its_first_answer() {
    let mut county = county();
    let copy = county.copy_books();
    let first = take(&county, 0, 1);
    county.restore_books(&copy, 2);
    take(&county, 2, 1);
    bring_again(&county, &first);
    assert_eq!(words(&county, 2), ["credited"], "nobody knows better yet");

    exchange(&county, 0);
    exchange(&county, 2);
    assert_eq!(words(&county, 0), ["credited"]);
    assert_eq!(words(&county, 2), ["taken_elsewhere"]);
    assert_eq!(county.desks[0].disk.generation(), Ok(1));
}

#[test]
fn nor_does_one_that_lies_before_the_answers_that_were_lost() {
    let mut county = county();
    let copy = county.copy_books();
    let first = take(&county, 0, 1);
    take(&county, 0, 2);
    county.restore_books(&copy, 2);
    take(&county, 2, 1);
    bring_again(&county, &first);

    exchange(&county, 0);
    exchange(&county, 2);
    assert_eq!(words(&county, 0), ["credited", "credited"]);
    assert_eq!(words(&county, 2), ["taken_elsewhere"]);
}

#[test]
fn two_batches_brought_again_in_the_other_order_leave_the_pass_with_the_first() {
    let mut county = county();
    let copy = county.copy_books();
    let first = take(&county, 0, 1);
    let second = take(&county, 2, 1);
    county.restore_books(&copy, 2);
    bring_again(&county, &second);
    bring_again(&county, &first);

    // The second one shows its receipt first, and is asked to go on.
    for desk in [2, 0, 2] {
        exchange(&county, desk);
    }
    assert_eq!(words(&county, 0), ["credited"]);
    assert_eq!(words(&county, 2), ["taken_elsewhere"]);
}

#[test]
fn a_claim_credited_in_between_hears_of_the_older_one() {
    let mut county = county();
    let copy = county.copy_books();
    take(&county, 0, 1);
    county.restore_books(&copy, 2);
    // The second desk of the same structure, and one of another.
    take(&county, 1, 1);
    exchange(&county, 0);
    exchange(&county, 1);
    assert_eq!(words(&county, 0), ["credited"]);
    assert_eq!(words(&county, 1), ["already_yours"]);
}

#[test]
fn whoever_heard_that_a_pass_waits_hears_what_became_of_it_in_books_that_know_less() {
    let mut county = county();
    let copy = county.copy_books();
    take(&county, 0, 1);
    let voided = county.desks[0].disk.void(pass(1, 1), county.today());
    assert!(matches!(voided, Ok(Some(_))), "{voided:?}");
    exchange(&county, 0);
    county.restore_books(&copy, 2);
    take(&county, 2, 1);
    // The older credit comes back first, and is given back only then.
    exchange(&county, 0);
    exchange(&county, 2);
    assert_eq!(words(&county, 2), ["taken_elsewhere"]);

    county.restore_books(&copy, 3);
    exchange(&county, 2);
    assert_eq!(words(&county, 2), ["credited"], "by the receipt that it shows");
    for desk in [0, 2] {
        exchange(&county, desk);
        let misheard = county.list_misheard(&county.desks[desk]).expect("books");
        assert_eq!(misheard, []);
    }
    assert_eq!(words(&county, 2), ["credited"]);
}

#[test]
fn a_word_on_another_event_of_that_number_moves_no_money() {
    let mut county = county();
    let double = county.desks[0].double(9);
    county.desks.push(double);
    let (first, double) = (0, county.desks.len() - 1);
    let copy = county.copy_books();
    let take_waiting = |county: &County, desk: usize, booklet| {
        let taken = county.desks[desk].disk.take(pass(booklet, 1), county.today());
        assert!(matches!(taken, Ok(Some(_))), "{taken:?}");
        exchange(county, desk);
    };
    take_waiting(&county, first, 2);
    county.clearing.activate(PROGRAMME_ID, 2, 2).expect("activated");
    exchange(&county, first);
    assert_eq!(words(&county, first), ["credited"]);

    county.restore_books(&copy, 2);
    take_waiting(&county, double, 3);
    for desk in [first, double, first] {
        exchange(&county, desk);
    }
    let status = county.clearing.status().expect("books");
    assert_eq!(
        status.programmes[0].credited, 0,
        "neither booklet is activated in these books"
    );
    for desk in [first, double] {
        assert_eq!(county.list_misheard(&county.desks[desk]).expect("books"), []);
    }
}
