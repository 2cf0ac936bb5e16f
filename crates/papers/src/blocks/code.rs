//! A QR code with what it says to whoever cannot see it.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, Point};
use crate::layout::{Ink, Layout};
use crate::qr;
use crate::structure::Role;

/// A QR code.
pub(crate) struct Code {
    pub payload: String,
    /// Said in place of the picture.
    pub alternative: String,
    /// Side in points, without the quiet zone.
    pub side: f32,
    pub align: Align,
}

impl Code {
    /// White wanted on each side, in points.
    pub fn quiet(&self) -> Result<f32, Error> {
        Ok(self.side * qr::QUIET_MODULES / qr::modules(&self.payload)? as f32)
    }

    /// Draws the code with its top left corner at `at`, quiet zone outside.
    pub fn draw_at(&self, layout: &mut Layout, at: Point) -> Result<(), Error> {
        let squares = qr::squares(&self.payload, self.side)?;
        layout.within(Role::Figure, |layout| {
            layout.alternative(&self.alternative);
            layout.squares(squares, Ink::Black, at);
            Ok(())
        })
    }
}

impl Block for Code {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let quiet = self.quiet()?;
        layout.need(self.side + 2.0 * quiet);
        // The margin of the column is quiet enough: the code aligns with the text.
        let at = Point {
            x: self.align.start(column, self.side),
            y: layout.y + quiet,
        };
        self.draw_at(layout, at)?;
        layout.y += self.side + 2.0 * quiet;
        Ok(())
    }
}
