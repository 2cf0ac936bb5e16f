//! A clock that tests move, and chance that comes back the same.

use chrono::{DateTime, FixedOffset, NaiveDate};
use passerelle_desk::{Chance, Clock, Cost, Surroundings};
use sha2::{Digest, Sha256};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

/// The time of a whole town, in Unix seconds. Paris is an hour ahead in winter; that will do.
#[derive(Clone)]
pub struct TownClock(Arc<AtomicI64>);

impl TownClock {
    pub fn at_noon(day: NaiveDate) -> Self {
        let noon = day.and_hms_opt(11, 0, 0).expect("an hour of the day").and_utc();
        Self::at(noon.timestamp())
    }

    pub fn at(seconds: i64) -> Self {
        Self(Arc::new(AtomicI64::new(seconds)))
    }

    /// Lets days go by.
    pub fn wait(&self, days: i64) {
        self.0.fetch_add(days * 86_400, Ordering::SeqCst);
    }

    pub fn wait_seconds(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// A desk's clock: the town's, off by so many seconds.
pub struct DeskClock {
    pub town: TownClock,
    pub skew: Arc<AtomicI64>,
}

impl Clock for DeskClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let paris = FixedOffset::east_opt(3600).expect("an offset");
        let seconds = self.town.seconds() + self.skew.load(Ordering::SeqCst);
        DateTime::from_timestamp(seconds, 0)
            .expect("a time")
            .with_timezone(&paris)
    }
}

/// Random enough to be told apart, the same at each run.
pub struct SeededChance {
    seed: String,
    drawn: AtomicU64,
}

impl SeededChance {
    pub fn new(seed: impl Into<String>) -> Self {
        Self {
            seed: seed.into(),
            drawn: AtomicU64::new(0),
        }
    }
}

impl Chance for SeededChance {
    fn fill(&self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(32) {
            let drawn = self.drawn.fetch_add(1, Ordering::SeqCst);
            let block = Sha256::digest(format!("{}/{drawn}", self.seed));
            piece.copy_from_slice(&block[..piece.len()]);
        }
    }
}

/// The surroundings of one desk. `life` tells its openings apart, so that a desk that is opened
/// again does not draw the same numbers again.
pub fn surroundings(town: &TownClock, skew: &Arc<AtomicI64>, name: &str, life: u32) -> Surroundings {
    let clock = DeskClock {
        town: town.clone(),
        skew: Arc::clone(skew),
    };
    Surroundings::new(clock, SeededChance::new(format!("{name}/{life}"))).with_cost(Cost::least())
}
