//! The counter: a scan until it is durable, a search at each key, the data of every screen.

use crate::{
    big_ledger::{BigLedger, surroundings},
    figures::{Figure, Samples},
    forms,
};
use anyhow::{Context, Result, bail};
use passerelle_desk::{
    Desk, Error, Profile,
    form::{CodeRead, PaperRef, RedemptionFilter, WorkshopFilter},
    view::RedemptionAnswer,
};
use passerelle_domain::{
    id::{AttendeeId, WorkshopId},
    keystroke::KeyStroke,
};
use rusqlite::{Connection, params};
use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

const SCANS: usize = 1_000;
const ROUNDS: usize = 15;

/// What people type to find somebody, key by key.
const SEARCHES: [&str; 8] = [
    "n guessan",
    "oeuvrard",
    "jean e",
    "le goff",
    "martin bernard",
    "nguyen thi",
    "ipek",
    "d artagnan odile",
];

/// Measures on copies of the ledger.
///
/// # Errors
/// The ledger, or an answer that is not the expected one.
pub fn measure(ledger: &BigLedger) -> Result<Vec<Figure>> {
    let profile = ledger.copy("counter")?;
    let bare = Bare::open(&ledger.copy("counter-floor")?)?;
    let desk = Desk::open(profile, surroundings())?;
    let mut figures = scans(&desk, &bare, &ledger.spare)?;
    figures.extend(searches(&desk, &bare)?);
    figures.extend(screens(&desk)?);
    figures.extend(communes(&desk));
    Ok(figures)
}

/// A scan and a bare insert in turn, so that both meet the same weather.
fn scans(desk: &Desk, bare: &Bare, codes: &[String]) -> Result<Vec<Figure>> {
    let (workshop, attendee) = somebody_present(desk)?;
    let (mut ours, mut floor) = (Samples::default(), Samples::default());
    for code in &codes[..SCANS] {
        let strokes = keys_of(code);
        let form = forms::redeem(workshop, Some(attendee), CodeRead::Keys { strokes });
        let started = Instant::now();
        let answer = desk.redeem(&form)?;
        ours.push(started.elapsed());
        if !matches!(answer, RedemptionAnswer::Accepted { .. }) {
            bail!("a good pass was not accepted: {answer:?}");
        }
        floor.push(bare.insert()?);
    }
    let figure = |name, share| {
        let floor = floor.quantile(share).as_secs_f64() * 1000.0;
        Figure::milliseconds(name, ours.quantile(share)).against("bare FULL insert of the same rows", floor)
    };
    Ok(vec![
        figure("scan to durable, p50", 0.5).at_most_times("<= 1.5 x", 1.5),
        figure("scan to durable, p99", 0.99).at_most("< 50 ms", 50.0),
    ])
}

fn searches(desk: &Desk, bare: &Bare) -> Result<Vec<Figure>> {
    let (mut ours, mut scan) = (Samples::default(), Samples::default());
    for words in SEARCHES {
        for end in 1..=words.len() {
            let typed = &words[..end];
            ours.push(timed(|| desk.find_attendees(typed))?);
            scan.push(bare.search(typed)?);
        }
    }
    let figure = |name, share| {
        let peer = scan.quantile(share).as_secs_f64() * 1000.0;
        Figure::milliseconds(name, ours.quantile(share)).against("LIKE over every name", peer)
    };
    Ok(vec![
        figure("search at each key, p50", 0.5).at_most("< 10 ms", 10.0),
        figure("search at each key, p99", 0.99).at_most("< 10 ms", 10.0),
    ])
}

/// The slowest of several readings of what each screen shows.
fn screens(desk: &Desk) -> Result<Vec<Figure>> {
    let (workshop, attendee) = somebody_present(desk)?;
    let deep = WorkshopFilter {
        text: "messagerie".into(),
        ..WorkshopFilter::default()
    };
    let sheet = PaperRef::SignInSheet {
        workshop_id: workshop,
    };
    Ok(vec![
        screen("every screen: its frame", || desk.situation())?,
        screen("today", || desk.today())?,
        screen("workshop", || desk.get_workshop(workshop))?,
        screen("workshops", || desk.list_workshops(&WorkshopFilter::default()))?,
        screen("workshops, searched", || desk.list_workshops(&deep))?,
        screen("people", || desk.find_attendees(""))?,
        screen("person", || desk.get_attendee(attendee))?,
        screen("doubles of a newcomer", || {
            desk.find_doubles(&forms::attendee("Lefevre", "Odile"))
        })?,
        screen("passes", || desk.list_redemptions(&RedemptionFilter::default()))?,
        screen("passes: codes kept", || desk.list_kept_codes())?,
        screen("batches", || desk.batches())?,
        screen("documents", || desk.list_certificates())?,
        Figure::milliseconds("sign-in sheet, drawn", slowest(3, || desk.show_paper(sheet))?),
    ])
}

