//! A batch that the books were told of before it is judged.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{EPOCH, LAST, begin, credit, device, id, pass, present, programme_id, range, redemption, void},
};
use crate::{
    books::LoggedEvent,
    error::Error,
    samples::programme,
    store::{Books, Store},
};
use passerelle_domain::{
    event::{Event, Link},
    wire::Verdict,
};

on_each_store![
    what_was_looked_up_stays_true_while_the_batch_is_written,
    what_others_did_before_is_seen_ahead,
    what_was_recorded_after_looking_ahead_is_kept,
    what_the_rules_forbid_is_refused_after_looking_ahead_too,
    what_is_not_of_the_batch_is_answered_beside_it,
];

/// Desk 1 takes a pass, gives it back, takes it again, and takes another.
fn batch() -> Vec<LoggedEvent> {
    vec![
        redemption(id(1, 1), pass(1, 1)),
        void(id(1, 2), pass(1, 1), id(1, 1)),
        redemption(id(1, 3), pass(1, 1)),
        redemption(id(1, 4), pass(2, 7)),
    ]
}

fn look_ahead(books: &dyn Books, batch: &[LoggedEvent]) -> Result<(), Error> {
    let events: Vec<Event> = batch.iter().map(|logged| logged.event).collect();
    books.look_ahead(device(1), EPOCH, &events)
}

fn write(books: &dyn Books, logged: &LoggedEvent, verdict: &Verdict) -> Result<(), Error> {
    books.record_event(logged, LAST, Link([1; 32]))?;
    books.record_verdict(logged.id, verdict)
}

fn issue(books: &dyn Books) -> Result<(), Error> {
    let key = books.get_pass_key(programme_id())?.id;
    books.record_lot(programme_id(), range(1, 1), programme().last_day, key, 1)
}

fn what_was_looked_up_stays_true_while_the_batch_is_written(store: &dyn Store) {
    keep(store, begin);
    keep(store, issue);
    let batch = batch();
    keep(store, |books| {
        look_ahead(books, &batch)?;
        let it = pass(1, 1);
        assert_eq!(books.find_last_credit(it)?, None);
        assert!(books.find_booklet(programme_id(), 1)?.is_some());
        assert_eq!(books.find_booklet(programme_id(), 2)?, None);
        write(books, &batch[0], &Verdict::Credited)?;
        credit(books, it, 0, 1, 1)?;
        let last = books.find_last_credit(it)?.expect("credited");
        assert_eq!(
            (last.attempt, last.event, last.is_withdrawn),
            (0, id(1, 1), false)
        );
        assert!(!books.is_voided(id(1, 1), it)?);
        write(books, &batch[1], &Verdict::Voided)?;
        assert!(books.is_voided(id(1, 1), it)?);
        assert!(!books.is_voided(id(1, 1), pass(2, 7))?);
        assert!(!books.is_voided(id(1, 3), it)?);
        books.record_withdrawal(it, 0, id(1, 2), 21)?;
        assert!(books.find_last_credit(it)?.expect("credited").is_withdrawn);
        write(books, &batch[2], &Verdict::Credited)?;
        credit(books, it, 1, 1, 3)?;
        assert_eq!(books.find_last_credit(it)?.expect("credited").attempt, 1);
        Ok(())
    });
}

fn what_others_did_before_is_seen_ahead(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| credit(books, pass(2, 7), 0, 2, 1));
    keep(store, |books| credit(books, pass(1, 1), 0, 2, 2));
    keep(store, |books| {
        books.record_withdrawal(pass(1, 1), 0, id(2, 3), 21)
    });
    ask(store, |books| {
        look_ahead(books, &batch())?;
        let held = books.find_last_credit(pass(2, 7))?.expect("credited");
        assert_eq!((held.event, held.is_withdrawn), (id(2, 1), false));
        assert!(
            books
                .find_last_credit(pass(1, 1))?
                .expect("credited")
                .is_withdrawn
        );
        Ok(())
    });
}

fn what_was_recorded_after_looking_ahead_is_kept(store: &dyn Store) {
    keep(store, begin);
    let batch = batch();
    keep(store, |books| {
        look_ahead(books, &batch)?;
        for logged in &batch {
            write(books, logged, &Verdict::Credited)?;
        }
        credit(books, pass(2, 7), 0, 1, 4)
    });
    for logged in &batch {
        let (found, _) = ask(store, |books| books.find_event(logged.id)).expect("written down");
        assert_eq!(found, *logged);
    }
    let answered = ask(store, |books| books.list_answered(device(1), EPOCH, 1, LAST));
    assert_eq!(answered.len(), batch.len());
    assert!(ask(store, |books| books.find_credit_of(id(1, 4))).is_some());
}

fn what_the_rules_forbid_is_refused_after_looking_ahead_too(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| credit(books, pass(2, 7), 0, 2, 1));
    let first = redemption(id(1, LAST + 1), pass(2, 7));
    let then = redemption(id(1, LAST + 2), pass(2, 8));
    let batch = [first, then];
    // A second credit of a pass, an event twice, a word without its event.
    refuse(store, |books| {
        look_ahead(books, &batch)?;
        write(books, &batch[0], &Verdict::Credited)?;
        credit(books, pass(2, 7), 0, 1, LAST + 1)
    });
    refuse(store, |books| {
        look_ahead(books, &batch)?;
        write(books, &batch[0], &Verdict::Credited)?;
        books.record_event(&batch[0], LAST, Link([2; 32]))
    });
    refuse(store, |books| {
        look_ahead(books, &batch)?;
        books.record_verdict(batch[1].id, &Verdict::Credited)
    });
    assert_eq!(ask(store, |books| books.find_event(batch[0].id)), None);
}

fn what_is_not_of_the_batch_is_answered_beside_it(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let batch = [redemption(id(1, LAST + 1), pass(5, 1))];
    keep(store, |books| {
        look_ahead(books, &batch)?;
        credit(books, pass(1, 3), 0, 2, 3)?;
        let last = books.find_last_credit(pass(1, 3))?.expect("credited");
        assert_eq!(last.event, id(2, 3));
        assert!(!books.is_voided(id(2, 3), pass(1, 3))?);
        credit(books, pass(5, 1), 0, 2, 4)?;
        assert_eq!(
            books.find_last_credit(pass(5, 1))?.expect("credited").event,
            id(2, 4)
        );
        Ok(())
    });
}
