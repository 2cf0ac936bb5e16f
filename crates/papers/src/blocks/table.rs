//! Tables: column widths measured from the words, heads said again on each leaf.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, Point};
use crate::layout::{Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::{Line, set, set_line};

use super::words::{line_height, put};

const SIZE: f32 = 10.5;
const HEAD_SIZE: f32 = 9.5;
const PADDING: f32 = 5.0;

/// A table whose first row names its columns.
pub(crate) struct Table {
    pub columns: Vec<TableColumn>,
    pub rows: Vec<Vec<Cell>>,
    /// A last row under a strong line: a total, whoever answers for the rest.
    pub footer: Option<Vec<Cell>>,
    /// Least height of a row, in points.
    pub row_height: f32,
    pub rules: Rules,
}

/// A column, and what its head says.
pub(crate) struct TableColumn {
    pub head: String,
    pub measure: Measure,
    pub align: Align,
}

/// How wide a column is.
#[derive(Clone, Copy)]
pub(crate) enum Measure {
    /// In points.
    Fixed(f32),
    /// As its widest cell.
    Fit,
    /// So many parts of what the others leave.
    Share(f32),
}

/// Which lines a table shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Hairlines between rows, as in a register.
    Rows,
    /// Every cell framed: to be written in by hand.
    Grid,
}

/// One cell.
pub(crate) struct Cell {
    pub prose: Prose,
    /// How many columns it covers.
    pub span: usize,
    /// Whether it says what its row is about.
    pub is_head: bool,
}

impl Cell {
    pub fn new(prose: impl Into<Prose>) -> Self {
        Self {
            prose: prose.into(),
            span: 1,
            is_head: false,
        }
    }

    pub fn head(prose: impl Into<Prose>) -> Self {
        Self {
            is_head: true,
            ..Self::new(prose)
        }
    }

    pub fn empty() -> Self {
        Self::new("")
    }

    pub fn span(self, span: usize) -> Self {
        Self { span, ..self }
    }
}

impl Block for Table {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let columns = self.widths(column)?;
        let head = self.set_head(&columns)?;
        let rows: Vec<SetRow> = self
            .rows
            .iter()
            .map(|cells| self.set_row(cells, &columns))
            .collect::<Result<_, _>>()?;
        let footer = match &self.footer {
            Some(cells) => Some(self.set_row(cells, &columns)?),
            None => None,
        };
        layout.within(Role::Table, |layout| {
            layout.need(head.height + rows.first().map_or(0.0, |row| row.height));
            self.draw_head(&head, layout, column)?;
            for (index, row) in rows.iter().enumerate() {
                // A total never stands alone at the top of a leaf.
                let is_last = index + 1 == rows.len();
                let after = footer
                    .as_ref()
                    .filter(|_| is_last)
                    .map_or(0.0, |footer| footer.height);
                if !layout.has_room(row.height + after) {
                    layout.turn();
                    layout.decoration(|layout| self.draw_head(&head, layout, column))?;
                }
                self.draw_row(row, layout, column)?;
            }
            let Some(footer) = &footer else { return Ok(()) };
            layout.line_across(column, 1.2, Ink::Full);
            match self.rules {
                Rules::Rows => footer.draw(layout),
                Rules::Grid => self.draw_row(footer, layout, column),
            }
        })
    }
}

impl Table {
    /// Where each column stands.
    fn widths(&self, column: Column) -> Result<Vec<Column>, Error> {
        let mut widths = Vec::new();
        for (rank, wanted) in self.columns.iter().enumerate() {
            widths.push(match wanted.measure {
                Measure::Fixed(width) => width,
                Measure::Fit => self.widest(rank)? + 2.0 * PADDING,
                Measure::Share(_) => 0.0,
            });
        }
        let share = |column: &TableColumn| match column.measure {
            Measure::Share(parts) => parts,
            Measure::Fixed(_) | Measure::Fit => 0.0,
        };
        let parts: f32 = self.columns.iter().map(share).sum();
        let free = column.width - widths.iter().sum::<f32>();
        let mut x = column.x;
        let placed = self.columns.iter().zip(widths).map(|(wanted, width)| {
            let width = if parts > 0.0 {
                width + free * share(wanted) / parts
            } else {
                width
            };
            let placed = Column { x, width };
            x += width;
            placed
        });
        Ok(placed.collect())
    }

