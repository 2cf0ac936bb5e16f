//! Enrolled desks, as the officer sees and stops them.

use super::{
    Clearing, generation,
    presented::{Names, as_text},
};
use crate::{
    books::{EnrolledDevice, LoggedLife, OfficerAct},
    error::Error,
    store::Books,
};
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
    /// How many times its log has forked: it went on from an old copy of its ledger, or two copies of it
    /// are at work.
    pub forks: usize,
    /// Whether it has not shown yet what it was told, since the books went back to an older copy.
    pub is_silent: bool,
}

impl Clearing {
    /// Every desk, by structure, then in order of enrolment.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn list_devices(&self) -> Result<Vec<DeviceStanding>, Error> {
        self.store.read(|books| standings(books))
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

/// Every desk, as the books know it.
pub(super) fn standings(books: &dyn Books) -> Result<Vec<DeviceStanding>, Error> {
    let names = Names::read(books)?;
    let generation = generation(books)?;
    let standing = |row: EnrolledDevice| {
        let has_reported = generation == 0 || books.has_report(row.device, generation)?;
        Ok(DeviceStanding {
            device: row.device,
            label: row.label,
            structure: names.structure(&row.siret),
            siret: row.siret,
            enrolled_at: row.enrolled_at,
            last_heard_at: row.last_heard_at,
            revoked_at: row.revoked_at,
            forks: count_forks(&books.list_lives(row.device)?),
            is_silent: !has_reported && row.revoked_at.is_none(),
        })
    };
    books.list_devices()?.into_iter().map(standing).collect()
}

/// The lives that do not simply follow one another: another one has left the same life, or that life has
/// gone on after.
fn count_forks(lives: &[LoggedLife]) -> usize {
    let forks = lives.iter().enumerate().filter(|(at, life)| {
        let has_sibling = lives[..*at]
            .iter()
            .any(|other| other.parent.map(|parent| parent.epoch) == life.parent.map(|parent| parent.epoch));
        let was_left = life.parent.is_some_and(|parent| {
            let before = lives.iter().find(|other| other.epoch == parent.epoch);
            before.is_some_and(|before| before.last_seq > parent.seq)
        });
        has_sibling || was_left
    });
    forks.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_domain::{
        event::{Link, Parent},
        id::Epoch,
    };

    fn life(epoch: u64, from: Option<(u64, u64)>, last_seq: u64) -> LoggedLife {
        LoggedLife {
            epoch: Epoch(epoch),
            parent: from.map(|(epoch, seq)| Parent {
                epoch: Epoch(epoch),
                seq,
                link: Link([1; 32]),
            }),
            last_seq,
        }
    }

    #[test]
    fn lives_that_follow_one_another_are_no_fork() {
        assert_eq!(count_forks(&[]), 0);
        let one_by_one = [
            life(1, None, 5),
            life(2, Some((1, 5)), 0),
            life(3, Some((2, 0)), 4),
        ];
        assert_eq!(count_forks(&one_by_one), 0);
        // A desk restored knowingly, whose last events before had not arrived yet.
        assert_eq!(count_forks(&[life(1, None, 5), life(2, Some((1, 7)), 1)]), 0);
    }

    #[test]
    fn a_life_left_twice_or_gone_on_with_is_a_fork() {
        assert_eq!(count_forks(&[life(1, None, 5), life(2, Some((1, 4)), 1)]), 1);
        let twice = [
            life(1, None, 5),
            life(2, Some((1, 5)), 1),
            life(3, Some((1, 5)), 1),
        ];
        assert_eq!(count_forks(&twice), 1);
        assert_eq!(count_forks(&[life(1, None, 5), life(2, None, 1)]), 1);
    }
}
