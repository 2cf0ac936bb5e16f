//! Blocks that stay on one leaf: one below the other, or side by side.

use crate::Error;
use crate::block::{Block, Blocks, draw_all};
use crate::geometry::Column;
use crate::layout::Layout;

/// Blocks that must not be parted by the end of a leaf.
pub(crate) struct Together(pub Blocks);

impl Block for Together {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        layout.need(Layout::measure(|scratch| draw_all(&self.0, scratch, column))?);
        draw_all(&self.0, layout, column)
    }
}

/// Two columns that begin at one height; `right` takes `share` of the width.
pub(crate) struct Sides {
    pub left: Blocks,
    pub right: Blocks,
    pub share: f32,
}

impl Sides {
    /// White between the two.
    const GUTTER: f32 = 16.0;

    fn columns(&self, column: Column) -> (Column, Column) {
        let right = (column.width - Self::GUTTER) * self.share;
        let left = column.width - Self::GUTTER - right;
        let right = Column {
            x: column.right() - right,
            width: right,
        };
        (
            Column {
                x: column.x,
                width: left,
            },
            right,
        )
    }
}

impl Block for Sides {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let (left, right) = self.columns(column);
        let left_height = Layout::measure(|scratch| draw_all(&self.left, scratch, left))?;
        let right_height = Layout::measure(|scratch| draw_all(&self.right, scratch, right))?;
        layout.need(left_height.max(right_height));
        let top = layout.y;
        draw_all(&self.left, layout, left)?;
        layout.y = top;
        draw_all(&self.right, layout, right)?;
        layout.y = top + left_height.max(right_height);
        Ok(())
    }
}
