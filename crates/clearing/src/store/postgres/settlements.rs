//! What the books know of money.

use super::{
    PostgresBooks,
    columns::{capped, get_optional_u64, get_siret, get_u16, get_u64, signed},
};
use crate::{
    error::Error,
    settlement::{Balance, Line, Payee, Settlement, Share, Tally, Unsettled},
    store::{Comeback, Settlements},
};
use passerelle_domain::{cents::Cents, month::Month, programme::ProgrammeId, siret::Siret};
use postgres::Row;

/// The credits that a settlement ending at `$1` counts, as `c`.
macro_rules! fresh_credits {
    () => {
        "FROM credits AS c WHERE credited_at < $1
        AND NOT EXISTS (SELECT 1 FROM withdrawals AS w WHERE w.programme = c.programme
            AND w.booklet = c.booklet AND w.rank = c.rank AND w.attempt = c.attempt)
        AND NOT EXISTS (SELECT 1 FROM settled_credits AS s WHERE s.programme = c.programme
            AND s.booklet = c.booklet AND s.rank = c.rank AND s.attempt = c.attempt)"
    };
}

/// The withdrawals that the next settlement counts, with their credits as `c`.
macro_rules! fresh_withdrawals {
    () => {
        "FROM withdrawals AS w
        JOIN settled_credits AS s USING (programme, booklet, rank, attempt)
        JOIN credits AS c USING (programme, booklet, rank, attempt)
        WHERE NOT EXISTS (SELECT 1 FROM settled_withdrawals AS t WHERE t.programme = w.programme
            AND t.booklet = w.booklet AND t.rank = w.rank AND t.attempt = w.attempt)"
    };
}

impl Settlements for PostgresBooks<'_> {
    fn record_payee(&self, siret: &Siret, payee: &Payee, entered_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO payees (siret, number, iban, bic, holder, entered_at)
            VALUES ($1, (SELECT coalesce(max(number), 0) + 1 FROM payees WHERE siret = $1), $2, $3, $4, $5)";
        let Payee { iban, bic, holder } = payee;
        self.record(sql, &[&siret.as_str(), iban, bic, holder, &signed(entered_at)])
    }

    fn list_payees(&self, siret: &Siret) -> Result<Vec<(Payee, u64)>, Error> {
        let sql = "SELECT iban, bic, holder, entered_at FROM payees WHERE siret = $1 ORDER BY number";
        self.list(sql, &[&siret.as_str()], |row| {
            Ok((payee(row, 0)?, get_u64(row, 3)?))
        })
    }

    fn find_first_credited_at(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT min(credited_at) FROM credits";
        self.get(sql, &[], |row| get_optional_u64(row, 0))
    }

    fn list_unsettled(&self, ends_at: u64) -> Result<Vec<Unsettled>, Error> {
        let sql = concat!(
            "SELECT siret, programme, sum(given), CAST(sum(given * amount_cents) AS bigint),
                sum(back), CAST(sum(back * amount_cents) AS bigint)
            FROM (SELECT c.siret, c.programme, c.amount_cents, 1 AS given, 0 AS back ",
            fresh_credits!(),
            " UNION ALL SELECT c.siret, c.programme, c.amount_cents, 0, 1 ",
            fresh_withdrawals!(),
            ") AS moved GROUP BY siret, programme ORDER BY siret, programme"
        );
        self.list(sql, &[&capped(ends_at)], |row| {
            Ok(Unsettled {
                siret: get_siret(row, 0)?,
                programme: ProgrammeId(get_u16(row, 1)?),
                credited: tally(row, 2)?,
                withdrawn: tally(row, 4)?,
            })
        })
    }

    fn record_settlement(&self, settlement: &Settlement) -> Result<(), Error> {
        self.record_month(settlement)?;
        let (month, ends_at) = (settlement.month.to_string(), capped(settlement.ends_at));
        // Before the credits: a withdrawal is of a credit that an earlier settlement has counted.
        let sql = concat!(
            "INSERT INTO settled_withdrawals (programme, booklet, rank, attempt, month)
            SELECT programme, booklet, rank, attempt, CAST($1 AS text) ",
            fresh_withdrawals!()
        );
        self.record(sql, &[&month])?;
        let sql = concat!(
            "INSERT INTO settled_credits (programme, booklet, rank, attempt, month)
            SELECT programme, booklet, rank, attempt, CAST($2 AS text) ",
            fresh_credits!()
        );
        self.record(sql, &[&ends_at, &month])
    }

    fn list_settled_months(&self) -> Result<Vec<Month>, Error> {
        let sql = "SELECT month FROM settlements ORDER BY month";
        self.list(sql, &[], |row| get_month(row, 0))
    }

    fn find_settlement(&self, month: Month) -> Result<Option<Settlement>, Error> {
        self.find_settlement_for(month, None)
    }

    fn find_settlement_of(&self, month: Month, siret: &Siret) -> Result<Option<Settlement>, Error> {
        self.find_settlement_for(month, Some(siret))
    }

    fn list_settled_sums(&self) -> Result<Vec<(Siret, ProgrammeId, Cents)>, Error> {
        let sql = "SELECT siret, programme, CAST(sum(credited_cents - withdrawn_cents) AS bigint)
            FROM settlement_lines GROUP BY siret, programme ORDER BY siret, programme";
        self.list(sql, &[], |row| {
            Ok((
                get_siret(row, 0)?,
                ProgrammeId(get_u16(row, 1)?),
                Cents(row.try_get(2)?),
            ))
        })
    }
}

