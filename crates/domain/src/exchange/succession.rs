//! A service whose key was replaced: the device follows the chain from the key that it trusts to the
//! newest one, and believes no other from then on. What the older ones have signed and it has kept
//! stays good.

use super::{Asked, Exchange, ExchangeFault, Memory, Party};
use crate::{
    key::Purpose,
    wire::{ChainFault, Envelope, KeyChain, Log},
};

/// Where the chain of the service's keys is asked for. Nobody signs the question: whoever knows the
/// answer knows nothing that he should not.
pub const KEYS: &str = "/v1/keys";

impl Party {
    /// Follows a chain. Says whether it has taught anything: another key is trusted, or more is known of
    /// those before it.
    ///
    /// # Errors
    /// The chain says otherwise than what was followed before, or nothing of the key that is trusted.
    pub fn follow(&mut self, chain: &KeyChain) -> Result<bool, ChainFault> {
        let mut known = self.replaced.clone();
        known.push(self.server_public);
        for succession in chain.successions() {
            for pair in known.windows(2) {
                if (pair[0] == succession.old) != (pair[1] == succession.new) {
                    return Err(ChainFault::Fork);
                }
            }
        }
        let mut keys = chain.keys();
        if !keys.contains(&self.server_public) {
            // A service that went on from old files shows less than what is known here.
            let is_older = keys.iter().any(|key| known.contains(key));
            return if is_older {
                Ok(false)
            } else {
                Err(ChainFault::Elsewhere)
            };
        }
        let Some(newest) = keys.pop() else {
            return Ok(false);
        };
        let is_news = newest != self.server_public || keys.len() > self.replaced.len();
        self.server = newest.server_id();
        self.server_public = newest;
        self.replaced = keys;
        Ok(is_news)
    }

    /// Whether a key that was replaced has this identity.
    #[must_use]
    pub fn has_replaced(&self, signer: [u8; 16]) -> bool {
        self.replaced.iter().any(|key| key.server_id().0 == signer)
    }

    /// Opens what the service has signed for that purpose with any of the keys that it ever had: what
    /// was answered long ago. Somebody who is trusted now must have brought it.
    ///
    /// # Errors
    /// It is no parcel, or of somebody else.
    pub fn open_kept<T>(&self, bytes: &[u8], purpose: Purpose) -> Result<T, ExchangeFault>
    where
        T: for<'b> minicbor::Decode<'b, ()>,
    {
        let envelope = Envelope::from_bytes(bytes)?;
        let mut keys = self.replaced.iter().chain([&self.server_public]);
        match keys.find(|key| key.server_id().0 == envelope.signer) {
            Some(key) => Ok(envelope.open(key, purpose)?),
            None => Err(ExchangeFault::Untrusted("another service has answered")),
        }
    }

    /// Whether none of the keys known here has signed that parcel.
    fn is_of_a_stranger(&self, parcel: &[u8]) -> bool {
        Envelope::read_signer(parcel)
            .is_some_and(|signer| signer != self.server.0 && !self.has_replaced(signer))
    }
}

