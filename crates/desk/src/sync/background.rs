//! The exchange that runs by itself, on a thread of its own.

use super::{
    HttpLink, LinkFault,
    pace::{Ended, GATHER, Pace},
};
use crate::{
    desk::Desk,
    error::Error,
    ledger::{objections, settings},
};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::{Duration, Instant},
};

/// What wakes the background exchange before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something may wait to be sent.
    Sent,
    /// The device has just been enrolled.
    Enrolled,
}

impl Desk {
    /// Exchanges with clearing whenever it is worth it, until the other end of `wake` is dropped.
    /// Blocks: give it a thread. A failure is remembered for the top line, and never shown as one.
    pub fn keep_in_touch(&self, wake: &Receiver<Wake>) {
        let mut pace = Pace::default();
        let mut due = Instant::now() + Duration::from_secs(1);
        loop {
            match wake.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(Wake::Sent) => {
                    if self.is_worth_gathering() {
                        due = due.min(Instant::now() + GATHER);
                    }
                    continue;
                }
                Ok(Wake::Enrolled) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let [chance] = self.surroundings.random();
            due = Instant::now() + pace.after(self.try_once(), chance);
        }
    }

    /// Whether what was just written should leave soon. An answer moves passes too, and leaves
    /// nothing to send; and while offline, every pass taken would otherwise mean an attempt.
    fn is_worth_gathering(&self) -> bool {
        let is_offline = self.link.last().is_some_and(|attempt| attempt.fault.is_some());
        !is_offline && (self.link().is_ok_and(|link| link.to_send.count > 0) || self.has_fresh_objection())
    }

    /// One that clearing was asked to note and did not stays: it waits for the next exchange.
    fn has_fresh_objection(&self) -> bool {
        self.as_machine()
            .read(|db| objections::has_fresh(db))
            .unwrap_or_default()
    }

    /// What clearing last said of how often to come. It never holds back what a person asks for, nor a
    /// pass that was just taken.
    fn wished_pace(&self) -> Option<Duration> {
        let seconds = self
            .as_machine()
            .read(|db| settings::find_pace_seconds(db))
            .ok()??;
        Some(Duration::from_secs(seconds.into()))
    }

    fn try_once(&self) -> Ended {
        match HttpLink::of(self).and_then(|link| self.sync(&link)) {
            Ok(_) => Ended::Well {
                wished: self.wished_pace(),
            },
            Err(Error::Link(LinkFault::TryLater { after: Some(asked) })) => Ended::PutOff(asked),
            Err(_) => Ended::Badly,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        ledger::{Op, settings},
        trial::Trial,
    };
    use std::time::Duration;

    #[test]
    fn what_clearing_wished_last_is_known_after_a_start() {
        let trial = Trial::set_up();
        assert_eq!(trial.desk.wished_pace(), None);
        for seconds in [3_600, 1_800] {
            let kept = trial
                .desk
                .as_machine()
                .write(Op::Sync, |db| settings::keep_pace_seconds(db, seconds));
            kept.expect("the ledger");
        }
        assert_eq!(trial.desk.wished_pace(), Some(Duration::from_secs(1_800)));
    }
}
