//! The French way of writing amounts, counts, dates, hours and durations.
//!
//! The window does the same with `Intl`, so the spaces are those of the CLDR for French: a
//! narrow one (U+202F) between thousands, a plain no-break one (U+00A0) before a unit.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike, Weekday};

const NARROW: char = '\u{202f}';

/// An amount in euros, from cents: `1 870 €`, and `12,50 €` only when the cents count.
pub fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (euros, cents) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let euros = grouped(euros);
    match cents {
        0 => format!("{sign}{euros}\u{a0}€"),
        cents => format!("{sign}{euros},{cents:02}\u{a0}€"),
    }
}

/// An amount as accounts write it, always with its cents: `1 870,00 €`.
pub fn exact_amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (euros, cents) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{sign}{},{cents:02}\u{a0}€", grouped(euros))
}

/// A whole number with its thousands grouped: `34 000`.
pub fn count(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(number.unsigned_abs()))
}

/// `19/11/2026`
pub fn short_day(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// `1er octobre`, `19 novembre`
pub fn day_and_month(day: NaiveDate) -> String {
    let ordinal = if day.day() == 1 { "er" } else { "" };
    format!("{}{ordinal}\u{a0}{}", day.day(), month(day))
}

/// `1er octobre 2026`
pub fn day_month_year(day: NaiveDate) -> String {
    format!("{}\u{a0}{}", day_and_month(day), day.year())
}

/// `octobre 2026`, of any day in it.
pub fn month_year(day: NaiveDate) -> String {
    format!("{}\u{a0}{}", month(day), day.year())
}

/// `jeudi 19 novembre`
pub fn weekday_and_day(day: NaiveDate) -> String {
    format!("{} {}", weekday(day), day_and_month(day))
}

/// `jeudi 19 novembre 2026`
pub fn full_day(day: NaiveDate) -> String {
    format!("{} {}", weekday(day), day_month_year(day))
}

/// `14 h 00`, `9 h 30`
pub fn hour(time: NaiveTime) -> String {
    hours_and_minutes(time.hour(), time.minute())
}

/// `14 h 00 – 16 h 00`
pub fn hours(from: NaiveTime, to: NaiveTime) -> String {
    format!("{} – {}", hour(from), hour(to))
}

/// `7 h 30`, `2 h 00`, and `45 min` under the hour.
pub fn duration(minutes: u32) -> String {
    match minutes {
        0..60 => format!("{minutes}\u{a0}min"),
        minutes => hours_and_minutes(minutes / 60, minutes % 60),
    }
}

fn hours_and_minutes(hours: u32, minutes: u32) -> String {
    format!("{}\u{a0}h\u{a0}{minutes:02}", grouped(hours.into()))
}

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(NARROW);
        }
        out.push(digit);
    }
    out
}

fn month(day: NaiveDate) -> &'static str {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    MONTHS[day.month0() as usize]
}

fn weekday(day: NaiveDate) -> &'static str {
    match day.weekday() {
        Weekday::Mon => "lundi",
        Weekday::Tue => "mardi",
        Weekday::Wed => "mercredi",
        Weekday::Thu => "jeudi",
        Weekday::Fri => "vendredi",
        Weekday::Sat => "samedi",
        Weekday::Sun => "dimanche",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day")
    }

    #[test]
    fn accounts_show_the_cents_of_every_amount() {
        assert_eq!(exact_amount(187_000), "1\u{202f}870,00\u{a0}€");
        assert_eq!(exact_amount(-5), "-0,05\u{a0}€");
        assert_eq!(exact_amount(0), "0,00\u{a0}€");
    }

    #[test]
    fn a_month_is_named_with_its_year() {
        assert_eq!(month_year(day(2026, 8, 31)), "août\u{a0}2026");
    }

    #[test]
    fn an_amount_shows_its_cents_only_when_there_are_some() {
        assert_eq!(amount(187_000), "1\u{202f}870\u{a0}€");
        assert_eq!(amount(1_250), "12,50\u{a0}€");
        assert_eq!(amount(5), "0,05\u{a0}€");
        assert_eq!(amount(0), "0\u{a0}€");
        assert_eq!(amount(-1_000), "-10\u{a0}€");
        assert_eq!(amount(18_000_000_000), "180\u{202f}000\u{202f}000\u{a0}€");
        assert_eq!(
            amount(i64::MIN),
            "-92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{a0}€"
        );
    }

    #[test]
    fn a_count_groups_its_thousands() {
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000), "1\u{202f}000");
        assert_eq!(count(-155_000), "-155\u{202f}000");
    }

    #[test]
    fn the_first_of_a_month_is_an_ordinal_and_the_others_are_not() {
        assert_eq!(day_and_month(day(2026, 10, 1)), "1er\u{a0}octobre");
        assert_eq!(day_and_month(day(2026, 11, 19)), "19\u{a0}novembre");
        assert_eq!(day_month_year(day(2026, 8, 1)), "1er\u{a0}août\u{a0}2026");
        assert_eq!(weekday_and_day(day(2026, 11, 19)), "jeudi 19\u{a0}novembre");
        assert_eq!(full_day(day(2026, 2, 1)), "dimanche 1er\u{a0}février\u{a0}2026");
        assert_eq!(short_day(day(2026, 10, 8)), "08/10/2026");
    }

    #[test]
    fn hours_and_durations_keep_their_numbers_and_units_together() {
        assert_eq!(hour(time(9, 5)), "9\u{a0}h\u{a0}05");
        assert_eq!(
            hours(time(14, 0), time(16, 0)),
            "14\u{a0}h\u{a0}00 – 16\u{a0}h\u{a0}00"
        );
        assert_eq!(duration(45), "45\u{a0}min");
        assert_eq!(duration(120), "2\u{a0}h\u{a0}00");
        assert_eq!(duration(450), "7\u{a0}h\u{a0}30");
        assert_eq!(duration(6_000_000), "100\u{202f}000\u{a0}h\u{a0}00");
    }
}
