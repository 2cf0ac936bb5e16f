//! The way to clearing, shown and changed.

use super::{Exit, answers::Outcome};
use passerelle_desk::{
    Desk, Error,
    form::{AuthorityChange, RouteForm},
    sync::MAX_AUTHORITY_BYTES,
    view::RouteView,
};
use passerelle_words::{say, say_with};
use serde_json::json;
use std::{fs, io::Read, path::Path};

/// Changes what is given, and says how things stand.
///
/// # Errors
/// What is to be corrected, a file that cannot be read, or the ledger.
pub fn change(
    desk: &Desk,
    proxy: Option<&str>,
    authority: Option<&Path>,
    no_authority: bool,
) -> Result<Outcome, Error> {
    let held = desk.get_route()?;
    let authority = match authority {
        Some(file) => AuthorityChange::Add { pem: text_of(file)? },
        None if no_authority => AuthorityChange::Forget,
        None => AuthorityChange::Keep,
    };
    let changes_something = proxy.is_some() || !matches!(authority, AuthorityChange::Keep);
    if changes_something {
        let proxy = proxy.map(str::to_owned).or(held.proxy).unwrap_or_default();
        desk.change_route(&RouteForm { proxy, authority })?;
    }
    let address = desk.clearing_address()?;
    let route = desk.get_route()?;
    let json = json!({ "address": address, "proxy": route.proxy, "authorities": route.authorities });
    Ok(Outcome::new(shown(address.as_deref(), &route), json, Exit::Done))
}

fn shown(address: Option<&str>, route: &RouteView) -> String {
    let address = match address {
        Some(address) => say_with("settings-link-enrolled", &[("address", address.into())]),
        None => say("settings-link-not-enrolled"),
    };
    let proxy = match &route.proxy {
        Some(proxy) => say_with("cli-link-proxy", &[("proxy", proxy.as_str().into())]),
        None => say("cli-link-system-proxy"),
    };
    let authorities = say_with("cli-link-authorities", &[("count", route.authorities.into())]);
    [address, proxy, authorities].join("\n")
}

/// The text of a file of certificates; one byte too many is enough to tell that it is too large.
fn text_of(file: &Path) -> Result<String, Error> {
    let mut bytes = Vec::new();
    let most = MAX_AUTHORITY_BYTES as u64 + 1;
    fs::File::open(file)
        .and_then(|open| open.take(most).read_to_end(&mut bytes))
        .map_err(|error| Error::file(file, error))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
