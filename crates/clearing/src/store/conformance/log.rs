//! The devices' logs.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{EPOCH, LAST, batch, begin, device, id, pass, present, public, redemption, void},
};
use crate::{
    books::{LoggedLife, Shown},
    store::{Books, Store},
};
use chrono::NaiveDate;
use passerelle_domain::{
    event::{Link, Parent},
    id::{BirthId, Epoch},
    wire::{Trace, Verdict},
};

const LINK: Link = Link([3; 32]);

/// The highest number of an event.
const HIGHEST: u64 = i64::MAX.cast_unsigned();

on_each_store![
    an_epoch_begins_once_and_keeps_its_parent,
    an_epoch_uses_all_its_bits,
    a_batch_is_of_an_epoch_and_written_once,
    a_device_finds_its_lives_and_their_batches_again,
    an_event_is_written_once_whatever_it_says,
    an_event_comes_in_a_batch_and_at_a_site_that_was_named,
    events_are_numbered_from_one_to_the_highest,
    an_event_comes_back_as_it_was_written,
    a_redemption_is_voided_by_its_own_device_for_its_own_pass,
    a_verdict_is_on_an_event_and_given_once,
    events_answered_are_listed_ascending_within_their_range,
    a_receipt_is_found_by_exactly_its_range,
    a_receipt_is_to_a_range_and_written_once,
    the_last_receipt_is_the_newest_then_the_one_that_goes_furthest,
    a_receipt_is_shown_once_and_for_its_events,
];

fn an_epoch_begins_once_and_keeps_its_parent(store: &dyn Store) {
    let parent = Parent {
        epoch: EPOCH,
        seq: HIGHEST,
        link: LINK,
    };
    keep(store, begin);
    keep(store, |books| {
        books.record_epoch(device(1), Epoch(7), Some(&parent), 1)
    });
    refuse(store, |books| books.record_epoch(device(1), Epoch(7), None, 1));
    refuse(store, |books| {
        books.record_epoch(public(3).device_id(), Epoch(7), None, 1)
    });
    let found = |epoch| ask(store, |books| books.find_epoch(device(1), epoch));
    assert_eq!(found(Epoch(7)), Some(Some(parent)));
    assert_eq!(found(EPOCH), Some(None));
    assert_eq!(found(Epoch(8)), None);
}

fn an_epoch_uses_all_its_bits(store: &dyn Store) {
    keep(store, begin);
    for (at, epoch) in [0, 1, HIGHEST, HIGHEST + 1, u64::MAX - 1]
        .map(Epoch)
        .into_iter()
        .enumerate()
    {
        let seq = at as u64 + 1;
        let born = BirthId {
            device: device(1),
            epoch,
            seq,
        };
        keep(store, |books| {
            books.record_epoch(device(1), epoch, None, 1)?;
            books.record_batch(&batch(1, epoch, LAST))?;
            books.record_event(&redemption(born, pass(1, 1)), LAST, LINK)
        });
        assert_eq!(ask(store, |books| books.last_seq(device(1), epoch)), seq);
        let found = ask(store, |books| books.find_event(born)).expect("arrived");
        assert_eq!(found.0.id, born);
    }
    assert_eq!(ask(store, |books| books.last_seq(device(1), EPOCH)), 0);
}

fn a_batch_is_of_an_epoch_and_written_once(store: &dyn Store) {
    keep(store, begin);
    refuse(store, |books| books.record_batch(&batch(1, EPOCH, LAST)));
    refuse(store, |books| books.record_batch(&batch(1, Epoch(7), LAST)));
    refuse(store, |books| books.record_batch(&batch(1, EPOCH, 0)));
    refuse(store, |books| books.record_batch(&batch(1, EPOCH, HIGHEST + 1)));
    keep(store, |books| books.record_batch(&batch(1, EPOCH, HIGHEST)));
}

fn a_device_finds_its_lives_and_their_batches_again(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let parent = Parent {
        epoch: EPOCH,
        seq: 4,
        link: LINK,
    };
    let child = Epoch(7);
    keep(store, |books| {
        books.record_epoch(device(1), child, Some(&parent), 2)?;
        books.record_batch(&batch(1, EPOCH, LAST + 3))?;
        books.record_batch(&batch(1, EPOCH, HIGHEST))
    });
    let mut lives = ask(store, |books| books.list_lives(device(1)));
    lives.sort_by_key(|life| life.epoch.0);
    let life = |epoch, parent, last_seq| LoggedLife {
        epoch,
        parent,
        last_seq,
    };
    assert_eq!(lives, [life(child, Some(parent), 0), life(EPOCH, None, LAST)]);
    assert_eq!(ask(store, |books| books.list_lives(device(9))), []);
    let count =
        |epoch, since, limit| ask(store, |books| books.list_batches(device(1), epoch, since, limit)).len();
    assert_eq!(
        (count(EPOCH, 0, 9), count(EPOCH, 0, 2), count(EPOCH, LAST, 9)),
        (3, 2, 2)
    );
    assert_eq!((count(EPOCH, u64::MAX, 9), count(child, 0, 9)), (0, 0));
}

