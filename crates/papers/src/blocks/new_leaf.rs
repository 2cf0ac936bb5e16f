//! Going on on another leaf.

use crate::Error;
use crate::block::Block;
use crate::geometry::Column;
use crate::layout::Layout;

/// What follows stands on a leaf of its own.
pub(crate) struct NewLeaf;

impl Block for NewLeaf {
    fn draw(&self, layout: &mut Layout, _: Column) -> Result<(), Error> {
        layout.turn();
        Ok(())
    }
}
