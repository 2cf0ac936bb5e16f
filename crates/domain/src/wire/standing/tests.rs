//! The shapes of a standing are frozen, and its months follow each other.

use super::*;
use crate::{
    key::PrivateKey,
    wire::{first_number, pack, unpack},
};
use chrono::NaiveDate;
use proptest::{collection::vec, option, prelude::*};

fn month(number: u64, text: &str) -> SettledMonth {
    SettledMonth {
        number,
        month: Month::find(text).expect("a month"),
        closed_at: 1_795_000_000,
        lines: vec![SettledLine {
            programme: ProgrammeId(4),
            credited_count: 12,
            credited: Cents(12_000),
            given_back_count: 2,
            given_back: Cents(2_000),
            reference: format!("{text}/21940046200014/4"),
        }],
        carried: Cents(-1_000),
        paid: Cents(9_000),
        left: Cents::ZERO,
    }
}

pub fn standing() -> Standing {
    let key = PrivateKey::from_seed(&[1; 32]).public();
    Standing {
        server: key.server_id(),
        generation: 0,
        device: DeviceId([2; 16]),
        structure: "21940046200014".into(),
        credential: vec![7, 8, 9].into(),
        pace_seconds: Some(900),
        since: 4,
        last: Some(Trace([6; 8])),
        begins_anew: false,
        months: vec![month(5, "2026-10"), month(6, "2026-11")],
        more: false,
        server_time: 1_795_000_100,
    }
}

pub fn heard() -> MonthsHeard {
    MonthsHeard {
        since: 4,
        last: Some(Trace([6; 8])),
    }
}

#[test]
fn it_keeps_its_bytes() {
    let bytes = minicbor::to_vec(standing()).expect("memory");
    insta::assert_snapshot!("standing", data_encoding::HEXLOWER.encode(&bytes));
    insta::assert_snapshot!("trace_of_a_month", month(5, "2026-10").trace());
}

#[test]
fn a_question_comes_back_from_its_path() {
    assert_eq!(heard().to_path(), "/v1/standing?since=4&last=0606060606060606");
    assert_eq!(MonthsHeard::from_path(&heard().to_path()), Some(heard()));
    assert_eq!(MonthsHeard::default().to_path(), "/v1/standing?since=0");
    for path in ["/v1/standing", "/v1/standing?since=0"] {
        assert_eq!(
            MonthsHeard::from_path(path),
            Some(MonthsHeard::default()),
            "{path}"
        );
    }
}

#[test]
fn another_question_is_not_understood() {
    for path in [
        "/v1/standings",
        "/v1/standing?",
        "/v1/standing?since=-1",
        "/v1/standing?since=1&last=06",
        "/v1/standing?since=1&colour=red",
    ] {
        assert_eq!(MonthsHeard::from_path(path), None, "{path}");
    }
}

#[test]
fn months_follow_what_was_heard_or_begin_anew() {
    assert!(standing().follows(&heard()));
    let elsewhere = MonthsHeard { since: 3, ..heard() };
    assert!(!standing().follows(&elsewhere));
    let otherwise = MonthsHeard {
        last: Some(Trace([5; 8])),
        ..heard()
    };
    assert!(!standing().follows(&otherwise));
    let anew = Standing {
        generation: 3,
        begins_anew: true,
        months: vec![month(first_number(3), "2026-10")],
        ..standing()
    };
    assert!(anew.follows(&heard()));
    let not_from_the_first = Standing {
        months: vec![month(first_number(3) + 1, "2026-10")],
        ..anew.clone()
    };
    assert!(!not_from_the_first.follows(&heard()));
    let of_another_life = Standing {
        generation: 2,
        ..anew
    };
    assert!(!of_another_life.follows(&heard()));
}

#[test]
fn months_with_a_hole_or_out_of_order_do_not_follow() {
    let with = |months| Standing { months, ..standing() }.follows(&heard());
    assert!(with(vec![]));
    assert!(!with(vec![month(6, "2026-10")]));
    assert!(!with(vec![month(5, "2026-10"), month(7, "2026-11")]));
    assert!(!with(vec![month(5, "2026-11"), month(6, "2026-10")]));
    assert!(!with(vec![month(5, "2026-10"), month(6, "2026-10")]));
}

