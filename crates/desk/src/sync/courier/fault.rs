//! Why what was brought is not the answer that this device waits for.

use passerelle_domain::wire;

/// Why a file, a picture or a page was not taken in. Nothing is lost: the right one may still come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PouchFault {
    /// Neither a pouch nor a picture of one.
    #[error("not a pouch")]
    NotAPouch,
    /// Cut short or altered.
    #[error("the pouch is damaged")]
    Damaged,
    /// Larger than any that is made.
    #[error("the pouch is too large")]
    TooLarge,
    /// It goes to clearing, and is not what comes back.
    #[error("a pouch on its way to clearing")]
    Outward,
    /// It comes back from clearing, and is not what goes there.
    #[error("a pouch on its way back")]
    Return,
    /// More than one.
    #[error("several pouches")]
    Several,
    /// It answers another device.
    #[error("a return for another device")]
    OtherDevice,
    /// It lets a device in that never asked.
    #[error("a grant that was not asked for")]
    NotAsked,
    /// Codes are missing.
    #[error("code {rank} of {count} is missing")]
    MissingCode {
        /// The first that is missing.
        rank: u8,
        /// How many there are.
        count: u8,
    },
    /// Too many codes to print: it goes as a file.
    #[error("too long for paper")]
    TooLong,
}

impl PouchFault {
    /// The name of the sentence in `words/fr.ftl`, after `pouch-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAPouch => "not-a-pouch",
            Self::Damaged => "damaged",
            Self::TooLarge => "too-large",
            Self::Outward => "outward",
            Self::Return => "return",
            Self::Several => "several",
            Self::OtherDevice => "other-device",
            Self::NotAsked => "not-asked",
            Self::MissingCode { .. } => "missing-code",
            Self::TooLong => "too-long",
        }
    }

    /// Every code, for the test that each has its sentence.
    pub const CODES: [&'static str; 10] = [
        "not-a-pouch",
        "damaged",
        "too-large",
        "outward",
        "return",
        "several",
        "other-device",
        "not-asked",
        "missing-code",
        "too-long",
    ];
}

impl From<wire::PouchFault> for PouchFault {
    fn from(fault: wire::PouchFault) -> Self {
        match fault {
            wire::PouchFault::NotAPouch => Self::NotAPouch,
            wire::PouchFault::TooLarge => Self::TooLarge,
            wire::PouchFault::Damaged => Self::Damaged,
        }
    }
}
