//! One binary, so that the workspace links once.

mod ledger;
mod story;
mod support;
