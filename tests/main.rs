//! One binary, so that the workspace links once.
