//! What one service takes on at once, and from whom.

use std::{fmt, net::IpAddr, num::NonZeroU32, str::FromStr, time::Duration};

/// How often somebody may ask, written `AT_ONCE/PER_MINUTE`: `600/1200`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many times at once.
    pub at_once: NonZeroU32,
    /// How many more times each minute.
    pub per_minute: NonZeroU32,
}

/// Not two whole numbers above zero with a `/` between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an allowance: two numbers above zero, as in 600/1200")]
pub struct AllowanceFault;

impl Allowance {
    /// So many times at once, and so many more each minute.
    ///
    /// # Panics
    /// One of them is zero.
    #[must_use]
    pub const fn new(at_once: u32, per_minute: u32) -> Self {
        Self {
            at_once: NonZeroU32::new(at_once).expect("somebody may ask at least once"),
            per_minute: NonZeroU32::new(per_minute).expect("an allowance comes back some day"),
        }
    }
}

impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.at_once, self.per_minute)
    }
}

impl FromStr for Allowance {
    type Err = AllowanceFault;

    fn from_str(text: &str) -> Result<Self, AllowanceFault> {
        let (at_once, per_minute) = text.split_once('/').ok_or(AllowanceFault)?;
        let number = |digits: &str| digits.trim().parse().map_err(|_| AllowanceFault);
        Ok(Self {
            at_once: number(at_once)?,
            per_minute: number(per_minute)?,
        })
    }
}

/// Everything that is counted or timed. The defaults let 1 500 desks come back behind one address
/// with a month of passes each: some five requests a desk, well below [`Limits::per_address`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Requests of one address (of one /64 for IPv6).
    pub per_address: Allowance,
    /// Requests of one device from one address.
    pub per_device: Allowance,
    /// Wrong enrolment codes from one address.
    pub guesses_per_address: Allowance,
    /// Wrong enrolment codes that begin like one that was issued, from anywhere.
    pub guesses_per_code: Allowance,
    /// Connections open at once; whoever comes after them waits in the system's queue.
    pub connections: usize,
    /// From the beginning of a connection to the end of its TLS handshake.
    pub handshake: Duration,
    /// From the first byte waited for to the end of a request's head: silence between two requests
    /// counts too.
    pub head: Duration,
    /// From the end of the head to the end of the body.
    pub body: Duration,
    /// A whole connection, however many requests it brings; the one under way then has
    /// [`Limits::stop`] to end.
    pub connection: Duration,
    /// What requests under way are given when the service is told to stop.
    pub stop: Duration,
    /// Proxies whose `x-forwarded-for` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Limits {
    /// Below the 1 024 files that a process may open where nobody has raised it.
    pub const CONNECTIONS: usize = 900;
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_address: Allowance::new(12_000, 30_000),
            per_device: Allowance::new(600, 1_200),
            guesses_per_address: Allowance::new(300, 10),
            guesses_per_code: Allowance::new(30, 1),
            connections: Self::CONNECTIONS,
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(15),
            body: Duration::from_secs(60),
            connection: Duration::from_secs(30 * 60),
            stop: Duration::from_secs(20),
            trusted_proxies: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_is_read_as_it_is_written() {
        let allowance = Allowance::new(600, 1_200);
        assert_eq!(allowance.to_string(), "600/1200");
        assert_eq!("600/1200".parse(), Ok(allowance));
        for other in ["", "600", "0/5", "5/0", "-1/5", "5/5/5", "a/b"] {
            assert_eq!(other.parse::<Allowance>(), Err(AllowanceFault), "{other}");
        }
    }
}
