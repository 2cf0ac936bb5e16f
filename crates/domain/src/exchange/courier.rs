//! The same exchange when nobody waits for an answer: all is asked at once in a pouch, and what came
//! back is taken part by part, whenever and in whatever order it comes.

use super::{
    Answer, Asked, BATCHES, ENROLMENTS, Exchange, ExchangeFault, Memory, OBJECTIONS, Party, RECALLS, Request,
    Sealed, Stage,
};
use crate::{
    key::Purpose,
    wire::{
        AnsweredBatch, AnsweredObjection, Decisions, Envelope, Few, KeyChain, MAX_POUCH_BATCHES,
        MAX_POUCH_BYTES, MAX_POUCH_OBJECTIONS, MAX_POUCH_RECALLS, Outward, Receipt, Refused, Return,
        SignedQuestion, Standing, State, Trace,
    },
};
use minicbor::bytes::ByteVec;

/// How many bytes of batches a pouch takes, and how many of recalls: the questions have room beside them.
const MAX_BYTES_OF_A_KIND: usize = MAX_POUCH_BYTES / 4;

/// A part of a return.
#[derive(Debug, Clone, Copy)]
pub enum Part<'r> {
    /// The chain of the service's keys.
    Keys(&'r [u8]),
    /// A piece of the stream of decisions.
    Decisions(&'r Answer),
    /// What clearing has of the device's own log.
    Log(&'r Answer),
    /// What clearing says of a batch.
    Batch(&'r AnsweredBatch),
    /// What clearing says of an objection.
    Objection(&'r AnsweredObjection),
    /// A state.
    State(&'r Answer),
    /// Where the device stands.
    Standing(&'r Answer),
}

/// What came of a part. None is a fault: a courier brings things late and twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It was new, and is kept.
    Kept,
    /// What it says is known already, or something newer is.
    Known,
    /// It follows something that has not come: the next pouch asks for both.
    Early,
    /// Clearing did not judge the batch yet: the next pouch brings it again.
    Postponed,
    /// Clearing has lost something: the next pouch shows it.
    Reminded(Refused),
}

impl Return {
    /// Its parts, in the order in which they are taken; the grant comes before any exchange.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        let keys = self.keys.iter().map(|keys| Part::Keys(keys));
        let decisions = self.decisions.iter().map(Part::Decisions);
        let log = self.log.iter().map(Part::Log);
        let batches = self.batches.iter().map(Part::Batch);
        let noted = self.noted.0.iter().map(Part::Objection);
        let state = self.state.iter().map(Part::State);
        let standing = self.standing.iter().map(Part::Standing);
        let told = keys.chain(decisions).chain(log).chain(batches);
        told.chain(noted).chain(state).chain(standing)
    }
}

impl Outward {
    /// Brings each part to clearing as `carry` does, and gathers what comes back. When the way breaks
    /// off, what came until then is worth taking home.
    ///
    /// A service that says it has lost something is not asked to judge anything new before it was
    /// shown, nor to note anything, since it may lack what was noted before: each batch and each
    /// objection gets the same refusal.
    pub fn bring<E>(&self, mut carry: impl FnMut(&Request) -> Result<Answer, E>) -> (Return, Result<(), E>) {
        let mut back = Return::to(self.device);
        let outcome = self.bring_into(&mut back, &mut carry);
        (back, outcome)
    }

    fn bring_into<E>(
        &self,
        back: &mut Return,
        carry: &mut impl FnMut(&Request) -> Result<Answer, E>,
    ) -> Result<(), E> {
        // First: without it a desk may believe nothing else, should the way break off.
        if let Answer::Parcel(keys) = carry(&Request::Keys)? {
            back.keys = (keys != KeyChain::default().to_bytes()).then(|| keys.into());
        }
        if let Some(form) = &self.form {
            back.grant = Some(carry(&post(ENROLMENTS, form))?);
        }
        for recall in &self.recalls {
            // What tells is whether clearing still asks for it.
            carry(&post(RECALLS, recall))?;
        }
        if let Some(question) = &self.decisions {
            back.decisions.push(carry(&self.get(question))?);
        }
        let lost = back.decisions.iter().find_map(|answer| match answer {
            Answer::Refused(refused @ (Refused::Behind { .. } | Refused::Forgotten { .. })) => Some(*refused),
            Answer::Refused(_) | Answer::Parcel(_) | Answer::Unchanged => None,
        });
        for batch in &self.batches {
            let answer = match lost {
                Some(refused) => Answer::Refused(refused),
                None => carry(&post(BATCHES, batch))?,
            };
            let batch = Trace::of_bytes(batch);
            back.batches.push(AnsweredBatch { batch, answer });
        }
        for objection in &self.objections.0 {
            let answer = match lost {
                Some(refused) => Answer::Refused(refused),
                None => carry(&post(OBJECTIONS, objection))?,
            };
            let objection = Trace::of_bytes(objection);
            back.noted.0.push(AnsweredObjection { objection, answer });
        }
        if let Some(question) = &self.state {
            back.state = Some(carry(&self.get(question))?);
        }
        if let Some(question) = &self.standing {
            back.standing = Some(carry(&self.get(question))?);
        }
        Ok(())
    }

    fn get(&self, asked: &SignedQuestion) -> Request {
        Request::Get {
            path: asked.path.clone(),
            question: asked.question(self.device),
        }
    }
}

fn post(path: &'static str, body: &[u8]) -> Request {
    Request::Post {
        path,
        body: body.to_vec(),
    }
}

impl<'a, M: Memory> Exchange<'a, M> {
    /// Seals everything, then packs all there is to ask: the questions, the batches without an answer,
    /// and what the last return has asked to be shown (`reminder`). What does not fit in is for the
    /// next pouch.
    ///
    /// # Errors
    /// The memory.
    pub fn pack(&mut self, reminder: Option<Refused>) -> Result<Outward, M::Fault> {
        let mut outward = Outward::of(self.party.device);
        if let Some(refused) = reminder
            && self.can_show(refused)?
        {
            self.remind(refused)?;
        }
        let mut bytes = 0;
        while let Some(recall) = self.recalls.pop() {
            let recall = recall.to_bytes();
            bytes += recall.len();
            if outward.recalls.len() == MAX_POUCH_RECALLS || bytes > MAX_BYTES_OF_A_KIND {
                self.recalls.clear();
                break;
            }
            outward.recalls.push(recall.into());
        }
        self.stage = Stage::Begun;
        outward.decisions = self.next_question()?;
        let mut bytes = 0;
        let unanswered = self.memory.list_unanswered(MAX_POUCH_BATCHES)?;
        let fits = |sealed: &Sealed| {
            bytes += sealed.bytes.len();
            bytes <= MAX_BYTES_OF_A_KIND
        };
        let fitting = unanswered.into_iter().take_while(fits);
        outward.batches = fitting.map(|sealed| sealed.bytes.into()).collect();
        outward.objections = self.pack_objections()?;
        self.stage = Stage::State;
        outward.state = self.next_question()?;
        self.stage = Stage::Standing;
        outward.standing = self.next_question()?;
        Ok(outward)
    }

    /// The objections to bring, those that have a place in the pouch.
    fn pack_objections(&self) -> Result<Few<ByteVec, MAX_POUCH_OBJECTIONS>, M::Fault> {
        let objections = self.memory.list_unnoted(0, MAX_POUCH_OBJECTIONS)?;
        Ok(Few(objections
            .into_iter()
            .map(|objection| objection.bytes.into())
            .collect()))
    }

    /// Whether what a return has asked for is still here: the disk may be another since, or its events
    /// have moved. The question about decisions finds out what is lost now.
    fn can_show(&self, refused: Refused) -> Result<bool, M::Fault> {
        Ok(match refused {
            Refused::Behind { epoch, expected_seq } => {
                !self.memory.list_answered(epoch, expected_seq)?.is_empty()
            }
            Refused::UnknownDevice => self.memory.find_enrolment()?.is_some(),
            Refused::Forgotten { .. } => true,
            Refused::Malformed
            | Refused::TooLarge
            | Refused::Revoked
            | Refused::Gap { .. }
            | Refused::Conflict { .. }
            | Refused::UnknownCode
            | Refused::TryLater
            | Refused::EnrolledElsewhere => false,
        })
    }

    fn next_question(&mut self) -> Result<Option<SignedQuestion>, M::Fault> {
        Ok(match self.next_request()? {
            Some(Request::Get { path, question }) => Some(SignedQuestion::new(path, &question)),
            Some(Request::Post { .. } | Request::Keys) | None => None,
        })
    }
}

/// A return being taken in.
pub struct TakingBack<'a, M> {
    exchange: Exchange<'a, M>,
    unanswered: Vec<(Trace, Sealed)>,
    /// Whether another copy of this log was heard of: what it has overtaken is sealed anew.
    has_log: bool,
}

/// The batches without an answer, each with its trace.
fn traced<M: Memory>(memory: &M) -> Result<Vec<(Trace, Sealed)>, M::Fault> {
    let unanswered = memory.list_unanswered(usize::MAX)?;
    let traced = |sealed: Sealed| (Trace::of_bytes(&sealed.bytes), sealed);
    Ok(unanswered.into_iter().map(traced).collect())
}

impl<'a, M: Memory> TakingBack<'a, M> {
    /// Begins, sealing everything: what was written before says so, and does not know what the return
    /// is about to teach.
    ///
    /// # Errors
    /// The memory.
    pub fn begin(memory: &'a M, party: Party) -> Result<Self, M::Fault> {
        let mut exchange = Exchange::begin(memory, party);
        // A return has the chain in it, or there is none to be had.
        exchange.has_asked_keys = true;
        exchange.seal_all()?;
        Ok(Self {
            unanswered: traced(memory)?,
            has_log: false,
            exchange,
        })
    }

    /// Takes one part, with the checks of an exchange over a network.
    ///
    /// # Errors
    /// The part is refused or cannot be trusted: nothing of it was written, and the others are as good
    /// as before. Or the memory.
    pub fn take(&mut self, part: Part<'_>) -> Result<Taken, M::Fault> {
        match part {
            Part::Keys(chain) => self.take_keys(chain),
            Part::Decisions(answer) => self.take_decisions(answer),
            Part::Log(answer) => self.take_log(answer),
            Part::Batch(answered) => self.take_batch(answered),
            Part::Objection(answered) => self.take_objection(answered),
            Part::State(answer) => self.take_state(answer),
            Part::Standing(answer) => self.take_standing(answer),
        }
    }

    fn take_keys(&mut self, chain: &[u8]) -> Result<Taken, M::Fault> {
        let is_news = self.exchange.take_keys(chain)?;
        Ok(if is_news { Taken::Kept } else { Taken::Known })
    }

    fn take_decisions(&mut self, answer: &Answer) -> Result<Taken, M::Fault> {
        let bytes = match answer {
            Answer::Parcel(bytes) => bytes,
            Answer::Unchanged => return Ok(Taken::Known),
            Answer::Refused(refused) => return self.reminded(*refused),
        };
        let told: Decisions = self.exchange.opened(bytes, Purpose::Decisions)?;
        let last = self.exchange.memory.last_decision()?;
        let since = last.map_or(0, |decision| decision.number);
        if told.since > since {
            return Ok(Taken::Early);
        }
        let is_known = told.decisions.is_empty() && told.generation <= self.exchange.memory.generation()?;
        if told.since < since {
            return Ok(Taken::Known);
        }
        self.put(Asked::Decisions { since }, answer)?;
        Ok(if is_known { Taken::Known } else { Taken::Kept })
    }

    fn take_log(&mut self, answer: &Answer) -> Result<Taken, M::Fault> {
        let before = self.unanswered.len();
        self.put(Asked::Log, answer)?;
        self.has_log = true;
        self.unanswered = traced(self.exchange.memory)?;
        // The next pouch shows what clearing has lost; a network does at once.
        if let Some((epoch, expected_seq)) = self.exchange.answered_otherwise.first().copied() {
            return Ok(Taken::Reminded(Refused::Behind { epoch, expected_seq }));
        }
        // What was overtaken has still to leave.
        Ok(if self.unanswered.len() > before {
            Taken::Postponed
        } else {
            Taken::Kept
        })
    }

    fn take_batch(&mut self, answered: &AnsweredBatch) -> Result<Taken, M::Fault> {
        let found = self
            .unanswered
            .iter()
            .position(|(trace, _)| *trace == answered.batch);
        match (&answered.answer, found) {
            (Answer::Parcel(bytes), None) => {
                self.exchange
                    .party
                    .open_kept::<Receipt>(bytes, Purpose::Receipt)?;
                Ok(Taken::Known)
            }
            (Answer::Refused(_) | Answer::Unchanged, None) => Ok(Taken::Known),
            // Signed before the key was replaced: the device's own log brings the answer.
            (Answer::Parcel(bytes), Some(_)) if self.is_of_a_replaced_key(bytes) => Ok(Taken::Postponed),
            (Answer::Parcel(_), Some(at)) => {
                let (_, sealed) = self.unanswered[at].clone();
                self.put(Asked::Batch(sealed), &answered.answer)?;
                self.unanswered.remove(at);
                Ok(Taken::Kept)
            }
            (Answer::Unchanged, Some(_)) => {
                Err(ExchangeFault::Untrusted("nothing where an answer was due").into())
            }
            (Answer::Refused(Refused::Gap { expected_seq }), Some(at)) => {
                let (epoch, expected_seq) = (self.unanswered[at].1.epoch, *expected_seq);
                let is_lost = !self
                    .exchange
                    .memory
                    .list_answered(epoch, expected_seq)?
                    .is_empty();
                Ok(if is_lost {
                    Taken::Reminded(Refused::Behind { epoch, expected_seq })
                } else {
                    Taken::Postponed
                })
            }
            (Answer::Refused(refused), Some(_)) => match refused {
                Refused::TryLater | Refused::Behind { .. } | Refused::Forgotten { .. } => {
                    Ok(Taken::Postponed)
                }
                Refused::UnknownDevice if self.exchange.memory.find_enrolment()?.is_some() => {
                    Ok(Taken::Postponed)
                }
                // What was overtaken is sealed anew, under other numbers.
                Refused::Conflict { .. } if self.has_log => Ok(Taken::Postponed),
                refused => Err(ExchangeFault::Refused(*refused).into()),
            },
        }
    }

    fn take_objection(&mut self, answered: &AnsweredObjection) -> Result<Taken, M::Fault> {
        let mut unnoted = self.exchange.memory.list_unnoted(0, usize::MAX)?.into_iter();
        let asked = unnoted.find(|objection| Trace::of_bytes(&objection.bytes) == answered.objection);
        let Some(objection) = asked else {
            return Ok(Taken::Known);
        };
        match &answered.answer {
            Answer::Parcel(bytes) if self.is_of_a_replaced_key(bytes) => Ok(Taken::Postponed),
            Answer::Parcel(_) => {
                self.put(Asked::Objection(objection), &answered.answer)?;
                Ok(Taken::Kept)
            }
            Answer::Unchanged | Answer::Refused(_) => Ok(Taken::Postponed),
        }
    }

    fn take_state(&mut self, answer: &Answer) -> Result<Taken, M::Fault> {
        let held = self.exchange.memory.state_version()?;
        let is_forgotten = *answer == Answer::Refused(Refused::UnknownDevice);
        if is_forgotten && self.exchange.memory.find_enrolment()?.is_some() {
            return Ok(Taken::Postponed);
        }
        if let Answer::Parcel(bytes) = answer {
            let state: State = self.exchange.opened(bytes, Purpose::State)?;
            if Some(state.held()) <= held {
                return Ok(Taken::Known);
            }
            if state.base().is_some_and(|base| Some(base) != held) {
                return Ok(Taken::Early);
            }
        }
        self.put(Asked::State { since: held }, answer)?;
        let is_newer = self.exchange.memory.state_version()? > held;
        Ok(if is_newer { Taken::Kept } else { Taken::Known })
    }

    /// What was told of another place than the one held is asked for again by the next pouch, if it is
    /// still news then.
    fn take_standing(&mut self, answer: &Answer) -> Result<Taken, M::Fault> {
        let heard = self.exchange.memory.months_heard()?;
        match answer {
            Answer::Unchanged => return Ok(Taken::Known),
            Answer::Refused(Refused::UnknownDevice) if self.exchange.memory.find_enrolment()?.is_some() => {
                return Ok(Taken::Postponed);
            }
            Answer::Parcel(bytes) => {
                let told: Standing = self.exchange.opened(bytes, Purpose::Standing)?;
                if (told.since, told.last) != (heard.since, heard.last) {
                    return Ok(Taken::Known);
                }
            }
            Answer::Refused(_) => {}
        }
        self.put(Asked::Standing(heard), answer)?;
        let is_news = self.exchange.memory.months_heard()? != heard;
        Ok(if is_news { Taken::Kept } else { Taken::Known })
    }

    fn is_of_a_replaced_key(&self, parcel: &[u8]) -> bool {
        Envelope::read_signer(parcel).is_some_and(|signer| self.exchange.party.has_replaced(signer))
    }

    fn put(&mut self, asked: Asked, answer: &Answer) -> Result<(), M::Fault> {
        self.exchange.asked = Some(asked);
        self.exchange.take(answer.clone())
    }

    /// What clearing says it has lost, once it is certain that there is something to show: a refusal is
    /// signed by nobody.
    fn reminded(&self, refused: Refused) -> Result<Taken, M::Fault> {
        if self.exchange.can_show(refused)? {
            return Ok(Taken::Reminded(refused));
        }
        let fault = match refused {
            Refused::Behind { .. } => ExchangeFault::Untrusted("a gap where there is none"),
            refused => ExchangeFault::Refused(refused),
        };
        Err(fault.into())
    }
}
