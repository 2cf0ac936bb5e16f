//! The rules of Passerelle: pure, without input, output, clock or randomness.
//!
//! What the world is asked for (the day, random bytes) comes in as an argument; what the rules
//! say no to comes out as data ([`refusal::Refusal`]), never as a sentence.

pub mod cents;
pub mod day;
pub mod event;
pub mod id;
pub mod key;
pub mod keystroke;
pub mod number;
pub mod pass;
pub mod programme;
pub mod redemption;
pub mod refusal;
pub mod scan;
pub mod wire;
