//! Who is owed a pass, and who gave it back.

use super::{
    MemoryBooks,
    rules::require,
    tables::{CreditRow, Tables},
};
use crate::{
    books::{Credit, CreditForm, Mark},
    error::Error,
    store::Credits,
};
use passerelle_domain::{
    id::BirthId,
    pass::{PassId, Rank},
    programme::ProgrammeId,
};
use std::collections::BTreeMap;

impl Credits for MemoryBooks<'_> {
    fn find_last_credit(&self, pass: PassId) -> Result<Option<Credit>, Error> {
        let tables = self.look();
        let last = tables
            .credits
            .between((pass, u32::MIN), (pass, u32::MAX))
            .next_back();
        Ok(last.map(|(key, row)| credit(&tables, *key, row)))
    }

    fn find_credit_of(&self, event: BirthId) -> Result<Option<Credit>, Error> {
        let tables = self.look();
        let last = tables
            .credits_by_event
            .between((event, u32::MIN), (event, u32::MAX))
            .next_back();
        let found = last.and_then(|((_, attempt), pass)| {
            let key = (*pass, *attempt);
            let row = tables.credits.find(&key)?;
            Some(credit(&tables, key, row))
        });
        Ok(found)
    }

    fn record_credit(&self, form: &CreditForm<'_>, credited_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        let (pass, key) = (form.pass, (form.pass, form.attempt));
        require(form.amount.0 > 0, "a credit is worth something")?;
        require(
            tables.programmes.has(&pass.programme),
            "a credit is of a programme",
        )?;
        require(tables.structures.has(form.siret), "a credit is a structure's")?;
        require(tables.events.has(&form.event), "a credit comes of an event")?;
        let withdrawn = tables
            .withdrawals
            .between((pass, u32::MIN), (pass, u32::MAX))
            .count();
        require(
            u32::try_from(withdrawn) == Ok(form.attempt),
            "a credit of this pass still stands",
        )?;
        let row = CreditRow {
            siret: form.siret.clone(),
            amount: form.amount,
            event: form.event,
            credited_at,
        };
        tables.credits.record(key, row)?;
        tables.credits_by_event.record((form.event, form.attempt), pass)
    }

    fn record_withdrawal(&self, pass: PassId, attempt: u32, void: BirthId, at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        require(
            tables.credits.has(&(pass, attempt)),
            "a credit is withdrawn once given",
        )?;
        require(tables.events.has(&void), "a withdrawal comes of an event")?;
        tables.withdrawals.record((pass, attempt), at)
    }

    fn list_presented_since(&self, _mark: &Mark) -> Result<(Vec<(PassId, bool)>, Mark), Error> {
        let tables = self.look();
        // A later attempt comes later: it is the one that counts.
        let standing = tables
            .credits
            .all()
            .map(|(key, _)| (key.0, !tables.withdrawals.has(key)));
        let presented: BTreeMap<PassId, bool> = standing.collect();
        Ok((presented.into_iter().collect(), Mark::Beginning))
    }
}

/// The credits of a programme that were not withdrawn, by pass.
pub fn standing(tables: &Tables, programme: ProgrammeId) -> impl Iterator<Item = (PassId, &CreditRow)> {
    let credits = tables.credits.between(
        (pass(programme, u32::MIN, Rank::MIN), u32::MIN),
        (pass(programme, u32::MAX, Rank::MAX), u32::MAX),
    );
    credits
        .filter(|(key, _)| !tables.withdrawals.has(key))
        .map(|((pass, _), row)| (*pass, row))
}

/// The pass of that place.
pub const fn pass(programme: ProgrammeId, booklet: u32, rank: Rank) -> PassId {
    PassId {
        programme,
        booklet,
        rank,
    }
}

pub fn credit(tables: &Tables, key: (PassId, u32), row: &CreditRow) -> Credit {
    Credit {
        attempt: key.1,
        siret: row.siret.clone(),
        event: row.event,
        credited_at: row.credited_at,
        is_withdrawn: tables.withdrawals.has(&key),
    }
}
