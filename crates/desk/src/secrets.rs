//! What opens the ledger: a bare key until somebody protects it, then a passphrase or the recovery sheet.
//!
//! **Invariant.** At every moment, whatever stops the computer, one of three opens the ledger: the bare key, the
//! passphrase, the code of the sheet. A bare key always does, even beside locks: it goes last, once the locks are on
//! disk and a person has shown that they hold the sheet. The ledger's own key never changes, so that nothing is
//! written anew and no copy becomes unreadable.

mod cost;
mod lock;
mod locks;
mod typed;

use crate::{
    desk::Desk,
    error::Error,
    form::{PassphraseForm, ProtectForm, RecoverForm},
    ledger::{Op, OpeningKey, audits::Act, held},
    profile::Profile,
    session::Deed,
    surroundings::Surroundings,
    view::{Protection, SheetView},
};
use lock::{Lock, Purpose};
use passerelle_domain::{
    fault::FaultList,
    passphrase::{Passphrase, PassphraseFault},
    recovery_code::{RecoveryCode, RecoveryFault},
};
use std::sync::Mutex;

pub use cost::Cost;
pub use locks::Locks;
pub use typed::Typed;

/// The group of the sheet that a person types to show that they hold it.
const ASKED: usize = 4;

/// What an open desk knows of its locks.
pub struct Secrets {
    /// Those in force; none while the key lies bare.
    locks: Mutex<Option<Locks>>,
    /// A sheet that was drawn, and that nobody has shown to hold yet.
    waiting: Mutex<Option<Waiting>>,
}

struct Waiting {
    code: RecoveryCode,
    /// Those that come into force with the sheet.
    locks: Locks,
    act: Act,
}

impl Secrets {
    /// Those of a ledger that these locks have given its key; none when the key lay bare.
    pub fn of(locks: Option<Locks>) -> Self {
        Self {
            locks: Mutex::new(locks),
            waiting: Mutex::default(),
        }
    }

    /// How the ledger is protected.
    pub fn protection(&self) -> Protection {
        let locks = held(&self.locks);
        Protection {
            is_protected: locks.is_some(),
            sheet_made_on: locks.as_ref().map(Locks::sheet_made_on),
        }
    }

    /// Whether that is the code of the sheet in force. Takes as long as a guess is to cost.
    ///
    /// # Errors
    /// [`Error::NotProtected`].
    pub fn opens_by_sheet(&self, code: &RecoveryCode) -> Result<bool, Error> {
        let locks = held(&self.locks).clone().ok_or(Error::NotProtected)?;
        Ok(locks.open_by_sheet(code).is_some())
    }

    /// The code of the sheet that waits to be confirmed, if one does.
    pub fn waiting_code(&self) -> Option<RecoveryCode> {
        held(&self.waiting).as_ref().map(|waiting| waiting.code.clone())
    }
}

/// The key of this profile: bare, out of its locks (which come with it), or drawn at the very first start.
///
/// # Errors
/// What `unlock` says of a ledger that is protected. One whose key is lost is reported and never given a new one:
/// that would hide the loss.
pub fn find_key(
    profile: &Profile,
    surroundings: &Surroundings,
    unlock: impl FnOnce(&Locks) -> Result<OpeningKey, Error>,
) -> Result<(OpeningKey, Option<Locks>), Error> {
    if let Some(key) = OpeningKey::find_bare(profile)? {
        return Ok((key, None));
    }
    if let Some(locks) = Locks::find(profile)? {
        return Ok((unlock(&locks)?, Some(locks)));
    }
    if profile.ledger().exists() {
        return Err(Error::KeyLost(profile.key()));
    }
    let key = OpeningKey::draw(surroundings);
    key.keep_bare(profile)?;
    Ok((key, None))
}

impl Desk {
    /// Opens a ledger by its passphrase; one that is not protected opens by whatever is typed. Takes as long as a
    /// guess is to cost.
    ///
    /// # Errors
    /// [`PassphraseFault::Wrong`] on the field `passphrase`; as [`Desk::open`].
    pub fn unlock(profile: Profile, surroundings: Surroundings, typed: &Typed) -> Result<Self, Error> {
        let passphrase = Passphrase::typed(typed.text());
        Self::open_by(profile, surroundings, |locks| {
            locks
                .open_by_passphrase(&passphrase)
                .ok_or_else(|| fault("passphrase", PassphraseFault::Wrong))
        })
    }

    /// Opens a ledger by its recovery sheet, and gives it another passphrase. Takes as long as two guesses.
    ///
    /// # Errors
    /// What is to be corrected in the form, [`RecoveryFault::Wrong`] included; as [`Desk::open`].
    pub fn recover(profile: Profile, surroundings: Surroundings, form: &RecoverForm) -> Result<Self, Error> {
        let mut faults = FaultList::default();
        let code = faults.read("code", RecoveryCode::read(form.code.text()));
        let passphrase = read_new(&form.passphrase, &form.again, &mut faults);
        let (Some(code), Some(passphrase)) = (code, passphrase) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        let desk = Self::open_by(profile, surroundings, |locks| {
            locks
                .open_by_sheet(&code)
                .ok_or_else(|| fault("code", RecoveryFault::Wrong))
        })?;
        desk.take_passphrase(&passphrase, Act::Recover)?;
        Ok(desk)
    }

    /// Whether a passphrase is asked for at each start.
    #[must_use]
    pub fn is_protected(&self) -> bool {
        self.secrets.protection().is_protected
    }

