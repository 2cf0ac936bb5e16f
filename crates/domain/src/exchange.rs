//! One exchange with clearing, as a machine without input or output.
//!
//! It says what to ask, is told what came back, and writes through [`Memory`]; whoever runs it
//! carries the bytes. A desk carries them over HTTP, a courier on a key, a simulation over a network
//! that loses, repeats and delays. Whatever happens between two steps, starting afresh is right: all
//! that must last is in the memory.
//!
//! The order matters. Everything that waits is sealed before anything is asked, so that each batch
//! says what the device knew *before* this exchange taught it the time. Then the later words are
//! asked for, and clearing sees whether it still knows all that it has answered: restored from an
//! older copy, it is shown again what it has lost, before it judges anything new. What sites object to comes
//! after the batches that it is about. What was paid is asked for last: whatever comes of that, everything
//! else was said.

mod courier;
mod memory;
mod objections;
mod recovery;
mod several;
mod standing;
mod succession;

pub use crate::wire::Answer;
pub use courier::{Part, Taken, TakingBack};
pub use memory::{Adoption, LetIn, Memory, Party, Sealed, SealedObjection, StateVersion};
pub use objections::OBJECTIONS;
pub use recovery::{Overtaken, Recovered};
pub use several::{MAX_TOGETHER, MAX_TOGETHER_BYTES, POUCHES};
pub use succession::KEYS;

use crate::{
    id::Epoch,
    key::Purpose,
    wire::{
        Before, ChainFault, Decisions, Envelope, EnvelopeFault, Heard, Log, MonthsHeard, Question, Recall,
        Receipt, Refused, State, Trace, follows, log_path,
    },
};

/// Where an enrolment form goes.
pub const ENROLMENTS: &str = "/v1/enrolments";

/// Where batches go.
pub const BATCHES: &str = "/v1/batches";

/// Where a service is shown again what it has lost.
pub const RECALLS: &str = "/v1/recalls";

/// How many times one exchange goes back to what clearing says it has lost. It loses things once; a
/// service that asks again and again would never be content.
const PATIENCE: u32 = 40;

/// What is to be asked of clearing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Request {
    /// A parcel to bring.
    Post {
        /// Where to.
        path: &'static str,
        /// The parcel.
        body: Vec<u8>,
    },
    /// A question.
    Get {
        /// What is asked, query included, exactly as signed.
        path: String,
        /// Who asks.
        question: Question,
    },
    /// The chain of the service's keys, from [`KEYS`]: a question that nobody signs.
    Keys,
}

/// Why an exchange cannot go on. Nothing is lost: the next one takes up where it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeFault {
    /// What came back is no parcel at all: somebody else has answered.
    #[error("another page answered")]
    Portal,
    /// The answer is not signed by the service that this device trusts, or answers another question.
    #[error("the answer cannot be trusted: {0}")]
    Untrusted(&'static str),
    /// The answer is signed by a key of the service that another has replaced since.
    #[error("the answer is signed by a key that was replaced")]
    Replaced,
    /// The service's chain of keys cannot be followed.
    #[error("{0}")]
    Chain(ChainFault),
    /// The service refused the request.
    #[error("{0}")]
    Refused(Refused),
}

impl From<EnvelopeFault> for ExchangeFault {
    fn from(fault: EnvelopeFault) -> Self {
        match fault {
            EnvelopeFault::NotAnEnvelope => Self::Portal,
            EnvelopeFault::TooLarge => Self::Untrusted("the answer is too large"),
            EnvelopeFault::Unsigned => Self::Untrusted("the signature does not hold"),
            EnvelopeFault::Malformed => Self::Untrusted("the answer has another shape"),
        }
    }
}

/// What was asked last, and what its answer must be about.
enum Asked {
    Recall,
    Keys,
    Batch(Sealed),
    /// Several batches, in order.
    Several(Vec<Sealed>),
    Objection(SealedObjection),
    Decisions {
        since: u64,
    },
    Log,
    /// What changed since the version held, or everything.
    State {
        since: Option<StateVersion>,
    },
    /// What was paid since.
    Standing(MonthsHeard),
}

