//! The link over HTTP.

mod begun;
mod fault;
mod patience;
mod retry;

use super::{
    link::{Link, LinkFault},
    route::Route,
};
use crate::{desk::Desk, error::Error};
use begun::Begun;
use fault::unreachable;
use passerelle_domain::{
    exchange::Answer,
    wire::{MEDIA_TYPE, Refused},
};
use patience::Patience;
use reqwest::{
    Client, RequestBuilder, Response, StatusCode, Url,
    header::{CONTENT_TYPE, HeaderMap},
    redirect::Policy,
};
use std::sync::Once;
use tokio::runtime::{Builder, Runtime};

/// A clearing service at an address.
pub struct HttpLink {
    address: Url,
    client: Client,
    runtime: Runtime,
    patience: Patience,
}

impl HttpLink {
    /// A link to that address by the system's own way; nothing is sent yet. Without a scheme,
    /// `https://` is meant.
    ///
    /// # Errors
    /// [`LinkFault::Address`] when the text is no address.
    pub fn to(address: &str) -> Result<Self, LinkFault> {
        Self::by(&Route::default(), address)
    }

    /// A link to that address by the way that the desk was set to go.
    ///
    /// # Errors
    /// The text is no address, or the ledger.
    pub fn from_desk(desk: &Desk, address: &str) -> Result<Self, Error> {
        Ok(Self::by(&desk.route()?, address)?)
    }

    /// The link to the service that the desk is enrolled with.
    ///
    /// # Errors
    /// Not enrolled, or the ledger.
    pub fn of(desk: &Desk) -> Result<Self, Error> {
        let address = desk.clearing_address()?.ok_or(Error::NotEnrolled)?;
        Self::from_desk(desk, &address)
    }

    /// A link to that address by that way.
    ///
    /// # Errors
    /// [`LinkFault::Address`] when the text is no address.
    pub fn by(route: &Route, address: &str) -> Result<Self, LinkFault> {
        Self::with_patience(route, address, Patience::default())
    }

    fn with_patience(route: &Route, address: &str, patience: Patience) -> Result<Self, LinkFault> {
        let address = parse(address)?;
        install_cryptography();
        let client = Client::builder()
            .connect_timeout(patience.connect)
            // A redirection is a welcome page's doing: clearing never moves a request.
            .redirect(Policy::none())
            .user_agent(concat!("passerelle/", env!("CARGO_PKG_VERSION")));
        let client = route
            .guide(client)
            .and_then(reqwest::ClientBuilder::build)
            .map_err(|error| unreachable(&error))?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| LinkFault::Unreachable(error.to_string()))?;
        Ok(Self {
            address,
            client,
            runtime,
            patience,
        })
    }

    /// The address, as it is kept.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    fn url(&self, path: &str) -> Result<Url, LinkFault> {
        Url::parse(&format!("{}{path}", self.address())).map_err(|_| LinkFault::Address)
    }

    /// Sends a request with a body of so many bytes, and asks for the rest of an answer that breaks off.
    fn send(&self, request: &RequestBuilder, length: usize) -> Result<Answer, LinkFault> {
        self.runtime.block_on(async {
            let mut begun = Begun::default();
            loop {
                let again = request.try_clone().expect("a body of bytes can be sent again");
                let request = begun.rest_of(again);
                match self.attempt(request, length, &mut begun).await {
                    Err(fault) if begun.is_worth_another(&fault) => {}
                    Err(fault) => return Err(fault),
                    Ok(Come::Unchanged) => return Ok(Answer::Unchanged),
                    Ok(Come::Parcel) => return Ok(Answer::Parcel(begun.into_bytes())),
                    Ok(Come::Refusal) => {
                        return Refused::from_bytes(&begun.into_bytes())
                            .map(Answer::Refused)
                            .ok_or(LinkFault::Untrusted("a refusal of another shape"));
                    }
                }
            }
        })
    }

    /// One request; what has come of its answer is in `begun`, also when it breaks off.
    async fn attempt(
        &self,
        request: RequestBuilder,
        length: usize,
        begun: &mut Begun,
    ) -> Result<Come, LinkFault> {
        let silence = self.patience.before_answer(length);
        let mut response = patience::moving(silence, sent(request)).await?;
        let (status, headers) = (response.status(), response.headers());
        if matches!(status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT) {
            return Ok(Come::Unchanged);
        }
        let is_ours = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == MEDIA_TYPE);
        if let Some(fault) = later(status, headers, is_ours) {
            return Err(fault);
        }
        if !is_ours {
            return Err(stranger(status));
        }
        begun.open(&response)?;
        while let Some(piece) = patience::moving(self.patience.stall, response.chunk()).await? {
            begun.add(&piece)?;
        }
        Ok(if status.is_success() {
            Come::Parcel
        } else {
            Come::Refusal
        })
    }
}

/// What an answer is, once it has come whole.
enum Come {
    Unchanged,
    Parcel,
    Refusal,
}

impl Link for HttpLink {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        let request = self
            .client
            .post(self.url(path)?)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .body(body.to_vec());
        self.send(&request, body.len())
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        let request = headers
            .iter()
            .fold(self.client.get(self.url(path)?), |request, (name, value)| {
                request.header(*name, value)
            });
        self.send(&request, 0)
    }
}

/// Sends, and once more when the connection kept from before was closed meanwhile: every request of this protocol may be
/// repeated.
async fn sent(request: RequestBuilder) -> Result<Response, reqwest::Error> {
    let again = request.try_clone();
    match (request.send().await, again) {
        (Err(error), Some(again)) if error.is_request() && !error.is_timeout() && !error.is_connect() => {
            again.send().await
        }
        (outcome, _) => outcome,
    }
}

/// The service, or what stands in front of it, asks for some time.
fn later(status: StatusCode, headers: &HeaderMap, is_ours: bool) -> Option<LinkFault> {
    let after = retry::read_retry_after(headers);
    let asks = match status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::SERVICE_UNAVAILABLE => is_ours || after.is_some(),
        _ => false,
    };
    asks.then_some(LinkFault::TryLater { after })
}

/// Neither a parcel nor a refusal of ours. A gateway's complaint means that the service is down;
/// anything else is somebody else's page.
fn stranger(status: StatusCode) -> LinkFault {
    match status {
        // "Network Authentication Required": the one status made for welcome pages (RFC 6585).
        StatusCode::NETWORK_AUTHENTICATION_REQUIRED => LinkFault::Portal,
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => LinkFault::Proxy(format!("HTTP {status}")),
        StatusCode::NOT_FOUND => LinkFault::NoSuchPage,
        status if status.is_server_error() => LinkFault::Unreachable(format!("HTTP {status}")),
        _ => LinkFault::Portal,
    }
}

fn parse(address: &str) -> Result<Url, LinkFault> {
    let typed = address.trim();
    let with_scheme = if typed.contains("://") {
        typed.to_owned()
    } else {
        format!("https://{typed}")
    };
    let url = Url::parse(&with_scheme).map_err(|_| LinkFault::Address)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    if is_web && url.has_host() && url.query().is_none() {
        Ok(url)
    } else {
        Err(LinkFault::Address)
    }
}

/// rustls has no cryptography of its own until it is given one, once a process.
fn install_cryptography() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Somebody else in the process may have been first: theirs will do.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

#[cfg(test)]
mod tests;
