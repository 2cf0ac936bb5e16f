//! Ledgers that cannot be opened as they are: each is told apart, and nothing is lost.

mod check;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod power;

use crate::support::{
    town::thursday,
    world::{TownClock, surroundings},
};
use passerelle_desk::{Desk, Error, Profile};
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};
use tempfile::TempDir;

fn open(folder: &Path) -> Result<Desk, Error> {
    let clock = TownClock::at_noon(thursday());
    Desk::open(
        Profile::at(folder),
        surroundings(&clock, &Arc::default(), "ledger", 0),
    )
}

fn profile() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let profile = folder.path().join("profile");
    drop(open(&profile).expect("a new ledger"));
    (folder, profile)
}

/// The ledger as somebody with the key would open it.
fn with_key(profile: &Path) -> Connection {
    let key = fs::read_to_string(profile.join("ledger.key")).expect("the key");
    let db = Connection::open(profile.join("ledger.db")).expect("a file");
    db.pragma_update(None, "key", format!("x'{}'", key.trim()))
        .expect("a key");
    db
}

#[test]
fn a_new_ledger_is_encrypted_from_its_first_byte() {
    let (_folder, profile) = profile();
    let bytes = fs::read(profile.join("ledger.db")).expect("the file");
    assert!(!bytes.starts_with(b"SQLite format 3"));
    let text = String::from_utf8_lossy(&bytes);
    assert!(!text.contains("redemptions"), "not even the schema can be read");
}

#[test]
fn a_ledger_open_in_another_window_is_told_and_left_alone() {
    let (_folder, profile) = profile();
    let first = open(&profile).expect("the first window");
    assert!(matches!(open(&profile), Err(Error::InUse)));
    drop(first);
    open(&profile).expect("once the first is closed");
}

#[test]
fn a_ledger_from_a_newer_version_is_refused_unchanged() {
    let (_folder, profile) = profile();
    with_key(&profile)
        .pragma_update(None, "user_version", 99)
        .expect("a version");
    let before = fs::read(profile.join("ledger.db")).expect("the file");
    assert!(matches!(open(&profile), Err(Error::TooNew { found: 99, .. })));
    assert_eq!(before, fs::read(profile.join("ledger.db")).expect("the file"));
}

#[test]
fn a_lost_key_is_told_and_never_replaced() {
    let (_folder, profile) = profile();
    fs::remove_file(profile.join("ledger.key")).expect("the key is lost");
    assert!(matches!(open(&profile), Err(Error::KeyLost(_))));
    assert!(
        !profile.join("ledger.key").exists(),
        "a new key would hide the loss"
    );
}

#[test]
fn a_wrong_key_is_told_and_the_ledger_kept() {
    let (_folder, profile) = profile();
    let before = fs::read(profile.join("ledger.db")).expect("the file");
    fs::write(profile.join("ledger.key"), "00".repeat(32)).expect("another key");
    assert!(matches!(open(&profile), Err(Error::Damaged(_))));
    assert_eq!(before, fs::read(profile.join("ledger.db")).expect("the file"));
}

#[cfg(unix)]
#[test]
fn the_key_can_be_read_by_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, profile) = profile();
    let mode = fs::metadata(profile.join("ledger.key"))
        .expect("the key")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_fact_cannot_be_changed_even_by_hand() {
    let (_folder, profile) = profile();
    let db = with_key(&profile);
    db.execute("INSERT INTO audits (act, done_at) VALUES ('export', 1)", [])
        .expect("a fact");
    assert!(db.execute("UPDATE audits SET act = 'none'", []).is_err());
    assert!(db.execute("DELETE FROM audits", []).is_err());
}

/// Root ignores modes: the program is then run by somebody else.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).expect("read only");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open to all");
    // Where it was built, nobody else may enter.
    let program = folder.path().join("passerelle");
    fs::copy(crate::e2e::driver::program("passerelle"), &program).expect("copied");
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    let mut command = if is_root {
        let mut as_nobody = Command::new("setpriv");
        as_nobody
            .args(["--reuid=65534", "--regid=65534", "--clear-groups", "--"])
            .arg(&program);
        as_nobody
    } else {
        Command::new(&program)
    };
    let done = command
        .args(["status", "--profile"])
        .arg(closed.join("profile"))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert_eq!(done.status.code(), Some(6), "{said}");
    assert!(said.contains("ne peut pas écrire dans"), "{said}");
    assert!(!closed.join("profile").exists());
}
