//! Writing a month down again, exactly as it was closed, in books that went back to an older copy.

use super::{Counted, Payee, Settlement, file::ReadMonth};
use crate::{
    error::Error,
    store::{Awaited, Books},
};
use passerelle_domain::{id::BirthId, month::Month, siret::Siret};

/// Brings a month back, with all that it has counted and that the books hold. Gives what it has counted
/// and they do not.
///
/// # Errors
/// Another month is to be brought back first; it was closed, differently; a structure or a programme of
/// it is not known.
pub fn bring_back(books: &dyn Books, month: &ReadMonth) -> Result<Vec<Awaited>, Error> {
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
    let mut missing = Vec::new();
    for (kind, events) in &month.counted {
        for event in events {
            if !count(books, *event, *kind, settlement.month)? {
                missing.push(Awaited {
                    kind: *kind,
                    event: *event,
                    month: settlement.month,
                });
            }
        }
    }
    Ok(missing)
}

/// Counts what has come back since a month that had counted it was brought back without it.
///
/// # Errors
/// The books do not answer.
pub fn count_awaited(books: &dyn Books) -> Result<(), Error> {
    for Awaited { kind, event, month } in books.list_awaited()? {
        if count(books, event, kind, month)? {
            books.remove_awaited(event, kind)?;
        }
    }
    Ok(())
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

/// Whether the books hold what a month has counted of an event; it is counted then. The credit is known
/// by its event: how many credits of its pass came before it may be another number than it was.
fn count(books: &dyn Books, event: BirthId, kind: Counted, month: Month) -> Result<bool, Error> {
    let (Some((logged, _)), Some(credit)) = (books.find_event(event)?, books.find_credit_of(event)?) else {
        return Ok(false);
    };
    let (pass, attempt) = (logged.event.act.pass(), credit.attempt);
    let is_settled = books.find_counted(pass, attempt, Counted::Credit)?.is_some();
    let is_fresh = match kind {
        Counted::Credit => !is_settled,
        Counted::Withdrawal => {
            let has_gone = books.find_counted(pass, attempt, Counted::Withdrawal)?.is_some();
            is_settled && credit.is_withdrawn && !has_gone
        }
    };
    if is_fresh {
        books.record_counted(pass, attempt, kind, month)?;
    }
    Ok(is_fresh)
}
