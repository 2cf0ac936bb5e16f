//! Who did what when, by id: kept for the site's own questions, never sent.

use super::device;
use crate::error::Error;
use passerelle_domain::{
    audit::{Entry, Link},
    id::AccountId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What was done. What makes an event (redemption, void) is in the log already and not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Somebody took their place.
    SignIn,
    /// Somebody was asked to wait after too many PINs that were not theirs.
    FailPin,
    /// A PIN was chosen or changed.
    ChoosePin,
    /// A PIN was taken away.
    RemovePin,
    /// An account was added.
    AddAccount,
    /// An account was changed: its name, title or role.
    ChangeAccount,
    /// An account was closed.
    CloseAccount,
    /// The record itself was written to a file.
    ExportAudits,
    /// The structure's name or SIRET was changed.
    ChangeStructure,
    /// A site was added.
    AddSite,
    /// A site was changed.
    ChangeSite,
    /// The way to clearing was changed.
    ChangeRoute,
    /// How soon the screen hides itself was changed.
    ChangeIdle,
    /// A person said which day it is.
    SayDay,
    /// A workshop was closed.
    CloseWorkshop,
    /// A closed workshop was opened again.
    ReopenWorkshop,
    /// A person was changed.
    ChangeAttendee,
    /// A person was taken out of a workshop.
    Leave,
    /// A passphrase and a recovery sheet protect the ledger.
    Protect,
    /// The passphrase was changed.
    ChangePassphrase,
    /// The recovery sheet was replaced.
    RenewSheet,
    /// The ledger was opened by its recovery sheet.
    Recover,
}

impl Act {
    /// Every act, for the test that each has its sentence.
    #[cfg(test)]
    pub const ALL: [Self; 22] = [
        Self::SignIn,
        Self::FailPin,
        Self::ChoosePin,
        Self::RemovePin,
        Self::AddAccount,
        Self::ChangeAccount,
        Self::CloseAccount,
        Self::ExportAudits,
        Self::ChangeStructure,
        Self::AddSite,
        Self::ChangeSite,
        Self::ChangeRoute,
        Self::ChangeIdle,
        Self::SayDay,
        Self::CloseWorkshop,
        Self::ReopenWorkshop,
        Self::ChangeAttendee,
        Self::Leave,
        Self::Protect,
        Self::ChangePassphrase,
        Self::RenewSheet,
        Self::Recover,
    ];

    /// The name in the ledger, and of the sentence in `words/fr.ftl`, after `audit-`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::FailPin => "fail_pin",
            Self::ChoosePin => "choose_pin",
            Self::RemovePin => "remove_pin",
            Self::AddAccount => "add_account",
            Self::ChangeAccount => "change_account",
            Self::CloseAccount => "close_account",
            Self::ExportAudits => "export_audits",
            Self::ChangeStructure => "change_structure",
            Self::AddSite => "add_site",
            Self::ChangeSite => "change_site",
            Self::ChangeRoute => "change_route",
            Self::ChangeIdle => "change_idle",
            Self::SayDay => "say_day",
            Self::CloseWorkshop => "close_workshop",
            Self::ReopenWorkshop => "reopen_workshop",
            Self::ChangeAttendee => "change_attendee",
            Self::Leave => "leave",
            Self::Protect => "protect",
            Self::ChangePassphrase => "change_passphrase",
            Self::RenewSheet => "renew_sheet",
            Self::Recover => "recover",
        }
    }
}

/// An act as it was recorded.
pub struct AuditRow {
    /// Its row.
    pub id: i64,
    /// What was recorded.
    pub entry: Entry,
    /// Its account's name.
    pub who: Option<String>,
}

const COLUMNS: &str = "a.id, a.account_id, a.act, a.subject, a.done_at";

/// Writes the fact that `account` did `act` to the row `subject` at `now`, in Unix seconds, bound to all before it.
pub fn record(
    db: &Connection,
    account: Option<AccountId>,
    act: Act,
    subject: i64,
    now: i64,
) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO audits (account_id, act, subject, done_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![account.map(|id| id.0), act.code(), subject, now])?;
    let sql = format!(
        "SELECT {COLUMNS} FROM audits AS a WHERE a.id > (SELECT coalesce(max(audit_id), 0) FROM audit_links)
        ORDER BY a.id"
    );
    let mut link = last_link(db)?;
    let mut statement = db.prepare_cached(&sql)?;
    let unbound = statement.query_map([], read_entry)?;
    for row in unbound.collect::<Result<Vec<_>, _>>()? {
        let (id, entry) = row;
        link = link.then(&entry);
        db.prepare_cached("INSERT INTO audit_links (audit_id, link) VALUES (?1, ?2)")?
            .execute(params![id, link.0])?;
    }
    Ok(())
}

/// The acts before that row, the youngest first.
pub fn list(db: &Connection, before: Option<i64>, limit: u32) -> Result<Vec<AuditRow>, Error> {
    let sql = format!(
        "SELECT {COLUMNS}, p.name FROM audits AS a LEFT JOIN accounts AS p ON p.id = a.account_id
        WHERE a.id < ?1 ORDER BY a.id DESC LIMIT ?2"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![before.unwrap_or(i64::MAX), limit], |row| {
        let (id, entry) = read_entry(row)?;
        let who = row.get(5)?;
        Ok(AuditRow { id, entry, who })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The rows of the record that are not bound to what stands before them, each told once.
pub fn find_breaks(db: &Connection) -> Result<Vec<i64>, Error> {
    let sql = format!(
        "SELECT {COLUMNS}, l.link FROM audits AS a LEFT JOIN audit_links AS l ON l.audit_id = a.id ORDER BY a.id"
    );
    let mut link = Link::root(device::get(db)?.id);
    let mut breaks = Vec::new();
    // Before the first act of this version nothing was bound.
    let was_bound: bool = db.query_row("SELECT EXISTS (SELECT 1 FROM audit_links)", [], |row| row.get(0))?;
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, entry) = read_entry(row)?;
        let stored: Option<[u8; 32]> = row.get(5)?;
        link = link.then(&entry);
        if was_bound && stored != Some(link.0) {
            breaks.push(id);
        }
        // What follows is compared with what is there.
        link = stored.map_or(link, Link);
    }
    Ok(breaks)
}

fn last_link(db: &Connection) -> Result<Link, Error> {
    let sql = "SELECT link FROM audit_links ORDER BY audit_id DESC LIMIT 1";
    let last = db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))
        .optional()?;
    match last {
        Some(link) => Ok(Link(link)),
        None => Ok(Link::root(device::get(db)?.id)),
    }
}

fn read_entry(row: &Row<'_>) -> rusqlite::Result<(i64, Entry)> {
    let entry = Entry {
        account: row.get::<_, Option<i64>>(1)?.map(AccountId),
        act: row.get(2)?,
        subject: row.get(3)?,
        done_at: row.get(4)?,
    };
    Ok((row.get(0)?, entry))
}
