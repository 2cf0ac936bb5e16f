//! A library, its people and its passes, all invented.

use chrono::{NaiveDate, NaiveTime};

use crate::*;

pub(super) fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

pub(super) fn hours(from: (u32, u32), to: (u32, u32)) -> Option<Hours> {
    let time = |(hour, minute)| NaiveTime::from_hms_opt(hour, minute, 0).expect("a time of day");
    Some(Hours {
        from: time(from),
        to: time(to),
    })
}

fn library() -> Organisation {
    Organisation {
        name: "Médiathèque des Deux-Rives".to_owned(),
        address: vec!["12 quai des Tanneurs".to_owned(), "94230 Cachan".to_owned()],
        siret: Some("99999999000013".to_owned()),
    }
}

pub(super) fn session(
    held_on: NaiveDate,
    title: &str,
    hours: Option<Hours>,
    duration_minutes: u32,
) -> Session {
    Session {
        held_on,
        title: title.to_owned(),
        hours,
        duration_minutes,
    }
}

pub(super) fn attended() -> Certificate {
    Certificate {
        organisation: library(),
        number: "2026-0147".to_owned(),
        person: "Lucette Œuvrard".to_owned(),
        from: day(2026, 10, 1),
        to: day(2026, 11, 19),
        sessions: vec![
            session(
                day(2026, 10, 8),
                "Mon téléphone sans crainte",
                hours((10, 0), (12, 0)),
                120,
            ),
            session(
                day(2026, 10, 22),
                "Naviguer sur internet",
                hours((14, 0), (16, 0)),
                120,
            ),
            session(
                day(2026, 11, 7),
                "Ranger ses photos",
                hours((14, 30), (16, 0)),
                90,
            ),
            session(
                day(2026, 11, 19),
                "Ma messagerie, premiers pas",
                hours((14, 0), (16, 0)),
                120,
            ),
        ],
        with_hours: true,
        with_total: true,
        with_stamp: true,
        place: "Cachan".to_owned(),
        issued_on: day(2026, 11, 19),
        signatory: "Nadia Roussel, conseillère numérique".to_owned(),
        code: Some("PASSERELLE-ATTESTATION:2026-0147:7F3A9C2E51D04B8896AA".to_owned()),
    }
}

pub(super) fn expected(surname: &str, first_name: &str) -> Expected {
    Expected {
        surname: surname.to_owned(),
        first_name: first_name.to_owned(),
    }
}

pub(super) fn whole_day() -> SignInSheet {
    SignInSheet {
        organisation: library(),
        title: "Ma messagerie, premiers pas".to_owned(),
        held_on: day(2026, 11, 19),
        hours: hours((9, 30), (16, 30)),
        place: "Salle 2, Médiathèque des Deux-Rives, Cachan".to_owned(),
        trainer: "Nadia Roussel".to_owned(),
        expected: vec![
            expected("Benali", "Aïcha"),
            expected("N’Guessan", "Jean-Éric"),
            expected("Œuvrard", "Lucette"),
            expected("Nguyễn", "Thị Ánh Tuyết"),
            expected("İpek", "Şule"),
            expected(
                "Rakotondrasoamampionona-Andriantsimahavandy-de-la-Rochefoucauld",
                "Marie-Antoinette",
            ),
        ],
        empty_lines: 4,
    }
}

/// Codes as long as signed ones, in their alphabet.
pub(super) fn passes() -> PassSheet {
    let code = |rank: u32| {
        let letters = (0..120u32).map(|i| char::from(b'A' + ((i * 7 + rank * 13 + i * i) % 26) as u8));
        format!("P1{}", letters.collect::<String>())
    };
    let pass = |rank| PrintedPass {
        code: code(rank),
        number: format!("04127731{rank:02}"),
        rank,
    };
    let booklet = |number: &str| PrintedBooklet {
        number: number.to_owned(),
        passes: (1..=10).map(pass).collect(),
    };
    PassSheet {
        issuer: "Métropole du Grand Paris".to_owned(),
        programme: "Numérique pour tous".to_owned(),
        face_value_cents: 1_000,
        last_day: day(2026, 12, 31),
        booklets: vec![booklet("04127731"), booklet("04127732")],
    }
}

pub(super) fn letter() -> EnrolmentLetter {
    EnrolmentLetter {
        issuer: Organisation {
            name: "Métropole du Grand Paris".to_owned(),
            address: vec![
                "15 avenue Pierre-Mendès-France".to_owned(),
                "75013 Paris".to_owned(),
            ],
            siret: None,
        },
        structure: library(),
        address: "https://pass.metropole.example".to_owned(),
        code: "K7QM4TZ2XR9C".to_owned(),
        payload: "PASSERELLE:ENROL:K7QM4TZ2XR9C".to_owned(),
        issued_on: day(2026, 10, 1),
        valid_until: day(2026, 10, 31),
    }
}

/// As large as a code of a pouch gets, and a rest.
pub(super) fn pouch() -> PouchPage {
    let text = |length: u32| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let letter = |at: u32| char::from(alphabet[(at.wrapping_mul(2_654_435_761) >> 27) as usize]);
        format!("PLI1{}", (0..length).map(letter).collect::<String>())
    };
    PouchPage {
        way: PouchWay::ToClearing {
            passes: 200,
            amount_cents: 200_000,
        },
        device: "34750f98".to_owned(),
        packed_on: day(2026, 11, 19),
        codes: vec![text(2_096), text(700)],
    }
}

pub(super) fn recovery() -> RecoverySheet {
    RecoverySheet {
        structure: "Ville de Cachan".to_owned(),
        site: "Médiathèque des Deux-Rives".to_owned(),
        device: "34750f98".to_owned(),
        made_on: day(2026, 11, 19),
        groups: ["7Z0C", "T33J", "9S12", "K3Y8", "XQ5B", "H8M4"]
            .map(str::to_owned)
            .into(),
    }
}
