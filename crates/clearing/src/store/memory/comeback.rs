//! What the books need when they went back to an older copy.

use super::{
    MemoryBooks,
    rules::{is_number, require},
    settlements::check,
    table::Facts,
    tables::Tables,
};
use crate::{
    error::Error,
    settlement::{Counted, Settlement},
    store::{Awaited, Comeback},
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    month::Month,
    pass::PassId,
};

impl Comeback for MemoryBooks<'_> {
    fn record_report(&self, device: DeviceId, generation: u32, reported_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        if tables.reports.has(&(device, generation)) {
            return Ok(());
        }
        require(tables.devices.has(&device), "a report is a device's")?;
        require(
            tables.generations.has(&generation),
            "a report is made in a generation",
        )?;
        tables.reports.record((device, generation), reported_at)
    }

    fn has_report(&self, device: DeviceId, generation: u32) -> Result<bool, Error> {
        Ok(self.look().reports.has(&(device, generation)))
    }

    fn count_audits(&self) -> Result<u64, Error> {
        Ok(self.look().audits.count())
    }

    fn record_month(&self, settlement: &Settlement) -> Result<(), Error> {
        let mut tables = self.change();
        check(&tables, settlement)?;
        tables.settlements.record(settlement.month, settlement.clone())
    }

    fn record_counted(&self, pass: PassId, attempt: u32, kind: Counted, month: Month) -> Result<(), Error> {
        let mut tables = self.change();
        let key = (pass, attempt);
        require(tables.settlements.has(&month), "what counts is a month")?;
        match kind {
            Counted::Credit => {
                require(tables.credits.has(&key), "a credit is counted")?;
                tables.settled_credits.record(key, month)
            }
            Counted::Withdrawal => {
                let is_known = tables.withdrawals.has(&key) && tables.settled_credits.has(&key);
                require(is_known, "the withdrawal of a counted credit is counted")?;
                tables.settled_withdrawals.record(key, month)
            }
        }
    }

    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error> {
        Ok(counted(&self.look(), kind).find(&(pass, attempt)).copied())
    }

    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<BirthId>, Error> {
        let tables = self.look();
        let here = counted(&tables, kind).all().filter(|(_, by)| **by == month);
        let here = here.filter_map(|(key, _)| Some(tables.credits.find(key)?.event));
        let awaited = tables
            .awaited
            .all()
            .filter(|((_, of), by)| (*of, **by) == (kind, month))
            .map(|((event, _), _)| *event);
        Ok(here.chain(awaited).collect())
    }

    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let mut tables = self.change();
        let Awaited { kind, event, month } = *awaited;
        require(is_number(event.seq), "events are numbered from 1")?;
        require(tables.settlements.has(&month), "what awaits is a month")?;
        tables.awaited.put((event, kind), month)
    }

    fn remove_awaited(&self, event: BirthId, kind: Counted) -> Result<(), Error> {
        self.change().awaited.remove(&(event, kind));
        Ok(())
    }

    fn list_awaited(&self) -> Result<Vec<Awaited>, Error> {
        let tables = self.look();
        let rows = tables.awaited.all();
        let mut awaited: Vec<Awaited> = rows
            .map(|((event, kind), month)| Awaited {
                kind: *kind,
                event: *event,
                month: *month,
            })
            .collect();
        awaited.sort_unstable();
        Ok(awaited)
    }
}

const fn counted(tables: &Tables, kind: Counted) -> &Facts<(PassId, u32), Month> {
    match kind {
        Counted::Credit => &tables.settled_credits,
        Counted::Withdrawal => &tables.settled_withdrawals,
    }
}
