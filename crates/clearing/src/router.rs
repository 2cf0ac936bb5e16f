//! The doors that desks knock at. Bodies and answers are parcels of [`passerelle_domain::wire`];
//! a refusal is its own CBOR, with the HTTP status that says the same. What each door takes and
//! answers is written down in [`crate::description`].

mod answers;
mod door;
mod resumed;
mod watch;

use crate::{clearing::Clearing, gate::Origin, limits::Limits};
use answers::{answer, on_blocking_thread, parcel, refuse, too_often};
use axum::{
    Extension, Router,
    body::Bytes,
    extract::{FromRequestParts, OriginalUri, Query, State, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use door::Door;
use passerelle_domain::{
    exchange::{KEYS, MAX_TOGETHER_BYTES, OBJECTIONS, POUCHES, StateVersion},
    wire::{DEVICE_HEADER, Heard, MonthsHeard, Question, Refused, SIGNATURE_HEADER, STANDING, read_log_path},
};
use resumed::resumed;
use serde::Deserialize;
use std::sync::Arc;
use watch::{header_text, watch};

/// The largest body that a desk sends: a batch takes a kibibyte, and some more with many sites.
pub(crate) const MAX_REQUEST_BYTES: usize = 256 << 10;

/// The routes of the service, behind a gate of those limits.
pub fn router(clearing: Arc<Clearing>, limits: &Limits) -> Router {
    let door = Door::new(clearing, limits);
    routes()
        .into_iter()
        .fold(Router::new(), |router, (path, methods)| {
            router.route(path, methods)
        })
        .layer(middleware::from_fn_with_state(door.clone(), watch))
        .with_state(door)
}

/// The largest body that comes in at that door, in bytes.
pub(crate) fn largest_body(route: &str) -> usize {
    match route {
        POUCHES => MAX_TOGETHER_BYTES,
        _ => MAX_REQUEST_BYTES,
    }
}

fn routes() -> [(&'static str, MethodRouter<Door>); 11] {
    [
        ("/v1/enrolments", post(enrol)),
        ("/v1/batches", post(receive)),
        (POUCHES, post(receive_several)),
        (OBJECTIONS, post(object)),
        ("/v1/recalls", post(recall)),
        ("/v1/decisions", get(decisions)),
        ("/v1/log", get(log)),
        ("/v1/state", get(state)),
        (STANDING, get(standing)),
        (KEYS, get(keys)),
        ("/v1/health", get(health)),
    ]
}

/// A code is counted as wrong until it is known to be right.
async fn enrol(State(door): State<Door>, Extension(origin): Extension<Origin>, body: Bytes) -> Response {
    let form = match on_blocking_thread(move || Clearing::read_form(&body)).await {
        Ok(form) => form,
        Err(refused) => return refuse(refused),
    };
    let guess = match door.gate.guess(origin, form.lookup) {
        Ok(guess) => guess,
        Err(wait) => return too_often(wait),
    };
    let clearing = door.clearing.clone();
    let answered = on_blocking_thread(move || clearing.enrol_by(&form)).await;
    if answered.as_ref().err() != Some(&Refused::UnknownCode) {
        door.gate.forgive(&guess);
    }
    match answered {
        Ok(grant) => parcel(grant),
        Err(refused) => refuse(refused),
    }
}

async fn receive(State(clearing): State<Arc<Clearing>>, body: Bytes) -> Response {
    answer(move || clearing.receive(&body)).await
}

async fn receive_several(State(clearing): State<Arc<Clearing>>, body: Bytes) -> Response {
    answer(move || clearing.receive_several(&body)).await
}

async fn object(State(clearing): State<Arc<Clearing>>, body: Bytes) -> Response {
    answer(move || clearing.object(&body)).await
}

async fn recall(State(clearing): State<Arc<Clearing>>, body: Bytes) -> Response {
    let recalled = on_blocking_thread(move || {
        clearing.recall(&body)?;
        clearing.meters().count_recall();
        Ok(())
    });
    match recalled.await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => refuse(refused),
    }
}

async fn log(State(clearing): State<Arc<Clearing>>, asked: Asked) -> Response {
    let Some(heads) = read_log_path(&asked.path) else {
        return refuse(Refused::Malformed);
    };
    answer(move || {
        let asker = clearing.asker(&asked.question, &asked.path)?;
        clearing.log(&asker, &heads)
    })
    .await
}

async fn decisions(State(clearing): State<Arc<Clearing>>, asked: Asked) -> Response {
    let Some(heard) = Heard::from_path(&asked.path) else {
        return refuse(Refused::Malformed);
    };
    answer(move || {
        let asker = clearing.asker(&asked.question, &asked.path)?;
        clearing.decisions(&asker, &heard)
    })
    .await
}

async fn standing(State(clearing): State<Arc<Clearing>>, asked: Asked) -> Response {
    let Some(heard) = MonthsHeard::from_path(&asked.path) else {
        return refuse(Refused::Malformed);
    };
    answer(move || {
        let asker = clearing.asker(&asked.question, &asked.path)?;
        clearing.standing(&asker, &heard)
    })
    .await
}

#[derive(Deserialize)]
struct HeldVersion {
    since: Option<u64>,
    generation: Option<u32>,
}

async fn state(
    State(clearing): State<Arc<Clearing>>,
    headers: HeaderMap,
    asked: Asked,
    held: Result<Query<HeldVersion>, QueryRejection>,
) -> Response {
    let Ok(Query(held)) = held else {
        return refuse(Refused::Malformed);
    };
    let held = held.since.map(|version| StateVersion {
        version,
        generation: held.generation.unwrap_or(0),
    });
    let newest = on_blocking_thread(move || {
        clearing.asker(&asked.question, &asked.path)?;
        clearing.state(held)
    });
    match newest.await {
        Ok(Some(state)) => resumed(&headers, &state),
        Ok(None) => StatusCode::NOT_MODIFIED.into_response(),
        Err(refused) => refuse(refused),
    }
}

/// What replaced keys have said of those that came after them: the same for everybody.
async fn keys(State(clearing): State<Arc<Clearing>>) -> Response {
    answer(move || clearing.chain_of_keys()).await
}

/// Whether the books answer, for whoever watches over the service.
async fn health(State(clearing): State<Arc<Clearing>>) -> Response {
    match on_blocking_thread(move || clearing.state_version()).await {
        Ok(version) => {
            let body = serde_json::json!({ "status": "ok", "state_version": version });
            ([(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
        Err(refused) => refuse(refused),
    }
}

/// A question as it was asked.
struct Asked {
    question: Question,
    path: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, state).await;
        let path = uri.path_and_query().map_or("", |path| path.as_str()).to_owned();
        let text = |name| header_text(&parts.headers, name);
        Ok(Self {
            question: Question {
                device: text(DEVICE_HEADER),
                signature: text(SIGNATURE_HEADER),
            },
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::describe;

    #[test]
    fn these_doors_are_described_and_no_others() {
        let described = describe().paths.paths;
        let described: Vec<&str> = described
            .keys()
            .map(String::as_str)
            .filter(|path| path.starts_with("/v1/"))
            .collect();
        let mut doors = routes().map(|(path, _)| path);
        doors.sort_unstable();
        assert_eq!(described, doors);
    }
}
