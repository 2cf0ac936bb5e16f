//! Passes taken, and the voids that cancel them: facts, each written with its event.

use super::{
    batches::COUNTS,
    log::{self, Place},
    values::{Column, cents, count, damaged, pass},
};
use crate::error::Error;
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::Act,
    id::{AccountId, AttendeeId, Epoch, RedemptionId, SiteId, WorkshopId},
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::{Doubt, VoidReason},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A pass to take.
#[derive(Debug, Clone, Copy)]
pub struct Taking {
    /// The pass.
    pub pass: PassId,
    /// At which workshop.
    pub workshop: WorkshopId,
    /// For whom.
    pub attendee: Option<AttendeeId>,
    /// At which site.
    pub site: SiteId,
    /// The workshop's day.
    pub held_on: NaiveDate,
    /// For what.
    pub service: ServiceCode,
    /// What it is worth.
    pub amount: Cents,
    /// Why it is provisional.
    pub doubt: Option<Doubt>,
    /// Who takes it.
    pub account: AccountId,
    /// When, in Unix seconds.
    pub now: i64,
}

/// Writes the fact, its event and its standing.
pub fn record(db: &Connection, taking: &Taking) -> Result<RedemptionId, Error> {
    let pass = taking.pass;
    let act = Act::Redemption {
        pass,
        service: taking.service,
    };
    let place = log::append(db, taking.held_on, taking.site, act)?;
    let attempt = count_voids(db, pass)?;
    db.prepare_cached(
        "INSERT INTO redemptions (programme_id, booklet, rank, attempt, workshop_id, attendee_id, site_id, held_on,
           service, amount_cents, doubt, epoch, seq, account_id, recorded_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        pass.programme.0,
        pass.booklet,
        pass.rank,
        attempt,
        taking.workshop.0,
        taking.attendee.map(|attendee| attendee.0),
        taking.site.0,
        Column(taking.held_on),
        taking.service.0,
        taking.amount.0,
        taking.doubt.map(Doubt::code),
        Column(place.epoch),
        place.seq,
        taking.account.0,
        taking.now
    ])?;
    let id = RedemptionId(db.last_insert_rowid());
    db.prepare_cached(
        "INSERT INTO standings (redemption_id, standing, amount_cents) VALUES (?1, 'kept', ?2)",
    )?
    .execute(params![id.0, taking.amount.0])?;
    Ok(id)
}

fn count_voids(db: &Connection, pass: PassId) -> Result<u32, Error> {
    let voids = db
        .prepare_cached(
            "SELECT count(*) FROM redemptions JOIN voids ON voids.redemption_id = redemptions.id
             WHERE programme_id = ?1 AND booklet = ?2 AND rank = ?3",
        )?
        .query_row(params![pass.programme.0, pass.booklet, pass.rank], |row| {
            row.get(0)
        })?;
    Ok(voids)
}

/// The day of the workshop that holds the pass here, if one does.
pub fn taken_on(db: &Connection, pass: PassId) -> Result<Option<NaiveDate>, Error> {
    let day: Option<Column<NaiveDate>> = db
        .prepare_cached(
            "SELECT held_on FROM redemptions
             WHERE programme_id = ?1 AND booklet = ?2 AND rank = ?3
               AND NOT EXISTS (SELECT 1 FROM voids WHERE voids.redemption_id = redemptions.id)",
        )?
        .query_row(params![pass.programme.0, pass.booklet, pass.rank], |row| {
            row.get(0)
        })
        .optional()?;
    Ok(day.map(|day| day.0))
}

/// How many of a programme's passes are provisional and unanswered here.
pub fn count_provisional(db: &Connection, programme: ProgrammeId) -> Result<u16, Error> {
    let provisional: u32 = db
        .prepare_cached(
            "SELECT count(*) FROM standings JOIN redemptions ON redemptions.id = redemption_id
             WHERE standing IN ('kept', 'sent') AND doubt IS NOT NULL AND programme_id = ?1",
        )?
        .query_row([programme.0], |row| row.get(0))?;
    Ok(u16::try_from(provisional).unwrap_or(u16::MAX))
}

/// The service that this workshop last used in a programme, so that nobody chooses it twice.
pub fn last_service(
    db: &Connection,
    workshop: WorkshopId,
    programme: ProgrammeId,
) -> Result<Option<ServiceCode>, Error> {
    let service = db
        .prepare_cached(
            "SELECT service FROM redemptions WHERE workshop_id = ?1 AND programme_id = ?2 ORDER BY id DESC LIMIT 1",
        )?
        .query_row(params![workshop.0, programme.0], |row| row.get(0).map(ServiceCode))
        .optional()?;
    Ok(service)
}

/// What a void needs to know of the redemption that it cancels.
#[derive(Debug, Clone, Copy)]
pub struct Voidable {
    /// The pass.
    pub pass: PassId,
    /// Where its event stands.
    pub place: Place,
    /// Its site.
    pub site: SiteId,
    /// Whether it is cancelled already.
    pub is_voided: bool,
    /// When it was taken, in Unix seconds.
    pub recorded_at: i64,
}

