//! Who is owed a pass, and who gave it back.

use super::{
    PostgresBooks,
    columns::{get_birth_id, get_siret, get_u8, get_u32, get_u64, id_columns, pass_columns, signed},
};
use crate::{
    books::{Credit, CreditForm},
    error::Error,
    store::Credits,
};
use passerelle_domain::{
    id::BirthId,
    pass::{PassId, Rank},
    programme::ProgrammeId,
};
use postgres::Row;

impl Credits for PostgresBooks<'_> {
    fn find_last_credit(&self, pass: PassId) -> Result<Option<Credit>, Error> {
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
        let sql = "INSERT INTO credits (programme, booklet, rank, attempt, siret, amount_cents,
            device, epoch, seq, credited_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let (programme, booklet, rank) = pass_columns(form.pass);
        let (device, epoch, seq) = id_columns(&form.event);
        self.record(
            sql,
            &[
                &programme,
                &booklet,
                &rank,
                &i64::from(form.attempt),
                &form.siret.as_str(),
                &form.amount.0,
                &device,
                &epoch,
                &seq,
                &signed(credited_at),
            ],
        )
    }

    fn record_withdrawal(&self, pass: PassId, attempt: u32, void: BirthId, at: u64) -> Result<(), Error> {
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

    fn list_spent(&self, programme: ProgrammeId) -> Result<Vec<(u32, Rank)>, Error> {
        let sql = "SELECT booklet, rank FROM credits AS c WHERE programme = $1 AND NOT EXISTS (
                SELECT 1 FROM withdrawals AS w WHERE w.programme = c.programme AND w.booklet = c.booklet
                AND w.rank = c.rank AND w.attempt = c.attempt)
            ORDER BY booklet, rank";
        self.list(sql, &[&i32::from(programme.0)], |row| {
            Ok((get_u32(row, 0)?, get_u8(row, 1)?))
        })
    }
}

fn credit(row: &Row) -> Result<Credit, Error> {
    Ok(Credit {
        attempt: get_u32(row, 0)?,
        siret: get_siret(row, 1)?,
        event: get_birth_id(row, 2)?,
        credited_at: get_u64(row, 5)?,
        is_withdrawn: row.try_get(6)?,
    })
}
