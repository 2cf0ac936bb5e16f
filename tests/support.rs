//! What the tests stand on.

pub mod chaos;
#[cfg(target_os = "linux")]
#[path = "../crates/clearing/tests/clearing/cluster.rs"]
#[allow(dead_code, reason = "clearing's own tests use the rest")]
pub mod cluster;
#[cfg(target_os = "linux")]
#[path = "../crates/clearing/tests/clearing/contents.rs"]
pub mod contents;
pub mod courier;
pub mod draws;
pub mod forms;
pub mod link;
#[cfg(target_os = "linux")]
#[path = "../crates/clearing/tests/clearing/strace.rs"]
pub mod strace;
pub mod town;
pub mod world;
