//! The name that people give to a thing: a structure, a site, a stop, a colleague.

use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;
use crate::typed::tidy_line;

/// Characters a label may have: what fits on one line of a certificate.
const MOST: usize = 120;

/// Why a text is not a label.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LabelFault {
    /// There is none, and one is needed.
    #[error("no name was given")]
    Missing,
    /// It is too long.
    #[error("the name is over {most} characters")]
    TooLong {
        /// Characters a label may have.
        most: usize,
    },
}

fault_codes! {
    LabelFault {
        Missing = "label-missing",
        TooLong = "label-too-long",
    }
}

/// Reads a label that must be there.
pub fn read_label(typed: &str) -> Result<String, LabelFault> {
    match read_optional_label(typed)? {
        label if label.is_empty() => Err(LabelFault::Missing),
        label => Ok(label),
    }
}

/// Reads a label that may be blank.
pub fn read_optional_label(typed: &str) -> Result<String, LabelFault> {
    let label = tidy_line(typed).replace('\'', "’");
    if label.chars().count() > MOST {
        return Err(LabelFault::TooLong { most: MOST });
    }
    Ok(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_one_tidy_line_of_a_certificate() {
        assert_eq!(
            read_label(" Médiathèque\n de l'Isle ").as_deref(),
            Ok("Médiathèque de l’Isle")
        );
        assert_eq!(read_label(" \u{200b} "), Err(LabelFault::Missing));
        assert_eq!(read_optional_label(""), Ok(String::new()));
        assert_eq!(
            read_label(&"é".repeat(121)),
            Err(LabelFault::TooLong { most: 120 })
        );
    }
}
