//! Kept whole or not at all.

use super::{
    ask, keep, on_each_store,
    samples::{fill, id, pass, siret, waiting},
    whole::everything,
};
use crate::{
    error::Error,
    store::{Books, Store},
};
use passerelle_domain::wire::Verdict;
use std::panic::{AssertUnwindSafe, catch_unwind};

on_each_store![
    a_write_that_fails_leaves_new_books_empty,
    a_write_that_fails_leaves_the_books_as_they_were,
    a_write_that_panics_leaves_the_books_as_they_were,
    a_question_leaves_no_trace,
    a_write_sees_what_it_has_written,
    a_write_gives_back_what_its_act_found,
];

fn a_write_that_fails_leaves_new_books_empty(store: &dyn Store) {
    let before = ask(store, everything);
    let outcome = store.write(|books| {
        fill(books)?;
        Err::<(), _>(Error::Damaged("for the test"))
    });
    assert!(matches!(outcome, Err(Error::Damaged("for the test"))));
    assert_eq!(ask(store, everything), before);
    keep(store, fill);
}

fn a_write_that_fails_leaves_the_books_as_they_were(store: &dyn Store) {
    keep(store, fill);
    keep(store, |books| {
        books.insert_waiting(pass(1, 2), &waiting(1, 4, "taken_elsewhere"))
    });
    let before = ask(store, everything);
    let outcome = store.write(|books| {
        change(books)?;
        Err::<(), _>(Error::Damaged("for the test"))
    });
    assert!(outcome.is_err());
    assert_eq!(ask(store, everything), before);
    keep(store, change);
    assert_ne!(ask(store, everything), before);
}

fn a_write_that_panics_leaves_the_books_as_they_were(store: &dyn Store) {
    keep(store, fill);
    let before = ask(store, everything);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        store.write(|books| -> Result<(), Error> {
            change(books)?;
            panic!("for the test")
        })
    }));
    assert!(outcome.is_err());
    assert_eq!(ask(store, everything), before);
    keep(store, change);
}

fn a_question_leaves_no_trace(store: &dyn Store) {
    keep(store, fill);
    let before = ask(store, everything);
    // Whether it is told so at once is the engine's affair.
    let _ = store.read(change);
    assert_eq!(ask(store, everything), before);
}

fn a_write_sees_what_it_has_written(store: &dyn Store) {
    let seen = keep(store, |books| {
        fill(books)?;
        everything(books)
    });
    assert_eq!(ask(store, everything), seen);
}

fn a_write_gives_back_what_its_act_found(store: &dyn Store) {
    assert_eq!(keep(store, |_| Ok(7)), 7);
    assert_eq!(ask(store, |_| Ok("seven")), "seven");
}

/// Adds, changes and removes.
fn change(books: &dyn Books) -> Result<(), Error> {
    books.record_decision(&siret(2), id(2, 2), &Verdict::Declined, 30)?;
    books.remove_waiting(id(2, 2))?;
    books.insert_waiting(pass(1, 5), &waiting(1, 5, "unknown"))?;
    books.update_waiting(id(1, 5), "not_activated")?;
    books.update_waiting(id(1, 4), "to_examine")?;
    books.remove_waiting(id(1, 4))?;
    books.insert_waiting(pass(1, 4), &waiting(1, 4, "unknown"))?;
    books.record_withdrawal(pass(1, 2), 0, id(1, 6), 30)
}
