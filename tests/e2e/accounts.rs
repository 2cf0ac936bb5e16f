//! Two people in turn on one PC: in the real window, each in their place, with nothing of the register on a hidden
//! screen.

use super::{
    accessibility::assert_accessible,
    desk_at_cachan,
    driver::program,
    page::{self, plain},
    tour::Tour,
    window::Window,
};
use crate::support::forms;
use passerelle_desk::{
    form::{AccountForm, NewcomerForm, PinForm, ProtectForm, Typed},
    view::Idle,
};
use passerelle_domain::role::Role;
use passerelle_words::{say, say_with};
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const WORDS: &str = "girafe tambour octobre";
const PIN: &str = "2580";
const NADIA: &str = "Nadia Roussel";
const KARIM: &str = "Karim Haddad";

/// A protected register: a manager with a PIN, an adviser without one, and a workshop with somebody in it.
fn prepare(profile: &Path) {
    let desk = desk_at_cachan(profile);
    let site = desk.list_sites().expect("the ledger")[0].id;
    let workshop = desk
        .open_workshop(&forms::workshop("Ma messagerie", "aujourd’hui", site))
        .expect("a workshop");
    desk.add_attendee(&NewcomerForm {
        attendee: forms::attendee("Delaunay", "Mireille"),
        workshop_id: Some(workshop),
    })
    .expect("somebody");
    let typed = || Typed::from(WORDS);
    let sheet = desk
        .protect(&ProtectForm {
            passphrase: typed(),
            again: typed(),
        })
        .expect("drawn");
    desk.confirm_sheet(&sheet.code[sheet.asked - 1]).expect("held");
    desk.choose_pin(&PinForm {
        current: "".into(),
        pin: PIN.into(),
        again: PIN.into(),
    })
    .expect("chosen");
    desk.add_account(&AccountForm {
        name: KARIM.into(),
        title: String::new(),
        role: Role::Adviser,
    })
    .expect("added");
    desk.change_idle(Idle { minutes: Some(1) }).expect("set");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_take_turns_and_a_hidden_screen_shows_nothing() {
    let tour = Tour::begin("accounts");
    let profile = tour.folder().join("profile");
    prepare(&profile);
    let mut window = Window::open(&profile, &tour).await;
    window.fill(&say("protection-passphrase"), WORDS).await;
    window.press("button", &say("unlock-open")).await;

    window.sees(&say("session-title")).await;
    assert_accessible(&mut window, "who").await;
    window.picture("qui").await;
    by_the_pin(&mut window).await;
    window.press("link", &say("today-resume")).await;
    window.arrives_at("Ma messagerie").await;
    window.sees("Delaunay").await;

    hide(&window).await;
    window.press("button", KARIM).await;
    window.sees("Delaunay").await;
    window.picture("atelier-repris").await;
    as_an_adviser(&mut window).await;
    wait_until_hidden(&window).await;

    by_the_pin(&mut window).await;
    read_the_journal(&mut window).await;
    close_the_register(&mut window).await;
    orders_ask_for_both(&tour, &profile);
    window.fill(&say("protection-passphrase"), WORDS).await;
    window.press("button", &say("unlock-open")).await;
    window.sees(&say("session-title")).await;
    window.close().await;
}

/// A PIN that is not hers, then hers.
async fn by_the_pin(window: &mut Window) {
    window.press("button", NADIA).await;
    let label = say_with("session-pin", &[("name", NADIA.into())]);
    window.sees(&label).await;
    window.fill(&label, "2581").await;
    window.press("button", &say("session-enter")).await;
    window.sees(&say("fault-pin-wrong")).await;
    assert_accessible(window, "pin").await;
    window.picture("code-faux").await;
    window.fill(&label, PIN).await;
    window.press("button", &say("session-enter")).await;
    window.sees(NADIA).await;
}

/// Hides the screen by its key: nothing of the register is left in the page, seen or not.
async fn hide(window: &Window) {
    window.keyboard.with_control('l');
    window.sees(&say("session-title")).await;
    let source = window.client.source().await.expect("the page");
    for name in ["Delaunay", "Mireille", "Ma messagerie"] {
        assert!(!source.contains(name), "{name} is still in the page");
    }
}

/// What is a manager's is not offered, and it is said whose it is.
async fn as_an_adviser(window: &mut Window) {
    window.goes_to("frame-batches").await;
    window.sees(&say("batches-manager")).await;
    window.goes_to("frame-settings").await;
    window.sees(&say("settings-rest")).await;
    assert_accessible(window, "adviser").await;
    window.picture("reglages-conseiller").await;
    let text = page::text(&window.client).await;
    for id in ["settings-team", "settings-structure", "journal-title"] {
        assert!(!text.contains(&say(id)), "{id}: {text}");
    }
}

/// Nobody touches anything for a minute.
async fn wait_until_hidden(window: &Window) {
    let started = Instant::now();
    let sought = plain(&say("session-title"));
    while !page::text(&window.client).await.contains(&sought) {
        assert!(
            started.elapsed() < Duration::from_secs(120),
            "the screen never hid itself"
        );
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(started.elapsed() > Duration::from_secs(20), "not at once");
}

async fn read_the_journal(window: &mut Window) {
    window.goes_to("frame-settings").await;
    window.press("link", &say("journal-read")).await;
    window.arrives_at(&say("journal-title")).await;
    for line in [
        "audit-sign-in",
        "audit-choose-pin",
        "audit-protect",
        "audit-change-idle",
    ] {
        window.sees(&say(line)).await;
    }
    window
        .sees(&say_with("audit-add-account", &[("name", KARIM.into())]))
        .await;
    assert_accessible(window, "journal").await;
    window.picture("journal").await;
}

async fn close_the_register(window: &mut Window) {
    window.press("button", NADIA).await;
    window.sees(&say("session-close")).await;
    window.picture("menu").await;
    window.press("button", &say("session-close")).await;
    window.sees(&say("unlock-sentence")).await;
}

/// The window has let go of the ledger: an order opens it, for whoever knows the words and the PIN.
fn orders_ask_for_both(tour: &Tour, profile: &Path) {
    let order = |order: &str, lines: &str| {
        let mut process = Command::new(program("passerelle"))
            .args([order, "--profile"])
            .arg(profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut input = process.stdin.take().expect("an input");
        writeln!(input, "{lines}").expect("somebody reads");
        drop(input);
        let done = process.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        tour.tell(&format!("$ passerelle {order}\n{said}"));
        (done.status.code(), said)
    };
    let (code, said) = order("check", WORDS);
    assert_eq!(code, Some(0), "{said}");
    // What is said of the passes is for people.
    let (code, said) = order("status", WORDS);
    assert_eq!(code, Some(7), "{said}");
    let (code, said) = order("status", &format!("{WORDS}\n2581"));
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = order("status", &format!("{WORDS}\n{PIN}"));
    assert_eq!(code, Some(0), "{said}");
}
