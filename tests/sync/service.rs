//! Clearing without a network: a request in, an answer out.

use passerelle_clearing::Clearing;
use passerelle_domain::{
    exchange::{Answer, RECALLS, Request, StateVersion},
    wire::{Heard, Refused, read_log_path},
};

/// What clearing answers to a request.
pub fn answer(clearing: &Clearing, request: &Request) -> Answer {
    let answered = match request {
        Request::Post { path, body } if *path == RECALLS => clearing.recall(body).map(|()| Answer::Unchanged),
        Request::Post { body, .. } => clearing.receive(body).map(Answer::Parcel),
        Request::Get { path, question } => clearing.asker(question, path).and_then(|asker| {
            if let Some(heard) = Heard::from_path(path) {
                return clearing.decisions(&asker, &heard).map(Answer::Parcel);
            }
            if let Some(heads) = read_log_path(path) {
                return clearing.log(&asker, &heads).map(Answer::Parcel);
            }
            let asked = |name| value_of(path, name);
            let held = asked("since").map(|version| StateVersion {
                version,
                generation: asked("generation").map_or(0, |number| u32::try_from(number).expect("small")),
            });
            let state = clearing.state(held)?;
            Ok(state.map_or(Answer::Unchanged, |state| Answer::Parcel(state.to_vec())))
        }),
    };
    answered.unwrap_or_else(|error| {
        let refused = error.refused();
        assert_ne!(refused, Refused::TryLater, "the books failed: {error}");
        Answer::Refused(refused)
    })
}

fn value_of(path: &str, name: &str) -> Option<u64> {
    let (_, query) = path.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
}
