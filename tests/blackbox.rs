//! The real programs, killed and put back from old copies of their disks at any moment, with a bad line
//! between them. What each of them said is written down; when all is calm again somebody who knows
//! nothing of the product compares it with clearing's books.
//!
//! `BLACKBOX_SEED` and `BLACKBOX_SECONDS` choose another storm; `script/prove` has long ones.

mod checker;
mod clerk;
mod crowd;
mod history;
mod office;
mod storm;

use history::History;
use std::{env, fs, time::Duration};
use storm::{Storm, Tally};

/// A storm in the tests of every day.
const SECONDS: u64 = 45;

#[test]
#[expect(
    clippy::print_stdout,
    reason = "whoever sees it fail must know which storm it was"
)]
fn whatever_befalls_real_processes_nothing_is_lost_and_nothing_is_paid_twice() {
    let seconds = number("BLACKBOX_SECONDS").unwrap_or(SECONDS);
    let storm = Storm {
        seed: number("BLACKBOX_SEED").unwrap_or_else(another_seed),
        lasts: Duration::from_secs(seconds),
        silence: Duration::from_secs((seconds / 10).clamp(2, 60)),
    };
    println!("{storm:?}");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.jsonl");
    let history = History::new(&path);
    let (office, tally, met) = storm.live(folder.path(), &history);
    println!("{tally:?} {met:?}");
    let said = fs::read_to_string(&path).expect("the history");
    let objections = checker::objections(&said, &office.books(), office.given_up());
    if !objections.is_empty() {
        let kept = folder.keep();
        panic!(
            "{}\n{storm:?}\n{tally:?} {met:?}\nall that was said and written is in {}",
            objections.join("\n"),
            kept.display()
        );
    }
    assert_stormy(&tally, met.len());
}

/// A storm in which nothing happens proves nothing.
fn assert_stormy(tally: &Tally, met: usize) {
    let Tally {
        taken,
        desk_kills,
        desk_restores,
        clearing_kills,
        clearing_restores,
    } = *tally;
    let happened = [desk_kills, desk_restores, clearing_kills, clearing_restores];
    assert!(
        taken >= 50 && happened.iter().all(|times| *times > 0) && met >= 6,
        "{tally:?} {met}"
    );
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().expect("a number"))
}

/// Another storm each time.
fn another_seed() -> u64 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).expect("a source of chance");
    u32::from_le_bytes(bytes).into()
}
