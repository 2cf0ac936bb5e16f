//! What the books need when they went back to an older copy.

use super::{
    MemoryBooks,
    credits::credit,
    rules::{is_number, require},
    settlements::check,
    tables::{CountedRow, Tables},
};
use crate::{
    books::Credit,
    error::Error,
    settlement::{Counted, Settlement},
    store::{Awaited, Comeback},
};
use passerelle_domain::{id::DeviceId, month::Month, pass::PassId, wire::CountedCredit};

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

    fn record_counted(&self, attempt: u32, counted: &Awaited) -> Result<(), Error> {
        let mut tables = self.change();
        let Awaited { kind, credit, month } = *counted;
        let key = (credit.pass, attempt);
        require(tables.settlements.has(&month), "what counts is a month")?;
        match kind {
            Counted::Credit => {
                require(tables.credits.has(&key), "a credit is counted")?;
                let under = Some(credit.event);
                tables.settled_credits.record(key, CountedRow { month, under })
            }
            Counted::Withdrawal => {
                let is_known = tables.withdrawals.has(&key) && tables.settled_credits.has(&key);
                require(is_known, "the withdrawal of a counted credit is counted")?;
                tables.settled_withdrawals.record(key, month)
            }
        }
    }

    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error> {
        let (tables, key) = (self.look(), (pass, attempt));
        Ok(match kind {
            Counted::Credit => tables.settled_credits.find(&key).map(|row| row.month),
            Counted::Withdrawal => tables.settled_withdrawals.find(&key).copied(),
        })
    }

    fn find_counted_as(&self, name: CountedCredit) -> Result<Option<Credit>, Error> {
        let tables = self.look();
        let mut rows = tables
            .credits
            .between((name.pass, u32::MIN), (name.pass, u32::MAX));
        let last = rows.rfind(|(key, _)| name_of(&tables, key) == Some(name));
        Ok(last.map(|(key, row)| credit(&tables, *key, row)))
    }

    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<CountedCredit>, Error> {
        let tables = self.look();
        let keys: Vec<_> = match kind {
            Counted::Credit => {
                let rows = tables.settled_credits.all();
                rows.filter(|(_, row)| row.month == month)
                    .map(|(key, _)| key)
                    .collect()
            }
            Counted::Withdrawal => {
                let rows = tables.settled_withdrawals.all();
                rows.filter(|(_, by)| **by == month).map(|(key, _)| key).collect()
            }
        };
        let here = keys.into_iter().filter_map(|key| name_of(&tables, key));
        let awaited = self.list_awaited()?.into_iter();
        let awaited = awaited.filter(|awaited| (awaited.kind, awaited.month) == (kind, month));
        Ok(here.chain(awaited.map(|awaited| awaited.credit)).collect())
    }

    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let mut tables = self.change();
        let Awaited { kind, credit, month } = *awaited;
        require(is_number(credit.event.seq), "events are numbered from 1")?;
        require(tables.settlements.has(&month), "what awaits is a month")?;
        tables.awaited.put((credit.event, kind, month), credit.pass)
    }

    fn remove_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let Awaited { kind, credit, month } = *awaited;
        self.change().awaited.remove(&(credit.event, kind, month));
        Ok(())
    }

    fn list_awaited(&self) -> Result<Vec<Awaited>, Error> {
        let tables = self.look();
        let rows = tables.awaited.all();
        let mut awaited: Vec<Awaited> = rows
            .map(|((event, kind, month), pass)| Awaited {
                kind: *kind,
                credit: CountedCredit {
                    event: *event,
                    pass: *pass,
                },
                month: *month,
            })
            .collect();
        awaited.sort_unstable();
        Ok(awaited)
    }
}

/// What a month calls a credit that it has counted.
fn name_of(tables: &Tables, key: &(PassId, u32)) -> Option<CountedCredit> {
    let row = tables.settled_credits.find(key)?;
    let event = match row.under {
        Some(event) => event,
        None => tables.credits.find(key)?.event,
    };
    Some(CountedCredit { event, pass: key.0 })
}
