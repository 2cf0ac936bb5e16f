//! What the structure was paid, at the window of one of its desks: two months that another desk had a
//! part in.

use super::{
    accessibility::assert_accessible, desk_at_cachan, desk_of_today, later::LaterService, metropole::SIRET,
    take, tour::Tour, window::Window,
};
use passerelle_desk::{form::VoidForm, sync::HttpLink};
use passerelle_domain::{month::Month, redemption::VoidReason};
use passerelle_words::{format, say, say_with};
use std::path::Path;

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
