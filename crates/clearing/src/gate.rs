//! Who may ask now. An address, a device and an enrolment code each have a bucket; an empty one is
//! told when to come back.

use crate::{buckets::Buckets, limits::Limits};
use axum::http::HeaderMap;
use passerelle_domain::id::DeviceId;
use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    time::{Duration, Instant},
};

/// The part of an enrolment code that is said openly.
type Lookup = [u8; 3];

/// Where a request comes from, as far as it is counted: an IPv4 address, or the /64 of an IPv6 one,
/// which is what one household or one attacker has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

/// The other end of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// A wrong code, until it turns out to be right.
#[derive(Debug)]
pub struct Guess {
    origin: Origin,
    lookup: Lookup,
}

/// The buckets of one service.
#[derive(Debug)]
pub struct Gate {
    addresses: Buckets<Origin>,
    devices: Buckets<(Origin, DeviceId)>,
    guesses_from: Buckets<Origin>,
    guesses_at: Buckets<Lookup>,
    trusted_proxies: Vec<IpAddr>,
}

impl Gate {
    /// A gate that nobody has come to yet.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self {
            addresses: Buckets::of(limits.per_address),
            devices: Buckets::of(limits.per_device),
            guesses_from: Buckets::of(limits.guesses_per_address),
            guesses_at: Buckets::of(limits.guesses_per_code),
            trusted_proxies: limits.trusted_proxies.clone(),
        }
    }

    /// Where a request comes from: the other end of the connection or, when that is a trusted proxy,
    /// the last address of `x-forwarded-for` that is not one. What stands before it in the header,
    /// anybody may have written.
    pub fn origin(&self, peer: Option<Peer>, headers: &HeaderMap) -> Origin {
        let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |Peer(address)| address);
        if !self.trusts(peer) {
            return Origin::of(peer);
        }
        let told: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let mut origin = peer;
        for text in told.into_iter().rev() {
            let Some(address) = parse_address(text.trim()) else {
                break;
            };
            origin = address;
            if !self.trusts(address) {
                break;
            }
        }
        Origin::of(origin)
    }

    /// Counts a request of that origin.
    ///
    /// # Errors
    /// Too many have come; one more may after this time.
    pub fn admit(&self, origin: Origin) -> Result<(), Duration> {
        self.addresses.take(origin, Instant::now())
    }

    /// Counts what comes in the name of a device, as so many requests. The name is not proven yet: it
    /// counts with its origin, so that nobody uses up what another has. What is turned away here does not
    /// count for the origin, whose other desks are not to suffer.
    ///
    /// # Errors
    /// Too many have come; one more may after this time.
    pub fn admit_device(&self, origin: Origin, device: DeviceId, requests: u32) -> Result<(), Duration> {
        let now = Instant::now();
        let admitted = self.devices.take_several((origin, device), requests, now);
        match admitted {
            Ok(()) => self.addresses.owe(&origin, requests - 1, now),
            Err(_) => self.addresses.give_back(&origin),
        }
        admitted
    }

    /// Counts a code as wrong before it is looked at, so that many at once are counted too.
    ///
    /// # Errors
    /// Too many were wrong; one more may be tried after this time.
    pub fn guess(&self, origin: Origin, lookup: Lookup) -> Result<Guess, Duration> {
        let now = Instant::now();
        self.guesses_from.take(origin, now)?;
        if let Err(wait) = self.guesses_at.take(lookup, now) {
            self.guesses_from.give_back(&origin);
            return Err(wait);
        }
        Ok(Guess { origin, lookup })
    }

    /// The code was right after all, or was not looked at.
    pub fn forgive(&self, guess: &Guess) {
        self.guesses_from.give_back(&guess.origin);
        self.guesses_at.give_back(&guess.lookup);
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies.contains(&address.to_canonical())
    }
}

impl Origin {
    /// The origin of an address.
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(IpAddr::V4(address)),
            IpAddr::V6(address) => {
                let network = u128::from(address) & (u128::MAX << 64);
                Self(IpAddr::V6(network.into()))
            }
        }
    }
}

