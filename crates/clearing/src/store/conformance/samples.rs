//! What the sentences start from: one programme, two structures with a desk each.

use crate::{
    adjudicate::Evidence,
    books::{BatchRow, CreditForm, Deed, LoggedEvent, ObjectionRow, OfficerAct, Shown, Structure, Waiting},
    error::Error,
    ranges::Range,
    samples::programme,
    settlement::{Balance, Line, Payee, Settlement, Share, Tally},
    store::Books,
};
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    event::{Act, Event, Link},
    id::{BirthId, DeviceId, Epoch, ServerId},
    key::PublicKey,
    month::Month,
    pass::PassId,
    programme::{ProgrammeId, ServiceCode},
    redemption::VoidReason,
    siret::Siret,
    wire::{ProofKey, SiteEntry, Trace, Verdict},
};
use serde_json::json;

/// An epoch that takes all 64 bits.
pub const EPOCH: Epoch = Epoch(u64::MAX);

/// The last event of the only batch of each desk.
pub const LAST: u64 = 9;

pub fn programme_id() -> ProgrammeId {
    programme().id
}

/// The structure of a desk, from 1.
pub fn siret(desk: u8) -> Siret {
    let sirets = ["73282932000074", "99999999000016", "35600000000048"];
    Siret::parse(sirets[usize::from(desk) - 1]).expect("a SIRET whose key holds")
}

/// A structure that the books do not know.
pub fn stranger() -> Siret {
    siret(3)
}

pub const fn public(desk: u8) -> PublicKey {
    PublicKey([desk; 32])
}

pub fn device(desk: u8) -> DeviceId {
    public(desk).device_id()
}

pub fn id(desk: u8, seq: u64) -> BirthId {
    BirthId {
        device: device(desk),
        epoch: EPOCH,
        seq,
    }
}

pub fn pass(booklet: u32, rank: u8) -> PassId {
    PassId {
        programme: programme_id(),
        booklet,
        rank,
    }
}

pub const fn range(first: u32, last: u32) -> Range {
    Range { first, last }
}

pub fn site(name: &str) -> SiteEntry {
    SiteEntry {
        site: 1,
        name: name.into(),
        insee_code: "94046".into(),
    }
}

pub fn structure(desk: u8) -> Structure {
    Structure {
        siret: siret(desk),
        name: format!("Structure {desk}"),
    }
}

pub fn batch(desk: u8, epoch: Epoch, last_seq: u64) -> BatchRow<'static> {
    BatchRow {
        device: device(desk),
        epoch,
        last_seq,
        evidence: Evidence {
            known_time: Some(5),
            received_at: 10,
        },
        parcel: b"parcel",
    }
}

pub fn redemption(id: BirthId, pass: PassId) -> LoggedEvent {
    let service = ServiceCode(1);
    logged(id, Act::Redemption { pass, service })
}

/// A note on an event, whose parcel is its own.
pub fn objection(event: BirthId, number: u32) -> ObjectionRow<'static> {
    ObjectionRow {
        event,
        number,
        trace: Trace([event.seq.to_be_bytes()[7] * 16 + number.to_be_bytes()[3]; 8]),
        written_on: NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date"),
        note: "there on that day",
        parcel: b"parcel",
        received_at: 11,
    }
}

pub fn void(id: BirthId, pass: PassId, cancelled: BirthId) -> LoggedEvent {
    let (epoch, seq) = (cancelled.epoch, cancelled.seq);
    let reason = VoidReason::WrongPass;
    logged(
        id,
        Act::Void {
            pass,
            epoch,
            seq,
            reason,
        },
    )
}

fn logged(id: BirthId, act: Act) -> LoggedEvent {
    let event = Event {
        seq: id.seq,
        day: programme().opens_on,
        site: 1,
        act,
    };
    LoggedEvent {
        id,
        event,
        site_version: Some(1),
    }
}

pub fn waiting(desk: u8, seq: u64, code: &str) -> Waiting {
    Waiting {
        event: id(desk, seq),
        siret: siret(desk),
        code: code.into(),
    }
}

pub fn credit(books: &dyn Books, pass: PassId, attempt: u32, desk: u8, seq: u64) -> Result<(), Error> {
    credit_at(books, pass, attempt, desk, seq, 20)
}

pub fn credit_at(
    books: &dyn Books,
    pass: PassId,
    attempt: u32,
    desk: u8,
    seq: u64,
    at: u64,
) -> Result<(), Error> {
    let form = CreditForm {
        pass,
        attempt,
        siret: &siret(desk),
        amount: programme().face_value,
        event: id(desk, seq),
    };
    books.record_credit(&form, at)
}

