//! How the domain's values stand in columns.

use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::Link,
    id::{DeviceId, Epoch, ServerId},
    pass::PassId,
    programme::ProgrammeId,
};
use rusqlite::{
    Row, ToSql,
    types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef},
};

/// A domain value wrapped for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<T>(pub T);

impl ToSql for Column<NaiveDate> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.to_string().into())
    }
}
impl FromSql for Column<NaiveDate> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Column).map_err(FromSqlError::other)
    }
}

impl ToSql for Column<Epoch> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        // Eight bytes: SQLite's integers are signed, an epoch is not.
        Ok(self.0.0.to_be_bytes().to_vec().into())
    }
}
impl FromSql for Column<Epoch> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        <[u8; 8]>::column_result(value).map(|bytes| Self(Epoch(u64::from_be_bytes(bytes))))
    }
}

/// Declares columns that hold the bytes of a value.
macro_rules! bytes_column {
    ($($name:ident),+) => {$(
        impl ToSql for Column<$name> {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.0.to_vec().into())
            }
        }
        impl FromSql for Column<$name> {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                FromSql::column_result(value).map(|bytes| Self($name(bytes)))
            }
        }
    )+};
}
bytes_column!(Link, DeviceId, ServerId);

/// A pass from three columns that start at `first`: programme, booklet, rank.
pub fn pass(row: &Row<'_>, first: usize) -> rusqlite::Result<PassId> {
    Ok(PassId {
        programme: ProgrammeId(row.get(first)?),
        booklet: row.get(first + 1)?,
        rank: row.get(first + 2)?,
    })
}

/// An amount of a column.
pub fn cents(row: &Row<'_>, column: usize) -> rusqlite::Result<Cents> {
    row.get(column).map(Cents)
}

/// A count of a column: never negative, by the schema.
pub fn count(row: &Row<'_>, column: usize) -> rusqlite::Result<u32> {
    row.get(column)
}

/// JSON or CBOR of our own that no longer reads is a damaged ledger.
pub fn damaged(error: impl std::fmt::Display) -> Error {
    Error::Damaged(error.to_string())
}
