//! The window: one, on the pages of the binary, from which nothing else can be reached.

use crate::{
    command_line::{self, Ask},
    commands,
    door::Door,
    incidents, neighbour, papers,
    reading::Readings,
};
use passerelle_desk::{Desk, Profile, Topic, sync::Wake};
use std::{
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread,
};
use tauri::{
    App, AppHandle, Emitter, Manager, RunEvent, Url, WebviewUrl, WebviewWindowBuilder,
    webview::{NewWindowResponse, PermissionKind, PermissionResponse},
};

/// The window's label: its capabilities are granted to this name.
const LABEL: &str = "desk";

/// The event by which the page hears what a write changed.
const CHANGED: &str = "changed";

/// Opens the window on a profile, and returns once it is closed.
///
/// # Errors
/// The system offers no window: no display, no webview.
pub fn open(profile: Profile) -> tauri::Result<()> {
    papers::clear(&profile);
    let closing = profile.clone();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands::all())
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(Readings::default());
            app.manage(Door::to(profile.clone(), move |desk| attend_to(&handle, desk)));
            Ok(build(app, &profile)?)
        })
        .build(tauri::generate_context!())?;
    app.run(move |app, event| {
        if matches!(event, RunEvent::Exit) {
            papers::clear(&closing);
            if let Some(door) = app.try_state::<Arc<Door>>() {
                door.leave();
            }
        }
    });
    Ok(())
}

/// What goes on around an open desk, besides what its person does.
fn attend_to(app: &AppHandle, desk: &Arc<Desk>) {
    let (wake, woken) = channel();
    announce(app, desk, wake);
    answer_neighbours(app, desk);
    let desk = Arc::clone(desk);
    thread::spawn(move || {
        if let Err(error) = desk.empty_outbox() {
            incidents::note(desk.profile(), &error);
        }
        desk.keep_in_touch(&woken);
    });
}

fn build(app: &App, profile: &Profile) -> tauri::Result<()> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title("Passerelle")
        .inner_size(1280.0, 800.0)
        .min_inner_size(800.0, 560.0)
        .prevent_overflow()
        .center()
        .data_directory(profile.folder().join("window"))
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions))
        .zoom_hotkeys_enabled(true)
        // The page takes dropped files itself.
        .disable_drag_drop_handler()
        .on_document_title_changed(|window, title| {
            let _ = window.set_title(&title);
        })
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_permission_request(|_, asked| match asked {
            PermissionKind::Camera => PermissionResponse::Allow,
            // Tauri adds kinds as webviews do: whatever else is asked for is denied.
            _ => PermissionResponse::Deny,
        })
        .build()
        .map(|_| ())
}

/// Only the pages of the binary, and in development those of the server that rebuilds them.
fn is_ours(url: &Url) -> bool {
    let in_development = cfg!(dev) && url.host_str() == Some("localhost") && url.port() == Some(5173);
    let packaged = url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost");
    in_development || packaged
}

fn announce(app: &AppHandle, desk: &Arc<Desk>, wake: Sender<Wake>) {
    let app = app.clone();
    desk.announce_to(move |topics| {
        // Nobody listens while the page loads, and it asks for everything then.
        let _ = app.emit(CHANGED, topics);
        if topics.contains(&Topic::Passes) {
            let _ = wake.send(Wake::Sent);
        }
    });
}

fn answer_neighbours(app: &AppHandle, desk: &Arc<Desk>) {
    let (app, known) = (app.clone(), Arc::clone(desk));
    let listening = neighbour::listen(desk.profile(), move |ask| match ask {
        Ask::Show => {
            show(&app);
            command_line::shown()
        }
        ask => command_line::answer(&known, &ask),
    });
    if let Err(error) = listening {
        incidents::note(desk.profile(), &error);
    }
}

fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let _ = window
            .unminimize()
            .and_then(|()| window.show())
            .and_then(|()| window.set_focus());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_never_leaves_its_own_pages() {
        let ours = |address: &str| is_ours(&address.parse().expect("an address"));
        assert!(ours("tauri://localhost/index.html#/today"));
        assert!(ours("http://tauri.localhost/index.html"));
        for elsewhere in [
            "https://example.org/",
            "file:///etc/passwd",
            "http://localhost/",
            "data:text/html,x",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
    }
}
