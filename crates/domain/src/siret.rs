//! The SIRET: which establishment of which legal body is paid.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// Digits in a SIRET: nine of the SIREN, five of the establishment.
const LENGTH: usize = 14;

/// La Poste's SIREN. Its post offices outgrew Luhn's key: their digits add up to a multiple of five instead (INSEE).
const LA_POSTE: &str = "356000000";

/// A SIRET whose key holds: fourteen digits, without spaces.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(try_from = "String", into = "String")]
pub struct Siret(String);

/// Why a text is not a SIRET.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SiretFault {
    /// Digits are missing.
    #[error("a siret has {LENGTH} digits, not {typed}")]
    TooShort {
        /// Digits typed.
        typed: usize,
        /// Digits still to type.
        missing: usize,
    },
    /// There are too many digits.
    #[error("a siret has {LENGTH} digits, not {typed}")]
    TooLong {
        /// Digits typed.
        typed: usize,
        /// Digits in excess.
        extra: usize,
    },
    /// Something else than digits and spaces was typed.
    #[error("a siret has only digits")]
    NotDigits,
    /// Fourteen digits whose key does not hold: one of them is mistyped, or two are swapped.
    #[error("the key of the siret does not hold")]
    WrongKey,
    /// The device is enrolled under another one.
    #[error("the device is enrolled under another siret")]
    Enrolled,
}

impl Siret {
    /// Reads a SIRET as typed: spaces, dots and hyphens between the digits are ignored.
    pub fn parse(typed: &str) -> Result<Self, SiretFault> {
        let kept: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-'))
            .collect();
        if !kept.chars().all(|c| c.is_ascii_digit()) {
            return Err(SiretFault::NotDigits);
        }
        let typed = kept.len();
        if typed < LENGTH {
            return Err(SiretFault::TooShort {
                typed,
                missing: LENGTH - typed,
            });
        }
        if typed > LENGTH {
            return Err(SiretFault::TooLong {
                typed,
                extra: typed - LENGTH,
            });
        }
        if !key_holds(&kept) {
            return Err(SiretFault::WrongKey);
        }
        Ok(Self(kept))
    }

    /// The fourteen digits, without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SIREN: the nine digits of the legal body.
    pub fn siren(&self) -> &str {
        &self.0[..9]
    }
}

/// Grouped as it is read aloud, `999 999 990 00016`, with no-break spaces.
impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = &self.0;
        write!(
            f,
            "{}\u{a0}{}\u{a0}{}\u{a0}{}",
            &digits[..3],
            &digits[3..6],
            &digits[6..9],
            &digits[9..]
        )
    }
}

impl TryFrom<String> for Siret {
    type Error = SiretFault;

    fn try_from(text: String) -> Result<Self, SiretFault> {
        Self::parse(&text)
    }
}

impl From<Siret> for String {
    fn from(siret: Siret) -> Self {
        siret.0
    }
}

fault_codes! {
    SiretFault {
        TooShort = "siret-too-short",
        TooLong = "siret-too-long",
        NotDigits = "siret-not-digits",
        WrongKey = "siret-wrong-key",
        Enrolled = "siret-enrolled",
    }
}

fn key_holds(digits: &str) -> bool {
    luhn_sum(digits).is_multiple_of(10)
        || (digits.starts_with(LA_POSTE) && plain_sum(digits).is_multiple_of(5))
}

fn plain_sum(digits: &str) -> u32 {
    digits.bytes().map(|b| u32::from(b - b'0')).sum()
}

fn luhn_sum(digits: &str) -> u32 {
    let weighted = |(rank, byte): (usize, u8)| {
        let digit = u32::from(byte - b'0');
        match (rank % 2, digit) {
            (0, digit) => digit,
            (_, 0..=4) => digit * 2,
            (_, digit) => digit * 2 - 9,
        }
    };
    digits.bytes().rev().enumerate().map(weighted).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siret_is_read_with_or_without_spaces_and_shown_grouped() {
        let siret = Siret::parse(" 999 999\u{a0}990-00016 ").unwrap();
        assert_eq!(siret.as_str(), "99999999000016");
        assert_eq!(siret.siren(), "999999990");
        assert_eq!(siret.to_string().replace('\u{a0}', " "), "999 999 990 00016");
    }

    #[test]
    fn a_missing_digit_is_counted() {
        assert_eq!(
            Siret::parse("999 999 990 0001"),
            Err(SiretFault::TooShort {
                typed: 13,
                missing: 1
            })
        );
        assert_eq!(
            Siret::parse(""),
            Err(SiretFault::TooShort {
                typed: 0,
                missing: 14
            })
        );
    }

    #[test]
    fn a_digit_too_many_is_counted() {
        assert_eq!(
            Siret::parse("999 999 990 000160"),
            Err(SiretFault::TooLong { typed: 15, extra: 1 })
        );
    }

    #[test]
    fn any_single_mistyped_digit_is_caught() {
        let right = "99999999000016";
        for at in 0..right.len() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                if wrong[at] == digit {
                    continue;
                }
                wrong[at] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(Siret::parse(&wrong), Err(SiretFault::WrongKey), "{wrong}");
            }
        }
    }

    #[test]
    fn a_letter_o_is_not_a_zero() {
        assert_eq!(Siret::parse("99999999OOOO13"), Err(SiretFault::NotDigits));
    }

    #[test]
    fn post_offices_follow_their_own_key() {
        assert!(
            Siret::parse("356 000 000 00048").is_ok(),
            "the head office follows luhn"
        );
        assert!(Siret::parse("356 000 000 00052").is_err());
        assert!(
            Siret::parse("356 000 000 00060").is_ok(),
            "digits add up to twenty"
        );
    }
}
