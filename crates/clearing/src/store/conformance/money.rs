//! Any history of credits, withdrawals and closed months, on every engine: what was settled and
//! what is not yet make up what the standing credits are worth, to the cent, for each structure,
//! programme and funder.

#[cfg(target_os = "linux")]
use super::on_postgres;
use super::{
    ask, keep, on_sqlite,
    samples::{LAST, begin, id, payee, redemption, siret, void},
};
use crate::{
    books::CreditForm,
    clock::month_begins_at,
    error::Error,
    samples::programme,
    settlement::{Settlement, close, plan, preview, read_account},
    store::{Books, MemoryStore, Store},
};
use passerelle_domain::{
    cents::Cents,
    event::Link,
    id::BirthId,
    month::Month,
    pass::PassId,
    programme::{Funder, Programme, ProgrammeId},
    siret::Siret,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What can happen to money.
#[derive(Debug, Clone)]
enum Step {
    /// A structure is credited, unless somebody has the pass.
    Take { desk: u8, pass: PassId },
    /// Whoever has the pass gives it back.
    GiveBack { pass: PassId },
    /// Time goes by; the clock of the server may be set back a little, too.
    Wait { seconds: i64 },
    /// The officer learns whom to pay.
    Pay { desk: u8, account: u8 },
    /// The officer closes a month, if one is over.
    Close,
}

/// Two programmes, one of which is shared between three funders that never divide it.
fn programmes() -> [Programme; 2] {
    let funder = |name: &str, part| Funder {
        name: name.to_owned(),
        part,
    };
    let second = Programme {
        id: ProgrammeId(2),
        face_value: Cents(1_001),
        funders: vec![funder("A", 1), funder("B", 1), funder("C", 1)],
        ..programme()
    };
    [programme(), second]
}

fn step() -> impl Strategy<Value = Step> {
    let pass = || {
        (1u16..3, 1u32..3, 1u8..4).prop_map(|(programme, booklet, rank)| PassId {
            programme: ProgrammeId(programme),
            booklet,
            rank,
        })
    };
    prop_oneof![
        8 => (1u8..3, pass()).prop_map(|(desk, pass)| Step::Take { desk, pass }),
        4 => pass().prop_map(|pass| Step::GiveBack { pass }),
        3 => (-90_000i64..3_000_000).prop_map(|seconds| Step::Wait { seconds }),
        1 => (1u8..3, 0u8..3).prop_map(|(desk, account)| Step::Pay { desk, account }),
        3 => Just(Step::Close),
    ]
}

/// One engine, lived through.
struct Life<'a> {
    store: &'a dyn Store,
    now: u64,
    /// The next event, and who has each pass through which event.
    seq: u64,
    holders: BTreeMap<PassId, (u32, BirthId)>,
    attempts: BTreeMap<PassId, u32>,
    closed: Vec<Settlement>,
}

impl Life<'_> {
    fn live(&mut self, step: &Step) {
        match step {
            Step::Take { desk, pass } => self.take(*desk, *pass),
            Step::GiveBack { pass } => self.give_back(*pass),
            Step::Wait { seconds } => self.now = self.now.saturating_add_signed(*seconds),
            Step::Pay { desk, account } => {
                let payee = payee(&format!("FR{account}"));
                keep(self.store, |books| {
                    books.record_payee(&siret(*desk), &payee, self.now)
                });
            }
            Step::Close => self.close(),
        }
        ask(self.store, |books| {
            balanced(books, self.now);
            Ok(())
        });
    }

    fn take(&mut self, desk: u8, pass: PassId) {
        if self.holders.contains_key(&pass) {
            return;
        }
        let (event, attempt) = (
            id(desk, self.next()),
            self.attempts.get(&pass).copied().unwrap_or(0),
        );
        let amount = programmes()[usize::from(pass.programme.0) - 1].face_value;
        keep(self.store, |books| {
            books.record_event(&redemption(event, pass), LAST, Link([1; 32]))?;
            let form = CreditForm {
                pass,
                attempt,
                siret: &siret(desk),
                amount,
                event,
            };
            books.record_credit(&form, self.now)
        });
        self.holders.insert(pass, (attempt, event));
    }

    fn give_back(&mut self, pass: PassId) {
        let Some((attempt, event)) = self.holders.remove(&pass) else {
            return;
        };
        let cancels = BirthId {
            seq: self.next(),
            ..event
        };
        keep(self.store, |books| {
            books.record_event(&void(cancels, pass, event), LAST, Link([1; 32]))?;
            books.record_withdrawal(pass, attempt, cancels, self.now)
        });
        self.attempts.insert(pass, attempt + 1);
    }

    fn close(&mut self) {
        let month = match ask(self.store, |books| Ok(preview(books, None, self.now).ok())) {
            Some(draft) => draft.month,
            None => return,
        };
        let outcome = self.store.write(|books| close(books, month, self.now));
        if self.now < month_begins_at(month.next()) {
            assert!(matches!(outcome, Err(Error::MonthNotOver(_))), "{month}");
            return;
        }
        let settlement = outcome.expect("closed");
        let again = self.store.write(|books| close(books, month, self.now));
        assert!(matches!(again, Err(Error::MonthClosed(_))), "{month}");
        self.closed.push(settlement);
        let kept: Vec<Settlement> = ask(self.store, |books| {
            let months = books.list_settled_months()?;
            let kept: Result<Vec<_>, _> = months
                .into_iter()
                .map(|month| books.find_settlement(month))
                .collect();
            Ok(kept?.into_iter().flatten().collect())
        });
        assert_eq!(kept, self.closed, "what was closed stays as it was");
    }

    fn next(&mut self) -> u64 {
        self.seq += 1;
        self.seq
    }
}

