use super::*;
use crate::{
    adjudicate::Evidence,
    books::{BatchRow, CreditForm, LoggedEvent, Structure},
    samples::programme,
    store::Books,
};
use passerelle_domain::{
    event::{Act, Event, Link},
    id::{BirthId, DeviceId, Epoch, ServerId},
    key::PrivateKey,
    pass::PassId,
    programme::ServiceCode,
    siret::Siret,
    wire::{ProofKey, SiteEntry, Verdict},
};
use rusqlite::OpenFlags;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn books() -> (TempDir, PathBuf, Box<dyn Store>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clearing.db");
    let store = SqliteStore::open(&path).expect("opened");
    (folder, path, Box::new(store))
}

fn siret() -> Siret {
    Siret::parse("73282932000074").expect("a SIRET whose key holds")
}

fn pass() -> PassId {
    PassId {
        programme: programme().id,
        booklet: 1,
        rank: 1,
    }
}

fn id(seq: u64) -> BirthId {
    BirthId {
        device: PrivateKey::from_seed(&[1; 32]).public().device_id(),
        epoch: Epoch(u64::MAX),
        seq,
    }
}

/// Puts a row in every table of facts: three events of one device, the first credited.
fn fill(books: &dyn Books) -> Result<(), Error> {
    let (programme, device) = (programme(), id(1).device);
    let range = crate::ranges::Range { first: 1, last: 2 };
    let structure = Structure {
        siret: siret(),
        name: "Ville".into(),
    };
    let site = SiteEntry {
        site: 1,
        name: "Médiathèque".into(),
        insee_code: "94046".into(),
    };
    books.record_generation(0, ServerId([1; 16]), 1)?;
    books.record_programme(&programme, 1)?;
    books.record_pass_key(programme.id, &[1; 32], 1)?;
    let key = books.get_pass_key(programme.id)?.id;
    books.record_lot(programme.id, range, programme.last_day, key, 1)?;
    books.record_activation(programme.id, range, 1)?;
    books.record_block(programme.id, range, programme.last_day, 1)?;
    books.record_structure(&structure, 1)?;
    books.record_enrolment([1; 3], &ProofKey([1; 32]), &siret(), 1, 2)?;
    books.record_device(PrivateKey::from_seed(&[1; 32]).public(), &siret(), "Poste", 1)?;
    books.record_enrolment_use([1; 3], device, b"answer", 1)?;
    books.record_sites(device, &[site])?;
    books.record_epoch(device, id(1).epoch, None, 1)?;
    let evidence = Evidence {
        known_time: None,
        received_at: 1,
    };
    books.record_batch(&BatchRow {
        device,
        epoch: id(1).epoch,
        last_seq: 3,
        evidence,
        parcel: b"parcel",
    })?;
    for seq in 1..=3 {
        let event = Event {
            seq,
            day: programme.opens_on,
            site: 1,
            act: Act::Redemption {
                pass: pass(),
                service: ServiceCode(1),
            },
        };
        let logged = LoggedEvent {
            id: id(seq),
            event,
            site_version: Some(1),
        };
        books.record_event(&logged, 3, Link([1; 32]))?;
        books.record_verdict(id(seq), &Verdict::Credited)?;
    }
    books.record_receipt(device, id(1).epoch, (1, 3), b"receipt", 1)?;
    credit(books, 0, 1)?;
    books.record_decision(&siret(), id(1), &Verdict::Credited, 1)?;
    books.record_revocation(device, 1)
}

fn credit(books: &dyn Books, attempt: u32, seq: u64) -> Result<(), Error> {
    let siret = siret();
    let form = CreditForm {
        pass: pass(),
        attempt,
        siret: &siret,
        amount: programme().face_value,
        event: id(seq),
    };
    books.record_credit(&form, 1)
}

#[test]
fn no_fact_is_ever_changed_removed_or_replaced() {
    let (_folder, path, store) = books();
    store
        .write(|books| {
            fill(books)?;
            books.record_withdrawal(pass(), 0, id(2), 1)
        })
        .expect("filled");
    let connection = connect(&path);
    let mut statement = connection
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'waiting'")
        .expect("prepared");
    let tables: Vec<String> = statement
        .query_map([], |row| row.get(0))
        .and_then(Iterator::collect)
        .expect("read");
    assert_eq!(tables.len(), 20);
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
fn the_books_themselves_refuse_a_second_credit_of_a_pass() {
    let (_folder, _path, store) = books();
    store.write(fill).expect("filled");
    assert!(
        store.write(|books| credit(books, 0, 2)).is_err(),
        "the same attempt"
    );
    assert!(
        store.write(|books| credit(books, 1, 2)).is_err(),
        "an attempt before its time"
    );
    store
        .write(|books| books.record_withdrawal(pass(), 0, id(2), 1))
        .expect("given back");
    assert!(
        store.write(|books| credit(books, 2, 3)).is_err(),
        "an attempt left out"
    );
    assert!(
        store.write(|books| credit(books, 1, 1)).is_err(),
        "an event credited twice"
    );
    assert!(
        store.write(|books| credit(books, 1, 3)).is_ok(),
        "the next attempt"
    );
}

#[test]
fn a_write_that_fails_leaves_nothing_behind() {
    let (_folder, _path, store) = books();
    let outcome = store.write(|books| {
        fill(books)?;
        Err::<(), _>(Error::Damaged("for the test"))
    });
    assert!(outcome.is_err());
    let counts = store.read(|books| books.counts()).expect("read");
    assert_eq!((counts.structures, counts.events), (0, 0));
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
        Err(Error::TooNew { found: 99, known: 1 })
    ));
    other.pragma_update(None, "application_id", 1).expect("set");
    assert!(matches!(SqliteStore::open(&path), Err(Error::Damaged(_))));
    let version: u32 = other
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .expect("read");
    assert_eq!(version, 99);
}

#[test]
fn a_birth_id_comes_back_with_all_its_bits() {
    let (_folder, _path, store) = books();
    store.write(fill).expect("filled");
    let found = store
        .read(|books| books.find_last_credit(pass()))
        .expect("read")
        .expect("credited");
    assert_eq!(found.event, id(1));
    assert_ne!(found.event.device, DeviceId([0; 16]));
}
