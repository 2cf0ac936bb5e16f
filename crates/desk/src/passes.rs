//! Taking passes, cancelling them, and saying where each stands.

mod checking;
mod contesting;
mod keeping;
mod wording;

use crate::{
    desk::Desk,
    error::Error,
    form::{CodeRead, RedeemForm, RedemptionFilter, ServiceRef, VoidForm},
    ledger::{
        Op, attendances, batches, doubles, kept_codes, redemptions,
        redemptions::{Taking, Voiding, Which},
        reference,
        workshops::{self, Venue},
    },
    session::Deed,
    view::{Redemption, RedemptionAnswer, ServiceChoice},
};
use passerelle_domain::{
    id::{AccountId, AttendeeId, KeptCodeId, RedemptionId, WorkshopId},
    keystroke::Readings,
    pass::PassId,
    programme::{Programme, ServiceCode},
    redemption::{Acceptance, Knowledge, Presentation, judge},
    refusal::Refusal,
    scan::{ReadPass, Reference, Scan, resolve},
};
use rusqlite::Connection;

pub(crate) use keeping::retry_kept_codes;
pub(crate) use wording::{in_words, kept_in_words, standing_from_code};

/// For how long a slip at the counter is put right by anybody, in seconds: the rest of the day.
const A_WHILE: i64 = 12 * 60 * 60;

/// A page of redemptions.
const PAGE: u32 = 50;

/// A pass that can be judged: all that was asked of the person is known.
#[derive(Clone, Copy)]
struct Offer<'a> {
    read: ReadPass,
    programme: &'a Programme,
    service: ServiceCode,
    workshop: WorkshopId,
    attendee: Option<AttendeeId>,
    keep_for_examination: bool,
    /// Who takes it.
    account: AccountId,
    /// The kept code that this settles.
    kept: Option<KeptCodeId>,
}

/// What a code leads to, before anything is written.
enum Reading {
    Pass(ReadPass),
    Answer(Box<RedemptionAnswer>),
    Keep,
}

impl Desk {
    /// Takes a pass, on disk before this returns, or says why not. Never waits for a network.
    ///
    /// # Errors
    /// The workshop is closed or not there; the ledger. A refusal is an answer, not an error.
    pub fn redeem(&self, form: &RedeemForm) -> Result<RedemptionAnswer, Error> {
        let ledger = self.as_person(Deed::Serve)?;
        let readings = readings(&form.read);
        let reference = ledger.read(|db| reference::load(db))?;
        let read = match read_code(&readings, form.choice, &reference) {
            Reading::Pass(read) => read,
            Reading::Answer(answer) => return Ok(*answer),
            Reading::Keep => return self.keep_code(&readings, form.workshop_id, form.attendee_id),
        };
        let Some(programme) = reference.find_programme(read.pass.programme) else {
            return self.keep_code(&readings, form.workshop_id, form.attendee_id);
        };
        let chosen =
            ledger.read(|db| choose_service(db, form.workshop_id, form.service, programme, &reference))?;
        let Some(service) = chosen else {
            let number = wording::number(read.pass, &reference);
            return Ok(RedemptionAnswer::WhichService {
                number,
                choices: service_choices(programme),
            });
        };
        let offer = Offer {
            read,
            programme,
            service,
            workshop: form.workshop_id,
            attendee: form.attendee_id,
            keep_for_examination: form.keep_for_examination,
            account: ledger.read(|db| self.actor(db))?.account,
            kept: None,
        };
        self.take(offer, &reference)
    }

    /// Cancels a redemption, sent or not; the pass can be taken again. One that was sent, and taken a while ago, is a
    /// manager's to cancel: a slip at the counter is put right by whoever made it.
    ///
    /// # Errors
    /// It is not there, or cancelled already; [`Error::NotAllowed`].
    pub fn void_redemption(&self, form: &VoidForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Serve)?;
        ledger.write(Op::TakePass, |db| {
            let id = form.redemption_id;
            let redemption = redemptions::find_voidable(db, id)?.ok_or(Error::Missing("redemption"))?;
            if redemption.is_voided {
                return Err(Refusal::AlreadyVoided.into());
            }
            let account = self.actor(db)?.account;
            let (today, now) = (self.surroundings.today(), self.surroundings.timestamp());
            let place = redemption.place;
            let is_a_slip = (0..A_WHILE).contains(&(now - redemption.recorded_at));
            if !is_a_slip && place.seq <= batches::last_sealed(db, place.epoch)? {
                self.allow(Deed::VoidSent)?;
            }
            redemptions::record_void(
                db,
                &Voiding {
                    id,
                    redemption,
                    reason: form.reason,
                    today,
                    account,
                    now,
                },
            )
        })
    }

    /// Passes taken, the youngest first, a page at a time.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_redemptions(&self, filter: &RedemptionFilter) -> Result<Vec<Redemption>, Error> {
        let ledger = self.as_person(Deed::Look)?;
        let standing = filter.standing.map(wording::standing_code);
        let which = Which::Page {
            standing,
            before: filter.before,
            limit: PAGE,
        };
        ledger.read(|db| in_words(db, redemptions::list(db, which)?, &self.surroundings))
    }

    fn take(&self, offer: Offer<'_>, reference: &Reference) -> Result<RedemptionAnswer, Error> {
        // A refusal undoes the transaction, so that nothing is written nor announced for it.
        let written = self.as_machine().write(Op::TakePass, |db| {
            let id = self.record(db, offer)?;
            if let Some(kept) = offer.kept {
                kept_codes::note(db, kept, Ok(id))?;
            }
            one_in_words(db, id, &self.surroundings)
        });
        match written {
            Ok(redemption) => Ok(RedemptionAnswer::Accepted { redemption }),
            Err(Error::Refused(refusal)) => Ok(RedemptionAnswer::Refused {
                can_keep: matches!(refusal, Refusal::SpentElsewhere { .. }),
                number: Some(wording::number(offer.read.pass, reference)),
                refusal,
            }),
            Err(error) => Err(error),
        }
    }

    /// Judges and writes, in the transaction that also read what the judgement rests on.
    fn record(&self, db: &Connection, offer: Offer<'_>) -> Result<RedemptionId, Error> {
        let venue = open_venue(db, offer.workshop)?;
        if let Some(attendee) = offer.attendee
            && !attendances::exists(db, offer.workshop, attendee)?
        {
            return Err(Error::Missing("attendance"));
        }
        let Acceptance { amount, doubt } = self.judged(db, offer, &venue)?;
        redemptions::record(
            db,
            &Taking {
                pass: offer.read.pass,
                workshop: offer.workshop,
                attendee: offer.attendee,
                site: venue.site,
                held_on: venue.held_on,
                service: offer.service,
                amount,
                doubt,
                account: offer.account,
                now: self.surroundings.timestamp(),
            },
        )
    }

    fn judged(&self, db: &Connection, offer: Offer<'_>, venue: &Venue) -> Result<Acceptance, Error> {
        let presentation = Presentation {
            read: offer.read,
            programme: offer.programme,
            service: offer.service,
            held_on: venue.held_on,
            today: self.surroundings.today(),
            clock_behind: self.clock_behind(db)?,
            insee_code: &venue.insee_code,
            keep_for_examination: offer.keep_for_examination,
        };
        Ok(judge_here(db, &presentation)??)
    }
}

