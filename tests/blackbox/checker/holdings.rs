//! Who must hold what, as far as the history proves it. A desk holds what it said yes to; clearing holds
//! what a desk held when an exchange began that ended well, unless its disk was lost in between; and
//! such an exchange gives the desk back what clearing holds of it. A disk that is lost takes all with it
//! that its copy did not have: what nobody else holds then, nobody can be asked for.

use super::{books::Pass, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Something that a desk said.
pub struct Fact {
    pub desk: String,
    /// The number printed on the pass.
    pub number: String,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Taken,
    Voided,
    /// It showed that word of clearing's.
    Told(String),
}

/// A fact, by its place.
type Id = usize;

/// What one desk's disk holds.
#[derive(Clone, Default)]
struct Disk {
    /// What its list shows.
    listed: BTreeSet<Id>,
    /// All that it can tell clearing: the list, what it was told, and what clearing gave back.
    known: BTreeSet<Id>,
}

/// An exchange under way: what the desk held when it began, and how often clearing was restored before.
struct Begun {
    known: BTreeSet<Id>,
    clearing_restores: usize,
}

/// Everything that the history proves.
#[derive(Default)]
pub struct Holdings {
    pub objections: Vec<String>,
    /// What each desk showed last.
    pub last_shown: BTreeMap<String, Value>,
    /// The cents that clearing last told.
    pub credited_told: Option<i64>,
    pub clearing_restores: usize,
    facts: Vec<Fact>,
    disks: BTreeMap<String, Disk>,
    books: BTreeSet<Id>,
    disk_copies: BTreeMap<(String, u64), Disk>,
    books_copies: BTreeMap<u64, BTreeSet<Id>>,
    exchanges: BTreeMap<String, Begun>,
    asked: BTreeSet<(String, String)>,
    passes: BTreeMap<String, Pass>,
}

impl Holdings {
    /// Reads a history, one JSON object a line.
    pub fn read(history: &str) -> Self {
        let mut holdings = Self::default();
        for line in history.lines() {
            let line: Value = serde_json::from_str(line).expect("a line of history");
            if text(&line["who"]) == "clearing" {
                holdings.hear_clearing(&line);
            } else {
                holdings.hear_desk(text(&line["who"]), &line);
            }
        }
        holdings
    }

    /// What the books must say.
    pub fn held_by_clearing(&self) -> impl Iterator<Item = &Fact> {
        self.books.iter().map(|id| &self.facts[*id])
    }

    /// The pass under a number.
    pub fn pass(&self, number: &str) -> Pass {
        self.passes.get(number).copied().unwrap_or_default()
    }

    /// Whether a desk has written events of its log again, under other numbers.
    pub fn has_moved(&self, desk: &str) -> bool {
        let moved = |shown: &Value| shown["double"]["moved"].as_u64();
        self.last_shown.get(desk).and_then(moved) > Some(0)
    }

    /// The passes that a desk was asked to take.
    pub fn numbers_asked(&self, desk: &str) -> impl Iterator<Item = &str> {
        let of_desk = move |(asked, _): &&(String, String)| asked == desk;
        self.asked
            .iter()
            .filter(of_desk)
            .map(|(_, number)| number.as_str())
    }

    fn hear_clearing(&mut self, line: &Value) {
        let copy = line["copy"].as_u64().unwrap_or_default();
        match text(&line["kind"]) {
            "printed" => {
                let part = |name: &str| line[name].as_u64().and_then(|part| u32::try_from(part).ok());
                let pass = (part("programme"), part("booklet"), part("rank"));
                let (Some(programme), Some(booklet), Some(rank)) = pass else {
                    panic!("no pass: {line}");
                };
                let number = text(&line["number"]).to_owned();
                self.passes.insert(number, (programme, booklet, rank));
            }
            "copied" => {
                self.books_copies.insert(copy, self.books.clone());
            }
            "restored" => {
                self.books = self.books_copies[&copy].clone();
                self.clearing_restores += 1;
            }
            "told" => self.credited_told = line["credited_cents"].as_i64(),
            _ => {}
        }
    }

    fn hear_desk(&mut self, desk: &str, line: &Value) {
        let number = text(&line["number"]);
        let copy = || (desk.to_owned(), line["copy"].as_u64().unwrap_or_default());
        match text(&line["kind"]) {
            "asked" => {
                self.asked.insert((desk.to_owned(), number.to_owned()));
            }
            "taken" => self.note(desk, number, What::Taken),
            "voided" => self.note(desk, number, What::Voided),
            "shown" => self.hear_list(desk, line),
            "sync_begun" => {
                let begun = Begun {
                    known: self.disk(desk).known.clone(),
                    clearing_restores: self.clearing_restores,
                };
                self.exchanges.insert(desk.to_owned(), begun);
            }
            "synced" => self.hear_synced(desk),
            "killed" => {
                self.exchanges.remove(desk);
            }
            "copied" => {
                let disk = self.disk(desk).clone();
                self.disk_copies.insert(copy(), disk);
            }
            "restored" => {
                let disk = self.disk_copies[&copy()].clone();
                *self.disk(desk) = disk;
            }
            _ => {}
        }
    }

    fn hear_synced(&mut self, desk: &str) {
        let Some(begun) = self.exchanges.remove(desk) else {
            self.objections
                .push(format!("{desk} ended an exchange that nobody asked for"));
            return;
        };
        if begun.clearing_restores != self.clearing_restores {
            return;
        }
        self.books.extend(begun.known);
        let facts = &self.facts;
        let own = self.books.iter().filter(|id| facts[**id].desk == desk);
        let own: Vec<Id> = own.copied().collect();
        self.disk(desk).known.extend(own);
    }

    /// A list holds each pass that its desk said yes to, and what an order may have done whose answer
    /// never came because the process was killed.
    fn hear_list(&mut self, desk: &str, line: &Value) {
        self.last_shown.insert(desk.to_owned(), line.clone());
        let rows = line["rows"].as_array().cloned().unwrap_or_default();
        let (mut live, mut voided) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
        for row in &rows {
            let number = text(&row["number"]).to_owned();
            if !self.asked.contains(&(desk.to_owned(), number.clone())) {
                self.objections
                    .push(format!("{desk} lists {number}, which nobody held out"));
            }
            if text(&row["standing"]) == "voided" {
                *voided.entry(number).or_default() += 1;
            } else if live.insert(number.clone(), row["verdict"].as_str()).is_some() {
                self.objections.push(format!("{desk} has taken {number} twice"));
            }
        }
        let said: BTreeSet<String> = self
            .disk(desk)
            .listed
            .clone()
            .iter()
            .map(|id| self.facts[*id].number.clone())
            .collect();
        let listed: BTreeSet<String> = live.keys().chain(voided.keys()).cloned().collect();
        for number in said.union(&listed) {
            let (taken, gone) = self.count(desk, number);
            let voided = voided.get(number).copied().unwrap_or_default();
            let rows = voided + usize::from(live.contains_key(number));
            if rows < taken || voided < gone {
                self.objections.push(format!(
                    "{desk} took {number} {taken} times and cancelled it {gone} times; its list says {rows} and {voided}"
                ));
            }
            (taken..rows).for_each(|_| self.note(desk, number, What::Taken));
            (gone..voided).for_each(|_| self.note(desk, number, What::Voided));
            if let Some(Some(word)) = live.get(number) {
                self.note_word(desk, number, word);
            }
        }
    }

    /// How often a desk's disk says that it took a pass, and cancelled it.
    fn count(&mut self, desk: &str, number: &str) -> (usize, usize) {
        let listed = self.disk(desk).listed.clone();
        let of_pass = |what: &What| {
            let facts = listed.iter().map(|id| &self.facts[*id]);
            facts
                .filter(|fact| fact.number == number && fact.what == *what)
                .count()
        };
        (of_pass(&What::Taken), of_pass(&What::Voided))
    }

    fn note(&mut self, desk: &str, number: &str, what: What) {
        let id = self.add(desk, number, what);
        let disk = self.disk(desk);
        disk.listed.insert(id);
        disk.known.insert(id);
    }

    /// A word shown again is no news.
    fn note_word(&mut self, desk: &str, number: &str, word: &str) {
        let told = What::Told(word.to_owned());
        let known = self.disk(desk).known.clone();
        let is_known = known.iter().any(|id| {
            let fact = &self.facts[*id];
            fact.number == number && fact.what == told
        });
        if !is_known {
            let id = self.add(desk, number, told);
            self.disk(desk).known.insert(id);
        }
    }

    fn add(&mut self, desk: &str, number: &str, what: What) -> Id {
        self.facts.push(Fact {
            desk: desk.to_owned(),
            number: number.to_owned(),
            what,
        });
        self.facts.len() - 1
    }

    fn disk(&mut self, desk: &str) -> &mut Disk {
        self.disks.entry(desk.to_owned()).or_default()
    }
}
