//! The counter, while something is on its way to clearing.

use crate::support::town::{Counter, Town};
use passerelle_desk::sync::{Answer, HttpLink, Link, LinkFault};
use passerelle_domain::cents::Cents;
use std::{
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::channel,
    },
    thread,
    time::Duration,
};

const SIRET: &str = "99999999800019";

/// Longer than anything at the counter takes, and shorter than any patience of a link.
const AT_ONCE: Duration = Duration::from_secs(5);

type Work = Arc<dyn Fn(usize) + Send + Sync>;

/// A link on which the counter works while each request is under way.
struct Meanwhile<'a> {
    inner: &'a dyn Link,
    work: Work,
    asked: AtomicUsize,
}

impl Meanwhile<'_> {
    fn work(&self) {
        let (rank, work) = (self.asked.fetch_add(1, Ordering::SeqCst), Arc::clone(&self.work));
        let (tell, told) = channel();
        // On a thread of its own, and not waited for: a counter that waits for the link would wait for ever.
        thread::spawn(move || {
            work(rank);
            // The town opens its desks again at the end: none may still be held here.
            drop(work);
            let _ = tell.send(());
        });
        told.recv_timeout(AT_ONCE).expect("the counter waits for no link");
    }
}

impl Link for Meanwhile<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.work();
        self.inner.post(path, body)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        self.work();
        self.inner.get(path, headers)
    }
}

#[test]
fn the_counter_reads_and_writes_while_every_request_is_under_way() {
    let town = Town::new();
    let codes: Vec<String> = town.booklets(1)[0].iter().map(|pass| pass.code.clone()).collect();
    let counter = Arc::new(town.desk("Cachan", SIRET));
    let workshop = counter.workshop("Ma messagerie, premiers pas");
    counter.take(workshop, &codes[0]);
    let (behind, rest) = (Arc::clone(&counter), codes[1..].to_vec());
    let meanwhile = Meanwhile {
        inner: &HttpLink::to(&town.address()).expect("an address"),
        work: Arc::new(move |rank| {
            behind.today().expect("a view");
            if let Some(code) = rest.get(rank) {
                behind.take(workshop, code);
            }
        }),
        asked: AtomicUsize::new(0),
    };
    counter.sync(&meanwhile).expect("an exchange");
    let taken = 1 + meanwhile.asked.load(Ordering::SeqCst).min(codes.len() - 1);
    assert!(taken > 3, "decisions, a batch and a state at least");
    counter.exchange();
    assert_eq!(
        town.credited(),
        Cents(1000 * i64::try_from(taken).expect("a few"))
    );
}

#[test]
fn a_service_that_hears_and_never_answers_keeps_nobody_at_the_counter_waiting() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter: Counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    counter.take(workshop, &booklet[0].code);
    // The system makes the connections that nobody here accepts.
    let deaf = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = format!("http://{}", deaf.local_addr().expect("bound"));
    let counter = Arc::new(counter);
    let (behind, link) = (Arc::clone(&counter), HttpLink::to(&address).expect("an address"));
    let waiting = thread::spawn(move || behind.sync(&link).map(|_| ()));
    while !matches!(
        counter.link().expect("the link").state,
        passerelle_desk::view::LinkState::Syncing
    ) {
        thread::sleep(Duration::from_millis(5));
    }
    let (tell, told) = channel();
    let behind = Arc::clone(&counter);
    let code = booklet[1].code.clone();
    thread::spawn(move || {
        behind.take(workshop, &code);
        behind.today().expect("a view");
        drop(behind);
        let _ = tell.send(());
    });
    told.recv_timeout(AT_ONCE).expect("the counter waits for no link");
    assert!(!waiting.is_finished(), "the link still waits for its answer");
    drop(deaf);
    waiting
        .join()
        .expect("no panic")
        .expect_err("nobody has answered");
    counter.exchange();
    assert_eq!(town.credited(), Cents(2000));
}

#[test]
fn a_person_may_send_at_once_although_the_service_has_asked_for_an_hour() {
    struct Busy;
    impl Link for Busy {
        fn post(&self, _: &str, _: &[u8]) -> Result<Answer, LinkFault> {
            self.get("", &[])
        }
        fn get(&self, _: &str, _: &[(&str, String)]) -> Result<Answer, LinkFault> {
            Err(LinkFault::TryLater {
                after: Some(Duration::from_secs(3600)),
            })
        }
    }
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    counter.take(workshop, &booklet[0].code);
    counter.sync(&Busy).expect_err("it asks for time");
    assert_eq!(counter.link().expect("the link").fault, Some("try-later"));
    counter.exchange();
    assert_eq!(town.credited(), Cents(1000));
}
