//! Codes that cannot be identified yet: kept, tried again when clearing has told more.

use super::{Offer, Reading, choose_service, open_venue, read_code, service_choices, wording};
use crate::{
    desk::Desk,
    error::Error,
    form::ServiceRef,
    ledger::{
        Op, kept_codes,
        kept_codes::{Keeping, KeptRow},
        reference,
    },
    session::Deed,
    view::{KeptCode, RedemptionAnswer},
};
use passerelle_domain::{
    id::{AttendeeId, KeptCodeId, WorkshopId},
    pass::fold_code,
    scan::Reference,
};

/// The shortest text worth keeping: below it, a slip of the hand.
const SHORTEST: usize = 6;

impl Desk {
    /// Codes that wait, the oldest first.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_kept_codes(&self) -> Result<Vec<KeptCode>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| {
            Ok(kept_codes::list(db, None)?
                .into_iter()
                .map(wording::kept_in_words)
                .collect())
        })
    }

    /// Takes a kept code now, for a service that the person names when several are possible.
    ///
    /// # Errors
    /// It does not wait any more; otherwise as for [`Desk::redeem`].
    pub fn redeem_kept_code(
        &self,
        id: KeptCodeId,
        service: Option<ServiceRef>,
    ) -> Result<RedemptionAnswer, Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let kept = ledger
            .read(|db| kept_codes::find(db, id))?
            .ok_or(Error::Missing("kept code"))?;
        let reference = ledger.read(|db| reference::load(db))?;
        self.try_kept(kept, service, &reference)
    }

    /// A person has looked at a kept code and handed the paper back.
    ///
    /// # Errors
    /// The ledger.
    pub fn put_aside_kept_code(&self, id: KeptCodeId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let now = self.surroundings.timestamp();
        ledger.write(Op::TakePass, |db| kept_codes::put_aside(db, id, now))
    }

    /// Keeps a code with its workshop.
    pub(super) fn keep_code(
        &self,
        readings: &[String],
        workshop: WorkshopId,
        attendee: Option<AttendeeId>,
    ) -> Result<RedemptionAnswer, Error> {
        self.as_machine().write(Op::TakePass, |db| {
            open_venue(db, workshop)?;
            let account = self.actor(db)?.account;
            let now = self.surroundings.timestamp();
            let folded: Vec<String> = readings.iter().map(|text| fold_code(text)).collect();
            kept_codes::insert(
                db,
                &Keeping {
                    readings: &folded,
                    workshop,
                    attendee,
                    account,
                    now,
                },
            )?;
            // Scanned twice, it is kept once: both times the answer is the same.
            let kept = kept_codes::list(db, None)?
                .into_iter()
                .find(|row| row.readings == folded);
            let kept = kept.ok_or(Error::Missing("kept code"))?;
            Ok(RedemptionAnswer::Kept {
                kept: wording::kept_in_words(kept),
            })
        })
    }

    fn try_kept(
        &self,
        kept: KeptRow,
        asked: Option<ServiceRef>,
        reference: &Reference,
    ) -> Result<RedemptionAnswer, Error> {
        let id = kept.id;
        let answer = self.try_offer(kept, asked, reference)?;
        if let RedemptionAnswer::Refused { refusal, .. } = &answer {
            self.as_machine()
                .write(Op::TakePass, |db| kept_codes::note(db, id, Err(refusal)))?;
        }
        Ok(answer)
    }

    fn try_offer(
        &self,
        kept: KeptRow,
        asked: Option<ServiceRef>,
        reference: &Reference,
    ) -> Result<RedemptionAnswer, Error> {
        let read = match read_code(&kept.readings, None, reference) {
            Reading::Pass(read) => read,
            Reading::Answer(answer) => return Ok(*answer),
            Reading::Keep => {
                return Ok(RedemptionAnswer::Kept {
                    kept: wording::kept_in_words(kept),
                });
            }
        };
        let Some(programme) = reference.find_programme(read.pass.programme) else {
            return Ok(RedemptionAnswer::Kept {
                kept: wording::kept_in_words(kept),
            });
        };
        let service = self
            .as_machine()
            .read(|db| choose_service(db, kept.workshop, asked, programme, reference))?;
        let Some(service) = service else {
            let number = wording::number(read.pass, reference);
            return Ok(RedemptionAnswer::WhichService {
                number,
                choices: service_choices(programme),
            });
        };
        let offer = Offer {
            read,
            programme,
            service,
            workshop: kept.workshop,
            attendee: kept.attendee.map(|(id, _, _)| id),
            keep_for_examination: false,
            // Tried again when nobody is here, it is whose it was.
            account: self.session.account().unwrap_or(kept.account),
            kept: Some(kept.id),
        };
        self.take(offer, reference)
    }
}

/// Tries every kept code again, after clearing has told more. What needs a person waits on.
pub(crate) fn retry_kept_codes(desk: &Desk) -> Result<(), Error> {
    let reference = desk.as_machine().read(|db| reference::load(db))?;
    for kept in desk.as_machine().read(|db| kept_codes::list(db, None))? {
        match desk.try_kept(kept, None, &reference) {
            // A closed workshop is a person's to reopen; one code must not hold back the others.
            Ok(_) | Err(Error::WorkshopClosed | Error::Missing(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether a text could be the number of some programme that is not known here.
pub(super) fn may_be_a_code(readings: &[String]) -> bool {
    readings.iter().map(|text| fold_code(text)).any(|text| {
        text.len() >= SHORTEST
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && text.bytes().any(|byte| byte.is_ascii_digit())
    })
}
