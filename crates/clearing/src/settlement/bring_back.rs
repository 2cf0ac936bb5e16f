//! Writing a month down again, exactly as it was closed, in books that went back to an older copy.

use super::{Counted, Payee, Settlement, file::ReadMonth};
use crate::{
    books::{Credit, Waiting},
    clearing::credit_as_paid,
    error::Error,
    store::{Awaited, Books},
};
use passerelle_domain::{
    event::Act,
    month::Month,
    siret::Siret,
    wire::{CountedCredit, Verdict},
};
use std::collections::BTreeSet;

/// Brings a month back, with all that it has counted and that the books hold; the rest is awaited.
///
/// # Errors
/// Another month is to be brought back first; it was closed, differently; a structure or a programme of
/// it is not known.
pub fn bring_back(books: &dyn Books, month: &ReadMonth, now: u64) -> Result<(), Error> {
    let settlement = &month.settlement;
    check_turn(books, settlement.month, month.follows)?;
    for line in &settlement.lines {
        books.get_programme(line.programme)?;
    }
    for balance in &settlement.balances {
        if books.find_structure(&balance.siret)?.is_none() {
            return Err(Error::NoSuchStructure(balance.siret.clone()));
        }
        if let Some(payee) = &balance.payee {
            bring_payee_back(books, &balance.siret, payee, settlement)?;
        }
    }
    books.record_month(settlement)?;
    for (kind, credits) in &month.counted {
        for credit in credits {
            let counted = Awaited {
                kind: *kind,
                credit: *credit,
                month: settlement.month,
            };
            if !count(books, &counted, now)? {
                books.insert_awaited(&counted)?;
            }
        }
    }
    Ok(())
}

/// Counts what has come back since a month that had counted it was brought back without it. A pass that such a
/// month has paid, and that somebody else has been given since, goes to the officer: it is not paid a second time.
///
/// All months that were closed must have been brought back: a later one may have counted that the pass was given
/// back.
///
/// # Errors
/// The books do not answer.
pub fn count_awaited(books: &dyn Books, now: u64) -> Result<(), Error> {
    let (mut paid, mut given_back) = (Vec::new(), BTreeSet::new());
    for awaited in books.list_awaited()? {
        if count(books, &awaited, now)? {
            books.remove_awaited(&awaited)?;
        } else if awaited.kind == Counted::Credit {
            paid.push(awaited.credit);
        } else {
            given_back.insert(awaited.credit);
        }
    }
    paid.retain(|credit| !given_back.contains(credit));
    paid.into_iter()
        .try_for_each(|credit| question(books, credit, now))
}

/// Whether the books hold what a month has counted; it is counted then. A credit is known by its event and its
/// pass: how many credits of that pass came before it may be another number than it was.
fn count(books: &dyn Books, counted: &Awaited, now: u64) -> Result<bool, Error> {
    let found = match counted.kind {
        Counted::Credit => find_paid(books, counted, now)?,
        Counted::Withdrawal => books
            .find_counted_as(counted.credit)?
            .filter(|credit| credit.is_withdrawn),
    };
    let Some(Credit { attempt, .. }) = found else {
        return Ok(false);
    };
    let by = books.find_counted(counted.credit.pass, attempt, counted.kind)?;
    if by.is_none() {
        books.record_counted(attempt, counted)?;
    }
    Ok(by.is_none())
}

/// The credit that a month has paid: the event's own, given to it again as it was paid if need be. Where the event
/// has not come back, or its number is now that of another one, a later credit of the same structure for the same
/// pass is the one: the pass is not paid to it again.
fn find_paid(books: &dyn Books, awaited: &Awaited, now: u64) -> Result<Option<Credit>, Error> {
    let CountedCredit { event, pass } = awaited.credit;
    let Some(device) = books.find_device(event.device)? else {
        return Ok(None);
    };
    let is_here = books
        .find_event_content(event)?
        .is_some_and(|known| matches!(known.act, Act::Redemption { .. }) && known.act.pass() == pass);
    if !is_here {
        let last = books.find_last_credit(pass)?;
        return Ok(last.filter(|last| !last.is_withdrawn && last.siret == device.siret));
    }
    if books.find_credit_of(event)?.is_none()
        && let Some(paid) = books.find_settlement(awaited.month)?
    {
        credit_as_paid(books, awaited.credit, &device.siret, paid.closed_at, now)?;
    }
    books.find_credit_of(event)
}

/// Sends the credit of a pass that a month has paid to somebody else to the officer: once, for what the officer
/// decides then stands.
fn question(books: &dyn Books, paid: CountedCredit, now: u64) -> Result<(), Error> {
    let pass = paid.pass;
    let Some(other) = books.find_last_credit(pass)?.filter(|last| !last.is_withdrawn) else {
        return Ok(());
    };
    let is_counted = books
        .find_counted(pass, other.attempt, Counted::Credit)?
        .is_some();
    let mut credits = books.list_credits_on(pass.programme, pass.booklet)?.into_iter();
    let was_questioned = credits.any(|credit| credit.event == other.event && credit.attempt < other.attempt);
    if is_counted || was_questioned {
        return Ok(());
    }
    books.record_withdrawal(pass, other.attempt, other.event, now)?;
    books.record_decision(&other.siret, other.event, &Verdict::ToExamine, now)?;
    let waiting = Waiting {
        event: other.event,
        siret: other.siret,
        code: Verdict::ToExamine.code().to_owned(),
    };
    books.insert_waiting(pass, &waiting)
}

fn check_turn(books: &dyn Books, month: Month, follows: Option<Month>) -> Result<(), Error> {
    if books.find_settlement(month)?.is_some() {
        return Err(Error::MonthClosed(month));
    }
    match follows {
        Some(earlier) if books.list_settled_months()?.pop() != follows => {
            Err(Error::EarlierMonthLost { month, earlier })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whom the month has paid was perhaps entered after the copy. Whoever was entered since it was closed
/// is still the one to be paid next.
fn bring_payee_back(
    books: &dyn Books,
    siret: &Siret,
    paid: &Payee,
    settlement: &Settlement,
) -> Result<(), Error> {
    let mut known = books.list_payees(siret)?;
    if known.iter().any(|(payee, _)| payee == paid) {
        return Ok(());
    }
    books.record_payee(siret, paid, settlement.closed_at)?;
    match known.pop() {
        Some((newer, entered_at)) if entered_at > settlement.closed_at => {
            books.record_payee(siret, &newer, entered_at)
        }
        Some(_) | None => Ok(()),
    }
}
