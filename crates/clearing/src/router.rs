//! The doors that desks knock at. Bodies and answers are parcels of [`passerelle_domain::wire`];
//! a refusal is its own CBOR, with the HTTP status that says the same.

mod resumed;

use crate::{clearing::Clearing, error::Error};
use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, FromRequestParts, OriginalUri, Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use passerelle_domain::{
    exchange::StateVersion,
    wire::{DEVICE_HEADER, Heard, MEDIA_TYPE, Question, Refused, SIGNATURE_HEADER, read_log_path},
};
use resumed::resumed;
use serde::Deserialize;
use std::{io::Write, sync::Arc};

/// The largest body that a desk sends: a batch takes a kibibyte, and some more with many sites.
pub(crate) const MAX_REQUEST_BYTES: usize = 256 << 10;

/// After how many seconds a desk should ask again when the service could not answer.
const RETRY_AFTER_SECONDS: &str = "30";

/// The routes of the service.
pub fn router(clearing: Arc<Clearing>) -> Router {
    Router::new()
        .route("/v1/enrolments", post(enrol))
        .route("/v1/batches", post(receive))
        .route("/v1/recalls", post(recall))
        .route("/v1/decisions", get(decisions))
        .route("/v1/log", get(log))
        .route("/v1/state", get(state))
        .route("/v1/health", get(health))
        .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
        .with_state(clearing)
}

async fn enrol(State(clearing): State<Arc<Clearing>>, body: Result<Bytes, BytesRejection>) -> Response {
    match body {
        Ok(body) => answer(move || clearing.enrol(&body)).await,
        Err(rejection) => unread(&rejection),
    }
}

async fn receive(State(clearing): State<Arc<Clearing>>, body: Result<Bytes, BytesRejection>) -> Response {
    match body {
        Ok(body) => answer(move || clearing.receive(&body)).await,
        Err(rejection) => unread(&rejection),
    }
}

async fn recall(State(clearing): State<Arc<Clearing>>, body: Result<Bytes, BytesRejection>) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(rejection) => return unread(&rejection),
    };
    match on_blocking_thread(move || clearing.recall(&body)).await {
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

/// The header's text; empty when it is absent or not text, which no check accepts.
fn header_text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

async fn answer<F>(act: F) -> Response
where
    F: FnOnce() -> Result<Vec<u8>, Error> + Send + 'static,
{
    match on_blocking_thread(act).await {
        Ok(bytes) => parcel(bytes),
        Err(refused) => refuse(refused),
    }
}

/// Runs what waits for the disk where it keeps nobody else waiting.
async fn on_blocking_thread<T, F>(act: F) -> Result<T, Refused>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    match tokio::task::spawn_blocking(act).await {
        Ok(Ok(outcome)) => Ok(outcome),
        Ok(Err(error)) => {
            report(&error);
            Err(error.refused())
        }
        Err(_) => Err(Refused::TryLater),
    }
}

/// Tells the officer what a desk must not be told. What a desk did wrong is not news.
fn report(error: &Error) {
    if error.refused() == Refused::TryLater {
        let _ = writeln!(std::io::stderr(), "passerelle-clearing: {error}");
    }
}

fn parcel(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response()
}

fn refuse(refused: Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).expect("a status of HTTP");
    let mut response = (status, parcel(refused.to_bytes())).into_response();
    if refused == Refused::TryLater {
        let seconds = HeaderValue::from_static(RETRY_AFTER_SECONDS);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

fn unread(rejection: &BytesRejection) -> Response {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return refuse(Refused::TooLarge);
    }
    refuse(Refused::Malformed)
}
