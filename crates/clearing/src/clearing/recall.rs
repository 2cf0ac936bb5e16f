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
    judge::Judge,
    recalling::{Recalling, contend},
};
use crate::{
    books::{Answered, Shown},
    error::Error,
    ranges::Range,
    store::Books,
};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    key::Purpose,
    siret::Siret,
    wire::{Before, Decision, Decisions, Recall, Receipt, Refused, Trace, Verdict, generation_of},
};

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
