//! Who did what when, as a manager reads it.

use crate::{
    desk::Desk,
    error::Error,
    ledger::{
        Op, accounts,
        audits::{self, Act, AuditRow},
    },
    session::Deed,
    view::AuditLine,
};
use chrono::{DateTime, FixedOffset};
use passerelle_domain::id::AccountId;
use passerelle_words::{
    Value, format, say, say_with,
    spreadsheet::{table, text},
};
use rusqlite::Connection;

/// A page of acts.
const PAGE: u32 = 50;

impl Desk {
    /// What was done before that act, the youngest first, a page at a time.
    ///
    /// # Errors
    /// [`Error::NotAllowed`]; the ledger.
    pub fn list_audits(&self, before: Option<i64>) -> Result<Vec<AuditLine>, Error> {
        let ledger = self.as_person(Deed::Audit)?;
        ledger.read(|db| {
            let rows = audits::list(db, before, PAGE)?;
            rows.into_iter().map(|row| self.audit_line(db, row)).collect()
        })
    }

    /// The whole record as a table for a spreadsheet, the oldest act first: the name of the file, and what it holds.
    /// That it was taken out is recorded too.
    ///
    /// # Errors
    /// [`Error::NotAllowed`]; the ledger.
    pub fn audit_file(&self) -> Result<(String, Vec<u8>), Error> {
        let ledger = self.as_person(Deed::Audit)?;
        let csv = ledger.write(Op::Settle, |db| {
            self.note(db, Act::ExportAudits, 1)?;
            let mut lines = Vec::new();
            for row in audits::list(db, None, u32::MAX)?.into_iter().rev() {
                lines.push(self.audit_line(db, row)?);
            }
            let head = [
                "audit-head-number",
                "audit-head-when",
                "audit-head-who",
                "audit-head-what",
            ];
            let cells = lines.into_iter().map(|line| {
                let who = line.who.unwrap_or_default();
                vec![
                    line.id.to_string(),
                    text(&line.when),
                    text(&who),
                    text(&line.what),
                ]
            });
            Ok(table(head.map(say).into(), cells))
        })?;
        let name = say_with(
            "audit-file",
            &[("day", self.surroundings.today().to_string().into())],
        );
        Ok((name, csv.into_bytes()))
    }

    fn audit_line(&self, db: &Connection, row: AuditRow) -> Result<AuditLine, Error> {
        let subject = row.entry.subject.unwrap_or_default();
        // Of the accounts alone the name is told: of whoever comes here a file holds the number, which outlives
        // their name.
        let name = match accounts::get(db, AccountId(subject)) {
            Ok(account) => account.name,
            Err(Error::Missing(_)) => String::new(),
            Err(error) => return Err(error),
        };
        let values = [
            ("number", Value::from(subject.to_string())),
            ("name", name.into()),
        ];
        Ok(AuditLine {
            id: row.id,
            who: row.who,
            what: say_with(&format!("audit-{}", row.entry.act.replace('_', "-")), &values),
            when: in_words(row.entry.done_at, *self.surroundings.now().offset()),
        })
    }
}

fn in_words(timestamp: i64, offset: FixedOffset) -> String {
    let Some(instant) = DateTime::from_timestamp(timestamp, 0) else {
        return String::new();
    };
    let local = instant.with_timezone(&offset);
    format!(
        "{}, {}",
        format::full_day(local.date_naive()),
        format::hour(local.time())
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_sentence() {
        for act in Act::ALL {
            let id = format!("audit-{}", act.code().replace('_', "-"));
            assert!(passerelle_words::has(&id), "{id}");
        }
    }
}
