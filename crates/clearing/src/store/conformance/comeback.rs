//! What the books need when they went back to an older copy.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{EPOCH, begin, credit_at, deed, device, id, pass, payee, present, public, settlement, siret},
};
use crate::{
    books::OfficerAct,
    settlement::Counted,
    store::{Awaited, Store},
};
use passerelle_domain::{
    id::{BirthId, Epoch, ServerId},
    month::Month,
};

on_each_store![
    a_device_reports_once_in_each_generation,
    acts_are_counted,
    a_month_brought_back_counts_nothing_by_itself,
    no_credit_is_counted_by_two_months,
    a_withdrawal_is_counted_after_its_credit_and_once,
    what_a_month_has_counted_is_listed_by_its_events,
    what_is_awaited_is_listed_until_it_is_taken_off,
    one_month_awaits_an_event,
    what_was_given_up_is_awaited_as_before,
];

fn month(text: &str) -> Month {
    Month::find(text).expect("a month")
}

fn a_device_reports_once_in_each_generation(store: &dyn Store) {
    keep(store, begin);
    refuse(store, |books| books.record_report(device(1), 1, 5));
    keep(store, |books| {
        books.record_generation(1, ServerId([1; 16]), 1)?;
        books.record_generation(2, ServerId([1; 16]), 2)
    });
    refuse(store, |books| books.record_report(public(9).device_id(), 1, 5));
    for _ in 0..2 {
        keep(store, |books| books.record_report(device(1), 1, 5));
    }
    let has = |desk, generation| ask(store, |books| books.has_report(device(desk), generation));
    assert_eq!([has(1, 1), has(1, 2), has(2, 1)], [true, false, false]);
}

fn acts_are_counted(store: &dyn Store) {
    for count in 0..3 {
        assert_eq!(ask(store, |books| books.count_audits()), count);
        keep(store, |books| {
            books.record_audit(&deed(OfficerAct::MonthBroughtBack, ""))
        });
    }
}

/// The books with three credits of the first structure, one of which was given back, and two months
/// that have counted nothing.
fn restored(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    keep(store, |books| {
        credit_at(books, pass(1, 1), 0, 1, 1, 20)?;
        credit_at(books, pass(1, 2), 0, 1, 2, 21)?;
        books.record_withdrawal(pass(1, 1), 0, id(1, 9), 50)?;
        credit_at(books, pass(1, 1), 1, 2, 1, 51)?;
        books.record_month(&settlement("1970-01", 30))?;
        books.record_month(&settlement("1970-02", 60))
    });
}

fn a_month_brought_back_counts_nothing_by_itself(store: &dyn Store) {
    restored(store);
    let found = ask(store, |books| books.find_settlement(month("1970-01")));
    assert_eq!(found, Some(settlement("1970-01", 30)));
    let unsettled = ask(store, |books| books.list_unsettled(u64::MAX));
    let counts: Vec<_> = unsettled
        .iter()
        .map(|row| (row.credited.count, row.withdrawn.count))
        .collect();
    assert_eq!(counts, [(1, 0), (1, 0)]);
    refuse(store, |books| books.record_month(&settlement("1970-02", 60)));
}

fn no_credit_is_counted_by_two_months(store: &dyn Store) {
    restored(store);
    let count = |text, attempt| {
        move |books: &dyn crate::store::Books| {
            books.record_counted(pass(1, 1), attempt, Counted::Credit, month(text))
        }
    };
    refuse(store, count("1970-03", 0));
    refuse(store, count("1970-01", 2));
    keep(store, count("1970-01", 0));
    refuse(store, count("1970-01", 0));
    refuse(store, count("1970-02", 0));
    keep(store, count("1970-02", 1));
    let found = |attempt| {
        ask(store, |books| {
            books.find_counted(pass(1, 1), attempt, Counted::Credit)
        })
    };
    assert_eq!(
        [found(0), found(1), found(2)],
        [Some(month("1970-01")), Some(month("1970-02")), None]
    );
}

