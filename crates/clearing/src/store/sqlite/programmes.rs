//! Programmes, and the keys that sign their passes.

use super::{SqliteBooks, columns::signed};
use crate::{books::SigningPassKey, error::Error, store::Programmes};
use passerelle_domain::{
    key::PrivateKey,
    pass::PassKeyId,
    programme::{Programme, ProgrammeId},
};
use rusqlite::{OptionalExtension, Row};

impl Programmes for SqliteBooks<'_> {
    fn find_programme(&self, id: ProgrammeId) -> Result<Option<Programme>, Error> {
        let body: Option<String> = self
            .0
            .prepare_cached("SELECT body FROM programmes WHERE programme = ?1")?
            .query_row([id.0], |row| row.get(0))
            .optional()?;
        body.map(|body| read(&body)).transpose()
    }

    fn list_programmes(&self) -> Result<Vec<Programme>, Error> {
        let mut statement = self
            .0
            .prepare_cached("SELECT body FROM programmes ORDER BY programme")?;
        let bodies = statement.query_map([], |row| row.get::<_, String>(0))?;
        bodies.map(|body| read(&body?)).collect()
    }

    fn record_programme(&self, programme: &Programme, added_at: u64) -> Result<(), Error> {
        let body = serde_json::to_string(programme).expect("a programme has only text keys");
        let sql = "INSERT INTO programmes (programme, body, added_at) VALUES (?1, ?2, ?3)";
        self.0.execute(sql, (programme.id.0, body, signed(added_at)))?;
        Ok(())
    }

    fn record_pass_key(&self, programme: ProgrammeId, seed: &[u8; 32], made_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO pass_keys (pass_key, programme, seed, made_at)
            SELECT coalesce(max(pass_key), 0) + 1, ?1, ?2, ?3 FROM pass_keys";
        self.0.execute(sql, (programme.0, seed, signed(made_at)))?;
        Ok(())
    }

    fn find_pass_key(&self, programme: ProgrammeId) -> Result<Option<SigningPassKey>, Error> {
        let sql = "SELECT pass_key, seed FROM pass_keys WHERE programme = ?1 ORDER BY pass_key DESC LIMIT 1";
        Ok(self.0.query_row(sql, [programme.0], pass_key).optional()?)
    }

    fn list_pass_keys(&self) -> Result<Vec<SigningPassKey>, Error> {
        let mut statement = self
            .0
            .prepare_cached("SELECT pass_key, seed FROM pass_keys ORDER BY pass_key")?;
        let keys = statement.query_map([], pass_key)?;
        Ok(keys.collect::<Result<_, _>>()?)
    }
}

fn read(body: &str) -> Result<Programme, Error> {
    serde_json::from_str(body).map_err(|_| Error::Damaged("a programme that cannot be read"))
}

fn pass_key(row: &Row<'_>) -> rusqlite::Result<SigningPassKey> {
    Ok(SigningPassKey {
        id: PassKeyId(row.get(0)?),
        private: PrivateKey::from_seed(&row.get(1)?),
    })
}
