//! What waits, and the later words on it.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{LAST, begin, device, id, pass, present, programme_id, range, siret, stranger, waiting},
};
use crate::{books::Waiting, store::Store};
use passerelle_domain::{
    event::Link,
    id::{BirthId, ServerId},
    programme::ProgrammeId,
    wire::{Trace, Verdict, first_number},
};

on_each_store![
    claims_on_a_pass_are_listed_in_order_of_arrival,
    what_waits_for_booklets_is_listed_in_order_of_arrival,
    a_claim_that_changes_keeps_its_place_and_one_that_comes_back_goes_last,
    an_event_waits_once_and_for_something,
    what_does_not_wait_is_neither_changed_nor_removed,
    decisions_are_numbered_by_structure_without_gaps,
    decisions_are_listed_ascending_after_a_number,
    a_decision_is_on_an_event_and_told_to_a_structure,
    each_generation_numbers_its_decisions_afresh,
    the_last_word_on_an_event_is_its_last_decision_or_its_verdict,
    the_last_decision_on_each_event_is_listed_once,
    what_a_device_has_waiting_is_listed_in_order_of_arrival,
];

fn events(waiting: Vec<Waiting>) -> Vec<BirthId> {
    waiting.into_iter().map(|waiting| waiting.event).collect()
}

/// Who claims pass 1/1, and who waits for booklets 1 to 9.
fn listed(store: &dyn Store) -> (Vec<BirthId>, Vec<BirthId>) {
    let contested = ask(store, |books| books.list_contested(pass(1, 1)));
    let unissued = ask(store, |books| {
        books.list_waiting_for_booklets(programme_id(), range(1, 9))
    });
    (events(contested), events(unissued))
}

fn claims_on_a_pass_are_listed_in_order_of_arrival(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        for (desk, seq) in [(2, 7), (1, 3), (2, 1), (1, 8)] {
            books.insert_waiting(pass(1, 1), &waiting(desk, seq, "taken_elsewhere"))?;
        }
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "to_examine"))?;
        books.insert_waiting(pass(1, 1), &waiting(1, 2, "not_activated"))?;
        books.insert_waiting(pass(1, 2), &waiting(1, 4, "taken_elsewhere"))?;
        books.insert_waiting(pass(2, 1), &waiting(1, 5, "taken_elsewhere"))
    });
    let (contested, unissued) = listed(store);
    assert_eq!(contested, [id(2, 7), id(1, 3), id(2, 1), id(1, 8)]);
    assert_eq!(unissued, [id(1, 2)]);
    let whole = ask(store, |books| books.list_contested(pass(1, 2)));
    assert_eq!(whole, [waiting(1, 4, "taken_elsewhere")]);
}

fn what_waits_for_booklets_is_listed_in_order_of_arrival(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        for (booklet, seq, code) in [
            (9, 5, "unknown"),
            (1, 4, "not_activated"),
            (u32::MAX, 3, "unknown"),
            (5, 2, "to_examine"),
            (5, 1, "unknown"),
            (0, 6, "unknown"),
        ] {
            books.insert_waiting(pass(booklet, 1), &waiting(1, seq, code))?;
        }
        Ok(())
    });
    let listed = |programme, first, last| {
        let range = range(first, last);
        events(ask(store, |books| {
            books.list_waiting_for_booklets(programme, range)
        }))
    };
    let all = [5, 4, 3, 1, 6].map(|seq| id(1, seq));
    assert_eq!(listed(programme_id(), 0, u32::MAX), all);
    assert_eq!(listed(programme_id(), 1, 9), [id(1, 5), id(1, 4), id(1, 1)]);
    assert_eq!(listed(programme_id(), 6, 8), []);
    assert_eq!(listed(programme_id(), 9, 1), []);
    assert_eq!(listed(ProgrammeId(99), 0, u32::MAX), []);
}

