//! A PC put back to an old image, at its window: what it had done before is found again, and said.

use super::{
    accessibility::assert_accessible, desk_at_cachan, desk_of_today, metropole::Metropole, take, tour::Tour,
    window::Window,
};
use crate::support::town::copy_folder;
use passerelle_desk::{form::EnrolForm, sync::HttpLink};
use passerelle_words::{say, say_with};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn what_another_copy_has_taken_is_told_among_the_batches() {
    let tour = Tour::begin("doubles");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let profile = tour.folder().join("profile");
    tokio::task::block_in_place(|| copy_and_go_on(&profile, &tour.folder().join("other"), &metropole));
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.press("button", &say("batches-send")).await;
    window.sees(&say("batches-double")).await;
    window
        .sees(&say_with("batches-double-moved", &[("count", 2.into())]))
        .await;
    window.sees(&say("batches-double-two")).await;
    assert_accessible(&mut window, "autre-copie").await;
    window.picture("autre-copie").await;
    window.close().await;
}

/// A second PC is made of the first one's disk, and both take passes; the second one is faster.
fn copy_and_go_on(profile: &Path, other: &Path, metropole: &Metropole) {
    let lot = metropole.mint(1);
    let form = EnrolForm {
        address: metropole.url.clone(),
        code: metropole.enrolment_code(),
    };
    let link = HttpLink::to(&form.address).expect("an address");
    let desk = desk_at_cachan(profile);
    desk.enrol(&form, &link).expect("let in");
    desk.sync(&link).expect("an exchange");
    take(&desk, &lot.passes[..1]);
    drop(desk);
    copy_folder(profile, other);

    let second = desk_of_today(other);
    take(&second, &lot.passes[1..3]);
    second.sync(&link).expect("an exchange");
    drop(second);
    take(&desk_of_today(profile), &lot.passes[3..5]);
}
