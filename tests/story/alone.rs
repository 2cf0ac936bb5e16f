//! A desk that hears of nobody for more than a year, and a clock that is wrong by ten.
//!
//! `ALONE_PASSES` says how many passes wait in the end; `script/prove` lets 50 000 wait.

use crate::support::{
    forms,
    town::{Counter, PROGRAMME, Town},
};
use chrono::{DateTime, Days, NaiveDate};
use passerelle_desk::{Error, form::DayForm, view::RedemptionAnswer};
use passerelle_domain::{calendar::ClockStanding, cents::Cents, id::WorkshopId, refusal::Refusal};
use std::{env, sync::atomic::Ordering};

const SIRET: &str = "99999999800019";
const DAYS: usize = 400;
const YEAR: i64 = 365 * 86_400;
/// As many as a test of every day has time for.
const PASSES: usize = 2_000;

#[test]
fn four_hundred_days_alone_then_one_exchange_credits_every_pass_to_the_cent() {
    let passes = number("ALONE_PASSES").unwrap_or(PASSES);
    // Over before the desk is heard again: the last passes are good for another week.
    let town = Town::with_programme(&PROGRAMME.replace("2026-12-31", "2027-11-30"));
    let counter = town.desk("Cachan", SIRET);
    let codes = codes(&town, passes);
    counter.exchange();
    for (day, codes) in codes.chunks(passes.div_ceil(DAYS)).enumerate() {
        // Every tenth day the computer is years ahead, and somebody types the day.
        let ahead = if day % 10 == 9 { 4 * YEAR } else { 0 };
        counter.skew.store(ahead, Ordering::SeqCst);
        let workshop = workshop_of_today(&town, &counter);
        for code in codes {
            counter.take(workshop, code);
        }
        town.clock.wait(1);
    }
    counter.skew.store(0, Ordering::SeqCst);
    town.clock.wait(60);

    let expected = u32::try_from(passes).expect("not so many");
    let kept = counter.batches().expect("the ledger").standings.kept;
    assert_eq!((kept.count, kept.amount_cents), (expected, worth(passes)));
    let report = counter.exchange();
    assert_eq!(report.credited.count, expected, "all of it in one exchange");
    assert_all_credited(&town, &counter, passes);
}

#[test]
fn a_clock_off_by_ten_years_moves_no_money() {
    const PASSES: usize = DAYS;
    let programme = PROGRAMME.replace("2026-01-01", "2020-01-01");
    let town = Town::with_programme(&programme.replace("2026-12-31", "2049-12-31"));
    // Ten years back, the programme is open too.
    town.clock.wait(6 * 365);
    let counter = town.desk("Cachan", SIRET);
    let codes = codes(&town, PASSES);
    counter.exchange();
    for (day, code) in codes.iter().enumerate() {
        let off = [0, 10 * YEAR, -10 * YEAR][day % 3];
        counter.skew.store(off, Ordering::SeqCst);
        // The day is the clock's: nobody looks.
        let workshop = counter.workshop("Ma messagerie");
        counter.take(workshop, code);
        town.clock.wait(1);
    }
    counter.exchange();
    assert_all_credited(&town, &counter, PASSES);
}

#[test]
fn a_clock_that_fell_back_ten_years_blocks_nobody_once_a_person_says_the_day() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let codes = codes(&town, 3);
    counter.exchange();
    town.clock.wait(7);
    counter.skew.store(-10 * YEAR, Ordering::SeqCst);
    let heard_on = today(&town) - Days::new(7);
    assert_eq!(clock_of(&counter), ClockStanding::Behind { heard_on });
    let workshop = counter.workshop("Ma messagerie");
    let refused = counter.hold_out(workshop, &codes[0]);
    assert!(
        matches!(
            refused,
            RedemptionAnswer::Refused {
                refusal: Refusal::ClockBehind { .. },
                ..
            }
        ),
        "{refused:?}"
    );

    counter.say_day(&day_form(today(&town))).expect("a day");
    assert!(matches!(clock_of(&counter), ClockStanding::Said { .. }));
    let workshop = counter.workshop("Ma messagerie");
    counter.take(workshop, &codes[0]);
    let counter = town.kill(counter);
    town.clock.wait(3);
    assert_eq!(counter.situation().expect("the ledger").today, today(&town));
    let workshop = counter.workshop("Ranger ses photos");
    counter.take(workshop, &codes[1]);

    // Somebody has set it: what was said counts no more.
    counter.skew.store(0, Ordering::SeqCst);
    assert_eq!(clock_of(&counter), ClockStanding::Good);
    let workshop = counter.workshop("Ses papiers");
    counter.take(workshop, &codes[2]);
    counter.exchange();
    assert_all_credited(&town, &counter, codes.len());
}

#[test]
fn a_day_that_clearing_has_seen_the_end_of_is_not_said() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    town.clock.wait(7);
    counter.exchange();
    for wrong in [today(&town) - Days::new(1), today(&town) + Days::new(4 * 365)] {
        let refused = counter.say_day(&day_form(wrong));
        assert!(matches!(refused, Err(Error::Fields(_))), "{refused:?}");
    }
    assert_eq!(clock_of(&counter), ClockStanding::Good);
}

fn clock_of(counter: &Counter) -> ClockStanding {
    counter.situation().expect("the ledger").clock
}

fn day_form(day: NaiveDate) -> DayForm {
    DayForm {
        day: day.format("%d/%m/%Y").to_string(),
    }
}

/// So many passes of booklets that are activated.
fn codes(town: &Town, count: usize) -> Vec<String> {
    let booklets = u32::try_from(count.div_ceil(10)).expect("not so many");
    let passes = town.booklets(booklets).into_iter().flatten();
    passes.map(|pass| pass.code).take(count).collect()
}

/// A workshop under the true day, whatever the desk's clock says.
fn workshop_of_today(town: &Town, counter: &Counter) -> WorkshopId {
    let site = counter.list_sites().expect("the ledger")[0].id;
    let day = today(town).format("%d/%m/%Y").to_string();
    counter
        .open_workshop(&forms::workshop("Ma messagerie", &day, site))
        .expect("a workshop")
}

fn today(town: &Town) -> NaiveDate {
    let now = DateTime::from_timestamp(town.clock.seconds(), 0);
    now.expect("a time").date_naive()
}

fn assert_all_credited(town: &Town, counter: &Counter, passes: usize) {
    let standings = counter.batches().expect("the ledger").standings;
    let credited = standings.credited;
    assert_eq!(
        (credited.count as usize, credited.amount_cents),
        (passes, worth(passes))
    );
    for (name, tally) in [
        ("kept", standings.kept),
        ("sent", standings.sent),
        ("to examine", standings.to_examine),
        ("refused", standings.refused),
    ] {
        assert_eq!(tally.count, 0, "{name}");
    }
    assert_eq!(town.credited(), worth(passes));
}

fn worth(passes: usize) -> Cents {
    Cents(1_000 * i64::try_from(passes).expect("not so many"))
}

fn number(variable: &str) -> Option<usize> {
    let text = env::var(variable).ok()?;
    Some(text.parse().expect("a number"))
}
