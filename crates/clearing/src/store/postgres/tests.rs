//! What is PostgreSQL's own; the rest is in [`crate::store::conformance`].

use super::*;
use crate::store::{
    Books,
    conformance::{cluster::Database, fill},
};
use crate::{
    samples::programme,
    store::conformance::samples::{
        EPOCH, LAST, begin, credit, device, id, pass, present, range, siret, waiting,
    },
};
use passerelle_domain::wire::Verdict;
use postgres::Client;
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

fn books() -> (Database, PostgresStore) {
    let database = Database::new();
    let store = PostgresStore::open(database.address()).expect("new books");
    (database, store)
}

fn keep<T>(store: &dyn Store, act: impl FnMut(&dyn Books) -> Result<T, Error>) -> T {
    store.write(act).expect("the books keep it")
}

fn number(client: &mut Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).expect(sql).get(0)
}

#[test]
fn no_fact_is_ever_changed_or_removed() {
    let (database, store) = books();
    keep(&store, fill);
    let mut client = database.connect();
    let rows = client
        .query(
            "SELECT table_name::text, (SELECT column_name::text FROM information_schema.columns AS c
                WHERE c.table_schema = 'public' AND c.table_name = t.table_name AND ordinal_position = 1)
            FROM information_schema.tables AS t WHERE table_schema = 'public'
            AND table_name NOT IN ('waiting', 'awaited', 'tallies', 'migrations')",
            &[],
        )
        .expect("read");
    assert_eq!(rows.len(), 31);
    for row in rows {
        let (table, column): (String, String) = (row.get(0), row.get(1));
        assert!(
            number(&mut client, &format!("SELECT count(*) FROM {table}")) > 0,
            "{table} was filled"
        );
        for statement in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
        ] {
            let refusal = client.batch_execute(&statement).expect_err(&statement);
            let said = refusal.as_db_error().map_or("", |said| said.message());
            // Of a generated column PostgreSQL speaks first.
            assert!(
                said.contains("are facts") || said.contains("column"),
                "{statement}: {refusal}"
            );
        }
    }
}

#[test]
fn books_of_a_newer_version_or_of_another_program_are_left_alone() {
    let (database, store) = books();
    drop(store);
    let mut client = database.connect();
    client
        .batch_execute("INSERT INTO migrations (version) VALUES (99)")
        .expect("written");
    assert!(matches!(
        PostgresStore::open(database.address()),
        Err(Error::TooNew { found: 99, .. })
    ));
    let other = Database::new();
    let mut client = other.connect();
    client.batch_execute("CREATE TABLE events (n int)").expect("made");
    assert!(matches!(
        PostgresStore::open(other.address()),
        Err(Error::Damaged(_))
    ));
    let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(number(&mut client, tables), 1);
}

#[test]
fn services_that_start_at_once_make_the_books_once() {
    let database = Database::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| PostgresStore::open(database.address()).map(drop).expect("opened"));
        }
    });
    assert_eq!(
        number(
            &mut database.connect(),
            "SELECT count(*) - max(version) FROM migrations"
        ),
        0
    );
}

#[test]
fn what_is_kept_is_on_the_disk_whatever_the_role_was_told() {
    let (database, _) = books();
    let mut client = database.connect();
    for (told, expected) in [("off", "on"), ("local", "on"), ("remote_apply", "remote_apply")] {
        let order = format!(
            "ALTER ROLE passerelle IN DATABASE {} SET synchronous_commit = {told}",
            {
                let name: String = client
                    .query_one("SELECT current_database()::text", &[])
                    .expect("named")
                    .get(0);
                name
            }
        );
        client.batch_execute(&order).expect("told");
        let store = PostgresStore::open(database.address()).expect("opened");
        let mut lent = store.writers.begin(locks::ALONE).expect("begun");
        let rows = lent
            .query("SELECT current_setting('synchronous_commit')", &[])
            .expect("asked");
        assert_eq!(rows[0].get::<_, &str>(0), expected, "{told}");
    }
}

#[test]
fn an_act_that_goes_on_after_a_refusal_keeps_nothing() {
    let (_database, store) = books();
    let store: &dyn Store = &store;
    keep(store, begin);
    let said = store.write(|books| {
        books.record_activation(programme().id, range(1, 2), 1)?;
        // Refused; what PostgreSQL would then take for the end of it is no COMMIT.
        let _ = books.record_programme(&programme(), 1);
        Ok(())
    });
    assert!(said.is_err());
    let kept = store
        .read(|books| books.list_activations(programme().id))
        .expect("asked");
    assert_eq!(kept, []);
}

