//! Reads what the processes said during a storm, and what clearing's books say in the end, and objects
//! to whatever does not hold. It shares nothing with the product: it reads a history line by line, and
//! the books by SQL.
//!
//! What must hold, of all that somebody still had when disks were lost:
//!
//! - a pass that a desk said yes to is in its list, and in the books once an exchange has ended well;
//! - a pass is credited to one event at a time, in these books and in any that were given up;
//! - a final word that a desk has shown is the last word of the books. After clearing's own disk was lost, a
//!   credit may give way (`docs/PROTOCOL.md` 12.2), and of two desks of a structure that took one pass, the one
//!   whose events were written again may be credited where the other was (12.3): nothing else may change;
//! - sums that were told are the sums of the books;
//! - in the end nothing waits, and no event is there that nobody asked for.

mod books;
mod holdings;
#[cfg(test)]
mod tests;

use books::Books;
use holdings::{Holdings, What};
use serde_json::Value;
use std::{collections::BTreeSet, path::Path};

/// Words that a desk need not expect to change.
const FINAL: [&str; 8] = [
    "credited",
    "already_yours",
    "expired",
    "blocked",
    "outside_territory",
    "forged",
    "voided",
    "declined",
];

/// What does not hold, in words; nothing when all is well. `given_up` are books that clearing went on
/// from for a while, and lost.
pub fn objections<'a>(
    history: &str,
    books: &Path,
    given_up: impl IntoIterator<Item = &'a Path>,
) -> Vec<String> {
    let holdings = Holdings::read(history);
    let mut objections = holdings.objections.clone();
    for path in given_up {
        objections.extend(Books::read(path).credited_twice());
    }
    let books = Books::read(books);
    objections.extend(books.credited_twice());
    objections.extend(books.disagree_with_themselves());
    objections.extend(books.wait());
    objections.extend(missing(&holdings, &books));
    objections.extend(invented(&holdings, &books));
    for (desk, shown) in &holdings.last_shown {
        objections.extend(told_otherwise(&holdings, desk, shown, &books));
        objections.extend(sums_told_otherwise(desk, shown, &books));
    }
    match holdings.credited_told {
        Some(told) if told == books.credited(|_| true) => {}
        told => objections.push(format!(
            "clearing told {told:?} cents credited, its books hold {}",
            books.credited(|_| true)
        )),
    }
    objections
}

/// Passes that these books credit twice at a time.
pub fn credited_twice(books: &Path) -> Vec<String> {
    Books::read(books).credited_twice()
}

/// Facts that somebody held to the end, and that the books do not say.
fn missing(holdings: &Holdings, books: &Books) -> Vec<String> {
    let mut objections = Vec::new();
    for fact in holdings.held_by_clearing() {
        let (desk, number) = (&fact.desk, &fact.number);
        let of_pass = || books.events_of(desk, holdings.pass(number));
        match &fact.what {
            What::Taken if !of_pass().any(|event| !event.is_void) => {
                objections.push(format!("{desk} took {number}, and the books do not know"));
            }
            What::Voided if !of_pass().any(|event| event.is_void) => {
                objections.push(format!("{desk} cancelled {number}, and the books do not know"));
            }
            What::Told(word) if FINAL.contains(&word.as_str()) => {
                let last: BTreeSet<&str> = of_pass()
                    .filter(|event| !event.is_void)
                    .map(|event| event.word.as_str())
                    .collect();
                let gives_way = word == "credited" && holdings.clearing_restores > 0;
                let gave_way = ["taken_elsewhere", "already_yours", "declined"];
                let is_excused = gives_way && gave_way.iter().any(|word| last.contains(word));
                let is_judged_anew = word == "already_yours"
                    && holdings.clearing_restores > 0
                    && holdings.has_moved(desk)
                    && last.contains("credited");
                if !last.contains(word.as_str()) && !is_excused && !is_judged_anew {
                    objections.push(format!(
                        "{desk} showed {word} for {number}, the books say {last:?}"
                    ));
                }
            }
            What::Taken | What::Voided | What::Told(_) => {}
        }
    }
    objections
}

/// Events that no desk was asked for.
fn invented(holdings: &Holdings, books: &Books) -> Vec<String> {
    let asked = |event: &&books::Event| {
        let mut numbers = holdings.numbers_asked(&event.desk);
        numbers.any(|number| holdings.pass(number) == event.pass)
    };
    let strays = books.events.iter().filter(|event| !asked(event));
    strays
        .map(|event| format!("nobody asked {} for {:?}", event.desk, event.pass))
        .collect()
}

/// What a desk shows last, where the books say something else.
fn told_otherwise(holdings: &Holdings, desk: &str, shown: &Value, books: &Books) -> Vec<String> {
    let mut objections = Vec::new();
    let rows = shown["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    for row in rows {
        let (number, standing) = (text(&row["number"]), text(&row["standing"]));
        let pass = holdings.pass(number);
        match standing {
            "voided" => continue,
            "kept" | "sent" => objections.push(format!("{desk}: {number} has no answer ({standing})")),
            "credited" if !books.is_credited_to(desk, pass) => objections.push(format!(
                "{desk} shows {number} as credited, and the books do not credit it there"
            )),
            _ => {}
        }
        let word = text(&row["verdict"]);
        let mut events = books.events_of(desk, pass).filter(|event| !event.is_void);
        if !events.any(|event| event.word == word) {
            objections.push(format!(
                "{desk} shows {word} for {number} in the end, the books say something else"
            ));
        }
    }
    objections
}

/// The sum that a desk shows, when it is not what the books credit to it. What only a copy of its ledger
/// has written is told apart, with what waits: then the sum lies between.
fn sums_told_otherwise(desk: &str, shown: &Value, books: &Books) -> Option<String> {
    let cents = |tally: &Value| tally["amount_cents"].as_i64().unwrap_or_default();
    let least = cents(&shown["standings"]["credited"]);
    let most = least + cents(&shown["double"]["recovered"]);
    let credited = books.credited(|credit| credit.desk == desk);
    (!(least..=most).contains(&credited))
        .then(|| format!("{desk} shows {least} to {most} cents credited, the books {credited}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
