//! A site without a network, at its window: a pouch is printed, the métropole reads the page, and the
//! file that it gives back is taken in.

use super::{
    accessibility::assert_accessible,
    desk_at_cachan, desk_of_today,
    metropole::{Metropole, SIRET},
    take,
    tour::Tour,
    window::Window,
};
use passerelle_desk::{form::EnrolForm, sync::HttpLink};
use passerelle_words::{say, say_with};
use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_pouch_leaves_on_paper_and_its_answer_comes_back_as_a_file() {
    let tour = Tour::begin("courier");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let profile = tour.folder().join("profile");
    tokio::task::block_in_place(|| take_three_passes(&profile, &metropole));
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.press("button", &say("courier-print")).await;
    window.sees(&say("documents-opened")).await;
    assert_eq!(tour.given_to_read(), printed(&profile));

    let answer = tour.folder().join("reponse.pli");
    metropole.answer(&[printed(&profile)], &answer);
    window.give_file("courier-return", &answer).await;
    window
        .sees(&say_with("courier-received", &[("count", 3.into())]))
        .await;
    // A courier's answer is an answer.
    window.sees("Dernière réponse de la métropole").await;
    assert_accessible(&mut window, "reponse-reprise").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_neighbour_with_a_network_brings_the_pouch_and_prints_the_answer() {
    let tour = Tour::begin("neighbour");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let (alone, profile) = (tour.folder().join("alone"), tour.folder().join("profile"));
    let pouch = tour.folder().join("pli.pli");
    tokio::task::block_in_place(|| {
        take_three_passes(&alone, &metropole);
        let packed = desk_of_today(&alone).pack_pouch().expect("packed");
        fs::write(&pouch, packed.bytes).expect("written");
        let form = EnrolForm {
            address: metropole.url.clone(),
            code: metropole.enrolment_code(),
        };
        let neighbour = desk_at_cachan(&profile);
        let link = HttpLink::to(&form.address).expect("an address");
        neighbour.enrol(&form, &link).expect("let in");
    });
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.give_file("courier-bring", &pouch).await;
    window.sees(&say("courier-return-print")).await;
    assert_accessible(&mut window, "pli-porte").await;
    window.press("button", &say("courier-return-print")).await;
    window.sees(&say("documents-opened")).await;
    assert_eq!(tour.given_to_read(), printed_as(&profile, "reponse-"));
    window.picture("reponse-imprimee").await;
    let page = fs::read(printed_as(&profile, "reponse-")).expect("the page");
    tokio::task::block_in_place(|| {
        let desk = desk_of_today(&alone);
        let report = desk.unpack_pouch(&page, &mut |_| ControlFlow::Continue(()));
        assert_eq!(report.expect("taken in").moved.credited.count, 3);
    });
    // What goes to the métropole and what comes back from it are not taken for each other.
    window.give_file("courier-return", &pouch).await;
    window.sees(&say("pouch-outward")).await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_not_the_answer_is_told_in_a_sentence() {
    let tour = Tour::begin("courier-files");
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));
    let window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    let file = tour.folder().join("lettre.pli");
    fs::write(&file, "Bonjour, ceci est un texte.").expect("written");
    window.give_file("courier-return", &file).await;
    window.sees(&say("pouch-not-a-pouch")).await;
    window.press("button", &say("courier-print")).await;
    window.sees(&say("error-not-enrolled")).await;
    window.close().await;
}

/// What happens before the window is opened: let in by courier, then three passes.
fn take_three_passes(profile: &Path, metropole: &Metropole) {
    let lot = metropole.mint(1);
    let desk = desk_at_cachan(profile);
    let form = EnrolForm {
        // Nobody answers there: whatever arrives came by courier.
        address: "http://127.0.0.1:1".into(),
        code: metropole.enrolment_code(),
    };
    desk.ask_enrolment(&form).expect("kept");
    let (pouch, answer) = (profile.join("demande.pli"), profile.join("accord.pli"));
    fs::write(&pouch, desk.pack_pouch().expect("packed").bytes).expect("written");
    metropole.answer(&[pouch], &answer);
    let answer = fs::read(answer).expect("the answer");
    let report = desk.unpack_pouch(&answer, &mut |_| ControlFlow::Continue(()));
    assert!(report.expect("taken in").is_enrolled, "{SIRET} is let in");
    take(&desk, &lot.passes[..3]);
}

/// The page that the window has handed to the system's PDF reader.
fn printed(profile: &Path) -> PathBuf {
    printed_as(profile, "pli-")
}

fn printed_as(profile: &Path, beginning: &str) -> PathBuf {
    let pages = fs::read_dir(profile.join("to-print")).expect("what was printed");
    let page = pages.flatten().next().expect("a page").path();
    assert!(page.to_string_lossy().contains(beginning), "{}", page.display());
    page
}
