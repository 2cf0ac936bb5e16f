//! A document before it is laid out, and the paper it becomes.

use chrono::NaiveTime;
use passerelle_words::{format, say_with};

use crate::Error;
use crate::block::{Blocks, draw_all};
use crate::blocks::Words;
use crate::geometry::{Align, mm};
use crate::layout::{A4, Frame, Layout};
use crate::press;
use crate::prose::Prose;
use crate::typesetting::set_line;

/// A printable paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// The PDF file. The same description always gives the same bytes.
    pub bytes: Vec<u8>,
    /// How many leaves it prints on, one side each.
    pub pages: usize,
}

/// In whose name a paper is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// As people know it: `Médiathèque des Deux-Rives`.
    pub name: String,
    /// Street, then postcode and commune: one entry per line.
    pub address: Vec<String>,
    /// Its 14 digits, with or without spaces; left out where there is none.
    pub siret: Option<String>,
}

/// When an activity begins and ends, on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// When it begins.
    pub from: NaiveTime,
    /// When it ends.
    pub to: NaiveTime,
}

impl Hours {
    pub(crate) fn say(self) -> String {
        format::hours(self.from, self.to)
    }
}

/// What is to be printed.
pub(crate) struct Document {
    /// Shown by readers in place of the file's name.
    pub title: String,
    pub frame: Frame,
    pub blocks: Blocks,
}

/// The language of every paper, as readers are told it.
pub(crate) const LANGUAGE: &str = "fr-FR";

impl Document {
    /// Lays the document out and prints it. Leaves are numbered when there are several.
    pub fn print(&self) -> Result<Paper, Error> {
        let mut layout = Layout::new(self.frame);
        draw_all(&self.blocks, &mut layout, self.frame.column)?;
        self.number_leaves(&mut layout)?;
        let pages = layout.leaves.len();
        Ok(Paper {
            bytes: press::print(&self.title, layout),
            pages,
        })
    }

    fn number_leaves(&self, layout: &mut Layout) -> Result<(), Error> {
        let pages = layout.leaves.len();
        if pages == 1 || self.frame != Frame::LETTER {
            return Ok(());
        }
        let baseline = A4.1 - mm(11.0);
        for leaf in 0..pages {
            let said = say_with(
                "paper-page",
                &[("page", (leaf + 1).into()), ("pages", pages.into())],
            );
            let number = set_line(&Prose::regular(said), 9.0)?;
            layout.stamp(leaf, number, self.frame.column, Align::Right, baseline);
            let title = set_line(&Prose::regular(&self.title), 9.0)?;
            layout.stamp(leaf, title, self.frame.column, Align::Left, baseline);
        }
        Ok(())
    }
}

impl Organisation {
    /// Name, address and SIRET, as at the head of a letter.
    pub(crate) fn letterhead(&self) -> Words {
        let mut lines = self.name_and_address();
        if let Some(siret) = &self.siret {
            lines.push(siret_line(siret));
        }
        Words::lines(lines)
    }

    /// Name and address alone, as they show in the window of an envelope.
    pub(crate) fn addressee(&self) -> Words {
        Words::lines(self.name_and_address())
    }

    fn name_and_address(&self) -> Vec<Prose> {
        let address = self.address.iter().map(Prose::regular);
        std::iter::once(Prose::bold(&self.name)).chain(address).collect()
    }
}

/// `SIRET 999 999 990 00013`
pub(crate) fn siret_line(siret: &str) -> Prose {
    say_with("paper-siret", &[("siret", grouped_siret(siret).into())]).into()
}

/// `999 999 990 00013`: the SIREN by three, then the establishment.
fn grouped_siret(siret: &str) -> String {
    let digits: Vec<char> = siret.chars().filter(|c| !c.is_whitespace()).collect();
    let mut out = String::new();
    for (rank, digit) in digits.iter().enumerate() {
        if matches!(rank, 3 | 6 | 9) {
            out.push('\u{a0}');
        }
        out.push(*digit);
    }
    out
}

/// `0412 7731 04`: by four, held together.
pub(crate) fn grouped_by_four(number: &str) -> String {
    let characters: Vec<char> = number.chars().filter(|c| !c.is_whitespace()).collect();
    let groups: Vec<String> = characters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("\u{a0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_as_people_read_them() {
        assert_eq!(
            grouped_siret("99999999000013"),
            "999\u{a0}999\u{a0}990\u{a0}00013"
        );
        assert_eq!(grouped_by_four("0412773104"), "0412\u{a0}7731\u{a0}04");
        assert_eq!(grouped_by_four("ABCD EFGH"), "ABCD\u{a0}EFGH");
    }
}
