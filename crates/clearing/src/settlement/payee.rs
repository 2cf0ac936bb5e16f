//! Whom to pay: an account whose number holds.

use iban::Iban;
use serde::Serialize;

/// Whom to pay for a structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payee {
    /// The account, in capitals and digits without spaces; its key holds (ISO 13616).
    pub iban: String,
    /// The bank (ISO 9362), where it was given.
    pub bic: Option<String>,
    /// In whose name the account is.
    pub holder: String,
}

/// Why nobody can be paid so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayeeFault {
    /// The account number does not hold.
    #[error("the iban does not hold")]
    Iban,
    /// The bank's code has not its shape.
    #[error("the bic has not its shape")]
    Bic,
    /// The account has no holder.
    #[error("the account has no holder")]
    Holder,
}

impl Payee {
    /// Reads what the officer typed: spaces and small letters do not count.
    ///
    /// # Errors
    /// The first that does not hold.
    pub fn parse(iban: &str, bic: Option<&str>, holder: &str) -> Result<Self, PayeeFault> {
        let iban: Iban = squeezed(iban).parse().map_err(|_| PayeeFault::Iban)?;
        let bic = bic.map(squeezed).filter(|bic| !bic.is_empty());
        if bic.as_deref().is_some_and(|bic| !is_bic(bic)) {
            return Err(PayeeFault::Bic);
        }
        let holder = holder.trim().to_owned();
        if holder.is_empty() {
            return Err(PayeeFault::Holder);
        }
        Ok(Self {
            iban: electronic(&iban),
            bic,
            holder,
        })
    }

    /// The account by groups of four, held together by no-break spaces.
    #[must_use]
    pub fn grouped_iban(&self) -> String {
        let characters: Vec<char> = self.iban.chars().collect();
        let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
        groups.join("\u{a0}")
    }
}

fn electronic(iban: &Iban) -> String {
    use iban::IbanLike;
    iban.electronic_str().to_owned()
}

fn squeezed(typed: &str) -> String {
    typed
        .chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

/// Four letters of the bank, two of the country, two of the place, three of the branch or none.
fn is_bic(bic: &str) -> bool {
    let is_right = |(at, byte): (usize, u8)| match at {
        4 | 5 => byte.is_ascii_uppercase(),
        _ => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
    };
    matches!(bic.len(), 8 | 11) && bic.bytes().enumerate().all(is_right)
}

#[cfg(test)]
mod tests {
    use super::*;

    const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";

    #[test]
    fn an_account_is_read_as_people_write_it() {
        let payee = Payee::parse(
            "fr14 2004 1010 0505 0001 3m02 606",
            Some("psst frpp par"),
            " Régie ",
        )
        .unwrap();
        assert_eq!(payee.iban, "FR1420041010050500013M02606");
        assert_eq!(payee.bic.as_deref(), Some("PSSTFRPPPAR"));
        assert_eq!(payee.holder, "Régie");
        assert_eq!(payee.grouped_iban().replace('\u{a0}', " "), IBAN);
        assert_eq!(Payee::parse(IBAN, Some(" "), "R").unwrap().bic, None);
    }

    #[test]
    fn any_single_mistyped_digit_of_an_account_is_caught() {
        let right = "FR1420041010050500013M02606";
        for at in 2..right.len() {
            for digit in '0'..='9' {
                let mut wrong: Vec<char> = right.chars().collect();
                if wrong[at] == digit {
                    continue;
                }
                wrong[at] = digit;
                let wrong: String = wrong.into_iter().collect();
                assert_eq!(Payee::parse(&wrong, None, "R"), Err(PayeeFault::Iban), "{wrong}");
            }
        }
    }

    #[test]
    fn a_bank_has_eight_or_eleven_signs_and_an_account_a_holder() {
        for bic in ["PSSTFRPP1", "PSST1RPP", "PSSTFRPPPARX", "PSST-RPP"] {
            assert_eq!(Payee::parse(IBAN, Some(bic), "R"), Err(PayeeFault::Bic), "{bic}");
        }
        assert!(Payee::parse(IBAN, Some("PSSTFRPP"), "R").is_ok());
        assert_eq!(Payee::parse(IBAN, None, " "), Err(PayeeFault::Holder));
        assert_eq!(Payee::parse("", None, "R"), Err(PayeeFault::Iban));
    }
}
