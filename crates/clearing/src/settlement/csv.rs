//! A settlement as tables for a spreadsheet, amounts with a comma, as French ones read them.

use super::{Balance, Line, Statement};
use passerelle_domain::cents::Cents;
use passerelle_words::{
    say,
    spreadsheet::{table, text},
};

impl Statement {
    /// What was earned: a line for each structure and programme, a column for each funder.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let sums = self.programme_sums();
        let mut funders: Vec<&str> = Vec::new();
        for funder in sums.iter().flat_map(|sum| &sum.funders) {
            if !funders.contains(&funder.funder) {
                funders.push(funder.funder);
            }
        }
        let mut head: Vec<String> = [
            "statement-month",
            "statement-reference",
            "statement-siret",
            "statement-structure",
            "statement-programme",
            "statement-face-value",
            "statement-credited-count",
            "statement-credited-amount",
            "statement-withdrawn-count",
            "statement-withdrawn-amount",
            "statement-amount",
        ]
        .map(|id| text(&say(id)))
        .into();
        head.extend(funders.iter().map(|funder| text(funder)));
        let lines = self.settlement.lines.iter();
        let rows = lines.map(|line| self.line_row(line, &funders));
        table(head, rows)
    }

    /// What is paid: a line for each structure.
    #[must_use]
    pub fn payments_csv(&self) -> String {
        let head = [
            "statement-month",
            "statement-siret",
            "statement-structure",
            "statement-carried",
            "statement-amount",
            "statement-paid",
            "statement-holder",
            "statement-iban",
            "statement-bic",
            "statement-left",
        ];
        let head = head.map(|id| text(&say(id))).into();
        table(
            head,
            self.settlement.balances.iter().map(|it| self.balance_row(it)),
        )
    }

    fn line_row(&self, line: &Line, funders: &[&str]) -> Vec<String> {
        let month = self.settlement.month;
        let programme = self.programme(line);
        let mut row = vec![
            month.to_string(),
            line.reference(month),
            line.siret.as_str().to_owned(),
            text(self.name(&line.siret)),
            text(programme.map_or("", |programme| &programme.name)),
            amount(programme.map_or(Cents::ZERO, |programme| programme.face_value)),
            line.credited.count.to_string(),
            amount(line.credited.amount_cents),
            line.withdrawn.count.to_string(),
            amount(-line.withdrawn.amount_cents),
            amount(line.amount()),
        ];
        row.extend(funders.iter().map(|funder| {
            let shares = line.shares.iter().filter(|share| share.funder == *funder);
            amount(shares.map(|share| share.amount_cents).sum())
        }));
        row
    }

    fn balance_row(&self, balance: &Balance) -> Vec<String> {
        let payee = balance.payee.as_ref();
        vec![
            self.settlement.month.to_string(),
            balance.siret.as_str().to_owned(),
            text(self.name(&balance.siret)),
            amount(balance.carried_cents),
            amount(balance.amount_cents),
            amount(balance.paid_cents),
            text(payee.map_or("", |payee| &payee.holder)),
            payee.map_or(String::new(), |payee| payee.iban.clone()),
            payee.and_then(|payee| payee.bic.clone()).unwrap_or_default(),
            amount(balance.left()),
        ]
    }
}

/// An amount in euros: `-1870,05`.
fn amount(cents: Cents) -> String {
    let sign = if cents < Cents::ZERO { "-" } else { "" };
    let cents = cents.0.unsigned_abs();
    format!("{sign}{},{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_as_a_french_spreadsheet_reads_it() {
        for (cents, expected) in [
            (0, "0,00"),
            (5, "0,05"),
            (-187_005, "-1870,05"),
            (i64::MIN, "-92233720368547758,08"),
        ] {
            assert_eq!(amount(Cents(cents)), expected);
        }
    }

    #[test]
    fn a_name_never_runs_as_a_formula_nor_breaks_its_line() {
        for (typed, expected) in [
            ("Ville de Cachan", "Ville de Cachan"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+33", "'+33"),
            ("-1", "'-1"),
            ("@SUM", "'@SUM"),
            ("\t=1", "'\t=1"),
            ("A;B", "\"A;B\""),
            ("A\nB", "\"A\nB\""),
            ("12\"", "\"12\"\"\""),
            ("A = B", "A = B"),
        ] {
            assert_eq!(text(typed), expected);
        }
    }
}
