//! The way between a desk and clearing, on which anything may happen to a request and its answer.

use super::service;
use crate::support::draws::Draws;
use passerelle_clearing::Clearing;
use passerelle_domain::{
    exchange::{Answer, POUCHES, Request},
    wire::Pouch,
};

/// What is on the way, and what was seen on it.
#[derive(Default)]
pub struct Road {
    /// Requests that a network has kept a copy of: it may bring them again, months later.
    kept: Vec<Request>,
    /// The last answer that somebody got, which may come again in the place of another.
    last_answer: Option<Answer>,
}

/// What may happen, in per cent.
#[derive(Debug, Clone, Copy)]
pub struct Weather {
    pub lost: u64,
    pub answer_lost: u64,
    pub answer_cut: u64,
    pub portal: u64,
    pub twice: u64,
    pub old_answer: u64,
}

impl Weather {
    /// Nothing happens.
    pub const CALM: Self = Self {
        lost: 0,
        answer_lost: 0,
        answer_cut: 0,
        portal: 0,
        twice: 0,
        old_answer: 0,
    };

    /// A bad line.
    pub const STORM: Self = Self {
        lost: 12,
        answer_lost: 12,
        answer_cut: 6,
        portal: 6,
        twice: 10,
        old_answer: 5,
    };
}

impl Road {
    /// Brings a request and its answer; `None` when nothing comes back.
    pub fn bring(
        &mut self,
        clearing: &Clearing,
        request: Request,
        weather: Weather,
        draws: &mut Draws,
    ) -> Option<Answer> {
        if draws.percent(weather.lost) {
            return None;
        }
        if draws.percent(weather.portal) {
            return Some(Answer::Parcel(
                b"<!DOCTYPE html><title>Bienvenue</title>".to_vec(),
            ));
        }
        if draws.percent(weather.old_answer) {
            return self.last_answer.clone();
        }
        let is_answer_lost = draws.percent(weather.answer_lost);
        if is_answer_lost && Self::is_together(&request) {
            // Clearing may have stopped half way.
            service::answer(clearing, &begun(&request, draws));
            return None;
        }
        let answer = service::answer(clearing, &request);
        if draws.percent(weather.twice) {
            service::answer(clearing, &request);
        }
        if self.kept.len() < 8 {
            self.kept.push(request);
        }
        self.last_answer = Some(answer.clone());
        if is_answer_lost {
            return None;
        }
        match answer {
            Answer::Parcel(bytes) if draws.percent(weather.answer_cut) => {
                Some(Answer::Parcel(bytes[..draws.below(bytes.len())].to_vec()))
            }
            whole => Some(whole),
        }
    }

    /// Whether a request brings several batches.
    pub fn is_together(request: &Request) -> bool {
        matches!(request, Request::Post { path: POUCHES, .. })
    }

    /// Brings an old request once more; nobody waits for its answer.
    pub fn bring_again(&mut self, clearing: &Clearing, draws: &mut Draws) {
        if !self.kept.is_empty() {
            let request = self.kept.swap_remove(draws.below(self.kept.len()));
            service::answer(clearing, &request);
        }
    }
}

/// The first batches of several, one at least: what was done when clearing stopped.
fn begun(request: &Request, draws: &mut Draws) -> Request {
    let Request::Post { path: POUCHES, body } = request else {
        return request.clone();
    };
    let Ok(Pouch::Outward(mut outward)) = Pouch::from_bytes(body) else {
        panic!("desks send pouches to clearing");
    };
    outward.batches.truncate(1 + draws.below(outward.batches.len()));
    Request::Post {
        path: POUCHES,
        body: outward.to_bytes(),
    }
}
