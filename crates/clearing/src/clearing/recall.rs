//! Taking back what the books have lost, when they were restored from an older copy.
//!
//! A desk brings proofs that this service has signed. What they say is written down as it was said, not judged again.
//! The books hold three sorts of credits then: those of the copy and those brought back, which the service gave in one
//! stretch of time, never two for one pass; and those given since the restore by a service that did not know better. A
//! proof goes before the last sort, whose claim waits for the officer. Among the first two the later one holds: the
//! service would not have given it while the earlier one stood.

use super::{
    Clearing,
    batches::{Arrival, known_part, write_down},
    generation,
    judge::{Judge, take_back},
};
use crate::{
    books::{Answered, Credit, CreditForm, LoggedEvent, Shown, Waiting},
    error::Error,
    ranges::Range,
    store::Books,
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    key::Purpose,
    pass::PassId,
    siret::Siret,
    wire::{Before, Decision, Decisions, Recall, Receipt, Refused, Trace, Verdict, generation_of},
};

/// What an event waits for as long as two credits were told for one pass.
const TAKEN_ELSEWHERE: &str = "taken_elsewhere";

impl Clearing {
    /// Takes a proof of something that the books may have lost. What they know already changes
    /// nothing, however often it is shown.
    ///
    /// # Errors
    /// [`Refused`]: no proof that this service has signed, an unknown device, or a batch that does
    /// not follow what is known.
    pub fn recall(&self, bytes: &[u8]) -> Result<(), Error> {
        match Recall::from_bytes(bytes).ok_or(Refused::Malformed)? {
            Recall::Batch {
                batch,
                receipt,
                before,
            } => self.recall_batch(&batch, &receipt, before),
            Recall::Decisions { parcel } => self.recall_decisions(&parcel),
            Recall::Enrolment { form, grant } => self.recall_enrolment(&form, &grant),
        }
    }

    fn recall_batch(
        &self,
        parcel: &[u8],
        receipt_parcel: &[u8],
        before: Option<Before>,
    ) -> Result<(), Error> {
        let receipt: Receipt = self.own(receipt_parcel, Purpose::Receipt)?;
        let (device, batch) = self.open_batch(parcel)?;
        let arrival = Arrival::new(&device, &batch, parcel, receipt.server_time);
        if !receipt.answers_batch(&batch) {
            return Err(Refused::Malformed.into());
        }
        self.store.write(|books| {
            let known = known_part(books, &arrival)?;
            check_before(books, &receipt, before)?;
            self.put_back(books, &arrival, &known, &receipt, receipt_parcel)
        })
    }

    fn put_back(
        &self,
        books: &dyn Books,
        arrival: &Arrival<'_>,
        known: &[Answered],
        receipt: &Receipt,
        parcel: &[u8],
    ) -> Result<(), Error> {
        let shown = Shown {
            first: first_event(receipt),
            last_seq: receipt.last_seq(),
            receipt: Trace::of_bytes(parcel),
        };
        if books.has_recall(&shown)? {
            return Ok(());
        }
        let siret = &arrival.device.siret;
        if known.len() < receipt.verdicts.len() {
            let recalling = self.begin_recalling(books, receipt.generation, receipt.server_time)?;
            write_down(books, arrival, known.len(), |at, logged, _| {
                recalling.say(logged, siret, &receipt.verdicts[at])
            })?;
        }
        for (answered, (event, verdict)) in known.iter().zip(receipt.answers()) {
            if answered.verdict != *verdict {
                let recalling = self.begin_recalling(books, receipt.generation, receipt.server_time)?;
                recalling.say_instead(event, verdict, siret)?;
            }
        }
        let (BirthId { device, epoch, seq }, last_seq) = (shown.first, shown.last_seq);
        if books.find_receipt(device, epoch, seq, last_seq)?.is_none() {
            books.record_receipt(device, epoch, (seq, last_seq), parcel, receipt.server_time)?;
        }
        books.record_recall(&shown, self.now())
    }

    fn recall_decisions(&self, parcel: &[u8]) -> Result<(), Error> {
        let told: Decisions = self.own(parcel, Purpose::Decisions)?;
        let siret = Siret::parse(&told.structure).map_err(|_| Refused::Malformed)?;
        self.store.write(|books| {
            if generation(books)? < told.generation {
                raise(books, told.generation, self.now())?;
            }
            for decision in &told.decisions {
                if find_decision(books, &siret, decision.number)?.as_ref() == Some(decision) {
                    continue;
                }
                // Also for one that is left aside: under its number something else would be said otherwise,
                // that its desk would never ask for.
                let proven = generation_of(decision.number);
                let recalling = self.begin_recalling(books, proven, decision.decided_at)?;
                if !is_about_another(books, decision)? {
                    recalling.say_decided(decision.event, &decision.verdict, &siret)?;
                }
            }
            Ok(())
        })
    }

