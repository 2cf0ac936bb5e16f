use super::*;
use crate::{
    cents::Cents,
    key::PrivateKey,
    number::{Check, NumberFormat},
    pass::PassKeyId,
    programme::{Funder, Service, ServiceCode},
};

const KEY: PassKeyId = PassKeyId(9);

fn private(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32])
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 31).expect("a date")
}

fn programme(id: u16, prefix: &str, check: Check) -> Programme {
    Programme {
        id: ProgrammeId(id),
        name: format!("Programme {id}"),
        issuer: "Métropole".into(),
        face_value: Cents(1000),
        passes_per_booklet: 10,
        number_format: NumberFormat {
            prefix: prefix.into(),
            booklet_digits: 6,
            rank_digits: 2,
            check,
        },
        accepts_numbers: true,
        opens_on: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date"),
        last_day: day(),
        tolerance_days: 31,
        late_entry_days: 31,
        provisional_cap: 20,
        territory: Vec::new(),
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

fn reference() -> Reference {
    Reference {
        programmes: vec![programme(3, "04", Check::Luhn)],
        keys: vec![PassKey {
            id: KEY,
            public: private(1).public(),
        }],
    }
}

fn pass(programme: u16, rank: Rank) -> PassId {
    PassId {
        programme: ProgrammeId(programme),
        booklet: 127_731,
        rank,
    }
}

fn code(key: PassKeyId, seed: u8, pass: PassId) -> String {
    SignedPass::sign(key, &private(seed), pass, day())
        .expect("a day of the wire")
        .code()
}

fn number(rank: Rank) -> String {
    let format = programme(3, "04", Check::Luhn).number_format;
    format.write(127_731, rank).expect("it fits")
}

fn read(pass: PassId, proof: Proof) -> ReadPass {
    let last_day = (proof != Proof::Number).then(day);
    ReadPass {
        pass,
        proof,
        last_day,
    }
}

fn resolve_one(text: String) -> Scan {
    resolve(&[text], &reference())
}

#[test]
fn a_signed_code_is_its_pass_with_its_day() {
    let scan = resolve_one(code(KEY, 1, pass(3, 2)));
    assert_eq!(scan, Scan::Pass(read(pass(3, 2), Proof::Signature)));
}

#[test]
fn a_code_that_a_known_key_has_not_signed_is_forged() {
    assert_eq!(
        resolve_one(code(KEY, 2, pass(3, 2))),
        Scan::Refused(Refusal::Forged)
    );
}

#[test]
fn a_code_of_a_key_not_received_yet_is_taken_for_what_it_says() {
    let scan = resolve_one(code(PassKeyId(10), 2, pass(3, 2)));
    assert_eq!(scan, Scan::Pass(read(pass(3, 2), Proof::UnknownKey)));
}

#[test]
fn a_code_of_a_key_not_received_yet_with_an_impossible_rank_is_forged() {
    assert_eq!(
        resolve_one(code(PassKeyId(10), 2, pass(3, 11))),
        Scan::Refused(Refusal::Forged)
    );
}

#[test]
fn a_code_of_an_unknown_programme_is_kept_whether_its_key_is_known_or_not() {
    for (key, seed, proof) in [(KEY, 1, Proof::Signature), (PassKeyId(10), 2, Proof::UnknownKey)] {
        let scan = resolve_one(code(key, seed, pass(8, 2)));
        assert_eq!(scan, Scan::UnknownProgramme(read(pass(8, 2), proof)));
    }
}

#[test]
fn a_signed_rank_beyond_the_booklet_names_the_highest() {
    let refusal = Refusal::NoSuchRank {
        rank: 11,
        passes_per_booklet: 10,
    };
    assert_eq!(resolve_one(code(KEY, 1, pass(3, 11))), Scan::Refused(refusal));
    let none = Refusal::NoSuchRank {
        rank: 0,
        passes_per_booklet: 10,
    };
    assert_eq!(resolve_one(code(KEY, 1, pass(3, 0))), Scan::Refused(none));
}

#[test]
fn a_number_is_its_pass_however_it_is_spaced() {
    let typed = number(4);
    let spaced = format!("{} {}-{}", &typed[..2], &typed[2..8], &typed[8..]);
    assert_eq!(resolve_one(spaced), Scan::Pass(read(pass(3, 4), Proof::Number)));
}

#[test]
fn a_mistyped_number_is_told_from_something_else() {
    let mut typed = number(4);
    typed.replace_range(4..5, if &typed[4..5] == "1" { "2" } else { "1" });
    assert_eq!(resolve_one(typed), Scan::Refused(Refusal::WrongCheckDigits));
    assert_eq!(
        resolve_one("3017620422003".into()),
        Scan::Refused(Refusal::NotACode)
    );
    assert_eq!(resolve_one(String::new()), Scan::Refused(Refusal::NotACode));
    assert_eq!(resolve(&[], &reference()), Scan::Refused(Refusal::NotACode));
}

#[test]
fn a_number_whose_rank_is_beyond_the_booklet_names_the_highest() {
    assert_eq!(
        resolve_one(number(11)),
        Scan::Refused(Refusal::NoSuchRank {
            rank: 11,
            passes_per_booklet: 10
        })
    );
}

#[test]
fn a_number_is_not_enough_where_the_programme_wants_the_signed_code() {
    let mut reference = reference();
    reference.programmes[0].accepts_numbers = false;
    assert_eq!(
        resolve(&[number(4)], &reference),
        Scan::Refused(Refusal::NotACode)
    );
}

#[test]
fn a_number_that_two_programmes_would_give_is_asked_about() {
    let mut reference = reference();
    reference.programmes.push(programme(5, "04", Check::Luhn));
    let scan = resolve(&[number(4)], &reference);
    assert_eq!(
        scan,
        Scan::Several(vec![
            read(pass(3, 4), Proof::Number),
            read(pass(5, 4), Proof::Number)
        ])
    );
}

#[test]
fn two_readings_with_right_check_digits_are_asked_about() {
    let scan = resolve(&[number(4), number(5)], &reference());
    assert_eq!(
        scan,
        Scan::Several(vec![
            read(pass(3, 4), Proof::Number),
            read(pass(3, 5), Proof::Number)
        ])
    );
}

#[test]
fn two_readings_of_one_pass_are_one_pass() {
    let scan = resolve(&[number(4), number(4)], &reference());
    assert_eq!(scan, Scan::Pass(read(pass(3, 4), Proof::Number)));
}

#[test]
fn the_reading_that_holds_wins_at_any_place_among_the_others() {
    let right = code(KEY, 1, pass(3, 2));
    // A layout that swaps A and Q gives another signed form, whose signature breaks.
    let swapped: String = right
        .chars()
        .map(|c| match c {
            'A' => 'Q',
            'Q' => 'A',
            other => other,
        })
        .collect();
    let garbage = "&é\"'(-è_".to_owned();
    let expected = Scan::Pass(read(pass(3, 2), Proof::Signature));
    let readings = [right, swapped, garbage];
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let candidates = order.map(|at| readings[at].clone());
        assert_eq!(resolve(&candidates, &reference()), expected, "{order:?}");
    }
}

#[test]
fn a_number_that_holds_wins_over_a_mistyped_reading_in_any_order() {
    let right = number(4);
    let wrong = right.replace("1277", "1377");
    let expected = Scan::Pass(read(pass(3, 4), Proof::Number));
    assert_eq!(resolve(&[right.clone(), wrong.clone()], &reference()), expected);
    assert_eq!(resolve(&[wrong, right], &reference()), expected);
}

#[test]
fn among_readings_by_unknown_keys_the_one_that_makes_sense_wins_in_any_order() {
    let sensible = code(PassKeyId(10), 2, pass(3, 2));
    let scattered = code(PassKeyId(400), 2, pass(900, 77));
    let expected = Scan::Pass(read(pass(3, 2), Proof::UnknownKey));
    assert_eq!(
        resolve(&[sensible.clone(), scattered.clone()], &reference()),
        expected
    );
    assert_eq!(resolve(&[scattered, sensible], &reference()), expected);
}
