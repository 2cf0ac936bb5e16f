//! Enrolled desks, as the officer sees and stops them.

use super::{
    Clearing,
    presented::{Names, as_text},
};
use crate::{books::OfficerAct, error::Error};
use passerelle_domain::{id::DeviceId, siret::Siret, wire::Refused};
use serde::Serialize;
use serde_json::json;

/// How a desk stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceStanding {
    /// Its identity.
    #[serde(serialize_with = "as_text")]
    pub device: DeviceId,
    /// The name that the site gave it.
    pub label: String,
    /// Whose it is.
    pub siret: Siret,
    /// The structure's name.
    pub structure: String,
    /// When it enrolled, in Unix seconds.
    pub enrolled_at: u64,
    /// When a parcel of it last brought something new, in Unix seconds.
    pub last_heard_at: Option<u64>,
    /// Since when it is no longer heard, in Unix seconds.
    pub revoked_at: Option<u64>,
}

impl Clearing {
    /// Every desk, by structure, then in order of enrolment.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn list_devices(&self) -> Result<Vec<DeviceStanding>, Error> {
        self.store.read(|books| {
            let names = Names::read(books)?;
            let devices = books.list_devices()?.into_iter();
            Ok(devices
                .map(|row| DeviceStanding {
                    device: row.device,
                    label: row.label,
                    structure: names.structure(&row.siret),
                    siret: row.siret,
                    enrolled_at: row.enrolled_at,
                    last_heard_at: row.last_heard_at,
                    revoked_at: row.revoked_at,
                })
                .collect())
        })
    }

    /// The desk whose identity begins so.
    ///
    /// # Errors
    /// None does, or several do.
    pub fn get_device_named(&self, beginning: &str) -> Result<DeviceStanding, Error> {
        let typed = beginning.trim().to_ascii_lowercase();
        let devices = self.list_devices()?.into_iter();
        let mut meant = devices.filter(|row| !typed.is_empty() && row.device.to_string().starts_with(&typed));
        match (meant.next(), meant.next()) {
            (Some(device), None) => Ok(device),
            (Some(_) | None, _) => Err(Error::NoSuchDevice(typed)),
        }
    }

    /// Stops hearing a device. Twice is once.
    ///
    /// # Errors
    /// No reason is given; the books do not answer, or know no such device.
    pub fn revoke(&self, device: DeviceId, reason: &str) -> Result<(), Error> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(Error::NoReason);
        }
        self.store.write(|books| {
            let known = books.find_device(device)?.ok_or(Refused::UnknownDevice)?;
            if known.is_revoked {
                return Ok(());
            }
            books.record_revocation(device, self.now())?;
            let about = json!({ "device": device.to_string(), "siret": known.siret });
            self.note(books, OfficerAct::DeviceRevoked, about, Some(reason))
        })
    }
}
