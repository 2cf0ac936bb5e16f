//! The few digits by which a person takes their place while the ledger is open.

use crate::fault::fault_codes;
use serde::{Deserialize, Serialize};
use std::{fmt, time::Duration};
use zeroize::Zeroizing;

/// Digits that a PIN has at least and at most. It is no key: it is guessed through this application alone, which
/// makes whoever fails wait.
const LEAST: usize = 4;
const MOST: usize = 8;

/// Failures in a row that cost nothing: anybody slips.
const FREE: u32 = 3;

/// The first wait, which doubles with each failure that follows.
const FIRST_WAIT: Duration = Duration::from_secs(30);

/// The longest wait: a day of guessing tries a hundred of ten thousand.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);

/// A PIN as typed, without its spaces. Wiped from memory when dropped, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Pin(Zeroizing<String>);

/// Why a text is not the PIN that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PinFault {
    /// Something else than digits, or too few of them, or too many.
    #[error("a PIN has {least} to {most} digits")]
    NotDigits {
        /// Digits that it has at least.
        least: usize,
        /// And at most.
        most: usize,
    },
    /// The first that anybody tries: one digit again and again, or digits in their order.
    #[error("anybody would try this PIN")]
    TooPlain,
    /// Typed twice, and not the same.
    #[error("the two PINs differ")]
    Different,
    /// It is not that person's.
    #[error("not this person's PIN")]
    Wrong,
}

fault_codes! {
    PinFault {
        NotDigits = "pin-not-digits",
        TooPlain = "pin-too-plain",
        Different = "pin-different",
        Wrong = "pin-wrong",
    }
}

impl Pin {
    /// What a person typed to take their place, whatever it is.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // No more than tells that it is too long; a string that grows leaves what it held behind.
        let mut digits = Zeroizing::new(String::with_capacity(4 * (MOST + 1)));
        digits.extend(
            text.chars()
                .filter(|letter| !letter.is_whitespace())
                .take(MOST + 1),
        );
        Self(digits)
    }

    /// A new one.
    ///
    /// # Errors
    /// It is not four to eight digits, or anybody would try it.
    pub fn chosen(text: &str) -> Result<Self, PinFault> {
        let pin = Self::typed(text);
        let digits = pin.0.as_bytes();
        let is_long_enough = (LEAST..=MOST).contains(&digits.len());
        if !is_long_enough || !digits.iter().all(u8::is_ascii_digit) {
            return Err(PinFault::NotDigits {
                least: LEAST,
                most: MOST,
            });
        }
        let goes_by = |step: i16| {
            digits
                .windows(2)
                .all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == step)
        };
        if (-1..=1).any(goes_by) {
            return Err(PinFault::TooPlain);
        }
        Ok(pin)
    }

    /// Whether the second typing is the first's.
    ///
    /// # Errors
    /// It is not.
    pub fn matches(&self, again: &str) -> Result<(), PinFault> {
        (*self == Self::typed(again))
            .then_some(())
            .ok_or(PinFault::Different)
    }

    /// What is hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(…)")
    }
}

/// How long whoever has failed so often in a row waits after the last failure.
#[must_use]
pub fn wait_after(failures: u32) -> Duration {
    match failures.checked_sub(FREE) {
        None => Duration::ZERO,
        Some(doubled) => (FIRST_WAIT * (1 << doubled.min(8))).min(LONGEST_WAIT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_four_to_eight_digits_that_not_everybody_tries() {
        for taken in ["2580", "19 07 42", "1213", "98765431", "\u{a0}4071 "] {
            assert!(Pin::chosen(taken).is_ok(), "{taken}");
        }
        for short in [
            "",
            "258",
            "258025802",
            "258a",
            "２５８０",
            "-2580",
            &"7".repeat(5_000),
        ] {
            let fault = Pin::chosen(short).expect_err(short);
            assert_eq!(fault, PinFault::NotDigits { least: 4, most: 8 }, "{short}");
        }
        for plain in ["0000", "1234", "9876", "23456789", "55555555"] {
            assert_eq!(Pin::chosen(plain), Err(PinFault::TooPlain), "{plain}");
        }
    }

    #[test]
    fn spaces_do_not_count_and_all_else_does() {
        let pin = Pin::chosen("2580").expect("four digits");
        assert_eq!(pin.matches(" 25 80 "), Ok(()));
        for other in ["2581", "258", "25800", ""] {
            assert_eq!(pin.matches(other), Err(PinFault::Different), "{other}");
        }
    }

    #[test]
    fn a_pin_is_never_printed() {
        assert_eq!(format!("{:?}", Pin::typed("2580")), "Pin(…)");
    }

    #[test]
    fn each_failure_after_the_third_costs_twice_as_long_up_to_a_quarter_of_an_hour() {
        let seconds: Vec<u64> = (0..10).map(|failures| wait_after(failures).as_secs()).collect();
        assert_eq!(seconds, [0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait_after(u32::MAX), LONGEST_WAIT);
    }
}
