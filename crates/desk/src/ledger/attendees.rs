//! The people who come: the only table with names.

mod search;

use super::{
    codes::{coded, text_or_blank},
    values::Column,
};
use crate::{error::Error, view::AttendeeRow};
use chrono::NaiveDate;
use passerelle_domain::{
    attendee::{AttendeeProfile, EmailAddress, Gender, PhoneNumber, Qpv, Situation, display_name},
    commune::{Commune, InseeCode},
    fold,
    id::AttendeeId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

pub use search::{list_candidates, list_last_seen, search};

/// Adds a person, and the words by which they are found.
pub fn insert(
    db: &Connection,
    profile: &AttendeeProfile,
    commune: Option<&Commune>,
    now: i64,
) -> Result<AttendeeId, Error> {
    db.prepare_cached(
        "INSERT INTO attendees (surname, first_name, recorded_at, changed_at) VALUES ('', '', ?1, ?1)",
    )?
    .execute([now])?;
    let id = AttendeeId(db.last_insert_rowid());
    update(db, id, profile, commune, now)?;
    Ok(id)
}

/// Changes a person, and the words by which they are found.
///
/// # Errors
/// They are not there.
pub fn update(
    db: &Connection,
    id: AttendeeId,
    profile: &AttendeeProfile,
    commune: Option<&Commune>,
    now: i64,
) -> Result<(), Error> {
    let changed = db
        .prepare_cached(
            "UPDATE attendees SET surname = ?2, first_name = ?3, birth_year = ?4, commune = ?5, insee_code = ?6,
               postcode = ?7, phone = ?8, email = ?9, gender = ?10, situation = ?11, qpv = ?12, notes = ?13,
               changed_at = ?14
             WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            profile.surname,
            profile.first_name,
            profile.birth_year,
            commune.map_or("", |commune| commune.name.as_str()),
            commune.map_or("", |commune| commune.insee_code.as_str()),
            commune.and_then(|commune| commune.postcodes.first()).map_or("", |postcode| postcode.as_str()),
            profile.phone.as_ref().map_or("", PhoneNumber::as_str),
            profile.email.as_ref().map_or("", EmailAddress::as_str),
            profile.gender.code(),
            profile.situation.code(),
            profile.qpv.code(),
            profile.notes,
            now
        ])?;
    if changed == 0 {
        return Err(Error::Missing("attendee"));
    }
    db.prepare_cached("DELETE FROM attendee_words WHERE attendee_id = ?1")?
        .execute([id.0])?;
    let mut insert_word =
        db.prepare_cached("INSERT INTO attendee_words (word, attendee_id) VALUES (?1, ?2)")?;
    for word in fold::search_words(&profile.surname, &profile.first_name) {
        insert_word.execute(params![word, id.0])?;
    }
    Ok(())
}

/// All that is noted about a person.
///
/// # Errors
/// They are not there.
pub fn get(db: &Connection, id: AttendeeId) -> Result<AttendeeProfile, Error> {
    db.prepare_cached(
        "SELECT surname, first_name, birth_year, insee_code, phone, email, gender, situation, qpv, notes
         FROM attendees WHERE id = ?1",
    )?
    .query_row([id.0], read_profile)
    .optional()?
    .ok_or(Error::Missing("attendee"))
}

/// Surname and first name of a person, if they are still known.
pub fn find_name(db: &Connection, id: AttendeeId) -> Result<Option<(String, String)>, Error> {
    let name = db
        .prepare_cached("SELECT surname, first_name FROM attendees WHERE id = ?1")?
        .query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(name)
}

/// A person as in a list.
///
/// # Errors
/// They are not there.
pub fn get_row(db: &Connection, id: AttendeeId) -> Result<AttendeeRow, Error> {
    db.prepare_cached(
        "SELECT id, surname, first_name, birth_year, commune,
           (SELECT max(w.held_on) FROM attendances p JOIN workshops w ON w.id = p.workshop_id
            WHERE p.attendee_id = attendees.id)
         FROM attendees WHERE id = ?1",
    )?
    .query_row([id.0], |row| {
        let (surname, first_name): (String, String) = (row.get(1)?, row.get(2)?);
        Ok(AttendeeRow {
            id: AttendeeId(row.get(0)?),
            name: display_name(&surname, &first_name),
            birth_year: row.get(3)?,
            commune: row.get(4)?,
            last_seen_on: row.get::<_, Option<Column<NaiveDate>>>(5)?.map(|day| day.0),
        })
    })
    .optional()?
    .ok_or(Error::Missing("attendee"))
}

fn read_profile(row: &Row<'_>) -> rusqlite::Result<AttendeeProfile> {
    Ok(AttendeeProfile {
        surname: row.get(0)?,
        first_name: row.get(1)?,
        birth_year: row.get(2)?,
        commune: text_or_blank(row, 3, InseeCode::find)?,
        phone: text_or_blank(row, 4, |text| PhoneNumber::parse(text).ok())?,
        email: text_or_blank(row, 5, |text| EmailAddress::parse(text).ok())?,
        gender: coded(row, 6, Gender::find)?,
        situation: coded(row, 7, Situation::find)?,
        qpv: coded(row, 8, Qpv::find)?,
        notes: row.get(9)?,
    })
}
