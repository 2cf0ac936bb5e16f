//! Enrolled desks, and the places that they speak of.

use super::{
    PostgresBooks,
    ahead::Ahead,
    columns::{get_bytes, get_siret, get_u32, get_u64, signed},
};
use crate::{books::Device, error::Error, store::Devices};
use passerelle_domain::{id::DeviceId, key::PublicKey, siret::Siret, wire::SiteEntry};

impl Devices for PostgresBooks<'_> {
    fn find_device(&self, id: DeviceId) -> Result<Option<Device>, Error> {
        let sql =
            "SELECT public_key, siret, enrolled_at, EXISTS (SELECT 1 FROM revocations WHERE device = $1)
            FROM devices WHERE device = $1";
        self.find(sql, &[&&id.0[..]], |row| {
            Ok(Device {
                id,
                public: PublicKey(get_bytes(row, 0)?),
                siret: get_siret(row, 1)?,
                enrolled_at: get_u64(row, 2)?,
                is_revoked: row.try_get(3)?,
            })
        })
    }

    fn record_device(
        &self,
        public: PublicKey,
        siret: &Siret,
        label: &str,
        enrolled_at: u64,
    ) -> Result<(), Error> {
        let sql = "INSERT INTO devices (device, public_key, siret, label, enrolled_at)
            VALUES ($1, $2, $3, $4, $5)";
        self.record(
            sql,
            &[
                &&public.device_id().0[..],
                &&public.0[..],
                &siret.as_str(),
                &label,
                &signed(enrolled_at),
            ],
        )
    }

    fn record_revocation(&self, device: DeviceId, revoked_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO revocations (device, revoked_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        self.record(sql, &[&&device.0[..], &signed(revoked_at)])
    }

    fn record_site(&self, device: DeviceId, version: u32, entry: &SiteEntry) -> Result<(), Error> {
        self.learn(Ahead::forget_sites);
        let sql = "INSERT INTO sites (device, site, version, name, insee_code) VALUES ($1, $2, $3, $4, $5)";
        self.record(
            sql,
            &[
                &&device.0[..],
                &i32::from(entry.site),
                &i64::from(version),
                &entry.name,
                &entry.insee_code,
            ],
        )
    }

    fn find_site(
        &self,
        device: DeviceId,
        site: u16,
        version: Option<u32>,
    ) -> Result<Option<(u32, SiteEntry)>, Error> {
        if let Some(known) = self.known(|ahead| ahead.site(device, site, version)) {
            return Ok(known);
        }
        let sql = "SELECT version, name, insee_code FROM sites
            WHERE device = $1 AND site = $2 AND version = coalesce($3, version) ORDER BY version DESC LIMIT 1";
        let values = (i32::from(site), version.map(i64::from));
        let found = self.find(sql, &[&&device.0[..], &values.0, &values.1], |row| {
            let entry = SiteEntry {
                site,
                name: row.try_get(1)?,
                insee_code: row.try_get(2)?,
            };
            Ok((get_u32(row, 0)?, entry))
        })?;
        self.learn(|ahead| ahead.keep_site(device, site, version, &found));
        Ok(found)
    }
}
