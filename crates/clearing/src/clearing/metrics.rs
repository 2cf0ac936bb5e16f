//! What the service tells whoever watches over it.

use super::{Clearing, generation};
use crate::{error::Error, meters::Meters};
use passerelle_domain::exchange::StateVersion;

impl Clearing {
    /// What this process counts.
    #[must_use]
    pub const fn meters(&self) -> &Meters {
        &self.meters
    }

    /// What this process has counted, with the version of the state, as text for Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        let state: Result<_, Error> = self.store.read(|books| {
            Ok(StateVersion {
                generation: generation(books)?,
                version: books.state_version()?,
            })
        });
        self.meters.to_text(state.ok())
    }
}
