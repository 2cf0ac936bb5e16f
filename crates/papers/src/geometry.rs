//! Lengths and places on a leaf: points (1/72 inch), from its top left corner, downwards.

/// A length in points, from millimetres.
pub(crate) const fn mm(length: f32) -> f32 {
    length * 72.0 / 25.4
}

/// A place on a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub x: f32,
    pub y: f32,
}

/// An upright rectangle on a leaf.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rect {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// What a block may write in: it goes on downwards as far as it needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Column {
    pub x: f32,
    pub width: f32,
}

impl Column {
    pub fn right(self) -> f32 {
        self.x + self.width
    }

    /// The same column, with `margin` kept free on both sides.
    pub fn inset(self, margin: f32) -> Self {
        Self {
            x: self.x + margin,
            width: self.width - 2.0 * margin,
        }
    }
}

/// Where a line stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

impl Align {
    /// Where something `width` wide begins in `column`.
    pub fn start(self, column: Column, width: f32) -> f32 {
        match self {
            Self::Left => column.x,
            Self::Centre => column.x + (column.width - width) / 2.0,
            Self::Right => column.right() - width,
        }
    }
}
