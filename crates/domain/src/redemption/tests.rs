use super::*;
use crate::{
    number::{Check, NumberFormat},
    pass::PassId,
    programme::{Funder, ProgrammeId, Service},
};

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a date")
}

fn programme() -> Programme {
    Programme {
        id: ProgrammeId(3),
        name: "Numérique pour tous".into(),
        issuer: "Métropole".into(),
        face_value: Cents(1000),
        passes_per_booklet: 10,
        number_format: NumberFormat {
            prefix: String::new(),
            booklet_digits: 6,
            rank_digits: 2,
            check: Check::None,
        },
        accepts_numbers: true,
        opens_on: day(2, 1),
        last_day: day(9, 30),
        tolerance_days: 31,
        late_entry_days: 31,
        provisional_cap: 3,
        territory: vec!["94046".into()],
        funders: vec![Funder {
            name: "Métropole".into(),
            part: 1,
        }],
        services: vec![Service {
            code: ServiceCode(1),
            label: "Atelier".into(),
        }],
    }
}

/// A presentation that every rule accepts.
fn shown(programme: &Programme) -> Presentation<'_> {
    Presentation {
        read: ReadPass {
            pass: PassId {
                programme: programme.id,
                booklet: 7,
                rank: 2,
            },
            proof: Proof::Signature,
            last_day: Some(day(9, 30)),
        },
        programme,
        service: ServiceCode(1),
        held_on: day(6, 15),
        today: day(6, 15),
        clock_behind: None,
        insee_code: "94046",
        keep_for_examination: false,
    }
}

/// Knowledge that every rule accepts.
const FREE: Knowledge = Knowledge {
    booklet: BookletStanding::Activated,
    taken_here: None,
    spent_known_on: None,
    provisional: 0,
};

#[test]
fn a_good_pass_is_taken_firmly_for_its_face_value() {
    let programme = programme();
    assert_eq!(
        judge(&shown(&programme), &FREE),
        Ok(Acceptance {
            amount: Cents(1000),
            doubt: None
        })
    );
}

#[test]
fn a_service_that_the_programme_does_not_pay_is_refused() {
    let programme = programme();
    let presentation = Presentation {
        service: ServiceCode(2),
        ..shown(&programme)
    };
    assert_eq!(judge(&presentation, &FREE), Err(Refusal::UnknownService));
}

#[test]
fn a_day_to_come_is_refused_and_a_past_one_is_not() {
    let programme = programme();
    let held_on = |held_on| Presentation {
        held_on,
        ..shown(&programme)
    };
    let tomorrow = day(6, 16);
    assert_eq!(
        judge(&held_on(tomorrow), &FREE),
        Err(Refusal::DayToCome { held_on: tomorrow })
    );
    assert!(judge(&held_on(day(6, 1)), &FREE).is_ok());
}

#[test]
fn the_first_day_is_taken_and_the_day_before_is_not() {
    let programme = programme();
    let held_on = |held_on| Presentation {
        held_on,
        ..shown(&programme)
    };
    assert!(judge(&held_on(day(2, 1)), &FREE).is_ok());
    assert_eq!(
        judge(&held_on(day(1, 31)), &FREE),
        Err(Refusal::NotOpenYet {
            held_on: day(1, 31),
            opens_on: day(2, 1)
        })
    );
}

#[test]
fn a_clock_that_is_wrong_for_certain_says_so_in_the_place_of_the_pass() {
    let programme = programme();
    let behind = |today, held_on| Presentation {
        today,
        held_on,
        clock_behind: Some(day(6, 10)),
        ..shown(&programme)
    };
    let (today, heard_on) = (day(1, 5), day(6, 10));
    let refusal = Err(Refusal::ClockBehind { today, heard_on });
    assert_eq!(judge(&behind(today, today), &FREE), refusal, "the clock's day");
    assert_eq!(judge(&behind(today, day(6, 15)), &FREE), refusal, "a day typed");
    // Behind by little, it blocks nobody.
    assert!(judge(&behind(day(6, 1), day(6, 1)), &FREE).is_ok());
}

#[test]
fn the_last_day_of_tolerance_is_taken_and_the_next_is_not() {
    let programme = programme();
    let held_on = |held_on| Presentation {
        held_on,
        today: day(12, 1),
        ..shown(&programme)
    };
    assert!(judge(&held_on(day(10, 31)), &FREE).is_ok());
    assert_eq!(
        judge(&held_on(day(11, 1)), &FREE),
        Err(Refusal::Expired {
            held_on: day(11, 1),
            last_day: day(9, 30),
            taken_until: day(10, 31)
        })
    );
}

#[test]
fn a_number_without_a_printed_day_goes_by_the_programmes_last_day() {
    let programme = programme();
    let mut presentation = shown(&programme);
    presentation.read = ReadPass {
        proof: Proof::Number,
        last_day: None,
        ..presentation.read
    };
    presentation.held_on = day(11, 1);
    presentation.today = day(11, 1);
    assert!(matches!(
        judge(&presentation, &FREE),
        Err(Refusal::Expired { .. })
    ));
}

