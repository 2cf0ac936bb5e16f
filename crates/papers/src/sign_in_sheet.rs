//! The sign-in sheet (feuille d'émargement): each person signs for each half-day.

use std::cmp::Ordering;

use chrono::{NaiveDate, NaiveTime, Timelike};
use passerelle_words::{format, say};

use crate::Error;
use crate::block::Block;
use crate::blocks::{Cell, Facts, Gap, Measure, Rules, Sides, Table, TableColumn, Words};
use crate::document::{Document, Hours, Organisation, Paper};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;

/// A workshop to be signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSheet {
    /// Who holds it.
    pub organisation: Organisation,
    /// Title of the workshop.
    pub title: String,
    /// Its day.
    pub held_on: NaiveDate,
    /// Its hours: they say which half-days are signed for. Without them there is one signature.
    pub hours: Option<Hours>,
    /// Where: `Salle 2, Médiathèque des Deux-Rives, Cachan`.
    pub place: String,
    /// Who leads it.
    pub trainer: String,
    /// Who is expected, in the order of the sheet.
    pub expected: Vec<Expected>,
    /// Lines left for whoever else comes.
    pub empty_lines: usize,
}

/// Someone expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Family name.
    pub surname: String,
    /// First name.
    pub first_name: String,
}

/// Prints a sign-in sheet; its head is repeated on each leaf.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn.
pub fn sign_in_sheet(sheet: &SignInSheet) -> Result<Paper, Error> {
    let half_days = sheet.hours.map_or_else(|| vec![HalfDay::Whole], half_days);
    let blocks: Vec<Box<dyn Block>> = vec![
        Box::new(Sides {
            left: vec![sheet.organisation.letterhead().boxed()],
            right: vec![Words::title(say("paper-sheet-title")).align(Align::Right).boxed()],
            share: 0.5,
        }),
        Box::new(Gap(mm(6.0))),
        Box::new(facts(sheet)),
        Box::new(lines(sheet, &half_days)),
    ];
    let title = format!(
        "{}, {}",
        say("paper-sheet-title"),
        format::full_day(sheet.held_on)
    );
    Document {
        title,
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

/// What a signature stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HalfDay {
    Morning,
    Afternoon,
    Evening,
    /// The hours are not known.
    Whole,
}

impl HalfDay {
    fn head(self) -> String {
        say(match self {
            Self::Morning => "paper-sheet-morning",
            Self::Afternoon => "paper-sheet-afternoon",
            Self::Evening => "paper-sheet-evening",
            Self::Whole => "paper-sheet-signature",
        })
    }
}

/// The half-days that an activity takes up: those it fills for more than half an hour, or else
/// the one it is mostly in. A workshop from 10:00 to 12:15 is signed for once.
fn half_days(hours: Hours) -> Vec<HalfDay> {
    const PARTS: [(HalfDay, u32, u32); 3] = [
        (HalfDay::Morning, 0, 13 * 60),
        (HalfDay::Afternoon, 13 * 60, 18 * 60),
        (HalfDay::Evening, 18 * 60, 24 * 60),
    ];
    let minute = |time: NaiveTime| time.hour() * 60 + time.minute();
    let (from, to) = (minute(hours.from), minute(hours.to));
    let to = match to.cmp(&from) {
        Ordering::Less => 24 * 60, // past midnight
        Ordering::Equal => from + 1,
        Ordering::Greater => to,
    };
    let shared = PARTS.map(|(part, start, end)| (part, to.min(end).saturating_sub(from.max(start))));
    let filled: Vec<HalfDay> = shared
        .iter()
        .filter(|(_, minutes)| *minutes > 30)
        .map(|(part, _)| *part)
        .collect();
    if !filled.is_empty() {
        return filled;
    }
    let fullest = shared.into_iter().max_by_key(|(_, minutes)| *minutes);
    fullest.map(|(part, _)| part).into_iter().collect()
}

fn facts(sheet: &SignInSheet) -> Facts {
    let mut facts = vec![
        (say("paper-sheet-workshop"), sheet.title.clone()),
        (say("paper-sheet-date"), format::full_day(sheet.held_on)),
    ];
    if let Some(hours) = sheet.hours {
        facts.push((say("paper-sheet-hours"), hours.say()));
    }
    facts.push((say("paper-sheet-place"), sheet.place.clone()));
    facts.push((say("paper-sheet-trainer"), sheet.trainer.clone()));
    Facts(facts)
}

fn lines(sheet: &SignInSheet, half_days: &[HalfDay]) -> Table {
    let mut columns = vec![
        TableColumn {
            head: say("paper-sheet-rank"),
            measure: Measure::Fixed(mm(11.0)),
            align: Align::Left,
        },
        TableColumn {
            head: say("paper-sheet-surname"),
            measure: Measure::Share(1.0),
            align: Align::Left,
        },
        TableColumn {
            head: say("paper-sheet-first-name"),
            measure: Measure::Share(0.8),
            align: Align::Left,
        },
    ];
    // A signature wants at least 35 mm; alone, it gets more.
    let width = if half_days.len() == 1 { mm(55.0) } else { mm(37.0) };
    columns.extend(half_days.iter().map(|half_day| TableColumn {
        head: half_day.head(),
        measure: Measure::Fixed(width),
        align: Align::Left,
    }));
    let signatures = || half_days.iter().map(|_| Cell::empty());
    let expected = sheet.expected.iter().map(|person| {
        [
            Cell::head(Prose::bold(&person.surname)),
            Cell::new(person.first_name.as_str()),
        ]
    });
    let empty = (0..sheet.empty_lines).map(|_| [Cell::empty(), Cell::empty()]);
    let rows = expected.chain(empty).enumerate().map(|(index, names)| {
        let rank = Cell::new((index + 1).to_string());
        std::iter::once(rank).chain(names).chain(signatures()).collect()
    });
    let trainer = Prose::sentence("paper-sheet-led-by", &[], &[("trainer", &sheet.trainer)]);
    let footer = std::iter::once(Cell::head(trainer).span(3))
        .chain(signatures())
        .collect();
    Table {
        rows: rows.collect(),
        columns,
        footer: Some(footer),
        row_height: mm(10.5),
        rules: Rules::Grid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed_for(from: (u32, u32), to: (u32, u32)) -> Vec<HalfDay> {
        let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
        half_days(Hours {
            from: time(from),
            to: time(to),
        })
    }

    #[test]
    fn a_workshop_is_signed_for_once_per_half_day_it_fills() {
        use HalfDay::{Afternoon, Evening, Morning};
        assert_eq!(signed_for((14, 0), (16, 0)), [Afternoon]);
        assert_eq!(signed_for((10, 0), (12, 15)), [Morning]);
        assert_eq!(signed_for((9, 0), (17, 0)), [Morning, Afternoon]);
        assert_eq!(signed_for((17, 30), (20, 0)), [Evening]);
        assert_eq!(signed_for((12, 45), (13, 15)), [Afternoon]);
        assert_eq!(signed_for((9, 0), (9, 20)), [Morning]);
        assert_eq!(signed_for((10, 0), (10, 0)), [Morning]);
        assert_eq!(signed_for((22, 0), (0, 30)), [Evening]);
    }
}
