//! What the code on a certificate says: enough to check the paper, nothing that it does not show.

use crate::{
    id::DeviceId,
    key::{PrivateKey, PublicKey, Purpose},
};
use chrono::NaiveDate;
use data_encoding::BASE32_NOPAD;
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// What starts each code: the letter of a certificate and the version of this format.
pub const MARKER: &str = "C1";

/// A certificate in short. The person is there only as a digest of the name and number printed:
/// whoever holds the paper can check it, whoever finds the code alone learns no name.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Statement {
    /// Who issued it.
    #[n(0)]
    pub device: DeviceId,
    /// The number printed.
    #[n(1)]
    pub number: String,
    /// The day of issue.
    #[cbor(n(2), with = "crate::day")]
    pub issued_on: NaiveDate,
    /// The first day of the period.
    #[cbor(n(3), with = "crate::day")]
    pub first_day: NaiveDate,
    /// The last day of the period.
    #[cbor(n(4), with = "crate::day")]
    pub last_day: NaiveDate,
    /// How many workshops.
    #[n(5)]
    pub sessions: u32,
    /// For how long in all.
    #[n(6)]
    pub minutes: u32,
    /// See [`name_digest`].
    #[cbor(n(7), with = "minicbor::bytes")]
    pub name_digest: [u8; 8],
}

/// Eight bytes of SHA-256 over the number and the name as printed.
#[must_use]
pub fn name_digest(number: &str, name: &str) -> [u8; 8] {
    let digest = Sha256::new_with_prefix(b"passerelle/name/1\0")
        .chain_update(number)
        .chain_update([0])
        .chain_update(name)
        .finalize();
    let mut short = [0; 8];
    short.copy_from_slice(&digest[..8]);
    short
}

impl Statement {
    /// The code to print: upper-case letters and digits.
    #[must_use]
    pub fn code(&self, key: &PrivateKey) -> String {
        let body = minicbor::to_vec(self).expect("its days are those of workshops that were held");
        let signed = [key.sign(Purpose::Paper, &body).as_slice(), &body].concat();
        format!("{MARKER}{}", BASE32_NOPAD.encode(&signed))
    }

    /// Reads a code, if it is signed by that key.
    #[must_use]
    pub fn read(code: &str, key: &PublicKey) -> Option<Self> {
        let signed = BASE32_NOPAD.decode(code.strip_prefix(MARKER)?.as_bytes()).ok()?;
        let (signature, body) = signed.split_first_chunk()?;
        key.verifies(Purpose::Paper, body, signature)
            .then(|| minicbor::decode(body).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_for_its_key_and_without_a_change() {
        let key = PrivateKey::from_seed(&[5; 32]);
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).expect("a date");
        let statement = Statement {
            device: key.public().device_id(),
            number: "2026-0147".into(),
            issued_on: day(19),
            first_day: day(1),
            last_day: day(19),
            sessions: 4,
            minutes: 450,
            name_digest: name_digest("2026-0147", "Lucette Œuvrard"),
        };
        let code = statement.code(&key);
        assert_eq!(Statement::read(&code, &key.public()), Some(statement));
        assert_eq!(
            Statement::read(&code, &PrivateKey::from_seed(&[6; 32]).public()),
            None
        );
        let mut changed = code.into_bytes();
        let last = changed.len() - 2;
        changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
        assert_eq!(
            Statement::read(&String::from_utf8(changed).expect("ASCII"), &key.public()),
            None
        );
    }
}
