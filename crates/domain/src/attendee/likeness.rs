//! Whether a person about to be added is already there under a slightly different spelling.

use serde::{Deserialize, Serialize};

use crate::fold;

/// What tells one person from another here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity<'n> {
    /// Surname; may be blank.
    pub surname: &'n str,
    /// First name; may be blank.
    pub first_name: &'n str,
    /// Birth year, if known.
    pub birth_year: Option<u16>,
}

/// How likely two entries are one person, from the least to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Worth a look: one name in common or a near spelling, and nothing against it.
    Possible,
    /// The same names and no year to compare, or a near spelling and the same year.
    Likely,
    /// The same names, in either order, and the same birth year.
    Same,
}

/// How two spellings of the names compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Spelling {
    Partial,
    Near,
    Equal,
}

/// How two birth years compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Years {
    Equal,
    Unknown,
    Differ,
}

/// Compares two people; `None` when nothing suggests that they are one.
///
/// Names are compared folded and in both orders, since the two fields are often swapped. A near spelling is one
/// slip (a letter missing, added, changed, or two swapped) in a name of four letters or more, two from eight on.
pub fn likeness(one: Identity<'_>, other: Identity<'_>) -> Option<Likeness> {
    let spelling = compare_names(one, other)?;
    match (spelling, compare_years(one.birth_year, other.birth_year)) {
        (Spelling::Equal, Years::Equal) => Some(Likeness::Same),
        (Spelling::Equal, Years::Unknown) | (Spelling::Near, Years::Equal) => Some(Likeness::Likely),
        (Spelling::Equal, Years::Differ) => Some(Likeness::Possible),
        (Spelling::Near, Years::Unknown) | (Spelling::Partial, Years::Equal | Years::Unknown) => {
            Some(Likeness::Possible)
        }
        (Spelling::Near | Spelling::Partial, Years::Differ) => None,
    }
}

fn compare_years(one: Option<u16>, other: Option<u16>) -> Years {
    match (one, other) {
        (Some(one), Some(other)) if one == other => Years::Equal,
        (Some(_), Some(_)) => Years::Differ,
        (None, _) | (_, None) => Years::Unknown,
    }
}

fn compare_names(one: Identity<'_>, other: Identity<'_>) -> Option<Spelling> {
    let [surname, first_name] = [fold::squeeze(one.surname), fold::squeeze(one.first_name)];
    let [other_surname, other_first_name] = [fold::squeeze(other.surname), fold::squeeze(other.first_name)];
    let straight = compare_pairs([&surname, &first_name], [&other_surname, &other_first_name]);
    let swapped = compare_pairs([&surname, &first_name], [&other_first_name, &other_surname]);
    straight.max(swapped)
}

fn compare_pairs(one: [&str; 2], other: [&str; 2]) -> Option<Spelling> {
    let first = compare_name(one[0], other[0])?;
    let second = compare_name(one[1], other[1])?;
    let only_beginnings = first == Spelling::Partial && second == Spelling::Partial;
    (!only_beginnings).then(|| first.min(second))
}

/// Partial: one of the two is blank, or is the beginning of the other (`Jean` and `Jean-Éric`, `M.` and `Mamadou`).
fn compare_name(one: &str, other: &str) -> Option<Spelling> {
    if one == other {
        return Some(Spelling::Equal);
    }
    let shorter = one.chars().count().min(other.chars().count());
    let slips_allowed = match shorter {
        0..4 => 0,
        4..8 => 1,
        8.. => 2,
    };
    if slips(one, other) <= slips_allowed {
        return Some(Spelling::Near);
    }
    (one.starts_with(other) || other.starts_with(one)).then_some(Spelling::Partial)
}

/// Letters missing, added, changed, or neighbours swapped, from one spelling to the other (Damerau, restricted).
fn slips(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let changed = last[j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = changed.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row.push(least);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person<'n>(surname: &'n str, first_name: &'n str, birth_year: impl Into<Option<u16>>) -> Identity<'n> {
        Identity {
            surname,
            first_name,
            birth_year: birth_year.into(),
        }
    }

    #[test]
    fn the_same_names_and_year_are_the_same_person_whatever_the_spelling() {
        let there = person("N’Guessan", "Jean-Éric", 1964);
        for (surname, first_name) in [
            ("NGUESSAN", "jean eric"),
            ("n'guessan", "Jean-Eric"),
            ("Jean-Éric", "N’Guessan"),
        ] {
            assert_eq!(
                likeness(person(surname, first_name, 1964), there),
                Some(Likeness::Same)
            );
        }
    }

    #[test]
    fn without_a_year_the_same_names_are_likely() {
        assert_eq!(
            likeness(person("Benali", "Aïcha", None), person("BENALI", "Aicha", 1980)),
            Some(Likeness::Likely)
        );
    }

    #[test]
    fn namesakes_of_another_year_are_only_possible() {
        assert_eq!(
            likeness(person("Sow", "Mamadou", 1980), person("Sow", "Mamadou", 1955)),
            Some(Likeness::Possible)
        );
    }

    #[test]
    fn a_slip_of_the_hand_is_likely_with_the_year_and_possible_without() {
        let there = person("Benali", "Aïcha", 1980);
        for surname in ["Bennali", "Benail", "Benari", "Benai"] {
            assert_eq!(
                likeness(person(surname, "Aïcha", 1980), there),
                Some(Likeness::Likely),
                "{surname}"
            );
            assert_eq!(
                likeness(person(surname, "Aïcha", None), there),
                Some(Likeness::Possible),
                "{surname}"
            );
            assert_eq!(likeness(person(surname, "Aïcha", 1981), there), None, "{surname}");
        }
    }

    #[test]
    fn short_names_allow_no_slip() {
        assert_eq!(
            likeness(person("Sow", "Mamadou", 1980), person("Sy", "Mamadou", 1980)),
            None
        );
        assert_eq!(
            likeness(person("Ba", "Awa", 1980), person("Ka", "Awa", 1980)),
            None
        );
    }

    #[test]
    fn one_name_in_common_and_the_other_begun_or_blank_is_possible() {
        let there = person("Perrin", "Odile", None);
        assert_eq!(
            likeness(person("Perrin", "O.", None), there),
            Some(Likeness::Possible)
        );
        assert_eq!(
            likeness(person("", "Odile", None), there),
            Some(Likeness::Possible)
        );
        assert_eq!(likeness(person("P", "O", None), there), None);
    }

    #[test]
    fn different_people_are_not_alike() {
        assert_eq!(
            likeness(person("Perrin", "Odile", None), person("Perrin", "Lucette", None)),
            None
        );
        assert_eq!(
            likeness(person("Perrin", "Odile", 1950), person("Garnier", "Odile", 1950)),
            None
        );
    }

    #[test]
    fn likeness_does_not_depend_on_the_order() {
        let people = [
            person("Benali", "Aïcha", 1980),
            person("Bennali", "Aicha", None),
            person("Aïcha", "Benali", 1981),
            person("", "Aïcha", None),
        ];
        for one in people {
            for other in people {
                assert_eq!(likeness(one, other), likeness(other, one));
            }
        }
    }
}
