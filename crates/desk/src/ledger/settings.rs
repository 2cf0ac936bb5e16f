//! What this device remembers between two starts.

use crate::{
    error::Error,
    form::EnrolForm,
    sync::Route,
    view::{Idle, Settings},
};
use data_encoding::HEXLOWER;
use passerelle_domain::{
    calendar::SaidDay,
    id::{AccountId, SiteId},
    wire::Refused,
};
use rusqlite::{Connection, OptionalExtension};

/// The names of the rows. A setting that is not there has its default.
const ACCOUNT: &str = "account";
const SITE: &str = "site";
/// Zero for never.
const IDLE_MINUTES: &str = "idle_minutes";
const WITH_SOUNDS: &str = "with_sounds";
/// The letter's address and code, between the form that a courier takes along and its grant.
const ENROLMENT_ADDRESS: &str = "enrolment_address";
const ENROLMENT_CODE: &str = "enrolment_code";
/// What clearing said, in a return, that it has lost: to be shown by the next pouch.
const REMINDER: &str = "reminder";
/// How many seconds clearing would have between two exchanges, as it last said.
const PACE_SECONDS: &str = "pace_seconds";
/// The day of the computer's clock, and the day that a person said it was.
const SAID_DAY: &str = "said_day";
const PROXY: &str = "proxy";
const AUTHORITIES: &str = "authorities";

/// Minutes without anybody after which the screen hides itself, unless somebody has said otherwise; and at most.
const DEFAULT_IDLE: u16 = 10;
const LONGEST_IDLE: u16 = 120;

/// The account in use, once the first start is done.
pub fn find_account(db: &Connection) -> Result<Option<AccountId>, Error> {
    Ok(find_number(db, ACCOUNT)?.map(AccountId))
}

/// The site in use, once the first start is done.
pub fn find_site(db: &Connection) -> Result<Option<SiteId>, Error> {
    Ok(find_number(db, SITE)?.map(SiteId))
}

/// Uses an account from now on.
pub fn set_account(db: &Connection, id: AccountId) -> Result<(), Error> {
    set(db, ACCOUNT, &id.0.to_string())
}

/// Uses a site from now on.
pub fn set_site(db: &Connection, id: SiteId) -> Result<(), Error> {
    set(db, SITE, &id.0.to_string())
}

/// The settings that a person chooses.
pub fn load(db: &Connection) -> Result<Settings, Error> {
    Ok(Settings {
        with_sounds: find_number(db, WITH_SOUNDS)? != Some(0),
    })
}

/// Keeps the settings that a person chose.
pub fn save(db: &Connection, settings: &Settings) -> Result<(), Error> {
    set(db, WITH_SOUNDS, if settings.with_sounds { "1" } else { "0" })
}

/// When the screen hides itself.
pub fn load_idle(db: &Connection) -> Result<Idle, Error> {
    let minutes =
        find_number(db, IDLE_MINUTES)?.map_or(Some(DEFAULT_IDLE), |minutes| u16::try_from(minutes).ok());
    let minutes = minutes.filter(|minutes| *minutes > 0);
    Ok(Idle { minutes })
}

/// Keeps when the screen hides itself.
pub fn save_idle(db: &Connection, idle: Idle) -> Result<(), Error> {
    let minutes = idle.minutes.map_or(0, |minutes| minutes.clamp(1, LONGEST_IDLE));
    set(db, IDLE_MINUTES, &minutes.to_string())
}

/// The enrolment form that waits for its grant.
pub fn find_enrolment(db: &Connection) -> Result<Option<EnrolForm>, Error> {
    let (address, code) = (find(db, ENROLMENT_ADDRESS)?, find(db, ENROLMENT_CODE)?);
    Ok(address
        .zip(code)
        .map(|(address, code)| EnrolForm { address, code }))
}

/// Keeps an enrolment form until its grant comes.
pub fn keep_enrolment(db: &Connection, form: &EnrolForm) -> Result<(), Error> {
    set(db, ENROLMENT_ADDRESS, &form.address)?;
    set(db, ENROLMENT_CODE, &form.code)
}

/// Forgets the enrolment form: it has served.
pub fn forget_enrolment(db: &Connection) -> Result<(), Error> {
    unset(db, ENROLMENT_ADDRESS)?;
    unset(db, ENROLMENT_CODE)
}

/// What clearing has lost, as far as a return has said.
pub fn find_reminder(db: &Connection) -> Result<Option<Refused>, Error> {
    let bytes = find(db, REMINDER)?.and_then(|text| HEXLOWER.decode(text.as_bytes()).ok());
    Ok(bytes.and_then(|bytes| Refused::from_bytes(&bytes)))
}

/// Keeps what clearing has lost, or forgets it once it has nothing more to ask.
pub fn keep_reminder(db: &Connection, reminder: Option<Refused>) -> Result<(), Error> {
    match reminder {
        Some(refused) => set(db, REMINDER, &HEXLOWER.encode(&refused.to_bytes())),
        None => unset(db, REMINDER),
    }
}

/// How many seconds clearing would have between two exchanges, if it has said so.
pub fn find_pace_seconds(db: &Connection) -> Result<Option<u32>, Error> {
    Ok(find_number(db, PACE_SECONDS)?.and_then(|seconds| u32::try_from(seconds).ok()))
}

/// Keeps the pace that clearing wishes.
pub fn keep_pace_seconds(db: &Connection, seconds: u32) -> Result<(), Error> {
    set(db, PACE_SECONDS, &seconds.to_string())
}

/// The day that a person said it is.
pub fn find_said_day(db: &Connection) -> Result<Option<SaidDay>, Error> {
    let text = find(db, SAID_DAY)?;
    let days = text.as_deref().and_then(|text| text.split_once(' '));
    Ok(days.and_then(|(computer, said)| {
        Some(SaidDay {
            computer: computer.parse().ok()?,
            said: said.parse().ok()?,
        })
    }))
}

/// Keeps the day that a person said it is, or forgets it.
pub fn keep_said_day(db: &Connection, said: Option<SaidDay>) -> Result<(), Error> {
    match said {
        Some(SaidDay { computer, said }) => set(db, SAID_DAY, &format!("{computer} {said}")),
        None => unset(db, SAID_DAY),
    }
}

/// The way to clearing that a person set.
pub fn load_route(db: &Connection) -> Result<Route, Error> {
    Ok(Route {
        proxy: find(db, PROXY)?,
        authorities: find(db, AUTHORITIES)?,
    })
}

/// Keeps the way to clearing that a person set.
pub fn save_route(db: &Connection, route: &Route) -> Result<(), Error> {
    for (name, value) in [(PROXY, &route.proxy), (AUTHORITIES, &route.authorities)] {
        match value {
            Some(value) => set(db, name, value)?,
            None => unset(db, name)?,
        }
    }
    Ok(())
}

fn find_number(db: &Connection, name: &str) -> Result<Option<i64>, Error> {
    Ok(find(db, name)?.and_then(|value| value.parse().ok()))
}

fn find(db: &Connection, name: &str) -> Result<Option<String>, Error> {
    let value = db
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value)
}

fn unset(db: &Connection, name: &str) -> Result<(), Error> {
    db.execute("DELETE FROM settings WHERE name = ?1", [name])?;
    Ok(())
}

fn set(db: &Connection, name: &str, value: &str) -> Result<(), Error> {
    db.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        [name, value],
    )?;
    Ok(())
}