/// What each funder is due for each structure and programme, and for how many passes.
type Sums = BTreeMap<(Siret, ProgrammeId), (i64, Cents, Vec<Cents>)>;

fn add(sums: &mut Sums, settlement: &Settlement) {
    for line in &settlement.lines {
        let shares: Vec<Cents> = line.shares.iter().map(|share| share.amount_cents).collect();
        assert_eq!(
            shares.iter().copied().sum::<Cents>(),
            line.amount(),
            "the parts make the whole"
        );
        let sum = sums.entry((line.siret.clone(), line.programme)).or_default();
        sum.0 += line.count();
        sum.1 = sum.1 + line.amount();
        sum.2.resize(shares.len(), Cents::ZERO);
        for (sum, share) in sum.2.iter_mut().zip(shares) {
            *sum = *sum + share;
        }
    }
}

fn balanced(books: &dyn Books, now: u64) {
    let months = books.list_settled_months().expect("listed");
    let settlements = months
        .iter()
        .map(|month| books.find_settlement(*month).expect("answered").expect("closed"));
    let settlements: Vec<Settlement> = settlements.collect();
    let mut sums = Sums::new();
    settlements
        .iter()
        .for_each(|settlement| add(&mut sums, settlement));
    let unsettled = books.list_unsettled(u64::MAX).expect("listed");
    let account = read_account(books).expect("read");
    let month = Month::find("2026-06").expect("a month");
    add(&mut sums, &plan(month, u64::MAX, now, &unsettled, &account));
    sums.retain(|_, sum| sum.0 != 0 || sum.2.iter().any(|share| *share != Cents::ZERO));
    assert_eq!(sums, standing(books), "settled + not yet settled = standing");
    check_payments(&settlements);
}

/// The face value of the credits that stand.
fn standing(books: &dyn Books) -> Sums {
    let mut sums = Sums::new();
    for programme in programmes() {
        let parts: Vec<u32> = programme.funders.iter().map(|funder| funder.part).collect();
        for booklet in 1..3 {
            let credits = books.list_credits_on(programme.id, booklet).expect("listed");
            for credit in credits.into_iter().filter(|credit| credit.withdrawn_at.is_none()) {
                let sum = sums.entry((credit.siret, programme.id)).or_default();
                sum.0 += 1;
                sum.1 = sum.1 + credit.amount;
                sum.2 = sum.1.shared(&parts);
            }
        }
    }
    sums
}

/// What was paid and what is left make up what was settled; nobody is paid less than nothing.
fn check_payments(settlements: &[Settlement]) {
    let mut left: BTreeMap<&Siret, Cents> = BTreeMap::new();
    for settlement in settlements {
        for balance in &settlement.balances {
            let carried = left.remove(&balance.siret).unwrap_or_default();
            assert_eq!(carried, balance.carried_cents, "what was left is carried");
            assert!(balance.paid_cents >= Cents::ZERO);
            let lines = settlement.lines_of(&balance.siret);
            assert_eq!(
                lines.map(|line| line.amount()).sum::<Cents>(),
                balance.amount_cents
            );
        }
        left.retain(|_, left| *left != Cents::ZERO);
        assert!(left.is_empty(), "nothing left is forgotten");
        let balances = settlement.balances.iter();
        left.extend(balances.map(|balance| (&balance.siret, balance.left())));
    }
}

fn live(store: &dyn Store, steps: &[Step]) -> Vec<Settlement> {
    keep(store, begin);
    keep(store, |books| books.record_programme(&programmes()[1], 1));
    let mut life = Life {
        store,
        now: 1_781_611_200,
        seq: 0,
        holders: BTreeMap::new(),
        attempts: BTreeMap::new(),
        closed: Vec::new(),
    };
    steps.iter().for_each(|step| life.live(step));
    life.closed
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_settled_and_what_is_not_yet_make_up_what_stands(steps in proptest::collection::vec(step(), 1..80)) {
        let memory = MemoryStore::default();
        let on_memory = live(&memory, &steps);
        on_sqlite(|sqlite| assert_eq!(live(sqlite, &steps), on_memory));
    }
}

#[cfg(target_os = "linux")]
proptest! {
    // A database is dearer than a file.
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn what_is_settled_and_what_is_not_yet_make_up_what_stands_in_a_database(
        steps in proptest::collection::vec(step(), 1..80),
    ) {
        let on_memory = live(&MemoryStore::default(), &steps);
        on_postgres(|postgres| assert_eq!(live(postgres, &steps), on_memory));
    }
}
