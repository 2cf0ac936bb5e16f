//! What the books know of money: whom to pay, and the months that were closed.

use crate::{
    error::Error,
    settlement::{Payee, Settlement, Unsettled},
};
use passerelle_domain::{cents::Cents, month::Month, programme::ProgrammeId, siret::Siret};

/// Whom to pay, and what was settled.
pub trait Settlements {
    /// Writes down whom to pay for a structure from now on.
    fn record_payee(&self, siret: &Siret, payee: &Payee, entered_at: u64) -> Result<(), Error>;

    /// Whom to pay for a structure: all that were ever entered with their instants, the last one
    /// last.
    fn list_payees(&self, siret: &Siret) -> Result<Vec<(Payee, u64)>, Error>;

    /// Whom to pay for a structure now.
    fn find_payee(&self, siret: &Siret) -> Result<Option<Payee>, Error> {
        Ok(self.list_payees(siret)?.pop().map(|(payee, _)| payee))
    }

    /// When the first credit of all was given, in Unix seconds.
    fn find_first_credited_at(&self) -> Result<Option<u64>, Error>;

    /// What no settlement has counted, by structure and programme: credits given before `ends_at`
    /// that stand, and withdrawals of credits that a settlement has counted, whenever they came.
    fn list_unsettled(&self, ends_at: u64) -> Result<Vec<Unsettled>, Error>;

    /// Writes down a settlement after the last one, and that it has counted all that
    /// [`list_unsettled`](Self::list_unsettled) gives before its end.
    fn record_settlement(&self, settlement: &Settlement) -> Result<(), Error>;

    /// The months closed, ascending.
    fn list_settled_months(&self) -> Result<Vec<Month>, Error>;

    /// The settlement of a month, byte for byte as it was written down.
    fn find_settlement(&self, month: Month) -> Result<Option<Settlement>, Error>;

    /// The settlement of a month as far as it is that structure's: its lines, and its balance if it has
    /// one.
    fn find_settlement_of(&self, month: Month, siret: &Siret) -> Result<Option<Settlement>, Error>;

    /// What all settlements come to, by structure and programme.
    fn list_settled_sums(&self) -> Result<Vec<(Siret, ProgrammeId, Cents)>, Error>;
}
