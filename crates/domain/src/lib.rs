//! domain

pub mod keystroke;
