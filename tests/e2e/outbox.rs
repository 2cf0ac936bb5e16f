//! What waits when somebody closes the real window leaves without it.

use super::{
    desk_at_cachan, desk_of_today, driver::program, metropole::Metropole, take, tour::Tour, window::Window,
};
use passerelle_desk::{Desk, form::EnrolForm, sync::HttpLink};
use passerelle_words::say;
use std::{fs, path::Path, process::Command};

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_when_the_window_is_closed_is_brought_without_it() {
    let tour = Tour::begin("outbox");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let profile = tour.folder().join("profile");
    tokio::task::block_in_place(|| take_two_passes(&profile, &metropole));
    let metropole = metropole.stop();

    let window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.close_by_its_frame().await;

    let metropole = metropole.go_on();
    assert_eq!(metropole.credited(), 0, "nobody has brought anything yet");
    let (ledger, away) = (profile.join("ledger.db"), profile.join("ledger.away"));
    fs::rename(&ledger, &away).expect("out of reach");
    let brought = Command::new(program("passerelle"))
        .arg("--profile")
        .arg(&profile)
        .arg("sync")
        .output()
        .expect("the program runs");
    assert!(
        brought.status.success(),
        "{}",
        String::from_utf8_lossy(&brought.stdout)
    );
    assert_eq!(metropole.credited(), 2);

    fs::rename(&away, &ledger).expect("back again");
    let desk = desk_of_today(&profile);
    tokio::task::block_in_place(|| desk.empty_outbox()).expect("taken in");
    assert_eq!(credited_here(&desk), 2, "known without a connection");
}

fn take_two_passes(profile: &Path, metropole: &Metropole) {
    let lot = metropole.mint(1);
    let desk = desk_at_cachan(profile);
    let form = EnrolForm {
        address: metropole.url.clone(),
        code: metropole.enrolment_code(),
    };
    let link = HttpLink::to(&form.address).expect("an address");
    desk.enrol(&form, &link).expect("enrolled");
    desk.sync(&link).expect("an exchange");
    take(&desk, &lot.passes[..2]);
}

fn credited_here(desk: &Desk) -> u32 {
    desk.batches().expect("the ledger").standings.credited.count
}
