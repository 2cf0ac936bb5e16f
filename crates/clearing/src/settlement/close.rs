//! Reading what a month is worked out from, and writing it down once it is over.

use super::{Account, Settlement, count_awaited, plan};
use crate::{
    clock::{month_begins_at, paris},
    error::Error,
    store::Books,
};
use passerelle_domain::{cents::Cents, month::Month};

/// A month as it would be if it were closed now: one that is not closed yet, or the one that comes
/// next. It need not be over.
///
/// # Errors
/// It is closed, or is not the next one; nothing was ever credited.
pub fn preview(books: &dyn Books, month: Option<Month>, now: u64) -> Result<Settlement, Error> {
    let next = next_month(books)?;
    let month = match month.or(next) {
        None => return Err(Error::NothingToSettle),
        Some(month) => month,
    };
    check_turn(books, month, next)?;
    let ends_at = month_begins_at(month.next());
    let unsettled = books.list_unsettled(ends_at)?;
    Ok(plan(month, ends_at, now, &unsettled, &read_account(books)?))
}

/// Closes a month: works it out, and writes it down with every credit and withdrawal that it
/// counts.
///
/// # Errors
/// The month is not over, is closed already, or another one comes first.
pub fn close(books: &dyn Books, month: Month, now: u64) -> Result<Settlement, Error> {
    count_awaited(books, now)?;
    let settlement = preview(books, Some(month), now)?;
    if now < settlement.ends_at {
        return Err(Error::MonthNotOver(month));
    }
    books.record_settlement(&settlement)?;
    Ok(settlement)
}

/// The month to be closed next: the one after the last closed, or the first in which something was
/// credited.
fn next_month(books: &dyn Books) -> Result<Option<Month>, Error> {
    if let Some(last) = books.list_settled_months()?.pop() {
        return Ok(Some(last.next()));
    }
    let first = books.find_first_credited_at()?;
    Ok(first.map(|at| Month::of(paris(at).date())))
}

fn check_turn(books: &dyn Books, month: Month, next: Option<Month>) -> Result<(), Error> {
    match next {
        _ if books.find_settlement(month)?.is_some() => Err(Error::MonthClosed(month)),
        None => Err(Error::NothingToSettle),
        Some(next) if next != month => Err(Error::MonthOutOfTurn { month, next }),
        Some(_) => Ok(()),
    }
}

/// What a month is worked out from, beside what it counts.
pub fn read_account(books: &dyn Books) -> Result<Account, Error> {
    let mut account = Account::default();
    for (siret, programme, amount) in books.list_settled_sums()? {
        account.settled.insert((siret, programme), amount);
    }
    for programme in books.list_programmes()? {
        account.programmes.insert(programme.id, programme);
    }
    for structure in books.list_structures()? {
        if let Some(payee) = books.find_payee(&structure.siret)? {
            account.payees.insert(structure.siret, payee);
        }
    }
    let last = match books.list_settled_months()?.pop() {
        Some(month) => books.find_settlement(month)?,
        None => None,
    };
    let balances = last.into_iter().flat_map(|settlement| settlement.balances);
    account.carried = balances
        .map(|balance| (balance.siret.clone(), balance.left()))
        .filter(|(_, left)| *left != Cents::ZERO)
        .collect();
    Ok(account)
}