fn a_withdrawal_is_counted_after_its_credit_and_once(store: &dyn Store) {
    restored(store);
    let count = |books: &dyn crate::store::Books| {
        books.record_counted(pass(1, 1), 0, Counted::Withdrawal, month("1970-02"))
    };
    refuse(store, count);
    keep(store, |books| {
        books.record_counted(pass(1, 1), 0, Counted::Credit, month("1970-01"))
    });
    keep(store, count);
    refuse(store, count);
    keep(store, |books| {
        books.record_counted(pass(1, 2), 0, Counted::Credit, month("1970-01"))
    });
    // It stands.
    refuse(store, |books| {
        books.record_counted(pass(1, 2), 0, Counted::Withdrawal, month("1970-02"))
    });
    let unsettled = ask(store, |books| books.list_unsettled(u64::MAX));
    assert_eq!(unsettled.len(), 1, "the second structure's alone: {unsettled:?}");
}

fn what_a_month_has_counted_is_listed_by_its_events(store: &dyn Store) {
    restored(store);
    keep(store, |books| {
        books.record_counted(pass(1, 1), 0, Counted::Credit, month("1970-01"))?;
        books.record_counted(pass(1, 2), 0, Counted::Credit, month("1970-01"))?;
        books.record_counted(pass(1, 1), 1, Counted::Credit, month("1970-02"))?;
        books.record_counted(pass(1, 1), 0, Counted::Withdrawal, month("1970-02"))?;
        books.insert_awaited(&awaited(7, Counted::Credit, "1970-01"))
    });
    let listed = |text, kind| {
        let mut events = ask(store, |books| books.list_counted(month(text), kind));
        events.sort_unstable();
        events
    };
    let mut first = vec![id(1, 1), id(1, 2), id(1, 7)];
    first.sort_unstable();
    assert_eq!(listed("1970-01", Counted::Credit), first);
    assert_eq!(listed("1970-01", Counted::Withdrawal), []);
    assert_eq!(listed("1970-02", Counted::Credit), [id(2, 1)]);
    assert_eq!(listed("1970-02", Counted::Withdrawal), [id(1, 1)]);
}

fn awaited(seq: u64, kind: Counted, text: &str) -> Awaited {
    Awaited {
        kind,
        event: id(1, seq),
        month: month(text),
    }
}

fn what_is_awaited_is_listed_until_it_is_taken_off(store: &dyn Store) {
    restored(store);
    let early = Awaited {
        event: BirthId {
            epoch: Epoch(EPOCH.0 >> 1),
            ..id(1, 9)
        },
        ..awaited(9, Counted::Credit, "1970-02")
    };
    let rows = [
        early,
        awaited(3, Counted::Credit, "1970-01"),
        awaited(3, Counted::Withdrawal, "1970-02"),
    ];
    for row in rows.iter().rev() {
        keep(store, |books| books.insert_awaited(row));
    }
    assert_eq!(ask(store, |books| books.list_awaited()), rows);
    keep(store, |books| books.remove_awaited(id(1, 3), Counted::Credit));
    keep(store, |books| books.remove_awaited(id(1, 3), Counted::Credit));
    assert_eq!(ask(store, |books| books.list_awaited()), [rows[0], rows[2]]);
}

fn one_month_awaits_an_event(store: &dyn Store) {
    restored(store);
    keep(store, |books| {
        books.insert_awaited(&awaited(3, Counted::Credit, "1970-01"))
    });
    for text in ["1970-01", "1970-02"] {
        refuse(store, |books| {
            books.insert_awaited(&awaited(3, Counted::Credit, text))
        });
    }
    refuse(store, |books| {
        books.insert_awaited(&awaited(4, Counted::Credit, "1970-03"))
    });
    refuse(store, |books| {
        books.insert_awaited(&awaited(0, Counted::Credit, "1970-01"))
    });
}

fn what_was_given_up_is_awaited_as_before(store: &dyn Store) {
    restored(store);
    let row = awaited(3, Counted::Credit, "1970-01");
    keep(store, |books| books.insert_awaited(&row));
    refuse(store, |books| {
        books.remove_awaited(row.event, row.kind)?;
        books.insert_awaited(&awaited(4, Counted::Credit, "1970-01"))?;
        books.record_month(&settlement("1970-01", 30))
    });
    assert_eq!(ask(store, |books| books.list_awaited()), [row]);
}
