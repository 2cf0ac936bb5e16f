//! The keys of the service: the one that signs, and the chain of those before it, whose word still counts
//! when somebody brings it back.

use passerelle_domain::{
    id::ServerId,
    key::{PrivateKey, PublicKey, Purpose},
    wire::{ChainFault, Envelope, FIRST_KEY, KeyChain, Succession},
};

/// The key that signs, and how it came to.
pub struct ServerKeys {
    private: PrivateKey,
    chain: KeyChain,
}

impl ServerKeys {
    /// A first key, that has replaced none.
    #[must_use]
    pub fn first(private: PrivateKey) -> Self {
        Self {
            private,
            chain: KeyChain::default(),
        }
    }

    /// The key at the end of that chain; `None` when it is another one.
    #[must_use]
    pub fn at_the_end_of(chain: KeyChain, private: PrivateKey) -> Option<Self> {
        let last = chain.successions().last();
        last.is_none_or(|last| last.new == private.public())
            .then_some(Self { private, chain })
    }

    /// How a new key takes the place of this one.
    #[must_use]
    pub fn hand_over(&self, new: &PrivateKey, since: u64) -> Succession {
        Succession::sign(&self.private, new, self.number() + 1, since)
    }

    /// The keys once a new one has taken the place of this one.
    ///
    /// # Errors
    /// The new key has signed before, or the chain is at its end.
    pub fn replaced_by(&self, new: PrivateKey, since: u64) -> Result<Self, ChainFault> {
        let mut successions = self.chain.successions().to_vec();
        successions.push(self.hand_over(&new, since));
        Ok(Self {
            chain: KeyChain::of(successions)?,
            private: new,
        })
    }

    /// The public half of the key that signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        self.private.public()
    }

    /// The identity of whoever signs, which every body names.
    #[must_use]
    pub fn id(&self) -> ServerId {
        self.public().server_id()
    }

    /// The identity of the service's first key, under which its books were begun.
    #[must_use]
    pub fn origin(&self) -> ServerId {
        let first = self.chain.successions().first();
        first.map_or_else(|| self.id(), |first| first.old.server_id())
    }

    /// The number of the key that signs, the first one's being 1.
    #[must_use]
    pub fn number(&self) -> u32 {
        let last = self.chain.successions().last();
        last.map_or(FIRST_KEY, |last| last.number)
    }

    /// Every replacement.
    #[must_use]
    pub const fn chain(&self) -> &KeyChain {
        &self.chain
    }

    /// The key that signs, for what has no envelope.
    pub(crate) const fn private(&self) -> &PrivateKey {
        &self.private
    }

    /// Signs what a desk is told: the bytes that travel.
    pub fn seal<T: minicbor::Encode<()>>(&self, purpose: Purpose, content: &T) -> Vec<u8> {
        Envelope::seal(self.id().0, &self.private, purpose, content).to_bytes()
    }

    /// The key of that identity, if it is one of the service's own.
    pub fn find(&self, signer: [u8; 16]) -> Option<PublicKey> {
        let mut keys = self.chain.keys();
        keys.push(self.public());
        keys.into_iter().find(|key| key.server_id().0 == signer)
    }
}
