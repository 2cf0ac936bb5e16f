//! What outlives a step of an exchange.

use super::{ExchangeFault, Overtaken, Recovered};
use crate::{
    credential::Credential,
    event::Link,
    id::{DeviceId, Epoch, ServerId},
    key::{PrivateKey, PublicKey, Purpose},
    siret::Siret,
    wire::{
        Batch, Decision, Decisions, Envelope, Head, KeyChain, MonthsHeard, Noted, Receipt, Standing, State,
        Trace,
    },
};

/// The two sides of an exchange, as the device knows them.
pub struct Party {
    /// The device.
    pub device: DeviceId,
    /// Its key.
    pub key: PrivateKey,
    /// The service that it trusts.
    pub server: ServerId,
    /// The only key whose signature counts.
    pub server_public: PublicKey,
    /// Those that it has taken over from, the oldest first, as far as they are known: what they have
    /// signed and the device has kept stays good.
    pub replaced: Vec<PublicKey>,
    /// The structure that the device works for.
    pub structure: Siret,
}

impl Party {
    /// Opens what the trusted service has signed for that purpose.
    ///
    /// # Errors
    /// It is no parcel, or of somebody else.
    pub fn open<T>(&self, bytes: &[u8], purpose: Purpose) -> Result<T, ExchangeFault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let envelope = Envelope::from_bytes(bytes)?;
        if self.has_replaced(envelope.signer) {
            return Err(ExchangeFault::Replaced);
        }
        if envelope.signer != self.server.0 {
            return Err(ExchangeFault::Untrusted("another service has answered"));
        }
        Ok(envelope.open(&self.server_public, purpose)?)
    }
}

/// A sealed batch: the exact bytes to send, as often as it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which life.
    pub epoch: Epoch,
    /// The first event.
    pub first_seq: u64,
    /// The last event.
    pub last_seq: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// An objection: the exact bytes to send, as often as it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedObjection {
    /// Its place among those that the device has written, from 1.
    pub number: u64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Which state is held. A service restored from a backup begins a new generation, whose states are
/// all newer than those before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateVersion {
    /// The generation.
    pub generation: u32,
    /// The version in it.
    pub version: u64,
}

/// How clearing let a device in: the form and the grant, as they travelled.
pub type LetIn = (Vec<u8>, Vec<u8>);

/// What became of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adoption {
    /// It is held now.
    Adopted,
    /// What is held is as new: nothing was changed.
    Older,
    /// Applied, it does not give what it says: nothing was changed.
    DoesNotHold,
}

/// What a device remembers of its exchanges: its ledger, or a simulation's. Each method is one
/// transaction, kept whole or not at all, and kept for good when it returns.
pub trait Memory {
    /// What can go wrong with it, and what can go wrong with the exchange itself.
    type Fault: From<ExchangeFault>;

    /// The oldest events that stand in no batch yet, as the batch to seal: of one life, as many as a
    /// batch carries.
    fn find_unsealed(&self) -> Result<Option<Batch>, Self::Fault>;

    /// Keeps the bytes of a sealed batch.
    fn record_batch(&self, batch: &Batch, bytes: &[u8]) -> Result<(), Self::Fault>;

    /// The oldest `most` batches without an answer, in order.
    fn list_unanswered(&self, most: usize) -> Result<Vec<Sealed>, Self::Fault>;

    /// How far each life was answered, those without an answer left out, the
    /// [`MAX_HEADS`](crate::wire::MAX_HEADS) youngest.
    fn heads(&self) -> Result<Vec<Head>, Self::Fault>;

    /// The answered batches of a life from the one that holds event `from` on, in order, each with its
    /// receipt as received.
    fn list_answered(&self, epoch: Epoch, from: u64) -> Result<Vec<(Sealed, Vec<u8>)>, Self::Fault>;

    /// The answered batch that holds that event, with its receipt as received; of several the one that ends
    /// first, which [`Memory::list_answered`] gives before any that follows the event.
    fn find_answered(&self, epoch: Epoch, seq: u64) -> Result<Option<(Sealed, Vec<u8>)>, Self::Fault>;

