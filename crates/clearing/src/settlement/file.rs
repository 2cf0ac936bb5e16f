//! A closed month as it is signed, and back.

use super::{Balance, Counted, Line, Payee, Settlement, Share, Tally};
use crate::{error::Error, store::Books};
use passerelle_domain::{
    id::ServerId,
    month::Month,
    siret::Siret,
    wire::{
        ClosedBalance, ClosedLine, ClosedMonth, ClosedPayee, ClosedShare, CountedCredit, CountedLife, VERSION,
    },
};

/// All that the books hold of a closed month.
///
/// # Errors
/// It was not closed; the books do not answer.
pub fn read_settled(books: &dyn Books, server: ServerId, month: Month) -> Result<ClosedMonth, Error> {
    let settlement = books
        .find_settlement(month)?
        .ok_or(Error::NoSuchSettlement(month))?;
    let months = books.list_settled_months()?;
    let before = months.into_iter().take_while(|other| *other < month).last();
    let counted = |kind| Ok::<_, Error>(CountedLife::of(books.list_counted(month, kind)?));
    Ok(ClosedMonth {
        version: VERSION,
        server,
        month: month.to_string(),
        follows: before.map(|before| before.to_string()),
        ends_at: settlement.ends_at,
        closed_at: settlement.closed_at,
        lines: settlement.lines.into_iter().map(signed_line).collect(),
        balances: settlement.balances.into_iter().map(signed_balance).collect(),
        credited: counted(Counted::Credit)?,
        withdrawn: counted(Counted::Withdrawal)?,
    })
}

fn signed_line(line: Line) -> ClosedLine {
    let share = |share: Share| ClosedShare {
        funder: share.funder,
        amount_cents: share.amount_cents,
    };
    ClosedLine {
        structure: line.siret.as_str().to_owned(),
        programme: line.programme,
        credited_count: line.credited.count,
        credited_cents: line.credited.amount_cents,
        withdrawn_count: line.withdrawn.count,
        withdrawn_cents: line.withdrawn.amount_cents,
        shares: line.shares.into_iter().map(share).collect(),
    }
}

fn signed_balance(balance: Balance) -> ClosedBalance {
    let payee = |payee: Payee| ClosedPayee {
        iban: payee.iban,
        bic: payee.bic,
        holder: payee.holder,
    };
    ClosedBalance {
        structure: balance.siret.as_str().to_owned(),
        carried_cents: balance.carried_cents,
        amount_cents: balance.amount_cents,
        paid_cents: balance.paid_cents,
        payee: balance.payee.map(payee),
    }
}

/// A month that was signed, understood.
pub struct ReadMonth {
    /// All that its rows hold.
    pub settlement: Settlement,
    /// The month that was closed before it.
    pub follows: Option<Month>,
    /// All that it has counted, of each kind.
    pub counted: [(Counted, Vec<CountedCredit>); 2],
}

impl ReadMonth {
    /// Reads it; `None` when it has another version, or holds what no month does.
    pub fn of(signed: &ClosedMonth) -> Option<Self> {
        if signed.version != VERSION {
            return None;
        }
        let credits = |lives: &[CountedLife]| {
            let lives: Option<Vec<_>> = lives.iter().map(CountedLife::read).collect();
            lives.map(|lives| lives.concat())
        };
        Some(Self {
            settlement: Settlement {
                month: Month::find(&signed.month)?,
                ends_at: signed.ends_at,
                closed_at: signed.closed_at,
                lines: signed.lines.iter().map(line).collect::<Option<_>>()?,
                balances: signed.balances.iter().map(balance).collect::<Option<_>>()?,
            },
            follows: match &signed.follows {
                Some(month) => Some(Month::find(month)?),
                None => None,
            },
            counted: [
                (Counted::Credit, credits(&signed.credited)?),
                (Counted::Withdrawal, credits(&signed.withdrawn)?),
            ],
        })
    }
}

fn line(signed: &ClosedLine) -> Option<Line> {
    let share = |share: &ClosedShare| Share {
        funder: share.funder.clone(),
        amount_cents: share.amount_cents,
    };
    let tally = |count, amount_cents| Tally { count, amount_cents };
    Some(Line {
        siret: Siret::parse(&signed.structure).ok()?,
        programme: signed.programme,
        credited: tally(signed.credited_count, signed.credited_cents),
        withdrawn: tally(signed.withdrawn_count, signed.withdrawn_cents),
        shares: signed.shares.iter().map(share).collect(),
    })
}

fn balance(signed: &ClosedBalance) -> Option<Balance> {
    let payee = |payee: &ClosedPayee| Payee {
        iban: payee.iban.clone(),
        bic: payee.bic.clone(),
        holder: payee.holder.clone(),
    };
    Some(Balance {
        siret: Siret::parse(&signed.structure).ok()?,
        carried_cents: signed.carried_cents,
        amount_cents: signed.amount_cents,
        paid_cents: signed.paid_cents,
        payee: signed.payee.as_ref().map(payee),
    })
}
