//! What the books know of money.

use super::{
    MemoryBooks,
    rules::require,
    tables::{CountedRow, CreditRow, Tables},
};
use crate::{
    error::Error,
    settlement::{Balance, Payee, Settlement, Tally, Unsettled},
    store::{Comeback, Settlements},
};
use passerelle_domain::{cents::Cents, month::Month, pass::PassId, programme::ProgrammeId, siret::Siret};
use std::collections::BTreeMap;

type CreditKey = (PassId, u32);

impl Settlements for MemoryBooks<'_> {
    fn record_payee(&self, siret: &Siret, payee: &Payee, entered_at: u64) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.structures.has(siret), "a payee is a structure's")?;
        let is_whole = !payee.iban.is_empty() && !payee.holder.is_empty() && payee.bic.as_deref() != Some("");
        require(is_whole, "a payee has an account and a name")?;
        let number = payees(&tables, siret).count() as u64 + 1;
        tables
            .payees
            .record((siret.clone(), number), (payee.clone(), entered_at))
    }

    fn list_payees(&self, siret: &Siret) -> Result<Vec<(Payee, u64)>, Error> {
        let tables = self.look();
        Ok(payees(&tables, siret).cloned().collect())
    }

    fn find_first_credited_at(&self) -> Result<Option<u64>, Error> {
        let tables = self.look();
        Ok(tables.credits.all().map(|(_, row)| row.credited_at).min())
    }

    fn list_unsettled(&self, ends_at: u64) -> Result<Vec<Unsettled>, Error> {
        let tables = self.look();
        let mut sums: BTreeMap<(Siret, ProgrammeId), (Tally, Tally)> = BTreeMap::new();
        let mut add = |key: &CreditKey, row: &CreditRow, is_given: bool| {
            let sum = sums.entry((row.siret.clone(), key.0.programme)).or_default();
            let tally = if is_given { &mut sum.0 } else { &mut sum.1 };
            tally.count += 1;
            tally.amount_cents = tally.amount_cents + row.amount;
        };
        for (key, row) in fresh_credits(&tables, ends_at) {
            add(key, row, true);
        }
        for (key, row) in fresh_withdrawals(&tables) {
            add(key, row, false);
        }
        let unsettled = sums
            .into_iter()
            .map(|((siret, programme), (credited, withdrawn))| Unsettled {
                siret,
                programme,
                credited,
                withdrawn,
            });
        Ok(unsettled.collect())
    }

    fn record_settlement(&self, settlement: &Settlement) -> Result<(), Error> {
        self.record_month(settlement)?;
        let mut tables = self.change();
        let month = settlement.month;
        let keys = |rows: Vec<(&CreditKey, &CreditRow)>| rows.into_iter().map(|(key, _)| *key).collect();
        let withdrawn: Vec<CreditKey> = keys(fresh_withdrawals(&tables).collect());
        let credited: Vec<CreditKey> = keys(fresh_credits(&tables, settlement.ends_at).collect());
        for key in withdrawn {
            tables.settled_withdrawals.record(key, month)?;
        }
        for key in credited {
            tables
                .settled_credits
                .record(key, CountedRow { month, under: None })?;
        }
        Ok(())
    }

    fn list_settled_months(&self) -> Result<Vec<Month>, Error> {
        let tables = self.look();
        Ok(tables.settlements.all().map(|(month, _)| *month).collect())
    }

    fn find_settlement(&self, month: Month) -> Result<Option<Settlement>, Error> {
        Ok(self.look().settlements.find(&month).cloned())
    }

    fn find_settlement_of(&self, month: Month, siret: &Siret) -> Result<Option<Settlement>, Error> {
        let mut settlement = self.find_settlement(month)?;
        if let Some(settlement) = &mut settlement {
            settlement.lines.retain(|line| line.siret == *siret);
            settlement.balances.retain(|balance| balance.siret == *siret);
        }
        Ok(settlement)
    }

    fn list_settled_sums(&self) -> Result<Vec<(Siret, ProgrammeId, Cents)>, Error> {
        let tables = self.look();
        let mut sums: BTreeMap<(Siret, ProgrammeId), Cents> = BTreeMap::new();
        for line in tables
            .settlements
            .all()
            .flat_map(|(_, settlement)| &settlement.lines)
        {
            let sum = sums.entry((line.siret.clone(), line.programme)).or_default();
            *sum = *sum + line.amount();
        }
        let sums = sums.into_iter();
        Ok(sums
            .map(|((siret, programme), sum)| (siret, programme, sum))
            .collect())
    }
}

