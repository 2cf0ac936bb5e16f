//! The letter that brings a structure its one-time code.

use chrono::NaiveDate;
use passerelle_words::{format, say, say_with};

use crate::Error;
use crate::block::Block;
use crate::blocks::{Code, Gap, Sides, Steps, Together, Words};
use crate::document::{Document, Organisation, Paper, grouped_by_four};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;

/// A one-time code, and to whom it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentLetter {
    /// Who writes: the métropole.
    pub issuer: Organisation,
    /// Whom the code enrols.
    pub structure: Organisation,
    /// What is typed as the address of the clearing service.
    pub address: String,
    /// The one-time code; it is printed by groups of four.
    pub code: String,
    /// What the QR code carries: the code, or more.
    pub payload: String,
    /// Day of the letter.
    pub issued_on: NaiveDate,
    /// Last day on which the code serves.
    pub valid_until: NaiveDate,
}

/// Prints an enrolment letter.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn, [`Error::CodeTooLong`] when the code's
/// content is too long for one.
pub fn enrolment_letter(letter: &EnrolmentLetter) -> Result<Paper, Error> {
    let blocks: Vec<Box<dyn Block>> = vec![
        Box::new(Sides {
            left: vec![letter.issuer.letterhead().boxed()],
            right: vec![Box::new(Gap(mm(24.0))), letter.structure.addressee().boxed()],
            share: 0.45,
        }),
        Box::new(Gap(mm(8.0))),
        Words::paragraph(say_with(
            "paper-enrolment-day",
            &[("day", format::day_month_year(letter.issued_on).into())],
        ))
        .align(Align::Right)
        .boxed(),
        Words::title(say("paper-enrolment-title")).boxed(),
        Words::paragraph(say("paper-enrolment-greeting")).boxed(),
        Words::paragraph(Prose::sentence(
            "paper-enrolment-purpose",
            &[],
            &[("structure", &letter.structure.name)],
        ))
        .boxed(),
        Box::new(code(letter)),
        Box::new(Gap(mm(3.0))),
        Box::new(Together(vec![
            Words::heading(say("paper-enrolment-steps")).boxed(),
            Box::new(steps(letter)),
        ])),
        Words::paragraph(until(letter)).boxed(),
        Words::paragraph(say("paper-enrolment-no-link")).boxed(),
    ];
    Document {
        title: say("paper-enrolment-title"),
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

fn code(letter: &EnrolmentLetter) -> Sides {
    let label = |id: &str| Words::lines([say(id).into()]).size(9.5).soft();
    let left = vec![
        label("paper-enrolment-code-label").boxed(),
        Words::paragraph(Prose::bold(grouped_by_four(&letter.code)))
            .size(26.0)
            .boxed(),
        label("paper-enrolment-address-label").boxed(),
        Words::lines([Prose::bold(&letter.address)]).size(13.0).boxed(),
    ];
    let picture = Code {
        payload: letter.payload.clone(),
        alternative: say("paper-enrolment-code-alternative"),
        side: mm(38.0),
        align: Align::Right,
    };
    Sides {
        left,
        right: vec![Box::new(picture)],
        share: 0.3,
    }
}

fn steps(letter: &EnrolmentLetter) -> Steps {
    let address = Prose::sentence(
        "paper-enrolment-step-address",
        &[],
        &[("address", &letter.address)],
    );
    Steps(vec![
        say("paper-enrolment-step-open").into(),
        address,
        say("paper-enrolment-step-code").into(),
        say("paper-enrolment-step-keep").into(),
    ])
}

fn until(letter: &EnrolmentLetter) -> Prose {
    let day = format::day_month_year(letter.valid_until);
    Prose::sentence("paper-enrolment-until", &[], &[("day", &day)])
}
