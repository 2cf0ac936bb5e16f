//! Opening the window: the first time, twice, and on ledgers that do not open.

use super::{
    accessibility::assert_accessible, desk_at_cachan, driver::program, keyboard::Layout, metropole::SIRET,
    tour::Tour, window::Window,
};
use chrono::{DateTime, FixedOffset, Local};
use passerelle_desk::{Chance, Clock};
use passerelle_words::say;
use serde_json::Value;
use std::{fs, path::Path, process::Command};

/// A signed pass of a service that the desk has never heard of.
const CODE_OF_ANY_METROPOLE: &str = "P1AAAQABAAAAAACAIJ7R7KHDQQIIQEHL7MRSL2VDUGHIRQ7SUOG25MQH3OQYGU7OU2ZWIRL4HBXEOMXXRZSXPDAOOVJUND2AUWPGK4KL53U6RTHNI3UM7FRDYL";

/// The computer's clock: the window reads it too.
pub struct RealClock;

impl Clock for RealClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "what a test prepares must be of the day that the window shows"
    )]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset()
    }
}

/// The computer's chance.
pub struct RealChance;

impl Chance for RealChance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has a source of chance");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_start_is_accessible_and_its_title_has_the_focus() {
    let tour = Tour::begin("first-start");
    let mut window = Window::open(&tour.folder().join("profile"), &tour).await;
    window.arrives_at(&say("welcome-you")).await;
    assert_accessible(&mut window, "welcome-you").await;
    window.fill(&say("welcome-name"), "Nadia Roussel").await;
    window.press("button", &say("form-continue")).await;
    window.arrives_at(&say("welcome-site")).await;
    assert_accessible(&mut window, "welcome-site").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_letter_the_desk_starts_and_keeps_what_it_cannot_know_yet() {
    let tour = Tour::begin("later");
    let mut window = Window::open(&tour.folder().join("profile"), &tour).await;
    window.arrives_at(&say("welcome-you")).await;
    window.fill(&say("welcome-name"), "Nadia Roussel").await;
    window.press("button", &say("form-continue")).await;
    window.arrives_at(&say("welcome-site")).await;
    window
        .fill(&say("welcome-structure-name"), "Ville de Cachan")
        .await;
    window.fill(&say("welcome-siret"), SIRET).await;
    window
        .fill(&say("welcome-site-name"), "Médiathèque des Deux-Rives")
        .await;
    window
        .fill(&say("welcome-address"), "4 rue de la République")
        .await;
    window.choose(&say("field-commune"), "cachan", "Cachan").await;
    window.press("button", &say("form-continue")).await;
    window.arrives_at(&say("welcome-link")).await;
    assert_accessible(&mut window, "welcome-link").await;
    window.press("button", &say("welcome-later")).await;
    window.arrives_at(&say("protection-passphrase-title")).await;
    assert_accessible(&mut window, "welcome-protection").await;
    window.press("button", &say("welcome-later")).await;
    window.press("link", &say("today-new-workshop")).await;
    window.arrives_at(&say("workshop-new-title")).await;
    window.fill(&say("workshop-field-title"), "Premiers pas").await;
    window.fill(&say("workshop-field-duration"), "1 h").await;
    window.press("button", &say("workshop-create")).await;
    window.arrives_at("Premiers pas").await;
    window.keyboard.scan(CODE_OF_ANY_METROPOLE, Layout::Us);
    window.sees(&say("answer-unidentified-order")).await;
    assert_accessible(&mut window, "unidentified").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_shows_the_first_window_and_orders_ask_it() {
    let tour = Tour::begin("second-start");
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));
    let window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    let again = Command::new(program("passerelle"))
        .arg("--profile")
        .arg(&profile)
        .env_remove("DISPLAY")
        .status();
    assert!(
        again.expect("it runs").success(),
        "without a display it could only ask the first"
    );
    let (code, said) = tour.order(&profile, &["status", "--json"]);
    let told: Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((code, &told["situation"]["site"]["name"]), (0, &"Cachan".into()));
    assert_eq!(tour.order(&profile, &["check"]).0, 0);
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_key_is_told_in_the_window_and_found_again_by_trying_again() {
    let tour = Tour::begin("lost-key");
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));
    let (key, away) = (profile.join("ledger.key"), tour.folder().join("away"));
    fs::rename(&key, &away).expect("the key is lost");
    let mut window = Window::open(&profile, &tour).await;
    window.arrives_at(&say("frame-stopped")).await;
    window.sees("ledger.key").await;
    assert_accessible(&mut window, "stopped").await;
    fs::rename(&away, &key).expect("the key is found");
    window.press("button", &say("frame-retry")).await;
    window.sees("Cachan").await;
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_file_it_writes_is_in_its_profile() {
    let tour = Tour::begin("one-folder");
    let profile = tour.folder().join("profile");
    let window = Window::open(&profile, &tour).await;
    window.arrives_at(&say("welcome-you")).await;
    window.close().await;
    let strays = files_of_ours(&tour.folder().join("home"));
    assert_eq!(strays, Vec::<String>::new(), "written outside the profile");
}

/// Files under a folder, but for what GTK and the driver keep for themselves.
pub fn files_of_ours(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_of_ours(&path));
        } else if ![
            "bus.conf",
            "at-spi",
            "dconf",
            "fontconfig",
            "gtk",
            "mesa",
            "gstreamer",
        ]
        .iter()
        .any(|theirs| path.to_string_lossy().contains(theirs))
        {
            found.push(path.display().to_string());
        }
    }
    found
}
