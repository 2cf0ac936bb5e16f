//! What the doors answer: parcels, and refusals whose HTTP status says the same.

use crate::error::Error;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use passerelle_domain::wire::{MEDIA_TYPE, Refused};
use std::time::Duration;

/// After how many seconds a desk should ask again when the service could not answer.
const RETRY_AFTER_SECONDS: u64 = 30;

pub async fn answer<F>(act: F) -> Response
where
    F: FnOnce() -> Result<Vec<u8>, Error> + Send + 'static,
{
    match on_blocking_thread(act).await {
        Ok(bytes) => parcel(bytes),
        Err(refused) => refuse(refused),
    }
}

/// Runs what waits for the disk where it keeps nobody else waiting.
pub async fn on_blocking_thread<T, F>(act: F) -> Result<T, Refused>
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

/// Tells the operator what a desk must not be told. What a desk did wrong is not news.
fn report(error: &Error) {
    if error.refused() == Refused::TryLater {
        tracing::error!(%error, "a request could not be answered");
    }
}

pub fn parcel(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response()
}

pub fn refuse(refused: Refused) -> Response {
    let status = StatusCode::from_u16(refused.status()).expect("a status of HTTP");
    let wait = (refused == Refused::TryLater).then_some(RETRY_AFTER_SECONDS);
    refuse_with(status, refused, wait)
}

/// Somebody asks too often, and may again after this time.
pub fn too_often(wait: Duration) -> Response {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    refuse_with(StatusCode::TOO_MANY_REQUESTS, Refused::TryLater, Some(seconds))
}

/// The body did not come in time.
pub fn too_slow() -> Response {
    let mut response = refuse_with(
        StatusCode::REQUEST_TIMEOUT,
        Refused::TryLater,
        Some(RETRY_AFTER_SECONDS),
    );
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

fn refuse_with(status: StatusCode, refused: Refused, retry_after: Option<u64>) -> Response {
    let mut response = (status, parcel(refused.to_bytes())).into_response();
    response.extensions_mut().insert(refused);
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
