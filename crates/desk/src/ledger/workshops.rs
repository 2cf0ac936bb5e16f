//! The dated activities.

mod lists;
mod tags;

use super::{
    codes::{coded, coded_or_null, minutes, time_or_null},
    values::{Column, damaged},
};
use crate::error::Error;
use chrono::{NaiveDate, NaiveTime};
use passerelle_domain::{
    fold,
    head_count::HeadCount,
    id::{AccountId, SiteId, WorkshopId},
    workshop::{ActivityKind, Autonomy, Level, PlaceKind, Referral, WorkshopPlan},
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::BTreeSet;

pub use lists::{get_row, list, list_open, list_recent, list_to_repeat, list_upcoming};

/// What a pass needs to know of the workshop that it is held out at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Venue {
    /// For which site.
    pub site: SiteId,
    /// On which day.
    pub held_on: NaiveDate,
    /// In which commune.
    pub insee_code: String,
    /// Whether it is still open.
    pub is_open: bool,
}

/// The venue of a workshop, if there is such a one.
pub fn find_venue(db: &Connection, id: WorkshopId) -> Result<Option<Venue>, Error> {
    let found = db
        .prepare_cached(
            "SELECT w.site_id, w.held_on, s.insee_code, w.closed_at IS NULL
             FROM workshops w JOIN sites s ON s.id = w.site_id WHERE w.id = ?1",
        )?
        .query_row([id.0], |row| {
            Ok(Venue {
                site: SiteId(row.get(0)?),
                held_on: row.get::<_, Column<NaiveDate>>(1)?.0,
                insee_code: row.get(2)?,
                is_open: row.get(3)?,
            })
        })
        .optional()?;
    Ok(found)
}

/// The venue of a workshop that can still change.
///
/// # Errors
/// It is not there, or closed.
pub fn get_open_venue(db: &Connection, id: WorkshopId) -> Result<Venue, Error> {
    let venue = find_venue(db, id)?.ok_or(Error::Missing("workshop"))?;
    if venue.is_open {
        Ok(venue)
    } else {
        Err(Error::WorkshopClosed)
    }
}

/// A workshop as its papers name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its title; blank at some individual activities.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Its start.
    pub starts_at: Option<NaiveTime>,
    /// Its length.
    pub duration_minutes: u32,
    /// The site it is for.
    pub site: SiteId,
    /// That site's name.
    pub site_name: String,
    /// Room, stop or other place; may be blank.
    pub place: String,
    /// Who runs it.
    pub account: AccountId,
}

/// The workshop of that row as its papers name it.
pub fn find_held(db: &Connection, id: WorkshopId) -> Result<Option<Held>, Error> {
    let found = db
        .prepare_cached(
            "SELECT w.title, w.held_on, w.starts_at, w.duration_minutes, s.id, s.name, w.place, w.account_id
             FROM workshops w JOIN sites s ON s.id = w.site_id WHERE w.id = ?1",
        )?
        .query_row([id.0], |row| {
            Ok(Held {
                title: row.get(0)?,
                held_on: row.get::<_, Column<NaiveDate>>(1)?.0,
                starts_at: time_or_null(row, 2)?,
                duration_minutes: row.get(3)?,
                site: SiteId(row.get(4)?),
                site_name: row.get(5)?,
                place: row.get(6)?,
                account: AccountId(row.get(7)?),
            })
        })
        .optional()?;
    Ok(found)
}

/// Opens a workshop.
pub fn insert(
    db: &Connection,
    plan: &WorkshopPlan,
    account: AccountId,
    now: i64,
) -> Result<WorkshopId, Error> {
    db.prepare_cached(
        "INSERT INTO workshops (title, activity_kind, place_kind, site_id, held_on, duration_minutes, account_id,
           recorded_at, changed_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8)",
    )?
    .execute(params![
        plan.title,
        plan.activity.code(),
        plan.place_kind.code(),
        plan.site_id.0,
        Column(plan.held_on),
        plan.duration_minutes,
        account.0,
        now
    ])?;
    let id = WorkshopId(db.last_insert_rowid());
    update(db, id, plan, now)?;
    Ok(id)
}

