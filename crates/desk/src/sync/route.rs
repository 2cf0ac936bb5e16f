//! The way to clearing: the proxy of the site's network, and the authority that signs in its name
//! where that network reads what passes.
//!
//! The system's own proxy and authorities are used without a word here. What a person adds is
//! checked when they add it: a mistake is told at once, and not as a link that never comes.

use crate::{
    desk::Desk,
    error::Error,
    form::{AuthorityChange, RouteForm},
    ledger::{Op, audits::Act, settings},
    session::Deed,
    view::RouteView,
};
use passerelle_domain::{fault::FaultList, route::RouteFault};
use reqwest::{Certificate, ClientBuilder, Proxy, Url};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use serde::{Deserialize, Serialize};

/// The largest file of authorities. All those of a browser take less.
pub const MAX_AUTHORITY_BYTES: usize = 256 << 10;

/// What was added to the system's own way, as it was checked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// The proxy's address; the system's proxy, if it has one, when absent.
    pub proxy: Option<String>,
    /// Certificates in PEM, believed besides the system's.
    pub authorities: Option<String>,
}

impl Desk {
    /// The way to clearing, as it is set.
    ///
    /// # Errors
    /// The ledger.
    pub fn get_route(&self) -> Result<RouteView, Error> {
        self.as_preparer(Deed::Manage)?;
        let route = self.route()?;
        let authorities = route.authorities.as_deref().map(read_certificates).transpose();
        Ok(RouteView {
            proxy: route.proxy,
            authorities: authorities.ok().flatten().unwrap_or(0),
        })
    }

    /// Changes the way to clearing.
    ///
    /// # Errors
    /// What is to be corrected.
    pub fn change_route(&self, form: &RouteForm) -> Result<(), Error> {
        let ledger = self.as_preparer(Deed::Manage)?;
        let mut faults = FaultList::default();
        let proxy = faults.read("proxy", read_proxy(&form.proxy));
        let added = match &form.authority {
            AuthorityChange::Keep | AuthorityChange::Forget => Some(None),
            AuthorityChange::Add { pem } => faults.read("authority", read_authorities(pem)).map(Some),
        };
        let (Some(proxy), Some(added)) = (proxy, added) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        ledger.write(Op::Settle, |db| {
            let authorities = match &form.authority {
                AuthorityChange::Keep => settings::load_route(db)?.authorities,
                AuthorityChange::Forget => None,
                AuthorityChange::Add { .. } => added,
            };
            settings::save_route(db, &Route { proxy, authorities })?;
            self.note(db, Act::ChangeRoute, 1)
        })
    }

    pub(super) fn route(&self) -> Result<Route, Error> {
        self.as_machine().read(|db| settings::load_route(db))
    }
}

impl Route {
    /// A client that goes this way.
    ///
    /// # Errors
    /// What was kept is not what was checked.
    pub(super) fn guide(&self, mut client: ClientBuilder) -> reqwest::Result<ClientBuilder> {
        if let Some(address) = &self.proxy {
            client = client.proxy(Proxy::all(address)?);
        }
        if let Some(pem) = &self.authorities {
            client = client.tls_certs_merge(Certificate::from_pem_bundle(pem.as_bytes())?);
        }
        Ok(client)
    }
}

/// The proxy's address, in full; none when blank.
fn read_proxy(typed: &str) -> Result<Option<String>, RouteFault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let (scheme, rest) = typed.split_once("://").unwrap_or(("http", typed));
    if !["http", "https"].contains(&scheme.to_lowercase().as_str()) {
        return Err(RouteFault::ProxyScheme);
    }
    let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| RouteFault::ProxyAddress)?;
    if url.path() != "/" || url.query().is_some() {
        return Err(RouteFault::ProxyScript);
    }
    // A port that is the scheme's own is not in a `Url`; in what was typed it is.
    let names_port = rest
        .trim_end_matches('/')
        .rsplit_once(':')
        .is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if names_port {
        Ok(Some(format!("{scheme}://{}", rest.trim_end_matches('/'))))
    } else {
        Err(RouteFault::ProxyPort)
    }
}