/// Whether two writes that reach these booklets through these desks are under way at the same time, when
/// each stays so long.
fn run_side_by_side(store: &dyn Store, reaches: [(u8, u32); 2], stay: Duration) -> bool {
    let come = AtomicUsize::new(0);
    let meets = |(desk, booklet): (u8, u32)| {
        let reach = Reach::new(device(desk), [pass(booklet, 1)]);
        let met = store.write_within(&reach, |_| {
            come.fetch_add(1, Ordering::SeqCst);
            let begun = Instant::now();
            while come.load(Ordering::SeqCst) < 2 && begun.elapsed() < stay {
                thread::sleep(Duration::from_millis(1));
            }
            Ok(come.load(Ordering::SeqCst) == 2)
        });
        met.expect("kept")
    };
    thread::scope(|scope| {
        let first = scope.spawn(|| meets(reaches[0]));
        // Whoever comes second finds that the first has come, and may have gone.
        let second = meets(reaches[1]);
        first.join().expect("no panic") && second
    })
}

#[test]
fn writes_wait_for_each_other_where_they_reach_the_same() {
    let (_database, store) = books();
    let moment = Duration::from_millis(300);
    assert!(run_side_by_side(&store, [(1, 1), (2, 1000)], 50 * moment));
    assert!(!run_side_by_side(&store, [(1, 1), (1, 1000)], moment), "one desk");
    assert!(!run_side_by_side(&store, [(1, 1), (2, 1)], moment), "one booklet");
}

#[test]
fn a_clock_that_was_set_back_puts_nobody_first() {
    let (database, store) = books();
    let store: &dyn Store = &store;
    keep(store, begin);
    keep(store, present);
    for seq in 1..=3 {
        keep(store, |books| {
            books.insert_waiting(pass(1, 1), &waiting(1, seq, "taken_elsewhere"))
        });
        // It came an hour ahead of what the clock says now.
        database
            .connect()
            .batch_execute("UPDATE waiting SET place = place + 3600000000")
            .expect("set back");
    }
    let contested = store
        .read(|books| books.list_contested(pass(1, 1)))
        .expect("asked");
    let seqs: Vec<u64> = contested.into_iter().map(|claim| claim.event.seq).collect();
    assert_eq!(seqs, [1, 2, 3]);
}

#[test]
fn a_server_that_comes_back_is_found_again() {
    let (database, store) = books();
    let store: &dyn Store = &store;
    keep(store, begin);
    assert_eq!(store.read(|books| books.state_version()).expect("asked"), 2);
    let ended = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'passerelle-clearing'";
    assert!(number(&mut database.connect(), ended) >= 2);
    keep(store, |books| {
        books.record_activation(programme().id, range(1, 2), 1)
    });
    assert_eq!(store.read(|books| books.state_version()).expect("asked"), 3);
}

#[test]
fn a_role_that_may_only_add_facts_is_enough_to_serve() {
    let (database, store) = books();
    drop(store);
    let mut client = database.connect();
    let name: String = client
        .query_one("SELECT current_database()::text", &[])
        .expect("named")
        .get(0);
    let role = format!("service_{name}");
    client
        .batch_execute(&format!(
            "CREATE ROLE {role} LOGIN;
            GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role};
            GRANT UPDATE, DELETE ON waiting TO {role};
            GRANT UPDATE ON tallies TO {role}"
        ))
        .expect("granted");
    let address = database
        .address()
        .replace("user=passerelle", &format!("user={role}"));
    let served = PostgresStore::open(&address).map(|store| {
        keep(&store, fill);
        keep(&store, |books| books.update_waiting(id(2, 2), "to_examine"));
        keep(&store, |books| books.remove_waiting(id(2, 2)));
    });
    client
        .batch_execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"))
        .expect("dropped");
    served.expect("served");
}

fn answered<T>(answer: Result<T, Error>) {
    assert!(answer.is_ok());
}

/// What a question reads, in rows of tables and entries of indexes.
fn reads(store: &PostgresStore, question: impl Fn(&dyn Books)) -> i64 {
    let read = "SELECT CAST(coalesce(sum(seq_tup_read), 0) AS bigint)
            + (SELECT CAST(coalesce(sum(idx_tup_read), 0) AS bigint) FROM pg_stat_user_indexes)
        FROM pg_stat_user_tables";
    let mut lent = store
        .readers
        .begin("SELECT pg_stat_force_next_flush()")
        .expect("lent");
    let before = lent.query(read, &[]).expect("counted")[0].get::<_, i64>(0);
    lent.run(SNAPSHOT).expect("begun");
    question(&PostgresBooks::seen_by(&mut lent));
    lent.run("ROLLBACK").expect("ended");
    lent.run("SELECT pg_stat_force_next_flush()").expect("flushed");
    let after = lent.query(read, &[]).expect("counted")[0].get::<_, i64>(0);
    lent.end(&run::Ended::Kept);
    after - before
}

