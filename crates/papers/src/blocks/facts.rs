//! What a paper is about, as names and values in two columns.

use crate::Error;
use crate::block::Block;
use crate::geometry::{Align, Column, mm};
use crate::layout::{Ink, Layout};
use crate::prose::Prose;
use crate::structure::Role;
use crate::typesetting::{Line, set, set_line};

use super::words::put;

const SIZE: f32 = 11.0;

/// Names and their values, one to a row: a table without lines.
pub(crate) struct Facts(pub Vec<(String, String)>);

impl Block for Facts {
    fn draw(&self, layout: &mut Layout, column: Column) -> Result<(), Error> {
        let mut names: Vec<Line> = Vec::new();
        for (name, _) in &self.0 {
            names.push(set_line(&Prose::regular(name), SIZE)?);
        }
        let width = names.iter().map(Line::width).fold(0.0, f32::max) + mm(6.0);
        let values = Column {
            x: column.x + width,
            width: column.width - width,
        };
        layout.within(Role::Table, |layout| {
            for (name, (_, value)) in names.into_iter().zip(&self.0) {
                let lines = set(&Prose::bold(value), SIZE, values.width)?;
                layout.within(Role::Row, |layout| row(layout, name, lines, column, values))?;
            }
            Ok(())
        })?;
        layout.y += mm(4.0);
        Ok(())
    }
}

fn row(
    layout: &mut Layout,
    name: Line,
    lines: Vec<Line>,
    names: Column,
    values: Column,
) -> Result<(), Error> {
    let top = layout.y;
    layout.within(Role::RowHead, |layout| {
        put(layout, name, Ink::Soft, names, Align::Left);
        Ok(())
    })?;
    layout.y = top;
    layout.within(Role::Cell, |layout| {
        for line in lines {
            put(layout, line, Ink::Full, values, Align::Left);
        }
        Ok(())
    })?;
    layout.y += 1.5;
    Ok(())
}
