//! What the structure was paid, at the window of one of its desks: two months that another desk had a
//! part in.

use super::{
    accessibility::assert_accessible,
    desk_at_cachan, desk_of_today,
    metropole::{MintedPass, SIRET, programme_of_now},
    take,
    tour::Tour,
    window::Window,
};
use chrono::Local;
use passerelle_clearing::{Clearing, Server, read_programme};
use passerelle_desk::{
    Desk,
    form::{EnrolForm, VoidForm},
    sync::HttpLink,
};
use passerelle_domain::{month::Month, programme::ProgrammeId, redemption::VoidReason};
use passerelle_words::{format, say, say_with};
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
struct LaterService {
    clearing: Arc<Clearing>,
    server: Server,
    ahead_days: Arc<AtomicI64>,
}

impl LaterService {
    #[expect(
        clippy::disallowed_methods,
        reason = "the window reads the real clock, and so must what answers it"
    )]
    fn start(folder: &Path) -> Self {
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

    fn mint(&self) -> Vec<MintedPass> {
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

    fn let_in(&self, desk: &Desk) -> HttpLink {
        let code = self.clearing.issue_enrolment(SIRET, 30).expect("a code").code;
        let form = EnrolForm {
            address: format!("http://{}", self.server.address()),
            code: code.to_string(),
        };
        let link = HttpLink::to(&form.address).expect("an address");
        desk.enrol(&form, &link).expect("let in");
        link
    }

    /// The next month comes to its end, and is closed.
    fn close_month(&self) -> Month {
        self.ahead_days.fetch_add(32, Ordering::SeqCst);
        let next = self.clearing.preview_settlement(None).expect("a month");
        let month = next.settlement.month;
        self.clearing.close_settlement(month).expect("closed");
        month
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_months_paid_to_the_structure_are_shown_with_their_references() {
    let tour = Tour::begin("paid");
    let profile = tour.folder().join("profile");
    let (service, months) = tokio::task::block_in_place(|| {
        let service = LaterService::start(&tour.folder().join("metropole"));
        let months = two_months(&service, &profile, &tour.folder().join("other"));
        (service, months)
    });
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    for month in months {
        window.sees(&format!("{month}/{SIRET}/1")).await;
    }
    let given_back = [("count", 1.into()), ("amount", format::amount(1_000).into())];
    window
        .sees(&say_with("settlements-given-back", &given_back))
        .await;
    assert_accessible(&mut window, "reglements").await;
    window.close().await;
    let (code, said) = tour.order(&profile, &["status"]);
    assert_eq!(code, 0);
    assert!(said.contains(&format::amount(6_000)), "{said}");
    drop(service);
}

#[tokio::test(flavor = "multi_thread")]
async fn before_the_first_month_is_paid_the_screen_says_when_it_will_be() {
    let tour = Tour::begin("not-paid-yet");
    let profile = tour.folder().join("profile");
    let service = tokio::task::block_in_place(|| {
        let service = LaterService::start(&tour.folder().join("metropole"));
        let passes = service.mint();
        let desk = desk_at_cachan(&profile);
        let link = service.let_in(&desk);
        desk.sync(&link).expect("an exchange");
        take(&desk, &passes[..2]);
        desk.sync(&link).expect("an exchange");
        service
    });
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.sees(&say("settlements-none")).await;
    assert_accessible(&mut window, "rien-de-regle").await;
    window.close().await;
    drop(service);
}

/// Five passes at two desks of one structure; a month is paid, a pass of it is given back, two more are
/// taken, and the next month is paid.
fn two_months(service: &LaterService, profile: &Path, other: &Path) -> [Month; 2] {
    let passes = service.mint();
    let (desk, second) = (desk_at_cachan(profile), desk_at_cachan(other));
    for (desk, passes) in [(&second, &passes[..2]), (&desk, &passes[2..5])] {
        let link = service.let_in(desk);
        desk.sync(&link).expect("an exchange");
        take(desk, passes);
        desk.sync(&link).expect("an exchange");
    }
    let first_month = service.close_month();
    drop(second);
    let link = HttpLink::of(&desk).expect("an address");
    let taken = &desk.list_redemptions(&Default::default()).expect("the passes")[0];
    desk.void_redemption(&VoidForm {
        redemption_id: taken.id,
        reason: VoidReason::WrongPass,
    })
    .expect("voided");
    drop(desk);
    let desk = desk_of_today(profile);
    take(&desk, &passes[5..7]);
    desk.sync(&link).expect("an exchange");
    let second_month = service.close_month();
    desk.sync(&link).expect("an exchange");
    [first_month, second_month]
}
