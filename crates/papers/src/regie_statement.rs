//! The statement of a month for the régie: what each funder owes, and what goes to whom.

use passerelle_words::{format, say};

use crate::Error;
use crate::block::Blocks;
use crate::blocks::{Cell, Facts, Gap, Measure, Rules, Table, TableColumn, Together, Words};
use crate::document::{Document, Organisation, Paper};
use crate::geometry::{Align, mm};
use crate::layout::Frame;
use crate::prose::Prose;
use crate::settlement_statement::{FunderPart, Payment, Period, head};

/// A month, as whoever moves the money needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegieStatement {
    /// Who pays.
    pub issuer: Organisation,
    /// Which month.
    pub period: Period,
    /// What each programme comes to.
    pub programmes: Vec<ProgrammeTotal>,
    /// What the months before left, in cents.
    pub carried_cents: i64,
    /// What the month comes to, in cents.
    pub amount_cents: i64,
    /// What is paid, in cents.
    pub paid_cents: i64,
    /// What is held for structures that nobody knows how to pay, in cents.
    pub held_cents: i64,
    /// What structures owe, in cents; negative.
    pub owed_cents: i64,
    /// What goes to whom.
    pub payments: Vec<Payment>,
}

/// What a month comes to for a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgrammeTotal {
    /// The programme's name.
    pub programme: String,
    /// Who issues its passes.
    pub issuer: String,
    /// How many passes, less those given back.
    pub count: i64,
    /// What each is worth, in cents.
    pub face_value_cents: i64,
    /// What they come to, in cents.
    pub amount_cents: i64,
    /// What each funder owes.
    pub shares: Vec<FunderPart>,
}

/// Prints the statement of a month for the régie.
///
/// # Errors
/// [`Error::MissingGlyph`] when a name cannot be drawn.
pub fn regie_statement(statement: &RegieStatement) -> Result<Paper, Error> {
    let title = say("paper-regie-title");
    let blocks: Blocks = vec![
        head(&statement.issuer, &title),
        Box::new(Gap(mm(6.0))),
        Box::new(Facts(statement.period.facts())),
        Words::heading(say("paper-regie-programmes")).boxed(),
        Box::new(programmes(statement)),
        Box::new(Gap(mm(6.0))),
        Box::new(Together(vec![Box::new(balance(statement))])),
        Box::new(Gap(mm(6.0))),
        Words::heading(say("paper-regie-payments")).boxed(),
        Box::new(payments(statement)),
    ];
    Document {
        title: format!("{title}, {}", format::month_year(statement.period.month)),
        frame: Frame::LETTER,
        blocks,
    }
    .print()
}

fn column(id: &str, measure: Measure, align: Align) -> TableColumn {
    TableColumn {
        head: say(id),
        measure,
        align,
    }
}

fn programmes(statement: &RegieStatement) -> Table {
    let columns = vec![
        column("paper-regie-programme", Measure::Share(1.0), Align::Left),
        column("paper-settlement-count", Measure::Fixed(mm(22.0)), Align::Right),
        column(
            "paper-settlement-face-value",
            Measure::Fixed(mm(26.0)),
            Align::Right,
        ),
        column(
            "paper-settlement-line-amount",
            Measure::Fixed(mm(36.0)),
            Align::Right,
        ),
    ];
    let mut rows = Vec::new();
    for total in &statement.programmes {
        rows.push(vec![
            Cell::head(Prose::bold(format!("{} ({})", total.programme, total.issuer))),
            Cell::new(format::count(total.count)),
            Cell::new(format::exact_amount(total.face_value_cents)),
            Cell::new(Prose::bold(format::exact_amount(total.amount_cents))),
        ]);
        rows.extend(total.shares.iter().map(|share| {
            vec![
                Cell::head(share.funder.as_str()).span(3),
                Cell::new(format::exact_amount(share.amount_cents)),
            ]
        }));
    }
    total(columns, rows, statement.amount_cents)
}

/// What came in and what becomes of it: the first two make up the last three.
fn balance(statement: &RegieStatement) -> Table {
    let line = |id: &str, cents| vec![Cell::head(say(id)), Cell::new(format::exact_amount(cents))];
    Table {
        columns: vec![
            column("paper-regie-balance", Measure::Share(1.0), Align::Left),
            column(
                "paper-settlement-line-amount",
                Measure::Fixed(mm(36.0)),
                Align::Right,
            ),
        ],
        rows: vec![
            line("paper-regie-carried", statement.carried_cents),
            line("paper-settlement-amount", statement.amount_cents),
            line("paper-settlement-paid", statement.paid_cents),
            line("paper-regie-held", statement.held_cents),
            line("paper-regie-owed", statement.owed_cents),
        ],
        footer: None,
        row_height: 0.0,
        rules: Rules::Rows,
    }
}

fn payments(statement: &RegieStatement) -> Table {
    let columns = vec![
        column("paper-regie-structure", Measure::Share(1.0), Align::Left),
        column("paper-regie-holder", Measure::Share(1.0), Align::Left),
        column("paper-regie-iban", Measure::Fit, Align::Left),
        column(
            "paper-settlement-line-amount",
            Measure::Fixed(mm(28.0)),
            Align::Right,
        ),
    ];
    let rows = statement.payments.iter().map(|payment| {
        vec![
            Cell::head(payment.structure.as_str()),
            Cell::new(payment.holder.as_str()),
            Cell::new(payment.iban.as_str()),
            Cell::new(format::exact_amount(payment.amount_cents)),
        ]
    });
    total(columns, rows.collect(), statement.paid_cents)
}

/// A table whose last row sums up its last column.
fn total(columns: Vec<TableColumn>, rows: Vec<Vec<Cell>>, cents: i64) -> Table {
    let label = Cell::head(Prose::bold(say("paper-settlement-total"))).span(columns.len() - 1);
    let sum = Cell::new(Prose::bold(format::exact_amount(cents)));
    Table {
        rows,
        footer: Some(vec![label, sum]),
        columns,
        row_height: 0.0,
        rules: Rules::Rows,
    }
}
