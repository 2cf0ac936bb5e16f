//! Certificates issued, and the workshops that they name.

use super::values::Column;
use crate::error::Error;
use chrono::{NaiveDate, NaiveTime};
use passerelle_domain::id::{AccountId, AttendeeId, CertificateId, SiteId};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// What is printed or left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrintOptions {
    /// The hours.
    pub with_times: bool,
    /// The total duration.
    pub with_total: bool,
    /// A frame for the stamp.
    pub with_stamp: bool,
}

/// A certificate, issued or about to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateEntry {
    /// Its number.
    pub number: String,
    /// For whom.
    pub attendee: AttendeeId,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// How many workshops.
    pub sessions: u32,
    /// For how long.
    pub minutes: u32,
    /// Where.
    pub site: SiteId,
    /// Who signs.
    pub account: AccountId,
    /// When.
    pub issued_on: NaiveDate,
    /// What its code says.
    pub statement: String,
    /// What is printed.
    pub options: PrintOptions,
}

/// A workshop that a certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendedSession {
    /// Its day.
    pub held_on: NaiveDate,
    /// Its title; may be blank.
    pub title: String,
    /// Its start.
    pub starts_at: Option<NaiveTime>,
    /// Its length.
    pub duration_minutes: u32,
}

/// The workshops of a person between two days, both included, the oldest first.
pub fn sessions(
    db: &Connection,
    attendee: AttendeeId,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<Vec<AttendedSession>, Error> {
    db.prepare_cached(
        "SELECT w.held_on, w.title, w.starts_at, w.duration_minutes
         FROM attendances a JOIN workshops w ON w.id = a.workshop_id
         WHERE a.attendee_id = ?1 AND w.held_on BETWEEN ?2 AND ?3
         ORDER BY w.held_on, w.starts_at, w.id",
    )?
    .query_map(params![attendee.0, Column(first), Column(last)], |row| {
        let starts_at: Option<u32> = row.get(2)?;
        Ok(AttendedSession {
            held_on: row.get::<_, Column<NaiveDate>>(0)?.0,
            title: row.get(1)?,
            starts_at: starts_at
                .and_then(|minutes| NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0)),
            duration_minutes: row.get(3)?,
        })
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// The next number of a year: `2026-0147`.
pub fn next_number(db: &Connection, year: i32) -> Result<String, Error> {
    let issued: u32 = db.query_row(
        "SELECT count(*) FROM certificates WHERE number LIKE ?1",
        [format!("{year}-%")],
        |row| row.get(0),
    )?;
    Ok(format!("{year}-{:04}", issued + 1))
}

/// Keeps a certificate.
pub fn record(db: &Connection, entry: &CertificateEntry) -> Result<CertificateId, Error> {
    let options = serde_json::to_string(&entry.options).map_err(super::values::damaged)?;
    db.execute(
        "INSERT INTO certificates (number, attendee_id, first_day, last_day, sessions, minutes, site_id, account_id,
           issued_on, statement, options)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        params![
            entry.number,
            entry.attendee.0,
            Column(entry.first_day),
            Column(entry.last_day),
            entry.sessions,
            entry.minutes,
            entry.site.0,
            entry.account.0,
            Column(entry.issued_on),
            entry.statement,
            options
        ],
    )?;
    Ok(CertificateId(db.last_insert_rowid()))
}

const ROW: &str =
    "SELECT id, number, attendee_id, first_day, last_day, sessions, minutes, site_id, account_id,
    issued_on, statement, options FROM certificates";

/// The certificate of that row, if there is one.
pub fn find(db: &Connection, id: CertificateId) -> Result<Option<CertificateEntry>, Error> {
    let found = db
        .query_row(&format!("{ROW} WHERE id = ?1"), [id.0], read_row)
        .optional()?;
    Ok(found.map(|(_, entry)| entry))
}

/// The certificates, the youngest first, two hundred at most.
pub fn list(db: &Connection) -> Result<Vec<(CertificateId, CertificateEntry)>, Error> {
    db.prepare_cached(&format!("{ROW} ORDER BY id DESC LIMIT 200"))?
        .query_map([], read_row)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<(CertificateId, CertificateEntry)> {
    let day = |column| row.get::<_, Column<NaiveDate>>(column).map(|day| day.0);
    let options: String = row.get(11)?;
    let entry = CertificateEntry {
        number: row.get(1)?,
        attendee: AttendeeId(row.get(2)?),
        first_day: day(3)?,
        last_day: day(4)?,
        sessions: row.get(5)?,
        minutes: row.get(6)?,
        site: SiteId(row.get(7)?),
        account: AccountId(row.get(8)?),
        issued_on: day(9)?,
        statement: row.get(10)?,
        options: serde_json::from_str(&options).unwrap_or(PrintOptions {
            with_times: true,
            with_total: true,
            with_stamp: true,
        }),
    };
    Ok((CertificateId(row.get(0)?), entry))
}