/// The redemption of that row, if there is one.
pub fn find_voidable(db: &Connection, id: RedemptionId) -> Result<Option<Voidable>, Error> {
    let found = db
        .query_row(
            "SELECT programme_id, booklet, rank, epoch, seq, site_id,
               EXISTS (SELECT 1 FROM voids WHERE voids.redemption_id = redemptions.id), recorded_at
             FROM redemptions WHERE id = ?1",
            [id.0],
            |row| {
                let epoch: Column<Epoch> = row.get(3)?;
                Ok(Voidable {
                    pass: pass(row, 0)?,
                    place: Place {
                        epoch: epoch.0,
                        seq: row.get(4)?,
                    },
                    site: SiteId(row.get(5)?),
                    is_voided: row.get(6)?,
                    recorded_at: row.get(7)?,
                })
            },
        )
        .optional()?;
    Ok(found)
}

/// The redemption whose event stands there, and who entered it.
pub fn find_at(db: &Connection, place: Place) -> Result<Option<(RedemptionId, AccountId)>, Error> {
    let found = db
        .prepare_cached("SELECT id, account_id FROM redemptions WHERE epoch = ?1 AND seq = ?2")?
        .query_row(params![Column(place.epoch), place.seq], |row| {
            Ok((RedemptionId(row.get(0)?), AccountId(row.get(1)?)))
        })
        .optional()?;
    Ok(found)
}

/// A cancellation to write.
#[derive(Debug, Clone, Copy)]
pub struct Voiding {
    /// Which redemption.
    pub id: RedemptionId,
    /// As found.
    pub redemption: Voidable,
    /// Why.
    pub reason: VoidReason,
    /// The civil day.
    pub today: NaiveDate,
    /// Who.
    pub account: AccountId,
    /// When, in Unix seconds.
    pub now: i64,
}

/// Writes the void, its event and the standing.
pub fn record_void(db: &Connection, voiding: &Voiding) -> Result<(), Error> {
    let Voidable {
        pass, place, site, ..
    } = voiding.redemption;
    let act = Act::Void {
        pass,
        epoch: place.epoch,
        seq: place.seq,
        reason: voiding.reason,
    };
    let written = log::append(db, voiding.today, site, act)?;
    db.execute(
        "INSERT INTO voids (redemption_id, reason, epoch, seq, account_id, recorded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            voiding.id.0,
            voiding.reason.code(),
            Column(written.epoch),
            written.seq,
            voiding.account.0,
            voiding.now
        ],
    )?;
    db.execute(
        "UPDATE standings SET standing = 'voided' WHERE redemption_id = ?1",
        [voiding.id.0],
    )?;
    Ok(())
}

/// A redemption as the screens need it, before its names are put into words.
#[derive(Debug, Clone)]
pub struct RedemptionRow {
    /// Its row.
    pub id: RedemptionId,
    /// The pass.
    pub pass: PassId,
    /// The workshop.
    pub workshop: WorkshopId,
    /// Its title.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// The attendee, if still known.
    pub attendee: Option<(AttendeeId, String, String)>,
    /// For what.
    pub service: ServiceCode,
    /// What it is worth.
    pub amount: Cents,
    /// Why it was provisional.
    pub doubt: Option<Doubt>,
    /// The name of its standing.
    pub standing: String,
    /// CBOR of the last verdict.
    pub verdict: Option<Vec<u8>>,
    /// Why it was cancelled.
    pub void_reason: Option<VoidReason>,
    /// When it was entered, in Unix seconds.
    pub recorded_at: i64,
}

fn question(tail: &str) -> String {
    format!(
        "SELECT r.id, r.programme_id, r.booklet, r.rank, r.workshop_id, w.title, r.held_on,
    a.id, a.first_name, a.surname, r.service, r.amount_cents, r.doubt, s.standing,
    (SELECT coalesce(
        (SELECT d.content FROM decisions d
         WHERE d.epoch = r.epoch AND d.seq = r.seq AND {COUNTS} ORDER BY d.number DESC LIMIT 1),
        v.content)
      FROM verdicts v WHERE v.epoch = r.epoch AND v.seq = r.seq),
    o.reason, r.recorded_at
  FROM redemptions r
  JOIN workshops w ON w.id = r.workshop_id
  JOIN standings s ON s.redemption_id = r.id
  LEFT JOIN attendees a ON a.id = r.attendee_id
  LEFT JOIN voids o ON o.redemption_id = r.id {tail}"
    )
}

/// Which redemptions to list.
#[derive(Debug, Clone, Copy)]
pub enum Which<'a> {
    /// That one.
    One(RedemptionId),
    /// Those of a workshop, the oldest first.
    Workshop(WorkshopId),
    /// Those of a person, the youngest first.
    Attendee(AttendeeId),
    /// Those of a pass, the youngest first.
    Pass(PassId),
    /// A page of all or of one standing, the youngest first, before a row.
    Page {
        /// The name of a standing.
        standing: Option<&'a str>,
        /// Only rows before this one.
        before: Option<RedemptionId>,
        /// How many.
        limit: u32,
    },
}

