//! The figures of the whole.

use super::{PostgresBooks, columns::get_u64};
use crate::{books::Counts, error::Error, store::Figures};
use passerelle_domain::{cents::Cents, programme::ProgrammeId};
use std::collections::BTreeMap;

impl Figures for PostgresBooks<'_> {
    fn state_version(&self) -> Result<u64, Error> {
        // Each snapshot of one server holds all that an earlier one held, and facts stay: where the
        // counts are equal, so are the states.
        let sql = "SELECT (SELECT count(*) FROM programmes) + (SELECT count(*) FROM pass_keys)
            + (SELECT count(*) FROM lots) + (SELECT count(*) FROM activations) + (SELECT count(*) FROM blocks)
            + (SELECT CAST(coalesce(sum(facts), 0) AS bigint) FROM tallies)";
        self.get(sql, &[], |row| get_u64(row, 0))
    }

    fn counts(&self) -> Result<Counts, Error> {
        let count = |sql| self.get(sql, &[], |row| get_u64(row, 0));
        Ok(Counts {
            structures: count("SELECT count(*) FROM structures")?,
            devices: count("SELECT count(*) FROM devices")?,
            batches: count("SELECT count(*) FROM batches")?,
            events: count("SELECT count(*) FROM events")?,
            verdicts: self.last_words()?,
            decisions: count("SELECT count(*) FROM decisions")?,
        })
    }

    fn credited(&self, programme: ProgrammeId) -> Result<(u64, Cents), Error> {
        let sql = "SELECT count(*), CAST(coalesce(sum(amount_cents), 0) AS bigint) FROM credits
            LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = $1 AND w.attempt IS NULL";
        self.get(sql, &[&i32::from(programme.0)], |row| {
            Ok((get_u64(row, 0)?, Cents(row.try_get(1)?)))
        })
    }
}

impl PostgresBooks<'_> {
    fn last_words(&self) -> Result<BTreeMap<String, u64>, Error> {
        // One walk through each table: looked up event by event, it takes many times as long.
        let sql = "SELECT coalesce(d.code, v.code) AS said, count(*)
            FROM verdicts AS v LEFT JOIN (
                SELECT DISTINCT ON (device, epoch, seq) device, epoch, seq, code FROM decisions
                ORDER BY device, epoch, seq, number DESC
            ) AS d USING (device, epoch, seq) GROUP BY said";
        let words = self.list(sql, &[], |row| Ok((row.try_get(0)?, get_u64(row, 1)?)))?;
        Ok(words.into_iter().collect())
    }
}
