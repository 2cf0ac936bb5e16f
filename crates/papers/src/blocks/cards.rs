//! Cards to cut out of a leaf, each with its code.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, Point, Rect, mm};
use crate::layout::{A4, Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::{set, set_line};

use super::code::Code;
use super::words::{line_height, put};

const ACROSS: usize = 2;
const DOWN: usize = 5;
const HEIGHT: f32 = mm(54.0);
const PADDING: f32 = mm(5.0);
/// Length of the sides of the corner that is cut when a card is taken.
const CORNER: f32 = mm(9.0);

/// One card: a code on the left, words on the right, a corner to cut.
pub(crate) struct Card {
    pub code: Code,
    /// Above: whose card it is.
    pub issuer: String,
    /// In large: what it is worth.
    pub value: String,
    /// Then, one below the other.
    pub lines: Vec<String>,
    /// In bold at the foot: what to type when the code cannot be read.
    pub number: String,
    /// Next to the corner.
    pub corner: String,
}

/// Up to ten cards to a leaf, two across, with lines to cut along.
pub(crate) struct Cards(pub Vec<Card>);

impl Block for Cards {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        for (index, leaf) in self.0.chunks(ACROSS * DOWN).enumerate() {
            if index > 0 {
                layout.turn();
            }
            let rows = leaf.len().div_ceil(ACROSS);
            let height = rows as f32 * HEIGHT;
            layout.need(height);
            let top = layout.y;
            let width = column.width / ACROSS as f32;
            for (rank, card) in leaf.iter().enumerate() {
                let (across, down) = (rank % ACROSS, rank / ACROSS);
                let (x, y) = (column.x + across as f32 * width, top + down as f32 * HEIGHT);
                let place = Rect {
                    x,
                    y,
                    width,
                    height: HEIGHT,
                };
                layout.within(Role::Section, |layout| card.draw(layout, place))?;
            }
            cutting_lines(layout, column, top, rows);
            layout.y = top + height;
        }
        Ok(())
    }
}

impl Card {
    fn draw(&self, layout: &mut Layout, place: Rect) -> Result<(), Error> {
        let quiet = self.code.quiet()?;
        let code = Point {
            x: place.x + PADDING.max(quiet),
            y: place.y + (place.height - self.code.side) / 2.0,
        };
        let left = code.x + self.code.side + PADDING.max(quiet);
        let words = Column {
            x: left,
            width: place.x + place.width - PADDING - left,
        };
        self.draw_corner(layout, place)?;
        layout.y = place.y + PADDING;
        let beside_corner = Column {
            width: words.width - CORNER + PADDING / 2.0,
            ..words
        };
        self.draw_words(layout, &Prose::bold(&self.issuer), 10.0, beside_corner)?;
        layout.y += mm(1.0);
        self.draw_words(layout, &Prose::bold(&self.value), 22.0, words)?;
        for line in &self.lines {
            self.draw_words(layout, &Prose::regular(line), 9.5, words)?;
        }
        self.code.draw_at(layout, code)?;
        layout.y = place.y + place.height - PADDING - line_height(13.0);
        self.draw_words(layout, &Prose::bold(&self.number), 13.0, words)
    }

    fn draw_words(&self, layout: &mut Layout, prose: &Prose, size: f32, column: Column) -> Result<(), Error> {
        let lines = set(prose, size, column.width)?;
        layout.within(Role::Paragraph, |layout| {
            for line in lines {
                put(layout, line, Ink::Full, column, Align::Left);
            }
            Ok(())
        })
    }

    fn draw_corner(&self, layout: &mut Layout, place: Rect) -> Result<(), Error> {
        let right = place.x + place.width;
        let from = Point {
            x: right - CORNER,
            y: place.y,
        };
        let to = Point {
            x: right,
            y: place.y + CORNER,
        };
        layout.rule(from, to, 0.9, true, Ink::Full);
        let line = set_line(&Prose::regular(&self.corner), 6.5)?;
        let column = Column {
            x: place.x,
            width: place.width - CORNER - 2.0,
        };
        layout.within(Role::Paragraph, |layout| {
            layout.text(line, Ink::Soft, column, Align::Right, place.y + 8.0);
            Ok(())
        })
    }
}

/// Across the whole leaf, so that a guillotine follows them past the cards.
fn cutting_lines(layout: &mut Layout, column: Column, top: f32, rows: usize) {
    let bottom = top + rows as f32 * HEIGHT;
    for row in 0..=rows {
        let y = top + row as f32 * HEIGHT;
        layout.rule(Point { x: 0.0, y }, Point { x: A4.0, y }, 0.4, true, Ink::Rule);
    }
    for across in 0..=ACROSS {
        let x = column.x + across as f32 * column.width / ACROSS as f32;
        layout.rule(Point { x, y: top }, Point { x, y: bottom }, 0.4, true, Ink::Rule);
    }
}
