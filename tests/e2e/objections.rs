//! A pass that another structure has taken first, contested at the window with a note that the officer reads.

use super::{
    accessibility::assert_accessible,
    desk_at_cachan,
    keyboard::Key,
    metropole::{MintedPass, programme_of_now},
    take,
    tour::Tour,
    window::Window,
};
use chrono::Local;
use passerelle_clearing::{Clearing, Server, clock, read_programme};
use passerelle_desk::{Desk, form::EnrolForm, sync::HttpLink};
use passerelle_domain::programme::ProgrammeId;
use passerelle_words::{say, say_with};
use std::{net::TcpListener, path::Path, sync::Arc};

const SIRETS: [&str; 2] = ["88888888000018", "21940016500011"];
const NOTE: &str = "présent, signature sur la feuille du 12";

/// A service of two structures; the second one's desk, at that profile, has come too late for a pass.
#[expect(
    clippy::disallowed_methods,
    reason = "the window reads the real clock, and so must its programme"
)]
fn come_too_late(folder: &Path, profile: &Path) -> (Arc<Clearing>, Server) {
    let clearing =
        Arc::new(Clearing::open(&folder.join("metropole"), clock::system()).expect("the books open"));
    let programme = programme_of_now(Local::now().date_naive());
    let added = clearing.add_programme(&read_programme(&programme).expect("a programme"));
    added.expect("taken in");
    let lot = clearing.mint(ProgrammeId(1), 1).expect("minted");
    clearing.activate(ProgrammeId(1), 1, 1).expect("activated");
    let pass = MintedPass {
        code: lot.passes[0].code.clone(),
        number: lot.passes[0].number.clone(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = Server::start(listener, Arc::clone(&clearing)).expect("a server");
    let desks: Vec<(Desk, HttpLink)> = SIRETS
        .iter()
        .zip([folder.join("other").as_path(), profile])
        .map(|(siret, profile)| let_in(&clearing, &server, siret, profile))
        .collect();
    for (desk, link) in &desks {
        take(desk, std::slice::from_ref(&pass));
        desk.sync(link).expect("an exchange");
    }
    (clearing, server)
}

/// A desk of that structure, which knows the programme.
fn let_in(clearing: &Clearing, server: &Server, siret: &str, profile: &Path) -> (Desk, HttpLink) {
    clearing.add_structure(siret, siret).expect("a structure");
    let code = clearing.issue_enrolment(siret, 30).expect("a code").code;
    let form = EnrolForm {
        address: format!("http://{}", server.address()),
        code: code.to_string(),
    };
    let link = HttpLink::to(&form.address).expect("an address");
    let desk = desk_at_cachan(profile);
    desk.enrol(&form, &link).expect("let in");
    desk.sync(&link).expect("an exchange");
    (desk, link)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_waits_is_contested_with_a_note_that_the_officer_reads() {
    let tour = Tour::begin("objections");
    let profile = tour.folder().join("profile");
    let (clearing, server) = tokio::task::block_in_place(|| come_too_late(tour.folder(), &profile));
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-batches").await;
    window.arrives_at(&say("batches-title")).await;

    window.press("button", &say("contest-begin")).await;
    window.sees(&say("contest-note-hint")).await;
    // Nothing written is nothing kept, and Escape leaves without a note.
    window.press("button", &say("contest-keep")).await;
    window.sees(&say("fault-note-missing")).await;
    assert_accessible(&mut window, "contester").await;
    window.keyboard.press(Key::Escape);
    window
        .until("the focus back where it was", async |client| {
            super::page::focused(client)
                .await
                .name
                .starts_with(&say("contest-begin"))
        })
        .await;

    window.keyboard.press(Key::Enter);
    window.sees(&say("contest-note-hint")).await;
    window.fill(&say("contest-note"), NOTE).await;
    window.sees("39 lettres sur 500").await;
    window.picture("contester-note").await;
    window.press("button", &say("contest-keep")).await;
    window.sees(&say("contest-kept")).await;
    window.sees("note à envoyer").await;
    window.press("button", &say("batches-send")).await;
    window.sees("note reçue par la métropole").await;
    let noted = [("count", 1.into())];
    window.sees(&say_with("batches-came-noted", &noted)).await;
    assert_accessible(&mut window, "conteste").await;
    let claims = clearing.list_claims().expect("the books");
    assert_eq!(claims[0].objections[0].note, NOTE);
    window.close().await;
    drop(server);
}