#[test]
fn a_block_counts_from_its_own_day() {
    let programme = programme();
    let blocked = |since| Knowledge {
        booklet: BookletStanding::Blocked { since },
        ..FREE
    };
    let since = day(6, 15);
    assert_eq!(
        judge(&shown(&programme), &blocked(since)),
        Err(Refusal::Blocked { since })
    );
    let later = judge(&shown(&programme), &blocked(day(6, 16)));
    assert_eq!(
        later.map(|taken| taken.doubt),
        Ok(None),
        "taken the day before the block"
    );
}

#[test]
fn a_commune_outside_the_territory_is_refused_with_the_programmes_name() {
    let programme = programme();
    let presentation = Presentation {
        insee_code: "75113",
        ..shown(&programme)
    };
    let programme = "Numérique pour tous".into();
    assert_eq!(
        judge(&presentation, &FREE),
        Err(Refusal::OutsideTerritory { programme })
    );
}

#[test]
fn a_pass_taken_here_names_the_day() {
    let programme = programme();
    let known = Knowledge {
        taken_here: Some(day(6, 1)),
        ..FREE
    };
    assert_eq!(
        judge(&shown(&programme), &known),
        Err(Refusal::TakenHere { held_on: day(6, 1) })
    );
}

#[test]
fn a_pass_spent_elsewhere_is_refused_or_kept_for_examination() {
    let programme = programme();
    let known_on = day(6, 10);
    let known = Knowledge {
        spent_known_on: Some(known_on),
        ..FREE
    };
    assert_eq!(
        judge(&shown(&programme), &known),
        Err(Refusal::SpentElsewhere { known_on })
    );
    let kept = Presentation {
        keep_for_examination: true,
        ..shown(&programme)
    };
    let taken = judge(&kept, &known).expect("kept");
    assert_eq!(taken.doubt, Some(Doubt::SpentElsewhere));
}

#[test]
fn what_cannot_be_known_offline_is_taken_provisionally() {
    let programme = programme();
    let mut by_unknown_key = shown(&programme);
    by_unknown_key.read.proof = Proof::UnknownKey;
    let unlisted = Knowledge {
        booklet: BookletStanding::Unlisted,
        ..FREE
    };
    let not_activated = Knowledge {
        booklet: BookletStanding::NotActivated,
        ..FREE
    };
    let doubt = |shown: &Presentation<'_>, known: &Knowledge| judge(shown, known).map(|taken| taken.doubt);
    assert_eq!(doubt(&by_unknown_key, &FREE), Ok(Some(Doubt::UnknownKey)));
    assert_eq!(
        doubt(&shown(&programme), &unlisted),
        Ok(Some(Doubt::UnlistedBooklet))
    );
    assert_eq!(
        doubt(&shown(&programme), &not_activated),
        Ok(Some(Doubt::NotActivated))
    );
}

#[test]
fn provisional_passes_stop_at_the_cap_and_firm_ones_do_not() {
    let programme = programme();
    let unlisted = |provisional| Knowledge {
        booklet: BookletStanding::Unlisted,
        provisional,
        ..FREE
    };
    assert!(judge(&shown(&programme), &unlisted(2)).is_ok());
    assert_eq!(
        judge(&shown(&programme), &unlisted(3)),
        Err(Refusal::TooManyProvisional {
            cap: 3,
            amount_cents: Cents(3000)
        })
    );
    let firm = Knowledge {
        provisional: 3,
        ..FREE
    };
    assert!(judge(&shown(&programme), &firm).is_ok());
}

/// Breaks every rule at once, then mends them one after the other: each mended rule lets the
/// next one speak, in the order that a person at the counter is told.
#[test]
fn the_rules_speak_in_the_order_of_the_checks() {
    let programme = programme();
    let mut shown = shown(&programme);
    shown.read.proof = Proof::UnknownKey;
    (shown.service, shown.held_on, shown.insee_code) = (ServiceCode(9), day(12, 2), "75113");
    shown.today = day(12, 1);
    let mut known = Knowledge {
        booklet: BookletStanding::Blocked { since: day(1, 1) },
        taken_here: Some(day(6, 1)),
        spent_known_on: Some(day(6, 2)),
        provisional: 3,
    };
    let mut said = Vec::new();
    let mends: [fn(&mut Presentation<'_>, &mut Knowledge); 8] = [
        |shown, _| shown.service = ServiceCode(1),
        |shown, _| shown.held_on = day(1, 2),
        |shown, _| shown.held_on = day(12, 1),
        |shown, _| shown.held_on = day(6, 15),
        |_, known| known.booklet = BookletStanding::Activated,
        |shown, _| shown.insee_code = "94046",
        |_, known| known.taken_here = None,
        |shown, _| shown.keep_for_examination = true,
    ];
    for mend in mends {
        said.push(judge(&shown, &known).expect_err("a rule is broken").code());
        mend(&mut shown, &mut known);
    }
    said.push(judge(&shown, &known).expect_err("the cap is reached").code());
    assert_eq!(
        said,
        [
            "unknown-service",
            "day-to-come",
            "not-open-yet",
            "expired",
            "blocked",
            "outside-territory",
            "taken-here",
            "spent-elsewhere",
            "too-many-provisional"
        ]
    );
}

#[test]
fn every_void_reason_comes_back_from_its_name() {
    for reason in VoidReason::ALL {
        assert_eq!(VoidReason::from_code(reason.code()), Some(reason));
    }
    assert_eq!(VoidReason::from_code("other"), None);
}
