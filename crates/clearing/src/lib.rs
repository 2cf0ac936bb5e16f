//! The clearing service.
