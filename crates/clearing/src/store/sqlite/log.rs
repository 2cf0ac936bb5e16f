//! The devices' logs: epochs, batches, events, what was said of them.

use super::{
    SqliteBooks,
    columns::{EVENT_COLUMNS, capped, get_event, get_optional_u64, get_u64, get_verdict, signed, word},
};
use crate::{
    adjudicate::Evidence,
    books::{Answered, BatchRow, LoggedEvent, LoggedLife, Shown},
    error::Error,
    store::Log,
};
use passerelle_domain::{
    event::{Act, Link, Parent},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    wire::Verdict,
};
use rusqlite::{OptionalExtension, Row, params};

impl Log for SqliteBooks<'_> {
    fn find_epoch(&self, device: DeviceId, epoch: Epoch) -> Result<Option<Option<Parent>>, Error> {
        let sql = "SELECT parent_epoch, parent_seq, parent_link FROM epochs WHERE device = ?1 AND epoch = ?2";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row((device.0, signed(epoch.0)), parent)
            .optional()?)
    }

    fn record_epoch(
        &self,
        device: DeviceId,
        epoch: Epoch,
        parent: Option<&Parent>,
        begun_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO epochs (device, epoch, parent_epoch, parent_seq, parent_link, begun_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.execute(
            sql,
            params![
                device.0,
                signed(epoch.0),
                parent.map(|parent| signed(parent.epoch.0)),
                parent.map(|parent| signed(parent.seq)),
                parent.map(|parent| parent.link.0),
                signed(begun_at)
            ],
        )?;
        Ok(())
    }

    fn list_lives(&self, device: DeviceId) -> Result<Vec<LoggedLife>, Error> {
        let sql = "SELECT parent_epoch, parent_seq, parent_link, epoch,
                (SELECT coalesce(max(seq), 0) FROM events AS e WHERE e.device = l.device AND e.epoch = l.epoch)
            FROM epochs AS l WHERE device = ?1";
        let mut statement = self.0.prepare_cached(sql)?;
        let lives = statement.query_map([device.0], |row| {
            Ok(LoggedLife {
                epoch: Epoch(get_u64(row, 3)?),
                parent: parent(row)?,
                last_seq: get_u64(row, 4)?,
            })
        })?;
        Ok(lives.collect::<Result<_, _>>()?)
    }

    fn list_batches(
        &self,
        device: DeviceId,
        epoch: Epoch,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM batches WHERE device = ?1 AND epoch = ?2 AND last_seq > ?3
            ORDER BY last_seq LIMIT ?4";
        let mut statement = self.0.prepare_cached(sql)?;
        let key = (device.0, signed(epoch.0), capped(since), limit);
        let parcels = statement.query_map(key, |row| row.get(0))?;
        Ok(parcels.collect::<Result<_, _>>()?)
    }

    fn last_seq(&self, device: DeviceId, epoch: Epoch) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM events WHERE device = ?1 AND epoch = ?2";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row((device.0, signed(epoch.0)), |row| get_u64(row, 0))?)
    }

    fn list_answered(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Vec<Answered>, Error> {
        let sql = "SELECT seq, link, word FROM events JOIN verdicts USING (device, epoch, seq)
            WHERE device = ?1 AND epoch = ?2 AND seq BETWEEN ?3 AND ?4 ORDER BY seq";
        let mut statement = self.0.prepare_cached(sql)?;
        let range = (device.0, signed(epoch.0), capped(first_seq), capped(last_seq));
        let answered = statement.query_map(range, |row| {
            Ok(Answered {
                seq: get_u64(row, 0)?,
                link: Link(row.get(1)?),
                verdict: get_verdict(row, 2)?,
            })
        })?;
        Ok(answered.collect::<Result<_, _>>()?)
    }

    fn record_batch(&self, batch: &BatchRow<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO batches (device, epoch, last_seq, known_time, received_at, parcel)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.prepare_cached(sql)?.execute((
            batch.device.0,
            signed(batch.epoch.0),
            signed(batch.last_seq),
            batch.evidence.known_time.map(signed),
            signed(batch.evidence.received_at),
            batch.parcel,
        ))?;
        Ok(())
    }

    fn record_event(&self, logged: &LoggedEvent, batch_last_seq: u64, link: Link) -> Result<(), Error> {
        let sql = "INSERT INTO events (device, epoch, seq, batch_last_seq, day, site, site_version, kind,
            programme, booklet, rank, service, void_epoch, void_seq, reason, link)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
        let pass = logged.event.act.pass();
        let (kind, service, voided) = match logged.event.act {
            Act::Redemption { service, .. } => ("redemption", Some(service.0), None),
            Act::Void {
                epoch, seq, reason, ..
            } => ("void", None, Some((epoch, seq, reason))),
        };
        self.0.prepare_cached(sql)?.execute(params![
            logged.id.device.0,
            signed(logged.id.epoch.0),
            signed(logged.id.seq),
            signed(batch_last_seq),
            logged.event.day.to_string(),
            logged.event.site,
            logged.site_version,
            kind,
            pass.programme.0,
            pass.booklet,
            pass.rank,
            service,
            voided.map(|(epoch, _, _)| signed(epoch.0)),
            voided.map(|(_, seq, _)| signed(seq)),
            voided.map(|(_, _, reason)| reason.code()),
            link.0,
        ])?;
        Ok(())
    }

    fn find_event(&self, id: BirthId) -> Result<Option<(LoggedEvent, Evidence)>, Error> {
        let sql = format!(
            "SELECT {EVENT_COLUMNS}, site_version, known_time, received_at
            FROM (SELECT * FROM events WHERE device = ?1 AND epoch = ?2 AND seq = ?3) AS event
            JOIN (SELECT device, epoch, last_seq, known_time, received_at FROM batches) AS batch
                ON batch.device = event.device AND batch.epoch = event.epoch
                AND batch.last_seq = event.batch_last_seq"
        );
        Ok(self
            .0
            .prepare_cached(&sql)?
            .query_row((id.device.0, signed(id.epoch.0), signed(id.seq)), |row| {
                let logged = LoggedEvent {
                    id,
                    event: get_event(row, 0)?,
                    site_version: row.get(10)?,
                };
                let evidence = Evidence {
                    known_time: get_optional_u64(row, 11)?,
                    received_at: get_u64(row, 12)?,
                };
                Ok((logged, evidence))
            })
            .optional()?)
    }

    fn is_voided(&self, id: BirthId, pass: PassId) -> Result<bool, Error> {
        // Left to itself the planner walks through all that the device ever sent.
        let sql = "SELECT EXISTS (SELECT 1 FROM events INDEXED BY events_by_voided
            WHERE kind = 'void' AND device = ?1 AND void_epoch = ?2 AND void_seq = ?3
            AND programme = ?4 AND booklet = ?5 AND rank = ?6)";
        let key = (
            id.device.0,
            signed(id.epoch.0),
            signed(id.seq),
            pass.programme.0,
            pass.booklet,
            pass.rank,
        );
        Ok(self.0.prepare_cached(sql)?.query_row(key, |row| row.get(0))?)
    }

    fn record_verdict(&self, id: BirthId, verdict: &Verdict) -> Result<(), Error> {
        let sql = "INSERT INTO verdicts (device, epoch, seq, code, word) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (
            id.device.0,
            signed(id.epoch.0),
            signed(id.seq),
            verdict.code(),
            word(verdict),
        );
        self.0.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn find_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM receipts
            WHERE device = ?1 AND epoch = ?2 AND first_seq = ?3 AND last_seq = ?4";
        let range = (device.0, signed(epoch.0), signed(first_seq), signed(last_seq));
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row(range, |row| row.get(0))
            .optional()?)
    }

    fn find_last_receipt(&self, device: DeviceId) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM receipts WHERE device = ?1 ORDER BY answered_at DESC, last_seq DESC, first_seq DESC, epoch DESC LIMIT 1";
        Ok(self.0.query_row(sql, [device.0], |row| row.get(0)).optional()?)
    }

    fn record_recall(&self, shown: &Shown, recalled_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO recalls (device, epoch, first_seq, last_seq, receipt, recalled_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let first = shown.first;
        self.0.execute(
            sql,
            (
                first.device.0,
                signed(first.epoch.0),
                signed(first.seq),
                signed(shown.last_seq),
                shown.receipt.0,
                signed(recalled_at),
            ),
        )?;
        Ok(())
    }

    fn has_recall(&self, shown: &Shown) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM recalls
            WHERE device = ?1 AND epoch = ?2 AND first_seq = ?3 AND last_seq = ?4 AND receipt = ?5)";
        let first = shown.first;
        let key = (
            first.device.0,
            signed(first.epoch.0),
            signed(first.seq),
            signed(shown.last_seq),
            shown.receipt.0,
        );
        Ok(self.0.prepare_cached(sql)?.query_row(key, |row| row.get(0))?)
    }

    fn is_recalled(&self, event: BirthId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM recalls
            WHERE device = ?1 AND epoch = ?2 AND first_seq <= ?3 AND last_seq >= ?3)";
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        Ok(self.0.prepare_cached(sql)?.query_row(key, |row| row.get(0))?)
    }

    fn record_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        range: (u64, u64),
        parcel: &[u8],
        answered_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO receipts (device, epoch, first_seq, last_seq, parcel, answered_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        self.0.prepare_cached(sql)?.execute((
            device.0,
            signed(epoch.0),
            signed(range.0),
            signed(range.1),
            parcel,
            signed(answered_at),
        ))?;
        Ok(())
    }
}

/// Where a life comes from, in the first three columns.
fn parent(row: &Row<'_>) -> rusqlite::Result<Option<Parent>> {
    let parts = (
        get_optional_u64(row, 0)?,
        get_optional_u64(row, 1)?,
        row.get::<_, Option<[u8; 32]>>(2)?,
    );
    let (Some(epoch), Some(seq), Some(link)) = parts else {
        return Ok(None);
    };
    Ok(Some(Parent {
        epoch: Epoch(epoch),
        seq,
        link: Link(link),
    }))
}
