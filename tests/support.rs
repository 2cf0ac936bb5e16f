//! What the tests stand on.

pub mod draws;
pub mod forms;
pub mod link;
pub mod town;
pub mod world;
