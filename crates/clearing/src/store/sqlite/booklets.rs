//! Booklets: issued in lots, activated, blocked.

use super::{
    SqliteBooks,
    columns::{get_day, signed},
};
use crate::{books::Booklet, error::Error, ranges::Range, store::Booklets};
use chrono::NaiveDate;
use passerelle_domain::{pass::PassKeyId, programme::ProgrammeId};
use rusqlite::{OptionalExtension, Row};

impl Booklets for SqliteBooks<'_> {
    fn find_booklet(&self, programme: ProgrammeId, booklet: u32) -> Result<Option<Booklet>, Error> {
        // Ranges of one table never overlap: the last that starts before the booklet is the only
        // one that can hold it.
        let sql = "SELECT
            (SELECT iif(last >= ?2, last_day, NULL) FROM lots
                WHERE programme = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1),
            coalesce((SELECT last >= ?2 FROM activations
                WHERE programme = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1), 0),
            (SELECT iif(last >= ?2, since, NULL) FROM blocks
                WHERE programme = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1)";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row((programme.0, booklet), |row| {
                let Some(last_day) = optional_day(row, 0)? else {
                    return Ok(None);
                };
                Ok(Some(Booklet {
                    last_day,
                    is_activated: row.get(1)?,
                    blocked_since: optional_day(row, 2)?,
                }))
            })?)
    }

    fn record_lot(
        &self,
        programme: ProgrammeId,
        lot: Range,
        last_day: NaiveDate,
        key: PassKeyId,
        minted_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO lots (programme, first, last, last_day, pass_key, minted_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let last_day = last_day.to_string();
        self.0.execute(
            sql,
            (
                programme.0,
                lot.first,
                lot.last,
                last_day,
                key.0,
                signed(minted_at),
            ),
        )?;
        Ok(())
    }

    fn record_activation(
        &self,
        programme: ProgrammeId,
        range: Range,
        activated_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO activations (programme, first, last, activated_at) VALUES (?1, ?2, ?3, ?4)";
        self.0
            .execute(sql, (programme.0, range.first, range.last, signed(activated_at)))?;
        Ok(())
    }

    fn record_block(
        &self,
        programme: ProgrammeId,
        range: Range,
        since: NaiveDate,
        blocked_at: u64,
    ) -> Result<(), Error> {
        let sql =
            "INSERT INTO blocks (programme, first, last, since, blocked_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let since = since.to_string();
        self.0.execute(
            sql,
            (programme.0, range.first, range.last, since, signed(blocked_at)),
        )?;
        Ok(())
    }

    fn find_last_booklet(&self, programme: ProgrammeId) -> Result<Option<u32>, Error> {
        let sql = "SELECT last FROM lots WHERE programme = ?1 ORDER BY first DESC LIMIT 1";
        Ok(self
            .0
            .query_row(sql, [programme.0], |row| row.get(0))
            .optional()?)
    }

    fn list_lots(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        self.list_ranges(
            "SELECT first, last FROM lots WHERE programme = ?1 ORDER BY first",
            programme,
        )
    }

    fn list_activations(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let sql = "SELECT first, last FROM activations WHERE programme = ?1 ORDER BY first";
        self.list_ranges(sql, programme)
    }

    fn list_blocks(&self, programme: ProgrammeId) -> Result<Vec<(Range, NaiveDate)>, Error> {
        let sql = "SELECT first, last, since FROM blocks WHERE programme = ?1 ORDER BY first";
        let mut statement = self.0.prepare_cached(sql)?;
        let blocks = statement.query_map([programme.0], |row| Ok((range(row)?, get_day(row, 2)?)))?;
        Ok(blocks.collect::<Result<_, _>>()?)
    }
}

impl SqliteBooks<'_> {
    fn list_ranges(&self, sql: &str, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let mut statement = self.0.prepare_cached(sql)?;
        let ranges = statement.query_map([programme.0], range)?;
        Ok(ranges.collect::<Result<_, _>>()?)
    }
}

fn range(row: &Row<'_>) -> rusqlite::Result<Range> {
    Ok(Range {
        first: row.get(0)?,
        last: row.get(1)?,
    })
}

fn optional_day(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<NaiveDate>> {
    match row.get_ref(at)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => get_day(row, at).map(Some),
    }
}
