//! Writers at the same time: what comes of them is what comes of them one after the other.

use super::{
    ask, keep, on_each_store,
    samples::{
        EPOCH, LAST, begin, credit, device, id, pass, payee, present, programme_id, range, redemption,
        settlement, siret, structure, waiting,
    },
};
use crate::{
    books::Mark,
    error::Error,
    store::{Books, Reach, Store},
};
use passerelle_domain::{event::Link, id::BirthId, pass::PassId, wire::Verdict};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

on_each_store![
    a_claim_and_the_activation_that_it_waits_for_never_miss_each_other,
    a_pass_presented_to_all_at_once_is_credited_once,
    a_claim_within_its_reach_and_the_activation_that_it_waits_for_never_miss_each_other,
    a_pass_presented_by_several_desks_at_once_is_credited_once,
    batches_of_one_desk_follow_each_other,
    a_writer_that_looked_before_it_wrote_is_never_refused,
    numbers_asked_for_at_once_are_given_without_gaps,
    claims_of_several_desks_that_arrive_at_once_stand_in_the_order_in_which_they_saw_each_other,
    claims_that_arrive_at_once_stand_in_the_order_in_which_they_saw_each_other,
    a_version_of_the_state_stands_for_one_state,
    a_month_that_two_close_at_once_is_closed_once,
    a_credit_given_while_a_month_is_closed_is_counted_in_it_or_after_it,
    a_credit_given_back_while_a_month_is_closed_is_taken_off_that_month_or_the_next,
];

/// Lets several acts look before any of them writes, as far as the engine lets them.
#[derive(Default)]
struct Meeting(AtomicUsize);

