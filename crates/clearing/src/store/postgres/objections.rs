//! What sites object to.

use super::{
    PostgresBooks,
    columns::{get_u32, get_u64, id_columns, signed},
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

impl Objections for PostgresBooks<'_> {
    fn record_objection(&self, objection: &ObjectionRow<'_>) -> Result<(), Error> {
        let (device, epoch, seq) = id_columns(&objection.event);
        let sql = "INSERT INTO objections
                (device, epoch, seq, number, trace, written_on, note, parcel, received_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        self.record(
            sql,
            &[
                &device,
                &epoch,
                &seq,
                &i64::from(objection.number),
                &&objection.trace.0[..],
                &objection.written_on,
                &objection.note,
                &objection.parcel,
                &signed(objection.received_at),
            ],
        )
    }

    fn has_objection(&self, device: DeviceId, trace: Trace) -> Result<bool, Error> {
        let sql = "SELECT EXISTS (SELECT 1 FROM objections WHERE device = $1 AND trace = $2)";
        self.get(sql, &[&&device.0[..], &&trace.0[..]], |row| Ok(row.try_get(0)?))
    }

    fn list_objections(&self, event: BirthId) -> Result<Vec<KeptObjection>, Error> {
        let (device, epoch, seq) = id_columns(&event);
        let sql = "SELECT number, written_on, note, received_at FROM objections
            WHERE device = $1 AND epoch = $2 AND seq = $3 ORDER BY number";
        self.list(sql, &[&device, &epoch, &seq], |row| {
            Ok(KeptObjection {
                number: get_u32(row, 0)?,
                written_on: row.try_get(1)?,
                note: row.try_get(2)?,
                received_at: get_u64(row, 3)?,
            })
        })
    }
}
