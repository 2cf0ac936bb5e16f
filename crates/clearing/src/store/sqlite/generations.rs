//! The lives of the service.

use super::{SqliteBooks, columns::signed};
use crate::{error::Error, store::Generations};
use passerelle_domain::id::ServerId;
use rusqlite::OptionalExtension;

impl Generations for SqliteBooks<'_> {
    fn find_generation(&self) -> Result<Option<(ServerId, u32)>, Error> {
        let sql = "SELECT server, generation FROM generations ORDER BY generation DESC LIMIT 1";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row([], |row| Ok((ServerId(row.get(0)?), row.get(1)?)))
            .optional()?)
    }

    fn record_generation(&self, generation: u32, server: ServerId, begun_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO generations (generation, server, begun_at) VALUES (?1, ?2, ?3)";
        self.0.execute(sql, (generation, server.0, signed(begun_at)))?;
        Ok(())
    }
}