fn a_claim_that_changes_keeps_its_place_and_one_that_comes_back_goes_last(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        (1..=3).try_for_each(|seq| books.insert_waiting(pass(1, 1), &waiting(1, seq, "unknown")))
    });
    assert_eq!(listed(store).1, [id(1, 1), id(1, 2), id(1, 3)]);
    keep(store, |books| books.update_waiting(id(1, 1), "taken_elsewhere"));
    assert_eq!(listed(store), (vec![id(1, 1)], vec![id(1, 2), id(1, 3)]));
    keep(store, |books| books.update_waiting(id(1, 1), "not_activated"));
    assert_eq!(listed(store).1, [id(1, 1), id(1, 2), id(1, 3)]);
    keep(store, |books| books.remove_waiting(id(1, 1)));
    assert_eq!(listed(store).1, [id(1, 2), id(1, 3)]);
    keep(store, |books| {
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "unknown"))
    });
    assert_eq!(listed(store).1, [id(1, 2), id(1, 3), id(1, 1)]);
    keep(store, |books| {
        books.remove_waiting(id(1, 1))?;
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "unknown"))
    });
    assert_eq!(listed(store).1, [id(1, 2), id(1, 3), id(1, 1)]);
}

fn an_event_waits_once_and_for_something(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "unknown"))
    });
    refuse(store, |books| {
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "unknown"))
    });
    refuse(store, |books| {
        books.insert_waiting(pass(1, 2), &waiting(1, 1, "to_examine"))
    });
    refuse(store, |books| {
        books.insert_waiting(pass(1, 1), &waiting(1, LAST + 1, "unknown"))
    });
    refuse(store, |books| books.update_waiting(id(1, 1), "credited"));
    for code in ["credited", "declined", ""] {
        refuse(store, |books| {
            books.insert_waiting(pass(1, 2), &waiting(1, 2, code))
        });
    }
    let mut nobodys = waiting(1, 2, "unknown");
    nobodys.siret = stranger();
    refuse(store, |books| books.insert_waiting(pass(1, 2), &nobodys));
}

fn what_does_not_wait_is_neither_changed_nor_removed(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "unknown"))
    });
    keep(store, |books| {
        books.update_waiting(id(1, 2), "to_examine")?;
        books.remove_waiting(id(2, 1))?;
        books.remove_waiting(id(1, LAST + 1))
    });
    assert_eq!(listed(store), (vec![], vec![id(1, 1)]));
}

fn decisions_are_numbered_by_structure_without_gaps(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let decide = |desk, seq| {
        keep(store, |books| {
            books.record_decision(&siret(desk), id(desk, seq), &Verdict::Credited, 30 + seq)
        });
    };
    decide(1, 5);
    decide(2, 1);
    decide(1, 2);
    // The same event may have several words: the officer's comes after the first.
    decide(1, 5);
    let stream = |desk| {
        let decisions = ask(store, |books| books.list_decisions(&siret(desk), 0, 100));
        let told = decisions
            .into_iter()
            .map(|it| (it.number, it.event, it.decided_at));
        told.collect::<Vec<_>>()
    };
    assert_eq!(
        stream(1),
        [(1, id(1, 5), 35), (2, id(1, 2), 32), (3, id(1, 5), 35)]
    );
    assert_eq!(stream(2), [(1, id(2, 1), 31)]);
}

fn decisions_are_listed_ascending_after_a_number(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        (1..=LAST).try_for_each(|seq| {
            books.record_decision(&siret(1), id(1, LAST + 1 - seq), &Verdict::Declined, seq)
        })
    });
    let numbers = |since, limit| {
        let decisions = ask(store, |books| books.list_decisions(&siret(1), since, limit));
        decisions.into_iter().map(|it| it.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(0, usize::MAX), (1..=LAST).collect::<Vec<_>>());
    assert_eq!(numbers(3, 2), [4, 5]);
    assert_eq!(numbers(LAST - 1, 100), [LAST]);
    for since in [LAST, i64::MAX.cast_unsigned(), u64::MAX] {
        assert_eq!(numbers(since, 100), [] as [u64; 0], "{since}");
    }
    assert_eq!(numbers(0, 0), [] as [u64; 0]);
    assert_eq!(ask(store, |books| books.list_decisions(&siret(2), 0, 100)), []);
}

