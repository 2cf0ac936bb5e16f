//! Booklets: issued in lots, activated, blocked.

use super::{
    MemoryBooks,
    rules::{is_day, require},
    table::Facts,
    tables::RangeRow,
};
use crate::{books::Booklet, error::Error, ranges::Range, store::Booklets};
use chrono::NaiveDate;
use passerelle_domain::{pass::PassKeyId, programme::ProgrammeId};

/// Ranges of booklets under their programme and their first booklet.
type Ranges<D> = Facts<(ProgrammeId, u32), RangeRow<D>>;

impl Booklets for MemoryBooks<'_> {
    fn find_booklet(&self, programme: ProgrammeId, booklet: u32) -> Result<Option<Booklet>, Error> {
        let tables = self.look();
        let lot = holding(&tables.lots, programme, booklet);
        Ok(lot.map(|lot| Booklet {
            last_day: lot.day,
            is_activated: holding(&tables.activations, programme, booklet).is_some(),
            blocked_since: holding(&tables.blocks, programme, booklet).map(|block| block.day),
        }))
    }

    fn record_lot(
        &self,
        programme: ProgrammeId,
        lot: Range,
        last_day: NaiveDate,
        key: PassKeyId,
        _minted_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(is_day(last_day), "years have four digits")?;
        require(tables.pass_keys.has(&key.0), "a lot is signed with a key")?;
        require(tables.programmes.has(&programme), "a lot is of a programme")?;
        record(&mut tables.lots, programme, lot, last_day)
    }

    fn record_activation(
        &self,
        programme: ProgrammeId,
        range: Range,
        _activated_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(
            tables.programmes.has(&programme),
            "an activation is of a programme",
        )?;
        record(&mut tables.activations, programme, range, ())
    }

    fn record_block(
        &self,
        programme: ProgrammeId,
        range: Range,
        since: NaiveDate,
        _blocked_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(is_day(since), "years have four digits")?;
        require(tables.programmes.has(&programme), "a block is of a programme")?;
        record(&mut tables.blocks, programme, range, since)
    }

    fn find_last_booklet(&self, programme: ProgrammeId) -> Result<Option<u32>, Error> {
        let tables = self.look();
        let last = of(&tables.lots, programme).next_back();
        Ok(last.map(|(range, _)| range.last))
    }

    fn list_lots(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let tables = self.look();
        Ok(of(&tables.lots, programme).map(|(range, _)| range).collect())
    }

    fn list_activations(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let tables = self.look();
        Ok(of(&tables.activations, programme)
            .map(|(range, _)| range)
            .collect())
    }

    fn list_blocks(&self, programme: ProgrammeId) -> Result<Vec<(Range, NaiveDate)>, Error> {
        let tables = self.look();
        Ok(of(&tables.blocks, programme).collect())
    }
}

fn record<D>(ranges: &mut Ranges<D>, programme: ProgrammeId, range: Range, day: D) -> Result<(), Error> {
    let Range { first, last } = range;
    require(first >= 1 && first <= last, "booklets are numbered from 1")?;
    ranges.record((programme, first), RangeRow { last, day })
}

/// The range that holds a booklet: they never overlap, so that only the last that starts before it
/// can.
fn holding<D>(ranges: &Ranges<D>, programme: ProgrammeId, booklet: u32) -> Option<&RangeRow<D>> {
    let mut before = ranges.between((programme, u32::MIN), (programme, booklet));
    let (_, row) = before.next_back()?;
    (booklet <= row.last).then_some(row)
}

/// The ranges of a programme with their days, ascending.
fn of<D: Copy>(ranges: &Ranges<D>, programme: ProgrammeId) -> impl DoubleEndedIterator<Item = (Range, D)> {
    let rows = ranges.between((programme, u32::MIN), (programme, u32::MAX));
    rows.map(|((_, first), row)| {
        let range = Range {
            first: *first,
            last: row.last,
        };
        (range, row.day)
    })
}
