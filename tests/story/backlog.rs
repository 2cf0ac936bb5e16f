//! A long backlog leaves in few requests, and gets through whatever the line is like.

use crate::support::town::{Counter, Town};
use passerelle_desk::{
    Error,
    sync::{Answer, HttpLink, Link, LinkFault},
};
use passerelle_domain::{
    cents::Cents,
    exchange::{BATCHES, POUCHES},
};
use std::sync::Mutex;

const SIRET: &str = "99999999800019";

/// Why a body for that path and of so many bytes does not get through, if it does not.
type Fails<'a> = Box<dyn Fn(&str, usize) -> Option<LinkFault> + Send + Sync + 'a>;

/// A link that notes what goes up, and may fail.
struct Line<'a> {
    inner: &'a HttpLink,
    fails: Fails<'a>,
    posted: Mutex<Vec<String>>,
}

impl<'a> Line<'a> {
    fn good(counter: &'a Counter) -> Self {
        Self::failing(counter, |_, _| None)
    }

    fn failing(
        counter: &'a Counter,
        fails: impl Fn(&str, usize) -> Option<LinkFault> + Send + Sync + 'a,
    ) -> Self {
        Self {
            inner: &counter.link,
            fails: Box::new(fails),
            posted: Mutex::default(),
        }
    }

    /// How often it was asked at that path.
    fn count(&self, path: &str) -> usize {
        let posted = self.posted.lock().expect("no panic with it");
        posted.iter().filter(|posted| *posted == path).count()
    }
}

impl Link for Line<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.posted
            .lock()
            .expect("no panic with it")
            .push(path.to_owned());
        match (self.fails)(path, body.len()) {
            Some(fault) => Err(fault),
            None => self.inner.post(path, body),
        }
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        self.inner.get(path, headers)
    }
}

/// A desk with so many full booklets taken.
fn counter(town: &Town, booklets: u32) -> Counter {
    let booklets = town.booklets(booklets);
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    for pass in booklets.iter().flatten() {
        counter.take(workshop, &pass.code);
    }
    counter
}

#[test]
fn five_thousand_passes_leave_in_one_request_and_are_all_credited() {
    let town = Town::new();
    let counter = counter(&town, 500);
    let line = Line::good(&counter);
    let report = counter.sync(&line).expect("an exchange");
    assert_eq!((report.sent.count, report.credited.count), (5_000, 5_000));
    assert_eq!((line.count(POUCHES), line.count(BATCHES)), (1, 0));
    assert_eq!(town.credited(), Cents(5_000_000));
}

#[test]
fn a_line_that_breaks_off_every_few_kilobytes_carries_what_it_can() {
    let town = Town::new();
    let counter = counter(&town, 100);
    let line = Line::failing(&counter, |path, bytes| {
        let is_too_long = path == POUCHES && bytes > 1_024;
        is_too_long.then(|| LinkFault::Unreachable("it broke off".into()))
    });
    let report = counter.sync(&line).expect("one by one");
    assert_eq!(report.credited.count, 1_000);
    assert_eq!((line.count(POUCHES), line.count(BATCHES)), (1, 5));
}

#[test]
fn a_line_that_carries_nothing_more_is_given_up_and_nothing_is_lost() {
    for fault in [
        LinkFault::Unreachable("it broke off".into()),
        LinkFault::Stalled,
        LinkFault::Portal,
    ] {
        let town = Town::new();
        let counter = counter(&town, 41);
        let line = Line::failing(&counter, |_, _| Some(fault.clone()));
        let outcome = counter.sync(&line);
        assert!(
            matches!(&outcome, Err(Error::Link(told)) if *told == fault),
            "{outcome:?}"
        );
        assert_eq!((line.count(POUCHES), line.count(BATCHES)), (1, 1));
        let report = counter.sync(&Line::good(&counter)).expect("an exchange");
        assert_eq!(report.credited.count, 410);
    }
}

#[test]
fn a_service_that_asks_for_time_is_not_asked_for_fewer_at_once() {
    let town = Town::new();
    let counter = counter(&town, 41);
    let line = Line::failing(&counter, |_, _| Some(LinkFault::TryLater { after: None }));
    let outcome = counter.sync(&line);
    assert!(
        matches!(outcome, Err(Error::Link(LinkFault::TryLater { .. }))),
        "{outcome:?}"
    );
    assert_eq!((line.count(POUCHES), line.count(BATCHES)), (1, 0));
}

#[test]
fn a_service_of_before_gets_its_batches_one_by_one() {
    let town = Town::new();
    let counter = counter(&town, 41);
    let line = Line::failing(&counter, |path, _| {
        (path == POUCHES).then_some(LinkFault::NoSuchPage)
    });
    let report = counter.sync(&line).expect("an exchange");
    assert_eq!(report.credited.count, 410);
    assert_eq!((line.count(POUCHES), line.count(BATCHES)), (1, 3));
}
