//! The command line of the clearing service.
fn main() {}
