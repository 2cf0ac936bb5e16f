//! A desk hears what changed since it last heard, and asks for everything when that does not fit.

use crate::support::town::{Counter, PROGRAMME_ID, Town};
use passerelle_clearing::MintedPass;
use passerelle_desk::{
    form::VoidForm,
    sync::{Link, LinkFault},
    view::RedemptionAnswer,
};
use passerelle_domain::{
    exchange::Answer,
    redemption::VoidReason,
    refusal::Refusal,
    wire::{Envelope, State},
};
use rusqlite::Connection;
use std::{fs, path::Path, sync::Mutex};

/// A link that remembers the states that it brought, and may bring an old one in the place of the
/// first.
struct Listener<'a> {
    counter: &'a Counter,
    old: Mutex<Option<Vec<u8>>>,
    heard: Mutex<Vec<Vec<u8>>>,
}

impl Link for Listener<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.counter.link.post(path, body)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        let answer = self.counter.link.get(path, headers)?;
        if !path.starts_with("/v1/state") {
            return Ok(answer);
        }
        let old = self.old.lock().expect("no test panics with it").take();
        let answer = old.map_or(answer, Answer::Parcel);
        if let Answer::Parcel(parcel) = &answer {
            let mut heard = self.heard.lock().expect("no test panics with it");
            heard.push(parcel.clone());
        }
        Ok(answer)
    }
}

/// Exchanges, and gives the states that were heard.
fn listen(counter: &Counter, old: Option<Vec<u8>>) -> Vec<Vec<u8>> {
    let listener = Listener {
        counter,
        old: Mutex::new(old),
        heard: Mutex::default(),
    };
    counter.sync(&listener).expect("an exchange");
    listener.heard.into_inner().expect("no test panics with it")
}

/// Exchanges, and says of each state that was heard whether it told only what changed.
fn exchange(counter: &Counter) -> Vec<bool> {
    let is_change = |parcel: &Vec<u8>| {
        let parcel = Envelope::from_bytes(parcel).expect("a parcel");
        parcel.read_unproven::<State>().expect("a state").since.is_some()
    };
    listen(counter, None).iter().map(is_change).collect()
}

/// Booklets enough that a change is shorter than everything; some passes of each are spent.
fn used_booklets(town: &Town, by: &Counter) -> Vec<Vec<MintedPass>> {
    let booklets = town.booklets(20);
    by.exchange();
    let workshop = by.workshop("Ma messagerie");
    for booklet in &booklets[..10] {
        by.take(workshop, &booklet[4].code);
        by.take(workshop, &booklet[7].code);
    }
    by.exchange();
    booklets
}

fn is_refused(counter: &Counter, pass: &MintedPass) -> bool {
    let answer = counter.hold_out(counter.workshop("Mes photos"), &pass.code);
    match answer {
        RedemptionAnswer::Refused {
            refusal: Refusal::SpentElsewhere { .. },
            ..
        } => true,
        RedemptionAnswer::Accepted { .. } => false,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_pass_taken_elsewhere_is_heard_and_so_is_one_given_back() {
    let town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    let booklets = used_booklets(&town, &second);
    assert_eq!(exchange(&first), [true]);

    let workshop = second.workshop("Ma messagerie");
    let kept = second.take(workshop, &booklets[0][0].code);
    let given_back = second.take(workshop, &booklets[0][1].code);
    second.exchange();
    assert_eq!(exchange(&first), [true]);
    assert!(is_refused(&first, &booklets[0][0]) && is_refused(&first, &booklets[0][1]));

    town.clock.wait(1);
    second
        .void_redemption(&VoidForm {
            redemption_id: given_back.id,
            reason: VoidReason::WrongPass,
        })
        .expect("voided");
    second.exchange();
    assert_eq!(exchange(&first), [true]);
    assert!(is_refused(&first, &booklets[0][0]), "{:?} stands", kept.id);
    assert!(!is_refused(&first, &booklets[0][1]));
    assert_eq!(exchange(&first), [true], "its own pass is new to it too");
    assert_eq!(exchange(&first), [false; 0], "nothing is new");
}

#[test]
fn booklets_issued_activated_and_blocked_are_heard_as_they_stand() {
    let town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    used_booklets(&town, &second);
    exchange(&first);
    let pass = &town.sleeping_booklets(1)[0][0];
    assert_eq!(exchange(&first), [true]);
    let day = crate::support::town::thursday();
    town.clearing
        .block(PROGRAMME_ID, pass.booklet, pass.booklet, day)
        .expect("blocked");
    assert_eq!(exchange(&first), [true]);
    let answer = first.hold_out(first.workshop("Mes photos"), &pass.code);
    let RedemptionAnswer::Refused { refusal, .. } = answer else {
        panic!("{answer:?}");
    };
    assert!(matches!(refusal, Refusal::Blocked { .. }), "{refusal:?}");
}

#[test]
fn an_old_state_that_comes_again_changes_nothing() {
    let town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    let booklets = used_booklets(&town, &second);
    let old = town.clearing.state(None).expect("the books").expect("all of it");
    let workshop = second.workshop("Ma messagerie");
    second.take(workshop, &booklets[0][0].code);
    second.exchange();
    assert_eq!(exchange(&first), [true]);

    assert_eq!(listen(&first, Some(old.to_vec())), [old.to_vec()]);
    assert!(is_refused(&first, &booklets[0][0]));
    second.take(workshop, &booklets[0][1].code);
    second.exchange();
    assert_eq!(exchange(&first), [true], "it goes on from where it was");
}

#[test]
fn a_ledger_that_has_lost_what_was_spent_asks_for_everything_and_is_right_again() {
    let town = Town::new();
    let (first, second) = (
        town.desk("Cachan", "99999999800019"),
        town.desk("Vincennes", "88888888000018"),
    );
    let booklets = used_booklets(&town, &second);
    exchange(&first);
    drop(first);
    lose_spent(&town.profile("Cachan"));
    let first = town.reopen("Cachan");
    assert_eq!(
        exchange(&first),
        [false; 0],
        "nothing is new, so nothing is compared"
    );

    second.take(second.workshop("Ma messagerie"), &booklets[0][0].code);
    second.exchange();
    assert_eq!(exchange(&first), [true, false]);
    assert!(is_refused(&first, &booklets[0][0]));
    assert!(is_refused(&first, &booklets[5][7]), "and what was lost is back");
}

/// As a bug would, or a hand with the key.
fn lose_spent(profile: &Path) {
    let key = fs::read_to_string(profile.join("ledger.key")).expect("the key");
    let db = Connection::open(profile.join("ledger.db")).expect("a file");
    db.pragma_update(None, "key", format!("x'{}'", key.trim()))
        .expect("a key");
    let lost = db.execute("DELETE FROM spent_blocks", []).expect("lost");
    assert!(lost > 0);
}
