//! What only the officer can settle: passes that several structures present, and presentations
//! that need a look.
//!
//! A credit is final: whoever has it keeps it until the structure itself gives it back through a
//! void. So the officer decides on what waits, and on nothing else.

use super::{
    Clearing,
    presented::{ClaimName, Names, Presentation},
};
use crate::{
    books::{Credit, CreditForm, OfficerAct, Waiting},
    error::Error,
    settlement::Counted,
    store::Books,
};
use passerelle_domain::{event::Act, month::Month, pass::PassId, siret::Siret, wire::Verdict};
use serde::Serialize;
use serde_json::json;

/// A claim to be settled, with all that speaks for or against it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Conflict {
    /// The claim.
    pub claim: Presentation,
    /// Who has the pass.
    pub holder: Option<Presentation>,
    /// Others that wait for the same pass, in order of arrival.
    pub rivals: Vec<Presentation>,
    /// Whom a month has paid for the pass whose presentation has not come back since the books went back.
    pub paid: Vec<PaidBefore>,
}

/// A pass that a month has paid, as its file tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaidBefore {
    /// The month.
    pub month: Month,
    /// The structure's name; empty when nobody knows the device any more.
    pub structure: String,
}

/// What the officer says of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The pass is its structure's.
    Credit,
    /// It is not paid.
    Decline,
}

/// A claim settled, and who is told what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decided {
    /// The claim.
    pub claim: ClaimName,
    /// The pass.
    pub pass: PassId,
    /// What each structure finds in its stream.
    pub told: Vec<Told>,
}

/// A word that a structure will find in its stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// On which event.
    pub claim: ClaimName,
    /// To whom.
    pub siret: Siret,
    /// The name of the word.
    pub code: &'static str,
}

impl Clearing {
    /// The claims that wait for the officer, in order of arrival.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn list_claims(&self) -> Result<Vec<Presentation>, Error> {
        self.store.read(|books| {
            let names = Names::read(books)?;
            let claims = books.list_claims()?;
            claims
                .iter()
                .map(|(_, waiting)| names.present(books, waiting))
                .collect()
        })
    }

    /// One claim, with whoever has the pass and whoever else waits for it.
    ///
    /// # Errors
    /// No claim of that name waits.
    pub fn show_conflict(&self, claim: &str) -> Result<Conflict, Error> {
        self.store.read(|books| {
            let names = Names::read(books)?;
            let (pass, waiting) = get_claim(books, claim)?;
            let holder = match find_standing_credit(books, pass)? {
                Some(credit) => Some(names.present(books, &held(&credit))?),
                None => None,
            };
            let claims = books.list_claims()?;
            let rivals = claims
                .iter()
                .filter(|(other, rival)| *other == pass && rival.event != waiting.event)
                .map(|(_, rival)| names.present(books, rival))
                .collect::<Result<_, _>>()?;
            let mut awaited = books.list_awaited()?;
            awaited.retain(|awaited| awaited.kind == Counted::Credit && awaited.credit.pass == pass);
            let paid = awaited.into_iter().map(|awaited| {
                let device = books.find_device(awaited.credit.event.device)?;
                Ok(PaidBefore {
                    month: awaited.month,
                    structure: device.map_or_else(String::new, |device| names.structure(&device.siret)),
                })
            });
            Ok(Conflict {
                paid: paid.collect::<Result<_, Error>>()?,
                claim: names.present(books, &waiting)?,
                holder,
                rivals,
            })
        })
    }

    /// Settles a claim, once and for all. Credited, it ends the others that contested the pass.
    /// Declined, it leaves the pass to whoever has it, who is told so again. Each word goes into
    /// its structure's stream.
    ///
    /// # Errors
    /// No reason is given; no such claim waits; a credit of the pass stands; the claim is a void;
    /// the booklet is not activated.
    pub fn decide(&self, claim: &str, ruling: Ruling, reason: &str) -> Result<Decided, Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        self.store.write(|books| {
            let (pass, waiting) = get_claim(books, claim)?;
            let (act, words) = match ruling {
                Ruling::Credit => (OfficerAct::ClaimCredited, self.credit(books, pass, &waiting)?),
                Ruling::Decline => (OfficerAct::ClaimDeclined, decline(books, pass, &waiting)?),
            };
            let mut told = Vec::new();
            for (waiting, verdict) in words {
                books.record_decision(&waiting.siret, waiting.event, &verdict, self.now())?;
                books.remove_waiting(waiting.event)?;
                told.push(Told {
                    claim: ClaimName::of(waiting.event),
                    siret: waiting.siret,
                    code: verdict.code(),
                });
            }
            let claim = ClaimName::of(waiting.event);
            let about = json!({ "claim": claim, "pass": pass, "waited_as": waiting.code, "told": told });
            self.note(books, act, about, Some(reason))?;
            Ok(Decided { claim, pass, told })
        })
    }

    /// Gives the pass to a claim; what each structure is told.
    fn credit(
        &self,
        books: &dyn Books,
        pass: PassId,
        waiting: &Waiting,
    ) -> Result<Vec<(Waiting, Verdict)>, Error> {
        let attempt = next_attempt(books, pass)?;
        let event = books
            .find_event_content(waiting.event)?
            .ok_or(Error::Damaged("an event that waits is missing"))?;
        if matches!(event.act, Act::Void { .. }) {
            return Err(Error::NothingToCredit);
        }
        let programme = books.get_programme(pass.programme)?;
        let booklet = books.find_booklet(pass.programme, pass.booklet)?;
        if !booklet.is_some_and(|booklet| booklet.is_activated) {
            return Err(Error::NotActivated {
                booklet: pass.booklet,
            });
        }
        let form = CreditForm {
            pass,
            attempt,
            siret: &waiting.siret,
            amount: programme.face_value,
            event: waiting.event,
        };
        books.record_credit(&form, self.now())?;
        let mut words = vec![(waiting.clone(), Verdict::Credited)];
        let rivals = books.list_contested(pass)?.into_iter();
        words.extend(rivals.filter(|rival| rival.event != waiting.event).map(|rival| {
            let is_theirs = rival.siret == waiting.siret;
            let verdict = if is_theirs {
                Verdict::AlreadyYours
            } else {
                Verdict::Declined
            };
            (rival, verdict)
        }));
        Ok(words)
    }
}

