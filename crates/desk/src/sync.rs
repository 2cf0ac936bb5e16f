//! The exchange with clearing. No transaction is ever open across the network, and nothing at
//! the counter waits for any of this.

mod exchange;
mod http;
mod link;
mod overview;

pub use http::HttpLink;
pub use link::{Answer, Link, LinkFault};
pub(crate) use link::LinkMemory;
