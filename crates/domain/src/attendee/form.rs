use serde::{Deserialize, Serialize};

use super::{AgeBracket, AttendeeFault, EmailAddress, Gender, PhoneNumber, Qpv, Situation, read_name};
use crate::commune::InseeCode;
use crate::fault::{FaultList, FieldFault};
use crate::typed::tidy_note;

/// Nobody who comes was born before.
const EARLIEST_BIRTH_YEAR: u16 = 1900;
/// Characters the notes may have.
const NOTES_MOST: usize = 2_000;

/// A person as typed. A field left blank is an empty text; two fields are enough, and either name alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AttendeeForm {
    /// Surname.
    pub surname: String,
    /// First name.
    pub first_name: String,
    /// Birth year only, never a full date.
    pub birth_year: String,
    /// The commune chosen from the list.
    pub commune: Option<InseeCode>,
    /// Telephone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// As the person says.
    pub gender: Gender,
    /// As the person says.
    pub situation: Situation,
    /// Whether the person says they live in a priority district.
    pub qpv: Qpv,
    /// Anything that helps to help.
    pub notes: String,
}

/// A person whose every value holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct AttendeeProfile {
    /// Surname; blank only when there is a first name.
    pub surname: String,
    /// First name; blank only when there is a surname.
    pub first_name: String,
    /// Birth year, 1900 to the present.
    pub birth_year: Option<u16>,
    /// Commune of residence.
    pub commune: Option<InseeCode>,
    /// Telephone.
    pub phone: Option<PhoneNumber>,
    /// E-mail.
    pub email: Option<EmailAddress>,
    /// As the person says.
    pub gender: Gender,
    /// As the person says.
    pub situation: Situation,
    /// Whether the person says they live in a priority district.
    pub qpv: Qpv,
    /// Anything that helps to help; may be blank.
    pub notes: String,
}

impl AttendeeForm {
    /// A form with only the two names, as at the counter when someone waits.
    pub fn named(surname: &str, first_name: &str) -> Self {
        Self {
            surname: surname.to_owned(),
            first_name: first_name.to_owned(),
            birth_year: String::new(),
            commune: None,
            phone: String::new(),
            email: String::new(),
            gender: Gender::Undisclosed,
            situation: Situation::Undisclosed,
            qpv: Qpv::Unknown,
            notes: String::new(),
        }
    }
}

impl AttendeeProfile {
    /// Reads a form in a given year; gives back every point to correct at once.
    pub fn read(form: &AttendeeForm, year: u16) -> Result<Self, Vec<FieldFault>> {
        let mut faults = FaultList::default();
        let names = read_names(form, &mut faults);
        let birth_year = faults.read("birth_year", read_birth_year(&form.birth_year, year));
        let phone = faults.read("phone", read_if_typed(&form.phone, PhoneNumber::parse));
        let email = faults.read("email", read_if_typed(&form.email, EmailAddress::parse));
        let notes = faults.read("notes", read_notes(&form.notes));
        let (Some((surname, first_name)), Some(birth_year)) = (names, birth_year) else {
            return Err(faults.into_vec());
        };
        let (Some(phone), Some(email), Some(notes)) = (phone, email, notes) else {
            return Err(faults.into_vec());
        };
        Ok(Self {
            surname,
            first_name,
            birth_year,
            commune: form.commune.clone(),
            phone,
            email,
            gender: form.gender,
            situation: form.situation,
            qpv: form.qpv,
            notes,
        })
    }

    /// The age bracket in a given year.
    pub fn age_bracket(&self, year: u16) -> AgeBracket {
        AgeBracket::of(self.birth_year, year)
    }
}

/// Both names, of which one at least is not blank.
fn read_names(form: &AttendeeForm, faults: &mut FaultList) -> Option<(String, String)> {
    let surname = faults.read("surname", read_name(&form.surname));
    let first_name = faults.read("first_name", read_name(&form.first_name));
    let (surname, first_name) = (surname?, first_name?);
    if surname.is_empty() && first_name.is_empty() {
        faults.note("surname", AttendeeFault::NameMissing);
        return None;
    }
    Some((surname, first_name))
}