/// The programme with its key; the two structures, each with a desk that has named its site, begun
/// its log and sent a batch.
pub fn begin(books: &dyn Books) -> Result<(), Error> {
    books.record_programme(&programme(), 1)?;
    books.record_pass_key(programme_id(), &[1; 32], 1)?;
    for desk in [1, 2] {
        books.record_structure(&structure(desk), 1)?;
        books.record_device(public(desk), &siret(desk), "Poste", 1)?;
        books.record_sites(device(desk), &[site("Salle")])?;
        books.record_epoch(device(desk), EPOCH, None, 1)?;
        books.record_batch(&batch(desk, EPOCH, LAST))?;
    }
    Ok(())
}

/// The two desks present the first nine passes of booklet 1, each in turn.
pub fn present(books: &dyn Books) -> Result<(), Error> {
    for desk in [1, 2] {
        for seq in 1..=LAST {
            let rank = u8::try_from(seq).expect("small");
            books.record_event(&redemption(id(desk, seq), pass(1, rank)), LAST, Link([1; 32]))?;
        }
    }
    Ok(())
}

/// Puts a row in every table.
pub fn fill(books: &dyn Books) -> Result<(), Error> {
    begin(books)?;
    present(books)?;
    let (programme, lot) = (programme(), range(1, 2));
    books.record_generation(0, ServerId([1; 16]), 1)?;
    let key = books.get_pass_key(programme.id)?.id;
    books.record_lot(programme.id, lot, programme.last_day, key, 1)?;
    books.record_activation(programme.id, lot, 1)?;
    books.record_block(programme.id, lot, programme.last_day, 1)?;
    books.record_enrolment([1; 3], &ProofKey([1; 32]), &siret(1), 1, 2)?;
    books.record_enrolment_use([1; 3], device(1), b"answer", 1)?;
    for seq in 1..=LAST {
        books.record_verdict(id(1, seq), &Verdict::Credited)?;
    }
    books.record_receipt(device(1), EPOCH, (1, LAST), b"receipt", 11)?;
    credit(books, pass(1, 1), 0, 1, 1)?;
    credit(books, pass(1, 2), 0, 1, 2)?;
    books.record_withdrawal(pass(1, 1), 0, id(1, 3), 12)?;
    let shown = Shown {
        first: id(1, 1),
        last_seq: LAST,
        receipt: Trace([1; 8]),
    };
    books.record_recall(&shown, 12)?;
    books.insert_waiting(pass(1, 2), &waiting(2, 2, "taken_elsewhere"))?;
    books.record_decision(&siret(1), id(1, 1), &Verdict::Voided, 12)?;
    books.record_revocation(device(2), 13)?;
    books.record_audit(&deed(OfficerAct::DeviceRevoked, "Camille"))?;
    books.record_payee(&siret(1), &payee("FR1"), 14)?;
    credit(books, pass(1, 8), 0, 2, 8)?;
    books.record_settlement(&settlement("1970-01", 30))?;
    books.record_withdrawal(pass(1, 8), 0, id(2, 9), 31)?;
    books.record_settlement(&settlement("1970-02", 60))?;
    books.record_objection(&objection(id(2, 2), 1))?;
    books.record_report(device(1), 0, 61)
}

pub fn payee(iban: &str) -> Payee {
    Payee {
        iban: iban.into(),
        bic: Some("PSSTFRPP".into()),
        holder: "Caisse".into(),
    }
}

/// A month of the first structure, which is paid all of it.
pub fn settlement(month: &str, ends_at: u64) -> Settlement {
    let credited = Tally {
        count: 3,
        amount_cents: Cents(3_000),
    };
    let withdrawn = Tally {
        count: 1,
        amount_cents: Cents(1_000),
    };
    let share = |funder: &str, cents| Share {
        funder: funder.into(),
        amount_cents: Cents(cents),
    };
    let line = Line {
        siret: siret(1),
        programme: programme_id(),
        credited,
        withdrawn,
        shares: vec![share("B", 1_111), share("A", 889)],
    };
    let balance = Balance {
        siret: siret(1),
        carried_cents: Cents(-500),
        amount_cents: Cents(2_000),
        paid_cents: Cents(1_500),
        payee: Some(payee("FR1")),
    };
    Settlement {
        month: Month::find(month).expect("a month"),
        ends_at,
        closed_at: ends_at + 5,
        lines: vec![line],
        balances: vec![balance],
    }
}

pub fn deed(act: OfficerAct, officer: &str) -> Deed {
    Deed {
        officer: officer.into(),
        act,
        about: json!({ "siret": siret(1), "first": 1, "told": [{ "code": "declined" }] }),
        reason: (officer > "M").then(|| "l’autre lieu a rendu le papier".into()),
        done_at: 14,
    }
}
