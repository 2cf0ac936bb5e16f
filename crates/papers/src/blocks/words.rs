//! Headings and paragraphs.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, mm};
use crate::layout::{Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::{Line, set};

/// Height of the capitals over the baseline, and of a line, in sizes of the text.
const ASCENT: f32 = 0.78;
const LEADING: f32 = 1.36;

/// A heading, a paragraph, or a few lines of an address.
pub(crate) struct Words {
    role: Role,
    prose: Vec<Prose>,
    size: f32,
    ink: Ink,
    align: Align,
    before: f32,
    after: f32,
}

impl Words {
    /// The title of the document.
    pub fn title(text: impl Into<String>) -> Self {
        Self {
            role: Role::Title,
            size: 20.0,
            after: mm(6.0),
            ..Self::lines([Prose::bold(text)])
        }
    }

    /// The head of a part.
    pub fn heading(text: impl Into<String>) -> Self {
        Self {
            role: Role::Heading,
            size: 13.0,
            before: mm(2.0),
            after: mm(2.0),
            ..Self::lines([Prose::bold(text)])
        }
    }

    /// Running text.
    pub fn paragraph(prose: impl Into<Prose>) -> Self {
        Self {
            after: mm(4.0),
            ..Self::lines([prose.into()])
        }
    }

    /// Lines that follow each other without a gap, as in an address.
    pub fn lines(prose: impl IntoIterator<Item = Prose>) -> Self {
        let (before, after) = (0.0, 0.0);
        let prose = prose.into_iter().collect();
        Self {
            role: Role::Paragraph,
            prose,
            size: 11.0,
            ink: Ink::Full,
            align: Align::Left,
            before,
            after,
        }
    }

    pub fn size(self, size: f32) -> Self {
        Self { size, ..self }
    }

    pub fn soft(self) -> Self {
        Self {
            ink: Ink::Soft,
            ..self
        }
    }

    pub fn align(self, align: Align) -> Self {
        Self { align, ..self }
    }

    pub fn after(self, after: f32) -> Self {
        Self { after, ..self }
    }

    pub fn boxed(self) -> Box<dyn Block> {
        Box::new(self)
    }
}

impl Block for Words {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let mut lines = Vec::new();
        for (rank, prose) in self.prose.iter().enumerate() {
            let is_last = rank + 1 == self.prose.len();
            // Read aloud, an address wants something between its lines.
            let prose = if is_last {
                prose.clone()
            } else {
                prose.clone().followed_by_space()
            };
            lines.extend(set(&prose, self.size, column.width)?);
        }
        // Our paragraphs are short: one that does not fit goes over whole, and leaves no widow.
        layout.need(self.before + lines.len() as f32 * line_height(self.size));
        layout.y += self.before;
        layout.within(self.role, |layout| {
            for line in lines {
                layout.need(line_height(self.size));
                put(layout, line, self.ink, column, self.align);
            }
            Ok(())
        })?;
        layout.y += self.after;
        Ok(())
    }
}

/// Distance from a baseline to the next, in points.
pub(crate) fn line_height(size: f32) -> f32 {
    size * LEADING
}

/// Puts `line` at the pen and moves the pen below it.
pub(crate) fn put(layout: &mut Layout, line: Line, ink: Ink, column: Column, align: Align) {
    let size = line.size;
    let baseline = layout.y + (line_height(size) - size) / 2.0 + ASCENT * size;
    layout.text(line, ink, column, align, baseline);
    layout.y += line_height(size);
}

/// Some white.
pub(crate) struct Gap(pub f32);

impl Block for Gap {
    fn draw(&self, layout: &mut Layout, _: Column) -> Result<(), Error> {
        layout.y += self.0;
        Ok(())
    }
}
