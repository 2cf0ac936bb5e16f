//! What the officer asks of the books, beside what desks do.

use crate::{
    books::{Audit, BookletCredit, Deed, EnrolledDevice, Structure, Waiting},
    error::Error,
};
use passerelle_domain::{pass::PassId, programme::ProgrammeId};

/// The officer's lists, and the record of the officer's acts.
pub trait Office {
    /// Every structure, by SIRET.
    fn list_structures(&self) -> Result<Vec<Structure>, Error>;

    /// Every desk, by structure, then in order of enrolment, then by identity.
    fn list_devices(&self) -> Result<Vec<EnrolledDevice>, Error>;

    /// What only the officer can settle (`taken_elsewhere`, `to_examine`), in order of arrival.
    fn list_claims(&self) -> Result<Vec<(PassId, Waiting)>, Error>;

    /// All that waits on the passes of a booklet, in order of arrival.
    fn list_waiting_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<(PassId, Waiting)>, Error>;

    /// Every credit of the passes of a booklet, by rank and attempt.
    fn list_credits_on(&self, programme: ProgrammeId, booklet: u32) -> Result<Vec<BookletCredit>, Error>;

    /// Writes down an act, under the next number.
    fn record_audit(&self, deed: &Deed) -> Result<(), Error>;

    /// Every act, by number.
    fn list_audits(&self) -> Result<Vec<Audit>, Error>;
}
