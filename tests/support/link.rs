//! Links that fail the way real ones do.

use passerelle_desk::sync::{Answer, Link, LinkFault};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// It never leaves.
    Lost,
    /// It arrives, and the answer is lost.
    AnswerLost,
    /// It arrives, and the answer is cut in two.
    AnswerCut,
    /// Somebody else answers.
    Portal,
}

/// A link on which the request of that number (from 0) meets a mishap; all others go through.
pub struct Unlucky<'a> {
    inner: &'a dyn Link,
    at: usize,
    mishap: Mishap,
    asked: AtomicUsize,
}

impl<'a> Unlucky<'a> {
    pub fn at(inner: &'a dyn Link, at: usize, mishap: Mishap) -> Self {
        Self {
            inner,
            at,
            mishap,
            asked: AtomicUsize::new(0),
        }
    }

    /// How many requests were made.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn meet(&self, send: impl FnOnce() -> Result<Answer, LinkFault>) -> Result<Answer, LinkFault> {
        if self.asked.fetch_add(1, Ordering::SeqCst) != self.at {
            return send();
        }
        match self.mishap {
            Mishap::Lost => Err(LinkFault::Unreachable("lost on the way".into())),
            Mishap::Portal => Err(LinkFault::Portal),
            Mishap::AnswerLost => send().and(Err(LinkFault::Unreachable("the answer was lost".into()))),
            Mishap::AnswerCut => match send()? {
                Answer::Parcel(bytes) => Ok(Answer::Parcel(bytes[..bytes.len() / 2].to_vec())),
                whole @ (Answer::Unchanged | Answer::Refused(_)) => Ok(whole),
            },
        }
    }
}

impl Link for Unlucky<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        self.meet(|| self.inner.post(path, body))
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        self.meet(|| self.inner.get(path, headers))
    }
}

/// Sends each parcel twice, and insists that both answers are the same bytes.
pub struct Stammering<'a>(pub &'a dyn Link);

impl Link for Stammering<'_> {
    fn post(&self, path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        let first = self.0.post(path, body)?;
        let second = self.0.post(path, body)?;
        assert_eq!(
            first, second,
            "the answer to a repeated request is the answer to the first"
        );
        Ok(second)
    }

    fn get(&self, path: &str, headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        self.0.get(path, headers)
    }
}
