//! What the structure was paid, in lines for a person.

use super::wording;
use passerelle_desk::view::{SettledMonth, SettlementsView};
use passerelle_domain::cents::Cents;
use passerelle_words::{format, say_with};

/// The total, then each month, the youngest first; nothing before the first one.
pub fn lines(settlements: &SettlementsView) -> Vec<String> {
    if settlements.months.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![say_with(
        "cli-status-paid",
        &[("tally", wording::tally(settlements.paid).into())],
    )];
    lines.extend(settlements.months.iter().map(month));
    let left = settlements.left_cents;
    if left != Cents::ZERO {
        let id = if left > Cents::ZERO {
            "settlements-held"
        } else {
            "settlements-owed"
        };
        let owed = Cents(left.0.abs());
        lines.push(say_with(id, &[("amount", format::amount(owed.0).into())]));
    }
    lines
}

fn month(month: &SettledMonth) -> String {
    let id = if month.is_confirmed {
        "cli-status-month"
    } else {
        "cli-status-month-to-confirm"
    };
    let values = [
        ("month", format::month_year(month.month.first_day()).into()),
        ("amount", format::amount(month.paid_cents.0).into()),
    ];
    let references = month.lines.iter().map(|line| line.reference.clone());
    let parts: Vec<String> = std::iter::once(say_with(id, &values)).chain(references).collect();
    parts.join(" · ")
}
