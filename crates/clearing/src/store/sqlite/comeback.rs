//! What the books need when they went back to an older copy.

use super::{
    SqliteBooks,
    columns::{capped, get_birth_id, get_pass, get_u64, signed},
    credits::{CREDIT, credit},
    settlements::get_month,
};
use crate::{
    books::Credit,
    error::Error,
    settlement::{Counted, Settlement},
    store::{Awaited, Comeback},
};
use passerelle_domain::{id::DeviceId, month::Month, pass::PassId, wire::CountedCredit};
use rusqlite::{OptionalExtension, Row, params};

/// Where each kind is counted.
const fn table(kind: Counted) -> &'static str {
    match kind {
        Counted::Credit => "settled_credits",
        Counted::Withdrawal => "settled_withdrawals",
    }
}

impl Comeback for SqliteBooks<'_> {
    fn record_report(&self, device: DeviceId, generation: u32, reported_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO reports (device, generation, reported_at) VALUES (?1, ?2, ?3)
            ON CONFLICT DO NOTHING";
        self.0.execute(sql, (device.0, generation, signed(reported_at)))?;
        Ok(())
    }

    fn has_report(&self, device: DeviceId, generation: u32) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM reports WHERE device = ?1 AND generation = ?2)";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row((device.0, generation), |row| row.get(0))?)
    }

    fn count_audits(&self) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(number), 0) FROM audits";
        Ok(self.0.query_row(sql, [], |row| get_u64(row, 0))?)
    }

    fn record_month(&self, settlement: &Settlement) -> Result<(), Error> {
        let month = settlement.month.to_string();
        let sql = "INSERT INTO settlements (month, ends_at, closed_at) VALUES (?1, ?2, ?3)";
        let (ends_at, closed_at) = (capped(settlement.ends_at), capped(settlement.closed_at));
        self.0.execute(sql, (&month, ends_at, closed_at))?;
        for line in &settlement.lines {
            self.record_line(&month, line)?;
        }
        for balance in &settlement.balances {
            self.record_balance(&month, balance)?;
        }
        Ok(())
    }

    fn record_counted(&self, attempt: u32, counted: &Awaited) -> Result<(), Error> {
        let Awaited { kind, credit, month } = counted;
        let (pass, event) = (credit.pass, credit.event);
        let month = month.to_string();
        match kind {
            Counted::Credit => {
                let sql = "INSERT INTO settled_credits (programme, booklet, rank, attempt, month,
                    device, epoch, seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
                self.0.prepare_cached(sql)?.execute(params![
                    pass.programme.0,
                    pass.booklet,
                    pass.rank,
                    attempt,
                    month,
                    event.device.0,
                    signed(event.epoch.0),
                    signed(event.seq),
                ])?;
            }
            Counted::Withdrawal => {
                let sql = "INSERT INTO settled_withdrawals (programme, booklet, rank, attempt, month)
                    VALUES (?1, ?2, ?3, ?4, ?5)";
                let row = (pass.programme.0, pass.booklet, pass.rank, attempt, month);
                self.0.prepare_cached(sql)?.execute(row)?;
            }
        }
        Ok(())
    }

    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error> {
        let sql = format!(
            "SELECT month FROM {} WHERE programme = ?1 AND booklet = ?2 AND rank = ?3 AND attempt = ?4",
            table(kind)
        );
        let key = (pass.programme.0, pass.booklet, pass.rank, attempt);
        let mut statement = self.0.prepare_cached(&sql)?;
        Ok(statement.query_row(key, |row| get_month(row, 0)).optional()?)
    }

    fn find_counted_as(&self, name: CountedCredit) -> Result<Option<Credit>, Error> {
        let sql = format!(
            "{CREDIT} JOIN settled_credits AS s USING (programme, booklet, rank, attempt)
            WHERE c.programme = ?1 AND c.booklet = ?2 AND c.rank = ?3
                AND (coalesce(s.device, c.device), coalesce(s.epoch, c.epoch), coalesce(s.seq, c.seq))
                    = (?4, ?5, ?6)
            ORDER BY c.attempt DESC LIMIT 1"
        );
        let CountedCredit { event, pass } = name;
        let key = (
            pass.programme.0,
            pass.booklet,
            pass.rank,
            event.device.0,
            signed(event.epoch.0),
            signed(event.seq),
        );
        Ok(self.0.prepare_cached(&sql)?.query_row(key, credit).optional()?)
    }

    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<CountedCredit>, Error> {
        let sql = format!(
            "SELECT coalesce(s.device, c.device), coalesce(s.epoch, c.epoch), coalesce(s.seq, c.seq),
                programme, booklet, rank
                FROM {} AS counted JOIN settled_credits AS s USING (programme, booklet, rank, attempt)
                JOIN credits AS c USING (programme, booklet, rank, attempt) WHERE counted.month = ?1
            UNION ALL SELECT device, epoch, seq, programme, booklet, rank FROM awaited
                WHERE month = ?1 AND kind = ?2",
            table(kind)
        );
        let mut statement = self.0.prepare(&sql)?;
        let counted = statement.query_map((month.to_string(), kind.code()), |row| get_counted(row, 0))?;
        Ok(counted.collect::<Result<_, _>>()?)
    }

    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let sql = "INSERT INTO awaited (device, epoch, seq, programme, booklet, rank, kind, month)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let CountedCredit { event, pass } = awaited.credit;
        self.0.prepare_cached(sql)?.execute(params![
            event.device.0,
            signed(event.epoch.0),
            signed(event.seq),
            pass.programme.0,
            pass.booklet,
            pass.rank,
            awaited.kind.code(),
            awaited.month.to_string(),
        ])?;
        Ok(())
    }

    fn remove_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let sql = "DELETE FROM awaited
            WHERE device = ?1 AND epoch = ?2 AND seq = ?3 AND kind = ?4 AND month = ?5";
        let Awaited { kind, credit, month } = awaited;
        let event = credit.event;
        let (epoch, seq) = (signed(event.epoch.0), signed(event.seq));
        let key = (event.device.0, epoch, seq, kind.code(), month.to_string());
        self.0.prepare_cached(sql)?.execute(key)?;
        Ok(())
    }

    fn list_awaited(&self) -> Result<Vec<Awaited>, Error> {
        let mut awaited = Vec::new();
        for kind in Counted::ALL {
            let sql =
                "SELECT device, epoch, seq, programme, booklet, rank, month FROM awaited WHERE kind = ?1";
            let mut statement = self.0.prepare_cached(sql)?;
            let rows = statement.query_map([kind.code()], |row| {
                Ok(Awaited {
                    kind,
                    credit: get_counted(row, 0)?,
                    month: get_month(row, 6)?,
                })
            })?;
            awaited.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        // SQL would order an epoch by its sign.
        awaited.sort_unstable();
        Ok(awaited)
    }
}

/// The event and the pass in six columns from `at`.
fn get_counted(row: &Row<'_>, at: usize) -> rusqlite::Result<CountedCredit> {
    Ok(CountedCredit {
        event: get_birth_id(row, at)?,
        pass: get_pass(row, at + 3)?,
    })
}
