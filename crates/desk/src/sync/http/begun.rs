//! An answer of which a part has come: a line that breaks off costs what was on its way, and not
//! what had arrived (RFC 9110, sections 13.1.5 and 14).

use super::LinkFault;
use passerelle_domain::wire::MAX_ENVELOPE_BYTES;
use reqwest::{
    RequestBuilder, Response, StatusCode,
    header::{CONTENT_RANGE, ETAG, HeaderValue, IF_RANGE, RANGE},
};

/// An attempt that brought less is the last one: that line brings nothing.
const WORTH_ANOTHER: usize = 1024;

/// What has come of an answer.
#[derive(Default)]
pub struct Begun {
    body: Vec<u8>,
    /// The service's name for these very bytes, if it gives them one.
    tag: Option<HeaderValue>,
    /// How much of it this attempt has brought.
    brought: usize,
}

impl Begun {
    /// The request for what is still missing.
    pub fn rest_of(&mut self, request: RequestBuilder) -> RequestBuilder {
        self.brought = 0;
        match &self.tag {
            Some(tag) if !self.body.is_empty() => request
                .header(RANGE, format!("bytes={}-", self.body.len()))
                .header(IF_RANGE, tag),
            Some(_) | None => request,
        }
    }

    /// Makes room for an answer: it goes on from here, or begins afresh.
    ///
    /// # Errors
    /// It goes on from somewhere else.
    pub fn open(&mut self, response: &Response) -> Result<(), LinkFault> {
        let headers = response.headers();
        if response.status() == StatusCode::PARTIAL_CONTENT {
            let here = format!("bytes {}-", self.body.len());
            let range = headers.get(CONTENT_RANGE).and_then(|range| range.to_str().ok());
            let goes_on = self.tag.is_some() && range.is_some_and(|range| range.starts_with(&here));
            return goes_on
                .then_some(())
                .ok_or(LinkFault::Untrusted("a piece of something else"));
        }
        self.body.clear();
        self.tag = headers
            .get(ETAG)
            .filter(|_| response.status().is_success())
            .cloned();
        Ok(())
    }

    /// Adds what has come.
    ///
    /// # Errors
    /// More than any answer has.
    pub fn add(&mut self, piece: &[u8]) -> Result<(), LinkFault> {
        self.body.extend_from_slice(piece);
        self.brought += piece.len();
        if self.body.len() > MAX_ENVELOPE_BYTES {
            return Err(LinkFault::Untrusted("the answer is too large"));
        }
        Ok(())
    }

    /// Whether the rest may be asked for, after an attempt that ended so.
    pub fn is_worth_another(&self, fault: &LinkFault) -> bool {
        let broke_off = matches!(fault, LinkFault::Unreachable(_) | LinkFault::Stalled);
        broke_off && self.tag.is_some() && self.brought >= WORTH_ANOTHER
    }

    /// All of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.body
    }
}
