//! The clearing service as desks and officers meet it: a real server on port 0, a clock set by
//! hand, and the real program.

mod batches;
mod claims;
mod command_line;
mod concurrency;
mod conflicts;
mod crash;
mod decisions;
mod desk;
mod enrolment;
mod http;
mod officer;
mod replay;
mod service;
mod settlements;
mod state;
