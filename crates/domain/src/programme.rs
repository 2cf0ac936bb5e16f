//! A programme: an issuer's scheme of passes, as data. No value of any scheme is a constant here.

use crate::{cents::Cents, number::NumberFormat};
use chrono::{Days, NaiveDate};
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The number of a programme, given by its issuer, printed in each signed pass.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "number"))]
pub struct ProgrammeId(#[n(0)] pub u16);

/// The number of a service in a programme's catalogue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "number"))]
pub struct ServiceCode(#[n(0)] pub u8);

/// One thing that a pass can pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct Service {
    /// Its number, stable for the life of the programme.
    #[n(0)]
    pub code: ServiceCode,
    /// Its name, as people at a site read it.
    #[n(1)]
    pub label: String,
}

/// Who pays what part of each pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(array)]
pub struct Funder {
    /// The name on the papers.
    #[n(0)]
    pub name: String,
    /// Its part, in proportion to the others' (see [`Cents::shared`]).
    #[n(1)]
    pub part: u32,
}

/// Everything that a desk and clearing must agree on about an issuer's scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(array)]
pub struct Programme {
    /// Its number.
    #[n(0)]
    pub id: ProgrammeId,
    /// Its name, as people read it.
    #[n(1)]
    pub name: String,
    /// Who issues its passes.
    #[n(2)]
    pub issuer: String,
    /// What one pass is worth, in cents.
    #[n(3)]
    #[serde(rename = "face_value_cents")]
    pub face_value: Cents,
    /// How many passes a booklet holds, from rank 1.
    #[n(4)]
    pub passes_per_booklet: u8,
    /// How the number under the code is written.
    #[n(5)]
    pub number_format: NumberFormat,
    /// Whether the number alone is enough to take a pass.
    #[n(6)]
    pub accepts_numbers: bool,
    /// The first day on which a pass can be taken.
    #[cbor(n(7), with = "crate::day")]
    pub opens_on: NaiveDate,
    /// The day printed on the passes.
    #[cbor(n(8), with = "crate::day")]
    pub last_day: NaiveDate,
    /// For how many days after the printed day a pass is still taken.
    #[n(9)]
    pub tolerance_days: u16,
    /// How many days after a workshop its passes may still be entered.
    #[n(10)]
    #[serde(default = "default_late_entry_days")]
    pub late_entry_days: u16,
    /// How many passes one device may hold as provisional at a time.
    #[n(11)]
    pub provisional_cap: u16,
    /// INSEE codes of the communes where a pass is taken; empty means everywhere.
    #[n(12)]
    #[serde(default)]
    pub territory: Vec<String>,
    /// Who pays, in which proportions.
    #[n(13)]
    pub funders: Vec<Funder>,
    /// What a pass can pay.
    #[n(14)]
    pub services: Vec<Service>,
}

const fn default_late_entry_days() -> u16 {
    31
}

impl Programme {
    /// The last day on which a pass with this printed day is taken.
    #[must_use]
    pub fn taken_until(&self, printed: NaiveDate) -> NaiveDate {
        printed + Days::new(u64::from(self.tolerance_days))
    }

    /// Whether a site of this commune may take the programme's passes.
    #[must_use]
    pub fn covers(&self, insee_code: &str) -> bool {
        self.territory.is_empty() || self.territory.iter().any(|code| code == insee_code)
    }

    /// The service of that number, if the catalogue has it.
    #[must_use]
    pub fn find_service(&self, code: ServiceCode) -> Option<&Service> {
        self.services.iter().find(|service| service.code == code)
    }

    /// What is wrong with the programme as written, or `Ok` when it can be issued.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self) -> Result<(), ProgrammeFault> {
        if self.face_value <= Cents::ZERO {
            return Err(ProgrammeFault::Worthless);
        }
        if self.passes_per_booklet == 0 {
            return Err(ProgrammeFault::EmptyBooklet);
        }
        if self.opens_on > self.last_day {
            return Err(ProgrammeFault::EndsBeforeItOpens);
        }
        if [self.opens_on, self.taken_until(self.last_day)]
            .iter()
            .any(|&day| crate::day::number(day).is_none())
        {
            return Err(ProgrammeFault::OutsideTheCalendar);
        }
        if self.services.is_empty() {
            return Err(ProgrammeFault::NoService);
        }
        if self.funders.iter().all(|funder| funder.part == 0) {
            return Err(ProgrammeFault::NoFunder);
        }
        if !self.number_format.holds_rank(self.passes_per_booklet) {
            return Err(ProgrammeFault::RankTooLong);
        }
        Ok(())
    }
}

/// Why a programme cannot be issued as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeFault {
    /// A pass must be worth something.
    #[error("face_value_cents must be positive")]
    Worthless,
    /// A booklet must hold passes.
    #[error("passes_per_booklet must be at least 1")]
    EmptyBooklet,
    /// The last day comes first.
    #[error("last_day is before opens_on")]
    EndsBeforeItOpens,
    /// Days travel in sixteen bits from 2020.
    #[error("the days must lie between 2020 and 2199")]
    OutsideTheCalendar,
    /// A pass must be able to pay something.
    #[error("services is empty")]
    NoService,
    /// Somebody must pay.
    #[error("funders have no part")]
    NoFunder,
    /// The last rank of a booklet does not fit its digits.
    #[error("rank_digits is too small for passes_per_booklet")]
    RankTooLong,
}
