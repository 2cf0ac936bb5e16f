//! Who is at this PC, and what they may do.
//!
//! **Invariant.** A method of [`Desk`] reaches the ledger in one of two ways: [`Desk::as_person`], which names the deed
//! and asks the one table whether whoever is here may do it, or [`Desk::as_machine`], for what the application does by
//! itself or what anybody may know. Nobody may do anything while nobody is here.

mod pins;

use crate::{
    desk::Desk,
    error::Error,
    ledger::{
        Ledger, Op, accounts,
        audits::{self, Act},
        held, settings,
    },
    view::Account,
};
use passerelle_domain::{
    id::{AccountId, SiteId},
    role::Role,
};
use rusqlite::Connection;
use std::sync::Mutex;

/// What somebody may be about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See what the counter shows: workshops, people, passes, papers and where they stand.
    Look,
    /// Record workshops, people and passes; print for them.
    Serve,
    /// Cancel a pass that has left for clearing already.
    VoidSent,
    /// Deal with clearing: enrolment, couriers, objections.
    Deal,
    /// Change the structure, its sites, its link, what protects the ledger, who works here.
    Manage,
    /// Read who did what.
    Audit,
}

impl Deed {
    /// The table: who may do it, at least.
    const fn least(self) -> Role {
        match self {
            Self::Look | Self::Serve => Role::Adviser,
            Self::VoidSent | Self::Deal | Self::Manage | Self::Audit => Role::Manager,
        }
    }
}

/// Who is here, if anybody is.
#[derive(Default)]
pub struct Session(Mutex<Option<Present>>);

/// A person who has taken their place.
#[derive(Debug, Clone, Copy)]
struct Present {
    account: AccountId,
    role: Role,
}

impl Session {
    /// Whose place is taken, if one is.
    pub fn account(&self) -> Option<AccountId> {
        held(&self.0).map(|present| present.account)
    }

    pub(crate) fn begin(&self, account: &Account) {
        *held(&self.0) = Some(Present {
            account: account.id,
            role: account.role,
        });
    }

    fn end(&self) {
        *held(&self.0) = None;
    }
}

/// Who acts, and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Actor {
    /// The account in use.
    pub account: AccountId,
    /// The site in use.
    pub site: SiteId,
}

impl Desk {
    /// The ledger, for somebody who may do that.
    ///
    /// # Errors
    /// [`Error::NobodyHere`]; [`Error::NotAllowed`].
    pub(crate) fn as_person(&self, deed: Deed) -> Result<&Ledger, Error> {
        self.allow(deed)?;
        Ok(self.as_machine())
    }

    /// The same, and before the first start for whoever prepares the computer.
    ///
    /// # Errors
    /// [`Error::NobodyHere`]; [`Error::NotAllowed`].
    pub(crate) fn as_preparer(&self, deed: Deed) -> Result<&Ledger, Error> {
        match self.as_person(deed) {
            Err(Error::NotSetUp) => Ok(self.as_machine()),
            outcome => outcome,
        }
    }

    /// Whether somebody is here who may do that.
    ///
    /// # Errors
    /// [`Error::NobodyHere`]; [`Error::NotAllowed`].
    pub(crate) fn allow(&self, deed: Deed) -> Result<(), Error> {
        let present = *held(&self.session.0);
        match present {
            Some(present) if present.role >= deed.least() => Ok(()),
            Some(_) => Err(Error::NotAllowed),
            None if self.as_machine().read(|db| settings::find_account(db))?.is_none() => {
                Err(Error::NotSetUp)
            }
            None => Err(Error::NobodyHere),
        }
    }

    /// Who acts, and where.
    ///
    /// # Errors
    /// Nobody is here; the application was never set up.
    pub(crate) fn actor(&self, db: &Connection) -> Result<Actor, Error> {
        let site = settings::find_site(db)?.ok_or(Error::NotSetUp)?;
        let account = self.session.account().ok_or(Error::NobodyHere)?;
        Ok(Actor { account, site })
    }

    /// Records what whoever is here has done, in the transaction that does it.
    pub(crate) fn note(&self, db: &Connection, act: Act, subject: i64) -> Result<(), Error> {
        let now = self.surroundings.timestamp();
        audits::record(db, self.session.account(), act, subject, now)
    }

    /// At the opening of the ledger: the last person is here again, unless a PIN keeps their place.
    pub(crate) fn resume(&self) -> Result<(), Error> {
        if let Some(account) = self.find_last_account()?
            && !account.has_pin
        {
            self.session.begin(&account);
        }
        Ok(())
    }

    /// Whoever was here last, if they still work here: the one who is expected back.
    ///
    /// # Errors
    /// The ledger.
    pub fn find_last_account(&self) -> Result<Option<Account>, Error> {
        let last = self.as_machine().read(|db| {
            let account = settings::find_account(db)?;
            account.map(|id| accounts::get_open(db, id)).transpose()
        });
        match last {
            Err(Error::Missing(_)) => Ok(None),
            found => found,
        }
    }

    /// Hides everything until somebody takes their place. What waits for clearing is left in the outbox first, so that
    /// it can leave meanwhile; that it cannot be written hides nothing less.
    ///
    /// # Errors
    /// The outbox could not be written. The place is free all the same.
    pub fn lock(&self) -> Result<(), Error> {
        self.session.end();
        self.as_machine().announce(&[crate::ledger::Topic::Situation]);
        self.fill_outbox()
    }

    /// Takes a place: written down, and whoever comes next starts there.
    fn begin_session(&self, account: &Account) -> Result<(), Error> {
        let now = self.surroundings.timestamp();
        self.as_machine().write(Op::Settle, |db| {
            settings::set_account(db, account.id)?;
            audits::record(db, Some(account.id), Act::SignIn, account.id.0, now)
        })?;
        self.session.begin(account);
        self.as_machine().announce(&[crate::ledger::Topic::Situation]);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
