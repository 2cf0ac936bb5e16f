//! What the officer asks of the books.

use super::{
    PostgresBooks,
    columns::{
        get_birth_id, get_bytes, get_optional_u64, get_siret, get_u8, get_u16, get_u32, get_u64, signed,
    },
};
use crate::{
    books::{Audit, BookletCredit, Deed, EnrolledDevice, OfficerAct, Structure, Waiting},
    error::Error,
    store::Office,
};
use passerelle_domain::{cents::Cents, id::DeviceId, pass::PassId, programme::ProgrammeId};
use postgres::Row;

impl Office for PostgresBooks<'_> {
    fn list_structures(&self) -> Result<Vec<Structure>, Error> {
        let sql = "SELECT siret, name FROM structures ORDER BY siret";
        self.list(sql, &[], |row| {
            Ok(Structure {
                siret: get_siret(row, 0)?,
                name: row.try_get(1)?,
            })
        })
    }

    fn list_devices(&self) -> Result<Vec<EnrolledDevice>, Error> {
        let sql = "SELECT device, siret, label, enrolled_at, revoked_at,
                (SELECT max(received_at) FROM batches AS b WHERE b.device = d.device)
            FROM devices AS d LEFT JOIN revocations USING (device) ORDER BY siret, enrolled_at, device";
        self.list(sql, &[], |row| {
            Ok(EnrolledDevice {
                device: DeviceId(get_bytes(row, 0)?),
                siret: get_siret(row, 1)?,
                label: row.try_get(2)?,
                enrolled_at: get_u64(row, 3)?,
                revoked_at: get_optional_u64(row, 4)?,
                last_heard_at: get_optional_u64(row, 5)?,
            })
        })
    }

    fn list_claims(&self) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code, programme, booklet, rank FROM waiting
            WHERE code IN ('taken_elsewhere', 'to_examine') ORDER BY place, device, epoch, seq";
        self.list(sql, &[], claim)
    }

    fn list_waiting_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code, programme, booklet, rank FROM waiting
            WHERE programme = $1 AND booklet = $2 ORDER BY place, device, epoch, seq";
        self.list(sql, &[&i32::from(programme.0), &i64::from(booklet)], claim)
    }

    fn list_credits_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<BookletCredit>, Error> {
        let sql =
            "SELECT c.device, c.epoch, c.seq, rank, attempt, siret, amount_cents, credited_at, withdrawn_at
            FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = $1 AND booklet = $2 ORDER BY rank, attempt";
        self.list(sql, &[&i32::from(programme.0), &i64::from(booklet)], |row| {
            Ok(BookletCredit {
                event: get_birth_id(row, 0)?,
                rank: get_u8(row, 3)?,
                attempt: get_u32(row, 4)?,
                siret: get_siret(row, 5)?,
                amount: Cents(row.try_get(6)?),
                credited_at: get_u64(row, 7)?,
                withdrawn_at: get_optional_u64(row, 8)?,
            })
        })
    }

    fn record_audit(&self, deed: &Deed) -> Result<(), Error> {
        let sql = "INSERT INTO audits (number, officer, act, about, reason, done_at)
            VALUES ((SELECT coalesce(max(number), 0) + 1 FROM audits), $1, $2,
                CAST(CAST($3 AS text) AS json), $4, $5)";
        self.record(
            sql,
            &[
                &deed.officer,
                &deed.act.code(),
                &deed.about.to_string(),
                &deed.reason,
                &signed(deed.done_at),
            ],
        )
    }

    fn list_audits(&self) -> Result<Vec<Audit>, Error> {
        let sql = "SELECT number, officer, act, CAST(about AS text), reason, done_at FROM audits
            ORDER BY number";
        self.list(sql, &[], audit)
    }
}

fn claim(row: &Row) -> Result<(PassId, Waiting), Error> {
    let waiting = Waiting {
        event: get_birth_id(row, 0)?,
        siret: get_siret(row, 3)?,
        code: row.try_get(4)?,
    };
    let pass = PassId {
        programme: ProgrammeId(get_u16(row, 5)?),
        booklet: get_u32(row, 6)?,
        rank: get_u8(row, 7)?,
    };
    Ok((pass, waiting))
}

fn audit(row: &Row) -> Result<Audit, Error> {
    let about: &str = row.try_get(3)?;
    Ok(Audit {
        number: get_u64(row, 0)?,
        deed: Deed {
            officer: row.try_get(1)?,
            act: OfficerAct::from_code(row.try_get(2)?)
                .ok_or(Error::Damaged("an act that no officer does"))?,
            about: serde_json::from_str(about).map_err(|_| Error::Damaged("an act about nothing"))?,
            reason: row.try_get(4)?,
            done_at: get_u64(row, 5)?,
        },
    })
}