/// How far an exchange has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Begun,
    Decisions,
    Log,
    Batches,
    Objections,
    State,
    Standing,
    Over,
}

/// An exchange under way.
pub struct Exchange<'a, M> {
    memory: &'a M,
    party: Party,
    stage: Stage,
    asked: Option<Asked>,
    /// What clearing has lost, to be shown before anything else, the last one first.
    recalls: Vec<Recall>,
    /// Where the log that came back says otherwise than an answer that is held: a life, and an event of it.
    answered_otherwise: Vec<(Epoch, u64)>,
    patience: u32,
    /// How many batches go together in one request at most.
    together: usize,
    /// In the name of which generation decisions are asked for, once clearing has named its own.
    generation: Option<u32>,
    /// Whether clearing was shown how it had let this device in.
    has_introduced: bool,
    /// Whether all decisions were heard.
    is_told: bool,
    /// Whether the other copy that a conflict speaks of was looked for, and not found.
    has_sought: bool,
    /// Whether what changed of the state did not fit what is held, so that all of it is asked for.
    needs_whole_state: bool,
    /// Whether the months closed were told from the first one on.
    has_begun_anew: bool,
    /// Whether the chain of the service's keys is to be asked for, before anything else.
    wants_keys: bool,
    /// Whether it was: one who cannot show it at once is somebody else.
    has_asked_keys: bool,
    /// Why a batch was not taken: told at the end, since what clearing has to say is heard anyhow.
    refused: Option<Refused>,
    /// The number of the last objection that was brought.
    last_objection: u64,
}

impl<'a, M: Memory> Exchange<'a, M> {
    /// Begins one between that device and the service that it trusts.
    pub const fn begin(memory: &'a M, party: Party) -> Self {
        Self {
            memory,
            party,
            stage: Stage::Begun,
            asked: None,
            recalls: Vec::new(),
            answered_otherwise: Vec::new(),
            patience: PATIENCE,
            together: MAX_TOGETHER,
            generation: None,
            has_introduced: false,
            is_told: false,
            has_sought: false,
            needs_whole_state: false,
            has_begun_anew: false,
            wants_keys: false,
            has_asked_keys: false,
            refused: None,
            last_objection: 0,
        }
    }

