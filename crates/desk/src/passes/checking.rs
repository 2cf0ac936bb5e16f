//! Saying what a pass is worth here, and writing nothing.

use super::{judge_here, readings, wording};
use crate::{
    desk::Desk,
    error::Error,
    form::CodeRead,
    ledger::{redemptions, redemptions::Which, reference, sites},
    reader::{self, Progress},
    session::Deed,
    view::{CodeFound, PassCheck, PassReport},
};
use passerelle_domain::{
    pass::PassId,
    programme::Programme,
    redemption::Presentation,
    refusal::Refusal,
    scan::{ReadPass, Reference, Scan, resolve},
};
use rusqlite::Connection;
use std::ops::ControlFlow;

impl Desk {
    /// What would be answered if the pass were held out today at the site in use.
    ///
    /// # Errors
    /// The ledger.
    pub fn check_pass(&self, read: &CodeRead) -> Result<PassReport, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let readings = readings(read);
        ledger.read(|db| {
            let reference = reference::load(db)?;
            self.report(db, resolve(&readings, &reference), &reference)
        })
    }

    /// The codes in a picture or a PDF, each checked.
    ///
    /// # Errors
    /// The file cannot be read, holds no code, or the person cancelled.
    pub fn read_file(
        &self,
        bytes: &[u8],
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Vec<CodeFound>, Error> {
        self.allow(Deed::Look)?;
        let codes = reader::read_codes(bytes, progress).map_err(Error::Unreadable)?;
        codes
            .into_iter()
            .map(|code| {
                let report = self.check_pass(&CodeRead::Text {
                    text: code.text.clone(),
                })?;
                Ok(CodeFound {
                    text: code.text,
                    page: code.page,
                    report,
                })
            })
            .collect()
    }

    fn report(&self, db: &Connection, scan: Scan, reference: &Reference) -> Result<PassReport, Error> {
        match scan {
            Scan::Pass(read) => self.report_pass(db, read, reference),
            // Nothing is written: the first of several is as good an example as any.
            Scan::Several(reads) => match reads.first() {
                Some(read) => self.report_pass(db, *read, reference),
                None => Ok(bare(PassCheck::Refused {
                    refusal: Refusal::NotACode,
                })),
            },
            Scan::UnknownProgramme(_) => Ok(bare(PassCheck::UnknownProgramme)),
            Scan::Refused(refusal) => Ok(bare(PassCheck::Refused { refusal })),
        }
    }

    fn report_pass(
        &self,
        db: &Connection,
        read: ReadPass,
        reference: &Reference,
    ) -> Result<PassReport, Error> {
        let Some(programme) = reference.find_programme(read.pass.programme) else {
            return Ok(bare(PassCheck::UnknownProgramme));
        };
        let printed = read.last_day.unwrap_or(programme.last_day);
        Ok(PassReport {
            number: Some(wording::number(read.pass, reference)),
            programme: Some(programme.name.clone()),
            amount_cents: Some(programme.face_value),
            taken_until: Some(programme.taken_until(printed)),
            check: self.judge_today(db, read, programme)?,
            history: history(db, read.pass, &self.surroundings)?,
        })
    }

    fn judge_today(
        &self,
        db: &Connection,
        read: ReadPass,
        programme: &Programme,
    ) -> Result<PassCheck, Error> {
        let site = sites::get(db, self.actor(db)?.site)?;
        let today = self.surroundings.today();
        let Some(service) = programme.services.first() else {
            return Ok(PassCheck::Refused {
                refusal: Refusal::UnknownService,
            });
        };
        let presentation = Presentation {
            read,
            programme,
            service: service.code,
            held_on: today,
            today,
            clock_behind: self.clock_behind(db)?,
            insee_code: &site.insee_code,
            keep_for_examination: false,
        };
        Ok(match judge_here(db, &presentation)? {
            Ok(acceptance) => match acceptance.doubt {
                Some(doubt) => PassCheck::Provisional { doubt },
                None => PassCheck::Good,
            },
            Err(refusal) => PassCheck::Refused { refusal },
        })
    }
}

fn history(
    db: &Connection,
    pass: PassId,
    surroundings: &crate::Surroundings,
) -> Result<Vec<crate::view::Redemption>, Error> {
    wording::in_words(db, redemptions::list(db, Which::Pass(pass))?, surroundings)
}

const fn bare(check: PassCheck) -> PassReport {
    PassReport {
        number: None,
        programme: None,
        amount_cents: None,
        taken_until: None,
        check,
        history: Vec::new(),
    }
}
