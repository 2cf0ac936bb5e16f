//! What the tests stand on.

pub mod forms;
pub mod link;
pub mod town;
pub mod world;
