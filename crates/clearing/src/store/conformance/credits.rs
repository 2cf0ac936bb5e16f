//! Who is owed a pass.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{LAST, begin, credit, id, pass, present, programme_id, siret, stranger},
};
use crate::{
    books::{CreditForm, Mark},
    error::Error,
    samples::programme,
    store::{Books, Store},
};
use passerelle_domain::{cents::Cents, pass::PassId, programme::ProgrammeId};
use std::collections::BTreeSet;

on_each_store![
    a_pass_is_credited_once_while_its_credit_stands,
    an_event_is_credited_once_an_attempt,
    a_credit_is_withdrawn_once_and_only_if_it_was_given,
    a_credit_refers_to_what_is_there_and_is_worth_something,
    the_last_credit_says_whether_it_stands,
    passes_presented_are_listed_in_order_with_whether_they_are_spent,
    whoever_goes_on_from_a_mark_ends_with_what_is_spent,
    credits_that_stand_are_counted_with_their_worth,
];

fn a_pass_is_credited_once_while_its_credit_stands(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let it = pass(1, 1);
    refuse(store, |books| credit(books, it, 1, 1, 1));
    keep(store, |books| credit(books, it, 0, 1, 1));
    for attempt in [0, 1, 2, u32::MAX] {
        refuse(store, |books| credit(books, it, attempt, 2, 1));
    }
    keep(store, |books| books.record_withdrawal(it, 0, id(1, 2), 21));
    for attempt in [0, 2, u32::MAX] {
        refuse(store, |books| credit(books, it, attempt, 2, 1));
    }
    keep(store, |books| credit(books, it, 1, 2, 1));
    refuse(store, |books| credit(books, it, 1, 2, 2));
    refuse(store, |books| credit(books, it, 2, 2, 2));
    keep(store, |books| credit(books, pass(1, 2), 0, 2, 2));
}

fn an_event_is_credited_once_an_attempt(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| credit(books, pass(1, 1), 0, 1, 1));
    refuse(store, |books| credit(books, pass(1, 2), 0, 1, 1));
    keep(store, |books| {
        books.record_withdrawal(pass(1, 1), 0, id(1, 2), 21)
    });
    let last = || ask(store, |books| books.find_credit_of(id(1, 1))).expect("credited");
    assert!(last().is_withdrawn);
    keep(store, |books| credit(books, pass(1, 1), 1, 1, 1));
    assert_eq!((last().attempt, last().is_withdrawn), (1, false));
    refuse(store, |books| credit(books, pass(1, 1), 1, 1, 1));
    assert_eq!(ask(store, |books| books.find_credit_of(id(1, 2))), None);
}

fn a_credit_is_withdrawn_once_and_only_if_it_was_given(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let it = pass(1, 1);
    refuse(store, |books| books.record_withdrawal(it, 0, id(1, 2), 21));
    keep(store, |books| credit(books, it, 0, 1, 1));
    refuse(store, |books| books.record_withdrawal(it, 1, id(1, 2), 21));
    refuse(store, |books| books.record_withdrawal(it, 0, id(1, LAST + 1), 21));
    keep(store, |books| books.record_withdrawal(it, 0, id(1, 2), 21));
    refuse(store, |books| books.record_withdrawal(it, 0, id(1, 2), 21));
    refuse(store, |books| books.record_withdrawal(it, 0, id(1, 3), 21));
}

fn a_credit_refers_to_what_is_there_and_is_worth_something(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    refuse(store, |books| credit(books, pass(1, 1), 0, 1, LAST + 1));
    let elsewhere = PassId {
        programme: ProgrammeId(99),
        ..pass(1, 1)
    };
    refuse(store, |books| credit(books, elsewhere, 0, 1, 1));
    for cents in [0, -1, i64::MIN] {
        let form = CreditForm {
            pass: pass(1, 1),
            attempt: 0,
            siret: &siret(1),
            amount: Cents(cents),
            event: id(1, 1),
        };
        refuse(store, |books| books.record_credit(&form, 20));
    }
    let form = CreditForm {
        pass: pass(1, 1),
        attempt: 0,
        siret: &stranger(),
        amount: programme().face_value,
        event: id(1, 1),
    };
    refuse(store, |books| books.record_credit(&form, 20));
}

