//! How far the state has moved.

use super::{Books, columns::get_u64};
use crate::error::Error;

impl Books<'_> {
    /// How many facts the state depends on. It grows with each of them and with nothing else, so
    /// it numbers the states without a counter that every batch would have to wait for.
    pub fn state_version(&self) -> Result<u64, Error> {
        // The two long tables are numbered without gaps: their last number is their count, found
        // without walking through them.
        let sql = "SELECT (SELECT count(*) FROM programmes) + (SELECT count(*) FROM pass_keys)
            + (SELECT count(*) FROM lots) + (SELECT count(*) FROM activations) + (SELECT count(*) FROM blocks)
            + coalesce((SELECT max(rowid) FROM credits), 0) + coalesce((SELECT max(rowid) FROM withdrawals), 0)";
        Ok(self.0.prepare_cached(sql)?.query_row([], |row| get_u64(row, 0))?)
    }
}