    /// Judges again what came back while it waited: what it waited for may have come in between.
    pub(super) fn judge_recalled(&self, device: DeviceId) -> Result<(), Error> {
        self.store.write(|books| {
            let now = self.now();
            let mut judge = Judge::new(books, now);
            for (pass, waiting) in books.list_waiting_of(device)? {
                let booklet = Range {
                    first: pass.booklet,
                    last: pass.booklet,
                };
                judge.judge_again(pass.programme, booklet)?;
                if books.find_last_word(waiting.event)? == Some(Verdict::Credited) {
                    contend(books, pass, &waiting, now)?;
                }
            }
            Ok(())
        })
    }

    fn begin_recalling<'a>(
        &self,
        books: &'a dyn Books,
        proven: u32,
        said_at: u64,
    ) -> Result<Recalling<'a>, Error> {
        let now = self.now();
        if generation(books)? <= proven {
            raise(books, proven, now)?;
        }
        Ok(Recalling { books, said_at, now })
    }
}

/// What comes before in the log must have the answer that its device holds: a batch that somebody
/// brought again after a restore may have had another one. Its own receipt is wanted first.
fn check_before(books: &dyn Books, receipt: &Receipt, before: Option<Before>) -> Result<(), Error> {
    let Some(last_seq) = receipt.first_seq.checked_sub(1).filter(|seq| *seq > 0) else {
        return Ok(());
    };
    let Some(before) = before else {
        return Err(Refused::Malformed.into());
    };
    let seq = before.first_seq;
    if !(seq..=before.last_seq).contains(&last_seq) {
        return Err(Refused::Malformed.into());
    }
    let first = BirthId {
        seq,
        ..first_event(receipt)
    };
    let held = Shown {
        first,
        last_seq: before.last_seq,
        receipt: before.receipt,
    };
    if has_answer(books, &held)? {
        return Ok(());
    }
    let (epoch, expected_seq) = (receipt.epoch, seq);
    Err(Refused::Behind { epoch, expected_seq }.into())
}

/// Whether that receipt is the one that the books have for that range, or was shown to them.
pub(super) fn has_answer(books: &dyn Books, held: &Shown) -> Result<bool, Error> {
    let first = held.first;
    let stored = books.find_receipt(first.device, first.epoch, first.seq, held.last_seq)?;
    if stored.is_some_and(|parcel| Trace::of_bytes(&parcel) == held.receipt) {
        return Ok(true);
    }
    books.has_recall(held)
}

const fn first_event(receipt: &Receipt) -> BirthId {
    BirthId {
        device: receipt.device,
        epoch: receipt.epoch,
        seq: receipt.first_seq,
    }
}

/// Begins a new life of the service, after one that had reached `proven`: what it signs from now
/// on goes after all that was signed before. Each stream of decisions begins again with the last
/// word on every event, so that whoever has heard another end of it hears this one whole.
pub(super) fn raise(books: &dyn Books, proven: u32, now: u64) -> Result<(), Error> {
    let (server, _) = books
        .find_generation()?
        .ok_or(Error::Damaged("books without a generation"))?;
    let words = books.list_last_words()?;
    let next = proven
        .checked_add(1)
        .ok_or(Error::Damaged("no generation is left"))?;
    books.record_generation(next, server, now)?;
    for (siret, word) in words {
        books.record_decision(&siret, word.event, &word.verdict, word.decided_at)?;
    }
    Ok(())
}

/// Whether the event that a decision was about has given its number to another one: both its desk and the service
/// went on from old copies.
fn is_about_another(books: &dyn Books, decision: &Decision) -> Result<bool, Error> {
    let BirthId { device, epoch, seq } = decision.event;
    let known = books.list_answered(device, epoch, seq, seq)?;
    let differs = |link| known.iter().any(|event| Trace::of_link(&event.link) != link);
    Ok(decision.link.is_some_and(differs))
}

/// The decision of that number, if the books have it.
pub(super) fn find_decision(
    books: &dyn Books,
    siret: &Siret,
    number: u64,
) -> Result<Option<Decision>, Error> {
    let Some(before) = number.checked_sub(1) else {
        return Ok(None);
    };
    let next = books.list_decisions(siret, before, 1)?.pop();
    Ok(next.filter(|decision| decision.number == number))
}

/// Two credits were told for one pass, and the log of one has come back whole without a void: after
/// an earlier restore the service had given the pass again. The first one keeps it.
fn contend(books: &dyn Books, pass: PassId, waiting: &Waiting, now: u64) -> Result<(), Error> {
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
struct Recalling<'a> {
    books: &'a dyn Books,
    /// When it was said.
    said_at: u64,
    now: u64,
}

impl Recalling<'_> {
    /// The first word on an event that came back.
    fn say(&self, logged: &LoggedEvent, siret: &Siret, verdict: &Verdict) -> Result<(), Error> {
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
    fn say_instead(&self, id: BirthId, verdict: &Verdict, siret: &Siret) -> Result<(), Error> {
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
    fn say_decided(&self, id: BirthId, verdict: &Verdict, siret: &Siret) -> Result<(), Error> {
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
