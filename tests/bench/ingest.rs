//! How fast clearing takes in what a county has to say, signatures, answers and disk included, beside
//! the same number of bare rows written by the same engine on the same disk.

use crate::{
    cluster::Database,
    county::{County, NOW},
    figures::Figure,
};
use anyhow::{Context, Result};
use passerelle_clearing::Clearing;
use postgres::{Client, Config, NoTls};
use rusqlite::Connection;
use std::{
    fs,
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

const DESKS: u8 = 28;
/// Connections to the service, and to PostgreSQL where it has several.
const AT_ONCE: usize = 4;
const PER_STATEMENT: usize = 200;

/// Brings 28 000 redemptions to either store.
///
/// # Errors
/// A store, or the service, does not answer; or not every redemption was credited.
pub fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let folder = folder.join("ingest");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)?;
    Ok(vec![on_sqlite(&folder)?, on_postgres(&folder)?])
}

fn on_sqlite(folder: &Path) -> Result<Figure> {
    let county = County::make(Clearing::open(&folder.join("sqlite"), clock())?, DESKS)?;
    let rate = rate(county.pending(), || county.bring(AT_ONCE).map(drop))?;
    let floor = sqlite_floor(&folder.join("bare.db"), county.pending())?;
    Ok(Figure::new("redemptions a second, SQLite", rate, "/s")
        .against("bare rows, 200 a transaction", floor)
        .at_least_or_half(">= 20 000/s or half the floor", 20_000.0))
}

fn on_postgres(folder: &Path) -> Result<Figure> {
    let database = Database::new();
    sync_to_the_disk(&mut database.connect(), true)?;
    let clearing = Clearing::open_in_database(&folder.join("postgres"), database.address(), clock())?;
    let county = County::make(clearing, DESKS)?;
    let rate = rate(county.pending(), || county.bring(AT_ONCE).map(drop))?;
    let floor = postgres_floor(&database, county.pending())?;
    sync_to_the_disk(&mut database.connect(), false)?;
    Ok(Figure::new("redemptions a second, PostgreSQL", rate, "/s")
        .against("bare rows, 200 a transaction, 4 connections", floor)
        .at_least_or_half(">= 30 000/s or half the floor", 30_000.0))
}

fn rate(count: usize, act: impl FnOnce() -> Result<()>) -> Result<f64> {
    let started = Instant::now();
    act()?;
    Ok(count as f64 / started.elapsed().as_secs_f64())
}

fn clock() -> Arc<dyn Fn() -> u64 + Send + Sync> {
    Arc::new(|| NOW)
}

/// Rows of the size of an event with its key, and nothing else: no index, no reference, no signature.
fn sqlite_floor(file: &Path, rows: usize) -> Result<f64> {
    let mut bare = Connection::open(file)?;
    bare.pragma_update(None, "journal_mode", "WAL")?;
    bare.pragma_update(None, "synchronous", "FULL")?;
    bare.execute_batch(
        "CREATE TABLE bare (device BLOB, epoch INTEGER, seq INTEGER, body BLOB,
            PRIMARY KEY (device, epoch, seq)) STRICT, WITHOUT ROWID",
    )?;
    rate(rows, || {
        for first in (0..rows).step_by(PER_STATEMENT) {
            let written = bare.transaction()?;
            let mut insert = written.prepare_cached("INSERT INTO bare VALUES (?1, 7, ?2, ?3)")?;
            for row in first..(first + PER_STATEMENT).min(rows) {
                insert.execute((&[1u8; 16][..], row, &[2u8; 64][..]))?;
            }
            drop(insert);
            written.commit()?;
        }
        Ok(())
    })
}

/// The same rows in PostgreSQL, each statement a transaction.
fn postgres_floor(database: &Database, rows: usize) -> Result<f64> {
    database.connect().batch_execute(
        "CREATE TABLE bare (device BYTEA, epoch BIGINT, seq BIGINT, body BYTEA, PRIMARY KEY (device, epoch, seq))",
    )?;
    let write = |line: usize| -> Result<()> {
        let config: Config = database.address().parse()?;
        let mut client = config.connect(NoTls)?;
        let insert = client
            .prepare("INSERT INTO bare SELECT $1, 7, row.* FROM unnest($2::bigint[], $3::bytea[]) AS row")?;
        let (device, bodies) = ([u8::try_from(line)?; 16], vec![vec![2u8; 64]; PER_STATEMENT]);
        for first in (0..rows / AT_ONCE).step_by(PER_STATEMENT) {
            let numbers: Vec<i64> = (first..first + PER_STATEMENT).map(|row| row as i64).collect();
            client.execute(&insert, &[&&device[..], &numbers, &bodies])?;
        }
        Ok(())
    };
    rate(rows, || {
        thread::scope(|scope| {
            let lines: Vec<_> = (0..AT_ONCE)
                .map(|line| scope.spawn(move || write(line)))
                .collect();
            lines
                .into_iter()
                .try_for_each(|line| line.join().expect("no line panics"))
        })
    })
}

/// The tests' server syncs nothing: here a commit waits for the disk.
fn sync_to_the_disk(client: &mut Client, is_synced: bool) -> Result<()> {
    let word = if is_synced { "on" } else { "off" };
    for setting in ["fsync", "full_page_writes"] {
        client.batch_execute(&format!("ALTER SYSTEM SET {setting} = {word}"))?;
    }
    client.batch_execute("SELECT pg_reload_conf()")?;
    for _ in 0..100 {
        let found: String = client.query_one("SHOW fsync", &[])?.get(0);
        if found == word {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(50));
    }
    None.context("PostgreSQL does not take its settings")
}
