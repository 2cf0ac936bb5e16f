//! The application: one method for each thing a person wants to do.

use crate::{
    error::Error,
    ledger::{Ledger, OpeningKey, Topic, device, settings},
    profile::Profile,
    secrets::{self, Locks, Secrets},
    session::Session,
    surroundings::Surroundings,
    sync::{Gathering, LinkMemory, Relayed},
};
use passerelle_domain::id::Epoch;

/// The application on one profile. Shared between threads by reference: the counter never waits
/// for sync, nor sync for the counter.
pub struct Desk {
    /// See the invariant of `session`.
    ledger: Ledger,
    pub(crate) session: Session,
    pub(crate) surroundings: Surroundings,
    pub(crate) link: LinkMemory,
    pub(crate) gathering: Gathering,
    pub(crate) relayed: Relayed,
    pub(crate) secrets: Secrets,
    profile: Profile,
}

impl Desk {
    /// Opens the application on a profile, making it at the first start.
    ///
    /// # Errors
    /// [`Error::Locked`] when a passphrase protects it: see [`Desk::unlock`]; as [`Ledger::open`].
    pub fn open(profile: Profile, surroundings: Surroundings) -> Result<Self, Error> {
        Self::open_by(profile, surroundings, |_| Err(Error::Locked))
    }

    /// Opens the application by its bare key, or by what is made of the locks.
    pub(crate) fn open_by(
        profile: Profile,
        surroundings: Surroundings,
        unlock: impl FnOnce(&Locks) -> Result<OpeningKey, Error>,
    ) -> Result<Self, Error> {
        let mut locks = None;
        let ledger = Ledger::open(&profile, || {
            let (key, its_locks) = secrets::find_key(&profile, &surroundings, unlock)?;
            locks = its_locks;
            Ok(key)
        })?;
        let desk = Self {
            ledger,
            session: Session::default(),
            surroundings,
            link: LinkMemory::default(),
            gathering: Gathering::default(),
            relayed: Relayed::default(),
            secrets: Secrets::of(locks),
            profile,
        };
        desk.settle_device()?;
        let said = desk.ledger.read(|db| settings::find_said_day(db))?;
        desk.surroundings.go_by(said);
        desk.resume()?;
        Ok(desk)
    }

    /// The folder that holds everything.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// The ledger, for what the application does by itself, and for what anybody may know.
    pub(crate) const fn as_machine(&self) -> &Ledger {
        &self.ledger
    }

    /// Who hears what each write may have changed.
    pub fn announce_to(&self, listener: impl Fn(&[Topic]) + Send + Sync + 'static) {
        self.ledger.announce_to(listener);
    }

    /// A ledger has its device from its first opening on, also after a crash in between.
    fn settle_device(&self) -> Result<(), Error> {
        if self.ledger.read(|db| device::find(db))?.is_some() {
            return Ok(());
        }
        let seed = self.surroundings.random();
        let epoch = Epoch(u64::from_be_bytes(self.surroundings.random()));
        let now = self.surroundings.timestamp();
        self.ledger.write(crate::ledger::Op::Settle, |db| {
            device::insert(db, seed, epoch, now)
        })
    }
}