#[test]
fn whoever_has_heard_nothing_hears_of_all_months() {
    let nothing = MonthsHeard::default();
    let first = Standing {
        since: 0,
        last: None,
        begins_anew: true,
        months: vec![month(1, "2026-10")],
        ..standing()
    };
    assert!(first.follows(&nothing));
    let from_nowhere = Standing {
        begins_anew: false,
        ..first
    };
    assert!(!from_nowhere.follows(&nothing));
}

#[test]
fn a_month_whose_amounts_do_not_add_up_is_not_believed() {
    let more = SettledMonth {
        paid: Cents(9_001),
        ..month(5, "2026-10")
    };
    let beyond = SettledMonth {
        carried: Cents(i64::MAX),
        ..month(5, "2026-10")
    };
    for month in [more, beyond] {
        let months = vec![month];
        assert!(!Standing { months, ..standing() }.follows(&heard()));
    }
}

#[test]
fn a_month_of_more_than_anybody_is_paid_is_not_believed() {
    let paid = |cents| {
        let mut month = month(5, "2026-10");
        month.lines[0].credited = Cents(2_000 + 1_000 + cents);
        month.paid = Cents(cents);
        Standing {
            months: vec![month],
            ..standing()
        }
    };
    assert!(paid(9_000_000_000_000).follows(&heard()));
    assert!(!paid(10_000_000_000_001).follows(&heard()));
    let mut many = month(5, "2026-10");
    many.lines[0].credited_count = u64::MAX;
    let months = vec![many];
    assert!(!Standing { months, ..standing() }.follows(&heard()));
}

#[test]
fn a_month_travels_as_its_first_day() {
    let middle = NaiveDate::from_ymd_opt(2026, 10, 2).expect("a date");
    let mut bytes = minicbor::to_vec(month(5, "2026-10")).expect("memory");
    let first = minicbor::to_vec(2_465_u16).expect("memory");
    let at = bytes.windows(first.len()).position(|piece| piece == first);
    let at = at.expect("2026-10-01 is 2465 days after 2020-01-01");
    assert_eq!(crate::day::number(middle), Some(2_466));
    bytes[at + first.len() - 1] += 1;
    assert!(minicbor::decode::<SettledMonth>(&bytes).is_err());
}

prop_compose! {
    fn any_month()(number: u64, at in 0u32..2_000, closed_at: u64, carried: i64, paid: i64, left: i64,
        lines in vec((any::<u16>(), any::<u64>(), any::<i64>(), ".{0,30}"), 0..4)) -> SettledMonth {
        let first = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a date") + chrono::Months::new(at);
        let lines = lines.into_iter().map(|(programme, count, amount, reference)| SettledLine {
            programme: ProgrammeId(programme),
            credited_count: count,
            credited: Cents(amount),
            given_back_count: count,
            given_back: Cents(amount),
            reference,
        });
        SettledMonth {
            number,
            month: Month::of(first),
            closed_at,
            lines: lines.collect(),
            carried: Cents(carried),
            paid: Cents(paid),
            left: Cents(left),
        }
    }
}

proptest! {
    #[test]
    fn any_standing_comes_back_and_follows_or_not(
        months in vec(any_month(), 0..20), since: u64, last in option::of(any::<[u8; 8]>()), generation: u32,
        begins_anew: bool, more: bool, pace_seconds: Option<u32>,
    ) {
        let last = last.map(Trace);
        let standing = Standing { months, since, last, generation, begins_anew, more, pace_seconds, ..standing() };
        prop_assert_eq!(unpack::<Standing>(&pack(&standing)), Ok(standing.clone()));
        let _ = standing.follows(&MonthsHeard { since, last });
    }

    #[test]
    fn any_question_comes_back(since: u64, last in option::of(any::<[u8; 8]>())) {
        let heard = MonthsHeard { since, last: last.map(Trace) };
        prop_assert_eq!(MonthsHeard::from_path(&heard.to_path()), Some(heard));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, path in ".{0,60}") {
        let _ = minicbor::decode::<Standing>(&bytes);
        let _ = minicbor::decode::<SettledMonth>(&bytes);
        let _ = MonthsHeard::from_path(&path);
        let _ = MonthsHeard::from_path(&format!("{STANDING}?{path}"));
    }
}
