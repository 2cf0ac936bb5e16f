//! What is SQLite's own; the rest is in [`crate::store::conformance`].

use super::*;
use crate::store::conformance::fill;
use rusqlite::OpenFlags;
use std::{
    fs,
    path::{Path, PathBuf},
};
use tempfile::TempDir;

fn books() -> (TempDir, PathBuf, SqliteStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clearing.db");
    let store = SqliteStore::open(&path).expect("opened");
    (folder, path, store)
}

#[test]
fn no_fact_is_ever_changed_removed_or_replaced() {
    let (_folder, path, store) = books();
    let store: &dyn Store = &store;
    store.write(fill).expect("filled");
    let connection = connect(&path);
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('waiting', 'awaited')")
        .expect("prepared");
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("read");
    assert_eq!(tables.len(), 31);
    for table in tables {
        refuses_to_change(&connection, &table);
    }
}

fn refuses_to_change(connection: &Connection, table: &str) {
    let sql = format!("SELECT count(*) FROM {table}");
    let rows: i64 = connection.query_row(&sql, [], |row| row.get(0)).expect("counted");
    assert!(rows > 0, "{table} was filled");
    let first = format!("SELECT name FROM pragma_table_info('{table}') LIMIT 1");
    let column: String = connection
        .query_row(&first, [], |row| row.get(0))
        .expect("a column");
    for statement in [
        format!("UPDATE {table} SET {column} = {column}"),
        format!("DELETE FROM {table}"),
        format!("INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
    ] {
        let refusal = connection
            .execute(&statement, [])
            .expect_err(&statement)
            .to_string();
        assert!(
            refusal.contains("are facts") || refusal.contains("still stands"),
            "{refusal}"
        );
    }
}

/// A connection like those of the store.
fn connect(path: &Path) -> Connection {
    open::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("opened")
}

#[test]
fn the_books_are_written_through_to_the_disk() {
    let (_folder, path, _store) = books();
    let connection = connect(&path);
    for (name, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
    ] {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let found: String = connection.query_row(&sql, [], |row| row.get(0)).expect(name);
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn books_of_a_newer_version_or_of_another_program_are_left_alone() {
    let (_folder, path, store) = books();
    drop(store);
    let other = Connection::open(&path).expect("opened");
    other.pragma_update(None, "user_version", 99).expect("set");
    assert!(matches!(
        SqliteStore::open(&path),
        Err(Error::TooNew { found: 99, .. })
    ));
    other.pragma_update(None, "application_id", 1).expect("set");
    assert!(matches!(SqliteStore::open(&path), Err(Error::Damaged(_))));
    let version: u32 = other
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .expect("read");
    assert_eq!(version, 99);
}

#[test]
fn a_copy_takes_the_place_of_no_file() {
    let (folder, path, _store) = books();
    let file = folder.path().join("copy.db");
    fs::write(&file, "somebody's").expect("written");
    assert!(matches!(
        SqliteStore::copy(&path, &file),
        Err(Error::CopyExists(_))
    ));
    assert_eq!(fs::read(&file).expect("read"), b"somebody's");
}

#[test]
fn a_copy_that_does_not_hold_is_taken_away() {
    let (folder, path, store) = books();
    let filled: &dyn Store = &store;
    filled.write(fill).expect("filled");
    drop(store);
    let mut bytes = fs::read(&path).expect("read");
    // A structure that nobody knows any more, and its desk with it.
    let row = b"73282932000074Structure 1";
    let at = bytes.windows(row.len()).position(|window| window == row);
    bytes[at.expect("a structure") + 13] = b'5';
    fs::write(&path, bytes).expect("written");
    let file = folder.path().join("copy.db");
    let outcome = SqliteStore::copy(&path, &file);
    assert!(matches!(outcome, Err(Error::Damaged(_))), "{outcome:?}");
    assert!(!file.exists());
}
