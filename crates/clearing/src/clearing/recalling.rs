//! What was said before, written down as it was said: the order of credits is that in which they were given.

use super::{
    generation,
    judge::{Judge, take_back},
};
use crate::{
    books::{Credit, CreditForm, LoggedEvent, Waiting},
    error::Error,
    store::Books,
};
use passerelle_domain::{
    id::BirthId,
    pass::PassId,
    siret::Siret,
    wire::{CountedCredit, Verdict, generation_of},
};

/// What an event waits for as long as two credits were told for one pass.
const TAKEN_ELSEWHERE: &str = "taken_elsewhere";

/// Gives a redemption that the books hold the credit that a closed month has paid for it. The month is clearing's
/// own word, and the only one left where no desk had heard of the credit before the books lost it. Whoever was
/// credited since the restore hears that an older claim has come back.
///
/// # Errors
/// The books do not answer.
pub(crate) fn credit_as_paid(
    books: &dyn Books,
    paid: CountedCredit,
    siret: &Siret,
    closed_at: u64,
    now: u64,
) -> Result<(), Error> {
    let recalling = Recalling {
        books,
        said_at: closed_at,
        now,
    };
    let CountedCredit { event, pass } = paid;
    if books.is_voided(event, pass)? {
        return recalling.credit_and_take_back(event, pass, siret);
    }
    recalling.say_later(event, &Verdict::Credited, siret)
}

/// Two credits were told for one pass, and the log of one has come back whole without a void: after
/// an earlier restore the service had given the pass again. The first one keeps it.
pub(super) fn contend(books: &dyn Books, pass: PassId, waiting: &Waiting, now: u64) -> Result<(), Error> {
    let id = waiting.event;
    let Some((_, evidence)) = books.find_event(id)? else {
        return Ok(());
    };
    books.remove_waiting(id)?;
    // Not when the event arrived: somebody may have brought it again since the restore.
    let told = books.find_last_decision(id)?;
    let recalling = Recalling {
        books,
        said_at: told.map_or(evidence.received_at, |word| word.decided_at),
        now,
    };
    let siret = &waiting.siret;
    let Some(last) = books.find_last_credit(pass)? else {
        return recalling.credit(id, pass, siret);
    };
    if last.event == id && !last.is_withdrawn {
        return Ok(());
    }
    let is_second = !last.is_withdrawn && (last.credited_at, last.event) < (recalling.said_at, id);
    if is_second {
        return recalling.send_to_officer(id, siret, last.event, pass, &last.siret);
    }
    if last.is_withdrawn {
        return recalling.credit(id, pass, siret);
    }
    books.record_withdrawal(pass, last.attempt, id, now)?;
    recalling.send_to_officer(last.event, &last.siret, id, pass, siret)?;
    recalling.record_credit(id, pass, siret, last.attempt + 1)
}

/// Whether that word is the end of it, and pays nothing.
fn refuses(verdict: &Verdict) -> bool {
    verdict.is_final() && *verdict != Verdict::Credited
}

/// Writes down what was said before, in one transaction.
#[derive(Clone, Copy)]
pub(super) struct Recalling<'a> {
    pub books: &'a dyn Books,
    /// When it was said.
    pub said_at: u64,
    pub now: u64,
}

