//! What travels between a desk and clearing, in versioned, frozen shapes.
//!
//! Everything is CBOR in arrays (never maps: names would cost more than values), compressed where
//! it is large, and signed over the exact bytes that travel. Golden bytes in the tests guard the
//! shapes: a field is only ever added at the end, under a new version.

mod answer;
mod batch;
mod closed_month;
mod columns;
mod decisions;
mod enrolment;
mod envelope;
mod heard;
mod log;
mod objection;
mod passes;
mod pouch;
mod question;
mod recall;
mod receipt;
mod refused;
mod standing;
mod state;
mod succession;
mod whole;

pub use answer::Answer;
pub use batch::{Batch, BatchFault, MAX_EVENTS, SiteEntry};
pub use closed_month::{
    ClosedBalance, ClosedLine, ClosedMonth, ClosedPayee, ClosedShare, CountedCredit, CountedLife,
};
pub use decisions::{Decision, Decisions, first_number, follows, generation_of};
pub use enrolment::{CODE_CHARACTERS, CodeFault, EnrolmentCode, EnrolmentForm, Grant, ProofKey};
pub use envelope::{Envelope, EnvelopeFault, MAX_BODY_BYTES, MAX_ENVELOPE_BYTES, pack, unpack};
pub use heard::{Head, Heard, MAX_HEADS, Trace};
pub use log::{Log, Piece, log_path, read_log_path};
pub use objection::{Noted, Objection};
pub use passes::{MAX_SET_BYTES, Passes};
pub use pouch::{
    AnsweredBatch, AnsweredObjection, Few, MAX_POUCH_BATCHES, MAX_POUCH_BYTES, MAX_POUCH_DECISIONS,
    MAX_POUCH_OBJECTIONS, MAX_POUCH_RECALLS, Outward, Pouch, PouchCode, PouchFault, PouchPages, Return,
    ReturnCodes, SignedQuestion,
};
pub use question::{DEVICE_HEADER, Question, SIGNATURE_HEADER};
pub use recall::{Before, Recall};
pub use receipt::{Claim, Receipt, Verdict};
pub use refused::Refused;
pub use standing::{MonthsHeard, STANDING, SettledLine, SettledMonth, Standing};
pub use state::{BookletRange, Digest, ProgrammePart, State};
pub use succession::{ChainFault, FIRST_KEY, KeyChain, MAX_SUCCESSIONS, Succession};
pub use whole::{Changes, ProgrammeChanges, ProgrammeWhole, StateHead, WholeState};

/// The version of every shape here.
pub const VERSION: u8 = 1;

/// The media type of each request and answer.
pub const MEDIA_TYPE: &str = "application/vnd.passerelle+cbor";

/// Reads what travels bare: one value, and nothing after it.
fn read_bare<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8]) -> Option<T> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().ok()?;
    (decoder.position() == bytes.len()).then_some(value)
}

#[cfg(test)]
mod tests;
