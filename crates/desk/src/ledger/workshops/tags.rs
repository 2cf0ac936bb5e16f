//! The lists of a workshop: themes, sub-themes and equipment.

use crate::error::Error;
use passerelle_domain::{
    id::WorkshopId,
    workshop::{Equipment, SubTheme, Theme, WorkshopPlan},
};
use rusqlite::{Connection, params};

const THEME: &str = "theme";
const SUB_THEME: &str = "sub_theme";
const EQUIPMENT: &str = "equipment";

/// Writes the lists of a plan in the place of those before.
pub fn replace(db: &Connection, id: WorkshopId, plan: &WorkshopPlan) -> Result<(), Error> {
    db.prepare_cached("DELETE FROM workshop_themes WHERE workshop_id = ?1")?
        .execute([id.0])?;
    let mut insert =
        db.prepare_cached("INSERT INTO workshop_themes (workshop_id, kind, code) VALUES (?1, ?2, ?3)")?;
    let themes = plan.themes.iter().map(|theme| (THEME, theme.code()));
    let sub_themes = plan
        .sub_themes
        .iter()
        .map(|sub_theme| (SUB_THEME, sub_theme.code()));
    let equipment = plan
        .equipment
        .iter()
        .map(|equipment| (EQUIPMENT, equipment.code()));
    for (kind, code) in themes.chain(sub_themes).chain(equipment) {
        insert.execute(params![id.0, kind, code])?;
    }
    Ok(())
}

/// Reads the lists of a workshop into its plan.
pub fn fill(db: &Connection, id: WorkshopId, plan: &mut WorkshopPlan) -> Result<(), Error> {
    let mut statement = db.prepare_cached("SELECT kind, code FROM workshop_themes WHERE workshop_id = ?1")?;
    let mut rows = statement.query([id.0])?;
    while let Some(row) = rows.next()? {
        let (kind, code): (String, String) = (row.get(0)?, row.get(1)?);
        // A code of a later version that was withdrawn since is left aside, not made up.
        match kind.as_str() {
            THEME => plan.themes.extend(Theme::find(&code)),
            SUB_THEME => plan.sub_themes.extend(SubTheme::find(&code)),
            EQUIPMENT => plan.equipment.extend(Equipment::find(&code)),
            _ => return Err(Error::Damaged(format!("workshop list {kind}"))),
        }
    }
    Ok(())
}