/// Changes a workshop.
///
/// # Errors
/// It is not there.
pub fn update(db: &Connection, id: WorkshopId, plan: &WorkshopPlan, now: i64) -> Result<(), Error> {
    let changed = db
        .prepare_cached(
            "UPDATE workshops SET title = ?2, activity_kind = ?3, place_kind = ?4, site_id = ?5, place = ?6,
               held_on = ?7, starts_at = ?8, duration_minutes = ?9, level = ?10, autonomy = ?11, referral = ?12,
               note = ?13, search = ?14, changed_at = ?15
             WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            plan.title,
            plan.activity.code(),
            plan.place_kind.code(),
            plan.site_id.0,
            plan.place,
            Column(plan.held_on),
            plan.starts_at.map(minutes),
            plan.duration_minutes,
            plan.level.map(Level::code),
            plan.autonomy.map(Autonomy::code),
            plan.referral.map(Referral::code),
            plan.note,
            search_text(plan),
            now
        ])?;
    if changed == 0 {
        return Err(Error::Missing("workshop"));
    }
    tags::replace(db, id, plan)
}

/// All that is noted about a workshop, but its people.
///
/// # Errors
/// It is not there.
pub fn get(db: &Connection, id: WorkshopId) -> Result<WorkshopPlan, Error> {
    let mut plan = db
        .prepare_cached(
            "SELECT title, activity_kind, place_kind, site_id, place, held_on, starts_at, duration_minutes, level,
               autonomy, referral, note
             FROM workshops WHERE id = ?1",
        )?
        .query_row([id.0], read_plan)
        .optional()?
        .ok_or(Error::Missing("workshop"))?;
    tags::fill(db, id, &mut plan)?;
    Ok(plan)
}

/// Its attendances no longer change. One closed already stays so.
pub fn close(db: &Connection, id: WorkshopId, now: i64) -> Result<(), Error> {
    db.execute(
        "UPDATE workshops SET closed_at = ?2 WHERE id = ?1 AND closed_at IS NULL",
        [id.0, now],
    )?;
    Ok(())
}

/// Its attendances may change again.
pub fn reopen(db: &Connection, id: WorkshopId) -> Result<(), Error> {
    db.execute("UPDATE workshops SET closed_at = NULL WHERE id = ?1", [id.0])?;
    Ok(())
}

/// The anonymous participants of a workshop.
pub fn head_count(db: &Connection, id: WorkshopId) -> Result<HeadCount, Error> {
    let content: Option<String> = db
        .prepare_cached("SELECT head_count FROM workshops WHERE id = ?1")?
        .query_row([id.0], |row| row.get(0))?;
    content.map_or_else(
        || Ok(HeadCount::default()),
        |content| serde_json::from_str(&content).map_err(damaged),
    )
}

/// Notes the anonymous participants of a workshop.
pub fn set_head_count(db: &Connection, id: WorkshopId, count: &HeadCount, now: i64) -> Result<(), Error> {
    let content = serde_json::to_string(count).map_err(damaged)?;
    db.execute(
        "UPDATE workshops SET head_count = ?2, changed_at = ?3 WHERE id = ?1",
        params![id.0, content, now],
    )?;
    Ok(())
}

/// Whether a workshop has a pass that is not cancelled.
pub fn has_passes(db: &Connection, id: WorkshopId) -> Result<bool, Error> {
    Ok(db
        .prepare_cached(
            "SELECT 1 FROM redemptions r WHERE r.workshop_id = ?1
               AND NOT EXISTS (SELECT 1 FROM voids v WHERE v.redemption_id = r.id)",
        )?
        .exists([id.0])?)
}

/// A space before each folded word of the title and the place, so that a search by beginnings is one LIKE.
fn search_text(plan: &WorkshopPlan) -> String {
    let parts = [fold::parts(&plan.title), fold::parts(&plan.place)].concat();
    parts
        .iter()
        .fold(String::new(), |text, part| format!("{text} {part}"))
}

fn read_plan(row: &Row<'_>) -> rusqlite::Result<WorkshopPlan> {
    Ok(WorkshopPlan {
        title: row.get(0)?,
        activity: coded(row, 1, ActivityKind::find)?,
        place_kind: coded(row, 2, PlaceKind::find)?,
        site_id: SiteId(row.get(3)?),
        place: row.get(4)?,
        held_on: row.get::<_, Column<NaiveDate>>(5)?.0,
        starts_at: time_or_null(row, 6)?,
        duration_minutes: row.get(7)?,
        themes: BTreeSet::new(),
        sub_themes: BTreeSet::new(),
        level: coded_or_null(row, 8, Level::find)?,
        autonomy: coded_or_null(row, 9, Autonomy::find)?,
        equipment: BTreeSet::new(),
        referral: coded_or_null(row, 10, Referral::find)?,
        note: row.get(11)?,
    })
}
