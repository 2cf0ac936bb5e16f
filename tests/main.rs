//! One binary, so that the workspace links once.

mod blackbox;
mod command_line;
mod e2e;
mod ledger;
mod story;
mod support;
mod sync;
mod tidy;