fn screen<T>(name: &str, read: impl Fn() -> Result<T, Error>) -> Result<Figure> {
    let slowest = slowest(ROUNDS, read)?;
    Ok(Figure::milliseconds(format!("screen: {name}"), slowest).at_most("< 50 ms", 50.0))
}

/// The list is unpacked at the first key, once in the life of the process.
fn communes(desk: &Desk) -> [Figure; 2] {
    let find = |typed| {
        let started = Instant::now();
        black_box(desk.find_communes(typed));
        started.elapsed()
    };
    let first = find("s");
    let mut later = Samples::default();
    for typed in [
        "s", "sa", "sai", "saint", "saint-d", "l", "le", "75", "94230", "paris 1",
    ] {
        later.push(find(typed));
    }
    [
        Figure::milliseconds("commune at the first key", first).at_most("< 100 ms", 100.0),
        Figure::milliseconds("commune at each later key, slowest", later.quantile(1.0))
            .at_most("< 10 ms", 10.0),
    ]
}

fn slowest<T>(rounds: usize, read: impl Fn() -> Result<T, Error>) -> Result<Duration> {
    let mut samples = Samples::default();
    for _ in 0..rounds {
        samples.push(timed(&read)?);
    }
    Ok(samples.quantile(1.0))
}

fn timed<T>(read: impl Fn() -> Result<T, Error>) -> Result<Duration> {
    let started = Instant::now();
    black_box(read()?);
    Ok(started.elapsed())
}

/// The workshop that goes on, and somebody at it.
fn somebody_present(desk: &Desk) -> Result<(WorkshopId, AttendeeId)> {
    let open = desk.today()?.open;
    let workshop = open.first().context("a workshop goes on")?.id;
    let view = desk.get_workshop(workshop)?;
    let attendee = view.attendances.first().context("somebody is there")?.attendee_id;
    Ok((workshop, attendee))
}

/// The keys that a scanner set for a US keyboard presses on a US computer.
fn keys_of(code: &str) -> Vec<KeyStroke> {
    let key_of = |letter: char| KeyStroke {
        key: letter.into(),
        code: match letter.is_ascii_digit() {
            true => format!("Digit{letter}"),
            false => format!("Key{letter}"),
        },
        shift: letter.is_ascii_uppercase(),
    };
    code.chars().map(key_of).collect()
}

/// The same encrypted SQLite file without the application: what any program would pay.
struct Bare(Connection);

impl Bare {
    fn open(profile: &Profile) -> Result<Self> {
        let key = fs::read_to_string(profile.key())?;
        let connection = Connection::open(profile.ledger())?;
        connection.pragma_update(None, "key", format!("x'{}'", key.trim()))?;
        for (pragma, value) in [("journal_mode", "WAL"), ("synchronous", "FULL")] {
            connection.pragma_update(None, pragma, value)?;
        }
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.set_prepared_statement_cache_capacity(16);
        Ok(Self(connection))
    }

    /// One redemption's rows, like the last one's, in a transaction of their own.
    fn insert(&self) -> Result<Duration> {
        let db = &self.0;
        let started = Instant::now();
        db.execute_batch("BEGIN IMMEDIATE")?;
        db.prepare_cached(
            "INSERT INTO events (epoch, seq, content, link)
             SELECT epoch, seq + 1, content, link FROM events ORDER BY epoch DESC, seq DESC LIMIT 1",
        )?
        .execute([])?;
        db.prepare_cached(
            "INSERT INTO redemptions (programme_id, booklet, rank, attempt, workshop_id, attendee_id, site_id, held_on,
               service, amount_cents, doubt, epoch, seq, account_id, recorded_at)
             SELECT programme_id, booklet + 1000000, rank, attempt, workshop_id, attendee_id, site_id, held_on,
               service, amount_cents, doubt, epoch, seq + 1, account_id, recorded_at
             FROM redemptions ORDER BY id DESC LIMIT 1",
        )?
        .execute([])?;
        db.prepare_cached(
            "INSERT INTO standings (redemption_id, standing, amount_cents) VALUES (?1, 'kept', 1000)",
        )?
        .execute(params![db.last_insert_rowid()])?;
        db.execute_batch("COMMIT")?;
        Ok(started.elapsed())
    }

    fn search(&self, typed: &str) -> Result<Duration> {
        let pattern = format!("%{typed}%");
        let started = Instant::now();
        let mut statement = self
            .0
            .prepare_cached("SELECT id FROM attendees WHERE surname LIKE ?1 OR first_name LIKE ?1")?;
        let found = statement.query_map([pattern], |row| row.get::<_, i64>(0))?;
        black_box(found.collect::<Result<Vec<_>, _>>()?);
        Ok(started.elapsed())
    }
}
