use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// Why a person cannot be noted as typed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttendeeFault {
    /// Neither a surname nor a first name was given.
    #[error("neither a surname nor a first name was given")]
    NameMissing,
    /// The birth year does not read as a year.
    #[error("the birth year is not a year")]
    NotAYear,
    /// The birth year is still to come.
    #[error("the birth year is still to come")]
    BirthYearInFuture,
    /// The birth year is before 1900.
    #[error("the birth year is before 1900")]
    BirthYearTooEarly,
    /// The notes are too long.
    #[error("the notes are over {most} characters")]
    NotesTooLong {
        /// Characters the notes may have.
        most: usize,
    },
}

fault_codes! {
    AttendeeFault {
        NameMissing = "attendee-name-missing",
        NotAYear = "attendee-not-a-year",
        BirthYearInFuture = "attendee-birth-year-in-future",
        BirthYearTooEarly = "attendee-birth-year-too-early",
        NotesTooLong = "attendee-notes-too-long",
    }
}
