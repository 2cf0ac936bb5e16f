//! The people who work here: who they are and what they may do.

use crate::{
    desk::Desk,
    error::Error,
    form::AccountForm,
    ledger::{
        Op,
        accounts::{self, AccountPlan},
        audits::Act,
    },
    session::Deed,
    view::Account,
};
use passerelle_domain::{
    fault::FaultList,
    id::AccountId,
    label::{read_label, read_optional_label},
    role::Role,
};
use rusqlite::Connection;

impl Desk {
    /// Everybody who works here: whoever comes chooses among them.
    ///
    /// # Errors
    /// The ledger.
    pub fn list_accounts(&self) -> Result<Vec<Account>, Error> {
        self.as_machine().read(|db| accounts::list(db))
    }

    /// Adds a colleague; gives their row.
    ///
    /// # Errors
    /// What is to be corrected.
    pub fn add_account(&self, form: &AccountForm) -> Result<AccountId, Error> {
        let ledger = self.as_person(Deed::Manage)?;
        let plan = plan(form)?;
        ledger.write(Op::Settle, |db| {
            let id = accounts::insert(db, &plan)?;
            self.note(db, Act::AddAccount, id.0)?;
            Ok(id)
        })
    }

    /// Changes a colleague's name, title or role.
    ///
    /// # Errors
    /// What is to be corrected; they are not there; [`Error::LastManager`].
    pub fn change_account(&self, id: AccountId, form: &AccountForm) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Manage)?;
        let plan = plan(form)?;
        let changed = ledger.write(Op::Settle, |db| {
            accounts::update(db, id, &plan)?;
            check_managers(db)?;
            self.note(db, Act::ChangeAccount, id.0)?;
            accounts::get(db, id)
        })?;
        self.session.follow(&changed);
        Ok(())
    }

    /// Ends a colleague's account: nobody takes that place any more, and what was done there keeps its name.
    ///
    /// # Errors
    /// They are not there, or are who is here; [`Error::LastManager`].
    pub fn close_account(&self, id: AccountId) -> Result<(), Error> {
        let ledger = self.as_person(Deed::Manage)?;
        if self.session.account() == Some(id) {
            return Err(Error::OwnAccount);
        }
        ledger.write(Op::Settle, |db| {
            accounts::close(db, id, self.surroundings.today())?;
            check_managers(db)?;
            self.note(db, Act::CloseAccount, id.0)
        })
    }
}

/// Somebody is always left who may do what managers do.
fn check_managers(db: &Connection) -> Result<(), Error> {
    let is_manager = |account: &Account| account.role == Role::Manager;
    if accounts::list(db)?.iter().any(is_manager) {
        Ok(())
    } else {
        Err(Error::LastManager)
    }
}

fn plan(form: &AccountForm) -> Result<AccountPlan, Error> {
    let mut faults = FaultList::default();
    read_plan(form, "", &mut faults).ok_or_else(|| Error::Fields(faults.into_vec()))
}

/// Name, title and role.
pub fn read_plan(form: &AccountForm, path: &str, faults: &mut FaultList) -> Option<AccountPlan> {
    let name = faults.read(format!("{path}name"), read_label(&form.name));
    let title = faults.read(format!("{path}title"), read_optional_label(&form.title));
    let (name, title) = name.zip(title)?;
    let role = form.role;
    Some(AccountPlan { name, title, role })
}
