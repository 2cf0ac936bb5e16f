//! The exchange with clearing. No transaction is ever open across the network, and nothing at
//! the counter waits for any of this.

mod background;
mod courier;
mod exchange;
mod http;
mod link;
mod memory;
mod outbox;
mod overview;
mod pace;
mod route;

pub use background::Wake;
pub(crate) use courier::{Gathering, Relayed};
pub use courier::{POUCH_EXTENSION, PouchFault};
pub use http::HttpLink;
pub(crate) use link::LinkMemory;
pub use link::{Link, LinkFault};
pub(crate) use outbox::count_receipts;
pub use outbox::{Delivery, Outbox};
pub(crate) use overview::standings;
pub use passerelle_domain::exchange::Answer;
pub use route::{MAX_AUTHORITY_BYTES, Route};

#[cfg(test)]
mod certificates;
