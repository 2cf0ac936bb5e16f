//! The legal body that is paid: one row, since a device serves one structure.

use crate::{error::Error, view::Structure};
use passerelle_domain::siret::Siret;
use rusqlite::{Connection, OptionalExtension, params};

/// The structure, once the first start is done or clearing has named it.
pub fn find(db: &Connection) -> Result<Option<Structure>, Error> {
    let found: Option<(String, Option<String>)> = db
        .prepare_cached("SELECT name, siret FROM structures")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let grouped = |siret: String| Siret::parse(&siret).map_or(siret, |siret| siret.to_string());
    Ok(found.map(|(name, siret)| Structure {
        name,
        siret: siret.map(grouped),
    }))
}

/// The SIRET that clearing has confirmed, once the device is enrolled.
pub fn find_confirmed(db: &Connection) -> Result<Option<Siret>, Error> {
    let confirmed: Option<String> = db
        .query_row(
            "SELECT siret FROM structures WHERE EXISTS (SELECT 1 FROM devices WHERE enrolled_at IS NOT NULL)",
            [],
            |row| row.get(0),
        )
        .optional()?
        .flatten();
    Ok(confirmed.and_then(|siret| Siret::parse(&siret).ok()))
}

/// Sets the structure, for the first time or again.
pub fn save(db: &Connection, name: &str, siret: Option<&Siret>) -> Result<(), Error> {
    db.execute(
        "INSERT INTO structures (id, name, siret) VALUES (1, ?1, ?2)
         ON CONFLICT (id) DO UPDATE SET name = ?1, siret = ?2",
        params![name, siret.map(Siret::as_str)],
    )?;
    Ok(())
}

/// Sets the structure as clearing knows it: its word on who is paid goes before what was typed here.
pub fn confirm(db: &Connection, name: &str, siret: &str) -> Result<(), Error> {
    let known = Siret::parse(siret).ok();
    let typed = find(db)?
        .and_then(|typed| typed.siret)
        .and_then(|siret| Siret::parse(&siret).ok());
    save(db, name, known.or(typed).as_ref())
}
