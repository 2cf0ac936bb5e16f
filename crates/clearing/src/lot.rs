//! Booklets ready to be printed.

use crate::ranges::Range;
use passerelle_domain::{pass::Rank, programme::Programme};
use passerelle_papers::{PassSheet, PrintedBooklet, PrintedPass};
use std::fmt::Write;

/// Booklets issued together.
#[derive(Debug, Clone)]
pub struct Lot {
    /// Their programme.
    pub programme: Programme,
    /// Which booklets.
    pub booklets: Range,
    /// Their passes, by booklet and rank.
    pub passes: Vec<MintedPass>,
}

/// One pass of a lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MintedPass {
    /// The signed code, 122 characters.
    pub code: String,
    /// The number under it, without spaces.
    pub number: String,
    /// The booklet.
    pub booklet: u32,
    /// The place in it, from 1.
    pub rank: Rank,
}

impl Lot {
    /// The name of its files, without extension.
    #[must_use]
    pub fn file_stem(&self) -> String {
        let Range { first, last } = self.booklets;
        format!("programme-{}-chequiers-{first}-{last}", self.programme.id.0)
    }

    /// The lot as CSV for a printer: UTF-8, semicolons, one line per pass after the titles. No
    /// value holds a semicolon or a quote.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("code;number;programme;booklet;rank;last_day\r\n");
        let (programme, last_day) = (self.programme.id.0, self.programme.last_day);
        for pass in &self.passes {
            let MintedPass {
                code,
                number,
                booklet,
                rank,
            } = pass;
            write!(csv, "{code};{number};{programme};{booklet};{rank};{last_day}\r\n")
                .expect("memory takes all that is written");
        }
        csv
    }

    /// The lot as sheets to print and cut, one leaf per booklet.
    #[must_use]
    pub fn to_sheet(&self) -> PassSheet {
        let per_booklet = usize::from(self.programme.passes_per_booklet);
        PassSheet {
            issuer: self.programme.issuer.clone(),
            programme: self.programme.name.clone(),
            face_value_cents: self.programme.face_value.0,
            last_day: self.programme.last_day,
            booklets: self.passes.chunks(per_booklet).map(printed).collect(),
        }
    }
}

fn printed(passes: &[MintedPass]) -> PrintedBooklet {
    PrintedBooklet {
        number: passes.first().map_or(0, |pass| pass.booklet).to_string(),
        passes: passes
            .iter()
            .map(|pass| PrintedPass {
                code: pass.code.clone(),
                number: pass.number.clone(),
                rank: u32::from(pass.rank),
            })
            .collect(),
    }
}
