//! What the books need when they went back to an older copy.

use super::{
    PostgresBooks,
    columns::{capped, get_birth_id, get_u64, id_columns, pass_columns, signed},
    settlements::get_month,
};
use crate::{
    error::Error,
    settlement::{Counted, Settlement},
    store::{Awaited, Comeback},
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    month::Month,
    pass::PassId,
};

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

    fn record_counted(&self, pass: PassId, attempt: u32, kind: Counted, month: Month) -> Result<(), Error> {
        let sql = match kind {
            Counted::Credit => {
                "INSERT INTO settled_credits (programme, booklet, rank, attempt, month)
                VALUES ($1, $2, $3, $4, $5)"
            }
            Counted::Withdrawal => {
                "INSERT INTO settled_withdrawals (programme, booklet, rank, attempt, month)
                VALUES ($1, $2, $3, $4, $5)"
            }
        };
        let ((programme, booklet, rank), attempt) = (pass_columns(pass), i64::from(attempt));
        let month = month.to_string();
        self.record(sql, &[&programme, &booklet, &rank, &attempt, &month])
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

    fn list_counted(&self, month: Month, kind: Counted) -> Result<Vec<BirthId>, Error> {
        let sql = match kind {
            Counted::Credit => {
                "SELECT c.device, c.epoch, c.seq FROM settled_credits AS s
                    JOIN credits AS c USING (programme, booklet, rank, attempt) WHERE s.month = $1
                UNION ALL SELECT device, epoch, seq FROM awaited WHERE month = $1 AND kind = $2"
            }
            Counted::Withdrawal => {
                "SELECT c.device, c.epoch, c.seq FROM settled_withdrawals AS s
                    JOIN credits AS c USING (programme, booklet, rank, attempt) WHERE s.month = $1
                UNION ALL SELECT device, epoch, seq FROM awaited WHERE month = $1 AND kind = $2"
            }
        };
        self.list(sql, &[&month.to_string(), &kind.code()], |row| {
            get_birth_id(row, 0)
        })
    }

    fn insert_awaited(&self, awaited: &Awaited) -> Result<(), Error> {
        let sql = "INSERT INTO awaited (device, epoch, seq, kind, month) VALUES ($1, $2, $3, $4, $5)";
        let (device, epoch, seq) = id_columns(&awaited.event);
        let (kind, month) = (awaited.kind.code(), awaited.month.to_string());
        self.record(sql, &[&device, &epoch, &seq, &kind, &month])
    }

    fn remove_awaited(&self, event: BirthId, kind: Counted) -> Result<(), Error> {
        let sql = "DELETE FROM awaited WHERE device = $1 AND epoch = $2 AND seq = $3 AND kind = $4";
        let (device, epoch, seq) = id_columns(&event);
        self.record(sql, &[&device, &epoch, &seq, &kind.code()])
    }

    fn list_awaited(&self) -> Result<Vec<Awaited>, Error> {
        let mut awaited = Vec::new();
        for kind in Counted::ALL {
            let sql = "SELECT device, epoch, seq, month FROM awaited WHERE kind = $1";
            awaited.extend(self.list(sql, &[&kind.code()], |row| {
                Ok(Awaited {
                    kind,
                    event: get_birth_id(row, 0)?,
                    month: get_month(row, 3)?,
                })
            })?);
        }
        // SQL would order an epoch by its sign.
        awaited.sort_unstable();
        Ok(awaited)
    }
}
