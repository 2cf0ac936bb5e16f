//! That person at that workshop.

use super::values::Column;
use crate::{error::Error, view::PastAttendance};
use passerelle_domain::{
    attendee::sorted_name,
    id::{AttendeeId, WorkshopId},
};
use rusqlite::{Connection, params};

/// Enters a person; one who is there already stays where they are.
pub fn insert(db: &Connection, workshop: WorkshopId, attendee: AttendeeId, now: i64) -> Result<(), Error> {
    db.prepare_cached(
        "INSERT INTO attendances (workshop_id, attendee_id, recorded_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (workshop_id, attendee_id) DO NOTHING",
    )?
    .execute(params![workshop.0, attendee.0, now])?;
    Ok(())
}

/// Takes a person out.
///
/// # Errors
/// They are not there.
pub fn delete(db: &Connection, workshop: WorkshopId, attendee: AttendeeId) -> Result<(), Error> {
    let deleted = db.execute(
        "DELETE FROM attendances WHERE workshop_id = ?1 AND attendee_id = ?2",
        [workshop.0, attendee.0],
    )?;
    if deleted == 1 {
        Ok(())
    } else {
        Err(Error::Missing("attendance"))
    }
}

/// Whether a person is there.
pub fn exists(db: &Connection, workshop: WorkshopId, attendee: AttendeeId) -> Result<bool, Error> {
    Ok(db
        .prepare_cached("SELECT 1 FROM attendances WHERE workshop_id = ?1 AND attendee_id = ?2")?
        .exists([workshop.0, attendee.0])?)
}

/// Whether a person has a pass at a workshop that is not cancelled.
pub fn has_passes(db: &Connection, workshop: WorkshopId, attendee: AttendeeId) -> Result<bool, Error> {
    Ok(db
        .prepare_cached(
            "SELECT 1 FROM redemptions r
             WHERE r.workshop_id = ?1 AND r.attendee_id = ?2
               AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.redemption_id = r.id)",
        )?
        .exists([workshop.0, attendee.0])?)
}

/// Who came to a workshop, in the order of arrival: their row, surname and first name.
pub fn list(db: &Connection, workshop: WorkshopId) -> Result<Vec<(AttendeeId, String, String)>, Error> {
    db.prepare_cached(
        "SELECT a.id, a.surname, a.first_name FROM attendances p JOIN attendees a ON a.id = p.attendee_id
         WHERE p.workshop_id = ?1 ORDER BY p.recorded_at, p.attendee_id",
    )?
    .query_map([workshop.0], |row| {
        Ok((AttendeeId(row.get(0)?), row.get(1)?, row.get(2)?))
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}

/// Surnames and first names of those who came, in the order of a list that people sign.
pub fn list_names(db: &Connection, workshop: WorkshopId) -> Result<Vec<(String, String)>, Error> {
    let mut names: Vec<(String, String)> = list(db, workshop)?
        .into_iter()
        .map(|(_, surname, first_name)| (surname, first_name))
        .collect();
    names.sort_by_cached_key(|(surname, first_name)| sorted_name(surname, first_name));
    Ok(names)
}

/// The workshops that a person came to, the youngest first.
pub fn list_of(db: &Connection, attendee: AttendeeId) -> Result<Vec<PastAttendance>, Error> {
    db.prepare_cached(
        "SELECT w.id, w.title, w.held_on, w.duration_minutes
         FROM attendances p JOIN workshops w ON w.id = p.workshop_id
         WHERE p.attendee_id = ?1 ORDER BY w.held_on DESC, w.starts_at DESC, w.id DESC",
    )?
    .query_map([attendee.0], |row| {
        Ok(PastAttendance {
            workshop_id: WorkshopId(row.get(0)?),
            title: row.get(1)?,
            held_on: row.get::<_, Column<chrono::NaiveDate>>(2)?.0,
            duration_minutes: row.get(3)?,
        })
    })?
    .map(|row| row.map_err(Error::from))
    .collect()
}
