//! A device's credential: clearing's word that the key belongs to a desk of that structure.
//!
//! It is short enough to travel in a code beside what the device has signed, so that whoever knows
//! clearing's key can check both without a network. It says nothing of what came later: a device that
//! was stopped since still has its credential.

use crate::key::{PrivateKey, PublicKey, Purpose};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};

/// The longest credential that anybody reads, in bytes: with a certificate's statement it still fits
/// one code.
pub const MAX_CREDENTIAL_BYTES: usize = 1_024;

const SIGNATURE_BYTES: usize = 64;

/// Whose key it is, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Credential {
    /// The device's key.
    #[n(0)]
    pub device: PublicKey,
    /// The SIRET of the structure that it works for.
    #[n(1)]
    pub siret: String,
    /// The structure's name, as clearing knows it.
    #[n(2)]
    pub structure: String,
    /// The day from which it holds: that of the device's enrolment, in Paris.
    #[cbor(n(3), with = "crate::day")]
    pub holds_from: NaiveDate,
}

impl Credential {
    /// The bytes that travel: 64 of signature, then bare CBOR. The same content gives the same bytes.
    #[must_use]
    pub fn sign(&self, clearing: &PrivateKey) -> Vec<u8> {
        let body = minicbor::to_vec(self).expect("its day is within the calendar of the wire");
        [clearing.sign(Purpose::Credential, &body).as_slice(), &body].concat()
    }

    /// Reads a credential, if that service has signed it.
    #[must_use]
    pub fn read(signed: &[u8], clearing: &PublicKey) -> Option<Self> {
        if signed.len() > MAX_CREDENTIAL_BYTES {
            return None;
        }
        let (signature, body) = signed.split_first_chunk::<SIGNATURE_BYTES>()?;
        if !clearing.verifies(Purpose::Credential, body, signature) {
            return None;
        }
        let mut decoder = minicbor::Decoder::new(body);
        let credential = decoder.decode().ok()?;
        (decoder.position() == body.len()).then_some(credential)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;
    use proptest::{collection::vec, prelude::*};

    fn credential() -> Credential {
        Credential {
            device: PrivateKey::from_seed(&[5; 32]).public(),
            siret: "21940046200014".into(),
            structure: "Ville de Vincennes".into(),
            holds_from: NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date"),
        }
    }

    fn clearing() -> PrivateKey {
        PrivateKey::from_seed(&[1; 32])
    }

    #[test]
    fn it_keeps_its_bytes_and_is_the_same_each_time_it_is_signed() {
        let signed = credential().sign(&clearing());
        insta::assert_snapshot!("credential", HEXLOWER.encode(&signed));
        assert_eq!(signed, credential().sign(&clearing()));
        assert!(signed.len() <= 150, "{} bytes", signed.len());
    }

    #[test]
    fn it_reads_back_for_its_service_and_without_a_change() {
        let signed = credential().sign(&clearing());
        assert_eq!(
            Credential::read(&signed, &clearing().public()),
            Some(credential())
        );
        let other = PrivateKey::from_seed(&[6; 32]).public();
        assert_eq!(Credential::read(&signed, &other), None);
        for at in 0..signed.len() {
            let mut changed = signed.clone();
            changed[at] ^= 1;
            assert_eq!(
                Credential::read(&changed, &clearing().public()),
                None,
                "byte {at}"
            );
        }
    }

    #[test]
    fn what_clearing_has_signed_for_another_purpose_is_no_credential() {
        let body = minicbor::to_vec(credential()).expect("memory");
        let signed = [clearing().sign(Purpose::Grant, &body).as_slice(), &body].concat();
        assert_eq!(Credential::read(&signed, &clearing().public()), None);
        let longer = [body.as_slice(), &[0]].concat();
        let signed = [clearing().sign(Purpose::Credential, &longer).as_slice(), &longer].concat();
        assert_eq!(Credential::read(&signed, &clearing().public()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused_even_when_signed(bytes in vec(any::<u8>(), 0..2_000)) {
            let _ = Credential::read(&bytes, &clearing().public());
            let signed = [clearing().sign(Purpose::Credential, &bytes).as_slice(), &bytes].concat();
            let _ = Credential::read(&signed, &clearing().public());
        }
    }
}
