//! Any writes in any order: every engine keeps the same ones, refuses the same ones, and then gives
//! the same answers to every question.

#[cfg(target_os = "linux")]
use super::on_postgres;
use super::{
    Fault, ask, keep, on_sqlite,
    samples::{
        EPOCH, LAST, batch, begin, credit, deed, device, objection, pass, payee, present, programme_id,
        public, range, redemption, settlement, siret, site, structure, void,
    },
    whole::everything,
};
use crate::{
    books::{ObjectionRow, OfficerAct, Waiting},
    error::Error,
    samples::programme,
    settlement::Counted,
    store::{Awaited, Books, MemoryStore, Store},
};
use passerelle_domain::{
    event::Link,
    id::{BirthId, Epoch, ServerId},
    month::Month,
    pass::{PassId, PassKeyId},
    programme::ProgrammeId,
    wire::{CountedCredit, ProofKey, Trace, Verdict},
};
use proptest::{prelude::*, sample::select};

/// Which write, and the numbers that it takes: few of each, so that they meet.
#[derive(Debug, Clone)]
struct Draw {
    write: usize,
    desk: u8,
    epoch: Epoch,
    seq: u64,
    other: u64,
    pass: PassId,
    attempt: u32,
    verdict: Verdict,
}

impl Draw {
    fn id(&self, seq: u64) -> BirthId {
        BirthId {
            device: device(self.desk),
            epoch: self.epoch,
            seq,
        }
    }

    fn range(&self) -> (u32, u32) {
        let end = |seq| u32::try_from(seq).expect("small");
        (end(self.seq), end(self.other))
    }
}

type Write = fn(&Draw, &dyn Books) -> Result<(), Error>;

const WRITES: [Write; 33] = [
    |it, books| {
        let row = objection(it.id(it.seq), it.attempt + u32::from(it.pass.rank) - 1);
        books.record_objection(&ObjectionRow {
            trace: Trace([it.desk + it.pass.booklet.to_be_bytes()[3]; 8]),
            ..row
        })
    },
    |it, books| books.record_epoch(device(it.desk), it.epoch, None, 1),
    |it, books| books.record_batch(&batch(it.desk, it.epoch, it.seq)),
    |it, books| {
        let mut event = redemption(it.id(it.seq), it.pass);
        event.site_version = u32::try_from(it.other).ok().filter(|version| *version < 3);
        books.record_event(&event, LAST, Link([2; 32]))
    },
    |it, books| {
        let event = void(it.id(it.seq), it.pass, it.id(it.other));
        books.record_event(&event, LAST, Link([2; 32]))
    },
    |it, books| books.record_verdict(it.id(it.seq), &it.verdict),
    |it, books| {
        let (range, at) = ((it.seq, it.other), u64::from(it.attempt));
        books.record_receipt(device(it.desk), it.epoch, range, &[it.desk, it.pass.rank], at)
    },
    |it, books| credit(books, it.pass, it.attempt, it.desk, it.seq),
    |it, books| credit(books, it.pass, 0, it.desk, it.seq),
    |it, books| books.record_withdrawal(it.pass, it.attempt, it.id(it.seq), 9),
    |it, books| books.record_withdrawal(it.pass, 0, it.id(it.seq), 9),
    |it, books| {
        let waiting = Waiting {
            event: it.id(it.seq),
            siret: siret(it.desk),
            code: it.verdict.code().to_owned(),
        };
        books.insert_waiting(it.pass, &waiting)
    },
    |it, books| books.update_waiting(it.id(it.seq), it.verdict.code()),
    |it, books| books.remove_waiting(it.id(it.seq)),
    |it, books| books.record_decision(&siret(it.desk), it.id(it.seq), &it.verdict, it.other),
    |it, books| {
        let ((first, last), key) = (it.range(), PassKeyId(u16::from(it.pass.rank)));
        books.record_lot(
            it.pass.programme,
            range(first, last),
            programme().last_day,
            key,
            1,
        )
    },
    |it, books| {
        let (first, last) = it.range();
        books.record_activation(it.pass.programme, range(first, last), 1)
    },
    |it, books| {
        let (first, last) = it.range();
        books.record_block(it.pass.programme, range(first, last), programme().last_day, 1)
    },
    |it, books| {
        let mut programme = programme();
        programme.id = it.pass.programme;
        books.record_programme(&programme, 1)
    },
    |it, books| books.record_pass_key(it.pass.programme, &[it.desk; 32], 1),
    |it, books| books.record_structure(&structure(it.desk), 1),
    |it, books| books.record_device(public(it.desk), &siret(it.desk), "Poste", 1),
    |it, books| {
        books.record_revocation(device(it.desk), 1)?;
        books.record_sites(device(it.desk), &[site(it.verdict.code())])
    },
    |it, books| {
        let (lookup, key) = ([it.pass.rank; 3], ProofKey([it.desk; 32]));
        books.record_enrolment(lookup, &key, &siret(it.desk), it.seq, it.other)?;
        books.record_enrolment_use(lookup, device(it.desk), &[it.desk], 1)
    },
    |it, books| {
        let act = OfficerAct::ALL[usize::from(it.pass.rank)];
        books.record_audit(&deed(act, it.verdict.code()))
    },
    |it, books| {
        let payee = payee(if it.pass.rank > 1 { "FR1" } else { "FR2" });
        books.record_payee(&siret(it.desk), &payee, it.seq)
    },
    |it, books| {
        let month = format!("1970-{:02}", it.seq.min(10) + 1);
        let mut settlement = settlement(&month, 20 + it.other);
        settlement.balances[0].siret = siret(it.desk);
        settlement.lines[0].programme = it.pass.programme;
        books.record_settlement(&settlement)
    },
    |it, books| books.record_generation(it.attempt, ServerId([it.desk; 16]), 1),
    |it, books| books.record_report(device(it.desk), it.attempt, it.seq),
    |it, books| books.record_month(&settlement(MONTHS[usize::from(it.pass.rank)], 20)),
    |it, books| books.record_counted(it.attempt, &awaited(it)),
    |it, books| books.insert_awaited(&awaited(it)),
    |it, books| books.remove_awaited(&awaited(it)),
];

