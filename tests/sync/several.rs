//! Several batches in one request, and all that can come between them and their receipts.

use super::{
    county::{County, Origin, pass},
    disk::Halt,
    service,
};
use crate::support::draws::Draws;
use passerelle_domain::{
    exchange::{Answer, BATCHES, Exchange, ExchangeFault, KEYS, MAX_TOGETHER, Memory, POUCHES, Request},
    wire::{Outward, Pouch, Refused, Return},
};

/// What was asked: how many batches went together, or another request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Together(usize),
    Alone,
    Keys,
    Else,
}

fn outward(request: &Request) -> Option<Outward> {
    match request {
        Request::Post { path: POUCHES, body } => match Pouch::from_bytes(body) {
            Ok(Pouch::Outward(outward)) => Some(outward),
            other => panic!("{other:?}"),
        },
        Request::Post { .. } | Request::Get { .. } | Request::Keys => None,
    }
}

fn asked(request: &Request) -> Asked {
    match request {
        Request::Post { path: BATCHES, .. } => Asked::Alone,
        Request::Post { .. } | Request::Get { .. } => {
            outward(request).map_or(Asked::Else, |outward| Asked::Together(outward.batches.len()))
        }
        Request::Keys => Asked::Keys,
    }
}

/// A county whose first desk has so many batches without an answer, of one event each.
fn piled_up(batches: usize) -> County {
    let county = Origin::new().county(&mut Draws::from_seed(1));
    let desk = &county.desks[0];
    let pass = pass(1, 1);
    for number in 0..batches {
        let written = match number % 2 {
            0 => desk.disk.take(pass, county.today()),
            _ => desk.disk.void(pass, county.today()),
        };
        assert!(matches!(written, Ok(Some(_))), "{written:?}");
        // An exchange that comes no further than its first question.
        let begun = Exchange::begin(&desk.disk, desk.party()).next_request();
        assert!(matches!(begun, Ok(Some(_))), "{begun:?}");
    }
    assert_eq!(count_waiting(&county), batches);
    county
}

fn count_waiting(county: &County) -> usize {
    let waiting = county.desks[0].disk.list_unanswered(usize::MAX);
    waiting.expect("the disk").len()
}

/// Exchanges to the end; `bring` gives the answer to a request, or none when the way breaks off.
fn exchange(
    county: &County,
    mut bring: impl FnMut(&Request) -> Option<Answer>,
) -> (Vec<Asked>, Result<(), Halt>) {
    let desk = &county.desks[0];
    let mut exchange = Exchange::begin(&desk.disk, desk.party());
    let mut heard = Vec::new();
    let mut run = || {
        while let Some(request) = exchange.next_request()? {
            heard.push(asked(&request));
            match bring(&request) {
                Some(answer) => exchange.take(answer)?,
                None if exchange.go_on_with_fewer() => {}
                None => return Err(Halt::Silence),
            }
        }
        Ok(())
    };
    let outcome = run();
    heard.retain(|asked| *asked != Asked::Else);
    (heard, outcome)
}

/// An exchange in which nothing goes wrong.
fn good(county: &County) -> Vec<Asked> {
    let (heard, outcome) = exchange(county, |request| Some(service::answer(&county.clearing, request)));
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        (count_waiting(county), county.desks[0].disk.count_unanswered()),
        (0, 0)
    );
    heard
}

/// An exchange in which clearing's returns are altered on their way.
fn altered(county: &County, alter: impl Fn(&mut Return)) -> (Vec<Asked>, Result<(), Halt>) {
    exchange(county, |request| {
        let answer = service::answer(&county.clearing, request);
        Some(match (outward(request), answer) {
            (Some(_), Answer::Parcel(bytes)) => {
                let Ok(Pouch::Return(mut back)) = Pouch::from_bytes(&bytes) else {
                    panic!("clearing answers with a return");
                };
                alter(&mut back);
                Answer::Parcel(back.to_bytes())
            }
            (_, answer) => answer,
        })
    })
}

#[test]
fn a_backlog_goes_together_and_one_batch_goes_alone() {
    assert_eq!(good(&piled_up(1)), [Asked::Alone]);
    assert_eq!(good(&piled_up(2)), [Asked::Together(2)]);
    let rest = MAX_TOGETHER + 1;
    assert_eq!(
        good(&piled_up(rest)),
        [Asked::Together(MAX_TOGETHER), Asked::Alone]
    );
}

#[test]
fn what_breaks_off_goes_on_with_fewer_and_then_alone() {
    let county = piled_up(20);
    let breaking = |most: usize| {
        exchange(&county, |request| match asked(request) {
            Asked::Together(count) if count > most => None,
            Asked::Together(_) | Asked::Alone | Asked::Keys | Asked::Else => {
                Some(service::answer(&county.clearing, request))
            }
        })
    };
    let (heard, outcome) = breaking(1);
    assert_eq!(
        heard[..4],
        [
            Asked::Together(20),
            Asked::Together(5),
            Asked::Alone,
            Asked::Alone
        ]
    );
    assert_eq!((heard.len(), outcome), (22, Ok(())));
    assert_eq!(count_waiting(&county), 0);
}

#[test]
fn a_line_that_carries_nothing_ends_the_exchange_at_the_first_one_alone() {
    let county = piled_up(20);
    let (heard, outcome) = exchange(&county, |request| match asked(request) {
        Asked::Together(_) | Asked::Alone => None,
        Asked::Keys | Asked::Else => Some(service::answer(&county.clearing, request)),
    });
    assert_eq!(heard, [Asked::Together(20), Asked::Together(5), Asked::Alone]);
    assert_eq!((outcome, count_waiting(&county)), (Err(Halt::Silence), 20));
    good(&county);
}

