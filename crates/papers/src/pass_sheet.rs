//! Sheets of passes to print and cut: ten to a leaf, each with its signed code.

use chrono::NaiveDate;
use passerelle_words::{format, say, say_with};

use crate::Error;
use crate::block::Block;
use crate::blocks::{Card, Cards, Code, NewLeaf, Words};
use crate::document::{Document, Paper, grouped_by_four};
use crate::geometry::{Align, mm};
use crate::layout::Frame;

/// Booklets of one programme, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassSheet {
    /// Who issues the passes: `Métropole du Grand Paris`.
    pub issuer: String,
    /// Name of the programme: `Numérique pour tous`.
    pub programme: String,
    /// What each pass is worth.
    pub face_value_cents: i64,
    /// Last day printed on the pass.
    pub last_day: NaiveDate,
    /// Each begins on a leaf of its own.
    pub booklets: Vec<PrintedBooklet>,
}

/// A booklet and its passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedBooklet {
    /// As people name it: `0412 7731`.
    pub number: String,
    /// In the order of their ranks.
    pub passes: Vec<PrintedPass>,
}

/// One pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrintedPass {
    /// What the QR code carries: the signed pass, 122 capitals and digits.
    pub code: String,
    /// What is typed when the code cannot be read; it is printed by groups of four.
    pub number: String,
    /// From 1.
    pub rank: u32,
}

/// Prints booklets of passes, two across and five down, with lines to cut along.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn, [`Error::CodeTooLong`] when a code's
/// content is too long for one.
pub fn pass_sheet(sheet: &PassSheet) -> Result<Paper, Error> {
    let mut blocks: Vec<Box<dyn Block>> = Vec::new();
    for booklet in &sheet.booklets {
        if !blocks.is_empty() {
            blocks.push(Box::new(NewLeaf));
        }
        blocks.push(
            Words::title(title(sheet, booklet))
                .size(9.5)
                .align(Align::Centre)
                .after(mm(1.5))
                .boxed(),
        );
        blocks.push(Box::new(Cards(
            booklet
                .passes
                .iter()
                .map(|pass| card(sheet, booklet, pass))
                .collect(),
        )));
    }
    Document {
        title: sheet.programme.clone(),
        frame: Frame::WIDE,
        blocks,
    }
    .print()
}

fn title(sheet: &PassSheet, booklet: &PrintedBooklet) -> String {
    say_with(
        "paper-passes-title",
        &[
            ("programme", (&sheet.programme).into()),
            ("booklet", grouped_by_four(&booklet.number).into()),
        ],
    )
}

fn card(sheet: &PassSheet, booklet: &PrintedBooklet, pass: &PrintedPass) -> Card {
    let number = grouped_by_four(&pass.number);
    let rank = say_with(
        "paper-passes-rank",
        &[("rank", pass.rank.into()), ("count", booklet.passes.len().into())],
    );
    let last_day = format::day_month_year(sheet.last_day);
    Card {
        code: Code {
            payload: pass.code.clone(),
            alternative: say_with("paper-passes-code-alternative", &[("number", (&number).into())]),
            side: mm(34.0),
            align: Align::Left,
        },
        issuer: sheet.programme.clone(),
        value: format::amount(sheet.face_value_cents),
        lines: vec![
            sheet.issuer.clone(),
            rank,
            say_with("paper-passes-last-day", &[("day", last_day.into())]),
        ],
        number,
        corner: say("paper-passes-cut-here"),
    }
}
