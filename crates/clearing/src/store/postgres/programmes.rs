//! Programmes, and the keys that sign their passes.

use super::{
    PostgresBooks,
    columns::{get_bytes, get_u16, signed},
};
use crate::{books::SigningPassKey, error::Error, store::Programmes};
use passerelle_domain::{
    key::PrivateKey,
    pass::PassKeyId,
    programme::{Programme, ProgrammeId},
};
use postgres::Row;

impl Programmes for PostgresBooks<'_> {
    fn find_programme(&self, id: ProgrammeId) -> Result<Option<Programme>, Error> {
        let sql = "SELECT CAST(body AS text) FROM programmes WHERE programme = $1";
        self.find(sql, &[&i32::from(id.0)], programme)
    }

    fn list_programmes(&self) -> Result<Vec<Programme>, Error> {
        let sql = "SELECT CAST(body AS text) FROM programmes ORDER BY programme";
        self.list(sql, &[], programme)
    }

    fn record_programme(&self, programme: &Programme, added_at: u64) -> Result<(), Error> {
        let body = serde_json::to_string(programme).expect("a programme has only text keys");
        let sql = "INSERT INTO programmes (programme, body, added_at)
            VALUES ($1, CAST(CAST($2 AS text) AS json), $3)";
        self.record(sql, &[&i32::from(programme.id.0), &body, &signed(added_at)])
    }

    fn record_pass_key(&self, programme: ProgrammeId, seed: &[u8; 32], made_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO pass_keys (pass_key, programme, seed, made_at)
            VALUES ((SELECT coalesce(max(pass_key), 0) + 1 FROM pass_keys), $1, $2, $3)";
        let values = (i32::from(programme.0), signed(made_at));
        self.record(sql, &[&values.0, &&seed[..], &values.1])
    }

    fn find_pass_key(&self, programme: ProgrammeId) -> Result<Option<SigningPassKey>, Error> {
        let sql = "SELECT pass_key, seed FROM pass_keys WHERE programme = $1 ORDER BY pass_key DESC LIMIT 1";
        self.find(sql, &[&i32::from(programme.0)], pass_key)
    }

    fn list_pass_keys(&self) -> Result<Vec<SigningPassKey>, Error> {
        let sql = "SELECT pass_key, seed FROM pass_keys ORDER BY pass_key";
        self.list(sql, &[], pass_key)
    }
}

fn programme(row: &Row) -> Result<Programme, Error> {
    serde_json::from_str(row.try_get(0)?).map_err(|_| Error::Damaged("a programme that cannot be read"))
}

fn pass_key(row: &Row) -> Result<SigningPassKey, Error> {
    Ok(SigningPassKey {
        id: PassKeyId(get_u16(row, 0)?),
        private: PrivateKey::from_seed(&get_bytes(row, 1)?),
    })
}
