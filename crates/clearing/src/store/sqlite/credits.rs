//! Who is owed a pass, and who gave it back.

use super::{
    SqliteBooks,
    columns::{get_birth_id, get_siret, get_u64, signed},
};
use crate::{
    books::{Credit, CreditForm, Mark},
    error::Error,
    store::Credits,
};
use passerelle_domain::{id::BirthId, pass::PassId, programme::ProgrammeId};
use rusqlite::{OptionalExtension, Row, params};

/// The columns of [`credit`], of `credits AS c LEFT JOIN withdrawals AS w`.
pub const CREDIT: &str =
    "SELECT c.attempt, c.siret, c.device, c.epoch, c.seq, c.credited_at, w.attempt IS NOT NULL
    FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)";

impl Credits for SqliteBooks<'_> {
    fn find_last_credit(&self, pass: PassId) -> Result<Option<Credit>, Error> {
        let sql = format!(
            "{CREDIT} WHERE c.programme = ?1 AND c.booklet = ?2 AND c.rank = ?3 ORDER BY c.attempt DESC LIMIT 1"
        );
        let key = (pass.programme.0, pass.booklet, pass.rank);
        Ok(self.0.prepare_cached(&sql)?.query_row(key, credit).optional()?)
    }

    fn find_credit_of(&self, event: BirthId) -> Result<Option<Credit>, Error> {
        let sql = format!(
            "{CREDIT} WHERE c.device = ?1 AND c.epoch = ?2 AND c.seq = ?3 ORDER BY c.attempt DESC LIMIT 1"
        );
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        Ok(self.0.prepare_cached(&sql)?.query_row(key, credit).optional()?)
    }

    fn record_credit(&self, form: &CreditForm<'_>, credited_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO credits (programme, booklet, rank, attempt, siret, amount_cents,
            device, epoch, seq, credited_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        self.0.prepare_cached(sql)?.execute(params![
            form.pass.programme.0,
            form.pass.booklet,
            form.pass.rank,
            form.attempt,
            form.siret.as_str(),
            form.amount.0,
            form.event.device.0,
            signed(form.event.epoch.0),
            signed(form.event.seq),
            signed(credited_at),
        ])?;
        Ok(())
    }

    fn record_withdrawal(&self, pass: PassId, attempt: u32, void: BirthId, at: u64) -> Result<(), Error> {
        let sql =
            "INSERT INTO withdrawals (programme, booklet, rank, attempt, device, epoch, seq, withdrawn_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.0.prepare_cached(sql)?.execute(params![
            pass.programme.0,
            pass.booklet,
            pass.rank,
            attempt,
            void.device.0,
            signed(void.epoch.0),
            signed(void.seq),
            signed(at),
        ])?;
        Ok(())
    }

    fn list_presented_since(&self, mark: &Mark) -> Result<(Vec<(PassId, bool)>, Mark), Error> {
        let (credits, withdrawals) = match mark {
            Mark::Rows { credits, withdrawals } => (*credits, *withdrawals),
            Mark::Beginning | Mark::Tallies(_) => (0, 0),
        };
        // Both tables are numbered without gaps, in the order of writing.
        let sql = "SELECT programme, booklet, rank,
                (SELECT count(*) FROM credits AS c WHERE c.programme = p.programme
                    AND c.booklet = p.booklet AND c.rank = p.rank)
                > (SELECT count(*) FROM withdrawals AS w WHERE w.programme = p.programme
                    AND w.booklet = p.booklet AND w.rank = p.rank)
            FROM (SELECT programme, booklet, rank FROM credits WHERE rowid > ?1
                UNION SELECT programme, booklet, rank FROM withdrawals WHERE rowid > ?2) AS p
            ORDER BY programme, booklet, rank";
        let mut statement = self.0.prepare_cached(sql)?;
        let presented = statement.query_map([credits, withdrawals], |row| {
            let pass = PassId {
                programme: ProgrammeId(row.get(0)?),
                booklet: row.get(1)?,
                rank: row.get(2)?,
            };
            Ok((pass, row.get(3)?))
        })?;
        Ok((presented.collect::<Result<_, _>>()?, self.mark()?))
    }
}

impl SqliteBooks<'_> {
    fn mark(&self) -> Result<Mark, Error> {
        let sql = "SELECT coalesce((SELECT max(rowid) FROM credits), 0),
            coalesce((SELECT max(rowid) FROM withdrawals), 0)";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| {
            Ok(Mark::Rows {
                credits: row.get(0)?,
                withdrawals: row.get(1)?,
            })
        })?)
    }
}

pub fn credit(row: &Row<'_>) -> rusqlite::Result<Credit> {
    Ok(Credit {
        attempt: row.get(0)?,
        siret: get_siret(row, 1)?,
        event: get_birth_id(row, 2)?,
        credited_at: get_u64(row, 5)?,
        is_withdrawn: row.get(6)?,
    })
}
