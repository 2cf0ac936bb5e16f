//! A pass in the hand: what a code says, and what proves it.
//!
//! A signed code is `P1` followed by Base32 (A-Z2-7, so that it prints small and survives a
//! keyboard) of an 11-byte body and a 64-byte Ed25519 signature: 122 characters, which a QR
//! code holds in version 5-M. The body is, big-endian: key (2), programme (2), booklet (4),
//! rank (1), last day (2, days since 2020-01-01).

use crate::{
    day,
    key::{PrivateKey, PublicKey, Purpose},
    programme::ProgrammeId,
};
use chrono::NaiveDate;
use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// The place of a pass in its booklet, from 1.
pub type Rank = u8;

/// One pass: programme, booklet and rank.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[cbor(array)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
pub struct PassId {
    /// The scheme it belongs to.
    #[n(0)]
    pub programme: ProgrammeId,
    /// The booklet in that scheme.
    #[n(1)]
    pub booklet: u32,
    /// The place in that booklet, from 1.
    #[n(2)]
    pub rank: Rank,
}

/// The number of a key that signs passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct PassKeyId(#[n(0)] pub u16);

/// A public key that signs passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct PassKey {
    /// Its number, as printed in each pass it signs.
    #[n(0)]
    pub id: PassKeyId,
    /// The key.
    #[n(1)]
    pub public: PublicKey,
}

/// What starts each signed code: the letter of a pass and the version of this format.
pub const MARKER: &str = "P1";

const BODY_BYTES: usize = 11;
const SIGNED_BYTES: usize = BODY_BYTES + 64;

/// How many characters a signed code has, marker included.
pub const CODE_LENGTH: usize = MARKER.len() + SIGNED_BYTES * 8 / 5;

/// A signed code taken apart; its signature is not yet checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedPass {
    /// The key that it says has signed it.
    pub key: PassKeyId,
    /// The pass.
    pub pass: PassId,
    /// The day printed on it.
    pub last_day: NaiveDate,
    signature: [u8; 64],
}

impl SignedPass {
    /// Signs a pass, or gives `None` for a last day outside 2020 to 2199.
    #[must_use]
    pub fn sign(key: PassKeyId, private: &PrivateKey, pass: PassId, last_day: NaiveDate) -> Option<Self> {
        let body = body(key, pass, day::number(last_day)?);
        Some(Self {
            key,
            pass,
            last_day,
            signature: private.sign(Purpose::Pass, &body),
        })
    }

    /// The code to print: 122 upper-case characters.
    #[must_use]
    pub fn code(&self) -> String {
        let signed = [self.body().as_slice(), &self.signature].concat();
        format!("{MARKER}{}", BASE32_NOPAD.encode(&signed))
    }

    /// Takes a code apart, or gives `None` when it has not this form. Expects upper case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let bytes = BASE32_NOPAD.decode(code.strip_prefix(MARKER)?.as_bytes()).ok()?;
        let (body, signature) = bytes.split_first_chunk::<BODY_BYTES>()?;
        let number = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
        Some(Self {
            key: PassKeyId(number(0)),
            pass: PassId {
                programme: ProgrammeId(number(2)),
                booklet: u32::from_be_bytes([body[4], body[5], body[6], body[7]]),
                rank: body[8],
            },
            last_day: day::from_number(number(9)),
            signature: signature.try_into().ok()?,
        })
    }

    /// Whether that key has signed this pass.
    #[must_use]
    pub fn is_signed_by(&self, public: &PublicKey) -> bool {
        public.verifies(Purpose::Pass, &self.body(), &self.signature)
    }

    fn body(&self) -> [u8; BODY_BYTES] {
        let last_day = day::number(self.last_day).expect("made from a number of days");
        body(self.key, self.pass, last_day)
    }
}

fn body(key: PassKeyId, pass: PassId, last_day: u16) -> [u8; BODY_BYTES] {
    let mut body = [0; BODY_BYTES];
    body[0..2].copy_from_slice(&key.0.to_be_bytes());
    body[2..4].copy_from_slice(&pass.programme.0.to_be_bytes());
    body[4..8].copy_from_slice(&pass.booklet.to_be_bytes());
    body[8] = pass.rank;
    body[9..11].copy_from_slice(&last_day.to_be_bytes());
    body
}

/// Folds what a person typed or a scanner sent: upper case, without spaces and separators.
#[must_use]
pub fn fold_code(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '.' | '/' | '\u{2011}'))
        .flat_map(char::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn signed(booklet: u32, rank: Rank) -> (SignedPass, PublicKey) {
        let private = PrivateKey::from_seed(&[1; 32]);
        let pass = PassId {
            programme: ProgrammeId(3),
            booklet,
            rank,
        };
        let last_day = NaiveDate::from_ymd_opt(2026, 12, 31).expect("a date");
        let signed = SignedPass::sign(PassKeyId(9), &private, pass, last_day).expect("a day of the wire");
        (signed, private.public())
    }

    #[test]
    fn a_code_has_122_characters_that_a_qr_code_holds_small() {
        let code = signed(1, 1).0.code();
        assert_eq!((code.len(), CODE_LENGTH), (122, 122));
        assert!(
            code.bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        );
    }

    #[test]
    fn a_code_typed_in_lower_case_with_spaces_is_the_same_code() {
        let code = signed(1, 1).0.code();
        let typed = format!(" {} {}", code[..10].to_lowercase(), &code[10..]);
        assert_eq!(fold_code(&typed), code);
    }

    #[test]
    fn a_cut_code_has_no_form() {
        let code = signed(1, 1).0.code();
        assert_eq!(SignedPass::parse(&code[..120]), None);
        assert_eq!(SignedPass::parse(&format!("{code}AA")), None);
        assert_eq!(SignedPass::parse("P1"), None);
        assert_eq!(SignedPass::parse(""), None);
    }

    proptest! {
        #[test]
        fn a_signed_pass_comes_back_and_holds(booklet: u32, rank: u8) {
            let (pass, public) = signed(booklet, rank);
            let read = SignedPass::parse(&pass.code()).expect("its own code");
            prop_assert_eq!(read, pass);
            prop_assert!(read.is_signed_by(&public));
        }

        #[test]
        fn a_code_with_one_letter_changed_never_holds(at in 2usize..CODE_LENGTH, by in 1usize..32) {
            const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
            let (pass, public) = signed(77, 3);
            let mut code = pass.code().into_bytes();
            let place = ALPHABET.iter().position(|&letter| letter == code[at]).expect("of the alphabet");
            code[at] = ALPHABET[(place + by) % 32];
            let changed = String::from_utf8(code).expect("ASCII");
            prop_assert!(SignedPass::parse(&changed).is_none_or(|read| !read.is_signed_by(&public)));
        }
    }
}
