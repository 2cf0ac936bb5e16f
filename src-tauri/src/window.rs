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
        Arc, Once,
        mpsc::{Sender, channel},
    },
    thread,
};
use tauri::{
    App, AppHandle, Emitter, Manager, RunEvent, Url, WebviewUrl, WebviewWindowBuilder, Wry,
    webview::{NewWindowResponse, PermissionKind, PermissionResponse},
};

/// The window's label: its capabilities are granted to this name.
const LABEL: &str = "desk";

/// The event by which the page hears what a write changed.
const CHANGED: &str = "changed";

/// Other processes are listened to once, however often the desk is opened.
static NEIGHBOURS: Once = Once::new();

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
    // Now that the ledger is ours, and once: a desk that is shut is answered for too.
    NEIGHBOURS.call_once(|| answer_neighbours(app, desk.profile()));
    let desk = Arc::clone(desk);
    thread::spawn(move || {
        if let Err(error) = desk.empty_outbox() {
            incidents::note(desk.profile(), &error);
        }
        desk.keep_in_touch(&woken);
    });
}

fn build(app: &App, profile: &Profile) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
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
        .on_download(|_, _| false)
        .on_permission_request(|webview, asked| match webview.url() {
            Ok(page) => answer(asked, &page),
            Err(_) => PermissionResponse::Deny,
        });
    without_a_network(window).build().map(|_| ())
}

/// Leaves the webview no way to any address, whatever it is asked to load: it goes through a proxy
/// that is not there. Needed where WebKit connects to the target of a link before it asks whether it
/// may go there. What is exchanged with clearing does not pass through the webview.
#[cfg(target_os = "linux")]
fn without_a_network<'a, M: Manager<Wry>>(
    window: WebviewWindowBuilder<'a, Wry, M>,
) -> WebviewWindowBuilder<'a, Wry, M> {
    // A port that nobody but the administrator of the computer can listen on.
    window.proxy_url(Url::parse("http://127.0.0.1:9").expect("an address"))
}

/// Elsewhere the other guards stand alone.
#[cfg(not(target_os = "linux"))]
fn without_a_network<'a, M: Manager<Wry>>(
    window: WebviewWindowBuilder<'a, Wry, M>,
) -> WebviewWindowBuilder<'a, Wry, M> {
    window
}

/// The camera, for our own pages; Tauri adds kinds as webviews do, and whatever else is asked for is denied.
fn answer(asked: PermissionKind, page: &Url) -> PermissionResponse {
    match asked {
        PermissionKind::Camera if is_ours(page) => PermissionResponse::Allow,
        _ => PermissionResponse::Deny,
    }
}

/// Only the pages of the binary, and in development those of the server that rebuilds them.
fn is_ours(url: &Url) -> bool {
    let place = (url.scheme(), url.host_str(), url.port());
    if cfg!(dev) && place == ("http", Some("localhost"), Some(5173)) {
        return true;
    }
    // WebView2 has the pages under this name. Elsewhere it is a name like any other: that of whoever
    // listens on this computer.
    if cfg!(windows) {
        place == ("http", Some("tauri.localhost"), None)
    } else {
        place == ("tauri", Some("localhost"), None)
    }
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

fn answer_neighbours(app: &AppHandle, profile: &Profile) {
    let (app, shut) = (app.clone(), profile.clone());
    let listening = neighbour::listen(profile, move |ask| match ask {
        Ask::Show => {
            show(&app);
            command_line::shown()
        }
        ask => match app.state::<Arc<Door>>().desk() {
            Some(desk) => command_line::answer(&desk, &ask),
            None => command_line::answer_shut(&shut, &ask),
        },
    });
    if let Err(error) = listening {
        incidents::note(profile, &error);
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

    /// Where the binary's own pages are on this system.
    const HOME: &str = if cfg!(windows) {
        "http://tauri.localhost"
    } else {
        "tauri://localhost"
    };

    #[test]
    fn the_window_never_leaves_its_own_pages() {
        let ours = |address: &str| is_ours(&address.parse().expect("an address"));
        assert!(ours(&format!("{HOME}/index.html#/today")));
        for elsewhere in [
            "https://example.org/",
            "file:///etc/passwd",
            "http://localhost/",
            "http://localhost:5174/",
            "http://tauri.localhost:8080/",
            "https://tauri.localhost/",
            "tauri://elsewhere/",
            "tauri://localhost:8080/",
            "blob:tauri://localhost/1",
            "about:blank",
            "data:text/html,x",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
        // Each system has one of the two.
        assert!(ours("tauri://localhost/") != ours("http://tauri.localhost/"));
    }

    #[test]
    fn the_camera_is_granted_to_our_pages_and_nothing_else_to_anyone() {
        let ours = Url::parse(HOME).expect("an address");
        let another = Url::parse("https://example.org/").expect("an address");
        let granted = |asked, page| matches!(answer(asked, page), PermissionResponse::Allow);
        assert!(granted(PermissionKind::Camera, &ours));
        assert!(!granted(PermissionKind::Camera, &another));
        for other in [
            PermissionKind::Microphone,
            PermissionKind::DisplayCapture,
            PermissionKind::Geolocation,
            PermissionKind::Notifications,
            PermissionKind::ClipboardRead,
            PermissionKind::PointerLock,
            PermissionKind::Other,
        ] {
            let asked = format!("{other:?}");
            assert!(!granted(other, &ours), "{asked}");
        }
    }
}
