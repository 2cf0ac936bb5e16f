//! Histories and books made up by hand: the checker takes the good ones, and objects to each bad one.

use super::objections;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const PASS: &str = "0400000010105";

/// As much of the tables as the checker reads.
const TABLES: &str = "
  CREATE TABLE devices (device BLOB, siret TEXT, label TEXT);
  CREATE TABLE events (device BLOB, epoch INTEGER, seq INTEGER, kind TEXT, programme INTEGER, booklet INTEGER,
    rank INTEGER, void_epoch INTEGER, void_seq INTEGER);
  CREATE TABLE verdicts (device BLOB, epoch INTEGER, seq INTEGER, code TEXT);
  CREATE TABLE decisions (siret TEXT, number INTEGER, device BLOB, epoch INTEGER, seq INTEGER, code TEXT);
  CREATE TABLE credits (programme INTEGER, booklet INTEGER, rank INTEGER, attempt INTEGER, siret TEXT,
    amount_cents INTEGER, device BLOB, epoch INTEGER, seq INTEGER);
  CREATE TABLE withdrawals (programme INTEGER, booklet INTEGER, rank INTEGER, attempt INTEGER);
  CREATE TABLE waiting (seq INTEGER);
  INSERT INTO devices VALUES (x'01', 'A', 'Cachan'), (x'02', 'B', 'Vitry');";

/// Cachan's event 1: pass 1 of booklet 1, credited.
const CREDITED: &str = "
  INSERT INTO events VALUES (x'01', 7, 1, 'redemption', 4, 1, 1, NULL, NULL);
  INSERT INTO verdicts VALUES (x'01', 7, 1, 'credited');
  INSERT INTO credits VALUES (4, 1, 1, 0, 'A', 1000, x'01', 7, 1);";

/// Its event 2: the void of event 1.
const VOIDED: &str = "
  INSERT INTO events VALUES (x'01', 7, 2, 'void', 4, 1, 1, 7, 1);
  INSERT INTO verdicts VALUES (x'01', 7, 2, 'voided');
  INSERT INTO withdrawals VALUES (4, 1, 1, 0);";

struct Case {
    folder: TempDir,
    history: Vec<Value>,
}

impl Case {
    /// One pass was printed; Cachan was asked to take it, and did.
    fn taken() -> Self {
        let case = Self {
            folder: tempfile::tempdir().expect("a folder"),
            history: Vec::new(),
        };
        case.clearing(
            "printed",
            json!({ "number": PASS, "programme": 4, "booklet": 1, "rank": 1 }),
        )
        .desk("asked", json!({ "number": PASS }))
        .desk("taken", json!({ "number": PASS }))
    }

    fn heard(mut self, who: &str, kind: &str, mut what: Value) -> Self {
        what["who"] = who.into();
        what["kind"] = kind.into();
        self.history.push(what);
        self
    }

    fn desk(self, kind: &str, what: Value) -> Self {
        self.heard("Cachan", kind, what)
    }

    fn clearing(self, kind: &str, what: Value) -> Self {
        self.heard("clearing", kind, what)
    }

    fn synced(self) -> Self {
        self.desk("sync_begun", json!({})).desk("synced", json!({}))
    }

    fn shown(self, standing: &str, verdict: Option<&str>, credited: i64) -> Self {
        let row = json!({ "number": PASS, "standing": standing, "verdict": verdict });
        let standings = json!({ "credited": { "amount_cents": credited } });
        self.desk(
            "shown",
            json!({ "rows": [row], "standings": standings, "double": null }),
        )
    }

    /// A list in which nothing stands.
    fn shown_empty(self) -> Self {
        let standings = json!({ "credited": { "amount_cents": 0 } });
        self.desk(
            "shown",
            json!({ "rows": [], "standings": standings, "double": null }),
        )
    }

    fn books(&self, name: &str, rows: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let db = Connection::open(&path).expect("a file");
        db.execute_batch(&format!("{TABLES}{rows}")).expect("made up");
        path
    }

