//! How far a write goes.

use passerelle_domain::{id::DeviceId, pass::PassId, programme::ProgrammeId};
use std::collections::BTreeSet;

/// What a write that others may run beside looks at and changes, where another of its kind may write:
/// the log of one device, and what is credited, given back or waiting in some booklets. Facts that stand
/// already, and what only writes without a reach change, it may look at besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The device.
    pub device: DeviceId,
    /// The booklets, by programme.
    pub booklets: BTreeSet<(ProgrammeId, u32)>,
}

impl Reach {
    /// The log of a device, and the booklets of these passes.
    pub fn new(device: DeviceId, passes: impl IntoIterator<Item = PassId>) -> Self {
        let booklet = |pass: PassId| (pass.programme, pass.booklet);
        Self {
            device,
            booklets: passes.into_iter().map(booklet).collect(),
        }
    }
}
