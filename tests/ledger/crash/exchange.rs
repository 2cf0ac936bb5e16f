//! The desk is killed, or its disk fails, at each call of an exchange with clearing. Once it has exchanged
//! again, both sides hold what they would have held.

use super::{SIRET, Told, copy_profile, desk_at, tell};
use crate::{
    ledger::with_key,
    support::{
        contents::{contents, difference},
        strace::{Strike, strikes},
        town::{PROGRAMME_ID, Town, copy_folder, open_clearing, thursday},
        world::TownClock,
    },
};
use passerelle_clearing::Server;
use passerelle_desk::{form::VoidForm, sync::HttpLink};
use passerelle_domain::redemption::VoidReason;
use rusqlite::Connection;
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A desk and its clearing, with all that an exchange brings still to come: passes and a cancellation to
/// be sent, a pass that waited and was decided since, and a new state.
struct Eve(TempDir);

/// Both sides after an exchange.
#[derive(PartialEq, Eq)]
struct Both {
    desk: String,
    clearing: String,
}

impl Eve {
    fn new() -> Self {
        let town = Town::new();
        let (awake, asleep) = (town.booklets(1).remove(0), town.sleeping_booklets(1).remove(0));
        let counter = town.desk("Cachan", SIRET);
        let workshop = counter.workshop("Naviguer sur internet");
        counter.take(workshop, &asleep[0].code);
        let mistaken = counter.take(workshop, &awake[0].code);
        counter.exchange();
        let number = asleep[0].booklet;
        town.clearing
            .activate(PROGRAMME_ID, number, number)
            .expect("activated");
        let reason = VoidReason::WrongPass;
        let form = VoidForm {
            redemption_id: mistaken.id,
            reason,
        };
        counter.void_redemption(&form).expect("cancelled");
        for pass in &awake[1..4] {
            counter.take(workshop, &pass.code);
        }
        drop(counter);
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_folder(&town.profile("Cachan"), &folder.path().join("before"));
        copy_folder(&town.profile("clearing"), &folder.path().join("clearing-before"));
        Self(folder)
    }

    /// Copies both sides afresh, and starts clearing.
    fn begin(&self) -> (PathBuf, Server) {
        let (from, to) = (self.0.path().join("clearing-before"), self.clearing());
        let _ = fs::remove_dir_all(&to);
        copy_folder(&from, &to);
        let clearing = open_clearing(&to, None, &TownClock::at_noon(thursday()));
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::start(listener, clearing).expect("a server");
        (copy_profile(self.0.path()), server)
    }

    fn clearing(&self) -> PathBuf {
        self.0.path().join("clearing-now")
    }

    /// What both sides hold.
    fn look(&self, profile: &Path) -> Both {
        let books = Connection::open(self.clearing().join("clearing.db")).expect("the books");
        Both {
            desk: contents(&with_key(profile), |_, _| false),
            clearing: contents(&books, |_, _| false),
        }
    }
}

impl Both {
    fn assert_is(&self, due: &Self, what: &Strike) {
        assert_eq!(difference(&self.desk, &due.desk), None, "{what}: the desk");
        assert_eq!(
            difference(&self.clearing, &due.clearing),
            None,
            "{what}: clearing"
        );
    }
}

fn address(server: &Server) -> String {
    format!("http://{}", server.address())
}

fn exchange(profile: &Path, server: &Server, strike: Option<&Strike>) -> Told {
    tell(profile, &["sync".to_owned(), address(server)], strike)
}

#[test]
fn an_exchange_cut_short_at_any_call_ends_as_if_it_had_not_been() {
    let eve = Eve::new();
    let (profile, server) = eve.begin();
    let calm = exchange(&profile, &server, None);
    assert_eq!(calm.said_yes, ["sync"]);
    assert!(
        calm.points.len() > 30,
        "{:?} cannot keep an exchange",
        calm.points
    );
    let due = eve.look(&profile);
    server.stop().expect("stopped");
    for strike in strikes("an exchange", &calm.points) {
        let (profile, server) = eve.begin();
        let told = exchange(&profile, &server, Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        if !told.said_yes.is_empty() {
            eve.look(&profile).assert_is(&due, &strike);
        }
        // The ledger is looked at as it was left, before the exchange that makes good.
        drop(desk_at(&profile));
        let desk = desk_at(&profile);
        assert_eq!(desk.check().expect("the ledger").faults, [], "{strike}");
        let link = HttpLink::to(&address(&server)).expect("an address");
        desk.sync(&link).expect("an exchange");
        drop(desk);
        assert_eq!(
            desk_at(&profile).check().expect("the ledger").faults,
            [],
            "{strike}"
        );
        eve.look(&profile).assert_is(&due, &strike);
        server.stop().expect("stopped");
    }
}
