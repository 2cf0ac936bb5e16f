//! The page of the real window in the hands of somebody else: its scripts run no text as code, reach
//! no address, go nowhere, are granted nothing, and give no order but ours.
//!
//! `webview.js` is what they try. Each test can fail: it knows its attempts by name, and whoever is to
//! hear nothing hears at least the test itself.

use super::{
    desk_at_cachan,
    keyboard::Key,
    page::{self, ask, repository},
    start::files_of_ours,
    tour::Tour,
    window::Window,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

#[tokio::test(flavor = "multi_thread")]
async fn no_text_becomes_code_or_style() {
    let tour = Tour::begin("webview-text");
    let window = taken_over(&tour).await;
    assert_eq!(ask(&window.client, "runText", &[]).await, json!([]), "ran");
    assert_eq!(ask(&window.client, "paint", &[]).await, json!([]), "were painted");
    assert_eq!(ask(&window.client, "bend", &[]).await, json!([]), "were changed");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_is_reached() {
    /// What the policy itself refuses, by directive or by name. The rest is refused for other reasons,
    /// or by no one but the network that is not there.
    const REFUSED: [&str; 33] = [
        "base-uri",
        "form-action",
        "frame-src",
        "object-src",
        "worker-src",
        "audio",
        "beacon",
        "css-import",
        "event-source",
        "fetch",
        "fetch-no-cors",
        "font-face",
        "form",
        "image",
        "img",
        "import",
        "input",
        "link-preload",
        "link-stylesheet",
        "module",
        "ping",
        "poster",
        "script",
        "service-worker",
        "srcset",
        "style-image",
        "svg-image",
        "video",
        "websocket",
        "xhr",
        "base",
        "css-image",
        "css-font",
    ];
    let tour = Tour::begin("webview-reach");
    let window = taken_over(&tour).await;
    let listener = Listener::start();
    let refused = ask(&window.client, "reach", &[json!(listener.origin("127.0.0.1"))]).await;
    let refused: BTreeSet<&str> = refused
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let missing: Vec<&str> = REFUSED
        .into_iter()
        .filter(|name| !refused.contains(name))
        .collect();
    assert_eq!(
        missing,
        Vec::<&str>::new(),
        "not refused by the policy, which refused {refused:?}"
    );
    assert_eq!(
        listener.heard(),
        ["GET /the-test HTTP/1.1"],
        "reached the network"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_goes_nowhere_and_opens_nothing() {
    let tour = Tour::begin("webview-leave");
    let window = taken_over(&tour).await;
    let listener = Listener::start();
    let file = tour.folder().join("elsewhere.html");
    fs::write(&file, "<p>elsewhere</p>").expect("written");
    let before = files_of_ours(&tour.folder().join("home"));
    let addresses = [
        listener.origin("127.0.0.1"),
        // What a page of ours is called on another system: here, whoever listens.
        listener.origin("tauri.localhost"),
        format!("file://{}", file.display()),
        "data:text/html,<p>elsewhere</p>".to_owned(),
        "blob:".to_owned(),
        "about:blank".to_owned(),
        "tauri://elsewhere/".to_owned(),
    ];
    let ways = ask(&window.client, "ways", &[]).await;
    for address in &addresses {
        for way in ways.as_array().expect("a list") {
            let stayed = ask(&window.client, "leave", &[way.clone(), json!(address)]).await;
            let here = window.client.current_url().await.expect("an address");
            let stayed = stayed == true && here.scheme() == "tauri" && here.host_str() == Some("localhost");
            assert!(stayed, "{way}: went to {address}, is at {here}");
            assert_eq!(
                window.client.windows().await.expect("windows").len(),
                1,
                "{way} {address}"
            );
        }
    }
    // What navigation alone would let pass: our own pages, in another window or on the disk.
    for way in ["another window", "link to another window", "download"] {
        let ours = json!("tauri://localhost/icon.svg");
        ask(&window.client, "leaveAtAKey", &[json!(way), ours]).await;
        window.keyboard.press(Key::Tab);
        window.breathe().await;
        let windows = window.client.windows().await.expect("windows");
        assert_eq!(windows.len(), 1, "{way}");
    }
    assert_eq!(
        listener.heard(),
        ["GET /the-test HTTP/1.1"],
        "reached the network"
    );
    assert_eq!(
        files_of_ours(&tour.folder().join("home")),
        before,
        "was downloaded"
    );
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_computer_is_granted() {
    let tour = Tour::begin("webview-permissions");
    let window = taken_over(&tour).await;
    ask(&window.client, "wishAtAKey", &[]).await;
    window.keyboard.press(Key::Tab);
    let asked = async |client: &_| !ask(client, "wished", &[]).await.is_null();
    window.until("the key that asks", asked).await;
    let outcomes = ask(&window.client, "wished", &[]).await;
    window.tour.tell(&outcomes.to_string());
    // Denied; or, on a computer without a camera, a microphone or a screen to share, not to be had.
    const NONE_THERE: &str = "OverconstrainedError";
    for (wish, refusals) in [
        ("camera", &["NotAllowedError", NONE_THERE][..]),
        ("microphone", &["NotAllowedError", NONE_THERE]),
        ("camera and microphone", &["NotAllowedError", NONE_THERE]),
        ("screen", &["NotAllowedError", NONE_THERE]),
        ("place", &["error 1"]),
        ("notifications", &["denied"]),
        ("clipboard text", &["NotAllowedError"]),
        ("clipboard", &["NotAllowedError"]),
        ("paste", &["denied"]),
        ("pointer", &["NotAllowedError"]),
    ] {
        let outcome = outcomes[wish].as_str().unwrap_or_default();
        // A computer with a camera gives it: src-tauri/src/window.rs tests that answer.
        let is_given = wish == "camera" && outcome == "granted";
        assert!(is_given || refusals.contains(&outcome), "{wish}: {outcome}");
    }
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_order_but_ours_is_taken() {
    const NOT_GRANTED: [&str; 44] = [
        "plugin:app|version",
        "plugin:app|name",
        "plugin:app|app_hide",
        "plugin:app|set_app_theme",
        "plugin:app|remove_data_store",
        "plugin:app|set_dock_visibility",
        "plugin:dialog|open",
        "plugin:dialog|save",
        "plugin:dialog|message",
        "plugin:event|emit",
        "plugin:event|emit_to",
        "plugin:fs|read_file",
        "plugin:fs|read_text_file",
        "plugin:fs|write_file",
        "plugin:fs|read_dir",
        "plugin:fs|remove",
        "plugin:http|fetch",
        "plugin:image|from_path",
        "plugin:image|new",
        "plugin:menu|new",
        "plugin:menu|popup",
        "plugin:opener|open_url",
        "plugin:opener|open_path",
        "plugin:path|resolve_directory",
        "plugin:path|resolve",
        "plugin:path|join",
        "plugin:process|exit",
        "plugin:process|restart",
        "plugin:resources|close",
        "plugin:shell|execute",
        "plugin:shell|open",
        "plugin:shell|spawn",
        "plugin:sql|load",
        "plugin:tray|new",
        "plugin:updater|check",
        "plugin:webview|create_webview",
        "plugin:webview|create_webview_window",
        "plugin:webview|clear_all_browsing_data",
        "plugin:webview|internal_toggle_devtools",
        "plugin:webview|webview_close",
        "plugin:window|create",
        "plugin:window|close",
        "plugin:window|get_all_windows",
        "plugin:window|set_title",
    ];
    const UNKNOWN: [&str; 4] = ["open", "execute_sql", "Situation", "plugin:"];
    let tour = Tour::begin("webview-orders");
    let window = taken_over(&tour).await;
    for command in NOT_GRANTED.into_iter().chain(UNKNOWN) {
        // With what many of them ask for: what is refused must not be for want of it.
        let given = json!({ "path": "/etc/hostname", "event": "changed", "payload": [], "label": "desk",
            "options": { "label": "another", "url": "index.html" }, "directory": 1, "paths": ["a"], "value": "x" });
        let outcome = ask(&window.client, "order", &[json!(command), given]).await;
        let error = outcome["error"].as_str().unwrap_or_default();
        let refused = error.contains("not allowed") || error.contains("not found");
        assert!(refused, "{command}: {outcome}");
    }
    for command in ["situation", "plugin:app|version"] {
        let outcome = ask(&window.client, "orderWithoutKey", &[json!(command)]).await;
        assert_eq!(outcome, false, "{command} without the key of the page");
    }
    let ours = ask(&window.client, "order", &[json!("situation"), json!({})]).await;
    assert!(ours["answer"].is_object(), "ours is taken: {ours}");
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_with_a_form_that_is_none_changes_nothing_and_tells_nothing() {
    let tour = Tour::begin("webview-forms");
    let window = taken_over(&tour).await;
    let before = what_is_noted(&window).await;
    for command in commands_with_a_form() {
        for wrong in [Value::Null, json!(true), json!([[]]), json!(1.5)] {
            let names = [
                "form",
                "id",
                "text",
                "filter",
                "settings",
                "workshop",
                "attendee",
                "read",
                "paper",
                "service",
                "passphrase",
                "group",
            ];
            let given: Value = names
                .iter()
                .map(|name| ((*name).to_owned(), wrong.clone()))
                .collect();
            assert_refused(&window, &command, &given).await;
        }
        assert_refused(&window, &command, &json!({})).await;
    }
    for (command, given) in [
        ("get_workshop", json!({ "id": 999_999 })),
        ("get_workshop", json!({ "id": -1 })),
        ("get_attendee", json!({ "id": "../../etc/passwd" })),
        (
            "show_paper",
            json!({ "paper": { "kind": "../ledger.key", "id": 1 } }),
        ),
        (
            "enrol",
            json!({ "form": { "address": "file:///etc/passwd", "code": "x" } }),
        ),
    ] {
        assert_refused(&window, command, &given).await;
    }
    assert_eq!(what_is_noted(&window).await, before);
    window.close().await;
}

/// Fails when the webview itself keeps something of the day, or has written one of these names to its folder.
pub async fn assert_keeps_nothing(window: &Window, profile: &Path, names: &[&str]) {
    window
        .client
        .execute(include_str!("webview.js"), vec![])
        .await
        .expect("loaded");
    assert_eq!(
        ask(&window.client, "kept", &[]).await,
        json!([]),
        "kept by the webview"
    );
    let folder = profile.join("window");
    assert!(folder.is_dir(), "the webview has its folder");
    for file in files_of_ours(&folder) {
        // It may be gone again.
        let bytes = fs::read(&file).unwrap_or_default();
        for name in names {
            assert!(!holds(&bytes, name), "{name} is written in {file}");
        }
    }
}

/// Whether a text stands there, as UTF-8 or as webviews keep it in memory.
pub fn holds(bytes: &[u8], text: &str) -> bool {
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let found = |sought: &[u8]| bytes.windows(sought.len()).any(|here| here == sought);
    found(text.as_bytes()) || found(&wide)
}

/// An open window with a desk behind it, whose page somebody has taken over.
async fn taken_over(tour: &Tour) -> Window {
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));
    let window = Window::open(&profile, tour).await;
    window.sees("Cachan").await;
    window
        .client
        .execute(include_str!("webview.js"), vec![])
        .await
        .expect("taken over");
    window
}

/// What the desk says when it is asked for all that needs no form.
async fn what_is_noted(window: &Window) -> Value {
    let mut said = Vec::new();
    for command in [
        "situation",
        "list_sites",
        "list_accounts",
        "list_kept_codes",
        "batches",
        "list_certificates",
        "get_route",
    ] {
        said.push(ask(&window.client, "order", &[json!(command), json!({})]).await);
    }
    assert!(said.iter().all(|said| said.get("answer").is_some()), "{said:?}");
    said.push(
        ask(
            &window.client,
            "order",
            &[json!("find_attendees"), json!({ "text": "" })],
        )
        .await,
    );
    said.push(page::text(&window.client).await.into());
    said.into()
}

/// Fails unless the order is answered by an error, and by one that shows nothing of the inside.
async fn assert_refused(window: &Window, command: &str, given: &Value) {
    let outcome = ask(&window.client, "order", &[json!(command), given.clone()]).await;
    let Some(error) = outcome.get("error") else {
        panic!("{command} with {given}: {outcome}");
    };
    let said = error.to_string();
    let inside = [
        repository().display().to_string(),
        ".rs".into(),
        "panicked".into(),
        "SQL".into(),
        "ledger.db".into(),
    ];
    for sign in &inside {
        assert!(!said.contains(sign), "{command} with {given} tells {said}");
    }
}

/// Every command of the window but those that are called without anything.
fn commands_with_a_form() -> Vec<String> {
    const WITHOUT: [&str; 17] = [
        "list_audits",
        "drop_sheet",
        "lock",
        "close_ledger",
        "save_audits",
        "situation",
        "list_sites",
        "list_accounts",
        "today",
        "stop_reading",
        "list_kept_codes",
        "batches",
        "sync",
        "save_pouch",
        "save_return",
        "get_route",
        "list_certificates",
    ];
    let source = fs::read_to_string(repository().join("src-tauri/src/commands.rs")).expect("the commands");
    let (_, listed) = source.split_once("\ncommands! {").expect("the list of commands");
    let (listed, _) = listed.split_once('}').expect("its end");
    let all: Vec<&str> = listed
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    assert!(
        WITHOUT.iter().all(|name| all.contains(name)),
        "a command was renamed"
    );
    let with = all.into_iter().filter(|name| !WITHOUT.contains(name));
    with.map(str::to_owned).collect()
}

/// Somebody on this computer whom the page may not reach.
struct Listener {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Listener {
    fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let heard = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&heard);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let line = first_line(&stream).unwrap_or_default();
                noted.lock().expect("not poisoned").push(line);
            }
        });
        Self { address, heard }
    }

    fn origin(&self, host: &str) -> String {
        format!("http://{host}:{}", self.address.port())
    }

    /// What was said to it, a line for each connection, the last being the test's own: it listens.
    fn heard(&self) -> Vec<String> {
        let mut stream = TcpStream::connect(self.address).expect("it listens");
        stream.write_all(b"GET /the-test HTTP/1.1\r\n").expect("it hears");
        let is_heard = || {
            self.heard
                .lock()
                .expect("not poisoned")
                .iter()
                .any(|line| line.contains("the-test"))
        };
        while !is_heard() {
            thread::sleep(Duration::from_millis(20));
        }
        self.heard.lock().expect("not poisoned").clone()
    }
}

/// The first line that is said; of whoever connects and says nothing, an empty one.
fn first_line(stream: &TcpStream) -> std::io::Result<String> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}