impl Meeting {
    /// Waits until so many have looked; not for long, since the others may be waiting for this one.
    fn wait_for(&self, all: usize) {
        self.0.fetch_add(1, Ordering::SeqCst);
        let started = Instant::now();
        while self.0.load(Ordering::SeqCst) < all && started.elapsed() < Duration::from_millis(200) {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// How far each of several writers says that it goes, if it says so.
type Going = fn(usize) -> Option<Reach>;

/// None says so.
const ANYWHERE: Going = |_| None;

/// Each is a desk of its own, and all are presented the same booklet.
const TO_ONE_BOOKLET: Going = |at| {
    let desk = u8::try_from(at).expect("a few desks") + 1;
    Some(Reach::new(device(desk), [pass(1, 1)]))
};

/// Runs an act for each number below `count` at the same time; gives what each found, in order.
fn at_once<T: Send>(
    store: &dyn Store,
    (count, going): (usize, Going),
    act: impl Fn(&dyn Books, usize, &Meeting) -> Result<T, Error> + Sync,
) -> Vec<T> {
    let (meeting, act) = (&Meeting::default(), &act);
    let write = |at| {
        let act = |books: &dyn Books| act(books, at, meeting);
        match going(at) {
            Some(reach) => store.write_within(&reach, act),
            None => store.write(act),
        }
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..count).map(|at| scope.spawn(move || write(at))).collect();
        let found = writers.into_iter().map(|writer| writer.join());
        found
            .map(|found| found.expect("no panic").expect("no writer fails"))
            .collect()
    })
}

fn seq(at: usize) -> u64 {
    at as u64 + 1
}

fn a_claim_and_the_activation_that_it_waits_for_never_miss_each_other(store: &dyn Store) {
    claim_beside_an_activation(store, ANYWHERE);
}

fn a_claim_within_its_reach_and_the_activation_that_it_waits_for_never_miss_each_other(store: &dyn Store) {
    claim_beside_an_activation(store, |at| TO_ONE_BOOKLET(at).filter(|_| at == 0));
}

/// The first writer is the claim.
fn claim_beside_an_activation(store: &dyn Store, going: Going) {
    keep(store, begin);
    keep(store, present);
    let found = at_once(store, (2, going), |books, at, meeting| {
        if at == 0 {
            let is_asleep = books.list_activations(programme_id())?.is_empty();
            meeting.wait_for(2);
            if is_asleep {
                books.insert_waiting(pass(1, 1), &waiting(1, 1, "not_activated"))?;
            }
            return Ok(!is_asleep);
        }
        let waits = books.list_waiting_for_booklets(programme_id(), range(1, 1))?;
        meeting.wait_for(2);
        books.record_activation(programme_id(), range(1, 1), 1)?;
        Ok(!waits.is_empty())
    });
    assert_eq!(
        found.iter().filter(|found| **found).count(),
        1,
        "one of them saw the other: {found:?}"
    );
}

fn a_pass_presented_to_all_at_once_is_credited_once(store: &dyn Store) {
    present_to_all(store, ANYWHERE);
}

fn a_pass_presented_by_several_desks_at_once_is_credited_once(store: &dyn Store) {
    present_to_all(store, TO_ONE_BOOKLET);
}

fn present_to_all(store: &dyn Store, going: Going) {
    keep(store, begin);
    keep(store, present);
    let credited = at_once(store, (6, going), |books, at, meeting| {
        let is_free = books.find_last_credit(pass(1, 1))?.is_none();
        meeting.wait_for(6);
        if is_free {
            credit(books, pass(1, 1), 0, 1, seq(at))?;
        }
        Ok(is_free)
    });
    assert_eq!(credited.iter().filter(|credited| **credited).count(), 1);
}

fn batches_of_one_desk_follow_each_other(store: &dyn Store) {
    keep(store, begin);
    // Each of a booklet far from the others'.
    let going: Going = |at| Some(Reach::new(device(1), [far_pass(at)]));
    let before = at_once(store, (4, going), |books, at, meeting| {
        let last = books.last_seq(device(1), EPOCH)?;
        meeting.wait_for(4);
        books.record_event(&redemption(id(1, last + 1), far_pass(at)), LAST, Link([1; 32]))?;
        Ok(last)
    });
    assert_eq!(before.into_iter().collect::<BTreeSet<_>>(), (0..4).collect());
}

fn far_pass(at: usize) -> PassId {
    pass(u32::try_from(at).expect("a few") * 1000 + 1, 1)
}

/// The other writes the same without looking, in between if it can.
fn a_writer_that_looked_before_it_wrote_is_never_refused(store: &dyn Store) {
    let meeting = &Meeting::default();
    thread::scope(|scope| {
        let looking = scope.spawn(move || {
            store.write(|books| {
                let known = books.find_structure(&siret(1))?;
                meeting.wait_for(2);
                thread::sleep(Duration::from_millis(50));
                known.map_or_else(|| books.record_structure(&structure(1), 1), |_| Ok(()))
            })
        });
        meeting.wait_for(2);
        // Refused if it comes second.
        let _ = store.write(|books| books.record_structure(&structure(1), 1));
        let looked = looking.join().expect("no writer fails");
        assert!(looked.is_ok(), "{looked:?}");
    });
}

fn numbers_asked_for_at_once_are_given_without_gaps(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    at_once(store, (6, ANYWHERE), |books, at, meeting| {
        let _ = books.find_pass_key(programme_id())?;
        meeting.wait_for(6);
        books.record_pass_key(programme_id(), &[1; 32], 1)?;
        books.record_decision(&siret(1), id(1, seq(at)), &Verdict::Declined, 1)
    });
    let keys = ask(store, |books| books.list_pass_keys());
    assert_eq!(
        keys.iter().map(|key| key.id.0).collect::<Vec<_>>(),
        (1..=7).collect::<Vec<_>>()
    );
    let told = ask(store, |books| books.list_decisions(&siret(1), 0, 100));
    assert_eq!(
        told.iter().map(|told| told.number).collect::<Vec<_>>(),
        (1..=6).collect::<Vec<_>>()
    );
}

fn claims_that_arrive_at_once_stand_in_the_order_in_which_they_saw_each_other(store: &dyn Store) {
    claim_at_once(store, ANYWHERE);
}

fn claims_of_several_desks_that_arrive_at_once_stand_in_the_order_in_which_they_saw_each_other(
    store: &dyn Store,
) {
    claim_at_once(store, TO_ONE_BOOKLET);
}

fn claim_at_once(store: &dyn Store, going: Going) {
    keep(store, begin);
    keep(store, present);
    let before = at_once(store, (8, going), |books, at, meeting| {
        let before = books.list_contested(pass(1, 1))?.len();
        meeting.wait_for(8);
        books.insert_waiting(pass(1, 1), &waiting(1, seq(at), "taken_elsewhere"))?;
        Ok(before)
    });
    let contested = ask(store, |books| books.list_contested(pass(1, 1)));
    assert_eq!(contested.len(), 8);
    for (place, claim) in contested.iter().enumerate() {
        let at = usize::try_from(claim.event.seq).expect("small") - 1;
        assert_eq!(before[at], place, "claim {at} saw those before it and no other");
    }
}

fn a_month_that_two_close_at_once_is_closed_once(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    let closed = at_once(store, (2, ANYWHERE), |books, at, meeting| {
        let is_open = books.list_settled_months()?.is_empty();
        meeting.wait_for(2);
        if is_open {
            // The end tells them apart.
            books.record_settlement(&settlement("1970-01", 30 + seq(at)))?;
        }
        Ok(is_open)
    });
    assert_eq!(closed.iter().filter(|closed| **closed).count(), 1, "{closed:?}");
    assert_eq!(ask(store, |books| books.list_settled_months()).len(), 1);
}

/// How many credits and withdrawals no settlement has counted.
fn unsettled(books: &dyn Books) -> Result<(u64, u64), Error> {
    let unsettled = books.list_unsettled(30)?;
    let counts = unsettled.iter().map(|it| (it.credited.count, it.withdrawn.count));
    Ok(counts.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1)))
}

