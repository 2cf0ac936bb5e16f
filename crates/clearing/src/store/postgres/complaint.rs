//! What PostgreSQL says, in the words of every engine.

use crate::{error::Error, store::Fault};
use postgres::Error as PostgresError;
use std::{error::Error as StdError, fmt};

/// What the server, or the way to it, had to say, causes included: on its own the driver's error
/// only tells which of the two it was.
#[derive(Debug)]
struct Complaint(PostgresError);

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(said) = cause {
            write!(out, ": {said}")?;
            cause = said.source();
        }
        Ok(())
    }
}

impl StdError for Complaint {}

impl From<PostgresError> for Error {
    fn from(fault: PostgresError) -> Self {
        // Class 23: integrity constraint violation.
        Self::Books(match fault.as_db_error() {
            Some(said) if said.code().code().starts_with("23") => Fault::Forbidden(said.message().to_owned()),
            Some(_) | None => Fault::Engine(Box::new(Complaint(fault))),
        })
    }
}
