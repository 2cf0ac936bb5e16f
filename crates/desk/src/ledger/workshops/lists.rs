//! Workshops as the screens list them.

use crate::{
    error::Error,
    form::WorkshopFilter,
    ledger::{
        codes::{coded, time_or_null},
        values::{Column, cents, count},
    },
    view::{Tally, WorkshopList, WorkshopRow},
};
use chrono::{NaiveDate, TimeDelta};
use passerelle_domain::{fold, id::WorkshopId, workshop::ActivityKind};
use rusqlite::{Connection, Row, ToSql, named_params};

/// Workshops on one page.
const PAGE: u32 = 50;

/// How far back the workshops to hold again are looked for.
const REPEAT_WITHIN: u32 = 400;

/// People and passes are counted row by row: only for the rows of the page, since LIMIT comes first.
const COLUMNS: &str = "SELECT w.id, w.title, w.activity_kind, s.name, w.place, w.held_on, w.starts_at,
    w.duration_minutes, w.closed_at IS NULL,
    coalesce(w.head_count ->> '$.total', 0)
      + (SELECT count(*) FROM attendances p WHERE p.workshop_id = w.id),
    (SELECT count(*) FROM redemptions r JOIN standings t ON t.redemption_id = r.id
     WHERE r.workshop_id = w.id AND t.standing <> 'voided'),
    (SELECT coalesce(sum(r.amount_cents), 0) FROM redemptions r JOIN standings t ON t.redemption_id = r.id
     WHERE r.workshop_id = w.id AND t.standing <> 'voided')
  FROM workshops w JOIN sites s ON s.id = w.site_id";

/// A workshop as in a list.
///
/// # Errors
/// It is not there.
pub fn get_row(db: &Connection, id: WorkshopId) -> Result<WorkshopRow, Error> {
    query(db, "WHERE w.id = :id", named_params! { ":id": id.0 })?
        .pop()
        .ok_or(Error::Missing("workshop"))
}

/// A page of workshops, the youngest first, and how many there are in all.
pub fn list(db: &Connection, filter: &WorkshopFilter) -> Result<WorkshopList, Error> {
    let mut conditions = vec!["(:site IS NULL OR w.site_id = :site)".to_owned()];
    // Folded parts are letters and digits: nothing in them means anything to LIKE or to SQL.
    conditions.extend(
        fold::parts(&filter.text)
            .iter()
            .map(|part| format!("w.search LIKE '% {part}%'")),
    );
    let conditions = conditions.join(" AND ");
    let site = filter.site_id.map(|site| site.0);
    let workshops = query(
        db,
        &format!("WHERE {conditions} ORDER BY w.held_on DESC, w.id DESC LIMIT :page OFFSET :skip"),
        named_params! { ":site": site, ":page": PAGE, ":skip": filter.skip },
    )?;
    let total = db
        .prepare(&format!("SELECT count(*) FROM workshops w WHERE {conditions}"))?
        .query_row(named_params! { ":site": site }, |row| row.get(0))?;
    Ok(WorkshopList { workshops, total })
}

/// Open workshops of today or before: those begun first, the latest begun at the head.
pub fn list_open(db: &Connection, today: NaiveDate, minute: u32) -> Result<Vec<WorkshopRow>, Error> {
    query(
        db,
        "WHERE w.closed_at IS NULL AND w.held_on <= :today
         ORDER BY (w.held_on = :today AND coalesce(w.starts_at, 0) > :minute),
           w.held_on DESC,
           CASE WHEN coalesce(w.starts_at, 0) > :minute THEN w.starts_at ELSE -coalesce(w.starts_at, 0) END,
           w.id DESC
         LIMIT 50",
        named_params! { ":today": Column(today), ":minute": minute },
    )
}

/// Workshops of the days to come, the nearest first.
pub fn list_upcoming(db: &Connection, today: NaiveDate) -> Result<Vec<WorkshopRow>, Error> {
    query(
        db,
        "WHERE w.closed_at IS NULL AND w.held_on > :today ORDER BY w.held_on, w.starts_at, w.id LIMIT 20",
        named_params! { ":today": Column(today) },
    )
}

/// The last workshop of each title, the youngest first.
pub fn list_to_repeat(db: &Connection, today: NaiveDate) -> Result<Vec<WorkshopRow>, Error> {
    query(
        db,
        // Picked before anybody is counted: the rest of the row costs far more than its place.
        "WHERE w.id IN (
           SELECT max(id) FROM (
             SELECT id, held_on, title, activity_kind FROM workshops WHERE held_on <= :today
             ORDER BY held_on DESC, id DESC LIMIT :within)
           GROUP BY title, activity_kind ORDER BY max(held_on) DESC, max(id) DESC LIMIT 8)
         ORDER BY w.held_on DESC, w.id DESC",
        named_params! { ":today": Column(today), ":within": REPEAT_WITHIN },
    )
}

/// The last workshops closed.
pub fn list_recent(db: &Connection) -> Result<Vec<WorkshopRow>, Error> {
    query(
        db,
        "WHERE w.closed_at IS NOT NULL ORDER BY w.held_on DESC, w.id DESC LIMIT 8",
        named_params! {},
    )
}

fn query(db: &Connection, tail: &str, params: &[(&str, &dyn ToSql)]) -> Result<Vec<WorkshopRow>, Error> {
    db.prepare_cached(&format!("{COLUMNS} {tail}"))?
        .query_map(params, read_row)?
        .map(|row| row.map_err(Error::from))
        .collect()
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<WorkshopRow> {
    let starts_at = time_or_null(row, 6)?;
    let duration_minutes = count(row, 7)?;
    Ok(WorkshopRow {
        id: WorkshopId(row.get(0)?),
        title: row.get(1)?,
        activity: coded(row, 2, ActivityKind::find)?,
        site: row.get(3)?,
        place: row.get(4)?,
        held_on: row.get::<_, Column<NaiveDate>>(5)?.0,
        starts_at,
        ends_at: starts_at.map(|start| start + TimeDelta::minutes(duration_minutes.into())),
        duration_minutes,
        people: count(row, 9)?,
        passes: Tally {
            count: count(row, 10)?,
            amount_cents: cents(row, 11)?,
        },
        is_open: row.get(8)?,
    })
}
