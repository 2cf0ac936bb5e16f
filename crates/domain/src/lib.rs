//! The rules of Passerelle: pure, without input, output, clock or randomness.
//!
//! What the world is asked for (the day, random bytes) comes in as an argument; what the rules
//! say no to comes out as data ([`refusal::Refusal`]), never as a sentence.

mod coded;

pub mod attendee;
pub mod audit;
pub mod calendar;
pub mod cents;
pub mod civil_date;
pub mod civil_time;
pub mod commune;
pub mod credential;
pub mod day;
pub mod duration;
pub mod event;
pub mod exchange;
pub mod fault;
pub mod fold;
pub mod head_count;
pub mod id;
pub mod key;
pub mod keystroke;
pub mod label;
pub mod month;
pub mod number;
pub mod objection;
pub mod pass;
pub mod pass_set;
pub mod passphrase;
pub mod pin;
pub mod programme;
pub mod recovery_code;
pub mod redemption;
pub mod refusal;
pub mod role;
pub mod route;
pub mod scan;
pub mod siret;
pub mod statement;
pub mod typed;
pub mod wire;
pub mod workshop;
