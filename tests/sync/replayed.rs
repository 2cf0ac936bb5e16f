//! A network brings an old answer in the place of the one that is due. It is genuine, and about something else.

use super::{
    county::{County, Origin, PROGRAMME_ID, pass},
    disk::Halt,
    service,
};
use crate::support::draws::Draws;
use passerelle_domain::{
    exchange::{Answer, Exchange, ExchangeFault, Memory, Request},
    id::Epoch,
    wire::Refused,
};

/// Exchanges to the end, and gives every answer with its request.
fn exchange(county: &County, desk: usize) -> Vec<(Request, Answer)> {
    let desk = &county.desks[desk];
    let mut exchange = Exchange::begin(&desk.disk, desk.party());
    let mut heard = Vec::new();
    while let Some(request) = exchange.next_request().expect("the disk") {
        let answer = service::answer(&county.clearing, &request);
        heard.push((request, answer.clone()));
        exchange.take(answer).expect("an answer to believe");
    }
    heard
}

fn is_about_decisions(request: &Request) -> bool {
    matches!(request, Request::Get { path, .. } if path.starts_with("/v1/decisions"))
}

#[test]
fn a_piece_of_the_stream_of_decisions_is_taken_once() {
    let county = Origin::new().county(&mut Draws::from_seed(1));
    for booklet in [2, 3] {
        let pass = pass(booklet, 1);
        let taken = county.desks[0].disk.take(pass, county.today());
        assert!(matches!(taken, Ok(Some(_))), "{taken:?}");
    }
    exchange(&county, 0);
    county.clearing.activate(PROGRAMME_ID, 2, 2).expect("activated");
    let (_, old) = exchange(&county, 0)
        .into_iter()
        .find(|(request, _)| is_about_decisions(request))
        .expect("asked");
    county.clearing.activate(PROGRAMME_ID, 3, 3).expect("activated");
    exchange(&county, 0);
    let disk = &county.desks[0].disk;
    let last = disk.last_decision();
    assert_eq!(
        last.as_ref().map(|last| last.as_ref().map(|last| last.number)),
        Ok(Some(2))
    );

    let mut again = Exchange::begin(disk, county.desks[0].party());
    let request = again.next_request().expect("the disk").expect("a question");
    assert!(is_about_decisions(&request));
    let refused = again.take(old);
    assert!(
        matches!(refused, Err(Halt::Fault(ExchangeFault::Untrusted(_)))),
        "{refused:?}"
    );
    assert_eq!(disk.last_decision(), last);
}

#[test]
fn what_was_asked_for_and_is_no_longer_here_does_not_keep_a_pouch_from_being_packed() {
    let county = Origin::new().county(&mut Draws::from_seed(1));
    let desk = &county.desks[0];
    desk.disk.take(pass(1, 1), county.today()).expect("taken");
    for asked in [
        Refused::Behind {
            epoch: Epoch(7),
            expected_seq: 3,
        },
        Refused::UnknownDevice,
    ] {
        let packed = Exchange::begin(&desk.disk, desk.party()).pack(Some(asked));
        let packed = packed.expect("a pouch");
        assert_eq!((packed.batches.len(), packed.recalls.len()), (1, 0), "{asked:?}");
    }
}
