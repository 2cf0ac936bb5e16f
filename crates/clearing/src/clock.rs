//! The time of the server, which tests set by hand.

use chrono::{DateTime, NaiveDate};
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Gives the time in Unix seconds.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The clock of the machine.
#[must_use]
#[allow(clippy::disallowed_methods, reason = "the one place that asks the machine")]
pub fn system() -> Clock {
    Arc::new(|| {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    })
}

/// The civil day of an instant at the meridian of Greenwich.
#[must_use]
pub fn civil_day(unix_seconds: u64) -> NaiveDate {
    let seconds = i64::try_from(unix_seconds).unwrap_or(i64::MAX);
    DateTime::from_timestamp(seconds, 0).map_or(NaiveDate::MAX, |instant| instant.date_naive())
}
