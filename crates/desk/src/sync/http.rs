//! The link over HTTP.

use super::link::{Link, LinkFault};
use crate::{desk::Desk, error::Error};
use passerelle_domain::{
    exchange::Answer,
    wire::{MAX_ENVELOPE_BYTES, MEDIA_TYPE, Refused},
};
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url, header::CONTENT_TYPE, redirect::Policy};
use std::{error::Error as StdError, sync::Once, time::Duration};
use tokio::runtime::{Builder, Runtime};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);

/// How long nothing may arrive. Not a total: a slow line that moves is a good line.
const STALL: Duration = Duration::from_secs(30);

/// A clearing service at an address.
pub struct HttpLink {
    address: Url,
    client: Client,
    runtime: Runtime,
}

impl HttpLink {
    /// A link to that address; nothing is sent yet. Without a scheme, `https://` is meant.
    ///
    /// # Errors
    /// [`LinkFault::Address`] when the text is no address.
    pub fn to(address: &str) -> Result<Self, LinkFault> {
        install_cryptography();
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(STALL)
            // A redirection is a welcome page's doing: clearing never moves a request.
            .redirect(Policy::none())
            .user_agent(concat!("passerelle/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| LinkFault::Unreachable(chain(&error)))?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| LinkFault::Unreachable(error.to_string()))?;
        Ok(Self {
            address: parse(address)?,
            client,
            runtime,
        })
    }

    /// The link to the service that the desk is enrolled with.
    ///
    /// # Errors
    /// Not enrolled, or the ledger.
    pub fn of(desk: &Desk) -> Result<Self, Error> {
        let address = desk.clearing_address()?.ok_or(Error::NotEnrolled)?;
        Ok(Self::to(&address)?)
    }

    /// The address, as it is kept.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str().trim_end_matches('/')
    }

    fn url(&self, path: &str) -> Result<Url, LinkFault> {
        Url::parse(&format!("{}{path}", self.address())).map_err(|_| LinkFault::Address)
    }

    fn send(&self, request: RequestBuilder) -> Result<Answer, LinkFault> {
        self.runtime.block_on(async {
            let mut response = sent(request).await.map_err(|error| unreachable(&error))?;
            let status = response.status();
            if matches!(status, StatusCode::NOT_MODIFIED | StatusCode::NO_CONTENT) {
                return Ok(Answer::Unchanged);
            }
            let ours = response
                .headers()
                .get(CONTENT_TYPE)
                .is_some_and(|kind| kind == MEDIA_TYPE);
            if !ours {
                return Err(stranger(status));
            }
            let mut body = Vec::new();
            while let Some(piece) = response.chunk().await.map_err(|error| unreachable(&error))? {
                body.extend_from_slice(&piece);
                if body.len() > MAX_ENVELOPE_BYTES {
                    return Err(LinkFault::Untrusted("the answer is too large"));
                }
            }
            if status.is_success() {
                return Ok(Answer::Parcel(body));
            }
            Refused::from_bytes(&body)
                .map(Answer::Refused)
                .ok_or(LinkFault::Untrusted("a refusal of another shape"))
        })
    }
}

impl Link for HttpLink {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        let request = self
            .client
            .post(self.url(path)?)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .body(body.to_vec());
        self.send(request)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        let request = headers
            .iter()
            .fold(self.client.get(self.url(path)?), |request, (name, value)| {
                request.header(*name, value)
            });
        self.send(request)
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

/// Neither a parcel nor a refusal of ours. A gateway's complaint means that the service is down;
/// anything else is somebody else's page.
fn stranger(status: StatusCode) -> LinkFault {
    if status.is_server_error() {
        LinkFault::Unreachable(format!("HTTP {status}"))
    } else {
        LinkFault::Portal
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

fn unreachable(error: &reqwest::Error) -> LinkFault {
    LinkFault::Unreachable(chain(error))
}

/// Every cause, for the log: the outermost says little.
fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
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
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_scheme_is_a_secure_one() {
        assert_eq!(
            HttpLink::to("clearing.example.org/").map(|link| link.address().to_owned()),
            Ok("https://clearing.example.org".into())
        );
        assert_eq!(
            HttpLink::to("http://127.0.0.1:80/").map(|link| link.address().to_owned()),
            Ok("http://127.0.0.1".into())
        );
    }

    #[test]
    fn what_is_no_address_is_told_before_anything_is_sent() {
        for text in ["", "  ", "ftp://example.org", "https://", "a b"] {
            assert_eq!(HttpLink::to(text).err(), Some(LinkFault::Address), "{text:?}");
        }
    }

    #[test]
    fn nobody_at_the_address_is_unreachable() {
        let link = HttpLink::to("http://127.0.0.1:1").expect("an address");
        assert!(matches!(
            link.post("/v1/batches", b""),
            Err(LinkFault::Unreachable(_))
        ));
    }
}
