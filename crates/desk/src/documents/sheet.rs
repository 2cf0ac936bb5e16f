//! From the ledger to a sign-in sheet.

use super::{
    certificate::{hours, organisation},
    paper_error,
};
use crate::{
    error::Error,
    ledger::{accounts, attendances, workshops},
};
use passerelle_domain::id::WorkshopId;
use passerelle_papers::{Expected, Paper, SignInSheet};
use passerelle_words::say;
use rusqlite::Connection;

/// Lines left for people who were not expected.
const EMPTY_LINES: usize = 4;

/// The name of the file: a number, never a title, which may say what somebody came for.
pub fn file_name(workshop: WorkshopId) -> String {
    format!("emargement-{}.pdf", workshop.0)
}

/// Prints the sign-in sheet of a workshop.
pub fn print(db: &Connection, workshop: WorkshopId) -> Result<Paper, Error> {
    let held = workshops::find_held(db, workshop)?.ok_or(Error::Missing("workshop"))?;
    let account = accounts::get(db, held.account)?;
    let expected = attendances::list_names(db, workshop)?;
    let sheet = SignInSheet {
        organisation: organisation(db, held.site)?,
        title: if held.title.is_empty() {
            say("activity-individuel")
        } else {
            held.title
        },
        held_on: held.held_on,
        hours: held.starts_at.map(|from| hours(from, held.duration_minutes)),
        place: [held.site_name, held.place]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", "),
        trainer: account.name,
        expected: expected
            .into_iter()
            .map(|(surname, first_name)| Expected { surname, first_name })
            .collect(),
        empty_lines: EMPTY_LINES,
    };
    passerelle_papers::sign_in_sheet(&sheet).map_err(paper_error)
}
