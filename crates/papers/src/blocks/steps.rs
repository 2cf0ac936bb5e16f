//! What to do, in order.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, mm};
use crate::layout::{Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::{set, set_line};

use super::words::{line_height, put};

const SIZE: f32 = 11.0;
const INDENT: f32 = mm(7.0);

/// Numbered gestures.
pub(crate) struct Steps(pub Vec<Prose>);

impl Block for Steps {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let inside = Column {
            x: column.x + INDENT,
            width: column.width - INDENT,
        };
        layout.within(Role::List, |layout| {
            for (rank, step) in self.0.iter().enumerate() {
                let lines = set(step, SIZE, inside.width)?;
                layout.need(lines.len() as f32 * line_height(SIZE));
                let top = layout.y;
                let number = set_line(&Prose::bold(format!("{}.", rank + 1)), SIZE)?;
                layout.within(Role::Item, |layout| {
                    put(layout, number, Ink::Full, column, Align::Left);
                    layout.y = top;
                    for line in lines {
                        put(layout, line, Ink::Full, inside, Align::Left);
                    }
                    Ok(())
                })?;
                layout.y += mm(1.5);
            }
            Ok(())
        })?;
        layout.y += mm(2.5);
        Ok(())
    }
}
