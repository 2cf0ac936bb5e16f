//! A day at a site, from the first start to the answer of the métropole, by keyboard alone.
//!
//! `script/run --tour DIR` plays this very test and keeps what it leaves in DIR.

use super::{
    accessibility::assert_accessible,
    keyboard::{Key, Layout},
    metropole::{Lot, Metropole, SIRET},
    tour::Tour,
    webview::assert_keeps_nothing,
    window::Window,
};
use fantoccini::Client;
use passerelle_words::{say, say_with};

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_a_site_by_keyboard_alone() {
    let tour = Tour::begin("day");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let lot = metropole.mint(2);
    let profile = tour.folder().join("profile");
    let mut window = Window::open(&profile, &tour).await;
    window.resize(1440, 900).await;

    first_start(&mut window, &metropole).await;
    open_a_workshop(&mut window).await;
    two_people_come(&mut window).await;
    passes_are_taken(&mut window, &tour, &lot).await;
    a_mistake_is_undone(&mut window).await;
    papers_are_printed(&mut window, &tour, &profile).await;
    the_metropole_answers(&mut window, &metropole).await;
    every_screen_is_accessible(&mut window).await;
    assert_keeps_nothing(&window, &profile, &["Guessan", "Œuvrard", "Roussel"]).await;
    window.close().await;

    let (code, said) = tour.order(&profile, &["check"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = tour.order(&profile, &["status"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = tour.order(&profile, &["scan", &lot.pdf.to_string_lossy()]);
    assert_eq!(code, 1, "three of these passes are taken:\n{said}");
}

async fn first_start(window: &mut Window, metropole: &Metropole) {
    window.tour.tell("La première mise en route.");
    window.arrives_at(&say("welcome-you")).await;
    window.picture("bienvenue").await;
    window.fill(&say("welcome-name"), "Nadia Roussel").await;
    window.fill(&say("welcome-title"), "conseillère numérique").await;
    window.press("button", &say("form-continue")).await;

    window.arrives_at(&say("welcome-site")).await;
    window
        .fill(&say("welcome-structure-name"), "Ville de Cachan")
        .await;
    window.fill(&say("welcome-siret"), &SIRET[..13]).await;
    window
        .fill(&say("welcome-site-name"), "Médiathèque des Deux-Rives")
        .await;
    window
        .fill(&say("welcome-address"), "4 rue de la République")
        .await;
    window.choose(&say("field-commune"), "94230", "Cachan").await;
    window.press("button", &say("form-continue")).await;
    // A SIRET one digit short: one sentence says so, and the form is kept.
    window
        .sees(&say_with(
            "fault-siret-too-short",
            &[("missing", 1.into()), ("typed", 13.into())],
        ))
        .await;
    window.picture("siret-a-corriger").await;
    window.fill(&say("welcome-siret"), SIRET).await;
    window.press("button", &say("form-continue")).await;

    window.arrives_at(&say("welcome-link")).await;
    window.fill(&say("welcome-address-of-link"), &metropole.url).await;
    window
        .fill(&say("welcome-code"), &metropole.enrolment_code())
        .await;
    assert_accessible(window, "la-metropole").await;
    window.press("button", &say("welcome-enrol")).await;
    window.arrives_at(&say("protection-passphrase-title")).await;
    assert_accessible(window, "la-protection").await;
    window.press("button", &say("welcome-later")).await;
    window.sees(&say("today-no-workshop")).await;
    window.picture("aujourdhui").await;
}

async fn open_a_workshop(window: &mut Window) {
    window.tour.tell("Un atelier s’ouvre : un titre, une durée.");
    window.press("link", &say("today-new-workshop")).await;
    window.arrives_at(&say("workshop-new-title")).await;
    window
        .fill(&say("workshop-field-title"), "Ma messagerie, premiers pas")
        .await;
    window.fill(&say("workshop-field-duration"), "2 h").await;
    assert_accessible(window, "nouvel-atelier").await;
    window.press("button", &say("workshop-create")).await;
    window.arrives_at("Ma messagerie, premiers pas").await;
}

async fn two_people_come(window: &mut Window) {
    window
        .tour
        .tell("Deux personnes arrivent : deux champs suffisent.");
    for (typed, first_name, surname) in [
        ("Aïssata N’Guessan", "Aïssata", "N’Guessan"),
        ("Jean-Éric Œuvrard", "Jean-Éric", "Œuvrard"),
    ] {
        window
            .fill_box("combobox", &say("workshop-next-person"), typed)
            .await;
        window.keyboard.press(Key::Enter);
        window.sees(&say("workshop-new-person")).await;
        window.fill(&say("attendee-first-name"), first_name).await;
        window.fill(&say("attendee-surname"), surname).await;
        window.press("button", &say("workshop-new-person-add")).await;
        window.sees(&format!("{first_name} {surname}")).await;
    }
    assert_accessible(window, "deux-personnes").await;
}

async fn passes_are_taken(window: &mut Window, tour: &Tour, lot: &Lot) {
    window.tour.tell(
        "Des pass sont pris : au lecteur réglé en français, puis en anglais, puis tapé, puis photographié.",
    );
    let [first, second, third, photographed] = [0, 1, 2, 10].map(|place| &lot.passes[place]);
    window.keyboard.scan(&first.code, Layout::French);
    window.sees(&say("answer-which-service")).await;
    window.picture("pour-quelle-prestation").await;
    window.press("button", "Atelier collectif").await;
    window.accepts(first).await;
    window.picture("pris-au-lecteur").await;
    window.keyboard.scan(&second.code, Layout::Us);
    window.accepts_for(second, "Atelier collectif").await;
    window.fill(&say("workshop-number"), &third.number).await;
    window.keyboard.press(Key::Enter);
    window.accepts_for(third, "Atelier collectif").await;

    let page = tour.picture_of_page(&lot.pdf, 2);
    window.give_file("pass-file", &page).await;
    window
        .sees(&say_with("passes-in-file", &[("count", 10.into())]))
        .await;
    assert_accessible(window, "dix-pass-sur-la-page").await;
    let take_it = format!("{} {}", say("answer-take"), photographed.in_groups());
    window.press("button", &take_it).await;
    window.keyboard.press(Key::Escape);
    window.accepts_for(photographed, "Atelier collectif").await;

    window
        .tour
        .tell("Le même pass revient : il est refusé, en une phrase.");
    window.keyboard.scan(&lot.passes[0].code, Layout::French);
    window.sees(&say("answer-refused")).await;
    assert_accessible(window, "deja-pris").await;
}

async fn a_mistake_is_undone(window: &mut Window) {
    window.tour.tell("Une erreur s’annule, avec son motif.");
    window.press("button", &say("workshop-see-passes")).await;
    window.press("button", &say("workshop-void")).await;
    window.sees(&say("workshop-void-reason")).await;
    assert_accessible(window, "annuler").await;
    window.press("button", &say("workshop-void")).await;
    window.sees(&say("state-voided")).await;
    window.picture("annule").await;
}

async fn papers_are_printed(window: &mut Window, tour: &Tour, profile: &std::path::Path) {
    window.tour.tell("La feuille d’émargement, puis une attestation.");
    window.press("link", &say("workshop-sign-in-sheet")).await;
    window.arrives_at(&say("documents-sign-in-sheet")).await;
    window.press("button", &say("sheet-print")).await;
    window.sees(&say("documents-opened")).await;
    assert_accessible(window, "feuille-d-emargement").await;

    window.goes_to("frame-documents").await;
    window.arrives_at(&say("documents-title")).await;
    window.press("link", &say("documents-certificate-make")).await;
    window.arrives_at(&say("certificate-title")).await;
    window
        .choose(&say("certificate-person"), "nguessan", "Aïssata N’Guessan")
        .await;
    window
        .sees(&say_with("certificate-found", &[("count", 1.into())]))
        .await;
    window.press("button", &say("certificate-print")).await;
    window.sees(&say("documents-opened")).await;
    assert_accessible(window, "attestation").await;
    tour.keep_papers(profile);
}

async fn the_metropole_answers(window: &mut Window, metropole: &Metropole) {
    window.tour.tell("La remise part, et la métropole répond.");
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;
    window.press("button", &say("batches-send")).await;
    // Its own words for a pass that will be paid, and the officer's own count. What the desk has sent
    // by itself in the meantime may hold the pass that was taken back, whose cancellation then follows.
    window.sees(&say("verdict-credited")).await;
    let credited = async |_: &Client| metropole.status()["programmes"][0]["credited"] == 3;
    window
        .until("three passes credited, those taken and kept", credited)
        .await;
    window.picture("remises").await;
}

async fn every_screen_is_accessible(window: &mut Window) {
    for (destination, title) in [
        ("frame-today", "today-title"),
        ("frame-workshops", "workshops-title"),
        ("frame-attendees", "attendees-title"),
        ("frame-passes", "passes-title"),
        ("frame-batches", "batches-title"),
        ("frame-documents", "documents-title"),
        ("frame-settings", "settings-title"),
    ] {
        window.goes_to(destination).await;
        let title = say(title);
        window
            .arrives_at(title.split('{').next().unwrap_or_default())
            .await;
        assert_accessible(window, destination.trim_start_matches("frame-")).await;
    }
    window.goes_to("frame-attendees").await;
    window.arrives_at(&say("attendees-title")).await;
    let open = format!("{} Aïssata N’Guessan", say("list-open"));
    window.press("link", &open).await;
    window.arrives_at("Aïssata N’Guessan").await;
    assert_accessible(window, "attendee").await;
}
