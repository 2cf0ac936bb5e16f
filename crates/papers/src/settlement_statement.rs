//! The settlement of a month (état liquidatif): what each structure earned, and what it is paid.

use chrono::NaiveDate;
use passerelle_words::{format, say, say_with};

use crate::Error;
use crate::block::{Block, Blocks};
use crate::blocks::{
    Cell, Facts, Gap, Measure, Rules, Sides, SignatureBox, Table, TableColumn, Together, Words,
};
use crate::document::{Document, Organisation, Paper, siret_line};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;

/// A month to be paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementStatement {
    /// Who pays.
    pub issuer: Organisation,
    /// Which month.
    pub period: Period,
    /// Each structure, in the order of the paper.
    pub structures: Vec<PaidStructure>,
    /// What the month comes to, in cents.
    pub amount_cents: i64,
    /// What is paid, in cents.
    pub paid_cents: i64,
}

/// A month, and whether its figures are final.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Any day of the month.
    pub month: NaiveDate,
    /// The day on which it was closed; none for a draft.
    pub closed_on: Option<NaiveDate>,
}

/// What a structure earned, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaidStructure {
    /// Its name.
    pub name: String,
    /// Its 14 digits.
    pub siret: String,
    /// What it earned.
    pub lines: Vec<EarnedLine>,
    /// What the month before left, in cents.
    pub carried_cents: i64,
    /// The sum of the lines, in cents.
    pub amount_cents: i64,
    /// What is left for the next month, in cents: held when positive, owed when negative.
    pub left_cents: i64,
    /// What is paid, and to whom.
    pub payment: Option<Payment>,
}

/// Passes of one programme, credited (or, with a negative count, given back).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarnedLine {
    /// Its reference: `2026-10/21940016500011/1`.
    pub reference: String,
    /// The programme's name.
    pub programme: String,
    /// How many passes.
    pub count: i64,
    /// What each is worth, in cents.
    pub face_value_cents: i64,
    /// What they come to, in cents.
    pub amount_cents: i64,
    /// Who pays what of it; printed below the line, if there are any.
    pub shares: Vec<FunderPart>,
}

/// What a funder pays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunderPart {
    /// Who.
    pub funder: String,
    /// How much, in cents.
    pub amount_cents: i64,
}

/// Money that goes to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// For which structure.
    pub structure: String,
    /// In whose name the account is.
    pub holder: String,
    /// The account, by groups of four.
    pub iban: String,
    /// How much, in cents.
    pub amount_cents: i64,
}

