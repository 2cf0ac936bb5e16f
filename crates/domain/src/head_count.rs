//! People who came and gave no name: counts, and what was seen or said of them.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::attendee::{AgeBracket, Gender, Situation};
use crate::fault::fault_codes;
use crate::fault::{FaultList, FieldFault};

/// More people than this in one workshop is a slip of the hand.
const MOST: u16 = 500;

/// Anonymous participants as typed; a blank number is zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct HeadCountForm {
    /// How many people.
    pub total: String,
    /// How many of each gender.
    pub by_gender: BTreeMap<Gender, String>,
    /// How many of each age bracket.
    pub by_age: BTreeMap<AgeBracket, String>,
    /// How many in each situation.
    pub by_situation: BTreeMap<Situation, String>,
}

/// Anonymous participants. A breakdown may leave people out, never count more than there were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct HeadCount {
    /// How many people.
    pub total: u16,
    /// How many of each gender; none are left out.
    pub by_gender: BTreeMap<Gender, u16>,
    /// How many of each age bracket.
    pub by_age: BTreeMap<AgeBracket, u16>,
    /// How many in each situation.
    pub by_situation: BTreeMap<Situation, u16>,
}

/// Why a count will not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum HeadCountFault {
    /// Not a whole number.
    #[error("the count is not a whole number")]
    NotANumber,
    /// More people than a workshop holds.
    #[error("the count is over {most}")]
    TooMany {
        /// The largest count.
        most: u16,
    },
    /// A breakdown counts more people than there were.
    #[error("{counted} people are broken down out of {total}")]
    OverTotal {
        /// People in the breakdown.
        counted: u32,
        /// People there.
        total: u16,
    },
}

impl HeadCount {
    /// Reads a form; gives back every point to correct at once.
    pub fn read(form: &HeadCountForm) -> Result<Self, Vec<FieldFault>> {
        let mut faults = FaultList::default();
        let total = faults.read("total", read_count(&form.total));
        let by_gender = faults.read("by_gender", read_breakdown(&form.by_gender, total));
        let by_age = faults.read("by_age", read_breakdown(&form.by_age, total));
        let by_situation = faults.read("by_situation", read_breakdown(&form.by_situation, total));
        match (total, by_gender, by_age, by_situation) {
            (Some(total), Some(by_gender), Some(by_age), Some(by_situation)) => Ok(Self {
                total,
                by_gender,
                by_age,
                by_situation,
            }),
            _ => Err(faults.into_vec()),
        }
    }
}

fault_codes! {
    HeadCountFault {
        NotANumber = "head-count-not-a-number",
        TooMany = "head-count-too-many",
        OverTotal = "head-count-over-total",
    }
}

fn read_count(typed: &str) -> Result<u16, HeadCountFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(0);
    }
    if !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(HeadCountFault::NotANumber);
    }
    match typed.parse() {
        Ok(count) if count <= MOST => Ok(count),
        Ok(_) | Err(_) => Err(HeadCountFault::TooMany { most: MOST }),
    }
}

/// The counts that are not zero; held against `total` when that one could be read.
fn read_breakdown<K: Ord + Copy>(
    typed: &BTreeMap<K, String>,
    total: Option<u16>,
) -> Result<BTreeMap<K, u16>, HeadCountFault> {
    let mut counts = BTreeMap::new();
    for (value, typed) in typed {
        let count = read_count(typed)?;
        if count > 0 {
            counts.insert(*value, count);
        }
    }
    let counted = counts.values().copied().map(u32::from).sum();
    match total {
        Some(total) if counted > u32::from(total) => Err(HeadCountFault::OverTotal { counted, total }),
        Some(_) | None => Ok(counts),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(total: &str, genders: &[(Gender, &str)]) -> HeadCountForm {
        let by_gender = genders
            .iter()
            .map(|(gender, count)| (*gender, (*count).to_owned()))
            .collect();
        HeadCountForm {
            total: total.into(),
            by_gender,
            ..HeadCountForm::default()
        }
    }

    #[test]
    fn a_breakdown_may_leave_people_out() {
        let count = HeadCount::read(&form("8", &[(Gender::Female, "5"), (Gender::Male, "")])).unwrap();
        assert_eq!(
            (count.total, count.by_gender),
            (8, BTreeMap::from([(Gender::Female, 5)]))
        );
    }

    #[test]
    fn a_breakdown_never_counts_more_people_than_there_were() {
        let faults = HeadCount::read(&form("8", &[(Gender::Female, "5"), (Gender::Male, "4")])).unwrap_err();
        assert_eq!(
            (faults[0].field.as_str(), faults[0].code),
            ("by_gender", "head-count-over-total")
        );
        assert_eq!(
            faults[0].data,
            HeadCountFault::OverTotal { counted: 9, total: 8 }.into()
        );
        assert!(HeadCount::read(&form("9", &[(Gender::Female, "5"), (Gender::Male, "4")])).is_ok());
    }

    #[test]
    fn a_count_is_a_whole_number_of_a_likely_size() {
        let code = |total: &str| HeadCount::read(&form(total, &[])).unwrap_err()[0].code;
        assert_eq!(code("deux"), "head-count-not-a-number");
        assert_eq!(code("-1"), "head-count-not-a-number");
        assert_eq!(code("501"), "head-count-too-many");
        assert_eq!(code("99999999999"), "head-count-too-many");
        assert_eq!(HeadCount::read(&form(" ", &[])), Ok(HeadCount::default()));
    }

    #[test]
    fn every_point_to_correct_is_given_at_once() {
        let wrong = HeadCountForm {
            by_age: BTreeMap::from([(AgeBracket::From70, "x".to_owned())]),
            by_situation: BTreeMap::from([(Situation::Retired, "3".to_owned())]),
            ..form("2", &[])
        };
        let faults = HeadCount::read(&wrong).unwrap_err();
        assert_eq!(
            faults
                .iter()
                .map(|fault| fault.field.as_str())
                .collect::<Vec<_>>(),
            ["by_age", "by_situation"]
        );
    }
}