    /// The batch of its own that holds that event, answered or not.
    fn find_sealed(&self, epoch: Epoch, seq: u64) -> Result<Option<Sealed>, Self::Fault>;

    /// The link of its own log after that event, its root for 0; `None` for an event or a life that it
    /// has not written, or that is no longer its own.
    fn find_link(&self, epoch: Epoch, seq: u64) -> Result<Option<Link>, Self::Fault>;

    /// Keeps what clearing has of this device's log and the memory does not, and lets go of what was
    /// overtaken, in one transaction. Says whether anything was new.
    ///
    /// A piece that is a batch of its own without an answer answers it; another one is kept beside.
    /// For each overtaken life a new one begins, whose parent is the last event of the current life that
    /// is not overtaken itself; the events after `last_seq` become its first ones, in order
    /// ([`Event::moved_to`](crate::event::Event::moved_to)), and are sealed apart, as known at
    /// `known_time`. Batches that hold one of them are not sent any more.
    fn record_log(&self, recovered: &[Recovered], overtaken: &[Overtaken]) -> Result<bool, Self::Fault>;

    /// The link of the log after that event.
    fn link_after(&self, epoch: Epoch, seq: u64) -> Result<Link, Self::Fault>;

    /// Keeps a checked answer, as received; the events that it answers are cleared.
    fn record_receipt(&self, sealed: &Sealed, receipt: &Receipt, bytes: &[u8]) -> Result<(), Self::Fault>;

    /// Keeps a chain of the service's keys, of which some may be known. Its last key is trusted from
    /// now on, and no other.
    fn adopt_keys(&self, chain: &KeyChain) -> Result<(), Self::Fault>;

    /// How clearing let this device in, if that was kept.
    fn find_enrolment(&self) -> Result<Option<LetIn>, Self::Fault>;

    /// The last decision heard.
    fn last_decision(&self) -> Result<Option<Decision>, Self::Fault>;

    /// The highest generation of the service that decisions were heard from; 0 before any.
    fn generation(&self) -> Result<u32, Self::Fault>;

    /// The pieces of the stream as received, in order: those that brought a decision, and the first
    /// of each generation.
    fn list_decision_parcels(&self) -> Result<Vec<Vec<u8>>, Self::Fault>;

    /// Keeps decisions that follow the last one heard, and their generation, as received; and that clearing
    /// has lost what it had noted, if it [says so](Decisions::lacks) of [`Self::last_noted`].
    fn record_decisions(&self, decisions: &Decisions, bytes: &[u8]) -> Result<(), Self::Fault>;

    /// The objections after number `after` that clearing has not noted since it last lost any, in order,
    /// `most` at most.
    fn list_unnoted(&self, after: u64, most: usize) -> Result<Vec<SealedObjection>, Self::Fault>;

    /// The trace of the objection that clearing has noted last, unless it has lost any since.
    fn last_noted(&self) -> Result<Option<Trace>, Self::Fault>;

    /// Keeps a checked word that an objection was noted, as received.
    fn record_noted(
        &self,
        objection: &SealedObjection,
        noted: &Noted,
        bytes: &[u8],
    ) -> Result<(), Self::Fault>;

    /// Which state is held.
    fn state_version(&self) -> Result<Option<StateVersion>, Self::Fault>;

    /// Applies a state to the one held, unless that is as new, and adopts the outcome if it is what
    /// the state says it is.
    fn adopt_state(&self, state: &State) -> Result<Adoption, Self::Fault>;

    /// How far it was told of the months that clearing has closed, since clearing last told of all of
    /// them.
    fn months_heard(&self) -> Result<MonthsHeard, Self::Fault>;

    /// Keeps what clearing has told of where this device stands, as received: months that follow those
    /// heard or tell of all anew, the credential, and the pace if one is wished.
    fn record_standing(
        &self,
        standing: &Standing,
        credential: &Credential,
        bytes: &[u8],
    ) -> Result<(), Self::Fault>;
}
