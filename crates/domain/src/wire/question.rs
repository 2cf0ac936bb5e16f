//! A question without a body: who asks, and their signature over what they ask.

use crate::{
    id::DeviceId,
    key::{PrivateKey, PublicKey, Purpose},
};
use data_encoding::{BASE32_NOPAD, HEXLOWER};

/// Header of a question that has no body: which device asks, in lower-case hexadecimal.
pub const DEVICE_HEADER: &str = "passerelle-device";

/// Header of a question that has no body: Base32 of the device's signature over the path asked,
/// query included.
pub const SIGNATURE_HEADER: &str = "passerelle-signature";

/// The two headers of a question, as written by a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What goes under [`DEVICE_HEADER`].
    pub device: String,
    /// What goes under [`SIGNATURE_HEADER`].
    pub signature: String,
}

impl Question {
    /// Signs `path_and_query` (`/v1/decisions?since=4`) exactly as it will be sent.
    #[must_use]
    pub fn ask(key: &PrivateKey, path_and_query: &str) -> Self {
        let signature = key.sign(Purpose::Question, path_and_query.as_bytes());
        Self {
            device: key.public().device_id().to_string(),
            signature: BASE32_NOPAD.encode(&signature),
        }
    }

    /// The device that says it asks, or `None` when the header has another form.
    #[must_use]
    pub fn asker(&self) -> Option<DeviceId> {
        let bytes = HEXLOWER.decode(self.device.as_bytes()).ok()?;
        Some(DeviceId(bytes.try_into().ok()?))
    }

    /// Whether the holder of that key has asked exactly this.
    #[must_use]
    pub fn is_asked_by(&self, key: &PublicKey, path_and_query: &str) -> bool {
        let signature = BASE32_NOPAD.decode(self.signature.as_bytes()).ok();
        signature
            .and_then(|bytes| <[u8; 64]>::try_from(bytes).ok())
            .is_some_and(|signature| key.verifies(Purpose::Question, path_and_query.as_bytes(), &signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_holds_for_its_asker_and_its_path_only() {
        let key = PrivateKey::from_seed(&[5; 32]);
        let question = Question::ask(&key, "/v1/decisions?since=4");
        assert_eq!(question.asker(), Some(key.public().device_id()));
        assert!(question.is_asked_by(&key.public(), "/v1/decisions?since=4"));
        assert!(!question.is_asked_by(&key.public(), "/v1/decisions?since=5"));
        let other = PrivateKey::from_seed(&[6; 32]);
        assert!(!question.is_asked_by(&other.public(), "/v1/decisions?since=4"));
    }

    #[test]
    fn headers_of_another_form_ask_nothing() {
        let key = PrivateKey::from_seed(&[5; 32]).public();
        for text in ["", "zz", "é", "00"] {
            let question = Question {
                device: text.into(),
                signature: text.into(),
            };
            assert_eq!(question.asker(), None);
            assert!(!question.is_asked_by(&key, "/"));
        }
    }
}
