//! Plain pass numbers, in the format that a programme declares.
//!
//! No public source gives the number format of the historic passes: it is data of a programme.

use crate::pass::Rank;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// How the check digits of a number are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Check {
    /// None: a mistyped digit goes unseen here.
    #[n(0)]
    None,
    /// One digit, ISO/IEC 7812-1 annex B, over the digits of the number.
    #[n(1)]
    Luhn,
    /// Two digits, ISO/IEC 7064 MOD 97-10, letters counted as 10 to 35.
    #[n(2)]
    Mod97,
}

impl Check {
    const fn digits(self) -> usize {
        match self {
            Self::None => 0,
            Self::Luhn => 1,
            Self::Mod97 => 2,
        }
    }

    fn of(self, stem: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::Luhn => luhn_digit(stem).to_string(),
            Self::Mod97 => format!("{:02}", 98 - mod97(&format!("{stem}00"))),
        }
    }
}

/// The shape of a number: `prefix`, booklet, rank, check digits, nothing between.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(array)]
pub struct NumberFormat {
    /// Upper-case letters and digits that start each number; may be empty.
    #[n(0)]
    pub prefix: String,
    /// How many digits the booklet takes, zeros included (1 to 9).
    #[n(1)]
    pub booklet_digits: u8,
    /// How many digits the rank takes, zeros included (1 to 3).
    #[n(2)]
    pub rank_digits: u8,
    /// The check that ends it.
    #[n(3)]
    pub check: Check,
}

/// What a text is to one programme's number format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberReading {
    /// A number of that format whose check holds.
    Number {
        /// The booklet.
        booklet: u32,
        /// The rank in it.
        rank: Rank,
    },
    /// The right prefix and length, but the check digits disagree: a digit was mistyped.
    WrongCheck,
    /// Another length or prefix.
    NotOurs,
}

impl NumberFormat {
    /// How many characters a number has.
    #[must_use]
    pub fn length(&self) -> usize {
        self.prefix.len()
            + usize::from(self.booklet_digits)
            + usize::from(self.rank_digits)
            + self.check.digits()
    }

    /// Whether the highest rank of a booklet fits its digits.
    #[must_use]
    pub fn holds_rank(&self, highest: Rank) -> bool {
        highest.to_string().len() <= usize::from(self.rank_digits)
    }

    /// The number of a pass, without spaces, or `None` when the booklet does not fit its digits.
    #[must_use]
    pub fn write(&self, booklet: u32, rank: Rank) -> Option<String> {
        let (b, r) = (usize::from(self.booklet_digits), usize::from(self.rank_digits));
        let stem = format!("{}{booklet:0b$}{rank:0r$}", self.prefix);
        (stem.len() + self.check.digits() == self.length()).then(|| stem.clone() + &self.check.of(&stem))
    }

    /// Reads a text already folded to upper case, without spaces or separators.
    #[must_use]
    pub fn read(&self, text: &str) -> NumberReading {
        let Some(rest) = text.strip_prefix(self.prefix.as_str()) else {
            return NumberReading::NotOurs;
        };
        if text.len() != self.length() || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
            return NumberReading::NotOurs;
        }
        let (stem, check) = text.split_at(text.len() - self.check.digits());
        if self.check.of(stem) != check {
            return NumberReading::WrongCheck;
        }
        let digits = &stem[self.prefix.len()..];
        let (booklet, rank) = digits.split_at(usize::from(self.booklet_digits));
        match (booklet.parse(), rank.parse()) {
            (Ok(booklet), Ok(rank)) => NumberReading::Number { booklet, rank },
            _ => NumberReading::NotOurs,
        }
    }
}

/// The digit that makes the sum of a Luhn number a multiple of ten. Letters are not counted.
fn luhn_digit(stem: &str) -> u32 {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = stem
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(place, digit)| if place % 2 == 0 { doubled(digit) } else { digit })
        .sum();
    (10 - sum % 10) % 10
}

/// The remainder by 97 of a number whose letters count as 10 to 35.
fn mod97(text: &str) -> u32 {
    text.chars()
        .filter_map(|c| c.to_digit(36))
        .fold(0, |remainder, value| {
            let shift = if value > 9 { 100 } else { 10 };
            (remainder * shift + value) % 97
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn format(check: Check) -> NumberFormat {
        NumberFormat {
            prefix: "04".into(),
            booklet_digits: 6,
            rank_digits: 2,
            check,
        }
    }

    #[test]
    fn a_number_is_its_prefix_booklet_rank_and_check() {
        assert_eq!(
            format(Check::None).write(127_731, 4).as_deref(),
            Some("0412773104")
        );
        assert_eq!(format(Check::Luhn).write(127_731, 4).map(|n| n.len()), Some(11));
        assert_eq!(format(Check::Mod97).length(), 12);
    }

    #[test]
    fn check_digits_are_those_of_the_standards() {
        // Luhn: the worked example of ISO/IEC 7812-1 family texts, 7992739871 -> 3.
        assert_eq!(luhn_digit("7992739871"), 3);
        // MOD 97-10: an IBAN rearranged leaves 1 (ISO 13616).
        assert_eq!(
            mod97("3704004405320130001827 14".replace(' ', "").as_str()),
            mod97("370400440532013000182714")
        );
        assert_eq!(mod97("WEST12345698765432GB82"), 1);
    }

    #[test]
    fn a_booklet_too_large_for_its_digits_has_no_number() {
        assert_eq!(format(Check::None).write(1_000_000, 1), None);
    }

    #[test]
    fn another_length_or_prefix_is_not_ours() {
        assert_eq!(format(Check::Luhn).read("0412773104"), NumberReading::NotOurs);
        assert_eq!(format(Check::None).read("0512773104"), NumberReading::NotOurs);
        assert_eq!(format(Check::None).read("04127731O4"), NumberReading::NotOurs);
    }

    proptest! {
        #[test]
        fn a_written_number_reads_back(booklet in 0u32..1_000_000, rank in 1u8..100) {
            for check in [Check::None, Check::Luhn, Check::Mod97] {
                let number = format(check).write(booklet, rank).expect("it fits");
                prop_assert_eq!(format(check).read(&number), NumberReading::Number { booklet, rank });
            }
        }

        #[test]
        fn one_mistyped_digit_is_always_seen(booklet in 0u32..1_000_000, rank in 1u8..100, at in 2usize..10, by in 1u8..10) {
            for check in [Check::Luhn, Check::Mod97] {
                let mut number = format(check).write(booklet, rank).expect("it fits").into_bytes();
                number[at] = b'0' + (number[at] - b'0' + by) % 10;
                let typed = String::from_utf8(number).expect("digits");
                prop_assert_eq!(format(check).read(&typed), NumberReading::WrongCheck);
            }
        }
    }
}
