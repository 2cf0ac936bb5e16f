//! How the domain's coded values and times of day stand in columns.

use chrono::{NaiveTime, Timelike};
use rusqlite::{Row, types::Type};

/// A coded value of a column; the schema's CHECK lists allow no other.
pub fn coded<T>(row: &Row<'_>, column: usize, find: impl Fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let code: String = row.get(column)?;
    find(&code).ok_or_else(|| unreadable(column, &code))
}

/// A coded value of a column that may be NULL.
pub fn coded_or_null<T>(
    row: &Row<'_>,
    column: usize,
    find: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let code: Option<String> = row.get(column)?;
    code.map(|code| find(&code).ok_or_else(|| unreadable(column, &code)))
        .transpose()
}

/// A text of a column, `None` when blank, read by `parse`.
pub fn text_or_blank<T>(
    row: &Row<'_>,
    column: usize,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<Option<T>> {
    let text: String = row.get(column)?;
    match text.as_str() {
        "" => Ok(None),
        text => parse(text).map(Some).ok_or_else(|| unreadable(column, text)),
    }
}

/// Minutes after midnight, for a column.
pub fn minutes(time: NaiveTime) -> u32 {
    time.hour() * 60 + time.minute()
}

/// The time of day of a column of minutes after midnight, or NULL.
pub fn time_or_null(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveTime>> {
    let minutes: Option<u32> = row.get(column)?;
    Ok(minutes.and_then(|minutes| NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0)))
}

fn unreadable(column: usize, text: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, format!("unknown value {text:?}").into())
}
