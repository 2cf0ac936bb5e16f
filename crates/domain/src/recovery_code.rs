//! The code of a recovery sheet: it opens the ledger when the passphrase is lost.
//!
//! Ninety random bits in six groups of four: three characters of Crockford's base 32 (no I, L, O or U) and one that
//! checks them. A slip is told by the rank of its group before anything slow is tried.

use crate::fault::fault_codes;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// Groups of a code.
pub const GROUPS: usize = 6;

/// Characters that carry something, of each group.
const CARRYING: usize = 3;

/// Characters of a group, the one that checks included.
const GROUP: usize = CARRYING + 1;

/// Random bytes that a code is drawn from: of each, five bits.
pub const DRAWN: usize = GROUPS * CARRYING;

/// <https://www.crockford.com/base32.html>
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Eighteen characters of five bits. Wiped from memory when dropped, and never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; DRAWN]>);

/// Why a text is not the code that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecoveryFault {
    /// Characters are missing, or too many.
    #[error("{count} characters instead of {needed}")]
    Length {
        /// Characters typed, without what parts them.
        count: usize,
        /// Characters of a code.
        needed: usize,
    },
    /// A slip in one group of four.
    #[error("a slip in group {rank}")]
    Group {
        /// Which, from 1.
        rank: usize,
    },
    /// Well typed, but of another sheet.
    #[error("not the code of this ledger")]
    Wrong,
    /// A group that is not the one asked for.
    #[error("not that group of the sheet")]
    GroupDiffers,
}

fault_codes! {
    RecoveryFault {
        Length = "recovery-length",
        Group = "recovery-group",
        Wrong = "recovery-wrong",
        GroupDiffers = "recovery-group-differs",
    }
}

impl RecoveryCode {
    /// The code made of these random bytes.
    #[must_use]
    pub fn draw(random: [u8; DRAWN]) -> Self {
        Self(Zeroizing::new(random.map(|byte| byte & 31)))
    }

    /// Reads a code as typed: in any case, parted by anything that is not a letter or a digit, with the letters
    /// that look like digits taken for them.
    ///
    /// # Errors
    /// Its length, or the first group with a slip.
    pub fn read(typed: &str) -> Result<Self, RecoveryFault> {
        let values: Zeroizing<Vec<Option<u8>>> = Zeroizing::new(
            typed
                .chars()
                .filter(|letter| letter.is_alphanumeric())
                .map(value)
                .collect(),
        );
        let needed = GROUPS * GROUP;
        if values.len() != needed {
            let count = values.len();
            return Err(RecoveryFault::Length { count, needed });
        }
        let mut code = Zeroizing::new([0; DRAWN]);
        for (at, group) in values.chunks_exact(GROUP).enumerate() {
            let read = read_group(at, group).ok_or(RecoveryFault::Group { rank: at + 1 })?;
            code[at * CARRYING..][..CARRYING].copy_from_slice(&read);
        }
        Ok(Self(code))
    }

    /// The groups as printed.
    #[must_use]
    pub fn groups(&self) -> [String; GROUPS] {
        std::array::from_fn(|at| {
            let carried = &self.0[at * CARRYING..][..CARRYING];
            carried
                .iter()
                .copied()
                .chain([check(at, carried)])
                .map(|value| char::from(LETTERS[usize::from(value)]))
                .collect()
        })
    }

    /// Whether somebody read that group, by its rank from 1, from the sheet of this code.
    ///
    /// # Errors
    /// It is another one, or has a slip.
    pub fn confirm(&self, rank: usize, typed: &str) -> Result<(), RecoveryFault> {
        let at = rank - 1;
        let values: Vec<Option<u8>> = typed
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .map(value)
            .collect();
        let is_it = read_group(at, &values).is_some_and(|read| read == self.0[at * CARRYING..][..CARRYING]);
        is_it.then_some(()).ok_or(RecoveryFault::GroupDiffers)
    }

