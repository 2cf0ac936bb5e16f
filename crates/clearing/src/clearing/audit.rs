//! What officers did: who, what, when and why.

use super::Clearing;
use crate::{
    books::{Audit, Deed, OfficerAct},
    error::Error,
    store::Books,
};
use serde_json::Value as Json;

impl Clearing {
    /// The same service, as that account uses it: its name stands beside whatever it does.
    #[must_use]
    pub fn used_by(mut self, officer: &str) -> Self {
        officer.trim().clone_into(&mut self.officer);
        self
    }

    /// All that officers did, in order.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn audits(&self) -> Result<Vec<Audit>, Error> {
        self.store.read(|books| books.list_audits())
    }

    /// Writes down an act in the transaction that does it.
    pub(super) fn note(
        &self,
        books: &dyn Books,
        act: OfficerAct,
        about: Json,
        reason: Option<&str>,
    ) -> Result<(), Error> {
        books.record_audit(&Deed {
            officer: self.officer.clone(),
            act,
            about,
            reason: reason.map(str::to_owned),
            done_at: self.now(),
        })
    }
}
