//! What documents are made of.

use crate::Error;
use crate::geometry::Column;
use crate::layout::Layout;

/// A part of a document: it draws itself in a column from the pen down, moves the pen below
/// itself, and goes to a new leaf where it must.
pub(crate) trait Block {
    /// Draws the block.
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error>;
}

/// Blocks one below the other.
pub(crate) type Blocks = Vec<Box<dyn Block>>;

/// Draws blocks one below the other.
pub(crate) fn draw_all(blocks: &Blocks, layout: &mut Layout, column: Column) -> Result<(), Error> {
    blocks.iter().try_for_each(|block| block.draw(layout, column))
}