/// Months that may be closed.
const MONTHS: [&str; 4] = ["1970-01", "1970-02", "1970-03", "1970-04"];

fn awaited(it: &Draw) -> Awaited {
    Awaited {
        kind: Counted::ALL[usize::from(it.other.is_multiple_of(3))],
        credit: CountedCredit {
            event: it.id(it.seq),
            pass: it.pass,
        },
        month: Month::find(MONTHS[usize::from(it.desk)]).expect("a month"),
    }
}

fn draw() -> impl Strategy<Value = Draw> {
    let verdicts = vec![
        Verdict::Credited,
        Verdict::Unknown,
        Verdict::NotActivated,
        Verdict::ToExamine,
        Verdict::Declined,
    ];
    let passes = (
        prop_oneof![12 => Just(programme_id()), 1 => Just(ProgrammeId(99))],
        1u32..3,
        1u8..3,
    );
    let epochs = prop_oneof![8 => Just(EPOCH), 1 => Just(Epoch(7))];
    let desks = prop_oneof![8 => 1u8..3, 1 => Just(3u8)];
    let numbers = (0u64..13, 0u64..13, prop_oneof![4 => Just(0u32), 1 => 1u32..3]);
    (0..WRITES.len(), desks, epochs, numbers, passes, select(verdicts)).prop_map(
        |(write, desk, epoch, (seq, other, attempt), (programme, booklet, rank), verdict)| Draw {
            write,
            desk,
            epoch,
            seq,
            other,
            pass: PassId {
                programme,
                ..pass(booklet, rank)
            },
            attempt,
            verdict,
        },
    )
}

/// Writes all of it, or gives up in the end.
fn write(store: &dyn Store, draws: &[Draw], gives_up: bool) -> Result<(), String> {
    let outcome = store.write(|books| {
        for draw in draws {
            WRITES[draw.write](draw, books)?;
        }
        if gives_up {
            return Err(Error::Damaged("given up"));
        }
        Ok(())
    });
    outcome.map_err(|error| match error {
        Error::Books(Fault::Forbidden(_)) => "forbidden".to_owned(),
        other => other.to_string(),
    })
}

fn run(stores: [&dyn Store; 2], transactions: &[(Vec<Draw>, bool)]) {
    for (draws, gives_up) in transactions {
        let said = stores.map(|store| write(store, draws, *gives_up));
        assert_eq!(said[0], said[1], "{draws:?}");
    }
}

/// The engine and the one in memory live the same life.
fn live(engine: &dyn Store, transactions: &[(Vec<Draw>, bool)]) {
    let memory = MemoryStore::default();
    for store in [engine, &memory] {
        keep(store, begin);
        keep(store, present);
    }
    let (first, second) = transactions.split_at(transactions.len() / 2);
    run([engine, &memory], first);
    let backup = memory.clone();
    let then = ask(&memory, everything);
    run([engine, &memory], second);
    assert_eq!(ask(&memory, everything), ask(engine, everything));
    assert_eq!(ask(&backup, everything), then, "a backup is on its own");
}

fn transactions() -> impl Strategy<Value = Vec<(Vec<Draw>, bool)>> {
    let transaction = (proptest::collection::vec(draw(), 1..3), prop::bool::weighted(0.1));
    proptest::collection::vec(transaction, 20..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sqlite_and_memory_keep_and_answer_the_same(transactions in transactions()) {
        on_sqlite(|sqlite| live(sqlite, &transactions));
    }
}

#[cfg(target_os = "linux")]
proptest! {
    // A database is dearer than a file.
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn postgres_and_memory_keep_and_answer_the_same(transactions in transactions()) {
        on_postgres(|postgres| live(postgres, &transactions));
    }
}
