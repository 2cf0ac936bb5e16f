//! One exchange with clearing, as a machine without input or output.
//!
//! It says what to ask, is told what came back, and writes through [`Memory`]; whoever runs it
//! carries the bytes. A desk carries them over HTTP, a courier on a key, a simulation over a network
//! that loses, repeats and delays. Whatever happens between two steps, starting afresh is right: all
//! that must last is in the memory.
//!
//! The order matters. Everything that waits is sealed before anything is sent, so that each batch
//! says what the device knew *before* this exchange taught it the time.

mod memory;

pub use memory::{Memory, Party, Sealed, StateVersion};

use crate::{
    key::Purpose,
    wire::{Decisions, Envelope, EnvelopeFault, Question, Receipt, Refused, State},
};

/// Where batches go.
pub const BATCHES: &str = "/v1/batches";

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
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A parcel.
    Parcel(Vec<u8>),
    /// Nothing newer than what was named.
    Unchanged,
    /// The request itself was refused.
    Refused(Refused),
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
    Batch(Sealed),
    /// A batch whose answer is known here, sent again to a service that has lost it.
    Again(Sealed),
    Decisions {
        since: u64,
    },
    State,
}

/// How far an exchange has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Batches,
    Decisions,
    State,
    Over,
}

/// An exchange under way.
pub struct Exchange<'a, M> {
    memory: &'a M,
    party: Party,
    stage: Stage,
    asked: Option<Asked>,
    /// Batches to send again before any other, the last one first.
    again: Vec<Sealed>,
    /// A service that asks again for what it was just given will not be content the next time either.
    has_sent_again: bool,
}

impl<'a, M: Memory> Exchange<'a, M> {
    /// Begins one between that device and the service that it trusts.
    pub const fn begin(memory: &'a M, party: Party) -> Self {
        Self {
            memory,
            party,
            stage: Stage::Batches,
            asked: None,
            again: Vec::new(),
            has_sent_again: false,
        }
    }

    /// The next thing to ask; `None` when all is said. What was asked before and never answered is
    /// simply asked again.
    ///
    /// # Errors
    /// The memory.
    pub fn next_request(&mut self) -> Result<Option<Request>, M::Fault> {
        if let Some(sealed) = self.again.pop() {
            return Ok(Some(self.ask_batch(sealed, Asked::Again)));
        }
        if self.stage == Stage::Batches {
            self.seal_all()?;
            if let Some(sealed) = self.memory.find_unanswered()? {
                return Ok(Some(self.ask_batch(sealed, Asked::Batch)));
            }
            self.stage = Stage::Decisions;
        }
        Ok(match self.stage {
            Stage::Batches => unreachable!("left just above"),
            Stage::Decisions => {
                let since = self.memory.last_decision()?;
                let path = format!("/v1/decisions?since={since}");
                Some(self.ask(path, Asked::Decisions { since }))
            }
            Stage::State => {
                let path = match self.memory.state_version()? {
                    Some(held) => format!("/v1/state?since={}&generation={}", held.version, held.generation),
                    None => "/v1/state".to_owned(),
                };
                Some(self.ask(path, Asked::State))
            }
            Stage::Over => None,
        })
    }

    /// Takes the answer to what was asked last.
    ///
    /// # Errors
    /// The answer is refused or cannot be trusted, and nothing was written; or the memory.
    pub fn take(&mut self, answer: Answer) -> Result<(), M::Fault> {
        match (self.asked.take(), answer) {
            (None, _) => Err(ExchangeFault::Untrusted("an answer to nothing").into()),
            (Some(Asked::Batch(sealed)), Answer::Parcel(bytes)) => {
                let receipt = self.checked_receipt(&sealed, &bytes)?;
                self.memory.record_receipt(&sealed, &receipt, &bytes)
            }
            (Some(Asked::Again(sealed)), Answer::Parcel(bytes)) => {
                self.checked_receipt(&sealed, &bytes).map(|_| ())
            }
            (Some(Asked::Batch(sealed)), Answer::Refused(Refused::Gap { expected_seq })) => {
                self.send_again(&sealed, expected_seq)
            }
            (Some(Asked::Decisions { since }), Answer::Parcel(bytes)) => self.take_decisions(since, &bytes),
            (Some(Asked::State), Answer::Parcel(bytes)) => self.take_state(&bytes),
            (Some(Asked::State), Answer::Unchanged) => {
                self.stage = Stage::Over;
                Ok(())
            }
            (Some(Asked::Batch(_) | Asked::Again(_) | Asked::Decisions { .. }), Answer::Unchanged) => {
                Err(ExchangeFault::Untrusted("nothing where an answer was due").into())
            }
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

    fn ask_batch(&mut self, sealed: Sealed, asked: fn(Sealed) -> Asked) -> Request {
        let body = sealed.bytes.clone();
        self.asked = Some(asked(sealed));
        Request::Post { path: BATCHES, body }
    }

    fn ask(&mut self, path: String, asked: Asked) -> Request {
        let question = Question::ask(&self.party.key, &path);
        self.asked = Some(asked);
        Request::Get { path, question }
    }

    /// Clearing has lost what it had answered for (it was restored from a copy): the same bytes
    /// put it back, from the number that it names up to the batch that it refused.
    fn send_again(&mut self, refused: &Sealed, expected_seq: u64) -> Result<(), M::Fault> {
        if expected_seq >= refused.first_seq || self.has_sent_again {
            return Err(ExchangeFault::Untrusted("a gap where there is none").into());
        }
        self.has_sent_again = true;
        self.again = self
            .memory
            .list_sealed(refused.epoch, expected_seq, refused.first_seq)?;
        self.again.reverse();
        Ok(())
    }

    fn checked_receipt(&self, sealed: &Sealed, bytes: &[u8]) -> Result<Receipt, M::Fault> {
        let receipt: Receipt = self.opened(bytes, Purpose::Receipt)?;
        let answers_it = receipt.server == self.party.server
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
        let is_dense = (since + 1..)
            .zip(&decisions.decisions)
            .all(|(number, decision)| decision.number == number);
        let is_ours =
            decisions.server == self.party.server && decisions.structure == self.party.structure.as_str();
        if !is_ours || decisions.since != since || !is_dense {
            return Err(ExchangeFault::Untrusted("decisions that do not follow").into());
        }
        self.memory.record_decisions(&decisions)?;
        if !decisions.more || decisions.decisions.is_empty() {
            self.stage = Stage::State;
        }
        Ok(())
    }

    fn take_state(&mut self, bytes: &[u8]) -> Result<(), M::Fault> {
        let state: State = self.opened(bytes, Purpose::State)?;
        let is_sound = state.server == self.party.server
            && state
                .programmes
                .iter()
                .all(|each| each.programme.check().is_ok() && each.spent().is_some());
        if !is_sound {
            return Err(ExchangeFault::Untrusted("a state that does not hold").into());
        }
        self.memory.adopt_state(&state)?;
        self.stage = Stage::Over;
        Ok(())
    }

    fn opened<T>(&self, bytes: &[u8], purpose: Purpose) -> Result<T, M::Fault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let envelope = Envelope::from_bytes(bytes).map_err(ExchangeFault::from)?;
        if envelope.signer != self.party.server.0 {
            return Err(ExchangeFault::Untrusted("another service has answered").into());
        }
        let opened = envelope.open(&self.party.server_public, purpose);
        Ok(opened.map_err(ExchangeFault::from)?)
    }
}
