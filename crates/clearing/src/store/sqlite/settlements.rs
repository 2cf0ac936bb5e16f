//! What the books know of money.

use super::{
    SqliteBooks,
    columns::{capped, get_optional_u64, get_siret, get_u64, signed, unreadable},
};
use crate::{
    error::Error,
    settlement::{Balance, Line, Payee, Settlement, Share, Tally, Unsettled},
    store::{Comeback, Settlements},
};
use passerelle_domain::{cents::Cents, month::Month, programme::ProgrammeId, siret::Siret};
use rusqlite::{OptionalExtension, Row, params};

/// The credits that a settlement ending at `?1` counts, as `c`.
const FRESH_CREDITS: &str = "FROM credits AS c WHERE credited_at < ?1
    AND NOT EXISTS (SELECT 1 FROM withdrawals AS w WHERE w.programme = c.programme AND w.booklet = c.booklet
        AND w.rank = c.rank AND w.attempt = c.attempt)
    AND NOT EXISTS (SELECT 1 FROM settled_credits AS s WHERE s.programme = c.programme
        AND s.booklet = c.booklet AND s.rank = c.rank AND s.attempt = c.attempt)";

/// The withdrawals that the next settlement counts, with their credits as `c`.
const FRESH_WITHDRAWALS: &str = "FROM withdrawals AS w
    JOIN settled_credits AS s ON s.programme = w.programme AND s.booklet = w.booklet
        AND s.rank = w.rank AND s.attempt = w.attempt
    JOIN credits AS c ON c.programme = w.programme AND c.booklet = w.booklet
        AND c.rank = w.rank AND c.attempt = w.attempt
    WHERE NOT EXISTS (SELECT 1 FROM settled_withdrawals AS t WHERE t.programme = w.programme
        AND t.booklet = w.booklet AND t.rank = w.rank AND t.attempt = w.attempt)";

const KEY: &str = "c.programme, c.booklet, c.rank, c.attempt";

impl Settlements for SqliteBooks<'_> {
    fn record_payee(&self, siret: &Siret, payee: &Payee, entered_at: u64) -> Result<(), Error> {
        let sql = "INSERT INTO payees (siret, number, iban, bic, holder, entered_at)
            SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM payees WHERE siret = ?1";
        let Payee { iban, bic, holder } = payee;
        self.0
            .execute(sql, (siret.as_str(), iban, bic, holder, signed(entered_at)))?;
        Ok(())
    }

    fn list_payees(&self, siret: &Siret) -> Result<Vec<(Payee, u64)>, Error> {
        let sql = "SELECT iban, bic, holder, entered_at FROM payees WHERE siret = ?1 ORDER BY number";
        let mut statement = self.0.prepare_cached(sql)?;
        let payees = statement.query_map([siret.as_str()], |row| Ok((payee(row, 0)?, get_u64(row, 3)?)))?;
        Ok(payees.collect::<Result<_, _>>()?)
    }

    fn find_first_credited_at(&self) -> Result<Option<u64>, Error> {
        let sql = "SELECT min(credited_at) FROM credits";
        Ok(self.0.query_row(sql, [], |row| get_optional_u64(row, 0))?)
    }

    fn list_unsettled(&self, ends_at: u64) -> Result<Vec<Unsettled>, Error> {
        let sql = format!(
            "SELECT siret, programme, sum(given), sum(given * amount_cents), sum(back), sum(back * amount_cents)
            FROM (SELECT c.siret, c.programme, c.amount_cents, 1 AS given, 0 AS back {FRESH_CREDITS}
                UNION ALL SELECT c.siret, c.programme, c.amount_cents, 0, 1 {FRESH_WITHDRAWALS})
            GROUP BY siret, programme ORDER BY siret, programme"
        );
        let mut statement = self.0.prepare(&sql)?;
        let unsettled = statement.query_map([capped(ends_at)], |row| {
            Ok(Unsettled {
                siret: get_siret(row, 0)?,
                programme: ProgrammeId(row.get(1)?),
                credited: tally(row, 2)?,
                withdrawn: tally(row, 4)?,
            })
        })?;
        Ok(unsettled.collect::<Result<_, _>>()?)
    }

    fn record_settlement(&self, settlement: &Settlement) -> Result<(), Error> {
        self.record_month(settlement)?;
        let (month, ends_at) = (settlement.month.to_string(), capped(settlement.ends_at));
        let columns = "(programme, booklet, rank, attempt, month)";
        // Before the credits: a withdrawal is of a credit that an earlier settlement has counted.
        let sql = format!("INSERT INTO settled_withdrawals {columns} SELECT {KEY}, ?1 {FRESH_WITHDRAWALS}");
        self.0.execute(&sql, [&month])?;
        let sql = format!("INSERT INTO settled_credits {columns} SELECT {KEY}, ?2 {FRESH_CREDITS}");
        self.0.execute(&sql, (ends_at, &month))?;
        Ok(())
    }

    fn list_settled_months(&self) -> Result<Vec<Month>, Error> {
        let mut statement = self.0.prepare("SELECT month FROM settlements ORDER BY month")?;
        let months = statement.query_map([], |row| get_month(row, 0))?;
        Ok(months.collect::<Result<_, _>>()?)
    }

    fn find_settlement(&self, month: Month) -> Result<Option<Settlement>, Error> {
        self.find_settlement_for(month, None)
    }

    fn find_settlement_of(&self, month: Month, siret: &Siret) -> Result<Option<Settlement>, Error> {
        self.find_settlement_for(month, Some(siret))
    }

    fn list_settled_sums(&self) -> Result<Vec<(Siret, ProgrammeId, Cents)>, Error> {
        let sql = "SELECT siret, programme, sum(credited_cents - withdrawn_cents) FROM settlement_lines
            GROUP BY siret, programme ORDER BY siret, programme";
        let mut statement = self.0.prepare(sql)?;
        let sums = statement.query_map([], |row| {
            Ok((get_siret(row, 0)?, ProgrammeId(row.get(1)?), Cents(row.get(2)?)))
        })?;
        Ok(sums.collect::<Result<_, _>>()?)
    }
}

