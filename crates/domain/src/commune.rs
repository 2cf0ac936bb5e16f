//! Communes: their INSEE code, their postcodes, and finding one from a few letters.

mod index;

use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;

pub use index::CommuneIndex;

/// The INSEE code of a commune or of an arrondissement: `94016`, `75113`, `2A004`.
///
/// The rule is that of the national schema of places (LaMednum 1.0.2): `([013-9]\d|2[AB1-9])\d{3}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct InseeCode(String);

/// A postcode: five digits. One serves several communes, and a commune may have several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Postcode(String);

/// A commune of today, or an arrondissement of Paris, Lyon or Marseille.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Commune {
    /// Its code.
    pub insee_code: InseeCode,
    /// Its official name.
    pub name: String,
    /// Its postcodes; five uninhabited territories have none.
    pub postcodes: Vec<Postcode>,
    /// Names of the communes that became part of it and that people still use.
    pub former_names: Vec<String>,
}

/// Why an address will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommuneFault {
    /// No commune was chosen.
    #[error("no commune was chosen")]
    Missing,
    /// No commune has this code.
    #[error("no commune has this code")]
    Unknown,
    /// A place that does not travel needs its number and street.
    #[error("no address was given")]
    AddressMissing,
    /// The text is not a postcode.
    #[error("a postcode is five digits")]
    NotAPostcode,
    /// The postcode is that of another commune.
    #[error("the postcode of {commune} is {}", postcode.0)]
    OtherPostcode {
        /// The commune chosen.
        commune: String,
        /// The first of its postcodes.
        postcode: Postcode,
    },
}

impl InseeCode {
    /// The code, if the text has the form of one.
    pub fn find(text: &str) -> Option<Self> {
        let &[first, second, ref rest @ ..] = text.as_bytes() else {
            return None;
        };
        let department = match first {
            b'2' => matches!(second, b'A' | b'B' | b'1'..=b'9'),
            b'0' | b'1' | b'3'..=b'9' => second.is_ascii_digit(),
            _ => false,
        };
        let commune = rest.len() == 3 && rest.iter().all(u8::is_ascii_digit);
        (department && commune).then(|| Self(text.to_owned()))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The département: `94`, `2A`, and three digits overseas (`974`).
    pub fn department(&self) -> &str {
        let length = if self.0.starts_with("97") || self.0.starts_with("98") {
            3
        } else {
            2
        };
        &self.0[..length]
    }
}

impl Postcode {
    /// The postcode, if the text is five digits.
    pub fn find(text: &str) -> Option<Self> {
        let five_digits = text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit());
        five_digits.then(|| Self(text.to_owned()))
    }

    /// Reads a postcode typed with stray spaces (`94 230`).
    pub fn parse(typed: &str) -> Result<Self, CommuneFault> {
        let kept: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        Self::find(&kept).ok_or(CommuneFault::NotAPostcode)
    }

    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Commune {
    /// Refuses a postcode that is not one of this commune's.
    pub fn check_postcode(&self, postcode: &Postcode) -> Result<(), CommuneFault> {
        match self.postcodes.first() {
            Some(first) if !self.postcodes.contains(postcode) => Err(CommuneFault::OtherPostcode {
                commune: self.name.clone(),
                postcode: first.clone(),
            }),
            _ => Ok(()),
        }
    }
}

fault_codes! {
    CommuneFault {
        Missing = "commune-missing",
        Unknown = "commune-unknown",
        AddressMissing = "commune-address-missing",
        NotAPostcode = "commune-not-a-postcode",
        OtherPostcode = "commune-other-postcode",
    }
}

impl TryFrom<String> for InseeCode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::find(&text).ok_or_else(|| format!("{text:?} is not an insee code"))
    }
}

impl From<InseeCode> for String {
    fn from(code: InseeCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for Postcode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::find(&text).ok_or_else(|| format!("{text:?} is not a postcode"))
    }
}

impl From<Postcode> for String {
    fn from(postcode: Postcode) -> Self {
        postcode.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insee_code_follows_the_national_schema() {
        for code in ["94016", "75113", "2A004", "2B033", "97411", "21231", "01001"] {
            assert!(InseeCode::find(code).is_some(), "{code}");
        }
        for text in ["", "9401", "940166", "2C004", "20004", "A4016", "9401A", "９4016"] {
            assert_eq!(InseeCode::find(text), None, "{text}");
        }
    }

    #[test]
    fn a_department_is_three_digits_overseas() {
        let department = |code: &str| InseeCode::find(code).unwrap().department().to_owned();
        assert_eq!(
            [department("94016"), department("2A004"), department("97411")],
            ["94", "2A", "974"]
        );
    }

    #[test]
    fn a_postcode_of_another_commune_is_answered_with_the_right_one() {
        let cachan = Commune {
            insee_code: InseeCode::find("94016").unwrap(),
            name: "Cachan".into(),
            postcodes: vec![Postcode::find("94230").unwrap()],
            former_names: Vec::new(),
        };
        assert_eq!(cachan.check_postcode(&Postcode::parse("94 230").unwrap()), Ok(()));
        let right = CommuneFault::OtherPostcode {
            commune: "Cachan".into(),
            postcode: Postcode::find("94230").unwrap(),
        };
        assert_eq!(
            cachan.check_postcode(&Postcode::parse("94000").unwrap()),
            Err(right)
        );
        assert_eq!(Postcode::parse("9423"), Err(CommuneFault::NotAPostcode));
    }
}