/// The text of a file of certificates, each of which can be read.
fn read_authorities(pem: &str) -> Result<String, RouteFault> {
    if pem.len() > MAX_AUTHORITY_BYTES {
        return Err(RouteFault::AuthorityTooLarge);
    }
    // A file of bytes that was read as text has letters that are none.
    if pem.contains(['\u{0}', '\u{fffd}']) {
        return Err(RouteFault::AuthorityBinary);
    }
    if pem.contains("PRIVATE KEY-----") {
        return Err(RouteFault::AuthorityPrivateKey);
    }
    match read_certificates(pem)? {
        0 => Err(RouteFault::AuthorityNone),
        _ => Ok(pem.to_owned()),
    }
}

/// How many certificates the text has, all of which can be read.
fn read_certificates(pem: &str) -> Result<u32, RouteFault> {
    let mut store = RootCertStore::empty();
    let mut rank = 0;
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        rank += 1;
        let damaged = RouteFault::AuthorityDamaged { rank };
        store
            .add(certificate.map_err(|_| damaged)?)
            .map_err(|_| damaged)?;
    }
    Ok(rank)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn authority() -> String {
        crate::sync::certificates::Authority::new("Mairie").pem()
    }

    #[test]
    fn a_proxy_is_an_address_with_its_port() {
        for (typed, read) in [
            ("", None),
            ("  ", None),
            ("proxy.mairie.fr:3128", Some("http://proxy.mairie.fr:3128")),
            (" http://10.0.0.1:80/ ", Some("http://10.0.0.1:80")),
            ("https://[fd00::1]:443", Some("https://[fd00::1]:443")),
            (
                "http://nom:secret@proxy:8080",
                Some("http://nom:secret@proxy:8080"),
            ),
        ] {
            assert_eq!(read_proxy(typed), Ok(read.map(str::to_owned)), "{typed:?}");
        }
    }

    #[test]
    fn each_mistake_about_a_proxy_has_its_own_sentence() {
        for (typed, fault) in [
            ("proxy.mairie.fr", RouteFault::ProxyPort),
            ("http://[fd00::1]", RouteFault::ProxyPort),
            ("http://proxy:99999", RouteFault::ProxyAddress),
            ("a b:3128", RouteFault::ProxyAddress),
            ("socks5://proxy:1080", RouteFault::ProxyScheme),
            ("http://mairie.fr:80/proxy.pac", RouteFault::ProxyScript),
            ("http://mairie.fr:80/?pac=1", RouteFault::ProxyScript),
        ] {
            assert_eq!(read_proxy(typed), Err(fault), "{typed:?}");
        }
    }

    #[test]
    fn several_authorities_may_stand_in_one_file_with_words_between() {
        let pem = format!("Mairie\n{}\nsubject=/CN=Autre\n{}", authority(), authority());
        assert_eq!(read_certificates(&pem), Ok(2));
        assert_eq!(read_authorities(&pem).as_deref(), Ok(pem.as_str()));
    }

    #[test]
    fn each_mistake_about_an_authority_has_its_own_sentence() {
        let good = authority();
        let cut = good.replacen("MII", "AAA", 1);
        for (pem, fault) in [
            (String::new(), RouteFault::AuthorityNone),
            ("just a text".into(), RouteFault::AuthorityNone),
            ("0\u{fffd}\u{3}\u{fffd}".into(), RouteFault::AuthorityBinary),
            (
                format!("{good}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                RouteFault::AuthorityPrivateKey,
            ),
            (format!("{good}{cut}"), RouteFault::AuthorityDamaged { rank: 2 }),
            (
                good.replace("-----END", "----END"),
                RouteFault::AuthorityDamaged { rank: 1 },
            ),
            (good.repeat(1000), RouteFault::AuthorityTooLarge),
        ] {
            assert_eq!(read_authorities(&pem), Err(fault), "{:.60}", pem);
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_always_a_way_that_can_be_gone(proxy in ".{0,40}|(https?://)?[a-z.:0-9\\[\\]@]{1,20}:[0-9]{1,5}/?") {
            if let Ok(proxy) = read_proxy(&proxy) {
                let route = Route { proxy, authorities: None };
                prop_assert!(route.guide(reqwest::Client::builder()).is_ok(), "{:?}", route);
            }
        }
    }
}
