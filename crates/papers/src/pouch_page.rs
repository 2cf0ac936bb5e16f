//! A pouch on paper: what a site without a network sends to clearing, or gets back from it.

use chrono::NaiveDate;
use passerelle_words::{format, say, say_with};

use crate::Error;
use crate::block::Block;
use crate::blocks::{Code, Facts, Gap, NewLeaf, Words};
use crate::document::{Document, Paper};
use crate::geometry::{Align, mm};
use crate::layout::Frame;

/// As wide as the column allows with its quiet zone: a telephone reads it from arm's length.
const SIDE: f32 = mm(158.0);

/// The codes of a pouch, and what people must know of it. It names nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PouchPage {
    /// Which way it goes.
    pub way: PouchWay,
    /// The beginning of the device's identity, as both sides show it.
    pub device: String,
    /// The day on which it was made.
    pub packed_on: NaiveDate,
    /// The text of each code, in order.
    pub codes: Vec<String>,
}

/// Which way a pouch goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PouchWay {
    /// To clearing, with so many passes that wait for an answer, worth so much.
    ToClearing {
        /// How many passes.
        passes: u32,
        /// What they are worth.
        amount_cents: i64,
    },
    /// Back to the desk.
    ToDesk,
}

/// Prints a pouch, one code to a leaf.
///
/// # Errors
/// [`Error::CodeTooLong`] when a code's content is too long for one.
pub fn pouch_page(page: &PouchPage) -> Result<Paper, Error> {
    let title = match page.way {
        PouchWay::ToClearing { .. } => say("paper-pouch-title"),
        PouchWay::ToDesk => say("paper-pouch-return-title"),
    };
    let mut blocks: Vec<Box<dyn Block>> = vec![
        Words::title(&title).boxed(),
        Box::new(facts(page)),
        Words::paragraph(say_with("paper-pouch-how", &[("count", page.codes.len().into())])).boxed(),
    ];
    for (at, payload) in page.codes.iter().enumerate() {
        if at > 0 {
            blocks.push(Box::new(NewLeaf));
        }
        let name = say_with(
            "paper-pouch-code",
            &[("rank", (at + 1).into()), ("count", page.codes.len().into())],
        );
        blocks.push(Words::heading(&name).align(Align::Centre).boxed());
        blocks.push(Box::new(Gap(mm(2.0))));
        blocks.push(Box::new(Code {
            payload: payload.clone(),
            alternative: say_with("paper-pouch-code-alternative", &[("name", name.into())]),
            side: SIDE,
            align: Align::Centre,
        }));
    }
    blocks.push(Words::paragraph(say("paper-pouch-harmless")).soft().boxed());
    Document {
        title,
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

fn facts(page: &PouchPage) -> Facts {
    let day = format::day_month_year(page.packed_on);
    let mut facts = vec![
        (say("paper-pouch-device"), page.device.clone()),
        (say("paper-pouch-packed-on"), day),
    ];
    if let PouchWay::ToClearing { passes, amount_cents } = page.way {
        let values = [
            ("count", passes.into()),
            ("amount", format::amount(amount_cents).into()),
        ];
        facts.push((say("paper-pouch-passes"), say_with("paper-pouch-tally", &values)));
    }
    Facts(facts)
}