impl PostgresBooks<'_> {
    /// The settlement of a month, of one structure or of all.
    fn find_settlement_for(&self, month: Month, whose: Option<&Siret>) -> Result<Option<Settlement>, Error> {
        let sql = "SELECT ends_at, closed_at FROM settlements WHERE month = $1";
        let found = self.find(sql, &[&month.to_string()], |row| {
            Ok((get_u64(row, 0)?, get_u64(row, 1)?))
        })?;
        let Some((ends_at, closed_at)) = found else {
            return Ok(None);
        };
        Ok(Some(Settlement {
            month,
            ends_at,
            closed_at,
            lines: self.list_lines(month, whose)?,
            balances: self.list_balances(month, whose)?,
        }))
    }

    pub(super) fn record_line(&self, month: &str, line: &Line) -> Result<(), Error> {
        let sql = "INSERT INTO settlement_lines (month, siret, programme, credited_count, credited_cents,
            withdrawn_count, withdrawn_cents) VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (siret, programme) = (line.siret.as_str(), i32::from(line.programme.0));
        self.record(
            sql,
            &[
                &month,
                &siret,
                &programme,
                &signed(line.credited.count),
                &line.credited.amount_cents.0,
                &signed(line.withdrawn.count),
                &line.withdrawn.amount_cents.0,
            ],
        )?;
        let sql = "INSERT INTO settlement_shares (month, siret, programme, number, funder, amount_cents)
            VALUES ($1, $2, $3, $4, $5, $6)";
        for (number, share) in (1_i64..).zip(&line.shares) {
            let amount = share.amount_cents.0;
            self.record(
                sql,
                &[&month, &siret, &programme, &number, &share.funder, &amount],
            )?;
        }
        Ok(())
    }

    pub(super) fn record_balance(&self, month: &str, balance: &Balance) -> Result<(), Error> {
        let sql =
            "INSERT INTO settlement_balances (month, siret, carried_cents, amount_cents, paid_cents, payee)
            VALUES ($1, $2, $3, $4, $5, (SELECT max(number) FROM payees
                WHERE siret = $2 AND iban = $6 AND bic IS NOT DISTINCT FROM $7 AND holder = $8))";
        let payee = balance.payee.as_ref();
        self.record(
            sql,
            &[
                &month,
                &balance.siret.as_str(),
                &balance.carried_cents.0,
                &balance.amount_cents.0,
                &balance.paid_cents.0,
                &payee.map(|payee| &payee.iban),
                &payee.and_then(|payee| payee.bic.as_ref()),
                &payee.map(|payee| &payee.holder),
            ],
        )
    }

    fn list_lines(&self, month: Month, whose: Option<&Siret>) -> Result<Vec<Line>, Error> {
        let sql = "SELECT siret, programme, credited_count, credited_cents, withdrawn_count, withdrawn_cents
            FROM settlement_lines WHERE month = $1 AND (CAST($2 AS text) IS NULL OR siret = $2)
            ORDER BY siret, programme";
        let mut lines = self.list(sql, &[&month.to_string(), &whose.map(Siret::as_str)], |row| {
            Ok(Line {
                siret: get_siret(row, 0)?,
                programme: ProgrammeId(get_u16(row, 1)?),
                credited: tally(row, 2)?,
                withdrawn: tally(row, 4)?,
                shares: Vec::new(),
            })
        })?;
        let sql = "SELECT funder, amount_cents FROM settlement_shares
            WHERE month = $1 AND siret = $2 AND programme = $3 ORDER BY number";
        for line in &mut lines {
            let programme = i32::from(line.programme.0);
            let key = (month.to_string(), line.siret.as_str());
            line.shares = self.list(sql, &[&key.0, &key.1, &programme], |row| {
                Ok(Share {
                    funder: row.try_get(0)?,
                    amount_cents: Cents(row.try_get(1)?),
                })
            })?;
        }
        Ok(lines)
    }

    fn list_balances(&self, month: Month, whose: Option<&Siret>) -> Result<Vec<Balance>, Error> {
        let sql = "SELECT b.siret, carried_cents, amount_cents, paid_cents, payee, iban, bic, holder
            FROM settlement_balances AS b LEFT JOIN payees AS p ON p.siret = b.siret AND p.number = b.payee
            WHERE month = $1 AND (CAST($2 AS text) IS NULL OR b.siret = $2) ORDER BY b.siret";
        self.list(sql, &[&month.to_string(), &whose.map(Siret::as_str)], |row| {
            let is_paid = row.try_get::<_, Option<i64>>(4)?.is_some();
            Ok(Balance {
                siret: get_siret(row, 0)?,
                carried_cents: Cents(row.try_get(1)?),
                amount_cents: Cents(row.try_get(2)?),
                paid_cents: Cents(row.try_get(3)?),
                payee: if is_paid { Some(payee(row, 5)?) } else { None },
            })
        })
    }
}

pub(super) fn get_month(row: &Row, at: usize) -> Result<Month, Error> {
    Month::find(row.try_get(at)?).ok_or(Error::Damaged("a month that no calendar has"))
}

fn payee(row: &Row, at: usize) -> Result<Payee, Error> {
    Ok(Payee {
        iban: row.try_get(at)?,
        bic: row.try_get(at + 1)?,
        holder: row.try_get(at + 2)?,
    })
}

fn tally(row: &Row, at: usize) -> Result<Tally, Error> {
    Ok(Tally {
        count: get_u64(row, at)?,
        amount_cents: Cents(row.try_get(at + 1)?),
    })
}
