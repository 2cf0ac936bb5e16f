//! A scanner that types into the real window, whatever its layout, the PC's, and Caps Lock.

use super::{
    keyboard::{Key, Layout},
    metropole::Metropole,
    page,
    tour::Tour,
    window::Window,
};
use passerelle_words::say;
use std::path::Path;

/// A window on a desk that is set up and enrolled.
async fn window_at_cachan(tour: &Tour, metropole: &Metropole) -> Window {
    let profile = tour.folder().join("profile");
    tokio::task::block_in_place(|| settle(&profile, metropole));
    let window = Window::open(&profile, tour).await;
    window.arrives_at("").await;
    window
}

/// What the first start does, without the window.
fn settle(profile: &Path, metropole: &Metropole) {
    use passerelle_desk::{form::EnrolForm, sync::HttpLink};
    let (url, code) = (metropole.url.clone(), metropole.enrolment_code());
    let desk = super::desk_at_cachan(profile);
    let link = HttpLink::to(&url).expect("an address");
    desk.enrol(&EnrolForm { address: url, code }, &link)
        .expect("enrolled");
    desk.sync(&link).expect("the programmes");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pass_of_a_booklet_is_read_through_every_layout() {
    let tour = Tour::begin("layouts");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let lot = metropole.mint(1);
    let window = window_at_cachan(&tour, &metropole).await;
    window.goes_to("frame-passes").await;
    window.arrives_at(&say("passes-title")).await;
    for computer in ["fr", "us"] {
        window.display.set_layout(computer);
        for caps_lock in [false, true] {
            if caps_lock {
                window.keyboard.press(Key::CapsLock);
            }
            for scanner in [Layout::French, Layout::Us] {
                for pass in &lot.passes {
                    window.keyboard.scan(&pass.code, scanner);
                    let what = format!(
                        "{} on a {computer} PC by a {scanner:?} scanner, Caps Lock {caps_lock}",
                        pass.number
                    );
                    window
                        .until(&what, async |client| says_it_is(client, &pass.number).await)
                        .await;
                }
            }
            if caps_lock {
                window.keyboard.press(Key::CapsLock);
            }
        }
    }
    window.close().await;
}

/// Whether the screen of passes says that this very number is good.
async fn says_it_is(client: &fantoccini::Client, number: &str) -> bool {
    let text: String = page::text(client).await;
    text.replace(' ', "").contains(number) && text.contains(&say("passes-good"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_leaves_the_field_that_has_the_focus_as_it_was() {
    let tour = Tour::begin("focus");
    let metropole = Metropole::start(&tour.folder().join("metropole"));
    let lot = metropole.mint(1);
    let window = window_at_cachan(&tour, &metropole).await;
    window.goes_to("frame-attendees").await;
    window.arrives_at(&say("attendees-title")).await;
    let searched = say("attendees-search");
    let role = if page::list(&window.client, "searchbox").await.is_empty() {
        "textbox"
    } else {
        "searchbox"
    };
    window.fill_box(role, &searched, "Odile").await;
    window.keyboard.scan(&lot.passes[0].code, Layout::Us);
    // Nobody on that screen wants a pass: the screen of passes opens and says what it is.
    window.arrives_at(&say("passes-title")).await;
    window
        .until("the pass", async |client| {
            says_it_is(client, &lot.passes[0].number).await
        })
        .await;
    window.close().await;
}
