//! What was paid, with which credential this device stands, and at what pace it is to come.

use super::{Asked, Exchange, ExchangeFault, Memory, Party, Request, Stage};
use crate::{
    credential::Credential,
    key::Purpose,
    wire::{MonthsHeard, Standing},
};

impl<M: Memory> Exchange<'_, M> {
    pub(super) fn ask_standing(&mut self) -> Result<Request, M::Fault> {
        let heard = self.memory.months_heard()?;
        Ok(self.ask(heard.to_path(), Asked::Standing(heard)))
    }

    pub(super) fn take_standing(&mut self, heard: &MonthsHeard, bytes: &[u8]) -> Result<(), M::Fault> {
        let standing: Standing = self.opened(bytes, Purpose::Standing)?;
        let credential = check(&self.party, heard, &standing)?;
        // Whoever begins anew has lost what it had told. It loses things once: one that begins again and
        // again would never be content.
        if standing.begins_anew && std::mem::replace(&mut self.has_begun_anew, true) {
            return Err(ExchangeFault::Untrusted("months that begin again").into());
        }
        self.memory.record_standing(&standing, &credential, bytes)?;
        if !standing.more || standing.months.is_empty() {
            self.stage = Stage::Over;
        }
        Ok(())
    }
}

/// The credential of a standing that answers what this device has asked.
fn check(party: &Party, heard: &MonthsHeard, standing: &Standing) -> Result<Credential, ExchangeFault> {
    let is_ours = standing.server == party.server
        && standing.device == party.device
        && standing.structure == party.structure.as_str();
    if !is_ours {
        return Err(ExchangeFault::Untrusted("where another device stands"));
    }
    if !standing.follows(heard) {
        return Err(ExchangeFault::Untrusted("months that do not follow"));
    }
    Credential::read(&standing.credential, &party.server_public)
        .filter(|it| it.device == party.key.public() && it.siret == party.structure.as_str())
        .ok_or(ExchangeFault::Untrusted("another device's credential"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{DeviceId, ServerId},
        key::PrivateKey,
        siret::Siret,
        wire::Trace,
    };
    use chrono::NaiveDate;

    const SIRET: &str = "99999999800019";
    const OTHER_SIRET: &str = "88888888000018";

    fn clearing() -> PrivateKey {
        PrivateKey::from_seed(&[1; 32])
    }

    fn party() -> Party {
        let key = PrivateKey::from_seed(&[2; 32]);
        Party {
            device: key.public().device_id(),
            key,
            server: clearing().public().server_id(),
            server_public: clearing().public(),
            replaced: Vec::new(),
            structure: Siret::parse(SIRET).expect("a SIRET"),
        }
    }

    fn credential(seed: u8, siret: &str) -> Credential {
        Credential {
            device: PrivateKey::from_seed(&[seed; 32]).public(),
            siret: siret.into(),
            structure: "Ville".into(),
            holds_from: NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date"),
        }
    }

    fn standing() -> Standing {
        Standing {
            server: party().server,
            generation: 0,
            device: party().device,
            structure: SIRET.into(),
            credential: credential(2, SIRET).sign(&clearing()).into(),
            pace_seconds: None,
            since: 0,
            last: None,
            begins_anew: true,
            months: Vec::new(),
            more: false,
            server_time: 0,
        }
    }

    fn is_taken(standing: &Standing) -> bool {
        check(&party(), &MonthsHeard::default(), standing).is_ok()
    }

    #[test]
    fn a_standing_is_taken_from_ones_own_service_for_oneself_alone() {
        assert!(is_taken(&standing()));
        for other in [
            Standing {
                server: ServerId([9; 16]),
                ..standing()
            },
            Standing {
                device: DeviceId([9; 16]),
                ..standing()
            },
            Standing {
                structure: OTHER_SIRET.into(),
                ..standing()
            },
            Standing {
                since: 1,
                last: Some(Trace([0; 8])),
                ..standing()
            },
        ] {
            assert!(!is_taken(&other), "{other:?}");
        }
    }

    #[test]
    fn a_credential_of_another_device_structure_or_service_is_not_ones_own() {
        let of = |credential: Credential, key: &PrivateKey| Standing {
            credential: credential.sign(key).into(),
            ..standing()
        };
        assert!(is_taken(&of(credential(2, SIRET), &clearing())));
        assert!(!is_taken(&of(credential(3, SIRET), &clearing())));
        assert!(!is_taken(&of(credential(2, OTHER_SIRET), &clearing())));
        let stranger = PrivateKey::from_seed(&[4; 32]);
        assert!(!is_taken(&of(credential(2, SIRET), &stranger)));
    }
}
