//! Paying the structures: what a month holds, and whom it pays. The figures are worked out by one
//! pure function, [`plan()`]; [`close()`] reads what it needs and writes down what comes of it.

mod bring_back;
mod close;
mod csv;
mod file;
mod paper;
mod payee;
mod plan;
mod statement;

pub(crate) use bring_back::{bring_back, count_awaited};
#[cfg(test)]
pub use close::read_account;
pub use close::{close, preview};
pub(crate) use file::{ReadMonth, read_settled};
pub use payee::{Payee, PayeeFault};
pub use plan::{Account, plan};
pub use statement::{FunderSum, ProgrammeSum, Statement};

use passerelle_domain::{cents::Cents, month::Month, programme::ProgrammeId, siret::Siret};
use serde::Serialize;

/// So many passes, and what they are worth together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their worth.
    pub amount_cents: Cents,
}

/// What a month counts of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// A credit.
    Credit,
    /// That a credit, which an earlier month had counted, was given back.
    Withdrawal,
}

impl Counted {
    /// Both, in the order in which they are counted.
    pub const ALL: [Self; 2] = [Self::Credit, Self::Withdrawal];

    /// The name in the books.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Withdrawal => "withdrawal",
        }
    }
}

/// What no settlement has counted yet, of one structure and one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// The structure.
    pub siret: Siret,
    /// The programme.
    pub programme: ProgrammeId,
    /// Credits that stand and that no settlement has counted.
    pub credited: Tally,
    /// Credits that a settlement has counted, and that were given back since.
    pub withdrawn: Tally,
}

/// A month's settlement: closed, or as it would be if it were closed now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settlement {
    /// The month.
    pub month: Month,
    /// The first instant that does not count in it, in Unix seconds.
    pub ends_at: u64,
    /// When it was closed, in Unix seconds.
    pub closed_at: u64,
    /// What was earned, by structure and programme.
    pub lines: Vec<Line>,
    /// What is paid, by structure: each that earned something, or had something left.
    pub balances: Vec<Balance>,
}

/// What a structure earned with the passes of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The structure.
    pub siret: Siret,
    /// The programme.
    pub programme: ProgrammeId,
    /// Credits counted for the first time.
    pub credited: Tally,
    /// Credits that an earlier settlement had counted, and that were given back since.
    pub withdrawn: Tally,
    /// What each funder pays of it, in the order of the programme; they sum to the line.
    pub shares: Vec<Share>,
}

/// A funder's part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Who.
    pub funder: String,
    /// How much; negative when more was given back than earned.
    pub amount_cents: Cents,
}

/// What a month makes of a structure's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Balance {
    /// The structure.
    pub siret: Siret,
    /// What the month before left: held when positive, owed by the structure when negative.
    pub carried_cents: Cents,
    /// The sum of its lines.
    pub amount_cents: Cents,
    /// What is paid.
    pub paid_cents: Cents,
    /// Whom; nobody when nothing is paid.
    pub payee: Option<Payee>,
}

impl Line {
    /// Credits counted, less those given back.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.credited.count.cast_signed() - self.withdrawn.count.cast_signed()
    }

    /// What the line comes to.
    #[must_use]
    pub fn amount(&self) -> Cents {
        self.credited.amount_cents - self.withdrawn.amount_cents
    }

    /// The line's reference, printable, the only one of its kind: `2026-10/21940016500011/1`.
    #[must_use]
    pub fn reference(&self, month: Month) -> String {
        format!("{month}/{}/{}", self.siret.as_str(), self.programme.0)
    }
}

impl Balance {
    /// What is left for the next month.
    #[must_use]
    pub fn left(&self) -> Cents {
        self.carried_cents + self.amount_cents - self.paid_cents
    }
}

impl Settlement {
    /// The lines of a structure.
    pub fn lines_of<'a>(&'a self, siret: &'a Siret) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.siret == *siret)
    }

    /// What all lines come to.
    #[must_use]
    pub fn amount(&self) -> Cents {
        self.lines.iter().map(Line::amount).sum()
    }

    /// What is paid to all.
    #[must_use]
    pub fn paid(&self) -> Cents {
        self.balances.iter().map(|balance| balance.paid_cents).sum()
    }
}
