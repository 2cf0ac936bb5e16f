//! Who is owed a pass, and who gave it back.

use super::{
    PostgresBooks,
    columns::{
        get_birth_id, get_bytes, get_pass, get_siret, get_u32, get_u64, id_columns, pass_columns, signed,
    },
};
use crate::{
    books::{Credit, CreditForm, Mark},
    error::Error,
    store::Credits,
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    pass::PassId,
};
use postgres::Row;
use std::collections::BTreeMap;

impl Credits for PostgresBooks<'_> {
    fn find_last_credit(&self, pass: PassId) -> Result<Option<Credit>, Error> {
        if let Some(credit) = self.known(|ahead| ahead.last_credit(pass)) {
            return Ok(credit);
        }
        let sql = "SELECT c.attempt, c.siret, c.device, c.epoch, c.seq, c.credited_at, w.attempt IS NOT NULL
            FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE c.programme = $1 AND c.booklet = $2 AND c.rank = $3 ORDER BY c.attempt DESC LIMIT 1";
        let (programme, booklet, rank) = pass_columns(pass);
        self.find(sql, &[&programme, &booklet, &rank], credit)
    }

    fn find_credit_of(&self, event: BirthId) -> Result<Option<Credit>, Error> {
        let sql = "SELECT c.attempt, c.siret, c.device, c.epoch, c.seq, c.credited_at, w.attempt IS NOT NULL
            FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE c.device = $1 AND c.epoch = $2 AND c.seq = $3 ORDER BY c.attempt DESC LIMIT 1";
        let (device, epoch, seq) = id_columns(&event);
        self.find(sql, &[&device, &epoch, &seq], credit)
    }

    fn record_credit(&self, form: &CreditForm<'_>, credited_at: u64) -> Result<(), Error> {
        let credit = Credit {
            attempt: form.attempt,
            siret: form.siret.clone(),
            event: form.event,
            credited_at,
            is_withdrawn: false,
        };
        self.learn(|ahead| ahead.credit(form.pass, credit));
        self.hold_or_write(form.event, |held| held.credit(form, credited_at))
    }

    fn record_withdrawal(&self, pass: PassId, attempt: u32, void: BirthId, at: u64) -> Result<(), Error> {
        self.learn(|ahead| ahead.withdraw(pass));
        let sql =
            "INSERT INTO withdrawals (programme, booklet, rank, attempt, device, epoch, seq, withdrawn_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        let (programme, booklet, rank) = pass_columns(pass);
        let (device, epoch, seq) = id_columns(&void);
        self.record(
            sql,
            &[
                &programme,
                &booklet,
                &rank,
                &i64::from(attempt),
                &device,
                &epoch,
                &seq,
                &signed(at),
            ],
        )
    }

    fn list_presented_since(&self, mark: &Mark) -> Result<(Vec<(PassId, bool)>, Mark), Error> {
        let none = BTreeMap::new();
        let before = match mark {
            Mark::Tallies(tallies) => tallies,
            Mark::Beginning | Mark::Rows { .. } => &none,
        };
        let now = self.tallies()?;
        let is_new = |(device, facts): &(&DeviceId, &u64)| before.get(device) != Some(facts);
        let busy: Vec<Vec<u8>> = now
            .iter()
            .filter(is_new)
            .map(|(device, _)| device.0.to_vec())
            .collect();
        // No number is common to the facts of all devices, for whom nobody waits. What came through a
        // device that has written something is looked at whole.
        let sql = "SELECT programme, booklet, rank, EXISTS (
                SELECT 1 FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
                WHERE c.programme = p.programme AND c.booklet = p.booklet AND c.rank = p.rank
                AND w.attempt IS NULL)
            FROM (SELECT programme, booklet, rank FROM credits WHERE device = ANY($1)
                UNION SELECT programme, booklet, rank FROM withdrawals WHERE device = ANY($1)) AS p
            ORDER BY programme, booklet, rank";
        let presented = self.list(sql, &[&busy], |row| Ok((get_pass(row, 0)?, row.try_get(3)?)))?;
        Ok((presented, Mark::Tallies(now)))
    }
}

impl PostgresBooks<'_> {
    /// How many credits and withdrawals came through each device.
    fn tallies(&self) -> Result<BTreeMap<DeviceId, u64>, Error> {
        let tallies = self.list("SELECT device, facts FROM tallies", &[], |row| {
            Ok((DeviceId(get_bytes(row, 0)?), get_u64(row, 1)?))
        })?;
        Ok(tallies.into_iter().collect())
    }
}

/// A pass in three columns, then its last credit.
pub fn of_pass(row: &Row) -> Result<(PassId, Credit), Error> {
    Ok((get_pass(row, 0)?, credit_from(row, 3)?))
}

pub fn credit(row: &Row) -> Result<Credit, Error> {
    credit_from(row, 0)
}

fn credit_from(row: &Row, at: usize) -> Result<Credit, Error> {
    Ok(Credit {
        attempt: get_u32(row, at)?,
        siret: get_siret(row, at + 1)?,
        event: get_birth_id(row, at + 2)?,
        credited_at: get_u64(row, at + 5)?,
        is_withdrawn: row.try_get(at + 6)?,
    })
}
