//! What sites object to.

use super::{
    SqliteBooks,
    columns::{get_day, get_u64, signed},
};
use crate::{
    books::{KeptObjection, ObjectionRow},
    error::Error,
    store::Objections,
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    wire::Trace,
};
use rusqlite::params;

impl Objections for SqliteBooks<'_> {
    fn record_objection(&self, objection: &ObjectionRow<'_>) -> Result<(), Error> {
        let BirthId { device, epoch, seq } = objection.event;
        let sql = "INSERT INTO objections
                (device, epoch, seq, number, trace, written_on, note, parcel, received_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        self.0.prepare_cached(sql)?.execute(params![
            device.0,
            signed(epoch.0),
            signed(seq),
            objection.number,
            objection.trace.0,
            objection.written_on.to_string(),
            objection.note,
            objection.parcel,
            signed(objection.received_at),
        ])?;
        Ok(())
    }

    fn has_objection(&self, device: DeviceId, trace: Trace) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM objections WHERE device = ?1 AND trace = ?2)";
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row((device.0, trace.0), |row| row.get(0))?)
    }

    fn list_objections(&self, event: BirthId) -> Result<Vec<KeptObjection>, Error> {
        let sql = "SELECT number, written_on, note, received_at FROM objections
            WHERE device = ?1 AND epoch = ?2 AND seq = ?3 ORDER BY number";
        let mut statement = self.0.prepare_cached(sql)?;
        let key = (event.device.0, signed(event.epoch.0), signed(event.seq));
        let objections = statement.query_map(key, |row| {
            Ok(KeptObjection {
                number: row.get(0)?,
                written_on: get_day(row, 1)?,
                note: row.get(2)?,
                received_at: get_u64(row, 3)?,
            })
        })?;
        Ok(objections.collect::<Result<_, _>>()?)
    }
}
