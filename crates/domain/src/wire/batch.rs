//! A batch: consecutive events of one device, in columns.

use super::{
    VERSION,
    columns::{deltas, read_deltas, read_runs, runs},
};
use crate::{
    day,
    event::{Act, Event, Link, Parent},
    id::{DeviceId, Epoch},
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::VoidReason,
};
use minicbor::{Decode, Encode};

/// How many events a batch carries at most.
pub const MAX_EVENTS: usize = 200;

/// A site that a batch speaks of, so that clearing can name it to others. Never a person's home:
/// a desk sends only the places of its structure.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct SiteEntry {
    /// The number that the device gives it, as in its events.
    #[n(0)]
    pub site: u16,
    /// Its name.
    #[n(1)]
    pub name: String,
    /// INSEE code of its commune.
    #[n(2)]
    pub insee_code: String,
}

/// Consecutive events of one epoch of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Whose.
    pub device: DeviceId,
    /// Which life of its log.
    pub epoch: Epoch,
    /// Where that life comes from; sent with each batch, so that none depends on another.
    pub parent: Option<Parent>,
    /// The link before the first event.
    pub before: Link,
    /// The last signed server time that the device knew before it wrote the first of the events,
    /// in Unix seconds: not when it sealed this, or a month's backlog would look backdated once
    /// its first part was answered. `None` when it had never heard of one.
    pub known_time: Option<u64>,
    /// The sites that the events speak of.
    pub sites: Vec<SiteEntry>,
    /// The events: dense, ascending, one at least, [`MAX_EVENTS`] at most.
    pub events: Vec<Event>,
}

/// Why the events of a batch cannot be what a device wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BatchFault {
    /// No event, or more than a batch carries.
    #[error("a batch carries 1 to 200 events")]
    Count,
    /// Numbers that do not follow each other.
    #[error("the events do not follow each other")]
    Order,
}

impl Batch {
    /// The number of the first event.
    #[must_use]
    pub fn first_seq(&self) -> u64 {
        self.events.first().map_or(0, |event| event.seq)
    }

    /// The number of the last event.
    #[must_use]
    pub fn last_seq(&self) -> u64 {
        self.events.last().map_or(0, |event| event.seq)
    }

    /// The link after the last event.
    #[must_use]
    pub fn after(&self) -> Link {
        self.events
            .iter()
            .fold(self.before, |link, event| link.then(event))
    }

    /// The link after one of its events; `None` for an event that it does not hold.
    #[must_use]
    pub fn link_after(&self, seq: u64) -> Option<Link> {
        let mut link = self.before;
        for event in &self.events {
            link = link.then(event);
            if event.seq == seq {
                return Some(link);
            }
        }
        None
    }

    /// Whether the events are dense, ascending and within bounds.
    ///
    /// # Errors
    /// The first rule broken.
    pub fn check(&self) -> Result<(), BatchFault> {
        if self.events.is_empty() || self.events.len() > MAX_EVENTS {
            return Err(BatchFault::Count);
        }
        let first = self.first_seq();
        // No number is left after the last one that there is.
        if first.checked_add(self.events.len() as u64).is_none() {
            return Err(BatchFault::Order);
        }
        let dense = first > 0 && (first..).zip(&self.events).all(|(seq, event)| event.seq == seq);
        if dense { Ok(()) } else { Err(BatchFault::Order) }
    }
}

/// The shape that travels.
#[derive(Encode, Decode)]
#[cbor(array)]
struct Frozen {
    #[n(0)]
    version: u8,
    #[n(1)]
    device: DeviceId,
    #[n(2)]
    epoch: Epoch,
    #[n(3)]
    parent: Option<Parent>,
    #[n(4)]
    before: Link,
    #[n(5)]
    known_time: Option<u64>,
    #[n(6)]
    sites: Vec<SiteEntry>,
    #[n(7)]
    first_seq: u64,
    #[n(8)]
    count: u16,
    #[cbor(n(9), with = "minicbor::bytes")]
    days: Vec<u8>,
    #[cbor(n(10), with = "minicbor::bytes")]
    site_column: Vec<u8>,
    /// A service's number, or -1 for a cancellation.
    #[cbor(n(11), with = "minicbor::bytes")]
    services: Vec<u8>,
    #[cbor(n(12), with = "minicbor::bytes")]
    programmes: Vec<u8>,
    #[cbor(n(13), with = "minicbor::bytes")]
    booklets: Vec<u8>,
    #[cbor(n(14), with = "minicbor::bytes")]
    ranks: Vec<u8>,
    /// One for each cancellation, in order.
    #[n(15)]
    voids: Vec<FrozenVoid>,
}

