//! Frames that a hand will fill.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, Rect};
use crate::layout::{Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::set;

use super::words::put;

const LABEL: f32 = 9.5;
const PADDING: f32 = 6.0;

/// A dashed frame with a label in its corner: a signature, a stamp.
pub(crate) struct SignatureBox {
    pub label: String,
    pub height: f32,
}

impl Block for SignatureBox {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        layout.need(self.height);
        let top = layout.y;
        let rect = Rect {
            x: column.x,
            y: top,
            width: column.width,
            height: self.height,
        };
        layout.outline(rect, 0.8, true, Ink::Soft);
        layout.y += PADDING / 2.0;
        let inside = column.inset(PADDING);
        layout.within(Role::Paragraph, |layout| {
            for line in set(&Prose::regular(&self.label), LABEL, inside.width)? {
                put(layout, line, Ink::Soft, inside, Align::Left);
            }
            Ok(())
        })?;
        layout.y = top + self.height;
        Ok(())
    }
}
