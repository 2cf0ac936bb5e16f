use super::*;
use crate::samples::programme;
use proptest::prelude::*;

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

/// Noon of a day, in Unix seconds.
fn noon(day: NaiveDate) -> u64 {
    let noon = day.and_hms_opt(12, 0, 0).expect("an hour").and_utc();
    u64::try_from(noon.timestamp()).expect("after 1970")
}

fn evidence(known: NaiveDate, received: NaiveDate) -> Evidence {
    Evidence {
        known_time: Some(noon(known)),
        received_at: noon(received),
    }
}

const GOOD: Booklet = Booklet {
    last_day: NaiveDate::from_ymd_opt(2026, 12, 31).expect("a date"),
    is_activated: true,
    blocked_since: None,
};

/// A redemption of June 15th, sent the next day, that every rule accepts.
fn case(programme: &Programme) -> Case<'_> {
    Case {
        programme: Some(programme),
        booklet: Some(GOOD),
        rank: 2,
        service: ServiceCode(1),
        day: day(2026, 6, 15),
        evidence: evidence(day(2026, 6, 10), day(2026, 6, 16)),
        insee_code: Some("94046".into()),
        hold: Hold::Free,
        is_voided: false,
    }
}

fn claim() -> Claim {
    Claim {
        site: "CCAS".into(),
        insee_code: "75113".into(),
        held_on: day(2026, 6, 1),
    }
}

#[test]
fn a_good_redemption_is_credited() {
    assert_eq!(adjudicate(&case(&programme())), Verdict::Credited);
}

#[test]
fn what_is_not_known_yet_waits_and_is_not_refused() {
    let programme = programme();
    let unknown_programme = Case {
        programme: None,
        ..case(&programme)
    };
    let unknown_booklet = Case {
        booklet: None,
        ..case(&programme)
    };
    let not_activated = Booklet {
        is_activated: false,
        ..GOOD
    };
    let not_activated = Case {
        booklet: Some(not_activated),
        ..case(&programme)
    };
    assert_eq!(adjudicate(&unknown_programme), Verdict::Unknown);
    assert_eq!(adjudicate(&unknown_booklet), Verdict::Unknown);
    assert_eq!(adjudicate(&not_activated), Verdict::NotActivated);
}

#[test]
fn a_rank_beyond_the_booklet_is_forged_whatever_the_booklet() {
    let programme = programme();
    for rank in [0, 11, 255] {
        let beyond = Case {
            rank,
            booklet: None,
            ..case(&programme)
        };
        assert_eq!(adjudicate(&beyond), Verdict::Forged);
    }
}

#[test]
fn the_last_day_of_tolerance_is_credited_and_the_next_is_expired() {
    let programme = programme();
    let on = |day: NaiveDate| Case {
        day,
        evidence: evidence(day, day),
        ..case(&programme)
    };
    assert_eq!(adjudicate(&on(day(2027, 1, 31))), Verdict::Credited);
    assert_eq!(adjudicate(&on(day(2027, 2, 1))), Verdict::Expired);
}

#[test]
fn a_block_counts_from_its_own_day() {
    let programme = programme();
    let since = day(2026, 6, 15);
    let blocked = |since| Case {
        booklet: Some(Booklet {
            blocked_since: Some(since),
            ..GOOD
        }),
        ..case(&programme)
    };
    assert_eq!(adjudicate(&blocked(since)), Verdict::Blocked { since });
    assert_eq!(adjudicate(&blocked(day(2026, 6, 16))), Verdict::Credited);
}

#[test]
fn another_commune_is_outside_the_territory_and_an_unnamed_one_is_examined() {
    let programme = programme();
    let elsewhere = Case {
        insee_code: Some("13055".into()),
        ..case(&programme)
    };
    let unnamed = Case {
        insee_code: None,
        ..case(&programme)
    };
    assert_eq!(adjudicate(&elsewhere), Verdict::OutsideTerritory);
    assert_eq!(adjudicate(&unnamed), Verdict::ToExamine);
    let everywhere = Programme {
        territory: vec![],
        ..programme.clone()
    };
    let unnamed = Case {
        insee_code: None,
        ..case(&everywhere)
    };
    assert_eq!(adjudicate(&unnamed), Verdict::Credited);
}

#[test]
fn a_service_that_the_programme_does_not_list_is_examined() {
    let programme = programme();
    let unlisted = Case {
        service: ServiceCode(99),
        ..case(&programme)
    };
    assert_eq!(adjudicate(&unlisted), Verdict::ToExamine);
}