/// Ends a claim; what each structure is told.
fn decline(books: &dyn Books, pass: PassId, waiting: &Waiting) -> Result<Vec<(Waiting, Verdict)>, Error> {
    let mut words = vec![(waiting.clone(), Verdict::Declined)];
    if waiting.code == "taken_elsewhere"
        && let Some(credit) = find_standing_credit(books, pass)?
    {
        words.push((held(&credit), Verdict::Credited));
    }
    Ok(words)
}

/// The attempt of the next credit of a pass that nobody has.
fn next_attempt(books: &dyn Books, pass: PassId) -> Result<u32, Error> {
    match books.find_last_credit(pass)? {
        None => Ok(0),
        Some(credit) if credit.is_withdrawn => Ok(credit.attempt + 1),
        Some(credit) => {
            let structure = books.find_structure(&credit.siret)?;
            Err(Error::PassCredited {
                name: structure.map(|structure| structure.name).unwrap_or_default(),
                siret: credit.siret,
            })
        }
    }
}

fn find_standing_credit(books: &dyn Books, pass: PassId) -> Result<Option<Credit>, Error> {
    Ok(books
        .find_last_credit(pass)?
        .filter(|credit| !credit.is_withdrawn))
}

/// Whoever has the pass, as a word on it would go.
fn held(credit: &Credit) -> Waiting {
    Waiting {
        event: credit.event,
        siret: credit.siret.clone(),
        code: Verdict::Credited.code().to_owned(),
    }
}

fn get_claim(books: &dyn Books, typed: &str) -> Result<(PassId, Waiting), Error> {
    let claims = books.list_claims()?.into_iter();
    let mut meant = claims.filter(|(_, waiting)| ClaimName::of(waiting.event).is_meant_by(typed));
    match (meant.next(), meant.next()) {
        (Some(claim), None) => Ok(claim),
        (Some(_) | None, _) => Err(Error::NoSuchClaim(typed.trim().to_owned())),
    }
}
