//! What the window is allowed: as little as is written here. `tests/e2e/webview.rs` tries to get more.

use super::sources::{root, sources};
use serde_json::{Value, json};
use std::fs;

/// What each rule of the policy may name: the binary's own files, and what the page makes itself.
const ALLOWED: [(&str, &[&str]); 11] = [
    ("default-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("style-src", &["'self'"]),
    ("img-src", &["'self'", "data:", "blob:"]),
    ("font-src", &["'self'"]),
    ("media-src", &["'self'", "mediastream:", "blob:"]),
    // The way to our commands, under the names that it has on each system.
    ("connect-src", &["ipc:", "http://ipc.localhost"]),
    ("object-src", &["'none'"]),
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
    ("frame-ancestors", &["'none'"]),
];

#[test]
fn the_policy_names_nothing_but_the_binary() {
    let configuration = read("src-tauri/tauri.conf.json");
    let policy = configuration["app"]["security"]["csp"].as_object();
    let mut policy = policy.expect("a policy, rule by rule").clone();
    for (rule, allowed) in ALLOWED {
        let named = policy.remove(rule).unwrap_or_default();
        let named = named.as_str().unwrap_or_default();
        assert!(!named.is_empty(), "{rule} is missing");
        for source in named.split_whitespace() {
            assert!(allowed.contains(&source), "{rule} names {source}");
        }
    }
    assert!(policy.is_empty(), "nobody has thought about {policy:?}");
}

#[test]
fn no_guard_of_the_window_is_switched_off() {
    let configuration = read("src-tauri/tauri.conf.json");
    let security = configuration["app"]["security"].as_object().expect("settings");
    let named: Vec<&str> = security.keys().map(String::as_str).collect();
    assert_eq!(
        named,
        ["capabilities", "csp", "devCsp", "freezePrototype"],
        "no dangerous… and no assetProtocol"
    );
    assert_eq!(security["capabilities"], json!(["window"]));
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(configuration["app"]["withGlobalTauri"], false);
    assert_eq!(
        configuration["app"]["windows"],
        json!([]),
        "src/window.rs opens the only one"
    );
    assert_eq!(configuration.get("plugins"), None);
}

#[test]
fn the_one_window_has_three_permissions() {
    let files = fs::read_dir(root().join("src-tauri/capabilities")).expect("a folder");
    let files: Vec<_> = files.flatten().map(|file| file.file_name()).collect();
    assert_eq!(files, ["window.json"]);
    let mut capability = read("src-tauri/capabilities/window.json");
    capability
        .as_object_mut()
        .expect("an object")
        .remove("description");
    assert_eq!(
        capability,
        json!({
            "identifier": "window",
            "local": true,
            "windows": ["desk"],
            "permissions": [
                "core:event:allow-listen",
                "core:event:allow-unlisten",
                "core:webview:allow-set-webview-zoom"
            ],
        })
    );
}

#[test]
fn what_is_released_has_no_developer_tools() {
    for manifest in sources(&["Cargo.toml"]) {
        let named = manifest.text.contains("devtools");
        assert!(!named, "{} switches the feature on", manifest.path);
    }
    let configuration = read("src-tauri/tauri.conf.json").to_string();
    assert!(!configuration.contains("devtools"), "tauri.conf.json");
    let source = fs::read_to_string(root().join("src-tauri/src/window.rs")).expect("a source");
    let set: Vec<&str> = source
        .lines()
        .filter(|line| line.contains("devtools"))
        .map(str::trim)
        .collect();
    assert_eq!(set, [".devtools(cfg!(debug_assertions))"]);
}

fn read(path: &str) -> Value {
    let text = fs::read_to_string(root().join(path)).expect("a file of the repository");
    serde_json::from_str(&text).expect("JSON")
}
