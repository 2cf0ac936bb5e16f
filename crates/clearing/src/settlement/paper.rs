//! A settlement as papers.

use super::{Balance, Line, Statement};
use crate::clock::paris;
use passerelle_domain::cents::Cents;
use passerelle_papers::{
    EarnedLine, FunderPart, Organisation, PaidStructure, Payment, Period, ProgrammeTotal, RegieStatement,
    SettlementStatement,
};
use passerelle_words::{say, say_with};

impl Statement {
    /// The paper that says, structure by structure, what was earned and what is paid.
    #[must_use]
    pub fn to_paper(&self) -> SettlementStatement {
        SettlementStatement {
            issuer: self.organisation(),
            period: self.period(),
            structures: self
                .by_name()
                .into_iter()
                .map(|(name, balance)| self.paid_structure(name, balance))
                .collect(),
            amount_cents: self.settlement.amount().0,
            paid_cents: self.settlement.paid().0,
        }
    }

    /// The paper for the régie: what each funder owes, and what goes to whom.
    #[must_use]
    pub fn to_regie(&self) -> RegieStatement {
        let balances = || self.settlement.balances.iter();
        RegieStatement {
            issuer: self.organisation(),
            period: self.period(),
            programmes: self.programme_totals(),
            carried_cents: balances().map(|balance| balance.carried_cents.0).sum(),
            amount_cents: self.settlement.amount().0,
            paid_cents: self.settlement.paid().0,
            held_cents: balances().map(|balance| balance.left().0.max(0)).sum(),
            owed_cents: balances().map(|balance| balance.left().0.min(0)).sum(),
            payments: self
                .by_name()
                .into_iter()
                .filter_map(|(name, balance)| payment(name, balance))
                .collect(),
        }
    }

    fn organisation(&self) -> Organisation {
        Organisation {
            name: self
                .issuer()
                .map_or_else(|| say("clearing-issuer"), str::to_owned),
            address: Vec::new(),
            siret: None,
        }
    }

    fn period(&self) -> Period {
        let closed_on = paris(self.settlement.closed_at).date();
        Period {
            month: self.settlement.month.first_day(),
            closed_on: self.is_closed.then_some(closed_on),
        }
    }

    fn paid_structure(&self, name: &str, balance: &Balance) -> PaidStructure {
        PaidStructure {
            name: name.to_owned(),
            siret: balance.siret.as_str().to_owned(),
            lines: self
                .settlement
                .lines_of(&balance.siret)
                .flat_map(|line| self.earned(line))
                .collect(),
            carried_cents: balance.carried_cents.0,
            amount_cents: balance.amount_cents.0,
            left_cents: balance.left().0,
            payment: payment(name, balance),
        }
    }

    /// One row for what was credited, one for what was given back; below them, who pays the two.
    fn earned(&self, line: &Line) -> Vec<EarnedLine> {
        let programme = self.programme(line);
        let name = programme
            .map(|programme| programme.name.clone())
            .unwrap_or_default();
        let row = |programme, count, amount: Cents| EarnedLine {
            reference: line.reference(self.settlement.month),
            programme,
            count,
            face_value_cents: self.programme(line).map_or(0, |programme| programme.face_value.0),
            amount_cents: amount.0,
            shares: Vec::new(),
        };
        let mut rows = Vec::new();
        if line.credited.count > 0 {
            let count = line.credited.count.cast_signed();
            rows.push(row(name.clone(), count, line.credited.amount_cents));
        }
        if line.withdrawn.count > 0 {
            let given_back = say_with("statement-given-back", &[("programme", name.into())]);
            let count = -line.withdrawn.count.cast_signed();
            rows.push(row(given_back, count, -line.withdrawn.amount_cents));
        }
        if let Some(last) = rows.last_mut() {
            let shares = line.shares.iter();
            last.shares = shares
                .map(|share| part(&share.funder, share.amount_cents))
                .collect();
        }
        rows
    }

    fn programme_totals(&self) -> Vec<ProgrammeTotal> {
        let sums = self.programme_sums().into_iter();
        sums.map(|sum| ProgrammeTotal {
            programme: sum.programme.name.clone(),
            issuer: sum.programme.issuer.clone(),
            count: sum.count,
            face_value_cents: sum.programme.face_value.0,
            amount_cents: sum.amount.0,
            shares: sum
                .funders
                .iter()
                .map(|sum| part(sum.funder, sum.amount))
                .collect(),
        })
        .collect()
    }
}

fn part(funder: &str, amount: Cents) -> FunderPart {
    FunderPart {
        funder: funder.to_owned(),
        amount_cents: amount.0,
    }
}

fn payment(name: &str, balance: &Balance) -> Option<Payment> {
    let payee = balance.payee.as_ref()?;
    Some(Payment {
        structure: name.to_owned(),
        holder: payee.holder.clone(),
        iban: payee.grouped_iban(),
        amount_cents: balance.paid_cents.0,
    })
}
