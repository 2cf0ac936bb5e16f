//! What a link to clearing can do, and how it can fail.

use passerelle_domain::{
    exchange::{Answer, ExchangeFault, KEYS, OBJECTIONS, POUCHES, Request},
    wire::{ChainFault, CodeFault, DEVICE_HEADER, MonthsHeard, Refused, SIGNATURE_HEADER},
};
use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A way to reach a clearing service. Tests bring links that lose answers.
pub trait Link: Send + Sync {
    /// Sends a parcel.
    ///
    /// # Errors
    /// Nothing came back that this protocol knows.
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault>;

    /// Asks, with the headers that say who does: `(name, value)`.
    ///
    /// # Errors
    /// Nothing came back that this protocol knows.
    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault>;

    /// Does what an exchange asks for.
    ///
    /// # Errors
    /// Nothing came back that this protocol knows.
    fn carry(&self, request: &Request) -> Result<Answer, LinkFault> {
        match request {
            Request::Post { path, body } => match self.post(path, body) {
                // A service of before several batches could go together.
                Err(LinkFault::NoSuchPage) if *path == POUCHES => Ok(Answer::Unchanged),
                // A service that is older than objections.
                Err(LinkFault::NoSuchPage) if *path == OBJECTIONS => Ok(Answer::Unchanged),
                answered => answered,
            },
            Request::Get { path, question } => {
                let headers = [
                    (DEVICE_HEADER, question.device.clone()),
                    (SIGNATURE_HEADER, question.signature.clone()),
                ];
                match self.get(path, &headers) {
                    // A service that is older than this question.
                    Err(LinkFault::NoSuchPage) if MonthsHeard::from_path(path).is_some() => {
                        Ok(Answer::Unchanged)
                    }
                    answered => answered,
                }
            }
            Request::Keys => match self.get(KEYS, &[]) {
                // A service of before keys could be replaced.
                Err(LinkFault::NoSuchPage) => Ok(Answer::Unchanged),
                answered => answered,
            },
        }
    }
}

/// Why there was no exchange. None of them loses anything: the next attempt goes on from there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkFault {
    /// No connection, or no service at that address.
    #[error("clearing cannot be reached: {0}")]
    Unreachable(String),
    /// A connection on which nothing moves any more.
    #[error("nothing moves any more")]
    Stalled,
    /// The service, or what stands in front of it, cannot answer now.
    #[error("clearing asks to be asked later")]
    TryLater {
        /// How long it asks to be left alone, if it says; an hour at most.
        after: Option<Duration>,
    },
    /// The network's proxy lets nothing through.
    #[error("the proxy: {0}")]
    Proxy(String),
    /// A certificate that nobody known here has signed: a network that reads what passes.
    #[error("a certificate of nobody known: {0}")]
    Intercepted(String),
    /// A certificate that is good on another day than this computer's.
    #[error("a certificate of another day: {0}")]
    Clock(String),
    /// Somebody else answered: a hotel's or café's welcome page.
    #[error("another page answered")]
    Portal,
    /// Somebody else answered that there is nothing under that name; to a question, it may be a service of
    /// before that question.
    #[error("no such page")]
    NoSuchPage,
    /// The answer is not signed by the service that this device trusts, or answers another question.
    #[error("the answer cannot be trusted: {0}")]
    Untrusted(&'static str),
    /// The answer is signed by a key of the service that another has replaced since.
    #[error("the answer is signed by a key that was replaced")]
    Replaced,
    /// The service's chain of keys cannot be followed.
    #[error("the chain of keys: {0}")]
    Chain(ChainFault),
    /// The service refused the request.
    #[error("{0}")]
    Refused(Refused),
    /// The text is no address.
    #[error("not an address")]
    Address,
    /// The text is no enrolment code.
    #[error("enrolment code: {0}")]
    Code(CodeFault),
}

impl From<ExchangeFault> for LinkFault {
    fn from(fault: ExchangeFault) -> Self {
        match fault {
            ExchangeFault::Portal => Self::Portal,
            ExchangeFault::Untrusted(why) => Self::Untrusted(why),
            ExchangeFault::Replaced => Self::Replaced,
            ExchangeFault::Chain(fault) => Self::Chain(fault),
            ExchangeFault::Refused(refused) => Self::Refused(refused),
        }
    }
}

