//! A ledger of each older schema is opened, and the process is killed, or the disk fails, at each call of
//! its migration. Opened again, it is what it would have become, and its copy what it was.

use super::{SIRET, copy_profile, desk_at, tell};
use crate::{
    ledger::with_key,
    support::{
        contents::{contents, difference, is_sound},
        strace::{Strike, strikes},
        town::{Town, copy_folder},
    },
};
use passerelle_desk::{APPLICATION_ID, form::VoidForm};
use passerelle_domain::redemption::VoidReason;
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

/// The migrations of the desk, in order.
fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/desk");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the migrations")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| fs::read_to_string(file).expect("a migration"))
        .collect()
}

/// A ledger with passes credited, cancelled and not sent yet, as this version writes it.
fn a_ledger_with_some_life() -> TempDir {
    let town = Town::new();
    let booklet = town.booklets(1).remove(0);
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ma messagerie");
    counter.newcomer(workshop, "Œuvrard", "Jean-Éric");
    for pass in &booklet[..3] {
        counter.take(workshop, &pass.code);
    }
    counter.exchange();
    let mistaken = counter.take(workshop, &booklet[3].code);
    let reason = VoidReason::WrongPass;
    let form = VoidForm {
        redemption_id: mistaken.id,
        reason,
    };
    counter.void_redemption(&form).expect("cancelled");
    counter.take(workshop, &booklet[4].code);
    drop(counter);
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy_folder(&town.profile("Cachan"), &folder.path().join("newest"));
    folder
}

/// Writes the ledger `newest` of that folder as `before`, as the version of that schema would have.
fn write_older(folder: &Path, schema: usize) {
    let (newest, before) = (folder.join("newest"), folder.join("before"));
    let _ = fs::remove_dir_all(&before);
    fs::create_dir(&before).expect("a folder");
    fs::copy(newest.join("ledger.key"), before.join("ledger.key")).expect("copied");
    let db = with_key(&before);
    for migration in &migrations()[..schema] {
        db.execute_batch(migration).expect("a migration");
    }
    db.pragma_update(None, "foreign_keys", false).expect("set");
    let key = fs::read_to_string(newest.join("ledger.key")).expect("the key");
    let newest = newest.join("ledger.db");
    let attach = format!(
        "ATTACH '{}' AS newest KEY \"x'{}'\"",
        newest.display(),
        key.trim()
    );
    db.execute_batch(&attach).expect("attached");
    // What the triggers did is in the rows already.
    let triggers = list(
        &db,
        "SELECT name || ';' || sql FROM main.sqlite_master WHERE type = 'trigger'",
    );
    for trigger in &triggers {
        let (name, _) = trigger.split_once(';').expect("joined by it");
        db.execute_batch(&format!("DROP TRIGGER {name}"))
            .expect("dropped");
    }
    let tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*'";
    for table in list(&db, tables) {
        copy_rows(&db, &table);
    }
    for trigger in &triggers {
        let (_, sql) = trigger.split_once(';').expect("joined by it");
        db.execute_batch(sql).expect("a trigger");
    }
    db.execute_batch("DETACH newest").expect("detached");
    db.pragma_update(None, "application_id", APPLICATION_ID)
        .expect("set");
    db.pragma_update(None, "user_version", schema).expect("set");
    db.pragma_update(None, "journal_mode", "WAL").expect("set");
    assert!(is_sound(&db), "schema {schema}");
}

/// Copies what both schemas have of a table.
fn copy_rows(db: &Connection, table: &str) {
    let columns = format!(
        "SELECT name FROM pragma_table_info('{table}', 'main')
         INTERSECT SELECT name FROM pragma_table_info('{table}', 'newest')"
    );
    let columns = list(db, &columns).join(", ");
    if !columns.is_empty() {
        let order =
            format!("INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}");
        db.execute_batch(&order).expect(table);
    }
}

fn list(db: &Connection, question: &str) -> Vec<String> {
    let mut statement = db.prepare(question).expect("a question");
    let rows = statement.query_map([], |row| row.get(0)).expect("an answer");
    rows.map(|text| text.expect("a text")).collect()
}

fn look(profile: &Path) -> String {
    contents(&with_key(profile), |_, _| false)
}

/// What stands in the copy that was set aside of that schema. There may be others, of the schemas on the
/// way to the newest at which it was cut short: each is whole.
fn look_aside(profile: &Path, schema: usize) -> String {
    let wanted = format!("ledger-schema-{schema}.db");
    let mut found = None;
    for file in fs::read_dir(profile.join("copies")).expect("the copies") {
        let file = file.expect("a file");
        let aside = profile.join("aside");
        let _ = fs::remove_dir_all(&aside);
        fs::create_dir(&aside).expect("a folder");
        fs::copy(file.path(), aside.join("ledger.db")).expect("copied");
        fs::copy(profile.join("ledger.key"), aside.join("ledger.key")).expect("copied");
        assert!(is_sound(&with_key(&aside)), "{file:?} is damaged");
        if file.file_name() == *wanted {
            found = Some(look(&aside));
        }
    }
    found.expect("a copy of that schema")
}

/// Migrates a ledger of that schema, struck at each call.
fn migrate(schema: usize) {
    let folder = a_ledger_with_some_life();
    write_older(folder.path(), schema);
    let older = look(&folder.path().join("before"));
    let open = |strike: Option<&Strike>| {
        let profile = copy_profile(folder.path());
        let told = tell(&profile, &["open".to_owned()], strike);
        (profile, told)
    };
    let (profile, calm) = open(None);
    assert_eq!(calm.said_yes, ["open"], "{:?}", calm.said_no);
    let due = look(&profile);
    assert_ne!(older, due, "schema {schema} is the newest");
    assert_eq!(
        difference(&look_aside(&profile, schema), &older),
        None,
        "schema {schema}"
    );
    let what = format!("a migration from schema {schema}");
    for strike in strikes(&what, &calm.points) {
        let (profile, told) = open(Some(&strike));
        told.assert_fits(&strike, !told.said_yes.is_empty());
        drop(desk_at(&profile));
        assert_eq!(
            desk_at(&profile).check().expect("the ledger").faults,
            [],
            "{strike}"
        );
        assert_eq!(difference(&look(&profile), &due), None, "{strike}");
        assert_eq!(
            difference(&look_aside(&profile, schema), &older),
            None,
            "{strike}: the copy"
        );
    }
}

#[test]
fn a_migration_cut_short_at_any_call_ends_as_if_it_had_not_been() {
    let newest = migrations().len();
    assert!(newest > 1, "there is nothing to migrate from");
    (1..newest).for_each(migrate);
}
