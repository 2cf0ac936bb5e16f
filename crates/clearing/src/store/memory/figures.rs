//! The figures of the whole.

use super::{MemoryBooks, credits::standing, tables::Tables};
use crate::{books::Counts, error::Error, store::Figures};
use passerelle_domain::{cents::Cents, id::BirthId, programme::ProgrammeId};
use std::collections::BTreeMap;

impl Figures for MemoryBooks<'_> {
    fn state_version(&self) -> Result<u64, Error> {
        let tables = self.look();
        Ok(tables.programmes.count()
            + tables.pass_keys.count()
            + tables.lots.count()
            + tables.activations.count()
            + tables.blocks.count()
            + tables.credits.count()
            + tables.withdrawals.count())
    }

    fn counts(&self) -> Result<Counts, Error> {
        let tables = self.look();
        Ok(Counts {
            structures: tables.structures.count(),
            devices: tables.devices.count(),
            batches: tables.batches.count(),
            events: tables.events.count(),
            verdicts: last_words(&tables),
            decisions: tables.decisions.count(),
        })
    }

    fn credited(&self, programme: ProgrammeId) -> Result<(u64, Cents), Error> {
        let tables = self.look();
        let none = (0, Cents(0));
        Ok(standing(&tables, programme).fold(none, |(count, sum), (_, row)| {
            (count + 1, Cents(sum.0 + row.amount.0))
        }))
    }
}

/// How many events have each word as their last.
fn last_words(tables: &Tables) -> BTreeMap<String, u64> {
    let first_words = tables.verdicts.all().map(|(id, verdict)| (*id, verdict.code()));
    let mut said: BTreeMap<BirthId, &str> = first_words.collect();
    // By structure, then ascending: a later number of the event's structure comes later.
    for (_, row) in tables.decisions.all() {
        said.entry(row.event)
            .and_modify(|word| *word = row.verdict.code());
    }
    let mut words = BTreeMap::new();
    for word in said.into_values() {
        *words.entry(word.to_owned()).or_insert(0) += 1;
    }
    words
}
