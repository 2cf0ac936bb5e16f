//! A desk, and a service that says what it is told to say.

use crate::{big_ledger::surroundings, forms};
use anyhow::{Result, anyhow};
use passerelle_desk::{
    Desk, Profile,
    form::EnrolForm,
    sync::{Answer, Link, LinkFault},
};
use passerelle_domain::{
    key::{PrivateKey, Purpose},
    wire::{Decisions, EnrolmentCode, EnrolmentForm, Envelope, Grant, State},
};
use std::{fs, path::Path};

const SIRET: &str = "99999999800019";

/// Any content, signed by the service.
macro_rules! sealed {
    ($key:expr, $purpose:expr, $content:expr) => {
        Envelope::seal($key.public().server_id().0, &$key, $purpose, $content).to_bytes()
    };
}

/// The desk of a new site.
pub struct OneDesk {
    desk: Desk,
    service: Service,
}

struct Service {
    key: PrivateKey,
    code: EnrolmentCode,
    state: Option<Vec<u8>>,
}

impl OneDesk {
    /// A desk in that folder, enrolled.
    pub fn make(folder: &Path) -> Result<Self> {
        let _ = fs::remove_dir_all(folder);
        let desk = Desk::open(Profile::at(folder), surroundings())?;
        desk.set_up(&forms::set_up("Cachan"))?;
        let service = Service {
            key: PrivateKey::from_seed(&[1; 32]),
            code: EnrolmentCode::from_chance([7; 9]),
            state: None,
        };
        let form = EnrolForm {
            address: "https://127.0.0.1".into(),
            code: service.code.to_string(),
        };
        desk.enrol(&form, &service)?;
        Ok(Self { desk, service })
    }

    /// What the service answers from now on to whoever asks for the state.
    pub fn say(&mut self, state: &State) {
        let state = State {
            server: self.service.key.public().server_id(),
            ..state.clone()
        };
        self.service.state = Some(sealed!(self.service.key, Purpose::State, &state));
    }

    /// One exchange. What was said is said once.
    pub fn exchange(&mut self) -> Result<()> {
        let is_said = self.service.state.is_some();
        let report = self.desk.sync(&self.service)?;
        self.service.state = None;
        if report.state_renewed == is_said {
            Ok(())
        } else {
            Err(anyhow!("the desk did not take the state in"))
        }
    }
}

impl Link for Service {
    fn post(&self, _path: &str, body: &[u8]) -> Result<Answer, LinkFault> {
        let form: EnrolmentForm = Envelope::from_bytes(body)
            .and_then(|parcel| parcel.read_unproven())
            .expect("the only parcel that is sent here");
        let (siret, name) = (SIRET.to_owned(), "Ville".to_owned());
        let grant = Grant::new(self.key.public(), form.public.device_id(), siret, name, 0);
        let grant = grant.proven(&self.code.proof_key());
        Ok(Answer::Parcel(sealed!(self.key, Purpose::Grant, &grant)))
    }

    fn get(&self, path: &str, _headers: &[(&str, String)]) -> Result<Answer, LinkFault> {
        if path.starts_with("/v1/state") {
            let state = self.state.clone();
            return Ok(state.map_or(Answer::Unchanged, Answer::Parcel));
        }
        if !path.starts_with("/v1/decisions") {
            // As a service that does not know the question.
            return Err(LinkFault::NoSuchPage);
        }
        let decisions = Decisions {
            server: self.key.public().server_id(),
            generation: 0,
            structure: SIRET.to_owned(),
            since: 0,
            decisions: Vec::new(),
            more: false,
            server_time: 0,
            is_ahead: false,
            lacks: None,
        };
        Ok(Answer::Parcel(sealed!(self.key, Purpose::Decisions, &decisions)))
    }
}