fn payees<'a>(tables: &'a Tables, siret: &Siret) -> impl Iterator<Item = &'a (Payee, u64)> {
    let (first, last) = ((siret.clone(), u64::MIN), (siret.clone(), u64::MAX));
    tables.payees.between(first, last).map(|(_, row)| row)
}

fn fresh_credits(tables: &Tables, ends_at: u64) -> impl Iterator<Item = (&CreditKey, &CreditRow)> {
    tables.credits.all().filter(move |(key, row)| {
        row.credited_at < ends_at && !tables.withdrawals.has(key) && !tables.settled_credits.has(key)
    })
}

fn fresh_withdrawals(tables: &Tables) -> impl Iterator<Item = (&CreditKey, &CreditRow)> {
    let withdrawn = tables
        .withdrawals
        .all()
        .filter(|(key, _)| tables.settled_credits.has(key) && !tables.settled_withdrawals.has(key));
    withdrawn.filter_map(|(key, _)| Some((key, tables.credits.find(key)?)))
}

/// The rules that SQL states as constraints.
pub(super) fn check(tables: &Tables, settlement: &Settlement) -> Result<(), Error> {
    let last = tables.settlements.all().next_back();
    require(
        last.is_none_or(|(month, _)| *month < settlement.month),
        "a settlement of this month or a later one still stands",
    )?;
    require(
        settlement.closed_at >= settlement.ends_at,
        "a month is closed once over",
    )?;
    let lines = settlement.lines.iter();
    let mut keys: Vec<_> = lines.clone().map(|line| (&line.siret, line.programme)).collect();
    keys.sort_unstable();
    require(
        keys.windows(2).all(|pair| pair[0] != pair[1]),
        "a structure has one line a programme",
    )?;
    for line in lines {
        require(tables.structures.has(&line.siret), "a line is a structure's")?;
        require(tables.programmes.has(&line.programme), "a line is of a programme")?;
        let is_counted =
            line.credited.amount_cents >= Cents::ZERO && line.withdrawn.amount_cents >= Cents::ZERO;
        require(is_counted, "what is counted is not negative")?;
    }
    let mut sirets: Vec<_> = settlement.balances.iter().map(|it| &it.siret).collect();
    sirets.sort_unstable();
    require(
        sirets.windows(2).all(|pair| pair[0] != pair[1]),
        "a structure has one balance a month",
    )?;
    settlement
        .balances
        .iter()
        .try_for_each(|balance| check_balance(tables, balance))
}

fn check_balance(tables: &Tables, balance: &Balance) -> Result<(), Error> {
    require(
        tables.structures.has(&balance.siret),
        "a balance is a structure's",
    )?;
    let due = balance.carried_cents + balance.amount_cents;
    let paid = balance.paid_cents;
    require(
        paid >= Cents::ZERO && (paid == Cents::ZERO || paid == due),
        "all that is due is paid, or nothing",
    )?;
    let is_known = |payee: &Payee| payees(tables, &balance.siret).any(|(known, _)| known == payee);
    let is_right = match &balance.payee {
        Some(payee) => paid > Cents::ZERO && is_known(payee),
        None => paid == Cents::ZERO,
    };
    require(is_right, "whoever is paid is known, and nobody else")
}
