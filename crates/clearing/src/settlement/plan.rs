//! The figures of a month: a pure function of what stands in the books.

use super::{Balance, Line, Payee, Settlement, Share, Unsettled};
use passerelle_domain::{
    cents::Cents,
    month::Month,
    programme::{Programme, ProgrammeId},
    siret::Siret,
};
use std::collections::BTreeMap;

/// What earlier months and the officer say of the structures.
#[derive(Debug, Default)]
pub struct Account {
    /// What earlier settlements came to, by structure and programme.
    pub settled: BTreeMap<(Siret, ProgrammeId), Cents>,
    /// What the last settlement left, by structure; those alone to whom it left something.
    pub carried: BTreeMap<Siret, Cents>,
    /// Whom to pay.
    pub payees: BTreeMap<Siret, Payee>,
    /// The programmes, for their funders.
    pub programmes: BTreeMap<ProgrammeId, Programme>,
}

/// Works out a month.
///
/// A funder's part of a line is what it owes of all that was ever settled for that structure and
/// programme, less what it owed before. So a rounding never grows with the months: at any time the
/// parts are those of the whole sum.
#[must_use]
pub fn plan(
    month: Month,
    ends_at: u64,
    closed_at: u64,
    unsettled: &[Unsettled],
    account: &Account,
) -> Settlement {
    let lines: Vec<Line> = unsettled.iter().map(|row| line(row, account)).collect();
    let mut amounts: BTreeMap<&Siret, Cents> = BTreeMap::new();
    for siret in account.carried.keys() {
        amounts.insert(siret, Cents::ZERO);
    }
    for line in &lines {
        let amount = amounts.entry(&line.siret).or_default();
        *amount = *amount + line.amount();
    }
    let balances = amounts
        .into_iter()
        .map(|(siret, amount)| balance(siret, amount, account))
        .collect();
    Settlement {
        month,
        ends_at,
        closed_at,
        lines,
        balances,
    }
}

fn line(row: &Unsettled, account: &Account) -> Line {
    let key = (row.siret.clone(), row.programme);
    let before = account.settled.get(&key).copied().unwrap_or_default();
    let after = before + row.credited.amount_cents - row.withdrawn.amount_cents;
    let funders = account
        .programmes
        .get(&row.programme)
        .map_or(&[][..], |programme| &programme.funders);
    let parts: Vec<u32> = funders.iter().map(|funder| funder.part).collect();
    let owed = after.shared(&parts).into_iter().zip(before.shared(&parts));
    let shares = funders.iter().zip(owed).map(|(funder, (after, before))| Share {
        funder: funder.name.clone(),
        amount_cents: after - before,
    });
    Line {
        siret: row.siret.clone(),
        programme: row.programme,
        credited: row.credited,
        withdrawn: row.withdrawn,
        shares: shares.collect(),
    }
}

/// Pays all that is due, if anything is and somebody can be paid.
fn balance(siret: &Siret, amount: Cents, account: &Account) -> Balance {
    let carried = account.carried.get(siret).copied().unwrap_or_default();
    let due = carried + amount;
    let payee = account.payees.get(siret).filter(|_| due > Cents::ZERO).cloned();
    Balance {
        siret: siret.clone(),
        carried_cents: carried,
        amount_cents: amount,
        paid_cents: payee.as_ref().map_or(Cents::ZERO, |_| due),
        payee,
    }
}
