//! The lives of the service.

use super::MemoryBooks;
use crate::{error::Error, store::Generations};
use passerelle_domain::id::ServerId;

impl Generations for MemoryBooks<'_> {
    fn find_generation(&self) -> Result<Option<(ServerId, u32)>, Error> {
        let tables = self.look();
        let last = tables.generations.all().next_back();
        Ok(last.map(|(generation, server)| (*server, *generation)))
    }

    fn record_generation(&self, generation: u32, server: ServerId, _begun_at: u64) -> Result<(), Error> {
        self.change().generations.record(generation, server)
    }
}
