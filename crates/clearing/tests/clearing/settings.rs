//! What `serve` is told, by flags and by the environment.

use crate::{command_line::said, http, process::program};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader},
    process::Stdio,
};

/// Each setting in the help of `serve`: its flag, and the variable that says the same.
fn settings() -> BTreeSet<(String, String)> {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, help) = said(folder.path(), &["serve", "--help"]);
    assert_eq!(code, Some(0));
    let words: Vec<&str> = help.split_whitespace().collect();
    let mut flag = "";
    let mut found = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        if word.starts_with("--") {
            flag = word;
        } else if *word == "[env:" {
            let variable = words[at + 1].trim_end_matches(']');
            let name = variable.split('=').next().unwrap_or_default();
            found.insert((flag.to_owned(), name.to_owned()));
        }
    }
    found
}

#[test]
fn every_setting_is_on_the_page_of_whoever_runs_the_service() {
    let page = include_str!("../../../../docs/OPERATIONS.md");
    let settings = settings();
    assert!(settings.len() > 14, "{settings:?}");
    for (flag, variable) in &settings {
        let row = page
            .lines()
            .find(|line| line.starts_with('|') && line.contains(&format!("`{flag}`")));
        let row = row.unwrap_or_else(|| panic!("{flag} is not in the table"));
        assert!(
            row.contains(&format!("`{variable}`")),
            "{flag} goes with {variable}"
        );
    }
    let told = page.matches("`PASSERELLE_").count();
    assert!(told >= settings.len(), "{told}");
}

#[test]
fn the_environment_is_heard_and_a_flag_goes_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = |arguments: &[&str]| {
        let mut child = program(folder.path(), None)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .env("PASSERELLE_PER_ADDRESS", "2/1")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let json: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let address = json["address"]
            .as_str()
            .expect("an address")
            .parse()
            .expect("one");
        let answers = [(); 3].map(|()| http::get(address, "/v1/health", &[]).status);
        child.kill().expect("it lived");
        child.wait().expect("it ended");
        answers
    };
    assert_eq!(answers(&[]), [200, 200, 429]);
    assert_eq!(answers(&["--per-address", "1/1"]), [200, 429, 429]);
}

#[test]
fn a_setting_that_is_not_understood_starts_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        ["--per-address", "many"],
        ["--connections", "0"],
        ["--trusted-proxy", "proxy"],
        ["--tls-key", "key.pem"],
        ["--stop-seconds", "-1"],
        ["--log", "xml"],
    ] {
        let whole = [&["serve", "--listen", "127.0.0.1:0"], &arguments[..]].concat();
        assert_eq!(said(folder.path(), &whole).0, Some(2), "{arguments:?}");
    }
}
