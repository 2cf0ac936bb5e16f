//! The devices' logs: epochs, batches, events, what was said of them.

use super::{
    PostgresBooks,
    columns::{
        capped, get_bytes, get_event, get_optional_u64, get_pass, get_u32, get_u64, get_verdict, id_columns,
        pass_columns, signed,
    },
};
use crate::{
    adjudicate::Evidence,
    books::{Answered, BatchRow, LoggedEvent, LoggedLife, Shown},
    error::Error,
    store::Log,
};
use passerelle_domain::{
    event::{Event, Link, Parent},
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    wire::Verdict,
};
use postgres::Row;

impl Log for PostgresBooks<'_> {
    fn find_epoch(&self, device: DeviceId, epoch: Epoch) -> Result<Option<Option<Parent>>, Error> {
        let sql = "SELECT parent_epoch, parent_seq, parent_link FROM epochs WHERE device = $1 AND epoch = $2";
        self.find(sql, &[&&device.0[..], &signed(epoch.0)], parent)
    }

    fn record_epoch(
        &self,
        device: DeviceId,
        epoch: Epoch,
        parent: Option<&Parent>,
        begun_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO epochs (device, epoch, parent_epoch, parent_seq, parent_link, begun_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        self.record(
            sql,
            &[
                &&device.0[..],
                &signed(epoch.0),
                &parent.map(|parent| signed(parent.epoch.0)),
                &parent.map(|parent| signed(parent.seq)),
                &parent.map(|parent| &parent.link.0[..]),
                &signed(begun_at),
            ],
        )
    }

    fn list_lives(&self, device: DeviceId) -> Result<Vec<LoggedLife>, Error> {
        let sql = "SELECT parent_epoch, parent_seq, parent_link, epoch,
                (SELECT coalesce(max(seq), 0) FROM events AS e WHERE e.device = l.device AND e.epoch = l.epoch)
            FROM epochs AS l WHERE device = $1";
        self.list(sql, &[&&device.0[..]], |row| {
            Ok(LoggedLife {
                epoch: Epoch(get_u64(row, 3)?),
                parent: parent(row)?,
                last_seq: get_u64(row, 4)?,
            })
        })
    }

    fn list_batches(
        &self,
        device: DeviceId,
        epoch: Epoch,
        since: u64,
        limit: usize,
    ) -> Result<Vec<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM batches WHERE device = $1 AND epoch = $2 AND last_seq > $3
            ORDER BY last_seq LIMIT $4";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let after = (signed(epoch.0), capped(since));
        self.list(sql, &[&&device.0[..], &after.0, &after.1, &limit], |row| {
            Ok(row.try_get(0)?)
        })
    }

    fn last_seq(&self, device: DeviceId, epoch: Epoch) -> Result<u64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM events WHERE device = $1 AND epoch = $2";
        self.get(sql, &[&&device.0[..], &signed(epoch.0)], |row| get_u64(row, 0))
    }

    fn list_answered(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Vec<Answered>, Error> {
        let sql = "SELECT seq, link, word FROM events JOIN verdicts USING (device, epoch, seq)
            WHERE device = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4 ORDER BY seq";
        let range = (signed(epoch.0), capped(first_seq), capped(last_seq));
        self.list(sql, &[&&device.0[..], &range.0, &range.1, &range.2], |row| {
            Ok(Answered {
                seq: get_u64(row, 0)?,
                link: Link(get_bytes(row, 1)?),
                verdict: get_verdict(row, 2)?,
            })
        })
    }

    fn record_batch(&self, batch: &BatchRow<'_>) -> Result<(), Error> {
        let sql = "INSERT INTO batches (device, epoch, last_seq, known_time, received_at, parcel)
            VALUES ($1, $2, $3, $4, $5, $6)";
        self.record(
            sql,
            &[
                &&batch.device.0[..],
                &signed(batch.epoch.0),
                &signed(batch.last_seq),
                &batch.evidence.known_time.map(signed),
                &signed(batch.evidence.received_at),
                &batch.parcel,
            ],
        )
    }

    fn look_ahead(&self, device: DeviceId, epoch: Epoch, events: &[Event]) -> Result<(), Error> {
        self.look_up(device, epoch, events)
    }

    fn record_event(&self, logged: &LoggedEvent, batch_last_seq: u64, link: Link) -> Result<(), Error> {
        self.learn(|ahead| ahead.write(logged.id.device, &logged.event));
        self.hold_or_write(logged.id, |held| held.event(logged, batch_last_seq, link))
    }

    fn find_event(&self, id: BirthId) -> Result<Option<(LoggedEvent, Evidence)>, Error> {
        let sql = "SELECT e.seq, day, site, programme, booklet, rank, service, void_epoch, void_seq, reason,
                site_version, known_time, received_at
            FROM events AS e JOIN batches AS b
                ON b.device = e.device AND b.epoch = e.epoch AND b.last_seq = e.batch_last_seq
            WHERE e.device = $1 AND e.epoch = $2 AND e.seq = $3";
        let (device, epoch, seq) = id_columns(&id);
        self.find(sql, &[&device, &epoch, &seq], |row| logged(id, row))
    }

    fn is_voided(&self, id: BirthId, pass: PassId) -> Result<bool, Error> {
        if let Some(is_voided) = self.known(|ahead| ahead.is_voided(id, pass)) {
            return Ok(is_voided);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM events
            WHERE kind = 'void' AND device = $1 AND void_epoch = $2 AND void_seq = $3
            AND programme = $4 AND booklet = $5 AND rank = $6)";
        let (device, epoch, seq) = id_columns(&id);
        let (programme, booklet, rank) = pass_columns(pass);
        self.get(
            sql,
            &[&device, &epoch, &seq, &programme, &booklet, &rank],
            |row| Ok(row.try_get(0)?),
        )
    }

    fn record_verdict(&self, id: BirthId, verdict: &Verdict) -> Result<(), Error> {
        self.hold_or_write(id, |held| held.verdict(id.seq, verdict))
    }

    fn find_receipt(
        &self,
        device: DeviceId,
        epoch: Epoch,
        first_seq: u64,
        last_seq: u64,
    ) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM receipts
            WHERE device = $1 AND epoch = $2 AND first_seq = $3 AND last_seq = $4";
        let range = (signed(epoch.0), signed(first_seq), signed(last_seq));
        self.find(sql, &[&&device.0[..], &range.0, &range.1, &range.2], |row| {
            Ok(row.try_get(0)?)
        })
    }

    fn find_last_receipt(&self, device: DeviceId) -> Result<Option<Vec<u8>>, Error> {
        let sql = "SELECT parcel FROM receipts WHERE device = $1
            ORDER BY answered_at DESC, last_seq DESC, first_seq DESC, epoch DESC LIMIT 1";
        self.find(sql, &[&&device.0[..]], |row| Ok(row.try_get(0)?))
    }

    fn record_recall(&self, shown: &Shown, recalled_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO recalls (device, epoch, first_seq, last_seq, receipt, recalled_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let (device, epoch, first) = id_columns(&shown.first);
        let (last, receipt) = (signed(shown.last_seq), &shown.receipt.0[..]);
        self.record(
            sql,
            &[&device, &epoch, &first, &last, &receipt, &signed(recalled_at)],
        )
    }

    fn has_recall(&self, shown: &Shown) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM recalls
            WHERE device = $1 AND epoch = $2 AND first_seq = $3 AND last_seq = $4 AND receipt = $5)";
        let (device, epoch, first) = id_columns(&shown.first);
        let (last, receipt) = (signed(shown.last_seq), &shown.receipt.0[..]);
        self.get(sql, &[&device, &epoch, &first, &last, &receipt], |row| {
            Ok(row.try_get(0)?)
        })
    }

    fn is_recalled(&self, event: BirthId) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM recalls
            WHERE device = $1 AND epoch = $2 AND first_seq <= $3 AND last_seq >= $3)";
        let (device, epoch, seq) = id_columns(&event);
        self.get(sql, &[&device, &epoch, &seq], |row| Ok(row.try_get(0)?))
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
            VALUES ($1, $2, $3, $4, $5, $6)";
        self.record(
            sql,
            &[
                &&device.0[..],
                &signed(epoch.0),
                &signed(range.0),
                &signed(range.1),
                &parcel,
                &signed(answered_at),
            ],
        )
    }
}

/// A pass in three columns, and the redemption of it that a void cancels.
pub fn voided(row: &Row) -> Result<(u64, PassId), Error> {
    Ok((get_u64(row, 3)?, get_pass(row, 0)?))
}

fn parent(row: &Row) -> Result<Option<Parent>, Error> {
    let (epoch, seq) = (get_optional_u64(row, 0)?, get_optional_u64(row, 1)?);
    let (Some(epoch), Some(seq)) = (epoch, seq) else {
        return Ok(None);
    };
    Ok(Some(Parent {
        epoch: Epoch(epoch),
        seq,
        link: Link(get_bytes(row, 2)?),
    }))
}

fn logged(id: BirthId, row: &Row) -> Result<(LoggedEvent, Evidence), Error> {
    let site_version: Option<i64> = row.try_get(10)?;
    let logged = LoggedEvent {
        id,
        event: get_event(row)?,
        site_version: match site_version {
            Some(_) => Some(get_u32(row, 10)?),
            None => None,
        },
    };
    let evidence = Evidence {
        known_time: get_optional_u64(row, 11)?,
        received_at: get_u64(row, 12)?,
    };
    Ok((logged, evidence))
}