    /// What the checker says, when clearing tells that sum and its books hold these rows.
    fn judged(self, told: i64, rows: &str) -> Vec<String> {
        let case = self.clearing("told", json!({ "credited_cents": told }));
        let books = case.books("books.db", rows);
        case.said(&books, &[])
    }

    fn said(&self, books: &Path, given_up: &[PathBuf]) -> Vec<String> {
        let lines: Vec<String> = self.history.iter().map(Value::to_string).collect();
        objections(&lines.join("\n"), books, given_up.iter().map(PathBuf::as_path))
    }
}

fn assert_objects(objections: &[String], words: &str) {
    assert!(
        objections.iter().any(|said| said.contains(words)),
        "{words}: {objections:?}"
    );
}

const NOTHING: [String; 0] = [];

#[test]
fn a_pass_taken_told_and_credited_is_well() {
    let case = Case::taken().synced().shown("credited", Some("credited"), 1000);
    assert_eq!(case.judged(1000, CREDITED), NOTHING);
}

#[test]
fn a_pass_cancelled_is_well_when_its_credit_is_taken_back() {
    let case = Case::taken().desk("voided", json!({ "number": PASS })).synced();
    let case = case.shown("voided", None, 0);
    assert_eq!(case.judged(0, &format!("{CREDITED}{VOIDED}")), NOTHING);
}

#[test]
fn a_pass_said_yes_to_that_the_list_has_not_is_seen() {
    let case = Case::taken().synced().shown_empty();
    assert_objects(&case.judged(1000, CREDITED), "its list says 0");
}

#[test]
fn a_pass_said_yes_to_that_the_books_have_not_is_seen() {
    let case = Case::taken().synced();
    assert_objects(&case.judged(0, ""), "the books do not know");
}

#[test]
fn a_void_that_the_books_have_not_is_seen() {
    let case = Case::taken().desk("voided", json!({ "number": PASS })).synced();
    assert_objects(&case.judged(1000, CREDITED), "cancelled");
}

#[test]
fn two_credits_of_one_pass_are_seen_even_in_books_that_were_given_up() {
    let twice = format!("{CREDITED} INSERT INTO credits VALUES (4, 1, 1, 1, 'B', 1000, x'02', 7, 1);");
    let case = Case::taken()
        .synced()
        .clearing("told", json!({ "credited_cents": 1000 }));
    let given_up = case.books("given-up.db", &twice);
    let books = case.books("books.db", CREDITED);
    assert_objects(&case.said(&books, &[given_up]), "credited twice");
    assert_eq!(case.said(&books, &[]), NOTHING);
}

#[test]
fn a_credit_under_the_same_attempt_is_seen() {
    let twice = format!("{CREDITED} INSERT INTO credits VALUES (4, 1, 1, 0, 'B', 1000, x'02', 7, 1);");
    assert_objects(&Case::taken().synced().judged(2000, &twice), "credited twice");
}

#[test]
fn a_credit_told_that_is_nowhere_is_seen_unless_it_was_cancelled() {
    let uncredited = CREDITED.replace("INSERT INTO credits", "-- ");
    assert_objects(
        &Case::taken().synced().judged(0, &uncredited),
        "told as credited, and is not",
    );
    let voided = VOIDED.replace("INSERT INTO withdrawals", "-- ");
    let case = Case::taken().desk("voided", json!({ "number": PASS })).synced();
    assert_eq!(case.judged(0, &format!("{uncredited}{voided}")), NOTHING);
}

#[test]
fn a_cancelled_pass_whose_credit_stands_is_seen() {
    let kept = VOIDED.replace("INSERT INTO withdrawals VALUES (4, 1, 1, 0);", "");
    let case = Case::taken().desk("voided", json!({ "number": PASS })).synced();
    assert_objects(
        &case.judged(1000, &format!("{CREDITED}{kept}")),
        "credited all the same",
    );
}

