//! What desks check passes against: all of it, or what changed since a version that they hold.

use super::{Clearing, generation};
use crate::{
    books::{Mark, SigningPassKey},
    error::Error,
    published::{News, Published},
    ranges::standings,
    store::Books,
};
use passerelle_domain::{
    exchange::StateVersion,
    id::ServerId,
    key::Purpose,
    pass::PassKey,
    programme::ProgrammeId,
    wire::{BookletRange, State},
};
use std::sync::{Arc, PoisonError};

impl Clearing {
    /// The signed state, ready to travel, or `None` when the desk holds it already. It says what
    /// changed since the version held when that one was made while this process runs, and when that
    /// is not longer than all of it.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn state(&self, held: Option<StateVersion>) -> Result<Option<Arc<[u8]>>, Error> {
        let newest = self.store.read(newest)?;
        if held == Some(newest) {
            return Ok(None);
        }
        // Held while the state is made: whoever asks meanwhile waits for it instead of making it too.
        let mut published = self.published.lock().unwrap_or_else(PoisonError::into_inner);
        let signer = self.signer()?;
        let is_behind = published
            .as_ref()
            .is_none_or(|known| known.held() < newest || known.server() != signer.id());
        if is_behind {
            let mark = published.as_ref().map(Published::mark);
            let news = self
                .store
                .read(|books| self.read_news(books, signer.id(), mark))?;
            let next = match published.take() {
                Some(known) if news.held.generation == known.held().generation => known.then(news),
                Some(_) | None => Published::begin(news),
            };
            *published = Some(next);
        }
        let published = published.as_mut().ok_or(Error::Damaged("no state was made"))?;
        let seal = |state: &State| signer.seal(Purpose::State, state).into();
        Ok(Some(published.tell(held, seal)))
    }

    /// The version of the state: the books answer.
    ///
    /// # Errors
    /// They do not.
    pub fn state_version(&self) -> Result<u64, Error> {
        self.store.read(|books| books.state_version())
    }

    /// The state of the books, with the passes presented since a mark of the same generation, or all.
    fn read_news(
        &self,
        books: &dyn Books,
        server: ServerId,
        since: Option<(u32, &Mark)>,
    ) -> Result<News, Error> {
        let held = newest(books)?;
        let beginning = Mark::Beginning;
        let mark = match since {
            Some((generation, mark)) if generation == held.generation => mark,
            Some(_) | None => &beginning,
        };
        let (presented, mark) = books.list_presented_since(mark)?;
        let public = |key: SigningPassKey| PassKey {
            id: key.id,
            public: key.private.public(),
        };
        let programmes = books.list_programmes()?.into_iter().map(|terms| {
            let booklets = booklets(books, terms.id)?;
            Ok((terms, booklets))
        });
        Ok(News {
            server,
            held,
            server_time: self.now(),
            keys: books.list_pass_keys()?.into_iter().map(public).collect(),
            programmes: programmes.collect::<Result<_, Error>>()?,
            presented,
            mark,
        })
    }
}

fn newest(books: &dyn Books) -> Result<StateVersion, Error> {
    Ok(StateVersion {
        generation: generation(books)?,
        version: books.state_version()?,
    })
}

fn booklets(books: &dyn Books, programme: ProgrammeId) -> Result<Vec<BookletRange>, Error> {
    Ok(standings(
        &books.list_lots(programme)?,
        &books.list_activations(programme)?,
        &books.list_blocks(programme)?,
    ))
}