#[derive(Encode, Decode)]
#[cbor(array)]
struct FrozenVoid {
    #[n(0)]
    epoch: Epoch,
    #[n(1)]
    seq: u64,
    #[n(2)]
    reason: VoidReason,
}

const VOID: i64 = -1;

impl From<&Batch> for Frozen {
    fn from(batch: &Batch) -> Self {
        let events = &batch.events;
        let column = |value: fn(&Event) -> i64| events.iter().map(value);
        Self {
            version: VERSION,
            device: batch.device,
            epoch: batch.epoch,
            parent: batch.parent,
            before: batch.before,
            known_time: batch.known_time,
            sites: batch.sites.clone(),
            first_seq: batch.first_seq(),
            count: u16::try_from(events.len()).unwrap_or(u16::MAX),
            days: runs(column(|event| i64::from(day::number(event.day).unwrap_or(0)))),
            site_column: runs(column(|event| i64::from(event.site))),
            services: runs(column(|event| match event.act {
                Act::Redemption { service, .. } => i64::from(service.0),
                Act::Void { .. } => VOID,
            })),
            programmes: runs(column(|event| i64::from(event.act.pass().programme.0))),
            booklets: deltas(column(|event| i64::from(event.act.pass().booklet))),
            ranks: deltas(column(|event| i64::from(event.act.pass().rank))),
            voids: events
                .iter()
                .filter_map(|event| match event.act {
                    Act::Redemption { .. } => None,
                    Act::Void {
                        epoch, seq, reason, ..
                    } => Some(FrozenVoid { epoch, seq, reason }),
                })
                .collect(),
        }
    }
}

impl Frozen {
    fn thaw(self) -> Option<Batch> {
        let count = usize::from(self.count);
        if self.version != VERSION || count > MAX_EVENTS {
            return None;
        }
        let days = read_runs(&self.days, count)?;
        let sites = read_runs(&self.site_column, count)?;
        let services = read_runs(&self.services, count)?;
        let programmes = read_runs(&self.programmes, count)?;
        let booklets = read_deltas(&self.booklets, count)?;
        let ranks = read_deltas(&self.ranks, count)?;
        let mut voids = self.voids.into_iter();
        let mut events = Vec::with_capacity(count);
        for at in 0..count {
            let pass = PassId {
                programme: ProgrammeId(u16::try_from(programmes[at]).ok()?),
                booklet: u32::try_from(booklets[at]).ok()?,
                rank: u8::try_from(ranks[at]).ok()?,
            };
            let act = if services[at] == VOID {
                let FrozenVoid { epoch, seq, reason } = voids.next()?;
                Act::Void {
                    pass,
                    epoch,
                    seq,
                    reason,
                }
            } else {
                Act::Redemption {
                    pass,
                    service: ServiceCode(u8::try_from(services[at]).ok()?),
                }
            };
            events.push(Event {
                seq: self.first_seq.checked_add(at as u64)?,
                day: day::from_number(u16::try_from(days[at]).ok()?),
                site: u16::try_from(sites[at]).ok()?,
                act,
            });
        }
        voids.next().is_none().then_some(Batch {
            device: self.device,
            epoch: self.epoch,
            parent: self.parent,
            before: self.before,
            known_time: self.known_time,
            sites: self.sites,
            events,
        })
    }
}

impl<C> Encode<C> for Batch {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        Frozen::from(self).encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Batch {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        Frozen::decode(d, ctx)?
            .thaw()
            .ok_or_else(|| minicbor::decode::Error::message("columns that do not make a batch"))
    }
}
