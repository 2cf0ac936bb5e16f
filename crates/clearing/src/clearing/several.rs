//! Several batches in one request. Each is judged as if it had come alone; what one request may hold,
//! and in whose name, is looked at first.

use super::Clearing;
use crate::error::Error;
use passerelle_domain::{
    exchange::{MAX_TOGETHER, MAX_TOGETHER_BYTES},
    wire::{Answer, Envelope, Outward, Pouch, Refused},
};

impl Clearing {
    /// The batches of one request, as they came: no signature was looked at.
    ///
    /// # Errors
    /// [`Refused`]: larger than a request may be, or not one batch or more of one device and nothing
    /// beside. The other parts of a pouch have doors of their own, with limits of their own.
    pub(crate) fn read_several(body: &[u8]) -> Result<Outward, Refused> {
        if body.len() > MAX_TOGETHER_BYTES {
            return Err(Refused::TooLarge);
        }
        let Ok(Pouch::Outward(outward)) = Pouch::from_bytes(body) else {
            return Err(Refused::Malformed);
        };
        if outward.batches.len() > MAX_TOGETHER {
            return Err(Refused::TooLarge);
        }
        let nothing_else = Outward {
            batches: outward.batches.clone(),
            ..Outward::of(outward.device)
        };
        let mut signers = outward.batches.iter().map(|parcel| Envelope::read_signer(parcel));
        let is_of_one = signers.all(|signer| signer == Some(outward.device.0));
        if outward.batches.is_empty() || outward != nothing_else || !is_of_one {
            return Err(Refused::Malformed);
        }
        Ok(outward)
    }

    /// Takes several batches in their order, each in a transaction of its own, and gives the return with
    /// a receipt or a refusal for each, ready to travel.
    ///
    /// # Errors
    /// [`Refused`], as said by [`Clearing::read_several`]: nothing was looked at then. Or the books do
    /// not answer: what was answered until then stays, and the same request gets the same receipts.
    pub fn receive_several(&self, body: &[u8]) -> Result<Vec<u8>, Error> {
        let outward = Self::read_several(body)?;
        let back = self.answer_pouch(&outward)?;
        for answered in &back.batches {
            if let Answer::Refused(refused) = answered.answer {
                self.meters.count_refusal(refused);
            }
        }
        Ok(back.to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_domain::{
        id::DeviceId,
        key::{PrivateKey, Purpose},
        wire::{Question, SignedQuestion},
    };

    fn key() -> PrivateKey {
        PrivateKey::from_seed(&[3; 32])
    }

    /// A pouch of so many parcels of that device, whose content nobody looks at here.
    fn pouch(count: usize) -> Outward {
        let device = key().public().device_id();
        let parcel = Envelope::seal(device.0, &key(), Purpose::Batch, &1_u8).to_bytes();
        Outward {
            batches: vec![parcel.into(); count],
            ..Outward::of(device)
        }
    }

    fn read(outward: &Outward) -> Result<usize, Refused> {
        Clearing::read_several(&outward.to_bytes()).map(|read| read.batches.len())
    }

    #[test]
    fn no_more_batches_are_read_than_go_together() {
        assert_eq!(read(&pouch(1)), Ok(1));
        assert_eq!(read(&pouch(MAX_TOGETHER)), Ok(MAX_TOGETHER));
        assert_eq!(read(&pouch(MAX_TOGETHER + 1)), Err(Refused::TooLarge));
        assert_eq!(read(&pouch(0)), Err(Refused::Malformed));
        let large = vec![0; MAX_TOGETHER_BYTES + 1];
        assert_eq!(Clearing::read_several(&large).err(), Some(Refused::TooLarge));
    }

    #[test]
    fn whatever_has_a_door_of_its_own_does_not_come_in_beside_batches() {
        let question = || {
            let question = Question::ask(&key(), "/v1/state");
            Some(SignedQuestion::new("/v1/state".into(), &question))
        };
        for outward in [
            Outward {
                form: Some(vec![1].into()),
                ..pouch(2)
            },
            Outward {
                recalls: vec![vec![1].into()],
                ..pouch(2)
            },
            Outward {
                decisions: question(),
                ..pouch(2)
            },
            Outward {
                state: question(),
                ..pouch(2)
            },
            Outward {
                standing: question(),
                ..pouch(2)
            },
        ] {
            assert_eq!(read(&outward), Err(Refused::Malformed), "{outward:?}");
        }
    }

    #[test]
    fn nobody_spends_what_another_device_may_ask() {
        let in_anothers_name = Outward {
            device: DeviceId([1; 16]),
            ..pouch(2)
        };
        assert_eq!(read(&in_anothers_name), Err(Refused::Malformed));
    }
}
