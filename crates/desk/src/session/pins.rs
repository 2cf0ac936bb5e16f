//! Taking one's place, by a click or by a PIN.
//!
//! A PIN is no key: it keeps a colleague out of somebody's place while the ledger is open. It is guessed here alone,
//! so each try is written down before it is looked at: neither a new start nor a killed process gives one for nothing.

use super::{Deed, Session};
use crate::{
    desk::Desk,
    error::Error,
    form::{ForgottenPinForm, PinForm, SignInForm},
    ledger::{
        Op,
        accounts::{self, Failures, StoredPin},
        audits::Act,
    },
    secrets::{Typed, fault},
    view::Account,
};
use passerelle_domain::{
    fault::FaultList,
    id::AccountId,
    pin::{Pin, PinFault, wait_after},
    recovery_code::{RecoveryCode, RecoveryFault},
};

impl Desk {
    /// Takes somebody's place. What the other person had open stays open.
    ///
    /// # Errors
    /// [`PinFault::Wrong`] on the field `pin`; [`Error::PinRests`] after too many of them; the account is not there.
    pub fn sign_in(&self, form: &SignInForm) -> Result<(), Error> {
        let (account, pin) = self.as_machine().read(|db| {
            let account = accounts::get_open(db, form.account_id)?;
            Ok((account, accounts::find_pin(db, form.account_id)?))
        })?;
        if let Some(pin) = pin {
            self.try_pin(account.id, &pin, &form.pin, "pin")?;
        }
        self.begin_session(&account)
    }

    /// Takes one's place by the recovery sheet, for whoever has forgotten their PIN: it is gone then.
    ///
    /// # Errors
    /// What is to be corrected on the field `code`; the account is not there; [`Error::NotProtected`].
    pub fn forget_pin(&self, form: &ForgottenPinForm) -> Result<(), Error> {
        let code = RecoveryCode::read(form.code.text()).map_err(|wrong| fault("code", wrong))?;
        if !self.secrets.opens_by_sheet(&code)? {
            return Err(fault("code", RecoveryFault::Wrong));
        }
        let account = self.as_machine().write(Op::Settle, |db| {
            accounts::remove_pin(db, form.account_id)?;
            self.note(db, Act::RemovePin, form.account_id.0)?;
            accounts::get_open(db, form.account_id)
        })?;
        self.begin_session(&account)
    }

    /// Chooses one's own PIN, or another one.
    ///
    /// # Errors
    /// What is to be corrected in the form; [`Error::PinRests`]; [`Error::NotProtected`] as long as anybody can read
    /// the ledger without it, and nobody could get back in without it.
    pub fn choose_pin(&self, form: &PinForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Look)?;
        if !self.secrets.protection().is_protected {
            return Err(Error::NotProtected);
        }
        let mut faults = FaultList::default();
        let chosen = faults.read("pin", Pin::chosen(form.pin.text()));
        let again = chosen
            .as_ref()
            .and_then(|pin| faults.read("again", pin.matches(form.again.text())));
        let (Some(chosen), Some(())) = (chosen, again) else {
            return Err(Error::Fields(faults.into_vec()));
        };
        let id = self.session.account().ok_or(Error::NobodyHere)?;
        if let Some(pin) = ledger.read(|db| accounts::find_pin(db, id))? {
            self.try_pin(id, &pin, &form.current, "current")?;
        }
        let stored = self.sealed(&chosen);
        ledger.write(Op::Settle, |db| {
            accounts::keep_pin(db, id, &stored)?;
            self.note(db, Act::ChoosePin, id.0)
        })
    }

    /// Takes away a PIN: one's own, or, for a manager, that of somebody who has forgotten it.
    ///
    /// # Errors
    /// [`Error::NotAllowed`].
    pub fn remove_pin(&self, id: AccountId) -> Result<(), Error> {
        let is_own = self.session.account() == Some(id);
        let ledger = self.as_person(if is_own { Deed::Look } else { Deed::Manage })?;
        ledger.write(Op::Settle, |db| {
            accounts::remove_pin(db, id)?;
            self.note(db, Act::RemovePin, id.0)
        })
    }

    /// Whether that is the PIN. It takes as long as a guess is to cost, and longer after failures.
    fn try_pin(&self, id: AccountId, pin: &StoredPin, typed: &Typed, field: &str) -> Result<(), Error> {
        let failures = self.begin_try(id)?;
        let guess = pin
            .cost
            .derive(Pin::typed(typed.text()).as_bytes(), &pin.salt)
            .ok_or(Error::Damaged("the cost of a PIN".into()))?;
        // Not in constant time: what is compared is what Argon2id makes of a guess, under a salt that nobody sees.
        if *guess != pin.hash {
            if !wait_after(failures).is_zero() {
                self.as_machine()
                    .write(Op::Settle, |db| self.note(db, Act::FailPin, id.0))?;
            }
            return Err(fault(field, PinFault::Wrong));
        }
        let none = Failures { count: 0, last_at: 0 };
        self.as_machine()
            .write(Op::Settle, |db| accounts::keep_failures(db, id, none))
    }

    /// Writes a try down as one that failed, unless the last ones were too many and too recent; gives how many in a
    /// row that makes.
    fn begin_try(&self, id: AccountId) -> Result<u32, Error> {
        let now = self.surroundings.timestamp();
        self.as_machine().write(Op::Settle, |db| {
            let before = accounts::find_failures(db, id)?;
            let wait = i64::try_from(wait_after(before.count).as_secs()).expect("minutes");
            // A clock that was put back makes nobody wait for longer than that.
            let since = (now - before.last_at).max(0);
            let left = wait - since;
            if left > 0 {
                let last_at = before.last_at.min(now);
                accounts::keep_failures(db, id, Failures { last_at, ..before })?;
                return Ok(Err(Error::PinRests { seconds: left }));
            }
            let count = before.count.saturating_add(1);
            accounts::keep_failures(db, id, Failures { count, last_at: now })?;
            Ok(Ok(count))
        })?
    }

    fn sealed(&self, pin: &Pin) -> StoredPin {
        let (cost, salt) = (self.surroundings.pin_cost(), self.surroundings.random());
        let hash = cost.derive(pin.as_bytes(), &salt).expect("a cost of our own");
        StoredPin {
            cost,
            salt,
            hash: *hash,
        }
    }
}

impl Session {
    /// Takes note that the role of whoever is here has changed.
    pub fn follow(&self, account: &Account) {
        if self.account() == Some(account.id) {
            self.begin(account);
        }
    }
}
