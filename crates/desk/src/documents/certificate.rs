//! From the ledger to an attendance certificate.

use super::paper_error;
use crate::{
    error::Error,
    form::CertificateForm,
    ledger::{
        accounts, attendees, certificates,
        certificates::{AttendedSession, CertificateEntry, PrintOptions},
        device, sites, structures,
    },
    session::Actor,
};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use passerelle_domain::{
    attendee::display_name,
    id::AttendeeId,
    statement::{Statement, name_digest},
};
use passerelle_papers::{Certificate, Hours, Organisation, Paper, Session};
use passerelle_words::say;
use rusqlite::Connection;

/// What a person asked for, read.
pub struct Draft {
    /// For whom.
    pub attendee: AttendeeId,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day.
    pub last_day: NaiveDate,
    /// What is printed.
    pub options: PrintOptions,
}

/// What a form says is printed.
pub const fn options(form: &CertificateForm) -> PrintOptions {
    PrintOptions {
        with_times: form.with_times,
        with_total: form.with_total,
        with_stamp: form.with_stamp,
    }
}

/// The certificate that a draft makes today.
pub fn entry_of(
    db: &Connection,
    draft: &Draft,
    number: String,
    actor: Actor,
    today: NaiveDate,
) -> Result<CertificateEntry, Error> {
    // A workshop to come has not been attended yet, whoever is expected.
    let sessions = certificates::sessions(db, draft.attendee, draft.first_day, draft.last_day.min(today))?;
    if sessions.is_empty() {
        return Err(Error::NothingToPrint);
    }
    Ok(CertificateEntry {
        number,
        attendee: draft.attendee,
        first_day: draft.first_day,
        last_day: draft.last_day,
        sessions: u32::try_from(sessions.len()).unwrap_or(u32::MAX),
        minutes: sessions.iter().map(|session| session.duration_minutes).sum(),
        site: actor.site,
        account: actor.account,
        issued_on: today,
        statement: String::new(),
        options: draft.options,
    })
}

/// What the code of a certificate says, signed by this device.
pub fn statement(db: &Connection, entry: &CertificateEntry) -> Result<String, Error> {
    let device = device::get(db)?;
    let statement = Statement {
        device: device.id,
        number: entry.number.clone(),
        issued_on: entry.issued_on,
        first_day: entry.first_day,
        last_day: entry.last_day,
        sessions: entry.sessions,
        minutes: entry.minutes,
        name_digest: name_digest(&entry.number, &name(db, entry.attendee)?),
    };
    Ok(statement.code(&device.key))
}

/// Prints a certificate.
pub fn print(db: &Connection, entry: &CertificateEntry) -> Result<Paper, Error> {
    let site = sites::get(db, entry.site)?;
    let account = accounts::get(db, entry.account)?;
    let sessions = certificates::sessions(
        db,
        entry.attendee,
        entry.first_day,
        entry.last_day.min(entry.issued_on),
    )?;
    let paper = Certificate {
        organisation: organisation(db, entry.site)?,
        number: entry.number.clone(),
        person: name(db, entry.attendee)?,
        from: entry.first_day,
        to: entry.last_day,
        sessions: sessions.into_iter().map(session).collect(),
        with_hours: entry.options.with_times,
        with_total: entry.options.with_total,
        with_stamp: entry.options.with_stamp,
        place: site.commune,
        issued_on: entry.issued_on,
        signatory: [account.name, account.title]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        code: (!entry.statement.is_empty()).then(|| entry.statement.clone()),
    };
    passerelle_papers::certificate(&paper).map_err(paper_error)
}

/// Who attests: the structure, at the address of the site.
pub fn organisation(db: &Connection, site: passerelle_domain::id::SiteId) -> Result<Organisation, Error> {
    let structure = structures::find(db)?.ok_or(Error::NotSetUp)?;
    let site = sites::get(db, site)?;
    let town = format!("{} {}", site.postcode, site.commune);
    let name_of_site = (site.name != structure.name).then_some(site.name);
    let address = name_of_site
        .into_iter()
        .chain([site.address, town])
        .filter(|line| !line.is_empty())
        .collect();
    Ok(Organisation {
        name: structure.name,
        address,
        siret: structure.siret,
    })
}

fn session(session: AttendedSession) -> Session {
    let title = if session.title.is_empty() {
        say("activity-individuel")
    } else {
        session.title
    };
    Session {
        held_on: session.held_on,
        title,
        hours: session
            .starts_at
            .map(|from| hours(from, session.duration_minutes)),
        duration_minutes: session.duration_minutes,
    }
}

/// From a start and a length; past midnight it wraps, as on a clock.
pub fn hours(from: NaiveTime, minutes: u32) -> Hours {
    Hours {
        from,
        to: from + TimeDelta::minutes(i64::from(minutes)),
    }
}

fn name(db: &Connection, attendee: AttendeeId) -> Result<String, Error> {
    let (surname, first_name) = attendees::find_name(db, attendee)?.ok_or(Error::Missing("attendee"))?;
    Ok(display_name(&surname, &first_name))
}
