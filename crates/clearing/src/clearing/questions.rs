//! What desks ask: the later words on what waited, and the figures to check passes against.

use super::{Clearing, batches::refused};
use crate::{books::Device, error::Error, ranges::standings, store::Books};
use passerelle_domain::{
    key::Purpose,
    pass::PassKey,
    programme::Programme,
    wire::{Decisions, EnvelopeFault, ProgrammeState, Question, Refused, State},
};
use std::sync::{Arc, PoisonError};

/// How many decisions one answer carries at most.
const DECISIONS_PER_ANSWER: usize = 500;

/// The state that a desk holds already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Its version.
    pub version: u64,
    /// Its generation.
    pub generation: u32,
}

/// The last state signed, kept until something changes.
pub(super) struct PublishedState {
    version: u64,
    parcel: Arc<[u8]>,
}

impl Clearing {
    /// The device that asks exactly this path, query included.
    ///
    /// # Errors
    /// [`Refused`]: the device is unknown or revoked, or has not signed this question.
    pub fn asker(&self, question: &Question, path_and_query: &str) -> Result<Device, Error> {
        let device = self.get_device(question.asker().ok_or(Refused::UnknownDevice)?)?;
        if !question.is_asked_by(&device.public, path_and_query) {
            return Err(refused(EnvelopeFault::Unsigned));
        }
        Ok(device)
    }

    /// The signed decisions of the asker's structure after number `since`, ready to travel.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn decisions(&self, asker: &Device, since: u64) -> Result<Vec<u8>, Error> {
        let mut decisions = self
            .store
            .read(|books| books.list_decisions(&asker.siret, since, DECISIONS_PER_ANSWER + 1))?;
        let more = decisions.len() > DECISIONS_PER_ANSWER;
        decisions.truncate(DECISIONS_PER_ANSWER);
        let answer = Decisions {
            server: self.server,
            generation: self.generation,
            structure: asker.siret.as_str().to_owned(),
            since,
            decisions,
            more,
            server_time: self.now(),
        };
        Ok(self.seal(Purpose::Decisions, &answer))
    }

    /// The signed state, ready to travel, or `None` when the desk holds it already.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn state(&self, held: Option<Held>) -> Result<Option<Arc<[u8]>>, Error> {
        let version = self.state_version()?;
        let newest = Held {
            version,
            generation: self.generation,
        };
        if held == Some(newest) {
            return Ok(None);
        }
        // Held while the state is made: whoever asks meanwhile waits for it instead of making it too.
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = published.as_ref()
            && state.version >= version
        {
            return Ok(Some(state.parcel.clone()));
        }
        let state = self.store.read(|books| self.snapshot(books))?;
        let parcel: Arc<[u8]> = self.seal(Purpose::State, &state).into();
        *published = Some(PublishedState {
            version: state.version,
            parcel: parcel.clone(),
        });
        Ok(Some(parcel))
    }

    /// The version of the state: the books answer.
    ///
    /// # Errors
    /// They do not.
    pub fn state_version(&self) -> Result<u64, Error> {
        self.store.read(|books| books.state_version())
    }

    fn snapshot(&self, books: &dyn Books) -> Result<State, Error> {
        let keys = books.list_pass_keys()?;
        let programmes = books.list_programmes()?;
        Ok(State {
            server: self.server,
            generation: self.generation,
            version: books.state_version()?,
            server_time: self.now(),
            keys: keys
                .iter()
                .map(|key| PassKey {
                    id: key.id,
                    public: key.private.public(),
                })
                .collect(),
            programmes: programmes
                .into_iter()
                .map(|programme| programme_state(books, programme))
                .collect::<Result<_, _>>()?,
        })
    }
}

fn programme_state(books: &dyn Books, programme: Programme) -> Result<ProgrammeState, Error> {
    let id = programme.id;
    let booklets = standings(
        &books.list_lots(id)?,
        &books.list_activations(id)?,
        &books.list_blocks(id)?,
    );
    let spent = books.list_spent(id)?;
    Ok(ProgrammeState::new(programme, booklets, &spent))
}