fn the_last_credit_says_whether_it_stands(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let it = pass(1, 1);
    let last = || ask(store, |books| books.find_last_credit(it));
    assert_eq!(last(), None);
    keep(store, |books| credit(books, it, 0, 1, 1));
    let first = last().expect("credited");
    assert_eq!((first.attempt, first.is_withdrawn), (0, false));
    assert_eq!((first.siret, first.event), (siret(1), id(1, 1)));
    keep(store, |books| books.record_withdrawal(it, 0, id(1, 2), 21));
    assert!(last().expect("credited").is_withdrawn);
    keep(store, |books| credit(books, it, 1, 2, 1));
    let second = last().expect("credited");
    assert_eq!((second.attempt, second.is_withdrawn), (1, false));
    assert_eq!((second.siret, second.event), (siret(2), id(2, 1)));
    assert_eq!(ask(store, |books| books.find_last_credit(pass(1, 2))), None);
}

fn passes_presented_are_listed_in_order_with_whether_they_are_spent(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let passes = [
        pass(u32::MAX, 255),
        pass(2, 10),
        pass(10, 2),
        pass(2, 9),
        pass(1, 1),
    ];
    for (seq, it) in (1..).zip(passes) {
        keep(store, |books| credit(books, it, 0, 1, seq));
    }
    let all = || ask(store, |books| books.list_presented_since(&Mark::Beginning)).0;
    let expected = |is_spent| {
        [
            (pass(1, 1), true),
            (pass(2, 9), is_spent),
            (pass(2, 10), true),
            (pass(10, 2), true),
            (pass(u32::MAX, 255), true),
        ]
    };
    assert_eq!(all(), expected(true));
    keep(store, |books| {
        books.record_withdrawal(pass(2, 9), 0, id(1, 9), 21)
    });
    assert_eq!(all(), expected(false));
    keep(store, |books| credit(books, pass(2, 9), 1, 2, 1));
    assert_eq!(all(), expected(true));
}

fn whoever_goes_on_from_a_mark_ends_with_what_is_spent(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let (mut spent, mut marks) = (BTreeSet::new(), vec![(BTreeSet::new(), Mark::Beginning)]);
    let writes: [Write; 6] = [
        |books| credit(books, pass(1, 1), 0, 1, 1),
        |books| {
            credit(books, pass(1, 2), 0, 2, 2)?;
            credit(books, pass(2, 1), 0, 1, 3)
        },
        |books| books.record_withdrawal(pass(1, 1), 0, id(1, 4), 21),
        |books| credit(books, pass(1, 1), 1, 2, 5),
        |books| books.record_withdrawal(pass(1, 2), 0, id(2, 6), 22),
        // The desk that gives a pass back need not be the one that was credited.
        |books| books.record_withdrawal(pass(2, 1), 0, id(2, 7), 23),
    ];
    for write in writes {
        keep(store, write);
        for (known, mark) in &marks {
            let (presented, now) = ask(store, |books| books.list_presented_since(mark));
            spent.clone_from(known);
            for (pass, is_spent) in presented {
                let _ = if is_spent {
                    spent.insert(pass)
                } else {
                    spent.remove(&pass)
                };
            }
            let all = ask(store, |books| books.list_presented_since(&Mark::Beginning));
            let standing = all.0.into_iter().filter(|(_, is_spent)| *is_spent);
            assert_eq!(spent, standing.map(|(pass, _)| pass).collect(), "from {mark:?}");
            assert_eq!(now, all.1);
        }
        let (_, mark) = ask(store, |books| books.list_presented_since(&Mark::Beginning));
        marks.push((spent.clone(), mark));
    }
}

type Write = fn(&dyn Books) -> Result<(), Error>;

fn credits_that_stand_are_counted_with_their_worth(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let value = programme().face_value.0;
    let credited = |programme| ask(store, |books| books.credited(programme));
    assert_eq!(credited(programme_id()), (0, Cents(0)));
    keep(store, |books| {
        credit(books, pass(1, 1), 0, 1, 1)?;
        credit(books, pass(1, 2), 0, 1, 2)
    });
    assert_eq!(credited(programme_id()), (2, Cents(2 * value)));
    keep(store, |books| {
        books.record_withdrawal(pass(1, 1), 0, id(1, 9), 21)
    });
    assert_eq!(credited(programme_id()), (1, Cents(value)));
    assert_eq!(credited(ProgrammeId(99)), (0, Cents(0)));
}
