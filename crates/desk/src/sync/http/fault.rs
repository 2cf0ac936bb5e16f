//! From what the network's layers say to what a person can do about it.

use crate::sync::LinkFault;
use rustls::CertificateError;
use std::{error::Error, io, iter::successors};

/// What hyper's connector begins its complaints about a proxy with; it gives them no type.
const TUNNEL: &str = "tunnel error";

/// Why nothing came back.
pub fn unreachable(error: &reqwest::Error) -> LinkFault {
    let said = causes(error)
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ");
    let refused = causes(error).find_map(|cause| match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(why)) => Some(why),
        Some(_) | None => None,
    });
    match refused {
        Some(why) if is_of_another_day(why) => LinkFault::Clock(said),
        Some(_) => LinkFault::Intercepted(said),
        None if said.contains(TUNNEL) => LinkFault::Proxy(said),
        None => LinkFault::Unreachable(said),
    }
}

fn is_of_another_day(why: &CertificateError) -> bool {
    matches!(
        why,
        CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. }
    )
}

/// The error and every cause below it: the outermost says little.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| cause_of(*error))
}

fn cause_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    // An error of the system's gives as its cause that of the one it wraps, and so skips it.
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}
