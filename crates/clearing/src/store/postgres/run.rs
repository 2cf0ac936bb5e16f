//! One transaction, from the first question to its end.

use super::{Failure, PostgresBooks, Session};
use crate::{
    error::Error,
    store::{Act, Fault},
};

/// How a transaction ended.
pub enum Ended {
    /// What was written is durable; or there was nothing to keep.
    Kept,
    /// PostgreSQL stopped it; nothing is kept.
    Stopped(Failure, Error),
    /// The act gave up; nothing is kept.
    GivenUp(Error),
    /// The connection is of no more use. Nothing is kept, unless it broke at the very end.
    Broken(Error),
}

impl Ended {
    /// Whether the connection can serve again.
    pub const fn leaves_a_connection(&self) -> bool {
        match self {
            // Whatever the engine could not do there, it may do elsewhere: a server that has become
            // a copy of another takes no writes any more.
            Self::Stopped(Failure::Lasting, Error::Books(Fault::Engine(_))) | Self::Broken(_) => false,
            Self::Kept | Self::Stopped(..) | Self::GivenUp(_) => true,
        }
    }

    pub fn into_result(self) -> Result<(), Error> {
        match self {
            Self::Kept => Ok(()),
            Self::Stopped(_, error) | Self::GivenUp(error) | Self::Broken(error) => Err(error),
        }
    }
}

/// Runs the act in the transaction that has begun, and keeps what it did.
pub fn write(session: &mut Session, act: &mut Act<'_>) -> Ended {
    match attempt(session, act) {
        (Ok(()), None) => match session.run("COMMIT") {
            Ok(()) => Ended::Kept,
            // The transaction is over, and the connection as good as before.
            Err(fault) if Failure::of(&fault) == Failure::Overtaken => {
                Ended::Stopped(Failure::Overtaken, fault.into())
            }
            Err(fault) => Ended::Broken(fault.into()),
        },
        (said, failure) => undo(session, said, failure),
    }
}

/// Runs the act in the transaction that has begun, and keeps nothing.
pub fn read(session: &mut Session, act: &mut Act<'_>) -> Ended {
    let (said, failure) = attempt(session, act);
    undo(session, said, failure)
}

fn attempt(session: &mut Session, act: &mut Act<'_>) -> (Result<(), Error>, Option<Failure>) {
    let books = PostgresBooks::seen_by(session);
    let said = act(&books).and_then(|()| books.catch_up());
    (said, books.failure.get())
}

fn undo(session: &mut Session, said: Result<(), Error>, failure: Option<Failure>) -> Ended {
    match (session.run("ROLLBACK"), said, failure) {
        (Ok(()), Ok(()), None) => Ended::Kept,
        (Ok(()), Err(error), None) => Ended::GivenUp(error),
        (Ok(()), Err(error), Some(failure)) => Ended::Stopped(failure, error),
        // PostgreSQL would take a COMMIT for a ROLLBACK, and not say so.
        (Ok(()), Ok(()), Some(failure)) => Ended::Stopped(
            failure,
            Error::Damaged("an act went on after the books had refused"),
        ),
        (Err(fault), Ok(()), _) => Ended::Broken(fault.into()),
        (Err(_), Err(error), _) => Ended::Broken(error),
    }
}
