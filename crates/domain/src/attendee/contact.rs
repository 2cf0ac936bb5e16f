use std::fmt;

use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

/// Characters an e-mail address may have (RFC 5321, with its brackets off).
const EMAIL_MOST: usize = 254;

/// A telephone number: ten digits in France (`0612345678`), `+` and digits elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// An e-mail address, as far as one can tell without writing to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

/// Why a text is not a way to reach someone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContactFault {
    /// Not a telephone number.
    #[error("the text is not a telephone number")]
    NotAPhone,
    /// Not an e-mail address.
    #[error("the text is not an e-mail address")]
    NotAnEmail,
}

impl PhoneNumber {
    /// Reads `06 12 34 56 78`, `06.12.34.56.78`, `+33 6 12 34 56 78`, `0033612345678`, `+590 690 12 34 56`.
    pub fn parse(typed: &str) -> Result<Self, ContactFault> {
        let kept: String = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '.' | '-' | '/' | '(' | ')'))
            .collect();
        let national = ["+33", "0033"]
            .iter()
            .find_map(|prefix| kept.strip_prefix(prefix));
        let number = match (national, kept.strip_prefix("00")) {
            (Some(rest), _) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
            (None, Some(rest)) => format!("+{rest}"),
            (None, None) => kept,
        };
        let digits = number.strip_prefix('+').unwrap_or(&number);
        let lengths = if number.starts_with('+') { 7..=15 } else { 10..=10 };
        let french_or_abroad = number.starts_with('+') || number.starts_with('0');
        if !french_or_abroad
            || !digits.bytes().all(|b| b.is_ascii_digit())
            || !lengths.contains(&digits.len())
        {
            return Err(ContactFault::NotAPhone);
        }
        Ok(Self(number))
    }

    /// The number without spaces.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// By pairs in France, `06 12 34 56 78`, with no-break spaces.
impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.starts_with('+') {
            return f.write_str(&self.0);
        }
        for at in (0..self.0.len()).step_by(2) {
            let space = if at == 0 { "" } else { "\u{a0}" };
            write!(f, "{space}{}", &self.0[at..at + 2])?;
        }
        Ok(())
    }
}

impl EmailAddress {
    /// Reads `odile.perrin@exemple.fr`.
    pub fn parse(typed: &str) -> Result<Self, ContactFault> {
        let address = typed.trim();
        let (local, domain) = address.rsplit_once('@').ok_or(ContactFault::NotAnEmail)?;
        let odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | ',' | ';' | '<' | '>');
        let labels: Vec<&str> = domain.split('.').collect();
        let whole_domain = labels.len() >= 2 && labels.iter().all(|label| !label.is_empty());
        if local.is_empty()
            || !whole_domain
            || local.contains(odd)
            || domain.contains(odd)
            || address.len() > EMAIL_MOST
        {
            return Err(ContactFault::NotAnEmail);
        }
        Ok(Self(address.to_owned()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fault_codes! {
    ContactFault {
        NotAPhone = "contact-not-a-phone",
        NotAnEmail = "contact-not-an-email",
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = ContactFault;

    fn try_from(text: String) -> Result<Self, ContactFault> {
        Self::parse(&text)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = ContactFault;

    fn try_from(text: String) -> Result<Self, ContactFault> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_french_number_is_read_however_it_is_spaced_and_shown_by_pairs() {
        for typed in [
            "06 12 34 56 78",
            "06.12.34.56.78",
            "0612345678",
            "+33 6 12 34 56 78",
            "0033612345678",
            "+33 (0)6-12-34-56-78",
        ] {
            let number = PhoneNumber::parse(typed).unwrap();
            assert_eq!(number.as_str(), "0612345678", "{typed}");
            assert_eq!(number.to_string().replace('\u{a0}', " "), "06 12 34 56 78");
        }
    }

    #[test]
    fn a_number_from_elsewhere_keeps_its_prefix() {
        assert_eq!(
            PhoneNumber::parse("00 221 77 123 45 67").unwrap().to_string(),
            "+221771234567"
        );
    }

    #[test]
    fn a_number_with_a_digit_missing_is_not_one() {
        for typed in [
            "06 12 34 56 7",
            "612345678",
            "06 12 34 56 789",
            "sans",
            "06+12345678",
            "0６12345678",
        ] {
            assert_eq!(PhoneNumber::parse(typed), Err(ContactFault::NotAPhone), "{typed}");
        }
    }

    #[test]
    fn an_address_has_a_name_an_at_sign_and_a_domain() {
        assert_eq!(
            EmailAddress::parse(" o.perrin@exemple.fr ").unwrap().as_str(),
            "o.perrin@exemple.fr"
        );
        for typed in [
            "o.perrin",
            "@exemple.fr",
            "o@exemple",
            "o@exemple.",
            "a b@exemple.fr",
            "a@b@exemple.fr",
            "a@exemple.fr, b",
        ] {
            assert_eq!(
                EmailAddress::parse(typed),
                Err(ContactFault::NotAnEmail),
                "{typed}"
            );
        }
    }
}
