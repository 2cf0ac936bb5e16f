//! What a site objects to: brought after the batches, one by one, and noted by clearing.
//!
//! Nothing else waits for it. An objection that is not taken now is brought again by the next exchange, and
//! one that clearing has lost since, going on from an old copy, likewise.

use super::{Answer, Asked, Exchange, ExchangeFault, Memory, Party, Request, SealedObjection};
use crate::{
    key::Purpose,
    wire::{Noted, Trace},
};

/// Where objections go.
pub const OBJECTIONS: &str = "/v1/objections";

impl<M: Memory> Exchange<'_, M> {
    /// The next objection to bring, unless all were.
    pub(super) fn next_objection(&mut self) -> Result<Option<Request>, M::Fault> {
        let next = self.memory.list_unnoted(self.last_objection, 1)?.pop();
        Ok(next.map(|objection| {
            let body = objection.bytes.clone();
            self.asked = Some(Asked::Objection(objection));
            let path = OBJECTIONS;
            Request::Post { path, body }
        }))
    }

    /// Whatever became of it, it is not brought again in this exchange.
    pub(super) fn take_objection(
        &mut self,
        objection: &SealedObjection,
        answer: &Answer,
    ) -> Result<(), M::Fault> {
        match answer {
            Answer::Parcel(bytes) => self.take_noted(objection, bytes)?,
            // A service that is older than objections.
            Answer::Unchanged => {}
            Answer::Refused(refused) if refused.is_for_later() => {
                return Err(ExchangeFault::Refused(*refused).into());
            }
            // About an event that it has lost, for instance.
            Answer::Refused(_) => {}
        }
        self.last_objection = objection.number;
        Ok(())
    }

    fn take_noted(&self, objection: &SealedObjection, bytes: &[u8]) -> Result<(), M::Fault> {
        let noted: Noted = self.opened(bytes, Purpose::Noted)?;
        if !is_answer(&self.party, objection, &noted) {
            return Err(ExchangeFault::Untrusted("another objection was noted").into());
        }
        self.memory.record_noted(objection, &noted, bytes)
    }
}

/// Whether it says of that very objection that it is noted.
fn is_answer(party: &Party, objection: &SealedObjection, noted: &Noted) -> bool {
    noted.server == party.server
        && noted.device == party.device
        && noted.objection == Trace::of_bytes(&objection.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{DeviceId, ServerId},
        key::PrivateKey,
        siret::Siret,
    };

    #[test]
    fn a_word_counts_for_the_objection_that_it_names_from_ones_own_service_alone() {
        let (key, clearing) = (PrivateKey::from_seed(&[2; 32]), PrivateKey::from_seed(&[1; 32]));
        let party = Party {
            device: key.public().device_id(),
            key,
            server: clearing.public().server_id(),
            server_public: clearing.public(),
            replaced: Vec::new(),
            structure: Siret::parse("99999999800019").expect("a SIRET"),
        };
        let objection = SealedObjection {
            number: 1,
            bytes: vec![1, 2, 3],
        };
        let noted = Noted {
            server: party.server,
            generation: 0,
            device: party.device,
            objection: Trace::of_bytes(&objection.bytes),
            server_time: 9,
        };
        assert!(is_answer(&party, &objection, &noted));
        for other in [
            Noted {
                server: ServerId([9; 16]),
                ..noted.clone()
            },
            Noted {
                device: DeviceId([9; 16]),
                ..noted.clone()
            },
            Noted {
                objection: Trace::of_bytes(&[1, 2]),
                ..noted.clone()
            },
        ] {
            assert!(!is_answer(&party, &objection, &other), "{other:?}");
        }
    }
}
