//! What travels between a desk and clearing, in versioned, frozen shapes.
//!
//! Everything is CBOR in arrays (never maps: names would cost more than values), compressed where
//! it is large, and signed over the exact bytes that travel. Golden bytes in the tests guard the
//! shapes: a field is only ever added at the end, under a new version.

mod batch;
mod columns;
mod decisions;
mod enrolment;
mod envelope;
mod receipt;
mod refused;
mod state;

pub use batch::{Batch, BatchFault, MAX_EVENTS, SiteEntry};
pub use decisions::{Decision, Decisions};
pub use enrolment::{CODE_CHARACTERS, CodeFault, EnrolmentCode, EnrolmentForm, Grant, ProofKey};
pub use envelope::{Envelope, EnvelopeFault, MAX_BODY_BYTES, MAX_ENVELOPE_BYTES, pack, unpack};
pub use receipt::{Claim, Receipt, Verdict};
pub use refused::Refused;
pub use state::{BookletRange, ProgrammeState, State};

/// The version of every shape here.
pub const VERSION: u8 = 1;

/// The media type of each request and answer.
pub const MEDIA_TYPE: &str = "application/vnd.passerelle+cbor";

/// Header of a question that has no body: which device asks.
pub const DEVICE_HEADER: &str = "passerelle-device";

/// Header of a question that has no body: Base32 of the device's signature over the path asked.
pub const SIGNATURE_HEADER: &str = "passerelle-signature";
