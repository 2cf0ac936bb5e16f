//! What may be wrong with the way to clearing that a person sets: the proxy of their network, and
//! the authority that signs in its name.

use crate::fault::fault_codes;
use serde::Serialize;

/// Why a proxy or an authority cannot be taken as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RouteFault {
    /// The text is no address.
    #[error("not an address")]
    ProxyAddress,
    /// The address has no port: no network has its proxy where browsers would look by themselves.
    #[error("no port")]
    ProxyPort,
    /// Another kind of proxy than HTTP, such as SOCKS.
    #[error("not an http proxy")]
    ProxyScheme,
    /// The address of a script that browsers run to choose a proxy.
    #[error("a script that chooses a proxy")]
    ProxyScript,
    /// No certificate in the file.
    #[error("no certificate")]
    AuthorityNone,
    /// The file is not text: a certificate in its other format.
    #[error("not a text")]
    AuthorityBinary,
    /// A secret that must not be kept here.
    #[error("a private key")]
    AuthorityPrivateKey,
    /// A certificate of the file cannot be read.
    #[error("certificate {rank} cannot be read")]
    AuthorityDamaged {
        /// Which, from 1.
        rank: u32,
    },
    /// The file is much longer than any authority needs.
    #[error("too large")]
    AuthorityTooLarge,
}

fault_codes!(RouteFault {
    ProxyAddress = "proxy-address",
    ProxyPort = "proxy-port",
    ProxyScheme = "proxy-scheme",
    ProxyScript = "proxy-script",
    AuthorityNone = "authority-none",
    AuthorityBinary = "authority-binary",
    AuthorityPrivateKey = "authority-private-key",
    AuthorityDamaged = "authority-damaged",
    AuthorityTooLarge = "authority-too-large",
});
