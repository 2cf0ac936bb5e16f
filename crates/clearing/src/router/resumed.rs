//! A long parcel from where a desk already has it, so that a line which breaks off costs only what
//! was on its way (RFC 9110, sections 13.1.5 and 14).

use super::{header_text, parcel};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use passerelle_domain::wire::Trace;

/// The parcel; only the rest of it for a desk that has the beginning of these very bytes.
pub fn resumed(headers: &HeaderMap, bytes: &[u8]) -> Response {
    let tag = format!("\"{}\"", Trace::of_bytes(bytes));
    let has_beginning = header_text(headers, header::IF_RANGE.as_str()) == tag;
    let mut response = match first_byte(headers).filter(|from| has_beginning && *from < bytes.len()) {
        Some(from) => {
            let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
            let range = [(header::CONTENT_RANGE, range)];
            (StatusCode::PARTIAL_CONTENT, range, parcel(bytes[from..].to_vec())).into_response()
        }
        None => parcel(bytes.to_vec()),
    };
    let tag = HeaderValue::from_str(&tag).expect("digits between quotes");
    response.headers_mut().insert(header::ETAG, tag);
    response
}

/// The N of `bytes=N-`, the only range that a desk asks for. Any other gets the whole, which is
/// always right.
fn first_byte(headers: &HeaderMap) -> Option<usize> {
    let range = header_text(headers, header::RANGE.as_str());
    range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::to_bytes;
    use proptest::prelude::*;

    fn asked(range: &str, tag: &str) -> HeaderMap {
        let text = |text| HeaderValue::from_str(text).expect("a header");
        HeaderMap::from_iter([(header::RANGE, text(range)), (header::IF_RANGE, text(tag))])
    }

    fn taken(response: Response) -> (StatusCode, Vec<u8>) {
        let status = response.status();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let body = runtime.block_on(to_bytes(response.into_body(), usize::MAX));
        (status, body.expect("a body").to_vec())
    }

    proptest! {
        #[test]
        fn a_beginning_and_its_rest_are_the_whole(bytes in prop::collection::vec(any::<u8>(), 1..200), at in 0_usize..220) {
            let whole = resumed(&HeaderMap::new(), &bytes);
            let tag = whole.headers()[header::ETAG].to_str().expect("text").to_owned();
            let (status, rest) = taken(resumed(&asked(&format!("bytes={at}-"), &tag), &bytes));
            if at < bytes.len() {
                prop_assert_eq!(status, StatusCode::PARTIAL_CONTENT);
                prop_assert_eq!([&bytes[..at], &rest].concat(), bytes);
            } else {
                prop_assert_eq!((status, rest), (StatusCode::OK, bytes));
            }
        }
    }

    #[test]
    fn who_has_the_beginning_of_something_else_gets_the_whole() {
        for (range, tag) in [
            ("bytes=3-", "\"0000000000000000\""),
            ("bytes=3-5", "\"0000000000000000\""),
            ("bytes=-2", ""),
        ] {
            let (status, body) = taken(resumed(&asked(range, tag), b"sealed"));
            assert_eq!(
                (status, body.as_slice()),
                (StatusCode::OK, b"sealed".as_slice()),
                "{range}"
            );
        }
    }
}