/// Lists redemptions.
pub fn list(db: &Connection, which: Which<'_>) -> Result<Vec<RedemptionRow>, Error> {
    let query = |tail: &str, params: &[&dyn rusqlite::ToSql]| -> Result<Vec<RedemptionRow>, Error> {
        let mut statement = db.prepare_cached(&question(tail))?;
        let rows = statement.query_map(params, read_row)?;
        rows.map(|row| row.map_err(Error::from)).collect()
    };
    match which {
        Which::One(id) => query("WHERE r.id = ?1", &[&id.0]),
        Which::Workshop(id) => query("WHERE r.workshop_id = ?1 ORDER BY r.id", &[&id.0]),
        Which::Attendee(id) => query("WHERE r.attendee_id = ?1 ORDER BY r.id DESC", &[&id.0]),
        Which::Pass(pass) => query(
            "WHERE r.programme_id = ?1 AND r.booklet = ?2 AND r.rank = ?3 ORDER BY r.id DESC",
            &[&pass.programme.0, &pass.booklet, &pass.rank],
        ),
        Which::Page {
            standing: Some(standing),
            before,
            limit,
        } => query(
            "WHERE s.standing = ?1 AND s.redemption_id < ?2 ORDER BY s.redemption_id DESC LIMIT ?3",
            &[&standing, &before.map_or(i64::MAX, |id| id.0), &limit],
        ),
        Which::Page {
            standing: None,
            before,
            limit,
        } => query(
            "WHERE r.id < ?1 ORDER BY r.id DESC LIMIT ?2",
            &[&before.map_or(i64::MAX, |id| id.0), &limit],
        ),
    }
}

fn read_row(row: &Row<'_>) -> rusqlite::Result<RedemptionRow> {
    let attendee: Option<i64> = row.get(7)?;
    let attendee = match attendee {
        Some(id) => Some((AttendeeId(id), row.get(8)?, row.get(9)?)),
        None => None,
    };
    let doubt: Option<String> = row.get(12)?;
    let reason: Option<String> = row.get(15)?;
    Ok(RedemptionRow {
        id: RedemptionId(row.get(0)?),
        pass: pass(row, 1)?,
        workshop: WorkshopId(row.get(4)?),
        title: row.get(5)?,
        held_on: row.get::<_, Column<NaiveDate>>(6)?.0,
        attendee,
        service: ServiceCode(row.get(10)?),
        amount: cents(row, 11)?,
        doubt: doubt.and_then(|code| Doubt::ALL.into_iter().find(|doubt| doubt.code() == code)),
        standing: row.get(13)?,
        verdict: row.get(14)?,
        void_reason: reason.and_then(|code| VoidReason::from_code(&code)),
        recorded_at: row.get(16)?,
    })
}

/// The sums by standing: `(name, count, amount)`.
pub fn tallies(db: &Connection) -> Result<Vec<(String, u32, Cents)>, Error> {
    db.prepare_cached("SELECT standing, count, amount_cents FROM tallies")?
        .query_map([], |row| Ok((row.get(0)?, count(row, 1)?, cents(row, 2)?)))?
        .map(|row| row.map_err(Error::from))
        .collect()
}

/// The day of the oldest redemption that waits to be sent.
pub fn waiting_since(db: &Connection) -> Result<Option<NaiveDate>, Error> {
    first_day(
        db,
        "WHERE id = (SELECT min(redemption_id) FROM standings WHERE standing = 'kept')",
    )
}

/// The day of the first redemption.
pub fn first_held_on(db: &Connection) -> Result<Option<NaiveDate>, Error> {
    first_day(db, "ORDER BY id LIMIT 1")
}

fn first_day(db: &Connection, tail: &str) -> Result<Option<NaiveDate>, Error> {
    let day: Option<Column<NaiveDate>> = db
        .prepare_cached(&format!("SELECT held_on FROM redemptions {tail}"))?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(day.map(|day| day.0))
}

/// The redemption whose event stands there, with what moves its standing.
pub fn set_standing(db: &Connection, place: Place, standing: &str) -> Result<(), Error> {
    // A redemption cancelled here stays so, whatever clearing said of it before it learnt that.
    db.prepare_cached(
        "UPDATE standings SET standing = ?3
         WHERE standing <> 'voided' AND standing <> ?3
           AND redemption_id = (SELECT id FROM redemptions WHERE epoch = ?1 AND seq = ?2)",
    )?
    .execute(params![Column(place.epoch), place.seq, standing])?;
    Ok(())
}

/// Reads a verdict back.
pub fn read_verdict(content: &[u8]) -> Result<passerelle_domain::wire::Verdict, Error> {
    minicbor::decode(content).map_err(damaged)
}
