//! A month of two programmes, all invented.

use super::fixtures::day;
use crate::*;

fn metropole() -> Organisation {
    Organisation {
        name: "Métropole de démonstration".to_owned(),
        address: Vec::new(),
        siret: None,
    }
}

fn period() -> Period {
    Period {
        month: day(2026, 10, 1),
        closed_on: Some(day(2026, 11, 3)),
    }
}

fn part(funder: &str, amount_cents: i64) -> FunderPart {
    FunderPart {
        funder: funder.to_owned(),
        amount_cents,
    }
}

fn earned(siret: &str, programme: u16, count: i64, shares: Vec<FunderPart>) -> EarnedLine {
    let (name, face_value_cents) = match programme {
        1 => ("Numérique pour tous", 1_000),
        _ => ("Pass senior", 1_500),
    };
    EarnedLine {
        reference: format!("2026-10/{siret}/{programme}"),
        programme: name.to_owned(),
        count,
        face_value_cents,
        amount_cents: count * face_value_cents,
        shares,
    }
}

fn payment(structure: &str, amount_cents: i64) -> Payment {
    Payment {
        structure: structure.to_owned(),
        holder: "Régie des pass numériques".to_owned(),
        iban: "FR14 2004 1010 0505 0001 3M02 606".replace(' ', "\u{a0}"),
        amount_cents,
    }
}

/// A structure that earned as many times two euros as its number, half from each of two funders.
pub(super) fn paid(number: i64) -> PaidStructure {
    let (name, siret) = (format!("Structure {number:03}"), "21940016500011");
    let mut line = earned(
        siret,
        1,
        number,
        vec![part("Métropole", number * 100), part("État", number * 100)],
    );
    line.face_value_cents = 200;
    line.amount_cents = number * 200;
    PaidStructure {
        payment: Some(payment(&name, number * 200)),
        name,
        siret: siret.to_owned(),
        amount_cents: line.amount_cents,
        lines: vec![line],
        carried_cents: 0,
        left_cents: 0,
    }
}

pub(super) fn month() -> SettlementStatement {
    let (cachan, vincennes, bus) = ("21940016500011", "21940080100016", "99999999000016");
    let structures = vec![
        PaidStructure {
            name: "Ville de Cachan".to_owned(),
            siret: cachan.to_owned(),
            lines: vec![
                earned(cachan, 1, 187, Vec::new()),
                earned(
                    cachan,
                    1,
                    -2,
                    vec![part("Métropole", 102_778), part("État", 82_222)],
                ),
                earned(cachan, 2, 4, vec![part("Métropole", 6_000)]),
            ],
            carried_cents: -1_000,
            amount_cents: 191_000,
            left_cents: 0,
            payment: Some(payment("Ville de Cachan", 190_000)),
        },
        PaidStructure {
            name: "L’Œuvre numérique de Vincennes".to_owned(),
            siret: vincennes.to_owned(),
            lines: vec![earned(
                vincennes,
                1,
                1,
                vec![part("Métropole", 556), part("État", 444)],
            )],
            carried_cents: 0,
            amount_cents: 1_000,
            left_cents: 1_000,
            payment: None,
        },
        PaidStructure {
            name: "Bus numérique".to_owned(),
            siret: bus.to_owned(),
            lines: vec![earned(
                bus,
                1,
                -3,
                vec![part("Métropole", -1_667), part("État", -1_333)],
            )],
            carried_cents: 0,
            amount_cents: -3_000,
            left_cents: -3_000,
            payment: None,
        },
        PaidStructure {
            name: "Médiathèque voisine".to_owned(),
            siret: bus.to_owned(),
            lines: vec![],
            carried_cents: 2_000,
            amount_cents: 0,
            left_cents: 2_000,
            payment: None,
        },
    ];
    SettlementStatement {
        issuer: metropole(),
        period: period(),
        structures,
        amount_cents: 189_000,
        paid_cents: 190_000,
    }
}

pub(super) fn regie() -> RegieStatement {
    let total = |programme: &str, count, face_value_cents, shares| ProgrammeTotal {
        programme: programme.to_owned(),
        issuer: "Métropole de démonstration".to_owned(),
        count,
        face_value_cents,
        amount_cents: count * face_value_cents,
        shares,
    };
    RegieStatement {
        issuer: metropole(),
        period: period(),
        programmes: vec![
            total(
                "Numérique pour tous",
                183,
                1_000,
                vec![part("Métropole", 101_667), part("État", 81_333)],
            ),
            total("Pass senior", 4, 1_500, vec![part("Métropole", 6_000)]),
        ],
        carried_cents: 1_000,
        amount_cents: 189_000,
        paid_cents: 190_000,
        held_cents: 3_000,
        owed_cents: -3_000,
        payments: vec![payment("Ville de Cachan", 190_000)],
    }
}