fn an_event_is_written_once_whatever_it_says(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    refuse(store, |books| {
        books.record_event(&redemption(id(1, 1), pass(1, 1)), LAST, LINK)
    });
    refuse(store, |books| {
        books.record_event(&redemption(id(1, 1), pass(5, 5)), LAST, LINK)
    });
    refuse(store, |books| {
        books.record_event(&void(id(1, 1), pass(1, 1), id(1, 2)), LAST, LINK)
    });
    assert!(!ask(store, |books| books.is_voided(id(1, 2), pass(1, 1))));
}

fn an_event_comes_in_a_batch_and_at_a_site_that_was_named(store: &dyn Store) {
    keep(store, begin);
    let event = redemption(id(1, 1), pass(1, 1));
    refuse(store, |books| books.record_event(&event, LAST - 1, LINK));
    for version in [0, 2] {
        let mut elsewhere = event;
        elsewhere.site_version = Some(version);
        refuse(store, |books| books.record_event(&elsewhere, LAST, LINK));
    }
    let mut unnamed = event;
    unnamed.event.site = 2;
    refuse(store, |books| books.record_event(&unnamed, LAST, LINK));
    unnamed.site_version = None;
    keep(store, |books| books.record_event(&unnamed, LAST, LINK));
}

fn events_are_numbered_from_one_to_the_highest(store: &dyn Store) {
    keep(store, begin);
    for seq in [0, HIGHEST + 1, u64::MAX] {
        refuse(store, |books| {
            books.record_event(&redemption(id(1, seq), pass(1, 1)), LAST, LINK)
        });
        assert_eq!(ask(store, |books| books.find_event_content(id(1, seq))), None);
    }
    for seq in [1, HIGHEST] {
        keep(store, |books| {
            books.record_event(&redemption(id(1, seq), pass(1, 1)), LAST, LINK)?;
            books.record_verdict(id(1, seq), &Verdict::Unknown)
        });
        assert_eq!(ask(store, |books| books.last_seq(device(1), EPOCH)), seq);
    }
    let answered = ask(store, |books| books.list_answered(device(1), EPOCH, 0, u64::MAX));
    assert_eq!(
        answered.iter().map(|event| event.seq).collect::<Vec<_>>(),
        [1, HIGHEST]
    );
}

fn an_event_comes_back_as_it_was_written(store: &dyn Store) {
    keep(store, begin);
    let cancelled = BirthId {
        device: device(1),
        epoch: Epoch(HIGHEST + 1),
        seq: u64::MAX,
    };
    let written = [
        redemption(id(1, 1), pass(u32::MAX, u8::MAX)),
        void(id(1, 2), pass(1, 0), cancelled),
    ];
    for event in &written {
        keep(store, |books| books.record_event(event, LAST, LINK));
        let (found, evidence) = ask(store, |books| books.find_event(event.id)).expect("arrived");
        assert_eq!(found, *event);
        assert_eq!(evidence, batch(1, EPOCH, LAST).evidence);
    }
    let mut long_ago = redemption(id(1, 3), pass(1, 1));
    long_ago.event.day = NaiveDate::from_ymd_opt(0, 1, 1).expect("a date");
    keep(store, |books| books.record_event(&long_ago, LAST, LINK));
    for year in [-1, 10_000] {
        let mut never = redemption(id(1, 4), pass(1, 1));
        never.event.day = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
        refuse(store, |books| books.record_event(&never, LAST, LINK));
    }
}

fn a_redemption_is_voided_by_its_own_device_for_its_own_pass(store: &dyn Store) {
    keep(store, begin);
    let is_voided = |desk, seq, pass| ask(store, |books| books.is_voided(id(desk, seq), pass));
    // The void of an event that has not arrived yet, twice, and for two passes.
    keep(store, |books| {
        books.record_event(&void(id(1, 5), pass(1, 1), id(1, 1)), LAST, LINK)?;
        books.record_event(&void(id(1, 6), pass(1, 1), id(1, 1)), LAST, LINK)?;
        books.record_event(&void(id(1, 7), pass(1, 2), id(1, 2)), LAST, LINK)
    });
    assert!(is_voided(1, 1, pass(1, 1)) && is_voided(1, 2, pass(1, 2)));
    assert!(!is_voided(1, 1, pass(1, 2)) && !is_voided(1, 3, pass(1, 1)));
    assert!(!is_voided(2, 1, pass(1, 1)));
}

fn a_verdict_is_on_an_event_and_given_once(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let blocked = Verdict::Blocked {
        since: NaiveDate::from_ymd_opt(2026, 6, 1).expect("a date"),
    };
    keep(store, |books| books.record_verdict(id(1, 1), &blocked));
    refuse(store, |books| books.record_verdict(id(1, 1), &blocked));
    refuse(store, |books| books.record_verdict(id(1, 1), &Verdict::Credited));
    refuse(store, |books| books.record_verdict(id(1, LAST + 1), &blocked));
    let answered = ask(store, |books| books.list_answered(device(1), EPOCH, 1, 1));
    assert_eq!(answered[0].verdict, blocked);
}