impl LinkFault {
    /// Whether the way is to blame, and a shorter request may get through: it broke off, or somebody on
    /// it has answered.
    pub(crate) const fn is_of_the_way(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Stalled | Self::Portal => true,
            Self::TryLater { .. }
            | Self::Proxy(_)
            | Self::Intercepted(_)
            | Self::Clock(_)
            | Self::NoSuchPage
            | Self::Untrusted(_)
            | Self::Replaced
            | Self::Chain(_)
            | Self::Refused(_)
            | Self::Address
            | Self::Code(_) => false,
        }
    }

    /// The name of the sentence in `words/fr.ftl`, after `link-`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable(_) => "unreachable",
            Self::Stalled => "stalled",
            Self::TryLater { .. } => "try-later",
            Self::Proxy(_) => "proxy",
            Self::Intercepted(_) => "intercepted",
            Self::Clock(_) => "clock",
            Self::Portal | Self::NoSuchPage => "portal",
            Self::Untrusted(_) => "untrusted",
            Self::Replaced => "key-replaced",
            Self::Chain(ChainFault::Unproven) => "keys-unproven",
            Self::Chain(ChainFault::Fork) => "keys-fork",
            Self::Chain(ChainFault::Elsewhere) => "keys-elsewhere",
            Self::Refused(refused) => match refused {
                Refused::Malformed | Refused::TooLarge => "not-understood",
                Refused::UnknownDevice => "unknown-device",
                Refused::Revoked => "revoked",
                Refused::Gap { .. }
                | Refused::Conflict { .. }
                | Refused::Behind { .. }
                | Refused::Forgotten { .. } => "log-disagrees",
                Refused::UnknownCode => "unknown-code",
                Refused::TryLater => "try-later",
                Refused::EnrolledElsewhere => "enrolled-elsewhere",
            },
            Self::Address => "address",
            Self::Code(CodeFault::Length { .. }) => "code-length",
            Self::Code(CodeFault::Mistyped) => "code-mistyped",
        }
    }

    /// Every code, for the test that each has its sentence.
    pub const CODES: [&'static str; 21] = [
        "unreachable",
        "stalled",
        "proxy",
        "intercepted",
        "clock",
        "portal",
        "untrusted",
        "key-replaced",
        "keys-unproven",
        "keys-fork",
        "keys-elsewhere",
        "not-understood",
        "unknown-device",
        "revoked",
        "log-disagrees",
        "unknown-code",
        "try-later",
        "enrolled-elsewhere",
        "address",
        "code-length",
        "code-mistyped",
    ];
}

/// What the last attempt gave. Kept in memory alone: after a start, nothing was tried yet.
#[derive(Default)]
pub(crate) struct LinkMemory {
    last: Mutex<Option<Attempt>>,
    is_under_way: Mutex<bool>,
    is_free: Condvar,
}

/// The only place at the link, given back when dropped.
pub(crate) struct PlaceAtLink<'a>(&'a LinkMemory);

impl Drop for PlaceAtLink<'_> {
    fn drop(&mut self) {
        *held(&self.0.is_under_way) = false;
        self.0.is_free.notify_one();
    }
}

/// An attempt to reach clearing.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// Why it failed; `None` when it did not.
    pub fault: Option<LinkFault>,
}

impl LinkMemory {
    /// Takes the only place at the link, once another exchange has given it back: whoever asks for
    /// one now wants what comes after it.
    pub fn begin(&self) -> PlaceAtLink<'_> {
        let under_way = held(&self.is_under_way);
        let waited = self.is_free.wait_while(under_way, |under_way| *under_way);
        *waited.unwrap_or_else(PoisonError::into_inner) = true;
        PlaceAtLink(self)
    }

    /// Whether an exchange is under way.
    pub fn is_under_way(&self) -> bool {
        *held(&self.is_under_way)
    }

    /// Remembers how an attempt ended.
    pub fn note(&self, attempt: Attempt) {
        *held(&self.last) = Some(attempt);
    }

    /// The last attempt.
    pub fn last(&self) -> Option<Attempt> {
        held(&self.last).clone()
    }
}

/// Nothing here is left half changed by a panic elsewhere.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
        time::Duration,
    };

    #[test]
    fn one_exchange_at_a_time_and_the_next_one_waits_its_turn() {
        let link = LinkMemory::default();
        let together = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let _place = link.begin();
                    assert_eq!(together.fetch_add(1, Ordering::SeqCst), 0);
                    assert!(link.is_under_way());
                    thread::sleep(Duration::from_millis(5));
                    together.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        assert!(!link.is_under_way());
    }
}
