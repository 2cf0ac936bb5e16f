//! The people who come: found by a few letters, added in two fields, never twice unawares.

use crate::{
    communes,
    desk::Desk,
    error::Error,
    form::NewcomerForm,
    ledger::{Op, attendances, attendees, audits::Act, redemptions, redemptions::Which, workshops},
    passes::in_words,
    session::Deed,
    view::{AttendeeRow, AttendeeView, DoubleMatch},
};
use chrono::Datelike;
use passerelle_domain::{
    attendee::{AttendeeForm, AttendeeProfile, Identity, likeness},
    commune::{Commune, CommuneFault},
    fault::FaultList,
    fold::NameQuery,
    id::{AttendeeId, WorkshopId},
};
use rusqlite::Connection;

/// People shown at once under a search.
const PEOPLE_SHOWN: usize = 20;
/// Likely doubles shown before a person is added.
const DOUBLES_SHOWN: usize = 5;

impl Desk {
    /// People by some letters of either name, whatever the accents; the last seen when there are none.
    ///
    /// # Errors
    /// The ledger.
    pub fn find_attendees(&self, text: &str) -> Result<Vec<AttendeeRow>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let query = NameQuery::new(text);
        ledger.read(|db| {
            let found = match text.trim() {
                "" => attendees::list_last_seen(db, PEOPLE_SHOWN)?,
                _ => attendees::search(db, &query, PEOPLE_SHOWN)?,
            };
            found.into_iter().map(|id| attendees::get_row(db, id)).collect()
        })
    }

    /// People already here who may be the one about to be added, the likeliest first. Never faults on a form that is
    /// still being typed.
    ///
    /// # Errors
    /// The ledger.
    pub fn find_doubles(&self, form: &AttendeeForm) -> Result<Vec<DoubleMatch>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let typed = Identity {
            surname: &form.surname,
            first_name: &form.first_name,
            birth_year: form.birth_year.trim().parse().ok(),
        };
        ledger.read(|db| {
            let mut alike: Vec<_> = attendees::list_candidates(db, typed.surname, typed.first_name)?
                .into_iter()
                .filter_map(|candidate| Some((likeness(typed, candidate.identity())?, candidate.id)))
                .collect();
            alike.sort_by(|one, other| other.cmp(one));
            alike.truncate(DOUBLES_SHOWN);
            alike
                .into_iter()
                .map(|(likeness, id)| {
                    Ok(DoubleMatch {
                        attendee: attendees::get_row(db, id)?,
                        likeness,
                    })
                })
                .collect()
        })
    }

    /// Adds a person, and enters them at a workshop if one is named; gives their row.
    ///
    /// # Errors
    /// What is to be corrected; the workshop is closed or not there, and then nobody is added.
    pub fn add_attendee(&self, form: &NewcomerForm) -> Result<AttendeeId, Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let (profile, commune) = self.read_attendee(&form.attendee)?;
        let now = self.surroundings.timestamp();
        ledger.write(Op::EditAttendee, |db| {
            self.actor(db)?;
            let id = attendees::insert(db, &profile, commune, now)?;
            if let Some(workshop) = form.workshop_id {
                enter(db, workshop, id, now)?;
            }
            Ok(id)
        })
    }

    /// A person's sheet.
    ///
    /// # Errors
    /// They are not there.
    pub fn get_attendee(&self, id: AttendeeId) -> Result<AttendeeView, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| {
            Ok(AttendeeView {
                attendee: attendees::get_row(db, id)?,
                form: form_of(&attendees::get(db, id)?),
                attendances: attendances::list_of(db, id)?,
                redemptions: in_words(
                    db,
                    redemptions::list(db, Which::Attendee(id))?,
                    &self.surroundings,
                )?,
            })
        })
    }

    /// Changes a person.
    ///
    /// # Errors
    /// What is to be corrected; they are not there.
    pub fn change_attendee(&self, id: AttendeeId, form: &AttendeeForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let (profile, commune) = self.read_attendee(form)?;
        let now = self.surroundings.timestamp();
        ledger.write(Op::EditAttendee, |db| {
            attendees::update(db, id, &profile, commune, now)?;
            self.note(db, Act::ChangeAttendee, id.0)
        })
    }

    /// Enters a person at a workshop; one who is there already stays.
    ///
    /// # Errors
    /// The workshop is closed, or one of the two is not there.
    pub fn attend(&self, workshop: WorkshopId, attendee: AttendeeId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let now = self.surroundings.timestamp();
        ledger.write(Op::Attend, |db| {
            attendees::find_name(db, attendee)?.ok_or(Error::Missing("attendee"))?;
            enter(db, workshop, attendee, now)
        })
    }

    /// Takes a person out of a workshop: they did not come after all.
    ///
    /// # Errors
    /// They have passes there that are not cancelled; the workshop is closed; they are not there.
    pub fn leave(&self, workshop: WorkshopId, attendee: AttendeeId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        ledger.write(Op::Attend, |db| {
            workshops::get_open_venue(db, workshop)?;
            if attendances::has_passes(db, workshop, attendee)? {
                return Err(Error::HasPasses);
            }
            attendances::delete(db, workshop, attendee)?;
            self.note(db, Act::Leave, attendee.0)
        })
    }

    fn read_attendee(
        &self,
        form: &AttendeeForm,
    ) -> Result<(AttendeeProfile, Option<&'static Commune>), Error> {
        let year = u16::try_from(self.surroundings.today().year()).unwrap_or(u16::MAX);
        let profile = AttendeeProfile::read(form, year).map_err(Error::Fields)?;
        let Some(code) = &profile.commune else {
            return Ok((profile, None));
        };
        let Some(commune) = communes::find_code(code) else {
            let mut faults = FaultList::default();
            faults.note("commune", CommuneFault::Unknown);
            return Err(Error::Fields(faults.into_vec()));
        };
        Ok((profile, Some(commune)))
    }
}

fn enter(db: &Connection, workshop: WorkshopId, attendee: AttendeeId, now: i64) -> Result<(), Error> {
    workshops::get_open_venue(db, workshop)?;
    attendances::insert(db, workshop, attendee, now)
}

/// A form that, read again, gives the same person.
fn form_of(profile: &AttendeeProfile) -> AttendeeForm {
    AttendeeForm {
        surname: profile.surname.clone(),
        first_name: profile.first_name.clone(),
        birth_year: profile
            .birth_year
            .map_or_else(String::new, |year| year.to_string()),
        commune: profile.commune.clone(),
        phone: profile
            .phone
            .as_ref()
            .map_or_else(String::new, ToString::to_string),
        email: profile
            .email
            .as_ref()
            .map_or_else(String::new, |email| email.as_str().to_owned()),
        gender: profile.gender,
        situation: profile.situation,
        qpv: profile.qpv,
        notes: profile.notes.clone(),
    }
}

#[cfg(test)]
mod tests;
