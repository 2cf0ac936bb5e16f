//! Buckets that empty when somebody asks and fill with time.

use crate::limits::Allowance;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How many buckets are remembered at most: strangers choose some of the keys.
const MOST: usize = 100_000;

/// One bucket for each key, all of one size. A full bucket takes no memory.
#[derive(Debug)]
pub struct Buckets<K> {
    /// The time in which one drop comes back.
    drop_time: Duration,
    /// The time in which a whole bucket comes back.
    fill_time: Duration,
    /// When each bucket that is not full will be.
    full_at: Mutex<HashMap<K, Instant>>,
}

impl<K: Eq + Hash> Buckets<K> {
    /// Buckets of that size, all full.
    #[must_use]
    pub fn of(allowance: Allowance) -> Self {
        let drop_time = Duration::from_secs(60) / allowance.per_minute.get();
        Self {
            drop_time,
            fill_time: drop_time * allowance.at_once.get(),
            full_at: Mutex::default(),
        }
    }

    /// Takes a drop from the bucket of that key.
    ///
    /// # Errors
    /// There is none; one will be after this time.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        self.take_several(key, 1, now)
    }

    /// Takes so many drops from the bucket of that key, if there is one. What is lacking is owed: it
    /// comes back before anything else is given, so that a small bucket lets in what is larger than it
    /// now and then, and nobody gets more by asking for several.
    ///
    /// # Errors
    /// There is none; one will be after this time.
    pub fn take_several(&self, key: K, count: u32, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at();
        if full_at.len() >= MOST && !full_at.contains_key(&key) {
            full_at.retain(|_, at| *at > now);
            if full_at.len() >= MOST {
                // The memory of the service counts more than that of who asked.
                full_at.clear();
            }
        }
        let bucket = full_at.entry(key).or_insert(now);
        let after_one = (*bucket).max(now) + self.drop_time;
        let wait = after_one.duration_since(now).saturating_sub(self.fill_time);
        if wait > Duration::ZERO {
            return Err(wait);
        }
        *bucket = after_one + self.drop_time * count.saturating_sub(1);
        Ok(())
    }

    /// Takes so many drops more from a bucket that has just given one, whether they are there or not.
    pub fn owe(&self, key: &K, count: u32, now: Instant) {
        if let Some(at) = self.full_at().get_mut(key) {
            *at = (*at).max(now) + self.drop_time * count;
        }
    }

    /// Puts back a drop that should not count.
    pub fn give_back(&self, key: &K) {
        if let Some(at) = self.full_at().get_mut(key) {
            *at = at.checked_sub(self.drop_time).unwrap_or(*at);
        }
    }

    fn full_at(&self) -> MutexGuard<'_, HashMap<K, Instant>> {
        self.full_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(buckets: &Buckets<u32>, key: u32, now: Instant) -> usize {
        (0..1_000).take_while(|_| buckets.take(key, now).is_ok()).count()
    }

    #[test]
    fn a_bucket_gives_what_it_holds_then_what_comes_back() {
        let buckets = Buckets::of(Allowance::new(10, 60));
        let now = Instant::now();
        assert_eq!(taken(&buckets, 1, now), 10);
        assert_eq!(buckets.take(1, now), Err(Duration::from_secs(1)));
        assert_eq!(taken(&buckets, 1, now + Duration::from_secs(3)), 3);
        assert_eq!(taken(&buckets, 1, now + Duration::from_secs(3_600)), 10);
    }

    #[test]
    fn whoever_waits_as_told_is_served() {
        let buckets = Buckets::of(Allowance::new(3, 7));
        let now = Instant::now();
        taken(&buckets, 1, now);
        let wait = buckets.take(1, now).expect_err("empty");
        assert!(buckets.take(1, now + wait - Duration::from_millis(1)).is_err());
        assert_eq!(buckets.take(1, now + wait), Ok(()));
    }

    #[test]
    fn one_key_costs_another_nothing_and_a_drop_put_back_is_there() {
        let buckets = Buckets::of(Allowance::new(2, 1));
        let now = Instant::now();
        assert_eq!(taken(&buckets, 1, now), 2);
        assert_eq!(taken(&buckets, 2, now), 2);
        buckets.give_back(&1);
        assert_eq!(taken(&buckets, 1, now), 1);
    }

    #[test]
    fn several_drops_at_once_are_owed_and_never_gained() {
        let buckets = Buckets::of(Allowance::new(10, 60));
        let now = Instant::now();
        // More than the bucket holds, once: the next one waits for all of it.
        assert_eq!(buckets.take_several(1, 32, now), Ok(()));
        assert_eq!(buckets.take_several(1, 32, now), Err(Duration::from_secs(23)));
        assert_eq!(taken(&buckets, 1, now + Duration::from_secs(23)), 1);
        // The same, when what was given first turns out to stand for several.
        assert_eq!(buckets.take(2, now), Ok(()));
        buckets.owe(&2, 31, now);
        assert_eq!(buckets.take(2, now), Err(Duration::from_secs(23)));
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let buckets = Buckets::of(Allowance::new(2, 1));
        let now = Instant::now();
        for key in 0..250_000 {
            assert_eq!(buckets.take(key, now), Ok(()));
        }
        assert!(buckets.full_at().len() <= MOST);
    }
}
