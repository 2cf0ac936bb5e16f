//! Clearing replaces its key. Desks follow the chain from the key that they know, wherever they come from; nobody at a
//! site does anything.

use crate::support::{
    courier::back,
    link::{Mishap, Unlucky},
    town::{Counter, Town},
};
use passerelle_clearing::Server;
use passerelle_desk::{
    Error,
    sync::{Answer, Delivery, HttpLink, Link, LinkFault, Outbox},
    view::Standing,
};
use passerelle_domain::{
    cents::Cents,
    exchange::KEYS,
    key::PrivateKey,
    wire::{KeyChain, Succession},
};
use std::{
    fs,
    sync::atomic::{AtomicUsize, Ordering},
};

const SIRET: &str = "99999999800019";

fn standings(counter: &Counter) -> Vec<Standing> {
    let redemptions = counter.list_redemptions(&Default::default()).expect("the passes");
    redemptions.iter().map(|redemption| redemption.standing).collect()
}

/// The name of the sentence that says why there was no exchange.
fn fault(counter: &Counter, link: &dyn Link) -> &'static str {
    match counter.sync(link) {
        Err(Error::Link(fault)) => fault.code(),
        other => panic!("no fault of the link: {other:?}"),
    }
}

fn link_to(server: &Server) -> HttpLink {
    HttpLink::to(&format!("http://{}", server.address())).expect("an address")
}

/// A link that counts how often the chain was asked for, and may show another one.
struct Keys<'a> {
    inner: &'a dyn Link,
    shown: Option<Vec<u8>>,
    asked: AtomicUsize,
}

impl<'a> Keys<'a> {
    fn seen(inner: &'a dyn Link) -> Self {
        Self {
            inner,
            shown: None,
            asked: AtomicUsize::new(0),
        }
    }

    fn shown(inner: &'a dyn Link, chain: Vec<u8>) -> Self {
        Self {
            shown: Some(chain),
            ..Self::seen(inner)
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Link for Keys<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.inner.post(path, body)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        if path != KEYS {
            return self.inner.get(path, headers);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        match &self.shown {
            Some(chain) => Ok(Answer::Parcel(chain.clone())),
            None => self.inner.get(path, headers),
        }
    }
}

#[test]
fn a_batch_whose_answer_was_lost_is_credited_after_the_key_was_replaced() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    counter
        .sync(&Unlucky::at(&counter.link, 1, Mishap::AnswerLost))
        .expect_err("the receipt was lost");
    town.clearing.replace_key().expect("replaced");
    counter.take(workshop, &booklet[1].code);
    let keys = Keys::seen(&counter.link);
    counter.sync(&keys).expect("an exchange");
    assert_eq!(standings(&counter), [Standing::Credited; 2]);
    assert_eq!(keys.asked(), 1, "once, when the new key was met");
    counter.take(workshop, &booklet[2].code);
    counter.sync(&keys).expect("an exchange");
    assert_eq!(keys.asked(), 1, "then it is known");
    assert_eq!(town.credited(), Cents(3000));
}

#[test]
fn a_desk_that_was_away_walks_over_several_keys_also_when_killed_on_the_way() {
    for mishap in [
        Mishap::Lost,
        Mishap::AnswerLost,
        Mishap::AnswerCut,
        Mishap::Portal,
    ] {
        for at in 0..6 {
            let town = Town::new();
            let pass = &town.booklets(1)[0][0];
            let counter = town.desk("Cachan", SIRET);
            counter.take(counter.workshop("Ma messagerie"), &pass.code);
            for _ in 0..3 {
                town.clock.wait(90);
                town.clearing.replace_key().expect("replaced");
            }
            let _ = counter.sync(&Unlucky::at(&counter.link, at, mishap));
            let counter = town.kill(counter);
            counter.exchange();
            assert_eq!(standings(&counter), [Standing::Credited], "{mishap:?} at {at}");
        }
    }
}

#[test]
fn a_service_back_from_an_old_copy_of_its_books_knows_what_its_older_keys_have_signed() {
    let mut town = Town::new();
    let booklet = &town.booklets(1)[0];
    let copy = town.copy_clearing();
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    counter.exchange();
    town.clearing.replace_key().expect("replaced");
    counter.take(workshop, &booklet[1].code);
    counter.exchange();
    town.restore_clearing(&copy);
    assert_eq!(town.credited(), Cents::ZERO);
    town.clearing.replace_key().expect("replaced");
    counter.exchange();
    assert_eq!(town.credited(), Cents(2000));
    assert_eq!(standings(&counter), [Standing::Credited; 2]);
}

#[test]
fn a_disk_put_back_to_before_it_was_let_in_finds_again_what_an_older_key_has_answered() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk_without_link("Cachan");
    let copied = town.copy_disk(counter, "image");
    let counter = copied.counter;
    town.enrol(&counter, SIRET);
    counter.take(counter.workshop("Ma messagerie"), &booklet[0].code);
    counter.exchange();
    town.clearing.replace_key().expect("replaced");
    let counter = town.restore_disk(counter, &copied.disk);
    // Let in by the new key, it has never heard of the one that signed its receipt.
    town.enrol(&counter, SIRET);
    let double = counter
        .batches()
        .expect("the ledger")
        .double
        .expect("found again");
    assert_eq!(double.recovered.count, 1);
}

