//! How the service stands.

use super::{Aftermath, Clearing, generation};
use crate::{books::Counts, error::Error, ranges::Range};
use passerelle_domain::{cents::Cents, programme::ProgrammeId};
use serde::Serialize;

/// How the service stands, for the officer and for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The service's identity, in hexadecimal.
    pub server: String,
    /// How many times it was restored from a backup.
    pub generation: u32,
    /// The version of the state that desks are told.
    pub state_version: u64,
    /// Each programme.
    pub programmes: Vec<ProgrammeStatus>,
    /// What the books may still lack, if they ever went back to an older copy.
    pub aftermath: Option<Aftermath>,
    /// The rest in figures.
    #[serde(flatten)]
    pub counts: Counts,
}

/// How a programme stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProgrammeStatus {
    /// Its number.
    pub programme: ProgrammeId,
    /// Its name.
    pub name: String,
    /// Booklets issued.
    pub booklets: u64,
    /// Of which activated.
    pub activated: u64,
    /// Of which blocked.
    pub blocked: u64,
    /// Passes whose credit stands.
    pub credited: u64,
    /// What they are worth.
    pub credited_cents: Cents,
}

impl Clearing {
    /// How the service stands.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn status(&self) -> Result<Status, Error> {
        let server = self.signer()?.id();
        let aftermath = self.aftermath()?;
        self.store.read(|books| {
            let mut programmes = Vec::new();
            for programme in books.list_programmes()? {
                let id = programme.id;
                let (credited, credited_cents) = books.credited(id)?;
                let blocked = books.list_blocks(id)?;
                programmes.push(ProgrammeStatus {
                    programme: id,
                    name: programme.name,
                    booklets: total(books.list_lots(id)?),
                    activated: total(books.list_activations(id)?),
                    blocked: total(blocked.into_iter().map(|(range, _)| range)),
                    credited,
                    credited_cents,
                });
            }
            Ok(Status {
                server: server.to_string(),
                generation: generation(books)?,
                state_version: books.state_version()?,
                programmes,
                aftermath: aftermath.clone(),
                counts: books.counts()?,
            })
        })
    }
}

fn total(ranges: impl IntoIterator<Item = Range>) -> u64 {
    ranges.into_iter().map(Range::count).sum()
}
