//! The devices' logs: epochs, batches, events, what was said of them.

use super::{
    MemoryBooks,
    rules::{is_day, is_number, require},
    tables::{BatchParcel, EventRow, ReceiptRow},
};
use crate::{
    adjudicate::Evidence,
    books::{Answered, BatchRow, LoggedEvent, LoggedLife, Shown},
    error::Error,
    store::Log,
};
use passerelle_domain::{
    event::{Link, Parent},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    wire::{Trace, Verdict},
};

impl Log for MemoryBooks<'_> {
    fn find_epoch(&self, device: DeviceId, epoch: Epoch) -> Result<Option<Option<Parent>>, Error> {
        Ok(self.look().epochs.find(&(device, epoch)).copied())
    }

    fn record_epoch(
        &self,
        device: DeviceId,
        epoch: Epoch,
        parent: Option<&Parent>,
        _begun_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.devices.has(&device), "an epoch is of a device")?;
        tables.epochs.record((device, epoch), parent.copied())
    }

    fn list_lives(&self, device: DeviceId) -> Result<Vec<LoggedLife>, Error> {
        let tables = self.look();
        let lives = tables
            .epochs
            .between((device, Epoch(u64::MIN)), (device, Epoch(u64::MAX)));
        lives
            .map(|((_, epoch), parent)| {
                Ok(LoggedLife {
                    epoch: *epoch,
                    parent: *parent,
                    last_seq: self.last_seq(device, *epoch)?,
                })
            })
            .collect()
    }

    fn list_batches(
        &self,
        device: DeviceId,
        epoch: Epoch,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let tables = self.look();
        let after = tables.batches.between(
            id(device, epoch, since.saturating_add(1)),
            id(device, epoch, u64::MAX),
        );
        Ok(after.take(limit).map(|(_, row)| row.parcel.to_vec()).collect())
    }

    fn last_seq(&self, device: DeviceId, epoch: Epoch) -> Result<u64, Error> {
        let tables = self.look();
        let mut events = tables
            .events
            .between(id(device, epoch, u64::MIN), id(device, epoch, u64::MAX));
        Ok(events.next_back().map_or(0, |(id, _)| id.seq))
    }

    fn list_answered(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Vec<Answered>, Error> {
        let tables = self.look();
        let events = tables
            .events
            .between(id(device, epoch, first_seq), id(device, epoch, last_seq));
        let answered = events.filter_map(|(id, row)| {
            let verdict = tables.verdicts.find(id)?.clone();
            let (seq, link) = (id.seq, row.link);
            Some(Answered { seq, link, verdict })
        });
        Ok(answered.collect())
    }

    fn record_batch(&self, batch: &BatchRow<'_>) -> Result<(), Error> {
        let mut tables = self.change();
        let BatchRow {
            device,
            epoch,
            last_seq,
            ..
        } = *batch;
        require(is_number(last_seq), "events are numbered from 1")?;
        require(tables.epochs.has(&(device, epoch)), "a batch is of an epoch")?;
        let row = BatchParcel {
            evidence: batch.evidence,
            parcel: batch.parcel.into(),
        };
        tables.batches.record(id(device, epoch, last_seq), row)
    }

    fn record_event(&self, logged: &LoggedEvent, batch_last_seq: u64, link: Link) -> Result<(), Error> {
        let mut tables = self.change();
        let BirthId { device, epoch, seq } = logged.id;
        let event = &logged.event;
        require(is_number(seq), "events are numbered from 1")?;
        require(is_day(event.day), "years have four digits")?;
        require(
            tables.batches.has(&id(device, epoch, batch_last_seq)),
            "an event comes in a batch",
        )?;
        if let Some(version) = logged.site_version {
            let site = (device, event.site, version);
            require(tables.sites.has(&site), "an event's site was named")?;
        }
        let row = EventRow {
            logged: *logged,
            batch_last_seq,
            link,
        };
        tables.events.record(logged.id, row)?;
        match logged.cancels() {
            Some(cancelled) => tables.voids.record((cancelled, logged.id), event.act.pass()),
            None => Ok(()),
        }
    }

    fn find_event(&self, id: BirthId) -> Result<Option<(LoggedEvent, Evidence)>, Error> {
        let tables = self.look();
        let found = tables.events.find(&id).and_then(|row| {
            let batch = BirthId {
                seq: row.batch_last_seq,
                ..id
            };
            Some((row.logged, tables.batches.find(&batch)?.evidence))
        });
        Ok(found)
    }

    fn is_voided(&self, id: BirthId, pass: PassId) -> Result<bool, Error> {
        let tables = self.look();
        let (first, last) = whole_log(id.device);
        let mut voids = tables.voids.between((id, first), (id, last));
        Ok(voids.any(|(_, voided)| *voided == pass))
    }

    fn record_verdict(&self, id: BirthId, verdict: &Verdict) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.events.has(&id), "a verdict is on an event")?;
        tables.verdicts.record(id, verdict.clone())
    }

    fn find_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Option<Vec<u8>>, Error> {
        let tables = self.look();
        let row = tables.receipts.find(&(id(device, epoch, first_seq), last_seq));
        Ok(row.map(|row| row.parcel.to_vec()))
    }

    fn find_last_receipt(&self, device: DeviceId) -> Result<Option<Vec<u8>>, Error> {
        let tables = self.look();
        let (first, last) = whole_log(device);
        let receipts = tables.receipts.between((first, u64::MIN), (last, u64::MAX));
        let newest = receipts.max_by_key(|((id, last_seq), row)| {
            // Epochs have no order of their own: this is the one that SQL gives them.
            (row.answered_at, *last_seq, id.seq, id.epoch.0.cast_signed())
        });
        Ok(newest.map(|(_, row)| row.parcel.to_vec()))
    }

    fn record_recall(&self, shown: &Shown, _recalled_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        let is_answered = tables.receipts.has(&(shown.first, shown.last_seq));
        require(is_answered, "a receipt is shown for a range that has its answer")?;
        tables.recalls.record(*shown, ())
    }

    fn has_recall(&self, shown: &Shown) -> Result<bool, Error> {
        Ok(self.look().recalls.has(shown))
    }

    fn is_recalled(&self, event: BirthId) -> Result<bool, Error> {
        let tables = self.look();
        let end = |first, last_seq, byte| Shown {
            first,
            last_seq,
            receipt: Trace([byte; 8]),
        };
        let first = BirthId { seq: 0, ..event };
        let mut shown = tables
            .recalls
            .between(end(first, u64::MIN, u8::MIN), end(event, u64::MAX, u8::MAX));
        Ok(shown.any(|(shown, ())| shown.last_seq >= event.seq))
    }

    fn record_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        (first_seq, last_seq): (u64, u64),
        parcel: &[u8],
        answered_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        let is_range = is_number(first_seq) && is_number(last_seq) && first_seq <= last_seq;
        require(is_range, "an answer is to a range of events")?;
        require(tables.epochs.has(&(device, epoch)), "an answer is to an epoch")?;
        let row = ReceiptRow {
            parcel: parcel.into(),
            answered_at,
        };
        tables
            .receipts
            .record((id(device, epoch, first_seq), last_seq), row)
    }
}

const fn id(device: DeviceId, epoch: Epoch, seq: u64) -> BirthId {
    BirthId { device, epoch, seq }
}

/// The ends of all that a device could ever write.
const fn whole_log(device: DeviceId) -> (BirthId, BirthId) {
    (
        id(device, Epoch(u64::MIN), u64::MIN),
        id(device, Epoch(u64::MAX), u64::MAX),
    )
}
