//! The real program is killed, or its disk fails, at each call of the closing of a month. Closed again or
//! closed already, the month is what it would have been, and is there once.

use super::books::Books;
use crate::{
    desk::Desk,
    process::program,
    service::{NOON, siret},
    strace::{Point, Strike, strace, strikes},
};
use serde_json::Value;
use std::{fs, path::Path, process::Output};

const JUNE: &str = "2026-06";
/// What `settle` ends with when the rules say no.
const REFUSED: i32 = 3;

/// June 2026 of two structures, one of which can be paid; what was taken back in it.
fn june() -> Books {
    let books = Books::new(NOON);
    let officer = books.open();
    for (structure, seed) in [(1, 1), (2, 2)] {
        officer.add_structure(&siret(structure), "Ville").expect("added");
        let mut desk = Desk::stranger(seed);
        let code = officer
            .issue_enrolment(&siret(structure), 30)
            .expect("issued")
            .code;
        officer.enrol(&desk.form(&code)).expect("let in");
        for rank in 1..=10 {
            desk.take(u32::from(seed), rank);
        }
        desk.void(4);
        officer.receive(&desk.parcel(1, 11)).expect("taken");
    }
    officer
        .enter_payee(&siret(1), "FR14 2004 1010 0505 0001 3M02 606", None, "Régie")
        .expect("entered");
    drop(officer);
    books
}

/// `settle` with these words, under strace if there is one.
fn settle(books: &Books, words: &[&str], strike: Option<Option<&Strike>>) -> Output {
    let (folder, papers) = (books.now(), books.now().with_file_name("papers"));
    let own = program(&folder, None);
    let mut command = match strike {
        Some(strike) => {
            let mut command = strace(&folder.with_file_name("calls"), strike);
            command.arg(own.get_program()).args(own.get_args());
            command
        }
        None => own,
    };
    command.arg("settle").args(words).arg(JUNE);
    command.arg("--json").arg("--out").arg(papers);
    command.output().expect("it runs")
}

/// The month as it is shown, and its papers, without the instant of its closing.
fn shown(books: &Books) -> (Value, Vec<String>) {
    let output = settle(books, &["show"], None);
    assert!(output.status.success(), "{output:?}");
    let mut json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    json["closed_at"] = Value::Null;
    (json, papers(&books.now().with_file_name("papers")))
}

/// Each paper: a table as it is, a document's beginning and end.
fn papers(folder: &Path) -> Vec<String> {
    let mut told: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|file| {
            let path = file.expect("a file").path();
            let bytes = fs::read(&path).expect("a file");
            let text = String::from_utf8_lossy(&bytes);
            let is_whole = text.starts_with("%PDF-") && text.trim_end().ends_with("%%EOF");
            let said = if is_whole { "whole" } else { &*text };
            format!("{}: {said}", path.display())
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_month_whose_closing_is_cut_short_at_any_call_is_closed_once_and_counts_the_same() {
    let books = june();
    let strike_at = |strike: Option<&Strike>| {
        books.copy();
        let _ = fs::remove_dir_all(books.now().with_file_name("papers"));
        settle(&books, &["close"], Some(strike))
    };
    assert!(strike_at(None).status.success());
    let log = fs::read_to_string(books.now().with_file_name("calls")).expect("the calls");
    let points = Point::read_all(&log);
    let (due, holds) = (shown(&books), books.contents());
    assert_eq!(due.1.len(), 4, "{:?}", due.1);
    assert!(points.len() > 10, "{points:?} cannot close a month");
    for strike in strikes("a month", &points) {
        let struck = strike_at(Some(&strike));
        let again = settle(&books, &["close"], None);
        let is_closed = again.status.code() == Some(REFUSED);
        assert!(is_closed || again.status.success(), "{strike}: {again:?}");
        assert!(
            is_closed || !struck.status.success(),
            "{strike}: closed, then closed again"
        );
        assert_eq!(shown(&books), due, "{strike}");
        books.assert_hold(&holds, &strike);
    }
}
