//! Who did what when, by id: kept for the site's own questions, never sent.

use crate::error::Error;
use passerelle_domain::id::AccountId;
use rusqlite::{Connection, params};

/// What was done. What makes an event (redemption, void) is in the log already and not here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The structure's name or SIRET was changed.
    ChangeStructure,
    /// A site was changed.
    ChangeSite,
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
    const fn code(self) -> &'static str {
        match self {
            Self::ChangeStructure => "change_structure",
            Self::ChangeSite => "change_site",
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

/// Writes the fact that `account` did `act` to the row `subject` at `now`, in Unix seconds.
pub fn record(db: &Connection, account: AccountId, act: Act, subject: i64, now: i64) -> Result<(), Error> {
    db.prepare_cached("INSERT INTO audits (account_id, act, subject, done_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![account.0, act.code(), subject, now])?;
    Ok(())
}