impl SqliteBooks<'_> {
    /// The settlement of a month, of one structure or of all.
    fn find_settlement_for(&self, month: Month, whose: Option<&Siret>) -> Result<Option<Settlement>, Error> {
        let sql = "SELECT ends_at, closed_at FROM settlements WHERE month = ?1";
        let found = self
            .0
            .query_row(sql, [month.to_string()], |row| {
                Ok((get_u64(row, 0)?, get_u64(row, 1)?))
            })
            .optional()?;
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
            withdrawn_count, withdrawn_cents) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        self.0.prepare_cached(sql)?.execute(params![
            month,
            line.siret.as_str(),
            line.programme.0,
            signed(line.credited.count),
            line.credited.amount_cents.0,
            signed(line.withdrawn.count),
            line.withdrawn.amount_cents.0,
        ])?;
        let sql = "INSERT INTO settlement_shares (month, siret, programme, number, funder, amount_cents)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        for (number, share) in (1..).zip(&line.shares) {
            let (siret, programme): (_, i64) = (line.siret.as_str(), line.programme.0.into());
            let row = (
                month,
                siret,
                programme,
                number,
                &share.funder,
                share.amount_cents.0,
            );
            self.0.prepare_cached(sql)?.execute(row)?;
        }
        Ok(())
    }

    pub(super) fn record_balance(&self, month: &str, balance: &Balance) -> Result<(), Error> {
        let sql =
            "INSERT INTO settlement_balances (month, siret, carried_cents, amount_cents, paid_cents, payee)
            VALUES (?1, ?2, ?3, ?4, ?5, (SELECT max(number) FROM payees
                WHERE siret = ?2 AND iban = ?6 AND bic IS ?7 AND holder = ?8))";
        let payee = balance.payee.as_ref();
        self.0.prepare_cached(sql)?.execute(params![
            month,
            balance.siret.as_str(),
            balance.carried_cents.0,
            balance.amount_cents.0,
            balance.paid_cents.0,
            payee.map(|payee| &payee.iban),
            payee.and_then(|payee| payee.bic.as_ref()),
            payee.map(|payee| &payee.holder),
        ])?;
        Ok(())
    }

    fn list_lines(&self, month: Month, whose: Option<&Siret>) -> Result<Vec<Line>, Error> {
        let sql = "SELECT siret, programme, credited_count, credited_cents, withdrawn_count, withdrawn_cents
            FROM settlement_lines WHERE month = ?1 AND (?2 IS NULL OR siret = ?2) ORDER BY siret, programme";
        let mut statement = self.0.prepare(sql)?;
        let lines = statement.query_map((month.to_string(), whose.map(Siret::as_str)), |row| {
            Ok(Line {
                siret: get_siret(row, 0)?,
                programme: ProgrammeId(row.get(1)?),
                credited: tally(row, 2)?,
                withdrawn: tally(row, 4)?,
                shares: Vec::new(),
            })
        })?;
        let mut lines: Vec<Line> = lines.collect::<Result<_, _>>()?;
        let sql = "SELECT funder, amount_cents FROM settlement_shares
            WHERE month = ?1 AND siret = ?2 AND programme = ?3 ORDER BY number";
        let mut statement = self.0.prepare(sql)?;
        for line in &mut lines {
            let key = (month.to_string(), line.siret.as_str(), line.programme.0);
            let shares = statement.query_map(key, |row| {
                Ok(Share {
                    funder: row.get(0)?,
                    amount_cents: Cents(row.get(1)?),
                })
            })?;
            line.shares = shares.collect::<Result<_, _>>()?;
        }
        Ok(lines)
    }

    fn list_balances(&self, month: Month, whose: Option<&Siret>) -> Result<Vec<Balance>, Error> {
        let sql = "SELECT b.siret, carried_cents, amount_cents, paid_cents, payee, iban, bic, holder
            FROM settlement_balances AS b LEFT JOIN payees AS p ON p.siret = b.siret AND p.number = b.payee
            WHERE month = ?1 AND (?2 IS NULL OR b.siret = ?2) ORDER BY b.siret";
        let mut statement = self.0.prepare(sql)?;
        let balances = statement.query_map((month.to_string(), whose.map(Siret::as_str)), |row| {
            let is_paid = row.get::<_, Option<i64>>(4)?.is_some();
            Ok(Balance {
                siret: get_siret(row, 0)?,
                carried_cents: Cents(row.get(1)?),
                amount_cents: Cents(row.get(2)?),
                paid_cents: Cents(row.get(3)?),
                payee: if is_paid { Some(payee(row, 5)?) } else { None },
            })
        })?;
        Ok(balances.collect::<Result<_, _>>()?)
    }
}

fn payee(row: &Row<'_>, at: usize) -> rusqlite::Result<Payee> {
    Ok(Payee {
        iban: row.get(at)?,
        bic: row.get(at + 1)?,
        holder: row.get(at + 2)?,
    })
}

fn tally(row: &Row<'_>, at: usize) -> rusqlite::Result<Tally> {
    Ok(Tally {
        count: get_u64(row, at)?,
        amount_cents: Cents(row.get(at + 1)?),
    })
}

pub(super) fn get_month(row: &Row<'_>, at: usize) -> rusqlite::Result<Month> {
    let text: String = row.get(at)?;
    Month::find(&text).ok_or_else(|| unreadable(at, Error::Damaged("a month that no calendar has")))
}
