//! Where the database is, and whether the way there may be in clear.

use crate::error::Error;
use postgres::{
    Config,
    config::{Host, SslMode},
};
use std::{net::IpAddr, time::Duration};

/// How long a connection may take. A server behind may have taken over meanwhile.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// After how long without an answer the other side is taken for gone.
const SILENCE: Duration = Duration::from_secs(30);

/// A database, and how it is reached.
#[derive(Clone)]
pub struct Address {
    /// What the driver needs to know.
    pub config: Config,
    /// Whether the connection is encrypted, and the server's certificate checked.
    pub is_encrypted: bool,
}

impl Address {
    /// Reads `postgresql://USER:PASSWORD@HOST:PORT/DATABASE`, or the same as `key=value` pairs.
    ///
    /// A server of this machine, by its socket or on loopback, is spoken to in clear unless the
    /// address says `sslmode=require`. Any other is spoken to in TLS, whatever it says.
    ///
    /// # Errors
    /// Not an address; or one that asks for the way through a network to be in clear.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // What was not understood may hold the password: it is not repeated.
        let mut config: Config = text.parse().map_err(|_| Error::UnreadableAddress)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(Error::UnreadableAddress);
        }
        let is_near = config.get_hosts().iter().all(is_on_this_machine)
            && config.get_hostaddrs().iter().all(IpAddr::is_loopback);
        let is_encrypted = match (config.get_ssl_mode(), is_near) {
            (SslMode::Disable, false) => return Err(Error::AddressInClear),
            (SslMode::Disable | SslMode::Prefer, true) => false,
            (_, _) => true,
        };
        config.ssl_mode(if is_encrypted {
            SslMode::Require
        } else {
            SslMode::Disable
        });
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_TIMEOUT);
        }
        if config.get_application_name().is_none() {
            config.application_name("passerelle-clearing");
        }
        config.keepalives_idle(SILENCE).tcp_user_timeout(SILENCE);
        Ok(Self { config, is_encrypted })
    }
}

fn is_on_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_encrypted(text: &str) -> Result<bool, Error> {
        Address::parse(text).map(|address| address.is_encrypted)
    }

    #[test]
    fn a_server_of_this_machine_is_spoken_to_in_clear_unless_asked() {
        for text in [
            "postgresql:///books?host=/run/postgresql",
            "host=/run/postgresql dbname=books",
            "postgresql://service@localhost/books",
            "postgresql://127.0.0.1,[::1]:5433/books",
            "postgresql://localhost/books?sslmode=disable",
        ] {
            assert!(matches!(is_encrypted(text), Ok(false)), "{text}");
        }
        let asked = "postgresql://localhost/books?sslmode=require";
        assert!(matches!(is_encrypted(asked), Ok(true)));
    }

    #[test]
    fn a_server_across_a_network_is_never_spoken_to_in_clear() {
        for text in [
            "postgresql://db.example.fr/books",
            "postgresql://db.example.fr/books?sslmode=prefer",
            "postgresql://localhost,192.0.2.7/books",
            "postgresql://localhost/books?hostaddr=192.0.2.7",
        ] {
            assert!(matches!(is_encrypted(text), Ok(true)), "{text}");
        }
        let in_clear = "postgresql://db.example.fr/books?sslmode=disable";
        assert!(matches!(is_encrypted(in_clear), Err(Error::AddressInClear)));
    }

    #[test]
    fn what_is_no_address_is_not_repeated() {
        for text in [
            "",
            "secret",
            "mysql://root:secret@localhost/books",
            "dbname=books",
            "host=x y=secret",
        ] {
            let refusal = Address::parse(text).err().expect(text);
            assert!(matches!(refusal, Error::UnreadableAddress), "{text}");
            assert!(!refusal.to_string().contains("secret"));
        }
    }
}
