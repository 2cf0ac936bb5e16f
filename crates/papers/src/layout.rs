//! Leaves being filled from top to bottom, and the strokes put on them.

use crate::Error;
use crate::geometry::{Align, Column, Point, Rect, mm};
use crate::structure::{ElementId, Role, Tree};
use crate::typesetting::Line;

/// A4 upright.
pub(crate) const A4: (f32, f32) = (mm(210.0), mm(297.0));

/// The few inks of our papers; they stay legible on a black and white printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    /// Words.
    Full,
    /// Labels and small print.
    Soft,
    /// Hairlines.
    Rule,
    /// Codes: nothing but black is sure to be read.
    Black,
}

/// Something drawn on a leaf.
#[derive(Clone, Debug)]
pub(crate) struct Stroke {
    /// The element it belongs to, or nothing for decoration.
    pub element: Option<ElementId>,
    pub ink: Ink,
    pub shape: Shape,
}

/// The shapes a stroke can have.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// A line of text, by the left end of its baseline.
    Text { line: Line, at: Point },
    /// A straight line.
    Rule {
        from: Point,
        to: Point,
        thickness: f32,
        dashed: bool,
    },
    /// Filled rectangles, as one shape.
    Squares(Vec<Rect>),
}

/// Margins and size of the leaves of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Frame {
    pub column: Column,
    pub top: f32,
    pub bottom: f32,
}

impl Frame {
    /// A letter: 20 mm on the sides, room for the page number below.
    pub const LETTER: Self = Self {
        column: Column {
            x: mm(20.0),
            width: A4.0 - mm(40.0),
        },
        top: mm(18.0),
        bottom: A4.1 - mm(20.0),
    };

    /// Nearly the whole leaf, for what will be cut out of it.
    pub const WIDE: Self = Self {
        column: Column {
            x: mm(10.0),
            width: A4.0 - mm(20.0),
        },
        top: mm(8.0),
        bottom: A4.1 - mm(7.0),
    };

    /// A leaf without end, to measure on.
    const ENDLESS: Self = Self {
        bottom: f32::INFINITY,
        ..Self::LETTER
    };
}

/// The leaves so far, and the pen on the last one.
pub(crate) struct Layout {
    pub leaves: Vec<Vec<Stroke>>,
    pub tree: Tree,
    /// Top of what is still free on the last leaf.
    pub y: f32,
    frame: Frame,
    decorating: bool,
}

impl Layout {
    pub fn new(frame: Frame) -> Self {
        Self {
            leaves: vec![Vec::new()],
            tree: Tree::new(),
            y: frame.top,
            frame,
            decorating: false,
        }
    }

    /// Height that `draw` takes, in points, without drawing it.
    pub fn measure(draw: impl FnOnce(&mut Self) -> Result<(), Error>) -> Result<f32, Error> {
        let mut scratch = Self::new(Frame::ENDLESS);
        let top = scratch.y;
        draw(&mut scratch)?;
        Ok(scratch.y - top)
    }

    /// Whether `height` still fits on this leaf.
    pub fn has_room(&self, height: f32) -> bool {
        // A thousandth of a point is rounding, not overflow.
        self.y + height <= self.frame.bottom + 0.001
    }

    /// Goes to a new leaf unless `height` fits on this one, or nothing is on it yet.
    pub fn need(&mut self, height: f32) {
        if !self.has_room(height) && self.y > self.frame.top {
            self.turn();
        }
    }

    /// Goes to a new leaf.
    pub fn turn(&mut self) {
        self.leaves.push(Vec::new());
        self.y = self.frame.top;
    }

    /// What `draw` draws belongs to a new element of this role.
    pub fn within<T>(
        &mut self,
        role: Role,
        draw: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.decorating {
            return draw(self);
        }
        self.tree.open(role);
        let drawn = draw(self);
        self.tree.close();
        drawn
    }

    /// What `draw` draws says nothing that the paper does not say elsewhere.
    pub fn decoration<T>(&mut self, draw: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.decorating, true);
        let drawn = draw(self);
        self.decorating = before;
        drawn
    }

    /// Gives the current element its alternative text.
    pub fn alternative(&mut self, text: &str) {
        let current = self.tree.current();
        self.tree.elements[current].alternative = Some(text.to_owned());
    }

    /// Makes the current cell cover `columns` columns.
    pub fn span(&mut self, columns: usize) {
        let current = self.tree.current();
        self.tree.elements[current].span = columns;
    }

    /// Puts a line of text: the one way any text gets on paper. It belongs to the current
    /// element, so that no text is without its role.
    pub fn text(&mut self, line: Line, ink: Ink, column: Column, align: Align, baseline: f32) {
        let at = Point {
            x: align.start(column, line.width()),
            y: baseline,
        };
        self.stroke(ink, Shape::Text { line, at });
    }

    /// Puts filled rectangles, given from the corner `at`.
    pub fn squares(&mut self, squares: Vec<Rect>, ink: Ink, at: Point) {
        let moved = squares.into_iter().map(|r| Rect {
            x: r.x + at.x,
            y: r.y + at.y,
            ..r
        });
        self.stroke(ink, Shape::Squares(moved.collect()));
    }

    /// Draws a line, which is always decoration.
    pub fn rule(&mut self, from: Point, to: Point, thickness: f32, dashed: bool, ink: Ink) {
        let shape = Shape::Rule {
            from,
            to,
            thickness,
            dashed,
        };
        self.decoration(|layout| layout.stroke(ink, shape));
    }

    /// Draws a line from side to side of `column` at the pen.
    pub fn line_across(&mut self, column: Column, thickness: f32, ink: Ink) {
        let y = self.y;
        self.rule(
            Point { x: column.x, y },
            Point { x: column.right(), y },
            thickness,
            false,
            ink,
        );
    }

    /// Draws the outline of `rect`.
    pub fn outline(&mut self, rect: Rect, thickness: f32, dashed: bool, ink: Ink) {
        let (left, right) = (rect.x, rect.x + rect.width);
        let (top, bottom) = (rect.y, rect.y + rect.height);
        let corners = [
            (left, top),
            (right, top),
            (right, bottom),
            (left, bottom),
            (left, top),
        ];
        for pair in corners.windows(2) {
            let [from, to] = [pair[0], pair[1]].map(|(x, y)| Point { x, y });
            self.rule(from, to, thickness, dashed, ink);
        }
    }

    /// Goes back to an earlier leaf to draw on it, as decoration: page numbers.
    pub fn stamp(&mut self, leaf: usize, line: Line, column: Column, align: Align, baseline: f32) {
        let at = Point {
            x: align.start(column, line.width()),
            y: baseline,
        };
        let shape = Shape::Text { line, at };
        self.leaves[leaf].push(Stroke {
            element: None,
            ink: Ink::Soft,
            shape,
        });
    }

    fn stroke(&mut self, ink: Ink, shape: Shape) {
        let element = (!self.decorating).then(|| self.tree.current());
        self.leaves
            .last_mut()
            .expect("a layout has at least one leaf")
            .push(Stroke { element, ink, shape });
    }
}
