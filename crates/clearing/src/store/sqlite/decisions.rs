//! What waits, and the later words on it.

use super::{
    SqliteBooks,
    columns::{capped, get_birth_id, get_siret, get_u64, get_verdict, signed, word},
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
use rusqlite::{OptionalExtension, Row, params};

const DECISION: &str = "SELECT number, device, epoch, seq, word, decided_at, siret, link
    FROM decisions AS d JOIN events USING (device, epoch, seq)";
const WAITING: &str = "SELECT device, epoch, seq, siret, code FROM waiting";

impl Decisions for SqliteBooks<'_> {
    fn insert_waiting(&self, pass: PassId, waiting: &Waiting) -> Result<(), Error> {
        let sql = "INSERT INTO waiting (programme, booklet, rank, device, epoch, seq, siret, code)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        self.0.prepare_cached(sql)?.execute(params![
            pass.programme.0,
            pass.booklet,
            pass.rank,
            waiting.event.device.0,
            signed(waiting.event.epoch.0),
            signed(waiting.event.seq),
            waiting.siret.as_str(),
            waiting.code,
        ])?;
        Ok(())
    }

    fn update_waiting(&self, event: BirthId, code: &str) -> Result<(), Error> {
        let sql = "UPDATE waiting SET code = ?4 WHERE device = ?1 AND epoch = ?2 AND seq = ?3";
        let row = (event.device.0, signed(event.epoch.0), signed(event.seq), code);
        self.0.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn remove_waiting(&self, event: BirthId) -> Result<(), Error> {
        let sql = "DELETE FROM waiting WHERE device = ?1 AND epoch = ?2 AND seq = ?3";
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        self.0.prepare_cached(sql)?.execute(key)?;
        Ok(())
    }

    fn list_waiting_for_booklets(&self, programme: ProgrammeId, range: Range) -> Result<Vec<Waiting>, Error> {
        let sql = format!(
            "{WAITING} WHERE programme = ?1 AND booklet BETWEEN ?2 AND ?3 AND code IN ('unknown', 'not_activated')
            ORDER BY rowid"
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let waiting = statement.query_map((programme.0, range.first, range.last), waiting)?;
        Ok(waiting.collect::<Result<_, _>>()?)
    }

    fn list_contested(&self, pass: PassId) -> Result<Vec<Waiting>, Error> {
        let sql = format!(
            "{WAITING} WHERE programme = ?1 AND booklet = ?2 AND rank = ?3 AND code = 'taken_elsewhere'
            ORDER BY rowid"
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let waiting = statement.query_map((pass.programme.0, pass.booklet, pass.rank), waiting)?;
        Ok(waiting.collect::<Result<_, _>>()?)
    }

    fn list_waiting_of(&self, device: DeviceId) -> Result<Vec<(PassId, Waiting)>, Error> {
        let sql = "SELECT device, epoch, seq, siret, code, programme, booklet, rank FROM waiting
            WHERE device = ?1 ORDER BY rowid";
        let mut statement = self.0.prepare_cached(sql)?;
        let waiting = statement.query_map([device.0], |row| {
            let pass = PassId {
                programme: ProgrammeId(row.get(5)?),
                booklet: row.get(6)?,
                rank: row.get(7)?,
            };
            Ok((pass, waiting(row)?))
        })?;
        Ok(waiting.collect::<Result<_, _>>()?)
    }

    fn find_last_word(&self, event: BirthId) -> Result<Option<Verdict>, Error> {
        let sql = "SELECT word FROM (
                SELECT word, number FROM decisions WHERE device = ?1 AND epoch = ?2 AND seq = ?3
                UNION ALL SELECT word, 0 FROM verdicts WHERE device = ?1 AND epoch = ?2 AND seq = ?3)
            ORDER BY number DESC LIMIT 1";
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(key, |row| get_verdict(row, 0)).optional()?)
    }

    fn find_last_decision(&self, event: BirthId) -> Result<Option<Decision>, Error> {
        let sql =
            &format!("{DECISION} WHERE device = ?1 AND epoch = ?2 AND seq = ?3 ORDER BY number DESC LIMIT 1");
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(key, decision).optional()?)
    }

    fn list_last_words(&self) -> Result<Vec<(Siret, Decision)>, Error> {
        let sql = &format!(
            "{DECISION} WHERE number = (SELECT max(number) FROM decisions AS later
                WHERE later.device = d.device AND later.epoch = d.epoch AND later.seq = d.seq)
            ORDER BY siret, number"
        );
        let mut statement = self.0.prepare_cached(sql)?;
        let words = statement.query_map([], |row| Ok((get_siret(row, 6)?, decision(row)?)))?;
        Ok(words.collect::<Result<_, _>>()?)
    }

    fn record_decision(
        &self,
        siret: &Siret,
        event: BirthId,
        verdict: &Verdict,
        decided_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO decisions (siret, number, device, epoch, seq, code, word, decided_at)
            SELECT ?1, 1 + max(
                coalesce((SELECT max(number) FROM decisions WHERE siret = ?1), 0),
                coalesce((SELECT max(generation) << 32 FROM generations), 0)), ?2, ?3, ?4, ?5, ?6, ?7";
        self.0.prepare_cached(sql)?.execute(params![
            siret.as_str(),
            event.device.0,
            signed(event.epoch.0),
            signed(event.seq),
            verdict.code(),
            word(verdict),
            signed(decided_at),
        ])?;
        Ok(())
    }

    fn list_decisions(&self, siret: &Siret, since: u64, limit: usize) -> Result<Vec<Decision>, Error> {
        let sql = &format!("{DECISION} WHERE siret = ?1 AND number > ?2 ORDER BY number LIMIT ?3");
        let (since, limit) = (capped(since), i64::try_from(limit).unwrap_or(i64::MAX));
        let mut statement = self.0.prepare_cached(sql)?;
        let decisions = statement.query_map((siret.as_str(), since, limit), decision)?;
        Ok(decisions.collect::<Result<_, _>>()?)
    }
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    Ok(Decision {
        number: get_u64(row, 0)?,
        event: get_birth_id(row, 1)?,
        verdict: get_verdict(row, 4)?,
        decided_at: get_u64(row, 5)?,
        link: Some(Trace::of_link(&Link(row.get(7)?))),
    })
}

fn waiting(row: &Row<'_>) -> rusqlite::Result<Waiting> {
    Ok(Waiting {
        event: get_birth_id(row, 0)?,
        siret: get_siret(row, 3)?,
        code: row.get(4)?,
    })
}
