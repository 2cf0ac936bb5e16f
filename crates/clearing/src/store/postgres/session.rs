//! One connection, with the statements that it has prepared.

use postgres::{Client, Error as PostgresError, Row, Statement, types::ToSql};
use std::collections::HashMap;

/// The values of a statement.
pub type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

/// A connection to the database, and the statements that it knows.
pub struct Session {
    client: Client,
    /// Prepared once: a batch asks the same dozen questions two hundred times.
    statements: HashMap<&'static str, Statement>,
}

impl Session {
    pub fn over(client: Client) -> Self {
        Self {
            client,
            statements: HashMap::new(),
        }
    }

    /// Runs statements without values.
    pub fn run(&mut self, statements: &str) -> Result<(), PostgresError> {
        self.client.batch_execute(statements)
    }

    /// Writes, and says how many rows.
    pub fn execute(&mut self, sql: &'static str, values: Values<'_>) -> Result<u64, PostgresError> {
        let statement = self.prepare(sql)?;
        self.client.execute(&statement, values)
    }

    /// Asks.
    pub fn query(&mut self, sql: &'static str, values: Values<'_>) -> Result<Vec<Row>, PostgresError> {
        let statement = self.prepare(sql)?;
        self.client.query(&statement, values)
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, PostgresError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql, statement.clone());
        Ok(statement)
    }
}