fn events_answered_are_listed_ascending_within_their_range(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        [5, 2, 8, 3]
            .iter()
            .try_for_each(|&seq| books.record_verdict(id(1, seq), &Verdict::Credited))
    });
    let listed = |first, last| {
        let answered = ask(store, |books| books.list_answered(device(1), EPOCH, first, last));
        answered.into_iter().map(|event| event.seq).collect::<Vec<_>>()
    };
    assert_eq!(listed(1, LAST), [2, 3, 5, 8]);
    assert_eq!(listed(3, 5), [3, 5]);
    assert_eq!(listed(0, u64::MAX), [2, 3, 5, 8]);
    assert_eq!(listed(5, 3), [] as [u64; 0]);
    assert_eq!(listed(u64::MAX, u64::MAX), [] as [u64; 0]);
}

fn a_receipt_is_found_by_exactly_its_range(store: &dyn Store) {
    keep(store, begin);
    let record = |range, parcel: &[u8]| {
        keep(store, |books| {
            books.record_receipt(device(1), EPOCH, range, parcel, 10)
        });
    };
    record((1, 4), b"1-4");
    record((1, 5), b"1-5");
    record((3, 5), b"3-5");
    record((HIGHEST, HIGHEST), b"last");
    let found = |first, last| ask(store, |books| books.find_receipt(device(1), EPOCH, first, last));
    assert_eq!(found(1, 4).as_deref(), Some(&b"1-4"[..]));
    assert_eq!(found(1, 5).as_deref(), Some(&b"1-5"[..]));
    assert_eq!(found(3, 5).as_deref(), Some(&b"3-5"[..]));
    assert_eq!(found(HIGHEST, HIGHEST).as_deref(), Some(&b"last"[..]));
    for (first, last) in [(2, 4), (1, 3), (3, 4), (1, 6), (5, 1), (0, u64::MAX)] {
        assert_eq!(found(first, last), None, "{first} to {last}");
    }
    assert_eq!(
        ask(store, |books| books.find_receipt(device(2), EPOCH, 1, 4)),
        None
    );
    assert_eq!(
        ask(store, |books| books.find_receipt(device(1), Epoch(7), 1, 4)),
        None
    );
}

fn a_receipt_is_to_a_range_and_written_once(store: &dyn Store) {
    keep(store, begin);
    let record =
        |epoch, range| move |books: &dyn Books| books.record_receipt(device(1), epoch, range, b"again", 10);
    keep(store, record(EPOCH, (1, 4)));
    for (epoch, range) in [
        (EPOCH, (1, 4)),
        (EPOCH, (0, 4)),
        (EPOCH, (4, 3)),
        (EPOCH, (1, HIGHEST + 1)),
        (Epoch(7), (1, 4)),
    ] {
        refuse(store, record(epoch, range));
    }
}

fn the_last_receipt_is_the_newest_then_the_one_that_goes_furthest(store: &dyn Store) {
    keep(store, begin);
    let last = || ask(store, |books| books.find_last_receipt(device(1)));
    assert_eq!(last(), None);
    for (range, answered_at, parcel) in [
        ((1, 4), 10, b"1"),
        ((1, 2), 20, b"2"),
        ((1, 3), 20, b"3"),
        ((2, 3), 20, b"4"),
        ((1, LAST), 19, b"4"),
    ] {
        keep(store, |books| {
            books.record_receipt(device(1), EPOCH, range, parcel, answered_at)
        });
        assert_eq!(last().as_deref(), Some(&parcel[..]));
    }
    assert_eq!(ask(store, |books| books.find_last_receipt(device(2))), None);
}

fn a_receipt_is_shown_once_and_for_its_events(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        books.record_receipt(device(1), EPOCH, (2, LAST - 1), b"receipt", 11)
    });
    let is_recalled = |desk, seq| ask(store, |books| books.is_recalled(id(desk, seq)));
    assert!(!is_recalled(1, 2));
    let shown = |last_seq, receipt| Shown {
        first: id(1, 2),
        last_seq,
        receipt: Trace([receipt; 8]),
    };
    let recall = |shown| move |books: &dyn Books| books.record_recall(&shown, 9);
    keep(store, recall(shown(LAST - 1, 1)));
    refuse(store, recall(shown(LAST - 1, 1)));
    refuse(store, recall(shown(LAST, 1)));
    let has_recall = |shown| ask(store, |books| books.has_recall(&shown));
    assert!(has_recall(shown(LAST - 1, 1)) && !has_recall(shown(LAST - 1, 2)));
    keep(store, recall(shown(LAST - 1, 2)));
    assert!(has_recall(shown(LAST - 1, 2)) && !has_recall(shown(LAST - 2, 1)));
    assert!(is_recalled(1, 2) && is_recalled(1, LAST - 1));
    assert!(!is_recalled(1, 1) && !is_recalled(1, LAST) && !is_recalled(2, 2));
}
