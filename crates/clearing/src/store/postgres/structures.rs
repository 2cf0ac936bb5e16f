//! Structures, and the one-time codes that let their desks in.

use super::{
    PostgresBooks,
    columns::{get_bytes, get_siret, get_u64, signed},
};
use crate::{
    books::{Enrolment, Structure},
    error::Error,
    store::Structures,
};
use passerelle_domain::{id::DeviceId, siret::Siret, wire::ProofKey};

impl Structures for PostgresBooks<'_> {
    fn find_structure(&self, siret: &Siret) -> Result<Option<Structure>, Error> {
        let sql = "SELECT siret, name FROM structures WHERE siret = $1";
        self.find(sql, &[&siret.as_str()], |row| {
            Ok(Structure {
                siret: get_siret(row, 0)?,
                name: row.try_get(1)?,
            })
        })
    }

    fn record_structure(&self, structure: &Structure, added_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO structures (siret, name, added_at) VALUES ($1, $2, $3)";
        self.record(
            sql,
            &[&structure.siret.as_str(), &structure.name, &signed(added_at)],
        )
    }

    fn record_enrolment(
        &self,
        lookup: [u8; 3],
        proof_key: &ProofKey,
        siret: &Siret,
        issued_at: u64,
        ends_at: u64,
    ) -> Result<bool, Error> {
        let sql = "INSERT INTO enrolments (lookup, proof_key, siret, issued_at, ends_at)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
        let rows = self.execute(
            sql,
            &[
                &&lookup[..],
                &&proof_key.0[..],
                &siret.as_str(),
                &signed(issued_at),
                &signed(ends_at),
            ],
        )?;
        Ok(rows == 1)
    }

    fn find_enrolment(&self, lookup: [u8; 3]) -> Result<Option<Enrolment>, Error> {
        let sql = "SELECT proof_key, siret, name, ends_at, device, answer
            FROM enrolments JOIN structures USING (siret) LEFT JOIN enrolment_uses USING (lookup)
            WHERE lookup = $1";
        self.find(sql, &[&&lookup[..]], |row| {
            let answer: Option<Vec<u8>> = row.try_get(5)?;
            let used = match answer {
                Some(answer) => Some((DeviceId(get_bytes(row, 4)?), answer)),
                None => None,
            };
            Ok(Enrolment {
                proof_key: ProofKey(get_bytes(row, 0)?),
                structure: Structure {
                    siret: get_siret(row, 1)?,
                    name: row.try_get(2)?,
                },
                ends_at: get_u64(row, 3)?,
                used,
            })
        })
    }

    fn record_enrolment_use(
        &self,
        lookup: [u8; 3],
        device: DeviceId,
        answer: &[u8],
        used_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO enrolment_uses (lookup, device, answer, used_at) VALUES ($1, $2, $3, $4)";
        self.record(sql, &[&&lookup[..], &&device.0[..], &answer, &signed(used_at)])
    }
}