/// Judges a pass by what this ledger knows of it.
fn judge_here(
    db: &Connection,
    presentation: &Presentation<'_>,
) -> Result<Result<Acceptance, Refusal>, Error> {
    let pass = presentation.read.pass;
    let mut known = Knowledge {
        booklet: reference::standing(db, pass)?,
        taken_here: match redemptions::taken_on(db, pass)? {
            Some(day) => Some(day),
            None => doubles::taken_on(db, pass)?,
        },
        spent_known_on: reference::spent_known_on(db, pass)?,
        provisional: 0,
    };
    let judged = judge(presentation, &known);
    if !matches!(judged, Ok(Acceptance { doubt: Some(_), .. })) {
        return Ok(judged);
    }
    // Counted for a pass in doubt only: after months without a link, thousands are pending.
    known.provisional = redemptions::count_provisional(db, pass.programme)?;
    Ok(judge(presentation, &known))
}

fn open_venue(db: &Connection, workshop: WorkshopId) -> Result<Venue, Error> {
    let venue = workshops::find_venue(db, workshop)?.ok_or(Error::Missing("workshop"))?;
    if venue.is_open {
        Ok(venue)
    } else {
        Err(Error::WorkshopClosed)
    }
}

/// The candidate texts of what was read, the most trusted first.
fn readings(read: &CodeRead) -> Vec<String> {
    let readings = match read {
        CodeRead::Keys { strokes } => Readings::of(strokes),
        CodeRead::Text { text } => Readings::of_text(text),
    };
    readings.candidates().to_vec()
}

fn read_code(readings: &[String], choice: Option<PassId>, reference: &Reference) -> Reading {
    match resolve(readings, reference) {
        Scan::Pass(read) => Reading::Pass(read),
        Scan::UnknownProgramme(_) => Reading::Keep,
        Scan::Several(reads) => match reads.iter().find(|read| Some(read.pass) == choice) {
            Some(read) => Reading::Pass(*read),
            None => Reading::Answer(Box::new(RedemptionAnswer::WhichPass {
                choices: wording::choices(&reads, reference),
            })),
        },
        // Without a single programme here, nothing tells a pass from any other number.
        Scan::Refused(Refusal::NotACode)
            if reference.programmes.is_empty() && keeping::may_be_a_code(readings) =>
        {
            Reading::Keep
        }
        Scan::Refused(refusal) => Reading::Answer(Box::new(RedemptionAnswer::Refused {
            refusal,
            number: None,
            can_keep: false,
        })),
    }
}

/// The service that a pass pays, or `None` when only the person can tell.
fn choose_service(
    db: &Connection,
    workshop: WorkshopId,
    asked: Option<ServiceRef>,
    programme: &Programme,
    reference: &Reference,
) -> Result<Option<ServiceCode>, Error> {
    if let Some(asked) = asked {
        if asked.programme_id == programme.id {
            return Ok(Some(asked.code));
        }
        // Chosen for another programme's pass: the service of the same name is meant.
        let label = reference
            .find_programme(asked.programme_id)
            .and_then(|other| other.find_service(asked.code));
        if let Some(same) = label.and_then(|label| {
            programme
                .services
                .iter()
                .find(|service| service.label == label.label)
        }) {
            return Ok(Some(same.code));
        }
    }
    if let [only] = programme.services.as_slice() {
        return Ok(Some(only.code));
    }
    redemptions::last_service(db, workshop, programme.id)
}

/// What a programme's passes may pay.
pub(crate) fn service_choices(programme: &Programme) -> Vec<ServiceChoice> {
    programme
        .services
        .iter()
        .map(|service| ServiceChoice {
            service: ServiceRef {
                programme_id: programme.id,
                code: service.code,
            },
            label: service.label.clone(),
            programme: programme.name.clone(),
        })
        .collect()
}

fn one_in_words(
    db: &Connection,
    id: RedemptionId,
    surroundings: &crate::Surroundings,
) -> Result<Redemption, Error> {
    in_words(db, redemptions::list(db, Which::One(id))?, surroundings)?
        .pop()
        .ok_or(Error::Missing("redemption"))
}
