//! What the officer asks of the books.

use super::{MemoryBooks, credits::pass, tables::Tables};
use crate::{
    books::{Audit, BookletCredit, Deed, EnrolledDevice, Structure, Waiting},
    error::Error,
    store::Office,
};
use passerelle_domain::{
    id::DeviceId,
    pass::{PassId, Rank},
    programme::ProgrammeId,
};

impl Office for MemoryBooks<'_> {
    fn list_structures(&self) -> Result<Vec<Structure>, Error> {
        let tables = self.look();
        let structures = tables.structures.all().map(|(siret, name)| Structure {
            siret: siret.clone(),
            name: name.clone(),
        });
        Ok(structures.collect())
    }

    fn list_devices(&self) -> Result<Vec<EnrolledDevice>, Error> {
        let tables = self.look();
        let mut devices: Vec<_> = tables
            .devices
            .all()
            .map(|(device, row)| EnrolledDevice {
                device: *device,
                siret: row.siret.clone(),
                label: row.label.clone(),
                enrolled_at: row.enrolled_at,
                last_heard_at: last_heard_at(&tables, *device),
                revoked_at: tables.revocations.find(device).copied(),
            })
            .collect();
        devices.sort_by(|a, b| (&a.siret, a.enrolled_at, a.device).cmp(&(&b.siret, b.enrolled_at, b.device)));
        Ok(devices)
    }

    fn list_claims(&self) -> Result<Vec<(PassId, Waiting)>, Error> {
        let tables = self.look();
        let (first, last) = (
            pass(ProgrammeId(u16::MIN), u32::MIN, Rank::MIN),
            pass(ProgrammeId(u16::MAX), u32::MAX, Rank::MAX),
        );
        Ok(in_order_of_arrival(&tables, first, last)
            .into_iter()
            .filter(|(_, waiting)| ["taken_elsewhere", "to_examine"].contains(&waiting.code.as_str()))
            .collect())
    }

    fn list_waiting_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<(PassId, Waiting)>, Error> {
        let (first, last) = booklet_ends(programme, booklet);
        Ok(in_order_of_arrival(&self.look(), first, last))
    }

    fn list_credits_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<BookletCredit>, Error> {
        let tables = self.look();
        let (first, last) = booklet_ends(programme, booklet);
        let credits = tables.credits.between((first, u32::MIN), (last, u32::MAX));
        let credits = credits.map(|(key, row)| BookletCredit {
            rank: key.0.rank,
            attempt: key.1,
            siret: row.siret.clone(),
            amount: row.amount,
            event: row.event,
            credited_at: row.credited_at,
            withdrawn_at: tables.withdrawals.find(key).copied(),
        });
        Ok(credits.collect())
    }

    fn record_audit(&self, deed: &Deed) -> Result<(), Error> {
        let mut tables = self.change();
        let number = tables.audits.count() + 1;
        tables.audits.record(number, deed.clone())
    }

    fn list_audits(&self) -> Result<Vec<Audit>, Error> {
        let tables = self.look();
        let audits = tables.audits.all().map(|(number, deed)| Audit {
            number: *number,
            deed: deed.clone(),
        });
        Ok(audits.collect())
    }
}

fn last_heard_at(tables: &Tables, device: DeviceId) -> Option<u64> {
    let batches = tables.batches.all().filter(|(id, _)| id.device == device);
    batches.map(|(_, row)| row.evidence.received_at).max()
}

/// The ends of a booklet: no pass lies outside them.
const fn booklet_ends(programme: ProgrammeId, booklet: u32) -> (PassId, PassId) {
    (
        pass(programme, booklet, Rank::MIN),
        pass(programme, booklet, Rank::MAX),
    )
}

fn in_order_of_arrival(tables: &Tables, first: PassId, last: PassId) -> Vec<(PassId, Waiting)> {
    let mut claims: Vec<_> = tables.waiting.places_between(first, last).collect();
    claims.sort_unstable_by_key(|(_, place, _)| *place);
    claims
        .into_iter()
        .map(|(pass, _, waiting)| (pass, waiting.clone()))
        .collect()
}