fn a_decision_is_on_an_event_and_told_to_a_structure(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    refuse(store, |books| {
        books.record_decision(&siret(1), id(1, LAST + 1), &Verdict::Credited, 30)
    });
    refuse(store, |books| {
        books.record_decision(&stranger(), id(1, 1), &Verdict::Credited, 30)
    });
}

fn each_generation_numbers_its_decisions_afresh(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let decide = |seq| {
        keep(store, |books| {
            books.record_decision(&siret(1), id(1, seq), &Verdict::Credited, 30)
        });
    };
    keep(store, |books| books.record_generation(0, ServerId([1; 16]), 1));
    decide(1);
    keep(store, |books| books.record_generation(3, ServerId([1; 16]), 2));
    decide(2);
    decide(3);
    let decisions = ask(store, |books| books.list_decisions(&siret(1), 0, 100));
    let numbers: Vec<u64> = decisions.iter().map(|decision| decision.number).collect();
    assert_eq!(numbers, [1, first_number(3), first_number(3) + 1]);
}

fn the_last_word_on_an_event_is_its_last_decision_or_its_verdict(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    let last = |seq| ask(store, |books| books.find_last_word(id(1, seq)));
    assert_eq!(last(1), None);
    keep(store, |books| books.record_verdict(id(1, 1), &Verdict::Unknown));
    assert_eq!(last(1), Some(Verdict::Unknown));
    for word in [Verdict::ToExamine, Verdict::Declined] {
        keep(store, |books| {
            books.record_decision(&siret(1), id(1, 1), &word, 30)
        });
    }
    assert_eq!(last(1), Some(Verdict::Declined));
    assert_eq!(last(2), None);
    let decided = |seq| ask(store, |books| books.find_last_decision(id(1, seq)));
    let numbered = decided(1).map(|last| (last.number, last.event, last.verdict, last.decided_at));
    assert_eq!(numbered, Some((2, id(1, 1), Verdict::Declined, 30)));
    let its_link = Trace::of_link(&Link([1; 32]));
    assert_eq!(decided(1).and_then(|last| last.link), Some(its_link));
    keep(store, |books| books.record_verdict(id(1, 2), &Verdict::Unknown));
    assert_eq!(decided(2), None);
}

fn the_last_decision_on_each_event_is_listed_once(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    for (desk, seq, word) in [
        (2, 1, Verdict::Credited),
        (1, 5, Verdict::ToExamine),
        (1, 2, Verdict::Credited),
        (1, 5, Verdict::Declined),
    ] {
        keep(store, |books| {
            books.record_decision(&siret(desk), id(desk, seq), &word, 30 + seq)
        });
    }
    let listed = ask(store, |books| books.list_last_words());
    let told = listed
        .into_iter()
        .map(|(siret, it)| (siret, it.number, it.event, it.verdict, it.decided_at));
    let mut expected = vec![
        (siret(1), 2, id(1, 2), Verdict::Credited, 32),
        (siret(1), 3, id(1, 5), Verdict::Declined, 35),
        (siret(2), 1, id(2, 1), Verdict::Credited, 31),
    ];
    expected.sort_by_key(|(siret, number, ..)| (siret.clone(), *number));
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

fn what_a_device_has_waiting_is_listed_in_order_of_arrival(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    for (desk, seq, code) in [
        (1, 3, "unknown"),
        (1, 2, "not_activated"),
        (2, 4, "unknown"),
        (1, 1, "taken_elsewhere"),
    ] {
        let rank = u8::try_from(seq).expect("small");
        keep(store, |books| {
            books.insert_waiting(pass(1, rank), &waiting(desk, seq, code))
        });
    }
    let listed = |desk| ask(store, |books| books.list_waiting_of(device(desk)));
    assert_eq!(
        listed(1),
        [
            (pass(1, 3), waiting(1, 3, "unknown")),
            (pass(1, 2), waiting(1, 2, "not_activated")),
            (pass(1, 1), waiting(1, 1, "taken_elsewhere")),
        ]
    );
    assert_eq!(listed(2), [(pass(1, 4), waiting(2, 4, "unknown"))]);
}