/// A year of a county, more or less, put down behind the service's back.
const A_YEAR: &str = "
    INSERT INTO events SELECT device, -1, n, 9, '2026-01-01', 1, 1, 'redemption', 1, n / 10, n % 10, 1,
        NULL, NULL, NULL, decode(repeat('01', 32), 'hex')
    FROM devices, generate_series(10, 20000) AS n;
    INSERT INTO events SELECT device, -1, n, 9, '2026-01-01', 1, 1, 'void', 1, n / 10, n % 10, NULL,
        -1, n - 10000, 'wrong_pass', decode(repeat('01', 32), 'hex')
    FROM devices, generate_series(20001, 22000) AS n;
    INSERT INTO verdicts SELECT device, epoch, seq, 'credited', decode('820080', 'hex') FROM events;
    INSERT INTO receipts SELECT device, -1, n, n, '', n FROM devices, generate_series(1, 3000) AS n;
    INSERT INTO credits (programme, booklet, rank, attempt, siret, amount_cents, device, epoch, seq, credited_at)
        SELECT 1, seq / 10, seq % 10, 0, siret, 1000, device, epoch, seq, 1
        FROM events JOIN devices USING (device) WHERE kind = 'redemption' AND seq > 9
        AND device = (SELECT device FROM devices ORDER BY device LIMIT 1);
    INSERT INTO waiting SELECT 1, seq / 10, seq % 10, seq, device, epoch, seq, siret, 'taken_elsewhere'
        FROM events JOIN devices USING (device) WHERE kind = 'redemption' AND seq > 9
        AND device <> (SELECT device FROM devices ORDER BY device LIMIT 1);
    INSERT INTO decisions SELECT siret, seq, device, epoch, seq, 'declined', decode('820080', 'hex'), 1
        FROM events JOIN devices USING (device) WHERE seq < 20000;
    INSERT INTO activations SELECT 1, n, n, 1 FROM generate_series(1, 5000) AS n;
    ANALYZE";

#[test]
fn no_question_of_a_batch_walks_through_a_table() {
    let (database, store) = books();
    keep(&store, begin);
    database.connect().batch_execute(A_YEAR).expect("a year");
    type Question = fn(&dyn Books);
    let questions: [(&str, Question); 14] = [
        ("find_epoch", |books| answered(books.find_epoch(device(1), EPOCH))),
        ("last_seq", |books| answered(books.last_seq(device(1), EPOCH))),
        ("list_answered", |books| {
            answered(books.list_answered(device(1), EPOCH, 7000, 7001))
        }),
        ("find_event", |books| answered(books.find_event(id(1, 7000)))),
        ("is_voided", |books| {
            assert!(!books.is_voided(id(1, 7000), pass(700, 0)).expect("asked"))
        }),
        ("is_voided, twice", |books| {
            assert!(!books.is_voided(id(1, 11_000), pass(1, 1)).expect("asked"))
        }),
        ("find_receipt", |books| {
            answered(books.find_receipt(device(1), EPOCH, 700, 700))
        }),
        ("find_last_receipt", |books| {
            answered(books.find_last_receipt(device(1)))
        }),
        ("find_last_credit", |books| {
            answered(books.find_last_credit(pass(700, 1)))
        }),
        ("find_credit_of", |books| {
            answered(books.find_credit_of(id(1, 7000)))
        }),
        ("list_contested", |books| {
            answered(books.list_contested(pass(700, 1)))
        }),
        ("list_waiting_for_booklets", |books| {
            answered(books.list_waiting_for_booklets(programme().id, range(700, 700)));
        }),
        ("list_decisions", |books| {
            answered(books.list_decisions(&siret(1), 19_000, 2))
        }),
        ("find_booklet", |books| {
            answered(books.find_booklet(programme().id, 700))
        }),
    ];
    for (name, question) in questions {
        // Asked often enough for PostgreSQL to settle on one plan for all values.
        let read = reads(&store, |books| (0..8).for_each(|_| question(books))) / 8;
        assert!(read <= 30, "{name} reads {read} rows");
    }
}

#[test]
fn no_write_of_a_batch_walks_through_a_table() {
    let (database, store) = books();
    keep(&store, begin);
    let mut client = database.connect();
    client.batch_execute(A_YEAR).expect("a year");
    let read = "SELECT CAST(sum(seq_tup_read) AS bigint) FROM pg_stat_user_tables";
    client
        .batch_execute("SELECT pg_stat_force_next_flush()")
        .expect("flushed");
    let before = number(&mut client, read);
    keep(&store, |books| {
        books.insert_waiting(pass(9000, 1), &waiting(1, 21_000, "unknown"))?;
        books.update_waiting(id(1, 21_000), "to_examine")?;
        books.remove_waiting(id(1, 21_000))?;
        credit(books, pass(9000, 1), 0, 1, 21_000)?;
        books.record_withdrawal(pass(9000, 1), 0, id(1, 21_001), 1)?;
        credit(books, pass(9000, 1), 1, 1, 21_002)?;
        books.record_decision(&siret(1), id(1, LAST + 1), &Verdict::Declined, 1)
    });
    let mut lent = store
        .writers
        .begin("SELECT pg_stat_force_next_flush()")
        .expect("lent");
    lent.run("SELECT 1").expect("flushed");
    assert_eq!(number(&mut client, read) - before, 0);
}
