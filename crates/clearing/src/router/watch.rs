//! What happens to every request: it is numbered, counted, let through the gate, read within a time,
//! answered, and noted in the log without a word on who asked.

use super::{
    answers::{refuse, too_often, too_slow},
    door::Door,
    largest_body,
};
use crate::{
    clearing::Clearing,
    gate::{Origin, Peer},
};
use axum::{
    body::{Body, Bytes, HttpBody, to_bytes},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue, Method, request::Parts},
    middleware::Next,
    response::Response,
};
use passerelle_domain::{
    exchange::POUCHES,
    id::DeviceId,
    wire::{DEVICE_HEADER, Envelope, Question, Refused},
};
use std::time::{Duration, Instant};
use tracing::{Instrument, info, info_span};

/// The header that gives the number of a request.
const NUMBER_HEADER: &str = "x-request-id";

/// Where a request went that met no route: its path, anybody may have written.
const NOWHERE: &str = "none";

/// Sees a request through.
pub async fn watch(State(door): State<Door>, request: Request, next: Next) -> Response {
    let number = door.number();
    let span = info_span!("request", number);
    async {
        let began = Instant::now();
        let method = name(request.method());
        let route = request.extensions().get::<MatchedPath>().cloned();
        let route = route.as_ref().map_or(NOWHERE, MatchedPath::as_str);
        let mut response = admit(&door, route, request, next).await;
        note(&door, method, route, &response, began.elapsed());
        if let Ok(number) = HeaderValue::from_str(&number) {
            response.headers_mut().insert(NUMBER_HEADER, number);
        }
        response
    }
    .instrument(span)
    .await
}

/// Lets a request in that has not been too frequent, too large or too slow.
async fn admit(door: &Door, route: &str, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let peer = parts.extensions.get::<Peer>().copied();
    let origin = door.gate.origin(peer, &parts.headers);
    if let Err(wait) = door.gate.admit(origin) {
        return too_often(wait);
    }
    let body = match read(body, largest_body(route), door.body_time).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    if let Some((device, requests)) = claim(route, &parts, &body)
        && let Err(wait) = door.gate.admit_device(origin, device, requests)
    {
        return too_often(wait);
    }
    parts.extensions.insert::<Origin>(origin);
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// The whole body, unless it is too large or does not come in time.
async fn read(body: Body, most: usize, time: Duration) -> Result<Bytes, Response> {
    if body.size_hint().lower() > most as u64 {
        return Err(refuse(Refused::TooLarge));
    }
    match tokio::time::timeout(time, to_bytes(body, most)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(refuse(unread(error))),
        Err(_) => Err(too_slow()),
    }
}

/// Why a body was not read to its end.
fn unread(error: axum::Error) -> Refused {
    if error.into_inner().is::<http_body_util::LengthLimitError>() {
        Refused::TooLarge
    } else {
        Refused::Malformed
    }
}

/// The device in whose name a request comes, if it comes in the name of one, and for how many
/// requests it counts: several batches are not let in sooner for coming together.
fn claim(route: &str, parts: &Parts, body: &Bytes) -> Option<(DeviceId, u32)> {
    if body.is_empty() {
        let device = header_text(&parts.headers, DEVICE_HEADER);
        let signature = String::new();
        return Some((Question { device, signature }.asker()?, 1));
    }
    if route == POUCHES {
        let several = Clearing::read_several(body).ok()?;
        return Some((several.device, u32::try_from(several.batches.len()).ok()?));
    }
    let envelope = Envelope::from_bytes(body).ok()?;
    Some((DeviceId(envelope.signer), 1))
}

/// The header's text; empty when it is absent or not text, which no check accepts.
pub fn header_text(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// One line of the log, and one of each counter.
fn note(door: &Door, method: &'static str, route: &str, response: &Response, took: Duration) {
    let status = response.status().as_u16();
    let refused = response.extensions().get::<Refused>().copied();
    let meters = door.clearing.meters();
    meters.count_request(method, route, status, took);
    if let Some(refused) = refused {
        meters.count_refusal(refused);
    }
    let refused = refused.map(Refused::code);
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    info!(method, route, status, refused, ms, "answered");
}

/// The method, if it is one that somebody may use here; anybody may invent others.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
