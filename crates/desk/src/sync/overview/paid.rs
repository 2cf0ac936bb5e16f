//! What the structure was paid, from what clearing has told.

use super::instant;
use crate::{
    desk::Desk,
    error::Error,
    ledger::{
        credentials, reference,
        settlements::{self, ToldMonth},
    },
    view::{SettledLine, SettledMonth, SettlementsView, Tally},
};
use chrono::FixedOffset;
use passerelle_domain::{cents::Cents, programme::Programme, wire};
use rusqlite::Connection;

impl Desk {
    /// Clearing's word on whose this device's key is, as it signed it: whoever knows clearing's key
    /// believes by it what this device signs.
    ///
    /// # Errors
    /// The ledger.
    pub fn credential(&self) -> Result<Option<Vec<u8>>, Error> {
        self.as_machine().read(|db| credentials::find(db))
    }
}

pub(super) fn settlements(db: &Connection, offset: FixedOffset) -> Result<SettlementsView, Error> {
    let told = settlements::list(db)?;
    if told.is_empty() {
        return Ok(SettlementsView::default());
    }
    let programmes = reference::load(db)?.programmes;
    let confirmed = || told.iter().filter(|month| month.is_confirmed);
    let lines = || confirmed().flat_map(|month| &month.said.lines);
    let credited: u64 = lines().map(|line| line.credited_count).sum();
    let given_back: u64 = lines().map(|line| line.given_back_count).sum();
    Ok(SettlementsView {
        paid: Tally {
            count: count(credited.saturating_sub(given_back)),
            amount_cents: confirmed().map(|month| month.said.paid).sum(),
        },
        left_cents: confirmed().next().map_or(Cents::ZERO, |month| month.said.left),
        months: told
            .iter()
            .filter(|month| !month.said.is_empty())
            .map(|month| row(month, &programmes, offset))
            .collect(),
    })
}

fn row(month: &ToldMonth, programmes: &[Programme], offset: FixedOffset) -> SettledMonth {
    let said = &month.said;
    SettledMonth {
        month: said.month,
        closed_at: instant(said.closed_at.cast_signed(), offset),
        lines: said.lines.iter().map(|line| line_row(line, programmes)).collect(),
        carried_cents: said.carried,
        paid_cents: said.paid,
        left_cents: said.left,
        is_confirmed: month.is_confirmed,
    }
}

fn line_row(line: &wire::SettledLine, programmes: &[Programme]) -> SettledLine {
    let programme = programmes.iter().find(|known| known.id == line.programme);
    SettledLine {
        programme_id: line.programme.0,
        programme: programme.map(|known| known.name.clone()),
        credited: Tally {
            count: count(line.credited_count),
            amount_cents: line.credited,
        },
        given_back: Tally {
            count: count(line.given_back_count),
            amount_cents: line.given_back,
        },
        reference: line.reference.clone(),
    }
}

fn count(passes: u64) -> u32 {
    u32::try_from(passes).unwrap_or(u32::MAX)
}
