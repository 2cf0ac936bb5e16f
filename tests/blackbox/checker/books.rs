//! Clearing's books, read by SQL.

use rusqlite::{Connection, Row};
use std::{collections::BTreeMap, path::Path};

/// Programme, booklet, rank.
pub type Pass = (u32, u32, u32);

/// Whose log, which life of it, which event.
type Birth = (Vec<u8>, i64, i64);

/// One event.
pub struct Event {
    /// What its device calls itself.
    pub desk: String,
    pub pass: Pass,
    pub is_void: bool,
    /// The last word on it; empty when there is none.
    pub word: String,
    birth: Birth,
    siret: String,
    voids: Option<(i64, i64)>,
}

/// One credit, standing or taken back.
pub struct Credit {
    /// What the device calls itself that presented the pass.
    pub desk: String,
    pass: Pass,
    attempt: u32,
    amount_cents: i64,
    siret: String,
    birth: Birth,
    is_withdrawn: bool,
}

/// All that matters of the books.
pub struct Books {
    pub events: Vec<Event>,
    credits: Vec<Credit>,
    waiting: u64,
}

const EVENTS: &str = "
  SELECT d.label, e.programme, e.booklet, e.rank, e.kind = 'void',
    coalesce(
      (SELECT code FROM decisions w WHERE w.device = e.device AND w.epoch = e.epoch AND w.seq = e.seq
       ORDER BY number DESC LIMIT 1),
      (SELECT code FROM verdicts w WHERE w.device = e.device AND w.epoch = e.epoch AND w.seq = e.seq),
      ''),
    e.device, e.epoch, e.seq, d.siret, e.void_epoch, e.void_seq
  FROM events e JOIN devices d ON d.device = e.device";

const CREDITS: &str = "
  SELECT d.label, c.programme, c.booklet, c.rank, c.attempt, c.amount_cents, c.siret, c.device, c.epoch,
    c.seq, EXISTS (SELECT 1 FROM withdrawals w WHERE w.programme = c.programme AND w.booklet = c.booklet
      AND w.rank = c.rank AND w.attempt = c.attempt)
  FROM credits c JOIN devices d ON d.device = c.device
  ORDER BY c.programme, c.booklet, c.rank, c.attempt";

impl Books {
    /// Reads them whole.
    pub fn read(path: &Path) -> Self {
        let db = Connection::open(path).expect("books");
        let waiting = db.query_row("SELECT count(*) FROM waiting", [], |row| row.get(0));
        Self {
            events: rows(&db, EVENTS, event),
            credits: rows(&db, CREDITS, credit),
            waiting: waiting.expect("a count"),
        }
    }

    /// The events of a desk about a pass.
    pub fn events_of(&self, desk: &str, pass: Pass) -> impl Iterator<Item = &Event> {
        let of_it = move |event: &&Event| event.desk == desk && event.pass == pass;
        self.events.iter().filter(of_it)
    }

    /// Whether the credit of a pass stands through that desk.
    pub fn is_credited_to(&self, desk: &str, pass: Pass) -> bool {
        self.standing()
            .any(|credit| credit.desk == desk && credit.pass == pass)
    }

    /// What stands credited, in cents.
    pub fn credited(&self, counts: impl Fn(&Credit) -> bool) -> i64 {
        let counted = self.standing().filter(|credit| counts(credit));
        counted.map(|credit| credit.amount_cents).sum()
    }

    /// Passes whose credit was given while another stood.
    pub fn credited_twice(&self) -> Vec<String> {
        let mut of_pass: BTreeMap<Pass, Vec<&Credit>> = BTreeMap::new();
        for credit in &self.credits {
            of_pass.entry(credit.pass).or_default().push(credit);
        }
        let is_in_turn = |credits: &[&Credit]| {
            let last = credits.len() - 1;
            let mut numbered = (0..).zip(credits).map(|(at, credit)| (at, *credit));
            numbered.all(|(at, credit): (u32, _)| {
                credit.attempt == at && (credit.is_withdrawn || at as usize == last)
            })
        };
        let twice = of_pass.iter().filter(|(_, credits)| !is_in_turn(credits));
        twice
            .map(|(pass, _)| format!("{pass:?} is credited twice at a time"))
            .collect()
    }

    /// Credits that their own events or voids speak against, and words that no credit bears out.
    pub fn disagree_with_themselves(&self) -> Vec<String> {
        let events: BTreeMap<&Birth, &Event> =
            self.events.iter().map(|event| (&event.birth, event)).collect();
        let mut objections = Vec::new();
        for credit in self.standing() {
            let is_borne_out = events.get(&credit.birth).is_some_and(|event| {
                !event.is_void
                    && event.pass == credit.pass
                    && event.siret == credit.siret
                    && event.word == "credited"
            });
            if !is_borne_out {
                objections.push(format!("the credit of {:?} has no such event", credit.pass));
            }
            let is_voided = self.is_voided(&credit.birth);
            if is_voided {
                objections.push(format!(
                    "{:?} is cancelled and credited all the same",
                    credit.pass
                ));
            }
        }
        for event in self.events.iter().filter(|event| event.word == "credited") {
            // A service that was restored may hear of a credit and of its void at once.
            let is_credited = self.credits.iter().any(|credit| credit.birth == event.birth);
            if !is_credited && !self.is_voided(&event.birth) {
                objections.push(format!("{:?} is told as credited, and is not", event.pass));
            }
        }
        objections
    }

    /// What has no answer, or waits for one.
    pub fn wait(&self) -> Vec<String> {
        let silent = self.events.iter().filter(|event| event.word.is_empty());
        let mut objections: Vec<String> = silent
            .map(|event| format!("{}: {:?} has no answer", event.desk, event.pass))
            .collect();
        if self.waiting > 0 {
            objections.push(format!("{} events wait", self.waiting));
        }
        objections
    }

    fn is_voided(&self, birth: &Birth) -> bool {
        self.events.iter().any(|void| {
            void.word == "voided" && void.birth.0 == birth.0 && void.voids == Some((birth.1, birth.2))
        })
    }

    fn standing(&self) -> impl Iterator<Item = &Credit> {
        self.credits.iter().filter(|credit| !credit.is_withdrawn)
    }
}

fn rows<T>(db: &Connection, question: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
    let mut statement = db.prepare(question).expect("tables as the migrations say");
    let rows = statement.query_map([], read).expect("an answer");
    rows.map(|row| row.expect("a row")).collect()
}

fn event(row: &Row<'_>) -> rusqlite::Result<Event> {
    let voids: (Option<i64>, Option<i64>) = (row.get(10)?, row.get(11)?);
    Ok(Event {
        desk: row.get(0)?,
        pass: (row.get(1)?, row.get(2)?, row.get(3)?),
        is_void: row.get(4)?,
        word: row.get(5)?,
        birth: (row.get(6)?, row.get(7)?, row.get(8)?),
        siret: row.get(9)?,
        voids: voids.0.zip(voids.1),
    })
}

fn credit(row: &Row<'_>) -> rusqlite::Result<Credit> {
    Ok(Credit {
        desk: row.get(0)?,
        pass: (row.get(1)?, row.get(2)?, row.get(3)?),
        attempt: row.get(4)?,
        amount_cents: row.get(5)?,
        siret: row.get(6)?,
        birth: (row.get(7)?, row.get(8)?, row.get(9)?),
        is_withdrawn: row.get(10)?,
    })
}
