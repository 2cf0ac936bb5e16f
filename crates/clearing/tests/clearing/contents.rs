//! All that stands in a database, as text: two that went through the same hold the same.

use rusqlite::Connection;
use std::fmt::Write;

/// Every row of every table, but for the columns that `leaves_out` names (table, column).
pub fn contents(db: &Connection, leaves_out: impl Fn(&str, &str) -> bool) -> String {
    let tables = texts(
        db,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' ORDER BY name",
    );
    let mut told = String::new();
    for table in tables {
        let columns = texts(db, &format!("SELECT name FROM pragma_table_info('{table}')"));
        let kept: Vec<String> = columns
            .into_iter()
            .filter(|column| !leaves_out(&table, column))
            .collect();
        writeln!(told, "{table} ({})", kept.join(", ")).expect("a text takes all");
        rows(db, &table, &kept, &mut told);
    }
    told
}

/// Whether SQLite finds every page and every reference whole.
pub fn is_sound(db: &Connection) -> bool {
    texts(db, "PRAGMA integrity_check") == ["ok"] && texts(db, "PRAGMA foreign_key_check").is_empty()
}

/// The first line by which two contents differ, from both.
pub fn difference(one: &str, other: &str) -> Option<String> {
    let (mut one, mut other) = (one.lines(), other.lines());
    loop {
        match (one.next(), other.next()) {
            (None, None) => return None,
            (one, other) if one == other => {}
            (one, other) => return Some(format!("{one:?}\n{other:?}")),
        }
    }
}

fn rows(db: &Connection, table: &str, columns: &[String], told: &mut String) {
    let quoted: Vec<String> = columns
        .iter()
        .map(|column| format!("quote(\"{column}\")"))
        .collect();
    // By what they hold: their order on the disk is nobody's business.
    let question = format!("SELECT {} FROM {table} ORDER BY 1", quoted.join(" || ' ' || "));
    for row in texts(db, &question) {
        writeln!(told, "  {row}").expect("a text takes all");
    }
}

fn texts(db: &Connection, question: &str) -> Vec<String> {
    let mut statement = db.prepare(question).expect("a question");
    let rows = statement.query_map([], |row| row.get(0)).expect("an answer");
    rows.map(|text| text.expect("a text")).collect()
}
