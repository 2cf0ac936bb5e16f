//! What others wrote and we build in: from the public registries, each with its hash. Licences and
//! advisories are `script/audit`'s.

use super::sources::{root, sources};
use serde_json::Value;
use std::{collections::BTreeSet, fs};

/// Packages that may run a program of theirs when they are installed, and why we let them.
const MAY_RUN: [(&str, &str, &str); 2] = [
    (
        "tests/bench/peers/package-lock.json",
        "leveldown",
        "a store of the peer that we measure ourselves by; never shipped",
    ),
    ("tests/bench/peers/package-lock.json", "sqlite3", "another one"),
];

#[test]
fn every_crate_is_ours_or_comes_from_the_public_index_with_its_hash() {
    const INDEX: &str = "registry+https://github.com/rust-lang/crates.io-index";
    let ours: BTreeSet<String> = manifests()
        .into_iter()
        .map(|(_, manifest)| manifest["package"]["name"].as_str().expect("a name").to_owned())
        .collect();
    let text = fs::read_to_string(root().join("Cargo.lock")).expect("Cargo.lock");
    let lock: toml::Table = text.parse().expect("TOML");
    let packages = lock["package"].as_array().expect("packages");
    assert!(packages.len() > ours.len(), "it lists what others wrote");
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        let Some(source) = package.get("source") else {
            assert!(ours.contains(name), "{name} comes from nowhere");
            continue;
        };
        assert_eq!(source.as_str(), Some(INDEX), "{name}");
        let hash = package
            .get("checksum")
            .and_then(toml::Value::as_str)
            .unwrap_or_default();
        let is_a_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        assert!(is_a_hash, "{name} has no hash");
    }
}

#[test]
fn every_npm_package_has_its_hash_and_names_no_other_host() {
    for (lock, path, package) in npm_packages() {
        let said = |key: &str| package.get(key).and_then(Value::as_str);
        let hash = said("integrity").unwrap_or_default();
        assert!(hash.starts_with("sha512-"), "{lock}: {path} has no hash");
        // npm install --omit-lockfile-registry-resolved leaves it out: whoever installs has a mirror or not.
        let from_npm = said("resolved").is_none_or(|place| place.starts_with("https://registry.npmjs.org/"));
        assert!(from_npm, "{lock}: {path} comes from {package}");
        assert_eq!(package.get("link"), None, "{lock}: {path} lies elsewhere");
    }
}

#[test]
fn no_npm_package_runs_a_program_when_it_is_installed_but_those_we_know() {
    let mut met = BTreeSet::new();
    for (lock, path, package) in npm_packages() {
        if package.get("hasInstallScript").is_some() {
            let name = path.rsplit("node_modules/").next().unwrap_or_default();
            let known = MAY_RUN.iter().any(|(of, may, _)| *of == lock && *may == name);
            assert!(known, "{lock}: {path} would run a program when it is installed");
            met.insert(name.to_owned());
        }
    }
    assert_eq!(met.len(), MAY_RUN.len(), "of those allowed only {met:?} still do");
}

#[test]
fn no_crate_of_ours_may_be_unsafe() {
    let text = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let workspace: toml::Table = text.parse().expect("TOML");
    let lint = &workspace["workspace"]["lints"]["rust"]["unsafe_code"];
    assert_eq!(lint.as_str(), Some("forbid"));
    let members = workspace["workspace"]["members"].as_array().expect("members");
    assert_eq!(manifests().len(), members.len(), "a crate outside the workspace");
    for (path, manifest) in manifests() {
        let inherits = manifest.get("lints").and_then(|lints| lints.get("workspace"));
        assert_eq!(inherits, Some(&toml::Value::Boolean(true)), "{path}");
    }
    let stand_in = root().join(STAND_IN).join("lib.rs");
    let stand_in = fs::read_to_string(stand_in).expect("the crate beside the workspace");
    assert!(stand_in.contains("#![forbid(unsafe_code)]"));
}

/// Stands in for a crate of others in a build of its own, which is the simulation's alone.
const STAND_IN: &str = "tests/hashed_signatures";

/// The manifest of each crate of the workspace, with its path.
fn manifests() -> Vec<(String, toml::Table)> {
    let manifests = sources(&["/Cargo.toml"]).into_iter();
    let is_member = |path: &str| path != "Cargo.toml" && !path.starts_with(STAND_IN);
    let crates = manifests.filter(|manifest| is_member(&manifest.path));
    crates
        .map(|manifest| {
            let table = manifest.text.parse().expect("TOML");
            (manifest.path, table)
        })
        .collect()
}

/// Each package of each lock file of npm: the lock file, the package's place, what is said of it.
fn npm_packages() -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for lock in sources(&["/package-lock.json"]) {
        let read: Value = serde_json::from_str(&lock.text).expect("JSON");
        let packages = read["packages"].as_object().expect("packages");
        let theirs = packages.iter().filter(|(path, _)| !path.is_empty());
        found.extend(theirs.map(|(path, package)| (lock.path.clone(), path.clone(), package.clone())));
    }
    let locks: BTreeSet<&str> = found.iter().map(|(lock, _, _)| lock.as_str()).collect();
    for known in ["ui/package-lock.json", "tests/bench/peers/package-lock.json"] {
        assert!(locks.contains(known), "{known} lists nothing");
    }
    found
}
