//! What the tests of several modules start from.

use crate::read_programme;
use passerelle_domain::programme::Programme;
use std::sync::LazyLock;

/// The programme of `examples/numerique-pour-tous.toml`.
pub fn programme() -> Programme {
    static SAMPLE: LazyLock<Programme> = LazyLock::new(|| {
        read_programme(include_str!("../examples/numerique-pour-tous.toml"))
            .expect("the sample is a programme")
    });
    SAMPLE.clone()
}
