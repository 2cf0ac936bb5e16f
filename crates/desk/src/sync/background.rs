//! The exchange that runs by itself, on a thread of its own.

use super::{
    HttpLink,
    pace::{GATHER, Pace},
};
use crate::{desk::Desk, error::Error};
use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
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
        let mut wait = Duration::from_secs(1);
        loop {
            match wake.recv_timeout(wait) {
                Ok(Wake::Sent) => {
                    // While offline, every pass taken would otherwise mean an attempt.
                    if self.link.last().is_some_and(|attempt| attempt.fault.is_some()) {
                        continue;
                    }
                    wait = GATHER;
                    continue;
                }
                Ok(Wake::Enrolled) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let [chance] = self.surroundings.random();
            wait = pace.after(self.try_once().is_ok(), chance);
        }
    }

    fn try_once(&self) -> Result<(), Error> {
        let Some(address) = self.clearing_address()? else {
            return Err(Error::NotEnrolled);
        };
        self.sync(&HttpLink::to(&address)?).map(|_| ())
    }
}
