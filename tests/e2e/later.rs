//! A clearing service beside the window, on loopback, whose clock goes as the test says.

use super::metropole::{MintedPass, SIRET, programme_of_now};
use chrono::Local;
use passerelle_clearing::{Clearing, Server, read_programme};
use passerelle_desk::{Desk, form::EnrolForm, sync::HttpLink};
use passerelle_domain::{month::Month, programme::ProgrammeId};
use std::{
    net::TcpListener,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";

/// A service whose clock can be ahead of the computer's, so that months are over.
pub struct LaterService {
    clearing: Arc<Clearing>,
    server: Server,
    ahead_days: Arc<AtomicI64>,
}

impl LaterService {
    #[expect(
        clippy::disallowed_methods,
        reason = "the window reads the real clock, and so must what answers it"
    )]
    pub fn start(folder: &Path) -> Self {
        let ahead_days = Arc::new(AtomicI64::new(0));
        let ahead = Arc::clone(&ahead_days);
        let now = move || {
            let seconds = Local::now().timestamp() + ahead.load(Ordering::SeqCst) * 86_400;
            seconds.cast_unsigned()
        };
        let clearing = Arc::new(Clearing::open(folder, Arc::new(now)).expect("the books open"));
        let programme = programme_of_now(Local::now().date_naive());
        let added = clearing.add_programme(&read_programme(&programme).expect("a programme"));
        added.expect("taken in");
        clearing
            .add_structure(SIRET, "Ville de Cachan")
            .expect("a structure");
        let payee = clearing.enter_payee(SIRET, IBAN, None, "Régie des pass");
        payee.expect("an account");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Server::start(listener, Arc::clone(&clearing)).expect("a server");
        Self {
            clearing,
            server,
            ahead_days,
        }
    }

    pub fn mint(&self) -> Vec<MintedPass> {
        let lot = self.clearing.mint(ProgrammeId(1), 1).expect("minted");
        self.clearing.activate(ProgrammeId(1), 1, 1).expect("activated");
        let passes = lot.passes.into_iter();
        passes
            .map(|pass| MintedPass {
                code: pass.code,
                number: pass.number,
            })
            .collect()
    }

    pub fn let_in(&self, desk: &Desk) -> HttpLink {
        let code = self.clearing.issue_enrolment(SIRET, 30).expect("a code").code;
        let form = EnrolForm {
            address: format!("http://{}", self.server.address()),
            code: code.to_string(),
        };
        let link = HttpLink::to(&form.address).expect("an address");
        desk.enrol(&form, &link).expect("let in");
        link
    }

    /// So many days go by for the service alone.
    pub fn go_ahead(&self, days: i64) {
        self.ahead_days.fetch_add(days, Ordering::SeqCst);
    }

    /// The next month comes to its end, and is closed.
    pub fn close_month(&self) -> Month {
        self.go_ahead(32);
        let next = self.clearing.preview_settlement(None).expect("a month");
        let month = next.settlement.month;
        self.clearing.close_settlement(month).expect("closed");
        month
    }
}
