//! What waits, and the later words on it.

use super::{
    PostgresBooks,
    columns::{
        capped, get_birth_id, get_bytes, get_siret, get_u8, get_u16, get_u32, get_u64, get_verdict,
        id_columns, pass_columns, signed, word,
    },
};
use crate::{books::Waiting, error::Error, ranges::Range, store::Decisions};
use passerelle_domain::{
    event::Link,
    id::{BirthId, DeviceId},
    pass::PassId,
    programme::ProgrammeId,
    siret::Siret,
    wire::{Decision, Trace, Verdict},
};
use postgres::Row;

/// Statements are prepared under their text, which is therefore whole from the start.
macro_rules! decisions {
    ($tail:literal) => {
        concat!(
            "SELECT number, device, epoch, seq, word, decided_at, siret, link
            FROM decisions AS d JOIN events USING (device, epoch, seq) ",
            $tail
        )
    };
}

impl Decisions for PostgresBooks<'_> {
    fn insert_waiting(&self, pass: PassId, waiting: &Waiting) -> Result<(), Error> {
        // After all that waits for the same pass, and after what this transaction has placed.
        let sql = "INSERT INTO waiting (programme, booklet, rank, place, device, epoch, seq, siret, code)
            VALUES ($1, $2, $3, greatest(
                CAST($9 AS bigint) + 1,
                (SELECT max(place) + 1 FROM waiting WHERE programme = $1 AND booklet = $2 AND rank = $3),
                CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)
            ), $4, $5, $6, $7, $8) RETURNING place";
        let (programme, booklet, rank) = pass_columns(pass);
        let (device, epoch, seq) = id_columns(&waiting.event);
        let last = self.last_place.get();
        let place = self.get(
            sql,
            &[
                &programme,
                &booklet,
                &rank,
                &device,
                &epoch,
                &seq,
                &waiting.siret.as_str(),
                &waiting.code,
                &last,
            ],
            |row| Ok(row.try_get(0)?),
        )?;
        self.last_place.set(place);
        Ok(())
    }

    fn update_waiting(&self, event: BirthId, code: &str) -> Result<(), Error> {
        let sql = "UPDATE waiting SET code = $4 WHERE device = $1 AND epoch = $2 AND seq = $3";
        let (device, epoch, seq) = id_columns(&event);
        self.record(sql, &[&device, &epoch, &seq, &code])
    }

    fn remove_waiting(&self, event: BirthId) -> Result<(), Error> {
        let sql = "DELETE FROM waiting WHERE device = $1 AND epoch = $2 AND seq = $3";
        let (device, epoch, seq) = id_columns(&event);
        self.record(sql, &[&device, &epoch, &seq])
    }

    fn list_waiting_for_booklets(&self, programme: ProgrammeId, range: Range) -> Result<Vec<Waiting>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code FROM waiting
            WHERE programme = $1 AND booklet BETWEEN $2 AND $3 AND code IN ('unknown', 'not_activated')
            ORDER BY place, device, epoch, seq";
        let values = (
            i32::from(programme.0),
            i64::from(range.first),
            i64::from(range.last),
        );
        self.list(sql, &[&values.0, &values.1, &values.2], waiting)
    }

    fn list_contested(&self, pass: PassId) -> Result<Vec<Waiting>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code FROM waiting
            WHERE programme = $1 AND booklet = $2 AND rank = $3 AND code = 'taken_elsewhere'
            ORDER BY place";
        let (programme, booklet, rank) = pass_columns(pass);
        self.list(sql, &[&programme, &booklet, &rank], waiting)
    }

    fn list_waiting_of(&self, device: DeviceId) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code, programme, booklet, rank FROM waiting
            WHERE device = $1 ORDER BY place, epoch, seq";
        self.list(sql, &[&&device.0[..]], |row| {
            let pass = PassId {
                programme: ProgrammeId(get_u16(row, 5)?),
                booklet: get_u32(row, 6)?,
                rank: get_u8(row, 7)?,
            };
            Ok((pass, waiting(row)?))
        })
    }

    fn find_last_word(&self, event: BirthId) -> Result<Option<Verdict>, Error> {
        let sql = "SELECT word FROM (
                SELECT word, number FROM decisions WHERE device = $1 AND epoch = $2 AND seq = $3
                UNION ALL SELECT word, 0 FROM verdicts WHERE device = $1 AND epoch = $2 AND seq = $3
            ) AS said ORDER BY number DESC LIMIT 1";
        let (device, epoch, seq) = id_columns(&event);
        self.find(sql, &[&device, &epoch, &seq], |row| get_verdict(row, 0))
    }

    fn find_last_decision(&self, event: BirthId) -> Result<Option<Decision>, Error> {
        let sql = decisions!("WHERE device = $1 AND epoch = $2 AND seq = $3 ORDER BY number DESC LIMIT 1");
        let (device, epoch, seq) = id_columns(&event);
        self.find(sql, &[&device, &epoch, &seq], decision)
    }

    fn list_last_words(&self) -> Result<Vec<(Siret, Decision)>, Error> {
        let sql = decisions!(
            "WHERE number = (SELECT max(number) FROM decisions AS later
                WHERE later.device = d.device AND later.epoch = d.epoch AND later.seq = d.seq)
            ORDER BY siret, number"
        );
        self.list(sql, &[], |row| Ok((get_siret(row, 6)?, decision(row)?)))
    }

    fn record_decision(
        &self,
        siret: &Siret,
        event: BirthId,
        verdict: &Verdict,
        decided_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO decisions (siret, number, device, epoch, seq, code, word, decided_at)
            VALUES ($1, 1 + greatest(
                (SELECT coalesce(max(number), 0) FROM decisions WHERE siret = $1),
                (SELECT coalesce(max(generation), 0) << 32 FROM generations)),
                $2, $3, $4, $5, $6, $7)";
        let (device, epoch, seq) = id_columns(&event);
        self.record(
            sql,
            &[
                &siret.as_str(),
                &device,
                &epoch,
                &seq,
                &verdict.code(),
                &word(verdict),
                &signed(decided_at),
            ],
        )
    }

    fn list_decisions(&self, siret: &Siret, since: u64, limit: usize) -> Result<Vec<Decision>, Error> {
        let sql = decisions!("WHERE siret = $1 AND number > $2 ORDER BY number LIMIT $3");
        let (since, limit) = (capped(since), i64::try_from(limit).unwrap_or(i64::MAX));
        self.list(sql, &[&siret.as_str(), &since, &limit], decision)
    }
}

fn decision(row: &Row) -> Result<Decision, Error> {
    Ok(Decision {
        number: get_u64(row, 0)?,
        event: get_birth_id(row, 1)?,
        verdict: get_verdict(row, 4)?,
        decided_at: get_u64(row, 5)?,
        link: Some(Trace::of_link(&Link(get_bytes(row, 7)?))),
    })
}

fn waiting(row: &Row) -> Result<Waiting, Error> {
    Ok(Waiting {
        event: get_birth_id(row, 0)?,
        siret: get_siret(row, 3)?,
        code: row.try_get(4)?,
    })
}
