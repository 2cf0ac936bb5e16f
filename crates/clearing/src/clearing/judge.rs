//! Judging events against the books, and writing down what comes of it.

use crate::{
    adjudicate::{Case, Evidence, Hold, adjudicate, adjudicate_void},
    books::{CreditForm, LoggedEvent, Waiting},
    error::Error,
    ranges::Range,
    store::Books,
};
use passerelle_domain::{
    event::Act,
    id::BirthId,
    pass::PassId,
    programme::{Programme, ProgrammeId, ServiceCode},
    siret::Siret,
    wire::{Claim, Verdict},
};
use std::collections::HashMap;

/// Judges within one transaction.
pub struct Judge<'a> {
    books: &'a dyn Books,
    now: u64,
    /// Looked up once: a batch speaks of one or two programmes, two hundred times.
    programmes: HashMap<ProgrammeId, Option<Programme>>,
}

/// A redemption to be judged.
struct Presented<'a> {
    logged: &'a LoggedEvent,
    siret: &'a Siret,
    evidence: Evidence,
    pass: PassId,
    service: ServiceCode,
}

impl<'a> Judge<'a> {
    pub fn new(books: &'a dyn Books, now: u64) -> Self {
        Self {
            books,
            now,
            programmes: HashMap::new(),
        }
    }

    /// Judges an event that has just arrived, and writes down its verdict and what it moves.
    pub fn judge(
        &mut self,
        logged: &LoggedEvent,
        siret: &Siret,
        evidence: Evidence,
    ) -> Result<Verdict, Error> {
        let verdict = self.weigh(logged, siret, evidence)?;
        self.books.record_verdict(logged.id, &verdict)?;
        if !verdict.is_final() {
            let waiting = Waiting {
                event: logged.id,
                siret: siret.clone(),
                code: verdict.code().to_owned(),
            };
            self.books.insert_waiting(logged.event.act.pass(), &waiting)?;
        }
        Ok(verdict)
    }

    /// Judges again what waited for these booklets, in order of arrival; each new word goes into
    /// its structure's stream. Gives how many there were.
    pub fn judge_again(&mut self, programme: ProgrammeId, range: Range) -> Result<u64, Error> {
        let mut decided = 0;
        for waiting in self.books.list_waiting_for_booklets(programme, range)? {
            let (logged, evidence) = self.get_event(waiting.event)?;
            let verdict = self.weigh(&logged, &waiting.siret, evidence)?;
            if verdict.code() == waiting.code {
                continue;
            }
            self.books
                .record_decision(&waiting.siret, waiting.event, &verdict, self.now)?;
            if verdict.is_final() {
                self.books.remove_waiting(waiting.event)?;
            } else {
                self.books.update_waiting(waiting.event, verdict.code())?;
            }
            decided += 1;
        }
        Ok(decided)
    }

    /// Finds the verdict and moves the credit that it gives or takes back.
    fn weigh(&mut self, logged: &LoggedEvent, siret: &Siret, evidence: Evidence) -> Result<Verdict, Error> {
        match logged.event.act {
            Act::Void { .. } => self.weigh_void(logged),
            Act::Redemption { pass, service } => self.weigh_redemption(&Presented {
                logged,
                siret,
                evidence,
                pass,
                service,
            }),
        }
    }

    fn weigh_redemption(&mut self, presented: &Presented<'_>) -> Result<Verdict, Error> {
        let (logged, pass) = (presented.logged, presented.pass);
        let (hold, attempt) = self.hold(pass, presented.siret)?;
        let booklet = self.books.find_booklet(pass.programme, pass.booklet)?;
        let is_voided = self.books.is_voided(logged.id, pass)?;
        let insee_code = self.insee_code(logged)?;
        let programme = self.find_programme(pass.programme)?;
        let verdict = adjudicate(&Case {
            programme,
            booklet,
            rank: pass.rank,
            service: presented.service,
            day: logged.event.day,
            evidence: presented.evidence,
            insee_code,
            hold,
            is_voided,
        });
        if let (Verdict::Credited, Some(programme)) = (&verdict, programme) {
            let credit = CreditForm {
                pass,
                attempt,
                siret: presented.siret,
                amount: programme.face_value,
                event: logged.id,
            };
            self.books.record_credit(&credit, self.now)?;
        }
        Ok(verdict)
    }

    fn weigh_void(&self, void: &LoggedEvent) -> Result<Verdict, Error> {
        let target = void.cancels().expect("the caller has looked");
        let cancelled = self.books.find_event_content(target)?;
        let verdict = adjudicate_void(&void.event, cancelled.as_ref());
        if verdict != Verdict::Voided {
            return Ok(verdict);
        }
        take_back(self.books, target, void.id, void.event.act.pass(), self.now)?;
        self.books.remove_waiting(target)?;
        Ok(verdict)
    }

    /// Who has the pass as far as `siret` is concerned, and the attempt of its next credit.
    fn hold(&self, pass: PassId, siret: &Siret) -> Result<(Hold, u32), Error> {
        let Some(credit) = self.books.find_last_credit(pass)? else {
            return Ok((Hold::Free, 0));
        };
        let is_ours = credit.siret == *siret;
        if !credit.is_withdrawn {
            let hold = if is_ours {
                Hold::Ours
            } else {
                Hold::Theirs(self.claim(credit.event)?)
            };
            return Ok((hold, credit.attempt));
        }
        // Whoever gave it back may take it again. For anybody else, a claim that has waited since
        // before comes first, and only the officer can settle it.
        let next = credit.attempt + 1;
        match self.books.list_contested(pass)?.first() {
            Some(first) if !is_ours && first.siret != *siret => {
                Ok((Hold::Theirs(self.claim(first.event)?), next))
            }
            Some(_) | None => Ok((Hold::Free, next)),
        }
    }

    /// Where and when that event took place, as another structure may know it.
    pub fn claim(&self, event: BirthId) -> Result<Claim, Error> {
        let (logged, _) = self.get_event(event)?;
        let site = match logged.site_version {
            Some(_) => self
                .books
                .find_site(event.device, logged.event.site, logged.site_version)?,
            None => None,
        };
        let (site, insee_code) =
            site.map_or_else(Default::default, |(_, entry)| (entry.name, entry.insee_code));
        Ok(Claim {
            site,
            insee_code,
            held_on: logged.event.day,
        })
    }

    fn insee_code(&self, logged: &LoggedEvent) -> Result<Option<String>, Error> {
        if logged.site_version.is_none() {
            return Ok(None);
        }
        let site = self
            .books
            .find_site(logged.id.device, logged.event.site, logged.site_version)?;
        Ok(site.map(|(_, entry)| entry.insee_code))
    }

    fn get_event(&self, id: BirthId) -> Result<(LoggedEvent, Evidence), Error> {
        self.books
            .find_event(id)?
            .ok_or(Error::Damaged("an event that was answered is missing"))
    }

    fn find_programme(&mut self, id: ProgrammeId) -> Result<Option<&Programme>, Error> {
        if !self.programmes.contains_key(&id) {
            let found = self.books.find_programme(id)?;
            self.programmes.insert(id, found);
        }
        Ok(self.programmes[&id].as_ref())
    }
}

/// Takes back the credit given through `event`, if it stands, because of `cause`.
pub fn take_back(
    books: &dyn Books,
    event: BirthId,
    cause: BirthId,
    pass: PassId,
    now: u64,
) -> Result<(), Error> {
    match books.find_credit_of(event)? {
        Some(credit) if !credit.is_withdrawn => books.record_withdrawal(pass, credit.attempt, cause, now),
        Some(_) | None => Ok(()),
    }
}
