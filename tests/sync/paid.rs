//! What desks are told of money, against what clearing has settled.

use super::county::County;
use passerelle_domain::{cents::Cents, wire::SettledMonth};

/// A desk that has just heard everything was told of each closed month once, in order, and to the cent
/// what it came to for its structure; and it holds a credential of its own.
///
/// # Errors
/// What it was told otherwise.
pub fn assert_told_what_was_paid(county: &County, desk: usize) -> Result<(), String> {
    let content = county.desks[desk].disk.copy();
    let told: Vec<_> = content.months.iter().map(|month| month.month).collect();
    let closed = county
        .clearing
        .list_settled_months()
        .map_err(|error| error.to_string())?;
    if told != closed {
        return Err(format!(
            "desk {desk} was told of {told:?}, and {closed:?} are closed"
        ));
    }
    for month in &content.months {
        let (said, settled) = (sums_of(month), settled(county, desk, month)?);
        if said != settled {
            return Err(format!(
                "desk {desk} was told {said:?} of a month that came to {settled:?}"
            ));
        }
    }
    let party = county.desks[desk].party();
    match content.credential {
        Some(credential) if credential.device == party.key.public() => Ok(()),
        other => Err(format!("desk {desk} stands with {other:?}")),
    }
}

/// Passes credited and given back, then what was earned, carried, paid and left.
type Sums = (u64, u64, [Cents; 4]);

fn sums_of(month: &SettledMonth) -> Sums {
    let lines = month.lines.iter();
    (
        lines.clone().map(|line| line.credited_count).sum(),
        lines.map(|line| line.given_back_count).sum(),
        [month.amount(), month.carried, month.paid, month.left],
    )
}

fn settled(county: &County, desk: usize, month: &SettledMonth) -> Result<Sums, String> {
    let statement = county.clearing.show_settlement(month.month);
    let settlement = statement.map_err(|error| error.to_string())?.settlement;
    let siret = county.desks[desk].party().structure;
    let lines = || settlement.lines_of(&siret);
    let balance = settlement.balances.iter().find(|balance| balance.siret == siret);
    let of =
        |read: &dyn Fn(&passerelle_clearing::settlement::Balance) -> Cents| balance.map_or(Cents::ZERO, read);
    Ok((
        lines().map(|line| line.credited.count).sum(),
        lines().map(|line| line.withdrawn.count).sum(),
        [
            lines().map(|line| line.amount()).sum(),
            of(&|balance| balance.carried_cents),
            of(&|balance| balance.paid_cents),
            of(&|balance| balance.left()),
        ],
    ))
}
