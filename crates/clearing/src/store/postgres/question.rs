//! How the rooms ask and write: in prepared statements, each failure remembered.

use super::{PostgresBooks, Session, session::Values};
use crate::error::Error;
use postgres::{Error as PostgresError, Row};
use std::cell::{Cell, RefCell};

impl<'a> PostgresBooks<'a> {
    /// The books as seen by the transaction that has begun.
    pub fn seen_by(session: &'a mut Session) -> Self {
        Self {
            session: RefCell::new(session),
            has_failed: Cell::new(false),
            last_place: Cell::new(0),
            ahead: RefCell::new(None),
        }
    }

    /// Writes, and says how many rows.
    pub fn execute(&self, sql: &'static str, values: Values<'_>) -> Result<u64, Error> {
        self.catch_up()?;
        let outcome = self.session.borrow_mut().execute(sql, values);
        self.remember(outcome)
    }

    /// Writes one row.
    pub fn record(&self, sql: &'static str, values: Values<'_>) -> Result<(), Error> {
        self.execute(sql, values).map(drop)
    }

    /// The rows that answer.
    pub fn list<T>(
        &self,
        sql: &'static str,
        values: Values<'_>,
        read: impl FnMut(&Row) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.catch_up()?;
        let outcome = self.session.borrow_mut().query(sql, values);
        self.remember(outcome)?.iter().map(read).collect()
    }

    /// The first row that answers, if any.
    pub fn find<T>(
        &self,
        sql: &'static str,
        values: Values<'_>,
        read: impl FnMut(&Row) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        Ok(self.list(sql, values, read)?.into_iter().next())
    }

    /// The row that always answers.
    pub fn get<T>(
        &self,
        sql: &'static str,
        values: Values<'_>,
        read: impl FnMut(&Row) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.find(sql, values, read)?
            .ok_or(Error::Damaged("a figure without a row"))
    }

    fn remember<T>(&self, outcome: Result<T, PostgresError>) -> Result<T, Error> {
        self.has_failed.set(self.has_failed.get() || outcome.is_err());
        Ok(outcome?)
    }
}
