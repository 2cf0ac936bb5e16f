//! What the books need when they went back to an older copy.

use super::{
    PostgresBooks,
    columns::{capped, get_birth_id, get_pass, get_u64, id_columns, pass_columns, signed},
    credits::credit,
    settlements::get_month,
};
use crate::{
    books::Credit,
    error::Error,
    settlement::{Counted, Settlement},
    store::{Awaited, Comeback},
};
use passerelle_domain::{id::DeviceId, month::Month, pass::PassId, wire::CountedCredit};
use postgres::Row;

impl Comeback for PostgresBooks<'_> {
    fn record_report(&self, device: DeviceId, generation: u32, reported_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO reports (device, generation, reported_at) VALUES ($1, $2, $3)
            ON CONFLICT DO NOTHING";
        let (generation, at) = (i64::from(generation), signed(reported_at));
        self.record(sql, &[&&device.0[..], &generation, &at])
    }

    fn has_report(&self, device: DeviceId, generation: u32) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM reports WHERE device = $1 AND generation = $2)";
        let generation = i64::from(generation);
        self.get(sql, &[&&device.0[..], &generation], |row| Ok(row.try_get(0)?))
    }

    fn count_audits(&self) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(number), 0) FROM audits";
        self.get(sql, &[], |row| get_u64(row, 0))
    }

    fn record_month(&self, settlement: &Settlement) -> Result<(), Error> {
        let month = settlement.month.to_string();
        let sql = "INSERT INTO settlements (month, ends_at, closed_at) VALUES ($1, $2, $3)";
        let (ends_at, closed_at) = (capped(settlement.ends_at), capped(settlement.closed_at));
        self.record(sql, &[&month, &ends_at, &closed_at])?;
        for line in &settlement.lines {
            self.record_line(&month, line)?;
        }
        for balance in &settlement.balances {
            self.record_balance(&month, balance)?;
        }
        Ok(())
    }

    fn record_counted(&self, attempt: u32, counted: &Awaited) -> Result<(), Error> {
        let ((programme, booklet, rank), attempt) = (pass_columns(counted.credit.pass), i64::from(attempt));
        let month = counted.month.to_string();
        match counted.kind {
            Counted::Credit => {
                let sql = "INSERT INTO settled_credits
                    (programme, booklet, rank, attempt, month, device, epoch, seq)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
                let (device, epoch, seq) = id_columns(&counted.credit.event);
                self.record(
                    sql,
                    &[
                        &programme, &booklet, &rank, &attempt, &month, &device, &epoch, &seq,
                    ],
                )
            }
            Counted::Withdrawal => {
                let sql = "INSERT INTO settled_withdrawals (programme, booklet, rank, attempt, month)
                    VALUES ($1, $2, $3, $4, $5)";
                self.record(sql, &[&programme, &booklet, &rank, &attempt, &month])
            }
        }
    }

    fn find_counted(&self, pass: PassId, attempt: u32, kind: Counted) -> Result<Option<Month>, Error> {
        let sql = match kind {
            Counted::Credit => {
                "SELECT month FROM settled_credits
                WHERE programme = $1 AND booklet = $2 AND rank = $3 AND attempt = $4"
            }
            Counted::Withdrawal => {
                "SELECT month FROM settled_withdrawals
                WHERE programme = $1 AND booklet = $2 AND rank = $3 AND attempt = $4"
            }
        };
        let ((programme, booklet, rank), attempt) = (pass_columns(pass), i64::from(attempt));
        self.find(sql, &[&programme, &booklet, &rank, &attempt], |row| {
            get_month(row, 0)
        })
    }

    fn find_counted_as(&self, name: CountedCredit) -> Result<Option<Credit>, Error> {
        let sql = "SELECT c.attempt, c.siret, c.device, c.epoch, c.seq, c.credited_at, w.attempt IS NOT NULL
            FROM credits AS c JOIN settled_credits AS s USING (programme, booklet, rank, attempt)
            LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = $1 AND booklet = $2 AND rank = $3
                AND (coalesce(s.device, c.device), coalesce(s.epoch, c.epoch), coalesce(s.seq, c.seq))
                    = ($4, $5, $6)
            ORDER BY attempt DESC LIMIT 1";
        let (programme, booklet, rank) = pass_columns(name.pass);
        let (device, epoch, seq) = id_columns(&name.event);
        self.find(sql, &[&programme, &booklet, &rank, &device, &epoch, &seq], credit)
    }

    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<CountedCredit>, Error> {
        let sql = match kind {
            Counted::Credit => {
                "SELECT coalesce(s.device, c.device), coalesce(s.epoch, c.epoch), coalesce(s.seq, c.seq),
                    programme, booklet, rank
                    FROM settled_credits AS s
                    JOIN credits AS c USING (programme, booklet, rank, attempt) WHERE s.month = $1
                UNION ALL SELECT device, epoch, seq, programme, booklet, rank FROM awaited
                    WHERE month = $1 AND kind = $2"
            }
            Counted::Withdrawal => {
                "SELECT coalesce(s.device, c.device), coalesce(s.epoch, c.epoch), coalesce(s.seq, c.seq),
                    programme, booklet, rank
                    FROM settled_withdrawals AS t
                    JOIN settled_credits AS s USING (programme, booklet, rank, attempt)
                    JOIN credits AS c USING (programme, booklet, rank, attempt) WHERE t.month = $1
                UNION ALL SELECT device, epoch, seq, programme, booklet, rank FROM awaited
                    WHERE month = $1 AND kind = $2"
            }
        };
        self.list(sql, &[&month.to_string(), &kind.code()], |row| {
            get_counted(row, 0)
        })
    }

    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let sql = "INSERT INTO awaited (device, epoch, seq, programme, booklet, rank, kind, month)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (device, epoch, seq) = id_columns(&awaited.credit.event);
        let (programme, booklet, rank) = pass_columns(awaited.credit.pass);
        let (kind, month) = (awaited.kind.code(), awaited.month.to_string());
        self.record(
            sql,
            &[&device, &epoch, &seq, &programme, &booklet, &rank, &kind, &month],
        )
    }

    fn remove_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let sql = "DELETE FROM awaited
            WHERE device = $1 AND epoch = $2 AND seq = $3 AND kind = $4 AND month = $5";
        let (device, epoch, seq) = id_columns(&awaited.credit.event);
        let (kind, month) = (awaited.kind.code(), awaited.month.to_string());
        self.record(sql, &[&device, &epoch, &seq, &kind, &month])
    }

    fn list_awaited(&self) -> Result<Vec<Awaited>, Error> {
        let mut awaited = Vec::new();
        for kind in Counted::ALL {
            let sql =
                "SELECT device, epoch, seq, programme, booklet, rank, month FROM awaited WHERE kind = $1";
            awaited.extend(self.list(sql, &[&kind.code()], |row| {
                Ok(Awaited {
                    kind,
                    credit: get_counted(row, 0)?,
                    month: get_month(row, 6)?,
                })
            })?);
        }
        // SQL would order an epoch by its sign.
        awaited.sort_unstable();
        Ok(awaited)
    }
}

/// The event and the pass in six columns from `at`.
fn get_counted(row: &Row, at: usize) -> Result<CountedCredit, Error> {
    Ok(CountedCredit {
        event: get_birth_id(row, at)?,
        pass: get_pass(row, at + 3)?,
    })
}