    /// Draws a recovery sheet for a ledger whose key lies bare. Nothing is in force before
    /// [`Desk::confirm_sheet`]. Takes as long as three guesses.
    ///
    /// # Errors
    /// What is to be corrected in the form; [`Error::Protected`] when it is already.
    pub fn protect(&self, form: &ProtectForm) -> Result<SheetView, Error> {
        self.allow(Deed::Manage)?;
        let mut faults = FaultList::default();
        let Some(passphrase) = read_new(&form.passphrase, &form.again, &mut faults) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        if self.secrets.protection().is_protected {
            return Err(Error::Protected);
        }
        let code = RecoveryCode::draw(self.surroundings.random());
        let cost = self.surroundings.cost();
        let locks = Locks::new(
            self.seal(Purpose::Passphrase, passphrase.as_bytes(), cost),
            self.seal(Purpose::Sheet, code.as_bytes(), cost),
            self.surroundings.today(),
        );
        Ok(self.wait_for(code, locks, Act::Protect))
    }

    /// Draws another recovery sheet. The one in force holds until this one is confirmed.
    ///
    /// # Errors
    /// [`PassphraseFault::Wrong`] on the field `passphrase`; [`Error::Missing`] when nothing is protected.
    pub fn renew_sheet(&self, typed: &Typed) -> Result<SheetView, Error> {
        self.allow(Deed::Manage)?;
        let locks = self.verified("passphrase", typed)?;
        let code = RecoveryCode::draw(self.surroundings.random());
        let sheet = self.seal(Purpose::Sheet, code.as_bytes(), self.surroundings.cost());
        let locks = locks.with_sheet(sheet, self.surroundings.today());
        Ok(self.wait_for(code, locks, Act::RenewSheet))
    }

    /// Puts the sheet that waits in force, for whoever types its group from the paper. The bare key goes then.
    ///
    /// # Errors
    /// [`RecoveryFault::GroupDiffers`] on the field `group`; [`Error::Missing`] when no sheet waits; the disk.
    pub fn confirm_sheet(&self, group: &str) -> Result<(), Error> {
        self.allow(Deed::Manage)?;
        let mut waiting = held(&self.secrets.waiting);
        let sheet = waiting.as_ref().ok_or(Error::Missing("sheet"))?;
        if let Err(differs) = sheet.code.confirm(ASKED, group) {
            return Err(fault("group", differs));
        }
        sheet.locks.keep(self.profile())?;
        OpeningKey::remove_bare(self.profile())?;
        *held(&self.secrets.locks) = Some(sheet.locks.clone());
        self.note_act(sheet.act)?;
        // Only now: whoever was told of a fault can type the group again.
        *waiting = None;
        Ok(())
    }

    /// Gives up the sheet that waits, if one does.
    pub fn drop_sheet(&self) {
        *held(&self.secrets.waiting) = None;
    }

    /// Changes the passphrase, for whoever knows the one in force. The sheet stays as it is.
    ///
    /// # Errors
    /// What is to be corrected in the form; [`Error::Missing`] when nothing is protected.
    pub fn change_passphrase(&self, form: &PassphraseForm) -> Result<(), Error> {
        self.allow(Deed::Manage)?;
        let mut faults = FaultList::default();
        let Some(passphrase) = read_new(&form.passphrase, &form.again, &mut faults) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        self.verified("current", &form.current)?;
        self.take_passphrase(&passphrase, Act::ChangePassphrase)
    }

    /// The locks in force, for whoever knows the passphrase.
    fn verified(&self, field: &str, typed: &Typed) -> Result<Locks, Error> {
        let locks = held(&self.secrets.locks)
            .clone()
            .ok_or(Error::Missing("passphrase"))?;
        locks
            .open_by_passphrase(&Passphrase::typed(typed.text()))
            .map(|_| locks)
            .ok_or_else(|| fault(field, PassphraseFault::Wrong))
    }

    fn take_passphrase(&self, passphrase: &Passphrase, act: Act) -> Result<(), Error> {
        let lock = self.seal(
            Purpose::Passphrase,
            passphrase.as_bytes(),
            self.surroundings.cost(),
        );
        {
            let mut locks = held(&self.secrets.locks);
            let before = locks.as_ref().ok_or(Error::Missing("passphrase"))?;
            let changed = before.with_passphrase(lock);
            changed.keep(self.profile())?;
            *locks = Some(changed);
        }
        // A sheet that waits would bring the passphrase of before back into force.
        self.drop_sheet();
        self.note_act(act)
    }

    fn seal(&self, purpose: Purpose, secret: &[u8], cost: Cost) -> Lock {
        Lock::seal(self.as_machine().key(), purpose, secret, cost, &self.surroundings)
    }

    fn wait_for(&self, code: RecoveryCode, locks: Locks, act: Act) -> SheetView {
        let view = SheetView {
            code: code.groups().to_vec(),
            asked: ASKED,
        };
        *held(&self.secrets.waiting) = Some(Waiting { code, locks, act });
        view
    }

    fn note_act(&self, act: Act) -> Result<(), Error> {
        self.as_machine().write(Op::Settle, |db| self.note(db, act, 1))
    }
}

/// A new passphrase, typed twice.
fn read_new(typed: &Typed, again: &Typed, faults: &mut FaultList) -> Option<Passphrase> {
    let passphrase = faults.read("passphrase", Passphrase::chosen(typed.text()))?;
    faults.read("again", passphrase.matches(again.text()))?;
    Some(passphrase)
}

pub fn fault(field: &str, fault: impl Into<passerelle_domain::fault::Fault>) -> Error {
    let mut faults = FaultList::default();
    faults.note(field, fault);
    Error::Fields(faults.into_vec())
}

#[cfg(test)]
mod tests;
