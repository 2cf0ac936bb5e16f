use serde::{Deserialize, Serialize};

use crate::fault::fault_codes;
use crate::fold;
use crate::typed::tidy_line;

/// Characters one name may have.
const NAME_MOST: usize = 80;

/// Why a text is not a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NameFault {
    /// There is no letter in it.
    #[error("the name has no letter")]
    NoLetter,
    /// It is too long.
    #[error("the name is over {most} characters")]
    TooLong {
        /// Characters a name may have.
        most: usize,
    },
}

/// Reads one name of a person; blank is allowed, since some people have or give only one.
///
/// Apostrophes become the typographic one. A name typed all in capitals or all in small letters gets its capitals
/// (`N'GUESSAN` is `N’Guessan`); one typed in both is left as its owner writes it.
pub fn read_name(typed: &str) -> Result<String, NameFault> {
    let name = tidy_line(typed).replace(['\'', '`', '´', 'ʼ', '‘'], "’");
    if name.is_empty() {
        return Ok(name);
    }
    if name.chars().count() > NAME_MOST {
        return Err(NameFault::TooLong { most: NAME_MOST });
    }
    if !name.chars().any(char::is_alphabetic) {
        return Err(NameFault::NoLetter);
    }
    Ok(if in_one_case(&name) {
        capitalise(&name)
    } else {
        name
    })
}

/// As a person is called: `Jean-Éric N’Guessan`.
pub fn display_name(surname: &str, first_name: &str) -> String {
    [first_name, surname].join(" ").trim().to_owned()
}

/// The key by which people are listed: surname, then first name, without accents or case.
pub fn sorted_name(surname: &str, first_name: &str) -> String {
    let surname = if surname.is_empty() { first_name } else { surname };
    format!("{} {}", fold::squeeze(surname), fold::squeeze(first_name))
}

fault_codes! {
    NameFault {
        NoLetter = "name-no-letter",
        TooLong = "name-too-long",
    }
}

fn in_one_case(name: &str) -> bool {
    let cased = || name.chars().filter(|c| c.is_lowercase() || c.is_uppercase());
    cased().count() > 1 && (cased().all(char::is_uppercase) || cased().all(char::is_lowercase))
}

/// A capital at the start of each part, small letters after.
fn capitalise(name: &str) -> String {
    let mut capitals = String::with_capacity(name.len());
    let mut starts = true;
    for c in name.chars() {
        match starts {
            true => capitals.extend(c.to_uppercase()),
            false => capitals.extend(c.to_lowercase()),
        }
        starts = !c.is_alphanumeric();
    }
    capitals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_one_case_gets_its_capitals() {
        let cases = [
            ("BENALI", "Benali"),
            ("n'guessan", "N’Guessan"),
            ("JEAN-ÉRIC", "Jean-Éric"),
            ("œuvrard", "Œuvrard"),
            ("İPEK", "İpek"),
            ("de la tour", "De La Tour"),
        ];
        for (typed, name) in cases {
            assert_eq!(read_name(typed).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_name_in_both_cases_is_left_as_its_owner_writes_it() {
        for name in ["de la Tour", "McDonald", "Nguyễn Văn", "X", "Ðặng"] {
            assert_eq!(read_name(name).as_deref(), Ok(name));
        }
    }

    #[test]
    fn a_name_needs_a_letter_and_an_end() {
        assert_eq!(read_name("123"), Err(NameFault::NoLetter));
        assert_eq!(read_name(&"é".repeat(81)), Err(NameFault::TooLong { most: 80 }));
        assert_eq!(read_name(&"Ab".repeat(40)).map(|name| name.len()), Ok(80));
    }

    #[test]
    fn a_person_with_one_name_is_called_by_it() {
        assert_eq!(display_name("N’Guessan", "Jean-Éric"), "Jean-Éric N’Guessan");
        assert_eq!(display_name("", "Aïcha"), "Aïcha");
        assert_eq!(display_name("Sow", ""), "Sow");
    }

    #[test]
    fn people_are_listed_without_regard_to_accents() {
        let mut names = [
            ("Perrin", "Odile"),
            ("Œuvrard", "Lucette"),
            ("", "Aïcha"),
            ("Éluard", "Paul"),
            ("Le Goff", "Anne"),
        ];
        names.sort_by_key(|(surname, first_name)| sorted_name(surname, first_name));
        assert_eq!(
            names.map(|(surname, _)| surname),
            ["", "Éluard", "Le Goff", "Œuvrard", "Perrin"]
        );
    }
}