/// Closes a month beside another writer; gives how many credits it has counted, and what is left.
fn close_beside(
    store: &dyn Store,
    other: impl Fn(&dyn Books) -> Result<(), Error> + Sync,
) -> (u64, (u64, u64)) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        books.record_payee(&siret(1), &payee("FR1"), 1)?;
        credit(books, pass(1, 1), 0, 1, 1)
    });
    let counted = at_once(store, (2, ANYWHERE), |books, at, meeting| {
        if at != 0 {
            meeting.wait_for(2);
            other(books)?;
            return Ok(0);
        }
        let (counted, _) = unsettled(books)?;
        meeting.wait_for(2);
        // The other, if it can, is done before anything is marked.
        thread::sleep(Duration::from_millis(50));
        books.record_settlement(&settlement("1970-01", 30))?;
        Ok(counted)
    });
    (counted[0], ask(store, unsettled))
}

fn a_credit_given_while_a_month_is_closed_is_counted_in_it_or_after_it(store: &dyn Store) {
    let (counted, left) = close_beside(store, |books| credit(books, pass(1, 2), 0, 1, 2));
    assert_eq!((counted + left.0, left.1), (2, 0), "neither none nor twice");
}

fn a_credit_given_back_while_a_month_is_closed_is_taken_off_that_month_or_the_next(store: &dyn Store) {
    let (counted, left) = close_beside(store, |books| {
        books.record_withdrawal(pass(1, 1), 0, id(1, LAST), 21)
    });
    assert_eq!(
        left,
        (0, counted),
        "what was paid is taken back, and nothing else"
    );
}

/// Each of two desks credits its own passes while others read the state, each from where it was.
fn a_version_of_the_state_stands_for_one_state(store: &dyn Store) {
    const PASSES: u8 = 60;
    keep(store, begin);
    let states = Mutex::new(BTreeMap::new());
    let is_over = AtomicBool::new(false);
    let (states, is_over) = (&states, &is_over);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(move || {
                let (mut last, mut mark, mut spent) = (0, Mark::Beginning, BTreeSet::new());
                while !is_over.load(Ordering::SeqCst) {
                    let (version, (presented, now)) = ask(store, |books| {
                        Ok((books.state_version()?, books.list_presented_since(&mark)?))
                    });
                    mark = now;
                    spent.extend(presented.into_iter().map(|(pass, _)| pass));
                    assert!(last <= version, "the version never goes back");
                    last = version;
                    let known = states
                        .lock()
                        .expect("no reader fails")
                        .entry(version)
                        .or_insert_with(|| spent.clone())
                        .clone();
                    assert_eq!(known, spent, "version {version}");
                }
            });
        }
        let writers = [1u8, 2].map(|desk| {
            scope.spawn(move || {
                for rank in 1..=PASSES {
                    let reach = Reach::new(device(desk), [pass(u32::from(desk) * 1000, rank)]);
                    let taken = store.write_within(&reach, |books| take(books, desk, rank));
                    taken.expect("the books keep it");
                }
            })
        });
        let outcomes = writers.map(|writer| writer.join());
        is_over.store(true, Ordering::SeqCst);
        assert!(outcomes.iter().all(Result::is_ok), "no writer fails");
    });
    // Two of the version: a programme and its key.
    let version = ask(store, |books| books.state_version());
    assert_eq!(version, 2 + 2 * u64::from(PASSES));
}

/// The desk takes a pass of its own booklet.
fn take(books: &dyn Books, desk: u8, rank: u8) -> Result<(), Error> {
    let event = BirthId {
        device: device(desk),
        epoch: EPOCH,
        seq: u64::from(rank),
    };
    let it = pass(u32::from(desk) * 1000, rank);
    books.record_event(&redemption(event, it), LAST, Link([1; 32]))?;
    credit(books, it, 0, desk, event.seq)
}
