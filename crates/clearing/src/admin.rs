//! The administration's door: what watches over the service, and nothing that a desk needs. It has
//! an address of its own, and opens to a token.

use crate::{clearing::Clearing, description::to_json, tokens::Tokens};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::Arc;

/// The media type of the metrics: OpenMetrics, which Prometheus reads.
pub const METRICS_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What stands before a token in its header (RFC 6750).
const SCHEME: &str = "bearer ";

/// The routes of the administration.
pub fn admin(clearing: Arc<Clearing>, tokens: Tokens) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/openapi.json", get(description))
        .layer(middleware::from_fn_with_state(Arc::new(tokens), guard))
        .with_state(clearing)
}

/// Lets nobody by without a token, wherever they go.
async fn guard(State(tokens): State<Arc<Tokens>>, request: Request, next: Next) -> Response {
    let token = token(request.headers()).map(str::to_owned);
    let admitted = tokio::task::spawn_blocking(move || token.map_or(Ok(false), |token| tokens.admit(&token)));
    match admitted.await {
        Ok(Ok(true)) => next.run(request).await,
        Ok(Ok(false)) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge).into_response()
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "no token can be looked at");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(token.trim())
}

async fn metrics(State(clearing): State<Arc<Clearing>>) -> Response {
    match tokio::task::spawn_blocking(move || clearing.metrics()).await {
        Ok(text) => ([(header::CONTENT_TYPE, METRICS_TYPE)], text).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], to_json()).into_response()
}
