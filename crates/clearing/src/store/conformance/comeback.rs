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
    pass::PassId,
    wire::CountedCredit,
};

on_each_store![
    a_device_reports_once_in_each_generation,
    acts_are_counted,
    a_month_brought_back_counts_nothing_by_itself,
    no_credit_is_counted_by_two_months,
    a_withdrawal_is_counted_after_its_credit_and_once,
    what_a_month_has_counted_is_listed_by_event_and_pass,
    a_month_keeps_its_own_name_for_a_credit,
    what_is_awaited_is_listed_until_it_is_taken_off,
    a_month_awaits_an_event_once,
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
            books.record_counted(attempt, &credit(id(1, 1), pass(1, 1), text))
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
        books.record_counted(0, &withdrawal(id(1, 1), pass(1, 1), "1970-02"))
    };
    refuse(store, count);
    keep(store, |books| {
        books.record_counted(0, &credit(id(1, 1), pass(1, 1), "1970-01"))
    });
    keep(store, count);
    refuse(store, count);
    keep(store, |books| {
        books.record_counted(0, &credit(id(1, 2), pass(1, 2), "1970-01"))
    });
    // It stands.
    refuse(store, |books| {
        books.record_counted(0, &withdrawal(id(1, 2), pass(1, 2), "1970-02"))
    });
    let unsettled = ask(store, |books| books.list_unsettled(u64::MAX));
    assert_eq!(unsettled.len(), 1, "the second structure's alone: {unsettled:?}");
}

fn listed(store: &dyn Store, text: &str, kind: Counted) -> Vec<CountedCredit> {
    let mut credits = ask(store, |books| books.list_counted(month(text), kind));
    credits.sort_unstable();
    credits
}

fn name(event: BirthId, pass: PassId) -> CountedCredit {
    CountedCredit { event, pass }
}

fn what_a_month_has_counted_is_listed_by_event_and_pass(store: &dyn Store) {
    restored(store);
    keep(store, |books| {
        books.record_counted(0, &credit(id(1, 1), pass(1, 1), "1970-01"))?;
        books.record_counted(0, &credit(id(1, 2), pass(1, 2), "1970-01"))?;
        books.record_counted(1, &credit(id(2, 1), pass(1, 1), "1970-02"))?;
        books.record_counted(0, &withdrawal(id(1, 1), pass(1, 1), "1970-02"))?;
        books.insert_awaited(&awaited(7, Counted::Credit, "1970-01"))
    });
    let mut first = vec![
        name(id(1, 1), pass(1, 1)),
        name(id(1, 2), pass(1, 2)),
        name(id(1, 7), pass(7, 1)),
    ];
    first.sort_unstable();
    assert_eq!(listed(store, "1970-01", Counted::Credit), first);
    assert_eq!(listed(store, "1970-01", Counted::Withdrawal), []);
    assert_eq!(
        listed(store, "1970-02", Counted::Credit),
        [name(id(2, 1), pass(1, 1))]
    );
    assert_eq!(listed(store, "1970-02", Counted::Withdrawal), [first[0]]);
}

/// The books give a credit through one event; the month that was brought back has paid it under another.
fn a_month_keeps_its_own_name_for_a_credit(store: &dyn Store) {
    restored(store);
    let paid = name(id(1, 8), pass(1, 1));
    let found = |name| ask(store, |books| books.find_counted_as(name));
    assert_eq!(found(paid), None);
    keep(store, |books| {
        books.record_counted(0, &credit(paid.event, paid.pass, "1970-01"))
    });
    let attempt = |name| found(name).map(|credit| (credit.attempt, credit.event));
    assert_eq!(attempt(paid), Some((0, id(1, 1))));
    assert_eq!(attempt(name(id(1, 1), pass(1, 1))), None);
    assert_eq!(attempt(name(paid.event, pass(1, 2))), None);
    assert_eq!(listed(store, "1970-01", Counted::Credit), [paid]);
    // Given back, and counted by a month that is closed here: the same name still.
    keep(store, |books| books.record_settlement(&settlement("1970-03", 90)));
    assert_eq!(listed(store, "1970-03", Counted::Withdrawal), [paid]);
    let own = [name(id(1, 2), pass(1, 2)), name(id(2, 1), pass(1, 1))];
    let mut counted = listed(store, "1970-03", Counted::Credit);
    counted.sort_unstable_by_key(|credit| credit.pass.rank);
    counted.reverse();
    assert_eq!(counted, own);
    assert_eq!(attempt(own[1]), Some((1, id(2, 1))));
}

fn credit(event: BirthId, pass: PassId, text: &str) -> Awaited {
    Awaited {
        kind: Counted::Credit,
        credit: name(event, pass),
        month: month(text),
    }
}

fn withdrawal(event: BirthId, pass: PassId, text: &str) -> Awaited {
    Awaited {
        kind: Counted::Withdrawal,
        ..credit(event, pass, text)
    }
}

fn awaited(seq: u64, kind: Counted, text: &str) -> Awaited {
    Awaited {
        kind,
        ..credit(id(1, seq), pass(7, 1), text)
    }
}

fn what_is_awaited_is_listed_until_it_is_taken_off(store: &dyn Store) {
    restored(store);
    let early = Awaited {
        credit: name(
            BirthId {
                epoch: Epoch(EPOCH.0 >> 1),
                ..id(1, 9)
            },
            pass(7, 2),
        ),
        ..awaited(9, Counted::Credit, "1970-02")
    };
    let rows = [
        early,
        awaited(3, Counted::Credit, "1970-01"),
        awaited(3, Counted::Credit, "1970-02"),
        awaited(3, Counted::Withdrawal, "1970-02"),
    ];
    for row in rows.iter().rev() {
        keep(store, |books| books.insert_awaited(row));
    }
    assert_eq!(ask(store, |books| books.list_awaited()), rows);
    keep(store, |books| books.remove_awaited(&rows[1]));
    keep(store, |books| books.remove_awaited(&rows[1]));
    assert_eq!(
        ask(store, |books| books.list_awaited()),
        [rows[0], rows[2], rows[3]]
    );
}

fn a_month_awaits_an_event_once(store: &dyn Store) {
    restored(store);
    keep(store, |books| {
        books.insert_awaited(&awaited(3, Counted::Credit, "1970-01"))
    });
    refuse(store, |books| {
        books.insert_awaited(&awaited(3, Counted::Credit, "1970-01"))
    });
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
        books.remove_awaited(&row)?;
        books.insert_awaited(&awaited(4, Counted::Credit, "1970-01"))?;
        books.record_month(&settlement("1970-01", 30))
    });
    assert_eq!(ask(store, |books| books.list_awaited()), [row]);
}