    /// The next thing to ask; `None` when all is said. What was asked before and never answered is
    /// simply asked again.
    ///
    /// # Errors
    /// The memory; or all is said, and clearing did not take a batch.
    pub fn next_request(&mut self) -> Result<Option<Request>, M::Fault> {
        if self.wants_keys {
            self.asked = Some(Asked::Keys);
            return Ok(Some(Request::Keys));
        }
        if let Some(recall) = self.recalls.pop() {
            self.asked = Some(Asked::Recall);
            let body = recall.to_bytes();
            return Ok(Some(Request::Post { path: RECALLS, body }));
        }
        if self.stage == Stage::Begun {
            self.seal_all()?;
            self.stage = Stage::Decisions;
        }
        if self.stage == Stage::Batches {
            if let Some(request) = self.ask_receipts()? {
                return Ok(Some(request));
            }
            self.stage = Stage::Objections;
        }
        if self.stage == Stage::Objections {
            if let Some(request) = self.next_objection()? {
                return Ok(Some(request));
            }
            self.stage = Stage::State;
        }
        match self.stage {
            Stage::Begun | Stage::Batches | Stage::Objections => unreachable!("left just above"),
            Stage::Decisions => {
                let heard = self.heard()?;
                let since = heard.since;
                Ok(Some(self.ask(heard.to_path(), Asked::Decisions { since })))
            }
            Stage::Log => Ok(Some(self.ask(log_path(&self.memory.heads()?), Asked::Log))),
            Stage::State => {
                let since = match self.needs_whole_state {
                    true => None,
                    false => self.memory.state_version()?,
                };
                let path = match since {
                    Some(held) => format!("/v1/state?since={}&generation={}", held.version, held.generation),
                    None => "/v1/state".to_owned(),
                };
                Ok(Some(self.ask(path, Asked::State { since })))
            }
            Stage::Standing => Ok(Some(self.ask_standing()?)),
            Stage::Over => match self.refused.take() {
                Some(refused) => Err(ExchangeFault::Refused(refused).into()),
                None => Ok(None),
            },
        }
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// The answer is refused or cannot be trusted, and nothing was written; or the memory.
    pub fn take(&mut self, answer: Answer) -> Result<(), M::Fault> {
        match (self.asked.take(), answer) {
            (None, _) => Err(ExchangeFault::Untrusted("an answer to nothing").into()),
            (Some(asked), Answer::Parcel(bytes)) if self.looks_for_keys(&asked, &bytes) => Ok(()),
            (Some(Asked::Keys), Answer::Parcel(bytes)) => self.take_keys(&bytes).map(|_| ()),
            // What tells is whether clearing still asks for it.
            (Some(Asked::Recall), Answer::Parcel(_) | Answer::Unchanged) => Ok(()),
            (Some(Asked::Batch(sealed)), Answer::Parcel(bytes)) => {
                let receipt = self.checked_receipt(&sealed, &bytes)?;
                self.memory.record_receipt(&sealed, &receipt, &bytes)
            }
            (Some(Asked::Several(sent)), Answer::Parcel(bytes)) => self.take_several(sent, &bytes),
            // It may take fewer, or its time for a body may be over.
            (Some(Asked::Several(sent)), Answer::Refused(_)) => {
                self.send_fewer_than(sent.len());
                Ok(())
            }
            // A service that is older than this request.
            (Some(Asked::Several(_)), Answer::Unchanged) => {
                self.together = 1;
                Ok(())
            }
            (Some(Asked::Batch(sealed)), Answer::Refused(Refused::Gap { expected_seq })) => {
                self.recall_batches(sealed.epoch, expected_seq, Refused::Gap { expected_seq })
            }
            (Some(Asked::Batch(_) | Asked::Recall), Answer::Refused(Refused::Conflict { .. }))
                if !self.has_sought =>
            {
                // Another copy of this log was faster, since clearing was asked for it.
                self.has_sought = true;
                self.recalls.clear();
                self.stage = Stage::Log;
                Ok(())
            }
            (Some(Asked::Batch(_)), Answer::Refused(refused)) if !refused.is_for_later() => {
                self.refused = Some(refused);
                self.stage = Stage::Objections;
                Ok(())
            }
            (Some(Asked::Objection(objection)), answer) => self.take_objection(&objection, &answer),
            (Some(Asked::Decisions { since }), Answer::Parcel(bytes)) => self.take_decisions(since, &bytes),
            (Some(Asked::Recall), Answer::Refused(Refused::Gap { .. })) => Ok(()),
            (Some(Asked::Recall | Asked::Decisions { .. }), Answer::Refused(refused)) => self.remind(refused),
            (Some(Asked::Log), Answer::Parcel(bytes)) => self.take_log(&bytes),
            (Some(Asked::State { since }), Answer::Parcel(bytes)) => self.take_state(since, &bytes),
            (Some(Asked::State { .. }), Answer::Unchanged) => {
                self.stage = Stage::Standing;
                Ok(())
            }
            (Some(Asked::Standing(heard)), Answer::Parcel(bytes)) => self.take_standing(&heard, &bytes),
            // A service that is older than this question.
            (Some(Asked::Standing(_)), Answer::Unchanged) => {
                self.stage = Stage::Over;
                Ok(())
            }
            (
                Some(Asked::Batch(_) | Asked::Decisions { .. } | Asked::Log | Asked::Keys),
                Answer::Unchanged,
            ) => Err(ExchangeFault::Untrusted("nothing where an answer was due").into()),
            (Some(_), Answer::Refused(refused)) => Err(ExchangeFault::Refused(refused).into()),
        }
    }

    fn seal_all(&self) -> Result<(), M::Fault> {
        while let Some(batch) = self.memory.find_unsealed()? {
            let bytes =
                Envelope::seal(self.party.device.0, &self.party.key, Purpose::Batch, &batch).to_bytes();
            self.memory.record_batch(&batch, &bytes)?;
        }
        Ok(())
    }

    fn ask(&mut self, path: String, asked: Asked) -> Request {
        let question = Question::ask(&self.party.key, &path);
        self.asked = Some(asked);
        Request::Get { path, question }
    }

    /// Where the device stands. Once it has shown its decisions, it asks in the name of the
    /// generation that clearing has named, and no trace holds it back.
    fn heard(&self) -> Result<Heard, M::Fault> {
        let last = self.memory.last_decision()?;
        Ok(Heard {
            since: last.as_ref().map_or(0, |decision| decision.number),
            last: last.as_ref().filter(|_| self.generation.is_none()).map(Trace::of),
            generation: match self.generation {
                Some(generation) => generation,
                None => self.memory.generation()?,
            },
            heads: self.memory.heads()?,
            noted: self.memory.last_noted()?,
        })
    }

    /// Clearing was restored from a copy, and says what it has lost.
    fn remind(&mut self, refused: Refused) -> Result<(), M::Fault> {
        match refused {
            Refused::Behind { epoch, expected_seq } => self.recall_batches(epoch, expected_seq, refused),
            Refused::Forgotten { generation } => {
                self.spend_patience(refused)?;
                // Whatever it says next, one showing is enough.
                if self.generation.replace(generation).is_none() {
                    let parcels = self.memory.list_decision_parcels()?;
                    self.recalls = parcels.into_iter().rev().map(Recall::decisions).collect();
                }
                Ok(())
            }
            // Enrolled after the copy that it goes on from; shown once, since it would not be content.
            Refused::UnknownDevice if !self.has_introduced => {
                let (form, grant) = self
                    .memory
                    .find_enrolment()?
                    .ok_or(ExchangeFault::Refused(refused))?;
                self.has_introduced = true;
                self.recalls = vec![Recall::enrolment(form, grant)];
                Ok(())
            }
            refused => Err(ExchangeFault::Refused(refused).into()),
        }
    }

    /// Shows the answered batches of a life, from the one that holds event `expected_seq` on.
    fn recall_batches(&mut self, epoch: Epoch, expected_seq: u64, refused: Refused) -> Result<(), M::Fault> {
        self.spend_patience(refused)?;
        self.recalls = self.list_recalls(epoch, expected_seq)?;
        if self.recalls.is_empty() {
            return Err(ExchangeFault::Untrusted("a gap where there is none").into());
        }
        Ok(())
    }

    /// The answered batches of a life, from the one that holds event `from` on; the last first.
    fn list_recalls(&self, epoch: Epoch, from: u64) -> Result<Vec<Recall>, M::Fault> {
        let answered = self.memory.list_answered(epoch, from)?;
        let recalls = answered.into_iter().rev().map(|(sealed, receipt)| {
            let before = self.before(epoch, sealed.first_seq)?;
            Ok(Recall::batch(sealed.bytes, receipt, before))
        });
        recalls.collect()
    }

    /// What answers the event right before event `seq`.
    fn before(&self, epoch: Epoch, seq: u64) -> Result<Option<Before>, M::Fault> {
        let answered = self.memory.find_answered(epoch, seq - 1)?;
        Ok(answered.map(|(sealed, receipt)| Before {
            first_seq: sealed.first_seq,
            last_seq: sealed.last_seq,
            receipt: Trace::of_bytes(&receipt),
        }))
    }

    fn spend_patience(&mut self, refused: Refused) -> Result<(), M::Fault> {
        self.patience = self
            .patience
            .checked_sub(1)
            .ok_or(ExchangeFault::Refused(refused))?;
        Ok(())
    }

    fn checked_receipt(&self, sealed: &Sealed, bytes: &[u8]) -> Result<Receipt, M::Fault> {
        // The first answer to a batch is its answer for ever, also when a key has signed it that was
        // replaced since: whoever gives it back has just shown, in the decisions, that it has the newest.
        let receipt: Receipt = match self.is_told {
            true => self.party.open_kept(bytes, Purpose::Receipt)?,
            false => self.opened(bytes, Purpose::Receipt)?,
        };
        let is_the_services =
            receipt.server == self.party.server || self.party.has_replaced(receipt.server.0);
        let answers_it = is_the_services
            && receipt.device == self.party.device
            && receipt.epoch == sealed.epoch
            && receipt.first_seq == sealed.first_seq
            && receipt.verdicts.len() as u64 == sealed.last_seq + 1 - sealed.first_seq
            && receipt.link == self.memory.link_after(sealed.epoch, sealed.last_seq)?;
        if answers_it {
            Ok(receipt)
        } else {
            Err(ExchangeFault::Untrusted("the receipt answers another batch").into())
        }
    }

    fn take_decisions(&mut self, since: u64, bytes: &[u8]) -> Result<(), M::Fault> {
        let decisions: Decisions = self.opened(bytes, Purpose::Decisions)?;
        let before = std::iter::once(since).chain(decisions.decisions.iter().map(|each| each.number));
        let is_dense = before
            .zip(&decisions.decisions)
            .all(|(before, decision)| follows(before, decision.number));
        let is_ours =
            decisions.server == self.party.server && decisions.structure == self.party.structure.as_str();
        if !is_ours || decisions.since != since || !is_dense {
            return Err(ExchangeFault::Untrusted("decisions that do not follow").into());
        }
        self.memory.record_decisions(&decisions, bytes)?;
        if !decisions.more || decisions.decisions.is_empty() {
            self.is_told = true;
            self.stage = if decisions.is_ahead {
                Stage::Log
            } else {
                Stage::Batches
            };
        }
        Ok(())
    }

    fn take_log(&mut self, bytes: &[u8]) -> Result<(), M::Fault> {
        let log: Log = self.opened(bytes, Purpose::Log)?;
        if log.server != self.party.server || log.device != self.party.device {
            return Err(ExchangeFault::Untrusted("another device's log").into());
        }
        let (recovered, overtaken) = recovery::read(self.memory, &self.party, &log)?;
        let is_news = self.memory.record_log(&recovered, &overtaken)?;
        let lost = recovery::answered_otherwise(self.memory, &self.party, &recovered)?;
        for (epoch, seq) in &lost {
            self.recalls.extend(self.list_recalls(*epoch, *seq)?);
        }
        self.answered_otherwise = lost;
        self.has_sought &= !is_news;
        if !log.more || !is_news {
            // What was written again is sealed before it can be sent.
            self.seal_all()?;
            self.stage = if self.is_told {
                Stage::Batches
            } else {
                Stage::Decisions
            };
        }
        Ok(())
    }

    /// Takes everything, or what changed since the version asked from. What changed may not fit what
    /// is held: then everything is asked for, once.
    fn take_state(&mut self, since: Option<StateVersion>, bytes: &[u8]) -> Result<(), M::Fault> {
        let state: State = self.opened(bytes, Purpose::State)?;
        let answers_it = state.base().is_none() || state.base() == since;
        if state.server != self.party.server || !answers_it {
            return Err(ExchangeFault::Untrusted("a state that answers another question").into());
        }
        match self.memory.adopt_state(&state)? {
            Adoption::Adopted | Adoption::Older => self.stage = Stage::Standing,
            Adoption::DoesNotHold if state.since.is_some() => self.needs_whole_state = true,
            Adoption::DoesNotHold => {
                return Err(ExchangeFault::Untrusted("a state that does not hold").into());
            }
        }
        Ok(())
    }

    fn opened<T>(&self, bytes: &[u8], purpose: Purpose) -> Result<T, M::Fault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        Ok(self.party.open(bytes, purpose)?)
    }
}
