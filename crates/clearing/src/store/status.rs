//! The figures of `status`.

use super::Books;
use crate::error::Error;
use passerelle_domain::{cents::Cents, programme::ProgrammeId};
use serde::Serialize;
use std::collections::BTreeMap;

/// How much of everything there is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Structures known.
    pub structures: u64,
    /// Desks enrolled, revoked ones included.
    pub devices: u64,
    /// Parcels that brought events.
    pub batches: u64,
    /// Redemptions and voids received.
    pub events: u64,
    /// Redemptions and voids by their last word.
    pub verdicts: BTreeMap<String, u64>,
    /// Later words given.
    pub decisions: u64,
}

impl Books<'_> {
    /// The counts of the whole.
    pub fn counts(&self) -> Result<Counts, Error> {
        Ok(Counts {
            structures: self.count("SELECT count(*) FROM structures")?,
            devices: self.count("SELECT count(*) FROM devices")?,
            batches: self.count("SELECT count(*) FROM batches")?,
            events: self.count("SELECT count(*) FROM events")?,
            verdicts: self.last_words()?,
            decisions: self.count("SELECT count(*) FROM decisions")?,
        })
    }

    /// How many credits of a programme stand, and what they are worth.
    pub fn credited(&self, programme: ProgrammeId) -> Result<(u64, Cents), Error> {
        let sql = "SELECT count(*), coalesce(sum(amount_cents), 0) FROM credits
            LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = ?1 AND w.attempt IS NULL";
        Ok(self.0.query_row(sql, [programme.0], |row| {
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), Cents(row.get(1)?)))
        })?)
    }

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
