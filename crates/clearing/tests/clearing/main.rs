//! The clearing service as desks and officers meet it: a real server on port 0, a clock set by
//! hand, and the real program.

mod administration;
mod batches;
mod claims;
#[allow(dead_code, reason = "the tests inside the crate use the rest")]
#[cfg(target_os = "linux")]
mod cluster;
mod command_line;
mod concurrency;
mod conflicts;
#[cfg(target_os = "linux")]
mod contents;
mod crash;
#[cfg(target_os = "linux")]
mod database;
mod decisions;
mod description;
mod desk;
mod enrolment;
mod http;
mod keys;
mod limits;
#[cfg(unix)]
mod logs;
mod months;
mod objections;
mod officer;
mod process;
mod replay;
mod service;
mod settings;
mod settlements;
mod several;
mod standing;
mod state;
#[cfg(unix)]
mod stop;
#[cfg(target_os = "linux")]
mod strace;
#[cfg(unix)]
mod tls;