fn read_birth_year(typed: &str, year: u16) -> Result<Option<u16>, AttendeeFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.len() != 4 || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AttendeeFault::NotAYear);
    }
    match typed.parse() {
        Ok(birth_year) if birth_year > year => Err(AttendeeFault::BirthYearInFuture),
        Ok(birth_year) if birth_year < EARLIEST_BIRTH_YEAR => Err(AttendeeFault::BirthYearTooEarly),
        Ok(birth_year) => Ok(Some(birth_year)),
        Err(_) => Err(AttendeeFault::NotAYear),
    }
}

fn read_if_typed<T, F>(typed: &str, parse: impl Fn(&str) -> Result<T, F>) -> Result<Option<T>, F> {
    if typed.trim().is_empty() {
        Ok(None)
    } else {
        parse(typed).map(Some)
    }
}

fn read_notes(typed: &str) -> Result<String, AttendeeFault> {
    let notes = tidy_note(typed);
    if notes.chars().count() > NOTES_MOST {
        return Err(AttendeeFault::NotesTooLong { most: NOTES_MOST });
    }
    Ok(notes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(form: &AttendeeForm) -> Vec<(String, &'static str)> {
        let faults = AttendeeProfile::read(form, 2026).expect_err("a fault was expected");
        faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect()
    }

    #[test]
    fn two_fields_are_enough_and_one_name_too() {
        let profile = AttendeeProfile::read(&AttendeeForm::named("N'GUESSAN", " Jean-Éric "), 2026).unwrap();
        assert_eq!(
            (profile.surname.as_str(), profile.first_name.as_str()),
            ("N’Guessan", "Jean-Éric")
        );
        assert!(AttendeeProfile::read(&AttendeeForm::named("", "Aïcha"), 2026).is_ok());
        assert!(AttendeeProfile::read(&AttendeeForm::named("Sow", ""), 2026).is_ok());
    }

    #[test]
    fn nobody_is_without_any_name() {
        for blank in ["", "  ", "\u{200b}"] {
            assert_eq!(
                codes(&AttendeeForm::named(blank, "")),
                [("surname".into(), "attendee-name-missing")]
            );
        }
    }

    #[test]
    fn a_birth_year_is_neither_to_come_nor_before_1900() {
        let born = |birth_year: &str| AttendeeForm {
            birth_year: birth_year.into(),
            ..AttendeeForm::named("Sow", "")
        };
        assert_eq!(
            codes(&born("2027")),
            [("birth_year".into(), "attendee-birth-year-in-future")]
        );
        assert_eq!(
            codes(&born("1899")),
            [("birth_year".into(), "attendee-birth-year-too-early")]
        );
        assert_eq!(codes(&born("64")), [("birth_year".into(), "attendee-not-a-year")]);
        assert_eq!(
            codes(&born("+964")),
            [("birth_year".into(), "attendee-not-a-year")]
        );
        assert_eq!(
            AttendeeProfile::read(&born(" 2026 "), 2026).unwrap().birth_year,
            Some(2026)
        );
        assert_eq!(
            AttendeeProfile::read(&born("1964"), 2026)
                .unwrap()
                .age_bracket(2026),
            AgeBracket::From60To69
        );
    }

    #[test]
    fn every_point_to_correct_is_given_at_once() {
        let wrong = AttendeeForm {
            birth_year: "demain".into(),
            phone: "06".into(),
            email: "chez lui".into(),
            notes: "x".repeat(2_001),
            ..AttendeeForm::named("?", "Odile")
        };
        let expected = [
            ("surname", "name-no-letter"),
            ("birth_year", "attendee-not-a-year"),
            ("phone", "contact-not-a-phone"),
            ("email", "contact-not-an-email"),
            ("notes", "attendee-notes-too-long"),
        ];
        assert_eq!(
            codes(&wrong),
            expected.map(|(field, code)| (field.to_owned(), code))
        );
    }
}
