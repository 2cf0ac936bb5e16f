//! Where things stand.

use super::sources::{Offence, Source, refuse, root, sources};
use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn sql_stands_only_in_the_ledger_the_store_and_the_migrations() {
    const ROOMS: [&str; 5] = [
        "crates/desk/src/ledger",
        "crates/clearing/src/store/postgres",
        "crates/clearing/src/store/sqlite",
        "migrations/",
        "tests/",
    ];
    const WORDS: [&str; 8] = [
        "SELECT ",
        "INSERT INTO ",
        "INSERT OR ",
        "UPDATE ",
        "DELETE FROM ",
        "CREATE TABLE",
        "PRAGMA ",
        "BEGIN IMMEDIATE",
    ];
    refuse(
        "SQL has its rooms",
        &stray(&[".rs", ".ts", ".svelte"], &ROOMS, &|line| {
            let code = line.split("//").next().unwrap_or_default();
            code.contains('"') && WORDS.iter().any(|word| code.contains(word))
        }),
    );
}

#[test]
fn one_file_knows_tauri_in_the_pages_and_one_crate_beside_them() {
    refuse(
        "only ui/src/api/tauri.ts imports @tauri-apps",
        &stray(&[".ts", ".svelte", ".js"], &["ui/src/api/tauri.ts"], &|line| {
            line.contains("@tauri-apps") || line.contains("__TAURI_INTERNALS__.")
        }),
    );
    refuse(
        "only src-tauri uses tauri",
        &stray(&[".rs"], &["src-tauri/", "tests/tidy"], &|line| {
            line.contains("tauri::") || line.contains("use tauri")
        }),
    );
}

#[test]
fn the_system_is_asked_for_time_and_chance_in_one_place_a_program() {
    const ASKING: [&str; 5] = [
        "SystemTime::now",
        "Utc::now",
        "Local::now",
        "getrandom::",
        "rand::",
    ];
    const PLACES: [&str; 6] = [
        "src-tauri/src/surroundings.rs",
        // The journal of incidents must work when nothing else does.
        "src-tauri/src/incidents.rs",
        "crates/clearing/src/clock.rs",
        "crates/clearing/src/chance.rs",
        "tests/",
        "crates/reader",
    ];
    refuse(
        "the domain and the desk are given their clock and their chance",
        &stray(&[".rs"], &PLACES, &|line| {
            ASKING.iter().any(|word| line.contains(word))
        }),
    );
}

#[test]
fn no_module_has_a_name_that_says_nothing() {
    const NOTHING: [&str; 11] = [
        "common", "util", "utils", "core", "shared", "helper", "helpers", "types", "manager", "misc", "mod",
    ];
    // Written by ts-rs, one file a type: `script/types`.
    const GENERATED: &str = "ui/src/api/types/";
    let sources = sources(&[".rs", ".ts", ".svelte", ".js"]);
    let offences: Vec<Offence> = sources
        .iter()
        .filter(|source| !source.path.starts_with(GENERATED))
        .filter(|source| {
            let parts = source
                .path
                .split('/')
                .map(|part| part.split('.').next().unwrap_or_default());
            parts.into_iter().any(|part| NOTHING.contains(&part))
        })
        .map(|source| source.offence(1, "name it after what it is about"))
        .collect();
    refuse(
        "no common, utils, core, shared, helpers, types, manager",
        &offences,
    );
}

#[test]
fn migrations_that_have_shipped_never_change() {
    let listed = fs::read_to_string(root().join("migrations/CHECKSUMS")).expect("migrations/CHECKSUMS");
    let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
    let found: BTreeSet<String> = sources(&[".sql"])
        .iter()
        .filter(|source| source.path.starts_with("migrations/"))
        .map(|source| {
            format!(
                "{}  {}",
                hex(source.text.as_bytes()),
                source.path.trim_start_matches("migrations/")
            )
        })
        .collect();
    assert_eq!(
        listed, found,
        "a shipped migration is frozen: write a new one, and add it with `(cd migrations && sha256sum */*.sql) > CHECKSUMS`"
    );
}

#[test]
fn nothing_depends_on_this_computer() {
    const HERE: [&str; 4] = [
        concat!("\"/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("C:\\Us", "ers"),
    ];
    let sources = sources(&[
        ".rs",
        ".ts",
        ".svelte",
        ".js",
        ".json",
        ".toml",
        ".sql",
        ".css",
        ".html",
        ".md",
        "script/audit",
        "script/bootstrap",
        "script/run",
        "script/sbom",
        "script/test",
        "script/types",
        ".ci/run",
    ]);
    let offences: Vec<Offence> = sources
        .iter()
        // People of fixtures have homes too.
        .filter(|source| !source.path.starts_with("ui/src/api/memory"))
        .flat_map(|source| {
            let here = source
                .lines()
                .filter(|(_, line)| HERE.iter().any(|path| line.contains(path)));
            here.map(|(number, line)| source.offence(number, line))
                .collect::<Vec<_>>()
        })
        .collect();
    refuse("no path of a machine", &offences);
}

#[test]
fn ledgers_and_keys_are_never_committed_but_as_fixtures() {
    let mut strays = Vec::new();
    look_for(&root(), &mut strays);
    assert_eq!(
        strays,
        Vec::<String>::new(),
        "a profile was left in the repository"
    );
}

fn look_for(folder: &Path, strays: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        let name = name.to_string_lossy();
        if path.is_dir() && !["target", "node_modules", ".git", "fixtures"].contains(&name.as_ref()) {
            look_for(&path, strays);
        } else if ["ledger.key", "ledger.db"].contains(&name.as_ref()) {
            strays.push(path.display().to_string());
        }
    }
}

/// Lines outside these places (paths that begin so) for which `offends` holds.
fn stray(endings: &[&str], places: &[&str], offends: &dyn Fn(&str) -> bool) -> Vec<Offence> {
    let is_elsewhere = |source: &Source| !places.iter().any(|place| source.path.starts_with(place));
    sources(endings)
        .iter()
        .filter(|source| is_elsewhere(source))
        .flat_map(|source| {
            let lines = source.lines_of_the_product().filter(|(_, line)| offends(line));
            lines
                .map(|(number, line)| source.offence(number, line))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