/// Prints the settlement of a month. A structure is never parted by the end of a leaf.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn.
pub fn settlement_statement(statement: &SettlementStatement) -> Result<Paper, Error> {
    let title = say("paper-settlement-title");
    let mut blocks: Blocks = vec![
        head(&statement.issuer, &title),
        Box::new(Gap(mm(6.0))),
        Box::new(summary(statement)),
        Box::new(Gap(mm(2.0))),
    ];
    blocks.extend(statement.structures.iter().map(structure));
    blocks.push(signed(statement));
    Document {
        title: format!("{title}, {}", format::month_year(statement.period.month)),
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

/// Who speaks, and what of.
pub(crate) fn head(issuer: &Organisation, title: &str) -> Box<dyn Block> {
    Box::new(Sides {
        left: vec![issuer.letterhead().boxed()],
        right: vec![Words::title(title).align(Align::Right).boxed()],
        share: 0.55,
    })
}

impl Period {
    /// The month, and when it was closed.
    pub(crate) fn facts(self) -> Vec<(String, String)> {
        let closed = match self.closed_on {
            Some(day) => format::day_month_year(day),
            None => say("paper-settlement-draft"),
        };
        vec![
            (say("paper-settlement-period"), format::month_year(self.month)),
            (say("paper-settlement-closed-on"), closed),
        ]
    }
}

fn summary(statement: &SettlementStatement) -> Facts {
    let mut facts = statement.period.facts();
    let count = i64::try_from(statement.structures.len()).unwrap_or(i64::MAX);
    facts.extend([
        (say("paper-settlement-structures"), format::count(count)),
        (
            say("paper-settlement-amount"),
            format::exact_amount(statement.amount_cents),
        ),
        (
            say("paper-settlement-paid"),
            format::exact_amount(statement.paid_cents),
        ),
    ]);
    Facts(facts)
}

fn structure(structure: &PaidStructure) -> Box<dyn Block> {
    let mut blocks: Blocks = vec![
        Words::heading(&structure.name).after(0.0).boxed(),
        Words::lines([siret_line(&structure.siret)])
            .size(9.5)
            .soft()
            .after(mm(1.5))
            .boxed(),
    ];
    if !structure.lines.is_empty() {
        blocks.push(Box::new(lines(structure)));
    }
    blocks.push(Box::new(Gap(mm(2.0))));
    blocks.push(Words::lines(outcome(structure)).after(mm(5.0)).boxed());
    Box::new(Together(blocks))
}

fn lines(structure: &PaidStructure) -> Table {
    let column = |id: &str, measure, align| TableColumn {
        head: say(id),
        measure,
        align,
    };
    let columns = vec![
        column("paper-settlement-reference", Measure::Fit, Align::Left),
        column("paper-settlement-programme", Measure::Share(1.0), Align::Left),
        column("paper-settlement-count", Measure::Fixed(mm(16.0)), Align::Right),
        column(
            "paper-settlement-face-value",
            Measure::Fixed(mm(22.0)),
            Align::Right,
        ),
        column(
            "paper-settlement-line-amount",
            Measure::Fixed(mm(30.0)),
            Align::Right,
        ),
    ];
    let mut rows = Vec::new();
    for line in &structure.lines {
        rows.push(vec![
            Cell::head(line.reference.as_str()),
            Cell::new(line.programme.as_str()),
            Cell::new(format::count(line.count)),
            Cell::new(format::exact_amount(line.face_value_cents)),
            Cell::new(format::exact_amount(line.amount_cents)),
        ]);
        if !line.shares.is_empty() {
            rows.push(vec![Cell::new(shares(&line.shares)).span(columns.len())]);
        }
    }
    let label = Cell::head(Prose::bold(say("paper-settlement-total"))).span(columns.len() - 1);
    let total = Cell::new(Prose::bold(format::exact_amount(structure.amount_cents)));
    Table {
        rows,
        // A single line is its own total.
        footer: (structure.lines.len() > 1).then(|| vec![label, total]),
        columns,
        row_height: 0.0,
        rules: Rules::Rows,
    }
}

/// Each funder with its part, in one sentence.
fn shares(shares: &[FunderPart]) -> String {
    let said = shares.iter().map(|share| {
        let amount = format::exact_amount(share.amount_cents);
        format!("{}\u{a0}: {amount}", share.funder)
    });
    let parts = said.collect::<Vec<_>>().join("\u{a0}; ");
    say_with("paper-settlement-shares", &[("parts", parts.into())])
}

/// What is carried, paid, held or owed.
fn outcome(structure: &PaidStructure) -> Vec<Prose> {
    let mut said = Vec::new();
    let amount = format::exact_amount;
    if structure.carried_cents != 0 {
        let carried = amount(structure.carried_cents);
        said.push(Prose::sentence(
            "paper-settlement-carried",
            &[],
            &[("amount", &carried)],
        ));
    }
    if let Some(payment) = &structure.payment {
        let paid = amount(payment.amount_cents);
        let values = [("holder", (&payment.holder).into())];
        said.push(Prose::sentence(
            "paper-settlement-pay",
            &values,
            &[("amount", &paid)],
        ));
        let iban = [("iban", (&payment.iban).into())];
        said.push(say_with("paper-settlement-iban", &iban).into());
    }
    let left = amount(structure.left_cents.abs());
    if structure.left_cents > 0 {
        said.push(Prose::sentence(
            "paper-settlement-held",
            &[],
            &[("amount", &left)],
        ));
    } else if structure.left_cents < 0 {
        said.push(Prose::sentence(
            "paper-settlement-owed",
            &[],
            &[("amount", &left)],
        ));
    }
    if said.is_empty() {
        said.push(say("paper-settlement-nothing").into());
    }
    said
}

fn signed(statement: &SettlementStatement) -> Box<dyn Block> {
    let amount = format::exact_amount(statement.paid_cents);
    let sentence = Prose::sentence("paper-settlement-settled", &[], &[("amount", &amount)]);
    let stamp = SignatureBox {
        label: say("paper-settlement-signature"),
        height: mm(30.0),
    };
    Box::new(Together(vec![
        Box::new(Gap(mm(4.0))),
        Box::new(Sides {
            left: vec![Words::paragraph(sentence).boxed()],
            right: vec![Box::new(stamp)],
            share: 0.42,
        }),
    ]))
}
