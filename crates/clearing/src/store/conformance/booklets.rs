//! Booklets: issued in lots, activated, blocked.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{begin, programme_id, range},
};
use crate::{
    books::Booklet,
    error::Error,
    ranges::Range,
    store::{Books, Store},
};
use chrono::NaiveDate;
use passerelle_domain::{pass::PassKeyId, programme::ProgrammeId};

on_each_store![
    a_booklet_is_as_its_ranges_say,
    ranges_are_listed_ascending,
    a_range_begins_at_one_or_later_and_ends_after_it_begins,
    two_ranges_never_begin_at_the_same_booklet,
    of_ranges_that_overlap_the_last_to_begin_decides,
    ranges_are_of_a_programme_and_lots_are_signed,
];

fn day(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).expect("a date")
}

fn record_lot(books: &dyn Books, lot: Range, last_day: NaiveDate) -> Result<(), Error> {
    books.record_lot(programme_id(), lot, last_day, PassKeyId(1), 5)
}

fn find(store: &dyn Store, booklet: u32) -> Option<Booklet> {
    ask(store, |books| books.find_booklet(programme_id(), booklet))
}

fn a_booklet_is_as_its_ranges_say(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        record_lot(books, range(1, 10), day(2026))?;
        record_lot(books, range(21, u32::MAX), day(2027))?;
        books.record_activation(programme_id(), range(5, 5), 6)?;
        books.record_activation(programme_id(), range(15, 25), 6)?;
        books.record_block(programme_id(), range(u32::MAX, u32::MAX), day(2025), 7)
    });
    let issued = |year, is_activated, blocked_since| {
        Some(Booklet {
            last_day: day(year),
            is_activated,
            blocked_since,
        })
    };
    for (booklet, expected) in [
        (0, None),
        (1, issued(2026, false, None)),
        (5, issued(2026, true, None)),
        (6, issued(2026, false, None)),
        (10, issued(2026, false, None)),
        (11, None),
        (15, None),
        (21, issued(2027, true, None)),
        (26, issued(2027, false, None)),
        (u32::MAX, issued(2027, false, Some(day(2025)))),
    ] {
        assert_eq!(find(store, booklet), expected, "booklet {booklet}");
    }
    assert_eq!(ask(store, |books| books.find_booklet(ProgrammeId(99), 1)), None);
    assert_eq!(
        ask(store, |books| books.find_last_booklet(programme_id())),
        Some(u32::MAX)
    );
    assert_eq!(ask(store, |books| books.find_last_booklet(ProgrammeId(99))), None);
}

fn ranges_are_listed_ascending(store: &dyn Store) {
    keep(store, begin);
    let ranges = [range(11, 20), range(1, 2), range(100, 200), range(3, 3)];
    keep(store, |books| {
        ranges.iter().try_for_each(|&range| {
            record_lot(books, range, day(2026))?;
            books.record_activation(programme_id(), range, 6)?;
            books.record_block(programme_id(), range, day(2026), 6)
        })
    });
    let sorted = [range(1, 2), range(3, 3), range(11, 20), range(100, 200)];
    assert_eq!(ask(store, |books| books.list_lots(programme_id())), sorted);
    assert_eq!(ask(store, |books| books.list_activations(programme_id())), sorted);
    let dated = sorted.map(|range| (range, day(2026)));
    assert_eq!(ask(store, |books| books.list_blocks(programme_id())), dated);
    assert_eq!(ask(store, |books| books.list_lots(ProgrammeId(99))), []);
}

/// All three kinds of range refuse it.
fn refuse_all(store: &dyn Store, range: Range) {
    refuse(store, |books| record_lot(books, range, day(2026)));
    refuse(store, |books| books.record_activation(programme_id(), range, 6));
    refuse(store, |books| {
        books.record_block(programme_id(), range, day(2026), 6)
    });
}

fn a_range_begins_at_one_or_later_and_ends_after_it_begins(store: &dyn Store) {
    keep(store, begin);
    for (first, last) in [(0, 0), (0, 5), (5, 4), (u32::MAX, 1)] {
        refuse_all(store, range(first, last));
    }
    for year in [-1, 10_000] {
        refuse(store, |books| record_lot(books, range(1, 2), day(year)));
        refuse(store, |books| {
            books.record_block(programme_id(), range(1, 2), day(year), 6)
        });
    }
}

fn two_ranges_never_begin_at_the_same_booklet(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        record_lot(books, range(5, 9), day(2026))?;
        books.record_activation(programme_id(), range(5, 9), 6)?;
        books.record_block(programme_id(), range(5, 9), day(2026), 6)
    });
    for last in [5, 9, 10] {
        refuse_all(store, range(5, last));
    }
    assert_eq!(ask(store, |books| books.list_lots(programme_id())), [range(5, 9)]);
}

/// Nobody writes such ranges; every engine says the same of them all the same.
fn of_ranges_that_overlap_the_last_to_begin_decides(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        record_lot(books, range(1, 100), day(2026))?;
        record_lot(books, range(5, 9), day(2027))
    });
    let last_day = |booklet| find(store, booklet).map(|booklet| booklet.last_day);
    assert_eq!(last_day(4), Some(day(2026)));
    assert_eq!(last_day(5), Some(day(2027)));
    assert_eq!(last_day(10), None);
    assert_eq!(
        ask(store, |books| books.find_last_booklet(programme_id())),
        Some(9)
    );
}

fn ranges_are_of_a_programme_and_lots_are_signed(store: &dyn Store) {
    keep(store, begin);
    let nobodys = ProgrammeId(99);
    refuse(store, |books| {
        books.record_lot(nobodys, range(1, 2), day(2026), PassKeyId(1), 5)
    });
    refuse(store, |books| {
        books.record_lot(programme_id(), range(1, 2), day(2026), PassKeyId(2), 5)
    });
    refuse(store, |books| books.record_activation(nobodys, range(1, 2), 6));
    refuse(store, |books| {
        books.record_block(nobodys, range(1, 2), day(2026), 6)
    });
}
