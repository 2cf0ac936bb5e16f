//! The device's log: what clearing must learn, in order, each event bound to the one before.
//!
//! An event carries a day, a site, a service and a pass; no workshop, no hour, no person.

use crate::{
    id::{DeviceId, Epoch},
    pass::PassId,
    programme::ServiceCode,
    redemption::VoidReason,
};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// A link of the chain: SHA-256 over the link before and the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct Link(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

/// One event of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Event {
    /// Its place in its epoch, from 1, without gaps.
    #[n(0)]
    pub seq: u64,
    /// The civil day of the workshop, or of the cancellation.
    #[cbor(n(1), with = "crate::day")]
    pub day: NaiveDate,
    /// The site, by the number that this device gives it.
    #[n(2)]
    pub site: u16,
    /// What happened.
    #[n(3)]
    pub act: Act,
}

/// The only two things that make events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Act {
    /// A pass was taken for a service.
    #[n(0)]
    Redemption {
        /// The pass.
        #[n(0)]
        pass: PassId,
        /// The service it pays.
        #[n(1)]
        service: ServiceCode,
    },
    /// An earlier redemption is cancelled.
    #[n(1)]
    Void {
        /// The pass, given back its value.
        #[n(0)]
        pass: PassId,
        /// The epoch of the redemption that is cancelled.
        #[n(1)]
        epoch: Epoch,
        /// Its place in that epoch.
        #[n(2)]
        seq: u64,
        /// Why.
        #[n(3)]
        reason: VoidReason,
    },
}

impl Event {
    /// The same fact under another number, once another copy of the log has taken its own. What it
    /// cancels may have moved too: `now_at` says where it stands now.
    #[must_use]
    pub fn moved_to(self, number: u64, now_at: impl FnOnce(Epoch, u64) -> (Epoch, u64)) -> Self {
        let act = match self.act {
            Act::Redemption { .. } => self.act,
            Act::Void {
                pass,
                epoch,
                seq,
                reason,
            } => {
                let (epoch, seq) = now_at(epoch, seq);
                Act::Void {
                    pass,
                    epoch,
                    seq,
                    reason,
                }
            }
        };
        Self {
            seq: number,
            act,
            ..self
        }
    }
}

impl Act {
    /// The pass that the event is about.
    #[must_use]
    pub const fn pass(&self) -> PassId {
        match self {
            Self::Redemption { pass, .. } | Self::Void { pass, .. } => *pass,
        }
    }
}

/// Where an epoch comes from: the last event that its device remembered when it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Parent {
    /// The epoch before.
    #[n(0)]
    pub epoch: Epoch,
    /// The last place remembered in it; 0 for none.
    #[n(1)]
    pub seq: u64,
    /// The link at that place.
    #[n(2)]
    pub link: Link,
}

impl Link {
    /// The link before the first event of an epoch: it binds the device, the epoch and its parent.
    #[must_use]
    pub fn root(device: DeviceId, epoch: Epoch, parent: Option<&Parent>) -> Self {
        let mut hash = Sha256::new_with_prefix(b"passerelle/root/1\0");
        hash.update(device.0);
        hash.update(epoch.0.to_be_bytes());
        hash.update(minicbor::to_vec(parent).expect("memory takes all that is written"));
        Self(hash.finalize().into())
    }

    /// The link after `event`.
    #[must_use]
    pub fn then(self, event: &Event) -> Self {
        let mut hash = Sha256::new_with_prefix(b"passerelle/event/1\0");
        hash.update(self.0);
        hash.update(minicbor::to_vec(event).expect("an event's day lies within the wire's calendar"));
        Self(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programme::ProgrammeId;

    fn event(seq: u64) -> Event {
        Event {
            seq,
            day: NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date"),
            site: 1,
            act: Act::Redemption {
                pass: PassId {
                    programme: ProgrammeId(1),
                    booklet: 7,
                    rank: 2,
                },
                service: ServiceCode(1),
            },
        }
    }

    #[test]
    fn the_chain_tells_two_orders_apart() {
        let root = Link::root(DeviceId([1; 16]), Epoch(1), None);
        assert_ne!(
            root.then(&event(1)).then(&event(2)),
            root.then(&event(2)).then(&event(1))
        );
    }

    #[test]
    fn two_epochs_never_share_a_root() {
        let device = DeviceId([1; 16]);
        let parent = Parent {
            epoch: Epoch(1),
            seq: 3,
            link: Link([0; 32]),
        };
        assert_ne!(
            Link::root(device, Epoch(1), None),
            Link::root(device, Epoch(2), None)
        );
        assert_ne!(
            Link::root(device, Epoch(2), None),
            Link::root(device, Epoch(2), Some(&parent))
        );
    }
}
