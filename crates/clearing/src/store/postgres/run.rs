//! One transaction, from the first question to its end.

use super::{PostgresBooks, Session};
use crate::{
    error::Error,
    store::{Act, Fault},
};

/// How a transaction ended.
pub enum Ended {
    /// What was written is durable; or there was nothing to keep.
    Kept,
    /// PostgreSQL stopped it; nothing is kept.
    Stopped(Error),
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
            Self::Stopped(Error::Books(Fault::Engine(_))) | Self::Broken(_) => false,
            Self::Kept | Self::Stopped(_) | Self::GivenUp(_) => true,
        }
    }

    pub fn into_result(self) -> Result<(), Error> {
        match self {
            Self::Kept => Ok(()),
            Self::Stopped(error) | Self::GivenUp(error) | Self::Broken(error) => Err(error),
        }
    }
}

/// Runs the act in the transaction that has begun, and keeps what it did.
pub fn write(session: &mut Session, act: &mut Act<'_>) -> Ended {
    match attempt(session, act) {
        (Ok(()), false) => match session.run("COMMIT") {
            Ok(()) => Ended::Kept,
            Err(fault) => Ended::Broken(fault.into()),
        },
        (said, has_failed) => undo(session, said, has_failed),
    }
}

/// Runs the act in the transaction that has begun, and keeps nothing.
pub fn read(session: &mut Session, act: &mut Act<'_>) -> Ended {
    let (said, has_failed) = attempt(session, act);
    undo(session, said, has_failed)
}

/// What the act says, and whether PostgreSQL has refused something meanwhile.
fn attempt(session: &mut Session, act: &mut Act<'_>) -> (Result<(), Error>, bool) {
    let books = PostgresBooks::seen_by(session);
    let said = act(&books).and_then(|()| books.catch_up());
    (said, books.has_failed.get())
}

fn undo(session: &mut Session, said: Result<(), Error>, has_failed: bool) -> Ended {
    match (session.run("ROLLBACK"), said) {
        (Ok(()), Ok(())) if !has_failed => Ended::Kept,
        (Ok(()), Err(error)) if !has_failed => Ended::GivenUp(error),
        (Ok(()), Err(error)) => Ended::Stopped(error),
        // PostgreSQL would take a COMMIT for a ROLLBACK, and not say so.
        (Ok(()), Ok(())) => Ended::Stopped(Error::Damaged("an act went on after the books had refused")),
        (Err(fault), Ok(())) => Ended::Broken(fault.into()),
        (Err(_), Err(error)) => Ended::Broken(error),
    }
}