#[test]
fn a_pass_that_is_held_names_who_was_first() {
    let programme = programme();
    let held = |hold| Case {
        hold,
        ..case(&programme)
    };
    assert_eq!(adjudicate(&held(Hold::Ours)), Verdict::AlreadyYours);
    assert_eq!(
        adjudicate(&held(Hold::Theirs(claim()))),
        Verdict::TakenElsewhere { claim: claim() }
    );
}

#[test]
fn a_redemption_that_its_device_has_cancelled_is_voided() {
    let programme = programme();
    let voided = Case {
        is_voided: true,
        ..case(&programme)
    };
    assert_eq!(adjudicate(&voided), Verdict::Voided);
}

#[test]
fn four_hundred_days_of_waiting_cost_nothing() {
    let programme = programme();
    // Taken while good, kept offline, sent long after the programme's end.
    let waited = Case {
        day: day(2026, 12, 20),
        evidence: evidence(day(2026, 6, 10), day(2027, 7, 15)),
        ..case(&programme)
    };
    assert_eq!(adjudicate(&waited), Verdict::Credited);
}

#[test]
fn a_day_written_late_counts_within_the_allowance_and_no_further() {
    let programme = programme();
    let known = day(2027, 2, 10);
    let entered_for = |held_on| Case {
        day: held_on,
        evidence: evidence(known, day(2027, 2, 11)),
        ..case(&programme)
    };
    // 31 days before the last known time: plausible, and before the end of tolerance.
    assert_eq!(adjudicate(&entered_for(day(2027, 1, 20))), Verdict::Credited);
    // Long before: the claim proves nothing, and some plausible days are expired, some not.
    assert_eq!(adjudicate(&entered_for(day(2026, 11, 1))), Verdict::ToExamine);
}

#[test]
fn a_clock_ten_years_off_moves_no_money() {
    let programme = programme();
    for claimed in [day(2020, 1, 1), day(2036, 6, 15)] {
        let skewed = Case {
            day: claimed,
            ..case(&programme)
        };
        assert_eq!(
            adjudicate(&skewed),
            Verdict::Credited,
            "every plausible day says so"
        );
        let late = Case {
            day: claimed,
            evidence: evidence(day(2027, 6, 1), day(2027, 6, 2)),
            ..case(&programme)
        };
        assert_eq!(adjudicate(&late), Verdict::Expired, "every plausible day says so");
        let astride = Case {
            day: claimed,
            evidence: evidence(day(2027, 1, 20), day(2027, 2, 10)),
            ..case(&programme)
        };
        assert_eq!(
            adjudicate(&astride),
            Verdict::ToExamine,
            "the plausible days disagree"
        );
    }
}

#[test]
fn a_device_that_never_heard_of_a_server_is_believed_since_the_programme_opened() {
    let programme = programme();
    let unheard = |held_on| Case {
        day: held_on,
        evidence: Evidence {
            known_time: None,
            received_at: noon(day(2027, 6, 1)),
        },
        ..case(&programme)
    };
    assert_eq!(adjudicate(&unheard(day(2026, 6, 15))), Verdict::Credited);
    assert_eq!(adjudicate(&unheard(day(2025, 12, 31))), Verdict::ToExamine);
}

proptest! {
    /// The short cut over the turning days must say what a walk over every day says.
    #[test]
    fn an_implausible_day_gets_the_answer_on_which_all_plausible_days_agree(
        known in 0u64..600, wait in 0u64..600, blocked in proptest::option::of(0u64..600),
    ) {
        let programme = programme();
        let start = day(2025, 10, 1);
        let at = |days: u64| start + Days::new(days);
        let booklet = Booklet { blocked_since: blocked.map(at), ..GOOD };
        let evidence = evidence(at(known), at(known + wait));
        let skewed = Case { day: day(2050, 1, 1), booklet: Some(booklet), evidence, ..case(&programme) };
        let (first, last) = window(evidence, &programme);
        let answers: Vec<Timing> = first.iter_days().take_while(|day| *day <= last).map(|day| timing_on(day, &programme, &booklet)).collect();
        let expected = if answers.iter().all(|answer| *answer == answers[0]) { answers[0] } else { Timing::Doubtful };
        prop_assert_eq!(timing(&skewed, &programme, &booklet), expected);
    }
}
