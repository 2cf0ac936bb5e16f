//! How long to wait for something that does not move. Never for the whole: a slow line that moves
//! is a good line.

use super::{LinkFault, fault::unreachable};
use std::{future::Future, time::Duration};
use tokio::time::timeout;

/// When a link gives up.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a connection may take to be made, names, proxy and TLS included.
    pub connect: Duration,
    /// How long nothing may arrive.
    pub stall: Duration,
    /// The slowest line on which a body still gets through, in bytes a second.
    pub slowest: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            stall: Duration::from_secs(30),
            slowest: 1000,
        }
    }
}

impl Patience {
    /// How long nothing may arrive after a body of so many bytes. The system takes a body off our
    /// hands at once, however slowly it leaves: nobody sees it move, so its length buys it time.
    pub fn before_answer(&self, length: usize) -> Duration {
        let leaving = length as f64 / f64::from(self.slowest);
        self.connect + self.stall + Duration::from_secs_f64(leaving)
    }
}

/// Waits for a step that must come within that silence.
pub async fn moving<T>(
    silence: Duration,
    step: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, LinkFault> {
    match timeout(silence, step).await {
        Ok(outcome) => outcome.map_err(|error| unreachable(&error)),
        Err(_) => Err(LinkFault::Stalled),
    }
}
