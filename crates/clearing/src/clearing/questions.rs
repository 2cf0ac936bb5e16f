//! What desks ask: the later words on what waited.

use super::{
    Clearing,
    batches::refused,
    generation,
    own_log::is_ahead,
    recall::{find_decision, has_answer},
};
use crate::{
    books::{Device, Shown},
    error::Error,
    store::Books,
};
use passerelle_domain::{
    id::DeviceId,
    key::Purpose,
    wire::{Decisions, EnvelopeFault, Head, Heard, Question, Refused, Trace},
};

/// How many decisions one answer carries at most.
const DECISIONS_PER_ANSWER: usize = 500;

impl Clearing {
    /// The device that asks exactly this path, query included.
    ///
    /// # Errors
    /// [`Refused`]: the device is unknown or revoked, or has not signed this question.
    pub fn asker(&self, question: &Question, path_and_query: &str) -> Result<Device, Error> {
        let device = self.get_device(question.asker().ok_or(Refused::UnknownDevice)?)?;
        if !question.is_asked_by(&device.public, path_and_query) {
            return Err(refused(EnvelopeFault::Unsigned));
        }
        Ok(device)
    }

    /// The signed decisions of the asker's structure after the last one that it heard, ready to
    /// travel.
    ///
    /// # Errors
    /// [`Refused`]: the asker holds answers that the books, restored from a copy, have lost; or the
    /// books do not answer.
    pub fn decisions(&self, asker: &Device, heard: &Heard) -> Result<Vec<u8>, Error> {
        let since_a_restore = self.store.read(|books| {
            let generation = check_memory(books, asker, heard)?;
            if generation == 0 {
                return Ok(None);
            }
            let has_reported = books.has_report(asker.id, generation)?;
            let may_have_waited = !books.list_waiting_of(asker.id)?.is_empty();
            Ok(Some((generation, has_reported, may_have_waited)))
        })?;
        if let Some((generation, has_reported, may_have_waited)) = since_a_restore {
            if may_have_waited {
                self.judge_recalled(asker.id)?;
            }
            if !has_reported {
                let now = self.now();
                self.store
                    .write(|books| books.record_report(asker.id, generation, now))?;
            }
        }
        let (generation, mut decisions, is_ahead, lacks) = self.store.read(|books| {
            let decisions = books.list_decisions(&asker.siret, heard.since, DECISIONS_PER_ANSWER + 1)?;
            let is_ahead = is_ahead(books, asker, &heard.heads)?;
            let lacks = find_lacking(books, asker, heard)?;
            Ok((generation(books)?, decisions, is_ahead, lacks))
        })?;
        let more = decisions.len() > DECISIONS_PER_ANSWER;
        decisions.truncate(DECISIONS_PER_ANSWER);
        self.meters.count_decisions(decisions.len());
        let signer = self.signer()?;
        let answer = Decisions {
            server: signer.id(),
            generation,
            structure: asker.siret.as_str().to_owned(),
            since: heard.since,
            decisions,
            more,
            server_time: self.now(),
            is_ahead,
            lacks,
        };
        Ok(signer.seal(Purpose::Decisions, &answer))
    }
}

/// Refuses an asker who was told something that the books do not know; else gives their generation.
fn check_memory(books: &dyn Books, asker: &Device, heard: &Heard) -> Result<u32, Error> {
    for head in &heard.heads {
        if let Some(expected_seq) = find_lost(books, asker.id, head)? {
            let epoch = head.epoch;
            return Err(Refused::Behind { epoch, expected_seq }.into());
        }
    }
    let generation = generation(books)?;
    let is_remembered = match heard.last {
        Some(trace) => {
            find_decision(books, &asker.siret, heard.since)?.is_some_and(|known| Trace::of(&known) == trace)
        }
        None => true,
    };
    if heard.generation == generation && is_remembered {
        return Ok(generation);
    }
    Err(Refused::Forgotten { generation }.into())
}

/// The objection that the asker was told to be noted, if the books do not have it.
fn find_lacking(books: &dyn Books, asker: &Device, heard: &Heard) -> Result<Option<Trace>, Error> {
    Ok(match heard.noted {
        Some(noted) if !books.has_objection(asker.id, noted)? => Some(noted),
        Some(_) | None => None,
    })
}

/// The first event whose answer the books do not have as its device has it, if they do not.
fn find_lost(books: &dyn Books, device: DeviceId, head: &Head) -> Result<Option<u64>, Error> {
    let known = books.last_seq(device, head.epoch)?;
    if known < head.last_seq {
        return Ok(Some(known + 1));
    }
    let has_answer = has_answer(books, &Shown::head(device, head))?;
    Ok((!has_answer).then_some(head.first_seq))
}
