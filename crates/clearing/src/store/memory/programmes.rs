//! Programmes, and the keys that sign their passes.

use super::{MemoryBooks, rules::require, tables::PassKeyRow};
use crate::{books::SigningPassKey, error::Error, store::Programmes};
use passerelle_domain::{
    key::PrivateKey,
    pass::PassKeyId,
    programme::{Programme, ProgrammeId},
};

impl Programmes for MemoryBooks<'_> {
    fn find_programme(&self, id: ProgrammeId) -> Result<Option<Programme>, Error> {
        Ok(self.look().programmes.find(&id).cloned())
    }

    fn list_programmes(&self) -> Result<Vec<Programme>, Error> {
        let tables = self.look();
        Ok(tables
            .programmes
            .all()
            .map(|(_, programme)| programme.clone())
            .collect())
    }

    fn record_programme(&self, programme: &Programme, _added_at: u64) -> Result<(), Error> {
        self.change().programmes.record(programme.id, programme.clone())
    }

    fn record_pass_key(&self, programme: ProgrammeId, seed: &[u8; 32], _made_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.programmes.has(&programme), "a key is a programme's")?;
        let last = tables
            .pass_keys
            .all()
            .next_back()
            .map_or(0, |(number, _)| *number);
        require(last < u16::MAX, "a key's number has 16 bits")?;
        let row = PassKeyRow {
            programme,
            seed: *seed,
        };
        tables.pass_keys.record(last + 1, row)
    }

    fn find_pass_key(&self, programme: ProgrammeId) -> Result<Option<SigningPassKey>, Error> {
        let tables = self.look();
        let mut keys = tables.pass_keys.all().rev();
        let newest = keys.find(|(_, row)| row.programme == programme);
        Ok(newest.map(|(number, row)| key(*number, row)))
    }

    fn list_pass_keys(&self) -> Result<Vec<SigningPassKey>, Error> {
        let tables = self.look();
        Ok(tables
            .pass_keys
            .all()
            .map(|(number, row)| key(*number, row))
            .collect())
    }
}

fn key(number: u16, row: &PassKeyRow) -> SigningPassKey {
    SigningPassKey {
        id: PassKeyId(number),
        private: PrivateKey::from_seed(&row.seed),
    }
}
