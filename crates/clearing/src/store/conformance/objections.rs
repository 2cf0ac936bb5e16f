//! Notes of sites on their events: kept as they came, each once.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{begin, device, id, objection, present},
};
use crate::{
    books::{KeptObjection, ObjectionRow},
    store::Store,
};
use passerelle_domain::wire::Trace;

on_each_store![
    notes_on_an_event_come_back_in_order_of_arrival_and_no_others_with_them,
    a_parcel_is_found_by_its_device_and_trace,
    a_parcel_or_a_number_is_taken_once,
    a_note_has_an_event_a_number_and_a_length,
];

fn kept(row: &ObjectionRow<'_>) -> KeptObjection {
    KeptObjection {
        number: row.number,
        written_on: row.written_on,
        note: row.note.to_owned(),
        received_at: row.received_at,
    }
}

fn notes_on_an_event_come_back_in_order_of_arrival_and_no_others_with_them(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let second = ObjectionRow {
        note: "é".repeat(500).leak(),
        received_at: 12,
        ..objection(id(1, 1), 2)
    };
    keep(store, |books| {
        books.record_objection(&objection(id(1, 2), 1))?;
        books.record_objection(&second)?;
        books.record_objection(&objection(id(2, 1), 1))?;
        books.record_objection(&ObjectionRow {
            trace: Trace([9; 8]),
            ..objection(id(1, 1), 1)
        })
    });
    assert_eq!(
        ask(store, |books| books.list_objections(id(1, 1))),
        [kept(&objection(id(1, 1), 1)), kept(&second)]
    );
    assert_eq!(ask(store, |books| books.list_objections(id(1, 3))), []);
}

fn a_parcel_is_found_by_its_device_and_trace(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let row = objection(id(1, 1), 1);
    keep(store, |books| books.record_objection(&row));
    assert!(ask(store, |books| books.has_objection(device(1), row.trace)));
    assert!(!ask(store, |books| books.has_objection(device(2), row.trace)));
    assert!(!ask(store, |books| books.has_objection(device(1), Trace([0; 8]))));
}

fn a_parcel_or_a_number_is_taken_once(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let first = objection(id(1, 1), 1);
    keep(store, |books| books.record_objection(&first));
    let same_number = ObjectionRow {
        trace: Trace([0; 8]),
        ..first
    };
    refuse(store, |books| books.record_objection(&same_number));
    let same_parcel = ObjectionRow { number: 2, ..first };
    refuse(store, |books| books.record_objection(&same_parcel));
}

fn a_note_has_an_event_a_number_and_a_length(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let longest = "é".repeat(501);
    let first = objection(id(1, 1), 1);
    for wrong in [
        objection(id(1, 12), 1),
        ObjectionRow { number: 0, ..first },
        ObjectionRow { note: "", ..first },
        ObjectionRow {
            note: &longest,
            ..first
        },
    ] {
        refuse(store, |books| books.record_objection(&wrong));
    }
}
