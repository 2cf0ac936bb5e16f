//! The attendance certificate (attestation de présence).
//!
//! The Code du travail imposes nothing on its content. It is not the certificate of vocational
//! training, and never borrows its name.

use chrono::{Datelike, NaiveDate};
use passerelle_words::{format, say, say_with};

use crate::block::Block;
use crate::blocks::{
    Cell, Code, Gap, Measure, Rules, Sides, SignatureBox, Table, TableColumn, Together, Words,
};
use crate::document::{Document, Hours, Organisation, Paper};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;
use crate::{Error, qr};

/// Who attended what, between two days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Who attests.
    pub organisation: Organisation,
    /// Number of the document: `2026-0147`.
    pub number: String,
    /// First name and surname, as they are to be printed.
    pub person: String,
    /// First day of the period.
    pub from: NaiveDate,
    /// Last day of the period.
    pub to: NaiveDate,
    /// In the order they are to be listed.
    pub sessions: Vec<Session>,
    /// Whether the table shows the hours of each session.
    pub with_hours: bool,
    /// Whether the table ends with the total duration.
    pub with_total: bool,
    /// Whether there is a frame for signature and stamp.
    pub with_stamp: bool,
    /// Commune where it is issued.
    pub place: String,
    /// Day on which it is issued.
    pub issued_on: NaiveDate,
    /// Who signs: `Nadia Roussel, conseillère numérique`.
    pub signatory: String,
    /// What the QR code carries, or no code at all.
    pub code: Option<String>,
}

/// A workshop that the person attended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its day.
    pub held_on: NaiveDate,
    /// Its title.
    pub title: String,
    /// Its hours, when they were noted.
    pub hours: Option<Hours>,
    /// How long it lasted.
    pub duration_minutes: u32,
}

/// Prints a certificate.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn, [`Error::CodeTooLong`] when the code's
/// content is too long for one.
pub fn certificate(certificate: &Certificate) -> Result<Paper, Error> {
    let mut blocks: Vec<Box<dyn Block>> = vec![
        Box::new(head(certificate)),
        Box::new(Gap(mm(12.0))),
        Box::new(Words::title(say("paper-certificate-title")).align(Align::Centre)),
        Words::paragraph(sentence(certificate)).boxed(),
        Box::new(Gap(mm(1.0))),
        Box::new(sessions(certificate)),
        Box::new(Gap(mm(7.0))),
    ];
    let mut end: Vec<Box<dyn Block>> = vec![
        Words::paragraph(say("paper-certificate-handed-over")).boxed(),
        Box::new(Gap(mm(3.0))),
    ];
    end.push(Box::new(signature(certificate)?));
    blocks.push(Box::new(Together(end)));
    let title = format!("{} {}", say("paper-certificate-title"), numbered(certificate));
    Document {
        title,
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

fn numbered(certificate: &Certificate) -> String {
    say_with("paper-number", &[("number", (&certificate.number).into())])
}

fn head(certificate: &Certificate) -> Sides {
    let number = Words::lines([Prose::regular(numbered(certificate))]).align(Align::Right);
    let left = vec![certificate.organisation.letterhead().boxed()];
    Sides {
        left,
        right: vec![number.boxed()],
        share: 0.3,
    }
}

fn sentence(certificate: &Certificate) -> Prose {
    let id = if certificate.from == certificate.to {
        "paper-certificate-sentence-one-day"
    } else {
        "paper-certificate-sentence"
    };
    let within_a_year =
        certificate.from != certificate.to && certificate.from.year() == certificate.to.year();
    let from = if within_a_year {
        format::day_and_month
    } else {
        format::day_month_year
    };
    let values = [
        ("organisation", (&certificate.organisation.name).into()),
        ("from", from(certificate.from).into()),
        ("to", format::day_month_year(certificate.to).into()),
    ];
    Prose::sentence(id, &values, &[("person", &certificate.person)])
}

fn sessions(certificate: &Certificate) -> Table {
    let column = |id: &str, measure, align| TableColumn {
        head: say(id),
        measure,
        align,
    };
    let mut columns = vec![
        column("paper-certificate-date", Measure::Fit, Align::Left),
        column("paper-certificate-workshop", Measure::Share(1.0), Align::Left),
    ];
    if certificate.with_hours {
        columns.push(column("paper-certificate-hours", Measure::Fit, Align::Left));
    }
    columns.push(column(
        "paper-certificate-duration",
        Measure::Fixed(mm(22.0)),
        Align::Right,
    ));
    let rows = certificate.sessions.iter().map(|session| {
        let mut row = vec![
            Cell::new(format::short_day(session.held_on)),
            Cell::head(session.title.as_str()),
        ];
        if certificate.with_hours {
            row.push(Cell::new(session.hours.map(Hours::say).unwrap_or_default()));
        }
        row.push(Cell::new(format::duration(session.duration_minutes)));
        row
    });
    let total: u32 = certificate
        .sessions
        .iter()
        .map(|session| session.duration_minutes)
        .sum();
    let footer = certificate.with_total.then(|| {
        let label = Cell::head(Prose::bold(say("paper-certificate-total"))).span(columns.len() - 1);
        vec![label, Cell::new(Prose::bold(format::duration(total)))]
    });
    Table {
        rows: rows.collect(),
        columns,
        footer,
        row_height: 0.0,
        rules: Rules::Rows,
    }
}

fn signature(certificate: &Certificate) -> Result<Sides, Error> {
    let place_and_day = say_with(
        "paper-certificate-place-and-day",
        &[
            ("place", (&certificate.place).into()),
            ("day", format::day_month_year(certificate.issued_on).into()),
        ],
    );
    let signed = [
        Prose::regular(place_and_day),
        Prose::regular(&certificate.signatory),
    ];
    let mut left: Vec<Box<dyn Block>> = vec![Words::lines(signed).boxed()];
    if let Some(payload) = &certificate.code {
        let number = [("number", (&certificate.number).into())];
        let alternative = say_with("paper-certificate-code-alternative", &number);
        // Modules of 0.6 mm are read by any telephone, through any printer.
        let side = (qr::modules(payload)? as f32 * mm(0.6)).max(mm(26.0));
        left.push(Box::new(Code {
            payload: payload.clone(),
            alternative,
            side,
            align: Align::Left,
        }));
        left.push(
            Words::lines([say("paper-certificate-code").into()])
                .size(9.0)
                .soft()
                .boxed(),
        );
    }
    let stamp = SignatureBox {
        label: say("paper-certificate-stamp"),
        height: mm(35.0),
    };
    let right: Vec<Box<dyn Block>> = if certificate.with_stamp {
        vec![Box::new(stamp)]
    } else {
        Vec::new()
    };
    Ok(Sides {
        left,
        right,
        share: 0.38,
    })
}