impl Recalling<'_> {
    /// The first word on an event that came back.
    pub fn say(&self, logged: &LoggedEvent, siret: &Siret, verdict: &Verdict) -> Result<(), Error> {
        let (books, id, pass) = (self.books, logged.id, logged.event.act.pass());
        books.record_verdict(id, verdict)?;
        match verdict {
            Verdict::Credited => self.credit(id, pass, siret),
            Verdict::Voided => match logged.cancels() {
                Some(target) => {
                    take_back(books, target, id, pass, self.now)?;
                    books.remove_waiting(target)
                }
                // A redemption whose void had arrived before it.
                None => Ok(()),
            },
            Verdict::Unknown
            | Verdict::NotActivated
            | Verdict::TakenElsewhere { .. }
            | Verdict::ToExamine => self.wait(id, pass, siret, verdict.code()),
            Verdict::AlreadyYours
            | Verdict::Expired
            | Verdict::Blocked { .. }
            | Verdict::OutsideTerritory
            | Verdict::Forged
            | Verdict::Declined => Ok(()),
        }
    }

    /// The first word on an event that was judged a second time since the restore, with another
    /// outcome. Its device has heard the first one.
    pub fn say_instead(&self, id: BirthId, verdict: &Verdict, siret: &Siret) -> Result<(), Error> {
        match self.books.find_last_word(id)? {
            // It waited when its device heard of it, and does no more: that is news.
            Some(last) if last.is_final() && !verdict.is_final() => {
                self.books.record_decision(siret, id, &last, self.now)
            }
            Some(_) | None => self.say_later(id, verdict, siret),
        }
    }

    /// A decision that the books lack. Of two refusals the one that stands is told again: whoever has sent the
    /// event since has heard that one.
    pub fn say_decided(&self, id: BirthId, verdict: &Verdict, siret: &Siret) -> Result<(), Error> {
        match self.books.find_last_word(id)? {
            Some(last) if last != *verdict && refuses(&last) && refuses(verdict) => {
                self.tell_again(id, &last, siret, self.said_at)
            }
            Some(_) | None => self.say_later(id, verdict, siret),
        }
    }

    /// A later word that the books do not have.
    fn say_later(&self, id: BirthId, verdict: &Verdict, siret: &Siret) -> Result<(), Error> {
        let books = self.books;
        // Its own device brings it back, and this word with it.
        let Some((logged, evidence)) = books.find_event(id)? else {
            return Ok(());
        };
        let pass = logged.event.act.pass();
        match books.find_last_word(id)? {
            Some(last) if last == *verdict => return Ok(()),
            Some(last) if last.is_final() && !verdict.is_final() => {
                return self.tell_again(id, &last, siret, evidence.received_at);
            }
            Some(_) | None => {}
        }
        // Before anything else: a credit that cannot be given yet waits, for something else.
        books.remove_waiting(id)?;
        if *verdict == Verdict::Credited {
            self.credit(id, pass, siret)?;
        } else {
            take_back(books, id, id, pass, self.now)?;
        }
        books.record_decision(siret, id, verdict, self.said_at)?;
        if verdict.is_final() {
            return Ok(());
        }
        self.wait(id, pass, siret, verdict.code())
    }

    /// Tells whoever has heard since that an event waits that it does not, unless the stream of this life
    /// of the service says so.
    fn tell_again(&self, id: BirthId, last: &Verdict, siret: &Siret, said_at: u64) -> Result<(), Error> {
        let told = self.books.find_last_decision(id)?;
        let present = generation(self.books)?;
        if told.is_some_and(|told| generation_of(told.number) == present) {
            return Ok(());
        }
        self.books.record_decision(siret, id, last, said_at)
    }

    /// A credit that a proof shows. It stands unless the pass was given back since.
    fn credit(&self, id: BirthId, pass: PassId, siret: &Siret) -> Result<(), Error> {
        let books = self.books;
        if books.is_voided(id, pass)? {
            return Ok(());
        }
        let attempt = match books.find_last_credit(pass)? {
            None => 0,
            Some(last) if last.event == id && !last.is_withdrawn => return Ok(()),
            Some(last) if last.is_withdrawn => last.attempt + 1,
            Some(last) => {
                if last.credited_at >= self.said_at && books.is_recalled(last.event)? {
                    // Its void is still to come; `contend` looks whether it has.
                    return self.wait(id, pass, siret, TAKEN_ELSEWHERE);
                }
                self.take_over(&last, pass, id, siret)?
            }
        };
        self.record_credit(id, pass, siret, attempt)
    }

    /// A credit that was paid before its void came: both are written down, so that the next month takes back what
    /// that one has paid. Whoever has the pass meanwhile keeps it, under another attempt.
    fn credit_and_take_back(&self, id: BirthId, pass: PassId, siret: &Siret) -> Result<(), Error> {
        let books = self.books;
        let last = books.find_last_credit(pass)?;
        let attempt = last.as_ref().map_or(0, |last| last.attempt + 1);
        let standing = last.filter(|last| !last.is_withdrawn);
        if let Some(standing) = &standing {
            books.record_withdrawal(pass, standing.attempt, id, self.now)?;
        }
        self.record_credit(id, pass, siret, attempt)?;
        books.record_withdrawal(pass, attempt, id, self.now)?;
        let Some(standing) = standing else {
            return Ok(());
        };
        let again = Recalling {
            said_at: standing.credited_at,
            ..*self
        };
        again.record_credit(standing.event, pass, &standing.siret, attempt + 1)
    }

    fn record_credit(&self, id: BirthId, pass: PassId, siret: &Siret, attempt: u32) -> Result<(), Error> {
        let form = CreditForm {
            pass,
            attempt,
            siret,
            amount: self.books.get_programme(pass.programme)?.face_value,
            event: id,
        };
        self.books.record_credit(&form, self.said_at)
    }

    /// Withdraws a credit in favour of `id`, and gives the attempt of the next one.
    fn take_over(&self, last: &Credit, pass: PassId, id: BirthId, siret: &Siret) -> Result<u32, Error> {
        self.books.record_withdrawal(pass, last.attempt, id, self.now)?;
        if last.credited_at > self.said_at {
            self.send_to_officer(last.event, &last.siret, id, pass, siret)?;
        } else {
            // Its void is still to come, as above.
            self.wait(last.event, pass, &last.siret, TAKEN_ELSEWHERE)?;
        }
        Ok(last.attempt + 1)
    }

    /// Tells a claim that was credited since the restore that an older one has come back.
    fn send_to_officer(
        &self,
        late: BirthId,
        its: &Siret,
        first: BirthId,
        pass: PassId,
        siret: &Siret,
    ) -> Result<(), Error> {
        let word = if its == siret {
            Verdict::AlreadyYours
        } else {
            let claim = Judge::new(self.books, self.now).claim(first)?;
            Verdict::TakenElsewhere { claim }
        };
        self.books.record_decision(its, late, &word, self.now)?;
        if word.is_final() {
            return Ok(());
        }
        self.wait(late, pass, its, word.code())
    }

    /// Puts an event at the end of the work list, unless its device has cancelled it.
    fn wait(&self, event: BirthId, pass: PassId, siret: &Siret, code: &str) -> Result<(), Error> {
        if self.books.is_voided(event, pass)? {
            return Ok(());
        }
        self.books.remove_waiting(event)?;
        let waiting = Waiting {
            event,
            siret: siret.clone(),
            code: code.to_owned(),
        };
        self.books.insert_waiting(pass, &waiting)
    }
}
