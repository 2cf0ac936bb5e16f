//! Structures, and the one-time codes that let their desks in.

use super::{MemoryBooks, rules::require, tables::EnrolmentRow};
use crate::{
    books::{Enrolment, Structure},
    error::Error,
    store::Structures,
};
use passerelle_domain::{id::DeviceId, siret::Siret, wire::ProofKey};

impl Structures for MemoryBooks<'_> {
    fn find_structure(&self, siret: &Siret) -> Result<Option<Structure>, Error> {
        let tables = self.look();
        let name = tables.structures.find(siret);
        Ok(name.map(|name| structure(siret, name)))
    }

    fn record_structure(&self, structure: &Structure, _added_at: u64) -> Result<(), Error> {
        require(!structure.name.is_empty(), "a structure has a name")?;
        let Structure { siret, name } = structure.clone();
        self.change().structures.record(siret, name)
    }

    fn record_enrolment(
        &self,
        lookup: [u8; 3],
        proof_key: &ProofKey,
        siret: &Siret,
        issued_at: u64,
        ends_at: u64,
    ) -> Result<bool, Error> {
        let mut tables = self.change();
        require(ends_at > issued_at, "a code serves for a time")?;
        if tables.enrolments.has(&lookup) {
            return Ok(false);
        }
        require(tables.structures.has(siret), "a code is a structure's")?;
        let row = EnrolmentRow {
            proof_key: *proof_key,
            siret: siret.clone(),
            ends_at,
        };
        tables.enrolments.record(lookup, row)?;
        Ok(true)
    }

    fn find_enrolment(&self, lookup: [u8; 3]) -> Result<Option<Enrolment>, Error> {
        let tables = self.look();
        let found = tables.enrolments.find(&lookup).and_then(|row| {
            let name = tables.structures.find(&row.siret)?;
            let used = tables.enrolment_uses.find(&lookup);
            Some(Enrolment {
                proof_key: row.proof_key,
                structure: structure(&row.siret, name),
                ends_at: row.ends_at,
                used: used.map(|(device, answer)| (*device, answer.to_vec())),
            })
        });
        Ok(found)
    }

    fn record_enrolment_use(
        &self,
        lookup: [u8; 3],
        device: DeviceId,
        answer: &[u8],
        _used_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.enrolments.has(&lookup), "a code serves once issued")?;
        require(tables.devices.has(&device), "a code serves a device")?;
        tables.enrolment_uses.record(lookup, (device, answer.into()))
    }
}

fn structure(siret: &Siret, name: &str) -> Structure {
    Structure {
        siret: siret.clone(),
        name: name.to_owned(),
    }
}
