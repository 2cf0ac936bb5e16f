//! What the officer asks of the books.

use super::{
    SqliteBooks,
    columns::{get_birth_id, get_optional_u64, get_siret, get_u64, signed, unreadable},
};
use crate::{
    books::{Audit, BookletCredit, Deed, EnrolledDevice, OfficerAct, Structure, Waiting},
    error::Error,
    store::Office,
};
use passerelle_domain::{cents::Cents, id::DeviceId, pass::PassId, programme::ProgrammeId};
use rusqlite::{Row, params};

/// The columns of [`claim`].
const CLAIM: &str = "SELECT device, epoch, seq, siret, code, programme, booklet, rank FROM waiting";

impl Office for SqliteBooks<'_> {
    fn list_structures(&self) -> Result<Vec<Structure>, Error> {
        let mut statement = self
            .0
            .prepare("SELECT siret, name FROM structures ORDER BY siret")?;
        let structures = statement.query_map([], |row| {
            Ok(Structure {
                siret: get_siret(row, 0)?,
                name: row.get(1)?,
            })
        })?;
        Ok(structures.collect::<Result<_, _>>()?)
    }

    fn list_devices(&self) -> Result<Vec<EnrolledDevice>, Error> {
        let sql = "SELECT device, siret, label, enrolled_at, revoked_at,
                (SELECT max(received_at) FROM batches AS b WHERE b.device = d.device)
            FROM devices AS d LEFT JOIN revocations USING (device) ORDER BY siret, enrolled_at, device";
        let mut statement = self.0.prepare(sql)?;
        let devices = statement.query_map([], |row| {
            Ok(EnrolledDevice {
                device: DeviceId(row.get(0)?),
                siret: get_siret(row, 1)?,
                label: row.get(2)?,
                enrolled_at: get_u64(row, 3)?,
                revoked_at: get_optional_u64(row, 4)?,
                last_heard_at: get_optional_u64(row, 5)?,
            })
        })?;
        Ok(devices.collect::<Result<_, _>>()?)
    }

    fn list_claims(&self) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = format!("{CLAIM} WHERE code IN ('taken_elsewhere', 'to_examine') ORDER BY rowid");
        let mut statement = self.0.prepare(&sql)?;
        let claims = statement.query_map([], claim)?;
        Ok(claims.collect::<Result<_, _>>()?)
    }

    fn list_waiting_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = format!("{CLAIM} WHERE programme = ?1 AND booklet = ?2 ORDER BY rowid");
        let mut statement = self.0.prepare(&sql)?;
        let claims = statement.query_map((programme.0, booklet), claim)?;
        Ok(claims.collect::<Result<_, _>>()?)
    }

    fn list_credits_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<BookletCredit>, Error> {
        let sql =
            "SELECT c.device, c.epoch, c.seq, rank, attempt, siret, amount_cents, credited_at, withdrawn_at
            FROM credits AS c LEFT JOIN withdrawals AS w USING (programme, booklet, rank, attempt)
            WHERE programme = ?1 AND booklet = ?2 ORDER BY rank, attempt";
        let mut statement = self.0.prepare(sql)?;
        let credits = statement.query_map((programme.0, booklet), |row| {
            Ok(BookletCredit {
                event: get_birth_id(row, 0)?,
                rank: row.get(3)?,
                attempt: row.get(4)?,
                siret: get_siret(row, 5)?,
                amount: Cents(row.get(6)?),
                credited_at: get_u64(row, 7)?,
                withdrawn_at: get_optional_u64(row, 8)?,
            })
        })?;
        Ok(credits.collect::<Result<_, _>>()?)
    }

    fn record_audit(&self, deed: &Deed) -> Result<(), Error> {
        let sql = "INSERT INTO audits (number, officer, act, about, reason, done_at)
            SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4, ?5 FROM audits";
        self.0.execute(
            sql,
            params![
                deed.officer,
                deed.act.code(),
                deed.about.to_string(),
                deed.reason,
                signed(deed.done_at),
            ],
        )?;
        Ok(())
    }

    fn list_audits(&self) -> Result<Vec<Audit>, Error> {
        let sql = "SELECT number, officer, act, about, reason, done_at FROM audits ORDER BY number";
        let mut statement = self.0.prepare(sql)?;
        let audits = statement.query_map([], audit)?;
        Ok(audits.collect::<Result<_, _>>()?)
    }
}

fn claim(row: &Row<'_>) -> rusqlite::Result<(PassId, Waiting)> {
    let waiting = Waiting {
        event: get_birth_id(row, 0)?,
        siret: get_siret(row, 3)?,
        code: row.get(4)?,
    };
    let pass = PassId {
        programme: ProgrammeId(row.get(5)?),
        booklet: row.get(6)?,
        rank: row.get(7)?,
    };
    Ok((pass, waiting))
}

fn audit(row: &Row<'_>) -> rusqlite::Result<Audit> {
    let (act, about): (String, String) = (row.get(2)?, row.get(3)?);
    let act = OfficerAct::from_code(&act)
        .ok_or_else(|| unreadable(2, Error::Damaged("an act that no officer does")))?;
    Ok(Audit {
        number: get_u64(row, 0)?,
        deed: Deed {
            officer: row.get(1)?,
            act,
            about: serde_json::from_str(&about).map_err(|fault| unreadable(3, fault))?,
            reason: row.get(4)?,
            done_at: get_u64(row, 5)?,
        },
    })
}