impl<M: Memory> Exchange<'_, M> {
    /// Whether an answer is signed by a key that is not known here, and the chain was not asked for yet:
    /// then it is, and what was asked is asked again.
    pub(super) fn looks_for_keys(&mut self, asked: &Asked, parcel: &[u8]) -> bool {
        let is_strange = match asked {
            Asked::Batch(_)
            | Asked::Objection(_)
            | Asked::Decisions { .. }
            | Asked::State { .. }
            | Asked::Standing(_) => self.party.is_of_a_stranger(parcel),
            Asked::Log => self.party.is_of_a_stranger(parcel) || self.holds_a_strange_receipt(parcel),
            // What came back for several is looked at one by one.
            Asked::Several(_) | Asked::Recall | Asked::Keys => false,
        };
        let looks = is_strange && !self.has_asked_keys;
        self.has_asked_keys |= looks;
        self.wants_keys = looks;
        looks
    }

    /// A service may give back what it has signed before this device ever heard of it.
    fn holds_a_strange_receipt(&self, parcel: &[u8]) -> bool {
        let log: Result<Log, _> = self.opened(parcel, Purpose::Log);
        log.is_ok_and(|log| {
            let mut pieces = log.pieces.iter();
            pieces.any(|piece| self.party.is_of_a_stranger(&piece.receipt))
        })
    }

    /// Follows the chain, and trusts its last key from now on. Says whether anything of it was new.
    pub(super) fn take_keys(&mut self, bytes: &[u8]) -> Result<bool, M::Fault> {
        self.wants_keys = false;
        let Some(read) = KeyChain::from_bytes(bytes) else {
            return Err(ExchangeFault::Untrusted("the chain of keys has another shape").into());
        };
        let chain = read.map_err(ExchangeFault::Chain)?;
        if chain.is_empty() {
            return Err(ExchangeFault::Untrusted("another service has answered").into());
        }
        let is_news = self.party.follow(&chain).map_err(ExchangeFault::Chain)?;
        if is_news {
            self.memory.adopt_keys(&chain)?;
        }
        Ok(is_news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::DeviceId,
        key::{PrivateKey, PublicKey},
        siret::Siret,
        wire::Succession,
    };

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::from_seed(&[seed; 32])
    }

    fn public(seed: u8) -> PublicKey {
        key(seed).public()
    }

    /// The chain of the keys of these seeds.
    fn chain(seeds: &[u8]) -> KeyChain {
        let pairs = (2..).zip(seeds.windows(2));
        let signed = pairs.map(|(number, pair)| Succession::sign(&key(pair[0]), &key(pair[1]), number, 7));
        KeyChain::of(signed.collect()).expect("proven")
    }

    /// A device that trusts the last of these keys and has followed them all.
    fn trusting(seeds: &[u8]) -> Party {
        let (last, before) = seeds.split_last().expect("a key");
        Party {
            device: DeviceId([2; 16]),
            key: key(99),
            server: public(*last).server_id(),
            server_public: public(*last),
            replaced: before.iter().map(|seed| public(*seed)).collect(),
            structure: Siret::parse("99999999800019").expect("a SIRET"),
        }
    }

    fn known(party: &Party) -> Vec<PublicKey> {
        let mut keys = party.replaced.clone();
        keys.push(party.server_public);
        keys
    }

    #[test]
    fn a_device_walks_from_the_key_it_trusts_to_the_newest() {
        for (trusted, seeds) in [
            (&[1][..], &[1, 2][..]),
            (&[1], &[1, 2, 3, 4]),
            (&[1, 2], &[1, 2, 3]),
            // Let in with the second key, it learns of the first as well.
            (&[2], &[1, 2, 3]),
            (&[2], &[1, 2]),
        ] {
            let mut party = trusting(trusted);
            assert_eq!(party.follow(&chain(seeds)), Ok(true), "{trusted:?} {seeds:?}");
            let expected: Vec<PublicKey> = seeds.iter().map(|seed| public(*seed)).collect();
            assert_eq!(known(&party), expected);
            assert_eq!(party.server, party.server_public.server_id());
            assert_eq!(party.follow(&chain(seeds)), Ok(false), "nothing is new twice");
        }
    }

    #[test]
    fn a_chain_that_forks_off_or_starts_elsewhere_changes_nothing() {
        for (trusted, seeds, fault) in [
            (&[1, 2][..], &[1, 9][..], ChainFault::Fork),
            (&[1, 2], &[1, 9, 3], ChainFault::Fork),
            // Somebody gives the trusted key another past.
            (&[1, 2], &[9, 2, 3], ChainFault::Fork),
            (&[1, 2, 3], &[1, 2, 9], ChainFault::Fork),
            (&[1], &[8, 9], ChainFault::Elsewhere),
            (&[3], &[1, 2], ChainFault::Elsewhere),
        ] {
            let mut party = trusting(trusted);
            let before = known(&party);
            assert_eq!(party.follow(&chain(seeds)), Err(fault), "{trusted:?} {seeds:?}");
            assert_eq!(known(&party), before);
        }
    }

    #[test]
    fn a_service_with_its_old_files_teaches_nothing() {
        let mut party = trusting(&[1, 2, 3]);
        assert_eq!(party.follow(&chain(&[1, 2])), Ok(false));
        assert_eq!(party.server_public, public(3));
    }

    #[test]
    fn what_a_replaced_key_has_signed_is_good_if_it_was_kept_and_never_as_news() {
        let party = trusting(&[1, 2]);
        let signed = |seed: u8| {
            let signer = public(seed).server_id().0;
            Envelope::seal(signer, &key(seed), Purpose::Receipt, &7u32).to_bytes()
        };
        assert_eq!(party.open(&signed(2), Purpose::Receipt), Ok(7u32));
        assert_eq!(
            party.open::<u32>(&signed(1), Purpose::Receipt),
            Err(ExchangeFault::Replaced)
        );
        for seed in [1, 2] {
            assert_eq!(party.open_kept(&signed(seed), Purpose::Receipt), Ok(7u32));
        }
        let stranger = ExchangeFault::Untrusted("another service has answered");
        assert_eq!(
            party.open::<u32>(&signed(9), Purpose::Receipt),
            Err(stranger.clone())
        );
        assert_eq!(
            party.open_kept::<u32>(&signed(9), Purpose::Receipt),
            Err(stranger)
        );
    }
}
