//! One binary, so that the workspace links once.

mod story;
mod support;
