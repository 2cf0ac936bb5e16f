//! Several batches in one request: a long backlog does not wait a round trip for each receipt.
//!
//! What comes back is taken batch by batch, each as if it had been asked about alone. The first that
//! has no receipt ends it: what follows is as if it had not been asked. When no answer comes, fewer go
//! together, down to one alone, so that a line which breaks off every few kilobytes still advances.

use super::{Answer, Asked, BATCHES, Exchange, Memory, Request, Sealed};
use crate::wire::{Outward, Pouch, Trace};

/// Where several batches go together.
pub const POUCHES: &str = "/v1/pouches";

/// How many batches go together at most.
pub const MAX_TOGETHER: usize = 32;

/// The largest body in which several batches go together, in bytes: what a bad line has to carry
/// before any of it counts.
pub const MAX_TOGETHER_BYTES: usize = 64 << 10;

/// When no answer comes, this part of what was sent goes together next: a long silence is not waited
/// for often.
const FEWER: usize = 4;

/// What a pouch takes beside its batches at most, in bytes: its head, and a length before each.
const WRAPPING: usize = 256;

impl<M: Memory> Exchange<'_, M> {
    /// Asks for the receipts of the oldest batches without one, as many as go together; `None` when
    /// every batch has its own.
    pub(super) fn ask_receipts(&mut self) -> Result<Option<Request>, M::Fault> {
        let mut sent = self.memory.list_unanswered(self.together)?;
        sent.truncate(count_fitting(&sent));
        if sent.len() > 1 {
            let batches = sent.iter().map(|sealed| sealed.bytes.clone().into());
            let outward = Outward {
                batches: batches.collect(),
                ..Outward::of(self.party.device)
            };
            self.asked = Some(Asked::Several(sent));
            let body = outward.to_bytes();
            return Ok(Some(Request::Post { path: POUCHES, body }));
        }
        let Some(sealed) = sent.pop() else {
            return Ok(None);
        };
        let body = sealed.bytes.clone();
        self.asked = Some(Asked::Batch(sealed));
        Ok(Some(Request::Post { path: BATCHES, body }))
    }

    /// Takes what came back for several, each answer in its turn.
    pub(super) fn take_several(&mut self, sent: Vec<Sealed>, bytes: &[u8]) -> Result<(), M::Fault> {
        let count = sent.len();
        let answers = match Pouch::from_bytes(bytes) {
            Ok(Pouch::Return(back)) => back.batches,
            Ok(Pouch::Outward(_)) | Err(_) => Vec::new(),
        };
        let mut is_answered = false;
        for (sealed, answered) in sent.into_iter().zip(answers) {
            if answered.batch != Trace::of_bytes(&sealed.bytes) {
                break;
            }
            is_answered = true;
            let is_receipt = matches!(answered.answer, Answer::Parcel(_));
            self.asked = Some(Asked::Batch(sealed));
            self.take(answered.answer)?;
            if !is_receipt || self.wants_keys {
                break;
            }
        }
        if !is_answered {
            self.send_fewer_than(count);
        }
        Ok(())
    }

    /// So many together got no answer.
    pub(super) const fn send_fewer_than(&mut self, count: usize) {
        self.together = if count > FEWER { count / FEWER } else { 1 };
    }

    /// The way has broken off before an answer came. Says whether to go on all the same: several
    /// batches went together, and next time fewer do.
    pub const fn go_on_with_fewer(&mut self) -> bool {
        let Some(Asked::Several(sent)) = &self.asked else {
            return false;
        };
        self.send_fewer_than(sent.len());
        true
    }
}

/// How many of these batches, the first ones, one request takes; one at least, since one goes alone.
fn count_fitting(sent: &[Sealed]) -> usize {
    let mut bytes = WRAPPING;
    let fits = |sealed: &&Sealed| {
        bytes += sealed.bytes.len();
        bytes <= MAX_TOGETHER_BYTES
    };
    sent.iter().take_while(fits).count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{DeviceId, Epoch};

    fn sealed(length: usize) -> Sealed {
        Sealed {
            epoch: Epoch(1),
            first_seq: 1,
            last_seq: 1,
            bytes: vec![1; length],
        }
    }

    #[test]
    fn as_many_go_together_as_one_request_takes_and_one_that_is_larger_goes_alone() {
        for (lengths, fitting) in [
            (vec![700; MAX_TOGETHER], MAX_TOGETHER),
            (vec![3_000; MAX_TOGETHER], 21),
            (vec![MAX_TOGETHER_BYTES, 700], 1),
            (vec![700, MAX_TOGETHER_BYTES, 700], 1),
        ] {
            let sent: Vec<Sealed> = lengths.into_iter().map(sealed).collect();
            assert_eq!(count_fitting(&sent), fitting);
        }
    }

    #[test]
    fn what_goes_together_is_never_larger_than_what_is_let_in() {
        let full = (MAX_TOGETHER_BYTES - WRAPPING) / MAX_TOGETHER;
        let sent = vec![sealed(full); MAX_TOGETHER];
        assert_eq!(count_fitting(&sent), MAX_TOGETHER);
        let batches = sent.into_iter().map(|sealed| sealed.bytes.into());
        let outward = Outward {
            batches: batches.collect(),
            ..Outward::of(DeviceId([255; 16]))
        };
        assert!(outward.to_bytes().len() <= MAX_TOGETHER_BYTES);
    }
}
