//! Enrolled desks, and the places that they speak of.

use super::{MemoryBooks, rules::require, tables::DeviceRow};
use crate::{books::Device, error::Error, store::Devices};
use passerelle_domain::{id::DeviceId, key::PublicKey, siret::Siret, wire::SiteEntry};

impl Devices for MemoryBooks<'_> {
    fn find_device(&self, id: DeviceId) -> Result<Option<Device>, Error> {
        let tables = self.look();
        Ok(tables.devices.find(&id).map(|row| Device {
            id,
            public: row.public,
            siret: row.siret.clone(),
            enrolled_at: row.enrolled_at,
            is_revoked: tables.revocations.has(&id),
        }))
    }

    fn record_device(
        &self,
        public: PublicKey,
        siret: &Siret,
        label: &str,
        enrolled_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.structures.has(siret), "a device is a structure's")?;
        let row = DeviceRow {
            public,
            siret: siret.clone(),
            label: label.to_owned(),
            enrolled_at,
        };
        tables.devices.record(public.device_id(), row)
    }

    fn record_revocation(&self, device: DeviceId, revoked_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        if tables.revocations.has(&device) {
            return Ok(());
        }
        require(tables.devices.has(&device), "a revocation is of a device")?;
        tables.revocations.record(device, revoked_at)
    }

    fn record_site(&self, device: DeviceId, version: u32, entry: &SiteEntry) -> Result<(), Error> {
        let mut tables = self.change();
        require(version >= 1, "versions are numbered from 1")?;
        require(tables.devices.has(&device), "a site is named by a device")?;
        tables.sites.record((device, entry.site, version), entry.clone())
    }

    fn find_site(
        &self,
        device: DeviceId,
        site: u16,
        version: Option<u32>,
    ) -> Result<Option<(u32, SiteEntry)>, Error> {
        let tables = self.look();
        let (first, last) = version.map_or((u32::MIN, u32::MAX), |version| (version, version));
        let mut versions = tables.sites.between((device, site, first), (device, site, last));
        let newest = versions.next_back();
        Ok(newest.map(|((_, _, version), entry)| (*version, entry.clone())))
    }
}
