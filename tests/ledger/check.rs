//! `passerelle check`: whatever was changed behind the application's back is found and named.

use super::{open, with_key};
use crate::support::town::Town;
use passerelle_desk::{Error, check::FaultKind, form::VoidForm};
use passerelle_domain::redemption::VoidReason;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// A ledger with passes credited, cancelled, and not sent yet.
fn a_ledger_with_some_life() -> (TempDir, PathBuf) {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", "99999999800019");
    let workshop = counter.workshop("Ma messagerie");
    for pass in &booklet[..3] {
        counter.take(workshop, &pass.code);
    }
    counter.exchange();
    let wrong = counter.take(workshop, &booklet[3].code);
    let form = VoidForm {
        redemption_id: wrong.id,
        reason: VoidReason::WrongPass,
    };
    counter.void_redemption(&form).expect("cancelled");
    counter.take(workshop, &booklet[3].code);
    let profile = counter.profile().folder().to_owned();
    drop(counter);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("profile");
    copy_files(&profile, &copy);
    (folder, copy)
}

fn copy_files(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from)
        .expect("the profile")
        .flatten()
        .filter(|entry| entry.path().is_file())
    {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}

fn kinds(profile: &Path) -> Vec<FaultKind> {
    let report = open(profile)
        .expect("the ledger opens")
        .check()
        .expect("a report");
    report.faults.into_iter().map(|fault| fault.kind).collect()
}

#[test]
fn a_ledger_that_nobody_touched_is_sound() {
    let (_folder, profile) = a_ledger_with_some_life();
    let report = open(&profile)
        .expect("the ledger opens")
        .check()
        .expect("a report");
    assert_eq!(report.faults, []);
    // Three credited, one taken twice around its cancellation.
    assert_eq!((report.events, report.redemptions), (6, 5));
}

#[test]
fn each_change_behind_the_applications_back_is_named() {
    let (_folder, sound) = a_ledger_with_some_life();
    for (kind, tampering) in [
        (
            FaultKind::Chain,
            "DROP TRIGGER events_no_update; UPDATE events SET link = zeroblob(32) WHERE seq = 2",
        ),
        (
            FaultKind::Event,
            "DROP TRIGGER redemptions_no_update; UPDATE redemptions SET service = service + 1 WHERE id = 1",
        ),
        (
            FaultKind::Event,
            "DROP TRIGGER voids_no_delete; DELETE FROM voids",
        ),
        (
            FaultKind::Attempt,
            "DROP TRIGGER redemptions_no_update; UPDATE redemptions SET attempt = 7 WHERE id = 1",
        ),
        (
            FaultKind::Standing,
            "UPDATE standings SET standing = 'kept' WHERE redemption_id = 1",
        ),
        (
            FaultKind::Standing,
            "DROP TRIGGER verdicts_no_delete; DELETE FROM verdicts WHERE seq = 1",
        ),
        (
            FaultKind::Tally,
            "UPDATE tallies SET count = count + 1 WHERE standing = 'credited'",
        ),
        (
            FaultKind::Batch,
            "DROP TRIGGER batches_no_update; UPDATE batches SET sealed = zeroblob(100)",
        ),
        (
            FaultKind::Receipt,
            "DROP TRIGGER receipts_no_update; UPDATE receipts SET signed = zeroblob(100)",
        ),
        (
            FaultKind::Relation,
            "INSERT INTO attendances (workshop_id, attendee_id, recorded_at) VALUES (999, 999, 0)",
        ),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let profile = folder.path().join("profile");
        copy_files(&sound, &profile);
        let db = with_key(&profile);
        db.pragma_update(None, "foreign_keys", false).expect("set");
        db.execute_batch(tampering).expect("tampered");
        drop(db);
        assert!(
            kinds(&profile).contains(&kind),
            "{tampering}: {:?}",
            kinds(&profile)
        );
    }
}

#[test]
fn a_page_changed_on_the_disk_is_named_or_stops_the_ledger() {
    let (_folder, profile) = a_ledger_with_some_life();
    with_key(&profile)
        .pragma_update(None, "wal_checkpoint", "TRUNCATE")
        .expect("in one file");
    let path = profile.join("ledger.db");
    let mut bytes = fs::read(&path).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).expect("changed");
    match open(&profile).and_then(|desk| desk.check()) {
        Ok(report) => assert!(
            report
                .faults
                .iter()
                .any(|fault| fault.kind == FaultKind::Encryption),
            "{report:?}"
        ),
        Err(error) => assert!(matches!(error, Error::Damaged(_)), "{error}"),
    }
}
