//! Noticing that the books went back to an older copy, which nothing in them can say.

use super::{Clearing, generation, recall::raise};
use crate::{beside::Watermark, error::Error, store::Books};

impl Clearing {
    /// Keeps beside the key how far the books have come, if it is news. Books that lack what they had
    /// went back to an older copy: they begin a new generation first, so that all that is signed from
    /// now on goes after all that was signed before. Desks need not have noticed.
    ///
    /// # Errors
    /// The books do not answer; the folder cannot be read or written.
    pub fn keep_watermark(&self) -> Result<(), Error> {
        let Some(beside) = &self.beside else {
            return Ok(());
        };
        // Before the books: what another process writes meanwhile is no news that they lack.
        let mark = beside.find_watermark()?;
        let mut far = self.store.read(|books| self.how_far(books))?;
        if let Some(mark) = mark.as_ref().filter(|mark| mark.is_above(&far)) {
            far = self.begin_again(mark)?;
        }
        if mark.as_ref() == Some(&far) {
            return Ok(());
        }
        beside.write_watermark(&far)
    }

    /// Begins the generation after the mark's, unless somebody else has.
    fn begin_again(&self, mark: &Watermark) -> Result<Watermark, Error> {
        let (far, has_begun) = self.store.write(|books| {
            let has_begun = mark.is_above(&self.how_far(books)?);
            if has_begun {
                raise(books, mark.generation, self.now())?;
            }
            Ok((self.how_far(books)?, has_begun))
        })?;
        if has_begun {
            tracing::warn!(
                generation = far.generation,
                "the books went back to an older copy: a new generation begins"
            );
        }
        Ok(far)
    }

    fn how_far(&self, books: &dyn Books) -> Result<Watermark, Error> {
        Ok(Watermark {
            server: self.origin().to_string(),
            generation: generation(books)?,
            facts: books.state_version()?,
            acts: books.count_audits()?,
            settled: books.list_settled_months()?.pop(),
        })
    }
}
