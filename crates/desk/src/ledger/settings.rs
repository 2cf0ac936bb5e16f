//! What this device remembers between two starts.

use crate::{error::Error, view::Settings};
use passerelle_domain::id::{AccountId, SiteId};
use rusqlite::{Connection, OptionalExtension};

/// The names of the rows. A setting that is not there has its default.
const ACCOUNT: &str = "account";
const SITE: &str = "site";
const WITH_SOUNDS: &str = "with_sounds";

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

fn find_number(db: &Connection, name: &str) -> Result<Option<i64>, Error> {
    let value: Option<String> = db
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value.and_then(|value| value.parse().ok()))
}

fn set(db: &Connection, name: &str, value: &str) -> Result<(), Error> {
    db.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
        [name, value],
    )?;
    Ok(())
}