/// An address, with or without a port.
fn parse_address(text: &str) -> Option<IpAddr> {
    let bare = text.parse().ok();
    bare.or_else(|| text.parse().ok().map(|with_port: SocketAddr| with_port.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Allowance;

    fn gate(trusted: &[&str]) -> Gate {
        Gate::new(&Limits {
            per_address: Allowance::new(3, 1),
            per_device: Allowance::new(1, 1),
            guesses_per_address: Allowance::new(4, 1),
            guesses_per_code: Allowance::new(2, 1),
            trusted_proxies: trusted.iter().map(|text| address(text)).collect(),
            ..Limits::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    fn origin(gate: &Gate, peer: &str, forwarded: &[&str]) -> Origin {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().expect("a header"));
        }
        gate.origin(Some(Peer(address(peer))), &headers)
    }

    #[test]
    fn a_header_is_believed_from_a_trusted_proxy_only() {
        let stranger = Origin::of(address("203.0.113.9"));
        assert_eq!(origin(&gate(&[]), "203.0.113.9", &["198.51.100.1"]), stranger);
        assert_eq!(
            origin(&gate(&["192.0.2.1"]), "203.0.113.9", &["198.51.100.1"]),
            stranger
        );
        assert_eq!(
            origin(&gate(&["203.0.113.9"]), "203.0.113.9", &["198.51.100.1"]),
            Origin::of(address("198.51.100.1"))
        );
    }

    #[test]
    fn what_a_client_wrote_before_the_proxy_is_not_believed() {
        let gate = gate(&["192.0.2.1", "192.0.2.2"]);
        let client = Origin::of(address("198.51.100.7"));
        assert_eq!(origin(&gate, "192.0.2.1", &["10.0.0.1, 198.51.100.7"]), client);
        assert_eq!(
            origin(&gate, "192.0.2.1", &["10.0.0.1", "198.51.100.7, 192.0.2.2"]),
            client
        );
        assert_eq!(
            origin(&gate, "192.0.2.1", &["10.0.0.1, 198.51.100.7:4711"]),
            client
        );
        // A word that is no address hides who came before it.
        assert_eq!(
            origin(&gate, "192.0.2.1", &["198.51.100.7, unknown"]),
            Origin::of(address("192.0.2.1"))
        );
    }

    #[test]
    fn an_ipv6_network_is_one_origin_and_a_mapped_address_is_its_ipv4() {
        let of = |text| Origin::of(address(text));
        assert_eq!(of("2001:db8:1:2::3"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::3"), of("2001:db8:1:3::3"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn a_desk_that_asks_too_often_costs_its_neighbours_nothing() {
        let gate = gate(&[]);
        let (home, loud, quiet) = (
            Origin::of(address("192.0.2.9")),
            DeviceId([1; 16]),
            DeviceId([2; 16]),
        );
        for _ in 0..50 {
            assert_eq!(gate.admit(home), Ok(()));
            let _ = gate.admit_device(home, loud, 1);
        }
        assert_eq!(gate.admit(home), Ok(()));
        assert_eq!(gate.admit_device(home, quiet, 1), Ok(()));
        // Elsewhere, somebody else has nothing left of what the loud one used.
        let elsewhere = Origin::of(address("198.51.100.9"));
        assert_eq!(gate.admit_device(elsewhere, loud, 1), Ok(()));
    }

    #[test]
    fn a_town_that_comes_back_at_once_behind_one_address_is_not_turned_away() {
        let gate = Gate::new(&Limits::default());
        let town = Origin::of(address("192.0.2.9"));
        let ask = |desk: u16| {
            let mut device = [0; 16];
            device[..2].copy_from_slice(&desk.to_be_bytes());
            assert_eq!(gate.admit(town), Ok(()), "desk {desk}");
            assert_eq!(
                gate.admit_device(town, DeviceId(device), 1),
                Ok(()),
                "desk {desk}"
            );
        };
        // Decisions twice, two batches, the state, and one request whose connection was lost.
        for desk in 0..1_500 {
            for _ in 0..6 {
                ask(desk);
            }
        }
        // One of them was away for 400 days: 50 000 passes, 200 a batch.
        for _ in 0..250 {
            ask(0);
        }
    }

    #[test]
    fn wrong_codes_are_counted_by_address_and_by_code_and_right_ones_are_not() {
        let gate = gate(&[]);
        let (here, there) = (
            Origin::of(address("192.0.2.9")),
            Origin::of(address("198.51.100.9")),
        );
        for _ in 0..50 {
            let guess = gate.guess(here, [1, 2, 3]).expect("right ones are free");
            gate.forgive(&guess);
        }
        // From two places, the same code is still the same code.
        assert!(gate.guess(here, [1, 2, 3]).is_ok());
        assert!(gate.guess(there, [1, 2, 3]).is_ok());
        assert!(gate.guess(there, [1, 2, 3]).is_err());
        // One place may not try its luck on all of them.
        for other in 4..7 {
            assert!(gate.guess(here, [other; 3]).is_ok());
        }
        assert!(gate.guess(here, [7; 3]).is_err());
        assert!(gate.guess(there, [7; 3]).is_ok());
    }
}