    /// What is hashed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &*self.0
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

fn read_group(at: usize, values: &[Option<u8>]) -> Option<[u8; CARRYING]> {
    let &[Some(first), Some(second), Some(third), Some(checking)] = values else {
        return None;
    };
    let carried = [first, second, third];
    (check(at, &carried) == checking).then_some(carried)
}

/// The character that checks a group at this place, from 0. In the field of 32 elements each of the four has a
/// factor of its own, so that one wrong character, or two neighbours exchanged, always show; the place is added,
/// so that two groups exchanged do.
fn check(at: usize, carried: &[u8]) -> u8 {
    let place = u8::try_from(at + 1).expect("six groups");
    carried.iter().fold(place, |sum, value| doubled(sum ^ value))
}

/// Twice the value, modulo x⁵ + x² + 1.
const fn doubled(value: u8) -> u8 {
    let twice = value << 1;
    if twice & 32 == 0 { twice } else { twice ^ 0b10_0101 }
}

/// The five bits of a character, `None` for one that no code has.
fn value(letter: char) -> Option<u8> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    };
    let at = LETTERS.iter().position(|known| char::from(*known) == letter)?;
    u8::try_from(at).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DRAW: [u8; DRAWN] = [7, 31, 0, 12, 250, 99, 3, 18, 25, 1, 2, 3, 30, 29, 28, 11, 17, 200];

    fn printed() -> String {
        RecoveryCode::draw(DRAW).groups().join(" ")
    }

    /// Sheets are kept for years: what this draw prints never changes.
    #[test]
    fn a_code_is_printed_as_ever() {
        insta::assert_snapshot!(printed());
    }

    #[test]
    fn a_code_is_read_back_however_it_is_parted() {
        let code = RecoveryCode::draw(DRAW);
        for typed in [
            printed(),
            printed().to_lowercase(),
            printed().replace(' ', "-"),
            printed().replace(' ', ""),
            printed().replace('0', "o").replace('1', "l"),
            format!("  {}\n", printed().replace(' ', "\u{a0}· ")),
        ] {
            assert_eq!(RecoveryCode::read(&typed), Ok(code.clone()), "{typed}");
        }
    }

    #[test]
    fn a_code_of_another_length_is_told() {
        assert_eq!(
            RecoveryCode::read(&printed()[1..]),
            Err(RecoveryFault::Length {
                count: 23,
                needed: 24
            })
        );
        assert!(RecoveryCode::read("").is_err());
    }

    #[test]
    fn groups_exchanged_are_told() {
        let code = RecoveryCode::draw([9; DRAWN]);
        let mut groups = code.groups();
        assert_ne!(groups[0], groups[1]);
        groups.swap(0, 1);
        assert_eq!(
            RecoveryCode::read(&groups.concat()),
            Err(RecoveryFault::Group { rank: 1 })
        );
    }

    #[test]
    fn the_group_asked_for_is_confirmed_and_no_other() {
        let code = RecoveryCode::draw(DRAW);
        let groups = code.groups();
        assert_eq!(code.confirm(4, &groups[3].to_lowercase()), Ok(()));
        for wrong in [&groups[2], &groups[3][..3], "", "ÉÉÉÉ"] {
            assert_eq!(code.confirm(4, wrong), Err(RecoveryFault::GroupDiffers));
        }
    }

    #[test]
    fn it_is_never_printed_by_accident() {
        let code = RecoveryCode::draw(DRAW);
        assert_eq!(format!("{code:?}"), "RecoveryCode(…)");
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(random in any::<[u8; DRAWN]>()) {
            let code = RecoveryCode::draw(random);
            prop_assert_eq!(RecoveryCode::read(&code.groups().join(" ")), Ok(code));
        }

        #[test]
        fn one_wrong_character_is_told_with_its_group(
            random in any::<[u8; DRAWN]>(), at in 0..GROUPS * GROUP, other in 0..32usize,
        ) {
            let mut letters: Vec<u8> = RecoveryCode::draw(random).groups().concat().into_bytes();
            prop_assume!(letters[at] != LETTERS[other]);
            letters[at] = LETTERS[other];
            let typed = String::from_utf8(letters).expect("ASCII");
            let rank = at / GROUP + 1;
            prop_assert_eq!(RecoveryCode::read(&typed), Err(RecoveryFault::Group { rank }));
        }

        #[test]
        fn two_neighbours_exchanged_are_told(random in any::<[u8; DRAWN]>(), at in 1..GROUPS * GROUP) {
            let mut letters: Vec<u8> = RecoveryCode::draw(random).groups().concat().into_bytes();
            prop_assume!(letters[at] != letters[at - 1]);
            letters.swap(at, at - 1);
            let typed = String::from_utf8(letters).expect("ASCII");
            prop_assert!(RecoveryCode::read(&typed).is_err());
        }
    }
}