#[test]
fn an_answer_that_was_lost_is_given_again_byte_for_byte() {
    let county = piled_up(8);
    let mut returns = Vec::new();
    let (heard, outcome) = exchange(&county, |request| {
        let answer = service::answer(&county.clearing, request);
        if outward(request).is_some() {
            assert_eq!(service::answer(&county.clearing, request), answer);
            returns.push(answer.clone());
            if returns.len() == 1 {
                return None;
            }
        }
        Some(answer)
    });
    assert_eq!(outcome, Ok(()));
    assert_eq!(heard[..2], [Asked::Together(8), Asked::Together(2)]);
    let receipts = |answer: &Answer| match answer {
        Answer::Parcel(bytes) => match Pouch::from_bytes(bytes) {
            Ok(Pouch::Return(back)) => back.batches,
            other => panic!("{other:?}"),
        },
        Answer::Unchanged | Answer::Refused(_) => panic!("a return"),
    };
    assert_eq!(receipts(&returns[0])[..2], receipts(&returns[1]));
}

#[test]
fn a_service_of_before_is_asked_together_once() {
    let county = piled_up(3);
    let (heard, outcome) = exchange(&county, |request| {
        Some(match outward(request) {
            Some(_) => Answer::Unchanged,
            None => service::answer(&county.clearing, request),
        })
    });
    let alone = Asked::Alone;
    assert_eq!(
        (heard, outcome),
        (vec![Asked::Together(3), alone, alone, alone], Ok(()))
    );
    assert_eq!(count_waiting(&county), 0);
}

#[test]
fn what_was_answered_before_a_refusal_is_kept_and_the_rest_was_not_asked() {
    for (refused, told) in [
        (Refused::TryLater, Some(Refused::TryLater)),
        (Refused::Revoked, Some(Refused::Revoked)),
        (Refused::UnknownDevice, Some(Refused::UnknownDevice)),
        (Refused::Malformed, Some(Refused::Malformed)),
        // Clearing has nothing of this log that is not here: what it was asked about comes again.
        (Refused::Conflict { seq: 4 }, None),
    ] {
        let county = piled_up(6);
        let refuses = |back: &mut Return| {
            if let Some(third) = back.batches.get_mut(2).filter(|_| count_waiting(&county) == 6) {
                third.answer = Answer::Refused(refused);
            }
        };
        let (_, outcome) = altered(&county, refuses);
        let (waiting, expected) = match told {
            Some(told) => (4, Err(Halt::Fault(ExchangeFault::Refused(told)))),
            None => (0, Ok(())),
        };
        assert_eq!(
            (count_waiting(&county), outcome),
            (waiting, expected),
            "{refused}"
        );
        good(&county);
    }
}

#[test]
fn a_gap_where_nothing_is_lost_is_not_believed_in_the_middle_either() {
    let county = piled_up(4);
    let (_, outcome) = altered(&county, |back| {
        back.batches[1].answer = Answer::Refused(Refused::Gap { expected_seq: 9 });
    });
    assert!(
        matches!(outcome, Err(Halt::Fault(ExchangeFault::Untrusted(_)))),
        "{outcome:?}"
    );
    assert_eq!(count_waiting(&county), 3);
    good(&county);
}

#[test]
fn what_is_no_return_for_these_batches_moves_nothing_and_fewer_are_asked_for() {
    let alterations: [&dyn Fn(&mut Return); 3] = [
        &|back| back.batches.clear(),
        &|back| back.batches.reverse(),
        &|back| {
            back.batches.remove(0);
        },
    ];
    let alone = [Asked::Alone; 4];
    for alter in alterations {
        let county = piled_up(4);
        let (heard, outcome) = altered(&county, alter);
        assert_eq!((heard[0], &heard[1..]), (Asked::Together(4), &alone[..]));
        assert_eq!((outcome, count_waiting(&county)), (Ok(()), 0));
    }
    let other = piled_up(3);
    // What was said to somebody else, a page, and an answer that was cut.
    let strange = service::answer(
        &other.clearing,
        &Request::Get {
            path: "/v1/state".into(),
            question: passerelle_domain::wire::Question::ask(&other.desks[0].party().key, "/v1/state"),
        },
    );
    for strange in [
        strange,
        Answer::Parcel(b"<html>".to_vec()),
        Answer::Parcel(Vec::new()),
    ] {
        let county = piled_up(4);
        let (heard, outcome) = exchange(&county, |request| {
            Some(match outward(request) {
                Some(_) => strange.clone(),
                None => service::answer(&county.clearing, request),
            })
        });
        assert_eq!((heard[0], &heard[1..]), (Asked::Together(4), &alone[..]));
        assert_eq!((outcome, count_waiting(&county)), (Ok(()), 0));
    }
}

#[test]
fn a_key_that_was_replaced_between_the_decisions_and_the_batches_is_looked_for_once() {
    let mut county = piled_up(3);
    let decisions = {
        let desk = &county.desks[0];
        let mut exchange = Exchange::begin(&desk.disk, desk.party());
        let question = exchange.next_request().expect("the disk").expect("a question");
        service::answer(&county.clearing, &question)
    };
    county.replace_key(5);
    let mut first = Some(decisions);
    let (heard, outcome) = exchange(&county, |request| {
        Some(
            first
                .take()
                .unwrap_or_else(|| service::answer(&county.clearing, request)),
        )
    });
    assert_eq!(
        heard,
        [Asked::Together(3), Asked::Keys, Asked::Together(3)],
        "{KEYS}"
    );
    assert_eq!((outcome, count_waiting(&county)), (Ok(()), 0));
}