#[test]
fn a_site_without_a_network_follows_by_courier() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &booklet[0].code);
    let pouch = counter.pack();
    // The first return is lost, with a receipt that the old key has signed.
    assert!(
        back(&town.answer(&pouch)).keys.is_none(),
        "no key was ever replaced"
    );
    town.clearing.replace_key().expect("replaced");
    town.clearing.replace_key().expect("replaced");
    let returned = town.answer(&pouch);
    let report = counter.take_in(&returned).expect("taken in");
    assert_eq!((report.fault, report.is_new), (None, true));
    assert_eq!(standings(&counter), [Standing::Credited]);
    let report = counter.take_in(&returned).expect("taken in");
    assert_eq!(
        (report.fault, report.moved.credited.count),
        (None, 0),
        "twice does no harm"
    );
    counter.take(workshop, &booklet[1].code);
    assert_eq!(town.carry(&counter).fault, None);
    assert_eq!(town.credited(), Cents(2000));
}

#[test]
fn what_is_brought_while_nobody_works_has_the_chain_in_it() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    counter.fill_outbox().expect("an outbox");
    town.clearing.replace_key().expect("replaced");
    let brought = Outbox::of(counter.profile()).deliver().expect("files");
    let expected = Delivery::Brought {
        batches: 1,
        answered: 1,
        fault: None,
    };
    assert_eq!(brought, expected);
    counter.empty_outbox().expect("taken in");
    assert_eq!(standings(&counter), [Standing::Credited]);
}

#[test]
fn a_chain_that_proves_nothing_is_refused_and_nothing_is_lost() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk("Cachan", SIRET);
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    let old = town.clearing.public();
    town.clearing.replace_key().expect("replaced");
    let [thief, other] = [77, 78].map(|seed| PrivateKey::from_seed(&[seed; 32]));
    // Somebody says that a key of theirs takes over from the one that the desk knows.
    let mut forged = Succession::sign(&thief, &other, 2, 0);
    forged.old = old;
    let unproven = array(&[forged.to_bytes()]);
    let elsewhere = array(&[Succession::sign(&thief, &other, 2, 0).to_bytes()]);
    for (chain, code) in [
        (unproven, "keys-unproven"),
        (elsewhere, "keys-elsewhere"),
        (KeyChain::default().to_bytes(), "untrusted"),
        (b"<!DOCTYPE html>".to_vec(), "untrusted"),
    ] {
        assert_eq!(fault(&counter, &Keys::shown(&counter.link, chain)), code);
        assert_eq!(standings(&counter), [Standing::Kept]);
    }
    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Credited]);
}

/// An array of these values.
fn array(values: &[Vec<u8>]) -> Vec<u8> {
    let head = 0x80 + u8::try_from(values.len()).expect("a few");
    [vec![head], values.concat()].concat()
}

#[test]
fn whoever_stole_the_old_key_is_not_believed_by_a_desk_that_knows_the_new_one() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk("Cachan", SIRET);
    let stolen = town.copy_service("stolen");
    town.clearing.replace_key().expect("replaced");
    counter.exchange();
    counter.take(counter.workshop("Ma messagerie"), &pass.code);

    // With the old key itself, as a service put back from an old copy of its files would.
    let (thief, server) = town.serve_copy(&stolen);
    assert_eq!(fault(&counter, &link_to(&server)), "key-replaced");
    // With a second successor of it.
    thief.replace_key().expect("replaced");
    assert_eq!(fault(&counter, &link_to(&server)), "keys-fork");
    assert_eq!(standings(&counter), [Standing::Kept]);

    counter.exchange();
    assert_eq!(standings(&counter), [Standing::Credited]);
}

#[test]
fn key_files_brought_back_are_all_that_a_service_with_an_old_key_needs() {
    let town = Town::new();
    let pass = &town.booklets(1)[0][0];
    let counter = town.desk("Cachan", SIRET);
    let copy = town.copy_service("old");
    town.clearing.replace_key().expect("replaced");
    counter.exchange();
    counter.take(counter.workshop("Ma messagerie"), &pass.code);
    let (old, server) = town.serve_copy(&copy);
    let link = link_to(&server);
    assert_eq!(fault(&counter, &link), "key-replaced");
    // The officer brings them from the safe; the service runs on.
    for file in town.clearing.keys().expect("its keys").files {
        let name = file.file_name().expect("a name");
        fs::copy(&file, copy.join(name)).expect("copied");
    }
    counter.sync(&link).expect("an exchange");
    assert_eq!(standings(&counter), [Standing::Credited]);
    assert_eq!(old.public(), town.clearing.public());
    // Two services are no story of this town: the real one hears of it too.
    counter.exchange();
}
