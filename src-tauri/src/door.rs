//! The one way from the window to the desk, which is opened when first asked for.
//!
//! A ledger that cannot be opened (its key lost, its folder read-only, another process in it) is
//! therefore an answer to the page like any other, and asking again tries again.

use crate::{incidents, surroundings};
use passerelle_desk::{Desk, Error, Profile, Surroundings, UserError};
use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

/// How long an order of the command line may keep the ledger before the window gives up.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(100);

/// What a command answers.
pub type Answer<T> = Result<T, UserError>;

/// What is done with the desk as soon as it is open.
type OnceOpen = Box<dyn Fn(&Arc<Desk>) + Send + Sync>;

/// The desk of one profile, opened or not yet.
pub struct Door {
    profile: Profile,
    desk: Mutex<Option<Arc<Desk>>>,
    once_open: OnceOpen,
}

impl Door {
    /// The door to the desk of that profile. `once_open` is called when it has been opened.
    pub fn to(profile: Profile, once_open: impl Fn(&Arc<Desk>) + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            profile,
            desk: Mutex::new(None),
            once_open: Box::new(once_open),
        })
    }

    /// Does `work` with the desk on a thread where waiting is allowed, and turns what went wrong
    /// into what is said.
    pub async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Arc<Desk>) -> Result<T, Error> + Send + 'static,
    ) -> Answer<T> {
        self.wait_for(move |door| door.open().and_then(|desk| work(&desk)))
            .await
    }

    /// Opens a desk that a passphrase shuts, by what a person has typed. One that is open stays so.
    pub async fn unlock(
        self: &Arc<Self>,
        way: impl Fn(Profile, Surroundings) -> Result<Desk, Error> + Send + 'static,
    ) -> Answer<()> {
        self.wait_for(move |door| {
            let mut desk = door.desk.lock().unwrap_or_else(PoisonError::into_inner);
            if desk.is_none() {
                let opened = patiently(PATIENCE, || {
                    way(door.profile.clone(), surroundings::of_this_computer())
                })?;
                *desk = Some(door.opened(opened));
            }
            Ok(())
        })
        .await
    }

    /// Leaves what waits for clearing in the outbox, and shuts the desk: its key is gone from memory once what is under
    /// way has ended. Without a passphrase nothing would keep it shut.
    pub async fn shut(self: &Arc<Self>) -> Answer<()> {
        self.wait_for(|door| {
            let mut desk = door.desk.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(open) = desk.as_ref() else {
                return Ok(());
            };
            if !open.is_protected() {
                return Err(Error::NotProtected);
            }
            let left = open.lock();
            // Whoever listened is dropped, and with it what keeps the background exchange going.
            open.announce_to(|_| {});
            *desk = None;
            left
        })
        .await
    }

    /// The desk, while it is open.
    pub fn desk(&self) -> Option<Arc<Desk>> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn wait_for<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, Error> + Send + 'static,
    ) -> Answer<T> {
        let door = Arc::clone(self);
        let done = tauri::async_runtime::spawn_blocking(move || work(&door));
        match done.await {
            Ok(outcome) => outcome.map_err(|error| self.say(&error)),
            Err(panic) => {
                incidents::note(&self.profile, &panic);
                Err(UserError::unforeseen())
            }
        }
    }

    /// Leaves what waits for clearing in the outbox. A desk that was never opened has nothing new.
    pub fn leave(&self) {
        let desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = desk.as_ref().map(|desk| desk.fill_outbox()) {
            incidents::note(&self.profile, &error);
        }
    }

    fn open(&self) -> Result<Arc<Desk>, Error> {
        let mut desk = self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(desk) = desk.as_ref() {
            return Ok(Arc::clone(desk));
        }
        let opened = self.opened(open_patiently(&self.profile, PATIENCE)?);
        *desk = Some(Arc::clone(&opened));
        Ok(opened)
    }

    fn opened(&self, desk: Desk) -> Arc<Desk> {
        let desk = Arc::new(desk);
        (self.once_open)(&desk);
        desk
    }

    fn say(&self, error: &Error) -> UserError {
        let said = UserError::from(error);
        if said.incident {
            incidents::note(&self.profile, error);
        }
        said
    }
}

/// Opens the desk of a profile, waiting a little for an order of the command line to end.
pub fn open_patiently(profile: &Profile, patience: Duration) -> Result<Desk, Error> {
    patiently(patience, || {
        Desk::open(profile.clone(), surroundings::of_this_computer())
    })
}

fn patiently(patience: Duration, open: impl Fn() -> Result<Desk, Error>) -> Result<Desk, Error> {
    let mut left = patience;
    loop {
        match open() {
            Err(Error::InUse) if !left.is_zero() => {
                thread::sleep(PAUSE);
                left = left.saturating_sub(PAUSE);
            }
            outcome => return outcome,
        }
    }
}
