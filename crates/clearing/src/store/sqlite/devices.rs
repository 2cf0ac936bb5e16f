//! Enrolled desks, and the places that they speak of.

use super::{
    SqliteBooks,
    columns::{get_siret, get_u64, signed},
};
use crate::{books::Device, error::Error, store::Devices};
use passerelle_domain::{id::DeviceId, key::PublicKey, siret::Siret, wire::SiteEntry};
use rusqlite::OptionalExtension;

impl Devices for SqliteBooks<'_> {
    fn find_device(&self, id: DeviceId) -> Result<Option<Device>, Error> {
        let sql =
            "SELECT public_key, siret, enrolled_at, EXISTS (SELECT 1 FROM revocations WHERE device = ?1)
            FROM devices WHERE device = ?1";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row([id.0], |row| {
                Ok(Device {
                    id,
                    public: PublicKey(row.get(0)?),
                    siret: get_siret(row, 1)?,
                    enrolled_at: get_u64(row, 2)?,
                    is_revoked: row.get(3)?,
                })
            })
            .optional()?)
    }

    fn record_device(
        &self,
        public: PublicKey,
        siret: &Siret,
        label: &str,
        enrolled_at: u64,
    ) -> Result<(), Error> {
        let sql =
            "INSERT INTO devices (device, public_key, siret, label, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (
            public.device_id().0,
            public.0,
            siret.as_str(),
            label,
            signed(enrolled_at),
        );
        self.0.execute(sql, row)?;
        Ok(())
    }

    fn record_revocation(&self, device: DeviceId, revoked_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO revocations (device, revoked_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        self.0.execute(sql, (device.0, signed(revoked_at)))?;
        Ok(())
    }

    fn record_site(&self, device: DeviceId, version: u32, entry: &SiteEntry) -> Result<(), Error> {
        let sql = "INSERT INTO sites (device, site, version, name, insee_code) VALUES (?1, ?2, ?3, ?4, ?5)";
        let row = (device.0, entry.site, version, &entry.name, &entry.insee_code);
        self.0.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn find_site(
        &self,
        device: DeviceId,
        site: u16,
        version: Option<u32>,
    ) -> Result<Option<(u32, SiteEntry)>, Error> {
        let sql = "SELECT version, name, insee_code FROM sites
            WHERE device = ?1 AND site = ?2 AND version = coalesce(?3, version) ORDER BY version DESC LIMIT 1";
        Ok(self
            .0
            .prepare_cached(sql)?
            .query_row((device.0, site, version), |row| {
                let entry = SiteEntry {
                    site,
                    name: row.get(1)?,
                    insee_code: row.get(2)?,
                };
                Ok((row.get(0)?, entry))
            })
            .optional()?)
    }
}
