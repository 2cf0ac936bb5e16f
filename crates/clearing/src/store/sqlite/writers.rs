//! The one connection that writes, and the order in which requests use it.
//!
//! A commit waits for the disk, and nothing else that a request does takes as long. When others wait
//! for the connection already, whoever has it leaves its transaction open to the next, and the last of
//! them commits for all. Each stands in a savepoint of its own, so that an act which is given up takes
//! nobody else's with it; and nobody hears an answer before the commit that holds it.

use super::alone;
use crate::{error::Error, store::Fault};
use rusqlite::Connection;
use std::{
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

/// How many acts share a commit at most: the command line waits for the file meanwhile.
const MOST_TOGETHER: u32 = 16;

/// Whoever writes.
pub struct Writers {
    turn: Mutex<Turn>,
    /// How many are about to take the connection: each of them commits what it finds open, or leaves it
    /// to another one of them.
    waiting: AtomicUsize,
    ended: Condvar,
}

/// The connection, as the one who has it finds it.
struct Turn {
    connection: Connection,
    open: Option<Shared>,
}

/// A transaction that is open.
#[derive(Clone, Default)]
struct Shared {
    acts: u32,
    /// Why it was not kept, or nothing; unset until it has ended.
    end: Arc<OnceLock<Option<String>>>,
}

impl Writers {
    pub fn new(connection: Connection) -> Self {
        Self {
            turn: Mutex::new(Turn {
                connection,
                open: None,
            }),
            waiting: AtomicUsize::new(0),
            ended: Condvar::new(),
        }
    }

    /// Does `act` in a transaction, and comes back when that is on the disk.
    ///
    /// # Errors
    /// What `act` says, and nothing of it is kept; or the transaction could not be.
    pub fn write(&self, act: impl FnOnce(&Connection) -> Result<(), Error>) -> Result<(), Error> {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let mut turn = alone(&self.turn);
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        let shared = turn.join()?;
        let said = match panic::catch_unwind(AssertUnwindSafe(|| turn.do_apart(act))) {
            Ok(said) => said,
            Err(panic) => {
                turn.end(Some("another act has panicked".into()));
                self.ended.notify_all();
                panic::resume_unwind(panic);
            }
        };
        if turn.connection.is_autocommit() {
            // Out of space, or of memory: SQLite has taken everything back by itself.
            turn.end(Some("the transaction was given up".into()));
        } else if self.waiting.load(Ordering::SeqCst) == 0 || shared.acts >= MOST_TOGETHER {
            turn.commit();
        }
        if turn.open.is_none() {
            self.ended.notify_all();
        }
        let is_open = |_: &mut Turn| shared.end.get().is_none();
        let turn = self.ended.wait_while(turn, is_open);
        drop(turn.unwrap_or_else(PoisonError::into_inner));
        match (shared.end.get(), said) {
            (Some(Some(_)), Err(Error::Books(Fault::Engine(why)))) => Err(Fault::Engine(why).into()),
            // What an act says may rest on what another one wrote: nothing is said of what was lost.
            (Some(Some(why)), Ok(()) | Err(_)) => Err(Fault::Engine(why.clone().into()).into()),
            (Some(None) | None, said) => said,
        }
    }
}

impl Turn {
    /// Joins the transaction that is open, or opens one.
    fn join(&mut self) -> Result<Shared, Error> {
        let before = match self.open.take() {
            Some(open) => open,
            None => {
                self.connection.execute_batch("BEGIN IMMEDIATE")?;
                Shared::default()
            }
        };
        let joined = Shared {
            acts: before.acts + 1,
            ..before
        };
        self.open = Some(joined.clone());
        Ok(joined)
    }

    /// Does an act so that it can be taken back alone.
    fn do_apart(&self, act: impl FnOnce(&Connection) -> Result<(), Error>) -> Result<(), Error> {
        self.connection.execute_batch("SAVEPOINT act")?;
        let said = act(&self.connection);
        let after = match &said {
            Ok(()) => "RELEASE act",
            Err(_) => "ROLLBACK TO act; RELEASE act",
        };
        if !self.connection.is_autocommit()
            && let Err(why) = self.connection.execute_batch(after)
        {
            // What cannot be kept or taken back alone is taken back with all the others.
            let _ = self.connection.execute_batch("ROLLBACK");
            return Err(why.into());
        }
        said
    }

    fn commit(&mut self) {
        let why = self.connection.execute_batch("COMMIT").err();
        self.end(why.map(|why| why.to_string()));
    }

    /// Tells whoever shares the transaction what became of it, and leaves none open.
    fn end(&mut self, why: Option<String>) {
        if !self.connection.is_autocommit() {
            // It has failed already; what cannot be rolled back either is rolled back with the connection.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        if let Some(shared) = self.open.take() {
            shared.end.get_or_init(|| why);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{thread, time::Duration};

    /// A connection with a table of numbers, none of them twice, and one that is looked at in the end.
    fn writers(folder: &tempfile::TempDir) -> Writers {
        let connection = Connection::open(folder.path().join("numbers.db")).expect("opened");
        connection
            .execute_batch(
                "PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
                 CREATE TABLE numbers (number INTEGER PRIMARY KEY) STRICT;
                 CREATE TABLE pairs (number INTEGER REFERENCES numbers (number) DEFERRABLE INITIALLY DEFERRED)
                   STRICT;",
            )
            .expect("tables");
        Writers::new(connection)
    }

    fn insert(connection: &Connection, number: u32) -> Result<(), Error> {
        connection.execute("INSERT INTO numbers VALUES (?1)", [number])?;
        Ok(())
    }

    /// What a reader of its own finds.
    fn numbers(folder: &tempfile::TempDir) -> Vec<u32> {
        let reader = Connection::open(folder.path().join("numbers.db")).expect("opened");
        let mut statement = reader
            .prepare("SELECT number FROM numbers ORDER BY number")
            .expect("prepared");
        let found = statement.query_map([], |row| row.get(0)).expect("asked");
        found.collect::<Result<_, _>>().expect("read")
    }

    type Told<'a> = Box<dyn FnOnce(&Connection) -> Result<(), Error> + Send + 'a>;

    /// Runs the acts in their order, each once the next one waits for it: all share a transaction.
    fn together(writers: &Writers, acts: Vec<Told<'_>>) -> Vec<thread::Result<Result<(), Error>>> {
        let last = acts.len() - 1;
        thread::scope(|scope| {
            let turns: Vec<_> = acts
                .into_iter()
                .enumerate()
                .map(|(at, act)| {
                    let turn = scope.spawn(move || {
                        writers.write(|connection| {
                            while at < last && writers.waiting.load(Ordering::SeqCst) == 0 {
                                thread::sleep(Duration::from_millis(1));
                            }
                            act(connection)
                        })
                    });
                    // It has the connection, or waits for it, before the next one comes.
                    thread::sleep(Duration::from_millis(20));
                    turn
                })
                .collect();
            turns.into_iter().map(|turn| turn.join()).collect()
        })
    }

    #[test]
    fn an_act_that_is_given_up_takes_nobody_elses_with_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let writers = writers(&folder);
        let said = together(
            &writers,
            vec![
                Box::new(|connection| insert(connection, 1)),
                Box::new(|connection| {
                    insert(connection, 2)?;
                    Err(Error::Damaged("given up"))
                }),
                Box::new(|connection| insert(connection, 1)),
                Box::new(|connection| insert(connection, 3)),
            ],
        );
        let is_kept: Vec<bool> = said
            .into_iter()
            .map(|said| said.expect("no panic").is_ok())
            .collect();
        assert_eq!(is_kept, [true, false, false, true]);
        assert_eq!(numbers(&folder), [1, 3]);
    }

    #[test]
    fn whoever_shares_a_transaction_that_is_lost_hears_that_it_was_not_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let writers = writers(&folder);
        let said = together(
            &writers,
            vec![
                Box::new(|connection| insert(connection, 1)),
                // A rule that is looked at by the commit alone.
                Box::new(|connection| {
                    connection.execute("INSERT INTO pairs VALUES (9)", [])?;
                    Ok(())
                }),
                Box::new(|_| Err(Error::Damaged("what rests on a number that is lost"))),
            ],
        );
        for said in said {
            let said = said.expect("no panic");
            assert!(matches!(said, Err(Error::Books(Fault::Engine(_)))), "{said:?}");
        }
        assert!(numbers(&folder).is_empty());
        writers
            .write(|connection| insert(connection, 1))
            .expect("as before");
    }

    #[test]
    fn an_act_that_panics_leaves_nothing_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let writers = writers(&folder);
        let said = together(
            &writers,
            vec![
                Box::new(|connection| insert(connection, 1)),
                Box::new(|_| panic!("in the middle")),
                Box::new(|connection| insert(connection, 2)),
            ],
        );
        assert!(matches!(said[0], Ok(Err(_))) && said[1].is_err() && matches!(said[2], Ok(Ok(()))));
        assert_eq!(numbers(&folder), [2]);
    }

    #[test]
    fn what_was_answered_is_there_whoever_else_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let writers = writers(&folder);
        thread::scope(|scope| {
            for line in 0..8 {
                let (writers, folder) = (&writers, &folder);
                scope.spawn(move || {
                    for number in (line..400).step_by(8) {
                        writers
                            .write(|connection| insert(connection, number))
                            .expect("kept");
                        assert!(numbers(folder).contains(&number));
                    }
                });
            }
        });
        assert_eq!(numbers(&folder).len(), 400);
    }
}
