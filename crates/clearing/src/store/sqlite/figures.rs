//! The figures of the whole.

use super::{SqliteBooks, columns::get_u64};
use crate::{books::Counts, error::Error, store::Figures};
use passerelle_domain::{cents::Cents, programme::ProgrammeId};
use std::collections::BTreeMap;

impl Figures for SqliteBooks<'_> {
    fn state_version(&self) -> Result<u64, Error> {
        // The two long tables are numbered without gaps: their last number is their count, found
        // without walking through them.
        let sql = "SELECT (SELECT count(*) FROM programmes) + (SELECT count(*) FROM pass_keys)
            + (SELECT count(*) FROM lots) + (SELECT count(*) FROM activations) + (SELECT count(*) FROM blocks)
            + coalesce((SELECT max(rowid) FROM credits), 0) + coalesce((SELECT max(rowid) FROM withdrawals), 0)";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| get_u64(row, 0))?)
    }

    fn counts(&self) -> Result<Counts, Error> {
        Ok(Counts {
            structures: self.count("SELECT count(*) FROM structures")?,
            devices: self.count("SELECT count(*) FROM devices")?,
            batches: self.count("SELECT count(*) FROM batches")?,
            events: self.count("SELECT count(*) FROM events")?,
            verdicts: self.last_words()?,
            decisions: self.count("SELECT count(*) FROM decisions")?,
        })
    }

    fn credited(&self, programme: ProgrammeId) -> Result<(u64, Cents), Error> {
        let sql = "SELECT count(*), coalesce(sum(amount_cents), 0) FROM credits
            LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = ?1 AND w.attempt IS NULL";
        Ok(self.0.query_row(sql, [programme.0], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), Cents(row.get(1)?)))
        })?)
    }
}

impl SqliteBooks<'_> {
    fn last_words(&self) -> Result<BTreeMap<String, u64>, Error> {
        let sql = "SELECT coalesce((SELECT d.code FROM decisions AS d
                WHERE d.device = v.device AND d.epoch = v.epoch AND d.seq = v.seq
                ORDER BY d.number DESC LIMIT 1), v.code) AS said, count(*)
            FROM verdicts AS v GROUP BY said";
        let mut statement = self.0.prepare(sql)?;
        let words =
            statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
        Ok(words.collect::<Result<_, _>>()?)
    }

    fn count(&self, sql: &str) -> Result<u64, Error> {
        Ok(self
            .0
            .query_row(sql, [], |row| Ok(row.get::<_, i64>(0)?.cast_unsigned()))?)
    }
}
