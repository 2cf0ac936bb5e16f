//! The papers: a description goes in, a PDF comes out.
//!
//! Everything here is pure. A caller fills a plain struct ([`Certificate`], [`SignInSheet`],
//! [`PassSheet`], [`EnrolmentLetter`], [`PouchPage`], [`RecoverySheet`], [`SettlementStatement`], [`RegieStatement`]) and gets a [`Paper`]; the same struct always gives the
//! same bytes. The desk and the clearing service both print through this crate.
//!
//! From the inside out: a document is a list of [blocks](block) (heading, table, code ...);
//! a block writes itself on [leaves](layout) through a handful of strokes, each of which
//! belongs to an element of the [`structure`] or is decoration; the [`press`]
//! turns leaves and structure into a tagged PDF, and is alone in knowing printpdf.
//!
//! No glyph is ever left blank: each character is looked up in the fonts before anything is
//! drawn, and one that none of them has is an [`Error::MissingGlyph`].

mod block;
mod blocks;
mod certificate;
mod document;
mod enrolment_letter;
mod geometry;
mod layout;
mod pass_sheet;
mod pouch_page;
mod press;
mod prose;
mod qr;
mod raster;
mod recovery_sheet;
mod regie_statement;
mod settlement_statement;
mod sign_in_sheet;
mod structure;
mod typeface;
mod typesetting;

pub use certificate::{Certificate, Session, certificate};
pub use document::{Hours, Organisation, Paper};
pub use enrolment_letter::{EnrolmentLetter, enrolment_letter};
pub use pass_sheet::{PassSheet, PrintedBooklet, PrintedPass, pass_sheet};
pub use pouch_page::{PouchPage, PouchWay, pouch_page};
pub use raster::{Page, raster};
pub use recovery_sheet::{RecoverySheet, recovery_sheet};
pub use regie_statement::{ProgrammeTotal, RegieStatement, regie_statement};
pub use settlement_statement::{
    EarnedLine, FunderPart, PaidStructure, Payment, Period, SettlementStatement, settlement_statement,
};
pub use sign_in_sheet::{Expected, SignInSheet, sign_in_sheet};

/// Why a paper could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No embedded font can draw this character; nothing was printed rather than a blank.
    #[error("no embedded font has a glyph for {character:?}")]
    MissingGlyph {
        /// The first character that could not be drawn.
        character: char,
    },
    /// What a code should carry does not fit in the largest one.
    #[error("{length} bytes do not fit in a printed code")]
    CodeTooLong {
        /// Length of what should have been carried, in bytes.
        length: usize,
    },
    /// The bytes to rasterise are not a PDF that can be read.
    #[error("the file is not a readable pdf")]
    UnreadablePdf,
}

#[cfg(test)]
mod tests;
