//! The lives of the service.

use super::{
    PostgresBooks,
    columns::{get_bytes, get_u32, signed},
};
use crate::{error::Error, store::Generations};
use passerelle_domain::id::ServerId;

impl Generations for PostgresBooks<'_> {
    fn find_generation(&self) -> Result<Option<(ServerId, u32)>, Error> {
        let sql = "SELECT server, generation FROM generations ORDER BY generation DESC LIMIT 1";
        self.find(sql, &[], |row| {
            Ok((ServerId(get_bytes(row, 0)?), get_u32(row, 1)?))
        })
    }

    fn record_generation(&self, generation: u32, server: ServerId, begun_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO generations (generation, server, begun_at) VALUES ($1, $2, $3)";
        self.record(sql, &[&i64::from(generation), &&server.0[..], &signed(begun_at)])
    }
}
