//! The words that open a ledger.

use crate::fault::fault_codes;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Characters that a new passphrase has at least. With no rule on their kinds, as ANSSI's guide on
/// passwords and NIST SP 800-63B advise: length is what costs whoever guesses.
const LEAST: usize = 12;

/// Bytes beyond which nobody types: a bound for what is hashed.
const MOST: usize = 1024;

/// Different characters that a new passphrase has at least: `aaaaaaaaaaaa` is long, and guessed at once.
const LEAST_KINDS: usize = 5;

/// A passphrase as typed, but for what a person does not see: the spaces around and between the words, and
/// whether an accent is a character of its own. Wiped from memory when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(Zeroizing<String>);

/// Why a text is not the passphrase that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PassphraseFault {
    /// It is quickly guessed.
    #[error("the passphrase has fewer than {least} characters")]
    TooShort {
        /// Characters that it has at least.
        least: usize,
    },
    /// It repeats the same few characters.
    #[error("the passphrase repeats a few characters")]
    TooPlain,
    /// Nobody types that.
    #[error("the passphrase is over {most} bytes")]
    TooLong {
        /// Bytes that it has at most.
        most: usize,
    },
    /// Typed twice, and not the same.
    #[error("the two passphrases differ")]
    Different,
    /// It does not open this ledger.
    #[error("not the passphrase of this ledger")]
    Wrong,
}

fault_codes! {
    PassphraseFault {
        TooShort = "passphrase-too-short",
        TooPlain = "passphrase-too-plain",
        TooLong = "passphrase-too-long",
        Different = "passphrase-different",
        Wrong = "passphrase-wrong",
    }
}

impl Passphrase {
    /// What a person typed to open a ledger, whatever it is.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // Cut before anything is made of it: a pasted book is not a passphrase.
        let end = text.floor_char_boundary(MOST + 1);
        // As large as it can become: a string that grows leaves what it held behind.
        let mut tidied = Zeroizing::new(String::with_capacity(4 * (MOST + 1)));
        for (at, word) in text[..end].split_whitespace().enumerate() {
            if at > 0 {
                tidied.push(' ');
            }
            tidied.extend(word.nfc());
        }
        Self(tidied)
    }

    /// A new one, typed twice.
    ///
    /// # Errors
    /// It is short, plain or too long. Whether both are the same is [`Passphrase::matches`].
    pub fn chosen(text: &str) -> Result<Self, PassphraseFault> {
        // As typed: what was read of it may have been cut.
        if text.trim().len() > MOST {
            return Err(PassphraseFault::TooLong { most: MOST });
        }
        let passphrase = Self::typed(text);
        let letters = &passphrase.0;
        if letters.chars().count() < LEAST {
            return Err(PassphraseFault::TooShort { least: LEAST });
        }
        let mut kinds: Zeroizing<Vec<char>> = Zeroizing::new(letters.chars().collect());
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.len() < LEAST_KINDS {
            return Err(PassphraseFault::TooPlain);
        }
        Ok(passphrase)
    }

    /// Whether the second typing is the first's.
    ///
    /// # Errors
    /// It is not.
    pub fn matches(&self, again: &str) -> Result<(), PassphraseFault> {
        (*self == Self::typed(again))
            .then_some(())
            .ok_or(PassphraseFault::Different)
    }

    /// What is hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_does_not_see_makes_no_difference() {
        let composed = Passphrase::typed("  forêt  lampe\u{a0}tiroir\n");
        assert_eq!(composed, Passphrase::typed("fore\u{302}t lampe tiroir"));
        assert_ne!(composed, Passphrase::typed("Forêt lampe tiroir"));
    }

    #[test]
    fn a_new_one_is_long_and_varied() {
        assert!(Passphrase::chosen("forêt lampe tiroir").is_ok());
        assert_eq!(
            Passphrase::chosen("forêt lampe"),
            Err(PassphraseFault::TooShort { least: 12 })
        );
        assert_eq!(
            Passphrase::chosen("abababababababab"),
            Err(PassphraseFault::TooPlain)
        );
        assert_eq!(
            Passphrase::chosen(&"forêt lampe ".repeat(90)),
            Err(PassphraseFault::TooLong { most: 1024 })
        );
        // The cut falls between two letters: what is beyond it was not read.
        assert_eq!(
            Passphrase::chosen(&"éàùçôî".repeat(90)),
            Err(PassphraseFault::TooLong { most: 1024 })
        );
        // An accent is one character, however the keyboard makes it.
        assert!(Passphrase::chosen("e\u{301}te\u{301} a\u{300} la mer").is_ok());
        assert!(Passphrase::chosen("e\u{301}te\u{301} a\u{300} mer").is_err());
    }

    #[test]
    fn spaces_alone_are_not_long() {
        assert!(Passphrase::chosen(&" ".repeat(40)).is_err());
    }

    #[test]
    fn two_typings_are_compared_as_they_are_kept() {
        let first = Passphrase::typed("forêt lampe tiroir");
        assert_eq!(first.matches(" forêt lampe tiroir"), Ok(()));
        assert_eq!(
            first.matches("forêt lampe tiroirs"),
            Err(PassphraseFault::Different)
        );
    }

    #[test]
    fn it_is_never_printed() {
        let passphrase = Passphrase::typed("forêt lampe tiroir");
        assert!(!format!("{passphrase:?}").contains("lampe"));
    }
}
