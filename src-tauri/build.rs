//! Embeds the icon, the configuration and the capabilities.
fn main() {}
