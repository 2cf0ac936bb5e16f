//! Why the books did not do what they were told, whatever engine keeps them.

use std::error::Error as StdError;

/// A write or a question that failed. Nothing of its transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A rule of the books forbids it: a fact that stands already, a value out of bounds, or one
    /// that refers to nothing. The same writes break the same rules in every engine.
    #[error("a rule forbids it: {0}")]
    Forbidden(String),
    /// The engine cannot read or write.
    #[error(transparent)]
    Engine(Box<dyn StdError + Send + Sync>),
}