    fn widest(&self, rank: usize) -> Result<f32, Error> {
        let head = set_line(&Prose::bold(&self.columns[rank].head), HEAD_SIZE)?;
        let mut widest = head.width();
        for cell in self
            .rows
            .iter()
            .filter_map(|row| row.get(rank))
            .filter(|cell| cell.span == 1)
        {
            widest = widest.max(set_line(&cell.prose, SIZE)?.width());
        }
        Ok(widest)
    }

    fn set_head(&self, columns: &[Column]) -> Result<SetRow, Error> {
        let mut cells = Vec::new();
        for (wanted, column) in self.columns.iter().zip(columns) {
            let column = self.inside(*column, columns);
            let lines = set(&Prose::bold(&wanted.head), HEAD_SIZE, column.width)?;
            let (role, align, ink) = (Role::ColumnHead, wanted.align, Ink::Soft);
            cells.push(SetCell {
                lines,
                column,
                align,
                role,
                ink,
                span: 1,
            });
        }
        Ok(SetRow::new(cells, 0.0))
    }

    fn set_row(&self, row: &[Cell], columns: &[Column]) -> Result<SetRow, Error> {
        let mut cells = Vec::new();
        let mut rank = 0;
        for cell in row {
            let last = rank + cell.span - 1;
            let covered = Column {
                x: columns[rank].x,
                width: columns[last].right() - columns[rank].x,
            };
            let column = self.inside(covered, columns);
            let lines = set(&cell.prose, SIZE, column.width)?;
            let role = if cell.is_head { Role::RowHead } else { Role::Cell };
            let align = self.columns[rank].align;
            cells.push(SetCell {
                lines,
                column,
                align,
                role,
                ink: Ink::Full,
                span: cell.span,
            });
            rank = last + 1;
        }
        Ok(SetRow::new(cells, self.row_height))
    }

    /// Where the words of a cell go. In a register the outer ones align with the text around.
    fn inside(&self, cell: Column, columns: &[Column]) -> Column {
        let inset = cell.inset(PADDING);
        if self.rules == Rules::Grid {
            return inset;
        }
        let is_first = columns.first().is_some_and(|first| first.x == cell.x);
        let is_last = columns.last().is_some_and(|last| last.right() == cell.right());
        let left = if is_first { cell.x } else { inset.x };
        let right = if is_last { cell.right() } else { inset.right() };
        Column {
            x: left,
            width: right - left,
        }
    }

    fn draw_head(&self, head: &SetRow, layout: &mut Layout, column: Column) -> Result<(), Error> {
        layout.line_across(column, 0.6, Ink::Rule);
        self.draw_row(head, layout, column)
    }

    fn draw_row(&self, row: &SetRow, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let top = layout.y;
        row.draw(layout)?;
        layout.line_across(column, 0.6, Ink::Rule);
        if self.rules == Rules::Grid {
            let edges = row.cells.iter().map(|cell| cell.column.x - PADDING);
            for x in edges.chain([column.right()]) {
                let (from, to) = (Point { x, y: top }, Point { x, y: layout.y });
                layout.rule(from, to, 0.6, false, Ink::Rule);
            }
        }
        Ok(())
    }
}

/// A row whose words are set.
struct SetRow {
    cells: Vec<SetCell>,
    height: f32,
}

struct SetCell {
    lines: Vec<Line>,
    column: Column,
    align: Align,
    role: Role,
    ink: Ink,
    span: usize,
}

impl SetRow {
    fn new(cells: Vec<SetCell>, least: f32) -> Self {
        let tallest = cells.iter().map(SetCell::height).fold(0.0, f32::max);
        Self {
            cells,
            height: least.max(tallest + 2.0 * PADDING),
        }
    }

    fn draw(&self, layout: &mut Layout) -> Result<(), Error> {
        let top = layout.y;
        layout.within(Role::Row, |layout| {
            for cell in &self.cells {
                layout.y = top + (self.height - cell.height()) / 2.0;
                layout.within(cell.role, |layout| {
                    layout.span(cell.span);
                    for line in &cell.lines {
                        put(layout, line.clone(), cell.ink, cell.column, cell.align);
                    }
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        layout.y = top + self.height;
        Ok(())
    }
}

impl SetCell {
    fn height(&self) -> f32 {
        self.lines.iter().map(|line| line_height(line.size)).sum()
    }
}
