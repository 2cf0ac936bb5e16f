//! How long a service asks to be left alone: `Retry-After` (RFC 9110, section 10.2.3).

use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use std::time::{Duration, SystemTime};

/// Nobody is believed for longer: a mistyped year must not keep a desk silent.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// How long to wait, in seconds or until a date. A date is held against the answer's own: no
/// clock of ours comes in.
pub fn read_retry_after(headers: &HeaderMap) -> Option<Duration> {
    let asked = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match asked.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = httpdate::parse_http_date(asked).ok()?;
            until.duration_since(date(headers, &DATE)?).unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST))
}

fn date(headers: &HeaderMap, name: &HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(headers.get(name)?.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    fn asked(retry_after: &str, date: Option<&str>) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(retry_after).ok()?);
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_str(date).ok()?);
        }
        read_retry_after(&headers)
    }

    #[test]
    fn seconds_are_taken_at_their_word_up_to_an_hour() {
        assert_eq!(asked("30", None), Some(Duration::from_secs(30)));
        assert_eq!(asked(" 0 ", None), Some(Duration::ZERO));
        assert_eq!(asked("86400", None), Some(LONGEST));
        assert_eq!(asked("-5", None), None);
        assert_eq!(asked("soon", None), None);
    }

    #[test]
    fn a_date_counts_from_the_date_of_the_answer_whatever_the_clock_here() {
        let sent = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(
            asked("Sun, 06 Nov 1994 08:51:37 GMT", sent),
            Some(Duration::from_secs(120))
        );
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT", sent), Some(Duration::ZERO));
        assert_eq!(asked("Thu, 06 Nov 2994 08:51:37 GMT", sent), Some(LONGEST));
        assert_eq!(asked("Sun, 06 Nov 1994 08:51:37 GMT", None), None);
    }

    proptest! {
        #[test]
        fn whatever_is_asked_nobody_waits_longer_than_an_hour(asked_for in "[ -~]{0,40}|[0-9]{1,30}") {
            let wait = asked(&asked_for, Some("Sun, 06 Nov 1994 08:49:37 GMT"));
            prop_assert!(wait.is_none_or(|wait| wait <= LONGEST));
        }
    }
}
