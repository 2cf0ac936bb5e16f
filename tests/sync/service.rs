//! Clearing without a network: a request in, an answer out.

use passerelle_clearing::Clearing;
use passerelle_domain::{
    exchange::{Answer, Request},
    wire::Refused,
};

/// What clearing answers to a request.
pub fn answer(clearing: &Clearing, request: &Request) -> Answer {
    let answer = clearing.answer(request).expect("the books answer");
    assert_ne!(
        answer,
        Answer::Refused(Refused::TryLater),
        "the books lack a programme"
    );
    answer
}
