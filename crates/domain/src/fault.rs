//! What is to be corrected in a form: every point at once, each beside its field.

use serde::Serialize;

use crate::attendee::{AttendeeFault, ContactFault, NameFault};
use crate::civil_date::DateFault;
use crate::civil_time::TimeFault;
use crate::commune::CommuneFault;
use crate::duration::DurationFault;
use crate::head_count::HeadCountFault;
use crate::label::LabelFault;
use crate::objection::NoteFault;
use crate::passphrase::PassphraseFault;
use crate::pin::PinFault;
use crate::recovery_code::RecoveryFault;
use crate::route::RouteFault;
use crate::siret::SiretFault;
use crate::workshop::WorkshopFault;

/// One point to correct: where, which sentence (`fault-<code>` in `words/fr.ftl`), and what the sentence needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct FieldFault {
    /// The form's field, as in its JSON; inside a list or another form by its path: `sites.0.postcode`.
    pub field: String,
    /// The fault's code, in kebab-case.
    pub code: &'static str,
    /// The fault itself, with the values its sentence shows.
    pub data: Fault,
}

/// A fault of any module that reads what a person typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(untagged)]
pub enum Fault {
    /// A SIRET.
    Siret(SiretFault),
    /// A civil date.
    Date(DateFault),
    /// A time of day.
    Time(TimeFault),
    /// A duration.
    Duration(DurationFault),
    /// A commune or its postcode.
    Commune(CommuneFault),
    /// The name of a thing.
    Label(LabelFault),
    /// A workshop's own rules.
    Workshop(WorkshopFault),
    /// A person's name.
    Name(NameFault),
    /// A telephone number or an e-mail address.
    Contact(ContactFault),
    /// An attendee's own rules.
    Attendee(AttendeeFault),
    /// Anonymous participants.
    HeadCount(HeadCountFault),
    /// The way to clearing.
    Route(RouteFault),
    /// A note to the officer.
    Note(NoteFault),
    /// A passphrase.
    Passphrase(PassphraseFault),
    /// A PIN.
    Pin(PinFault),
    /// The code of a recovery sheet.
    Recovery(RecoveryFault),
}

impl Fault {
    /// The fault's code, in kebab-case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Siret(fault) => fault.code(),
            Self::Date(fault) => fault.code(),
            Self::Time(fault) => fault.code(),
            Self::Duration(fault) => fault.code(),
            Self::Commune(fault) => fault.code(),
            Self::Label(fault) => fault.code(),
            Self::Workshop(fault) => fault.code(),
            Self::Name(fault) => fault.code(),
            Self::Contact(fault) => fault.code(),
            Self::Attendee(fault) => fault.code(),
            Self::HeadCount(fault) => fault.code(),
            Self::Route(fault) => fault.code(),
            Self::Note(fault) => fault.code(),
            Self::Passphrase(fault) => fault.code(),
            Self::Pin(fault) => fault.code(),
            Self::Recovery(fault) => fault.code(),
        }
    }
}

/// Gives each variant of a fault its code, so that a list of them all needs no second writing.
macro_rules! fault_codes {
    ($fault:ident { $($variant:ident = $code:literal),+ $(,)? }) => {
        impl $fault {
            /// Every code, for the test that each has its sentence.
            pub const CODES: &'static [&'static str] = &[$($code),+];

            /// The fault's code, in kebab-case: `fault-<code>` in `words/fr.ftl`.
            pub const fn code(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code),+
                }
            }
        }
    };
}

pub(crate) use fault_codes;

/// Lets every module's fault stand in a form's list.
macro_rules! fault_from {
    ($($variant:ident($fault:ty)),+ $(,)?) => {
        impl Fault {
            /// Every code of every fault, for the test that each has its sentence.
            pub const CODES: &'static [&'static [&'static str]] = &[$(<$fault>::CODES),+];
        }

        $(impl From<$fault> for Fault {
            fn from(fault: $fault) -> Self {
                Self::$variant(fault)
            }
        })+
    };
}

fault_from! {
    Siret(SiretFault),
    Date(DateFault),
    Time(TimeFault),
    Duration(DurationFault),
    Commune(CommuneFault),
    Label(LabelFault),
    Workshop(WorkshopFault),
    Name(NameFault),
    Contact(ContactFault),
    Attendee(AttendeeFault),
    HeadCount(HeadCountFault),
    Route(RouteFault),
    Note(NoteFault),
    Passphrase(PassphraseFault),
    Pin(PinFault),
    Recovery(RecoveryFault),
}

/// The points found while a form is read, in the order of its fields.
#[derive(Debug, Default)]
pub struct FaultList(Vec<FieldFault>);

impl FaultList {
    /// Notes one point.
    pub fn note(&mut self, field: impl Into<String>, fault: impl Into<Fault>) {
        let data = fault.into();
        self.0.push(FieldFault {
            field: field.into(),
            code: data.code(),
            data,
        });
    }

    /// The value read from a field, or `None` and the fault noted.
    pub fn read<T, F: Into<Fault>>(&mut self, field: impl Into<String>, read: Result<T, F>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(fault) => {
                self.note(field, fault);
                None
            }
        }
    }

    /// Every point noted.
    pub fn into_vec(self) -> Vec<FieldFault> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attendee::{AgeBracket, Gender, Qpv, Situation};
    use crate::workshop::{ActivityKind, Autonomy, Equipment, Level, PlaceKind, Referral, SubTheme, Theme};

    #[test]
    fn every_fault_has_its_sentence_and_no_other_shares_its_code() {
        let mut codes: Vec<&str> = Fault::CODES.iter().copied().flatten().copied().collect();
        for code in &codes {
            assert!(
                passerelle_words::has(&format!("fault-{code}")),
                "fault-{code} is not said"
            );
        }
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn every_sentence_about_a_fault_has_its_fault() {
        let ids = passerelle_words::ids();
        for code in ids.iter().filter_map(|id| id.strip_prefix("fault-")) {
            assert!(
                Fault::CODES.iter().any(|codes| codes.contains(&code)),
                "fault-{code} is never met"
            );
        }
    }

    #[test]
    fn every_value_of_a_list_has_its_label() {
        macro_rules! labels {
            ($($list:ty),+) => { [$(<$list>::ALL.iter().map(|value| value.label()).collect::<Vec<_>>()),+].concat() };
        }
        let labels = labels!(
            ActivityKind,
            PlaceKind,
            Equipment,
            Theme,
            SubTheme,
            Autonomy,
            Level,
            Referral,
            Gender,
            Situation,
            Qpv,
            AgeBracket
        );
        for label in labels {
            assert!(passerelle_words::has(&label), "{label} is not said");
        }
    }

    #[test]
    fn a_point_to_correct_says_where_what_and_with_which_values() {
        let mut faults = FaultList::default();
        faults.note(
            "siret",
            SiretFault::TooShort {
                typed: 13,
                missing: 1,
            },
        );
        let json = serde_json::to_value(faults.into_vec()).unwrap();
        let expected = serde_json::json!([{
            "field": "siret",
            "code": "siret-too-short",
            "data": { "kind": "too_short", "typed": 13, "missing": 1 },
        }]);
        assert_eq!(json, expected);
    }
}