#[test]
fn a_final_word_that_changes_is_seen() {
    let declined = CREDITED.replace("7, 1, 'credited'", "7, 1, 'declined'");
    let declined = declined.replace(
        "INSERT INTO credits VALUES (4, 1, 1, 0, 'A', 1000, x'01', 7, 1);",
        "",
    );
    let told = || {
        Case::taken()
            .clearing("copied", json!({ "copy": 1 }))
            .shown("credited", Some("credited"), 1000)
    };
    let synced = told().synced().judged(0, &declined);
    assert_objects(&synced, "showed credited");
    // The one exception: clearing's own disk was lost.
    let restored = told().clearing("restored", json!({ "copy": 1 })).synced();
    let restored = restored
        .shown("refused", Some("declined"), 0)
        .judged(0, &declined);
    assert_eq!(restored, NOTHING);
}

#[test]
fn a_word_that_waits_may_change() {
    let decided = format!("{CREDITED} INSERT INTO decisions VALUES ('A', 1, x'01', 7, 1, 'credited');");
    let decided = decided.replace(
        "7, 1, 'credited');\n  INSERT INTO credits",
        "7, 1, 'unknown');\n  INSERT INTO credits",
    );
    let case = Case::taken().shown("sent", Some("unknown"), 0).synced();
    assert_eq!(
        case.shown("credited", Some("credited"), 1000)
            .judged(1000, &decided),
        NOTHING
    );
}

#[test]
fn another_sum_than_that_of_the_books_is_seen() {
    assert_objects(&Case::taken().synced().judged(2000, CREDITED), "clearing told");
    let case = Case::taken().synced().shown("credited", Some("credited"), 2000);
    assert_objects(&case.judged(1000, CREDITED), "2000 to 2000");
}

#[test]
fn what_waits_in_the_end_is_seen() {
    let case = Case::taken().synced().shown("kept", None, 0);
    assert_objects(&case.judged(1000, CREDITED), "has no answer");
    let waits = format!("{CREDITED} INSERT INTO waiting VALUES (1);");
    assert_objects(&Case::taken().synced().judged(1000, &waits), "1 events wait");
    let silent = CREDITED.replace("INSERT INTO verdicts", "-- ");
    assert_objects(&Case::taken().synced().judged(1000, &silent), "has no answer");
}

#[test]
fn an_event_that_nobody_asked_for_is_seen() {
    let stray = format!(
        "{CREDITED} INSERT INTO events VALUES (x'02', 7, 1, 'redemption', 4, 1, 1, NULL, NULL);
      INSERT INTO verdicts VALUES (x'02', 7, 1, 'declined');"
    );
    assert_objects(&Case::taken().synced().judged(1000, &stray), "nobody asked Vitry");
}

#[test]
fn what_died_with_a_disk_is_asked_of_nobody() {
    let lost = Case::taken().desk("killed", json!({}));
    let mut history = lost.history.clone();
    history.insert(1, json!({ "who": "Cachan", "kind": "copied", "copy": 1 }));
    let lost = Case { history, ..lost }.desk("restored", json!({ "copy": 1 }));
    assert_eq!(lost.shown_empty().synced().judged(0, ""), NOTHING);
}

#[test]
fn what_clearing_had_when_a_desk_lost_its_disk_must_come_back() {
    let mut case = Case::taken().synced();
    case.history
        .insert(1, json!({ "who": "Cachan", "kind": "copied", "copy": 1 }));
    let case = case.desk("restored", json!({ "copy": 1 })).synced();
    assert_objects(&case.judged(0, ""), "the books do not know");
}

#[test]
fn what_a_desk_had_when_clearing_lost_its_disk_must_come_back() {
    let mut case = Case::taken().synced();
    case.history
        .insert(1, json!({ "who": "clearing", "kind": "copied", "copy": 1 }));
    let case = case.clearing("restored", json!({ "copy": 1 })).synced();
    assert_objects(&case.judged(0, ""), "the books do not know");
}

#[test]
fn an_order_whose_answer_was_killed_may_be_done_or_not() {
    let mut done = Case::taken();
    done.history.pop();
    let done = done.desk("killed", json!({})).shown("kept", None, 0).synced();
    let done = done.shown("credited", Some("credited"), 1000);
    assert_eq!(done.judged(1000, CREDITED), NOTHING);
    let mut undone = Case::taken();
    undone.history.pop();
    let undone = undone.desk("killed", json!({})).shown_empty().synced();
    assert_eq!(undone.judged(0, ""), NOTHING);
}
