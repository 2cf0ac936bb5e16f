//! Booklets: issued in lots, activated, blocked.

use super::{
    PostgresBooks,
    ahead::Ahead,
    columns::{get_u16, get_u32, signed},
};
use crate::{books::Booklet, error::Error, ranges::Range, store::Booklets};
use chrono::NaiveDate;
use passerelle_domain::{pass::PassKeyId, programme::ProgrammeId};
use postgres::Row;

/// Booklets by programme and number. Ranges of one table never overlap: the last that starts before a
/// booklet is the only one that can hold it.
pub const FIND: &str = "SELECT b.programme, b.booklet,
        (SELECT CASE WHEN last >= b.booklet THEN last_day END FROM lots AS l
            WHERE l.programme = b.programme AND first <= b.booklet ORDER BY first DESC LIMIT 1),
        coalesce((SELECT last >= b.booklet FROM activations AS a
            WHERE a.programme = b.programme AND first <= b.booklet ORDER BY first DESC LIMIT 1), false),
        (SELECT CASE WHEN last >= b.booklet THEN since END FROM blocks AS k
            WHERE k.programme = b.programme AND first <= b.booklet ORDER BY first DESC LIMIT 1)
    FROM unnest($1::integer[], $2::bigint[]) AS b (programme, booklet)";

impl Booklets for PostgresBooks<'_> {
    fn find_booklet(&self, programme: ProgrammeId, booklet: u32) -> Result<Option<Booklet>, Error> {
        if let Some(known) = self.known(|ahead| ahead.booklet(programme, booklet)) {
            return Ok(known);
        }
        let key = (vec![i32::from(programme.0)], vec![i64::from(booklet)]);
        self.get(FIND, &[&key.0, &key.1], |row| Ok(numbered(row)?.1))
    }

    fn record_lot(
        &self,
        programme: ProgrammeId,
        lot: Range,
        last_day: NaiveDate,
        key: PassKeyId,
        minted_at: u64,
    ) -> Result<(), Error> {
        self.learn(Ahead::forget_booklets);
        let sql = "INSERT INTO lots (programme, first, last, last_day, pass_key, minted_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let (first, last) = ends(lot);
        self.record(
            sql,
            &[
                &i32::from(programme.0),
                &first,
                &last,
                &last_day,
                &i32::from(key.0),
                &signed(minted_at),
            ],
        )
    }

    fn record_activation(
        &self,
        programme: ProgrammeId,
        range: Range,
        activated_at: u64,
    ) -> Result<(), Error> {
        self.learn(Ahead::forget_booklets);
        let sql = "INSERT INTO activations (programme, first, last, activated_at) VALUES ($1, $2, $3, $4)";
        let (first, last) = ends(range);
        self.record(
            sql,
            &[&i32::from(programme.0), &first, &last, &signed(activated_at)],
        )
    }

    fn record_block(
        &self,
        programme: ProgrammeId,
        range: Range,
        since: NaiveDate,
        blocked_at: u64,
    ) -> Result<(), Error> {
        self.learn(Ahead::forget_booklets);
        let sql =
            "INSERT INTO blocks (programme, first, last, since, blocked_at) VALUES ($1, $2, $3, $4, $5)";
        let (first, last) = ends(range);
        self.record(
            sql,
            &[
                &i32::from(programme.0),
                &first,
                &last,
                &since,
                &signed(blocked_at),
            ],
        )
    }

    fn find_last_booklet(&self, programme: ProgrammeId) -> Result<Option<u32>, Error> {
        let sql = "SELECT last FROM lots WHERE programme = $1 ORDER BY first DESC LIMIT 1";
        self.find(sql, &[&i32::from(programme.0)], |row| get_u32(row, 0))
    }

    fn list_lots(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let sql = "SELECT first, last FROM lots WHERE programme = $1 ORDER BY first";
        self.list(sql, &[&i32::from(programme.0)], range)
    }

    fn list_activations(&self, programme: ProgrammeId) -> Result<Vec<Range>, Error> {
        let sql = "SELECT first, last FROM activations WHERE programme = $1 ORDER BY first";
        self.list(sql, &[&i32::from(programme.0)], range)
    }

    fn list_blocks(&self, programme: ProgrammeId) -> Result<Vec<(Range, NaiveDate)>, Error> {
        let sql = "SELECT first, last, since FROM blocks WHERE programme = $1 ORDER BY first";
        self.list(sql, &[&i32::from(programme.0)], |row| {
            Ok((range(row)?, row.try_get(2)?))
        })
    }
}

/// A booklet with its programme and number, if it was issued.
pub fn numbered(row: &Row) -> Result<((ProgrammeId, u32), Option<Booklet>), Error> {
    let number = (ProgrammeId(get_u16(row, 0)?), get_u32(row, 1)?);
    let Some(last_day) = row.try_get(2)? else {
        return Ok((number, None));
    };
    let booklet = Booklet {
        last_day,
        is_activated: row.try_get(3)?,
        blocked_since: row.try_get(4)?,
    };
    Ok((number, Some(booklet)))
}

fn ends(range: Range) -> (i64, i64) {
    (i64::from(range.first), i64::from(range.last))
}

fn range(row: &Row) -> Result<Range, Error> {
    Ok(Range {
        first: get_u32(row, 0)?,
        last: get_u32(row, 1)?,
    })
}
