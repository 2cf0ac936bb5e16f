//! The blocks there are.

mod boxes;
mod cards;
mod code;
mod facts;
mod new_leaf;
mod steps;
mod table;
mod together;
mod words;

pub(crate) use boxes::SignatureBox;
pub(crate) use cards::{Card, Cards};
pub(crate) use code::Code;
pub(crate) use facts::Facts;
pub(crate) use new_leaf::NewLeaf;
pub(crate) use steps::Steps;
pub(crate) use table::{Cell, Measure, Rules, Table, TableColumn};
pub(crate) use together::{Sides, Together};
pub(crate) use words::{Gap, Words};
