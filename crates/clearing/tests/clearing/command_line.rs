use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/numerique-pour-tous.toml");

pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_passerelle-clearing"))
        .arg("--data")
        .arg(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

pub fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--json"]].concat());
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("one line of JSON")
}

pub fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = run(folder, arguments);
    let text = if output.status.success() {
        output.stdout
    } else {
        output.stderr
    };
    (output.status.code(), String::from_utf8(text).expect("UTF-8"))
}

#[test]
fn an_officer_issues_activates_blocks_and_enrols() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("service");
    let out = folder.path().join("impression");
    let siret = crate::service::siret(1);
    assert_eq!(json(&data, &["programme", "add", SAMPLE])["programme"], 1);
    let minted = json(
        &data,
        &[
            "mint",
            "--programme",
            "1",
            "--booklets",
            "2",
            "--out",
            out.to_str().expect("UTF-8"),
        ],
    );
    assert_eq!(
        (&minted["first"], &minted["last"], &minted["passes"]),
        (&1.into(), &2.into(), &20.into())
    );
    let csv = fs::read_to_string(minted["csv"].as_str().expect("a path")).expect("written");
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(';').collect()).collect();
    assert_eq!(
        lines[0],
        ["code", "number", "programme", "booklet", "rank", "last_day"]
    );
    assert_eq!(lines.len(), 21);
    assert_eq!(lines[20][2..], ["1", "2", "10", "2026-12-31"]);
    let pdf = fs::read(minted["pdf"].as_str().expect("a path")).expect("written");
    assert!(pdf.starts_with(b"%PDF-"));
    let range = ["--programme", "1", "--from", "1", "--to", "2"];
    assert_eq!(json(&data, &[&["activate"], &range[..]].concat())["booklets"], 2);
    let blocked = json(
        &data,
        &[&["block"], &range[..], &["--since", "2026-07-01"]].concat(),
    );
    assert_eq!(blocked["since"], "2026-07-01");
    let structure = json(&data, &["structure", "add", "--siret", &siret, "--name", "Ville"]);
    assert_eq!(structure["is_new"], true);
    let letter = folder.path().join("lettre.pdf");
    let enrolled = json(
        &data,
        &[
            "enrol",
            "--siret",
            &siret,
            "--letter",
            letter.to_str().expect("UTF-8"),
            "--address",
            "https://pass.example.fr",
        ],
    );
    assert_eq!(enrolled["code"].as_str().map(str::len), Some(19));
    assert!(fs::read(letter).expect("written").starts_with(b"%PDF-"));
    let status = json(&data, &["status"]);
    assert_eq!(status["programmes"][0]["booklets"], 2);
    assert_eq!(status["programmes"][0]["blocked"], 2);
    assert_eq!(status["structures"], 1);
}

#[test]
fn what_was_done_is_said_in_french() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, text) = said(folder.path(), &["programme", "add", SAMPLE]);
    assert_eq!((code, text.contains("Numérique pour tous")), (Some(0), true));
    let (code, text) = said(folder.path(), &["status"]);
    assert_eq!(
        (code, text.contains("Numérique pour tous\u{a0}: 0 chéquiers émis")),
        (Some(0), true),
        "{text}"
    );
}

#[test]
fn what_a_rule_opposes_ends_in_3_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let range = ["--programme", "1", "--from", "1", "--to", "2"];
    let (code, text) = said(folder.path(), &[&["activate"], &range[..]].concat());
    assert_eq!((code, text.contains("programme add")), (Some(3), true), "{text}");
    run(folder.path(), &["programme", "add", SAMPLE]);
    let (code, text) = said(folder.path(), &[&["activate"], &range[..]].concat());
    assert_eq!((code, text.contains("mint")), (Some(3), true), "{text}");
    let (code, _) = said(
        folder.path(),
        &["structure", "add", "--siret", "12345678901234", "--name", "Ville"],
    );
    assert_eq!(code, Some(3));
    let unknown = crate::service::siret(2);
    let (code, text) = said(folder.path(), &["enrol", "--siret", &unknown]);
    assert_eq!((code, text.contains("structure add")), (Some(3), true), "{text}");
}

#[test]
fn a_programme_that_cannot_be_issued_is_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("programme.toml");
    let sample = fs::read_to_string(SAMPLE).expect("the sample");
    fs::write(
        &file,
        sample.replace("face_value_cents = 1000", "face_value_cents = 0"),
    )
    .expect("written");
    let path = file.to_str().expect("UTF-8");
    let (code, text) = said(folder.path(), &["programme", "add", path]);
    assert_eq!(
        (code, text.contains("face_value_cents")),
        (Some(3), true),
        "{text}"
    );
    fs::write(&file, "id = 1\nnom = 'x'").expect("written");
    assert_eq!(said(folder.path(), &["programme", "add", path]).0, Some(3));
    assert_eq!(
        said(folder.path(), &["programme", "add", "absent.toml"]).0,
        Some(4)
    );
    // The same one again is no news; the same number with other terms is.
    assert_eq!(said(folder.path(), &["programme", "add", SAMPLE]).0, Some(0));
    assert_eq!(said(folder.path(), &["programme", "add", SAMPLE]).0, Some(0));
    fs::write(
        &file,
        sample.replace("face_value_cents = 1000", "face_value_cents = 2000"),
    )
    .expect("written");
    assert_eq!(said(folder.path(), &["programme", "add", path]).0, Some(3));
}

#[test]
fn a_command_that_is_not_understood_ends_in_2_and_help_in_0() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, text) = said(folder.path(), &["mnt"]);
    assert_eq!((code, text.contains("--help")), (Some(2), true), "{text}");
    assert_eq!(said(folder.path(), &["mint", "--programme", "un"]).0, Some(2));
    let (code, text) = said(folder.path(), &["--help"]);
    assert_eq!(
        (code, text.contains("Codes de sortie")),
        (Some(0), true),
        "{text}"
    );
}

#[test]
fn a_lost_or_foreign_key_stops_the_service_and_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    run(folder.path(), &["programme", "add", SAMPLE]);
    let key = folder.path().join("server.key");
    let seed = fs::read(&key).expect("a key");
    assert_eq!(seed.len(), 32);
    fs::remove_file(&key).expect("removed");
    assert_eq!(said(folder.path(), &["status"]).0, Some(4));
    assert!(!key.exists(), "a lost key is never replaced by itself");
    fs::write(&key, [7; 32]).expect("written");
    assert_eq!(said(folder.path(), &["status"]).0, Some(4));
    fs::write(&key, seed).expect("written");
    assert_eq!(said(folder.path(), &["status"]).0, Some(0));
}

#[cfg(unix)]
#[test]
fn the_key_and_the_books_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("service");
    run(&data, &["status"]);
    for name in ["server.key", "clearing.db"] {
        let mode = fs::metadata(data.join(name)).expect("made").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let mode = fs::metadata(&data).expect("made").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[cfg(unix)]
#[test]
fn a_service_told_to_stop_ends_well() {
    use std::io::{BufRead, BufReader};
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_passerelle-clearing"))
        .arg("--data")
        .arg(folder.path())
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped"))
        .read_line(&mut line)
        .expect("a line");
    let told = Command::new("kill").arg(child.id().to_string()).status();
    assert!(told.expect("told").success());
    assert!(child.wait().expect("it ended").success());
}
