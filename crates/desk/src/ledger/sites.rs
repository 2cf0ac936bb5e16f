//! The places where workshops happen.

use crate::{error::Error, view::Site};
use passerelle_domain::{id::SiteId, wire::SiteEntry};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A site whose every value holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePlan {
    /// Its name.
    pub name: String,
    /// Number and street; may be blank for one that travels.
    pub address: String,
    /// Its postcode.
    pub postcode: String,
    /// Its commune's name.
    pub commune: String,
    /// Its commune's INSEE code.
    pub insee_code: String,
    /// Whether it travels.
    pub travels: bool,
    /// The names of its stops, none of them blank.
    pub stops: Vec<String>,
}

const ROW: &str = "SELECT id, name, address, postcode, commune, insee_code, travels, stops FROM sites";

/// Adds a site.
pub fn insert(db: &Connection, plan: &SitePlan) -> Result<SiteId, Error> {
    db.execute(
        "INSERT INTO sites (name, address, postcode, commune, insee_code, travels, stops)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            plan.name,
            plan.address,
            plan.postcode,
            plan.commune,
            plan.insee_code,
            plan.travels,
            plan.stops.join("\n")
        ],
    )?;
    Ok(SiteId(db.last_insert_rowid()))
}

/// Changes a site.
///
/// # Errors
/// It is not there.
pub fn update(db: &Connection, id: SiteId, plan: &SitePlan) -> Result<(), Error> {
    let changed = db.execute(
        "UPDATE sites SET name = ?2, address = ?3, postcode = ?4, commune = ?5, insee_code = ?6, travels = ?7, stops = ?8
         WHERE id = ?1",
        params![
            id.0,
            plan.name,
            plan.address,
            plan.postcode,
            plan.commune,
            plan.insee_code,
            plan.travels,
            plan.stops.join("\n")
        ],
    )?;
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::Missing("site"))
    }
}

/// The site of that row.
///
/// # Errors
/// It is not there.
pub fn get(db: &Connection, id: SiteId) -> Result<Site, Error> {
    db.prepare_cached(&format!("{ROW} WHERE id = ?1"))?
        .query_row([id.0], read_row)
        .optional()?
        .ok_or(Error::Missing("site"))
}

/// Every site in use, by name.
pub fn list(db: &Connection) -> Result<Vec<Site>, Error> {
    db.prepare_cached(&format!("{ROW} WHERE closed_on IS NULL ORDER BY name, id"))?
        .query_map([], read_row)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// Every site there ever was, as clearing is told of it.
pub fn entries(db: &Connection) -> Result<Vec<SiteEntry>, Error> {
    db.prepare_cached("SELECT id, name, insee_code FROM sites ORDER BY id")?
        .query_map([], |row| {
            Ok(SiteEntry {
                site: row.get(0)?,
                name: row.get(1)?,
                insee_code: row.get(2)?,
            })
        })?
        .map(|row| row.map_err(Error::from))
        .collect()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<Site> {
    let stops: String = row.get(7)?;
    Ok(Site {
        id: SiteId(row.get(0)?),
        name: row.get(1)?,
        address: row.get(2)?,
        postcode: row.get(3)?,
        commune: row.get(4)?,
        insee_code: row.get(5)?,
        travels: row.get(6)?,
        stops: stops.lines().map(str::to_owned).collect(),
    })
}
