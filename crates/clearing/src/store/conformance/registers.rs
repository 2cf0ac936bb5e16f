//! Programmes, structures, devices, lives of the service, and the figures of the whole.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{
        LAST, begin, credit, device, fill, id, pass, present, programme_id, public, siret, site, stranger,
        structure,
    },
};
use crate::{
    error::Error,
    samples::programme,
    store::{Books, Store},
};
use passerelle_domain::{
    id::ServerId,
    programme::ProgrammeId,
    wire::{ProofKey, Verdict},
};
use std::slice;

on_each_store![
    a_programme_is_written_once_and_comes_back_whole,
    pass_keys_are_numbered_through_all_programmes_and_the_newest_signs,
    a_structure_is_written_once_under_a_name,
    a_code_is_issued_once_and_serves_once,
    a_device_is_enrolled_once,
    a_device_is_revoked_for_good_and_twice_is_once,
    a_site_renamed_keeps_the_words_of_each_day,
    the_last_life_of_the_service_counts_and_each_begins_once,
    the_version_of_the_state_grows_with_what_the_state_says,
    events_are_counted_by_their_last_word,
];

fn a_programme_is_written_once_and_comes_back_whole(store: &dyn Store) {
    let (mut second, first) = (programme(), programme());
    second.id = ProgrammeId(0);
    keep(store, |books| books.record_programme(&first, 1));
    keep(store, |books| books.record_programme(&second, 1));
    refuse(store, |books| books.record_programme(&first, 1));
    let mut dearer = first.clone();
    dearer.face_value.0 += 1;
    refuse(store, |books| books.record_programme(&dearer, 1));
    assert_eq!(
        ask(store, |books| books.list_programmes()),
        [second, first.clone()]
    );
    assert_eq!(ask(store, |books| books.get_programme(first.id)), first);
    let missing = store.read(|books| books.get_programme(ProgrammeId(99)));
    assert!(matches!(missing, Err(Error::NoSuchProgramme(ProgrammeId(99)))));
}

fn pass_keys_are_numbered_through_all_programmes_and_the_newest_signs(store: &dyn Store) {
    let mut other = programme();
    other.id = ProgrammeId(u16::MAX);
    keep(store, |books| {
        books.record_programme(&programme(), 1)?;
        books.record_programme(&other, 1)?;
        books.record_pass_key(programme_id(), &[1; 32], 1)?;
        books.record_pass_key(other.id, &[2; 32], 1)?;
        books.record_pass_key(programme_id(), &[3; 32], 1)
    });
    refuse(store, |books| books.record_pass_key(ProgrammeId(99), &[4; 32], 1));
    let newest = |programme| {
        let key = ask(store, |books| books.find_pass_key(programme));
        key.map(|key| (key.id.0, key.private.seed()))
    };
    assert_eq!(newest(programme_id()), Some((3, [3; 32])));
    assert_eq!(newest(other.id), Some((2, [2; 32])));
    assert_eq!(newest(ProgrammeId(99)), None);
    let missing = store.read(|books| books.get_pass_key(ProgrammeId(99)));
    assert!(matches!(missing, Err(Error::Damaged(_))));
    let all = ask(store, |books| books.list_pass_keys());
    assert_eq!(all.iter().map(|key| key.id.0).collect::<Vec<_>>(), [1, 2, 3]);
}

fn a_structure_is_written_once_under_a_name(store: &dyn Store) {
    keep(store, |books| books.record_structure(&structure(1), 1));
    let mut renamed = structure(1);
    renamed.name.push('s');
    refuse(store, |books| books.record_structure(&structure(1), 1));
    refuse(store, |books| books.record_structure(&renamed, 1));
    let mut nameless = structure(2);
    nameless.name.clear();
    refuse(store, |books| books.record_structure(&nameless, 1));
    assert_eq!(
        ask(store, |books| books.find_structure(&siret(1))),
        Some(structure(1))
    );
    assert_eq!(ask(store, |books| books.find_structure(&siret(2))), None);
}

fn a_code_is_issued_once_and_serves_once(store: &dyn Store) {
    keep(store, begin);
    let issue = |key: u8, ends_at| {
        move |books: &dyn Books| books.record_enrolment([7; 3], &ProofKey([key; 32]), &siret(1), 10, ends_at)
    };
    refuse(store, issue(1, 10));
    refuse(store, |books| {
        books.record_enrolment([7; 3], &ProofKey([1; 32]), &stranger(), 10, 20)
    });
    refuse(store, |books| {
        books.record_enrolment_use([7; 3], device(1), b"answer", 15)
    });
    assert!(keep(store, issue(1, 20)));
    assert!(!keep(store, issue(2, 30)), "its short part is taken");
    let found = || ask(store, |books| books.find_enrolment([7; 3])).expect("issued");
    assert!(found().proof_key == ProofKey([1; 32]) && found().used.is_none());
    assert_eq!((found().ends_at, found().structure), (20, structure(1)));
    refuse(store, |books| {
        books.record_enrolment_use([7; 3], public(3).device_id(), b"answer", 15)
    });
    keep(store, |books| {
        books.record_enrolment_use([7; 3], device(1), b"answer", 15)
    });
    refuse(store, |books| {
        books.record_enrolment_use([7; 3], device(1), b"answer", 15)
    });
    refuse(store, |books| {
        books.record_enrolment_use([7; 3], device(2), b"other", 16)
    });
    assert_eq!(found().used, Some((device(1), b"answer".to_vec())));
    assert!(ask(store, |books| books.find_enrolment([8; 3])).is_none());
}

fn a_device_is_enrolled_once(store: &dyn Store) {
    keep(store, |books| books.record_structure(&structure(1), 1));
    refuse(store, |books| {
        books.record_device(public(1), &siret(2), "Poste", 1)
    });
    keep(store, |books| {
        books.record_device(public(1), &siret(1), "Poste", 1)
    });
    keep(store, |books| books.record_structure(&structure(2), 1));
    refuse(store, |books| {
        books.record_device(public(1), &siret(1), "Poste", 1)
    });
    refuse(store, |books| {
        books.record_device(public(1), &siret(2), "Poste 2", 1)
    });
    let found = ask(store, |books| books.find_device(device(1))).expect("enrolled");
    assert_eq!((found.id, found.public), (device(1), public(1)));
    assert_eq!(
        (found.siret, found.enrolled_at, found.is_revoked),
        (siret(1), 1, false)
    );
    assert_eq!(ask(store, |books| books.find_device(device(2))), None);
}

fn a_device_is_revoked_for_good_and_twice_is_once(store: &dyn Store) {
    keep(store, begin);
    refuse(store, |books| books.record_revocation(public(3).device_id(), 5));
    keep(store, |books| books.record_revocation(device(1), 5));
    keep(store, |books| books.record_revocation(device(1), 6));
    let is_revoked = |desk| {
        ask(store, |books| books.find_device(device(desk)))
            .expect("enrolled")
            .is_revoked
    };
    assert!(is_revoked(1) && !is_revoked(2));
}

fn a_site_renamed_keeps_the_words_of_each_day(store: &dyn Store) {
    keep(store, begin);
    let (old, new) = (site("Salle"), site("Salle Colette"));
    keep(store, |books| {
        books.record_sites(device(1), &[old.clone(), new.clone()])
    });
    keep(store, |books| {
        books.record_sites(device(1), slice::from_ref(&new))
    });
    let found = |version| ask(store, |books| books.find_site(device(1), 1, version));
    assert_eq!(found(None), Some((2, new.clone())));
    assert_eq!(found(Some(1)), Some((1, old.clone())));
    assert_eq!(found(Some(2)), Some((2, new)));
    assert_eq!(found(Some(3)), None);
    assert_eq!(found(Some(0)), None);
    assert_eq!(ask(store, |books| books.find_site(device(1), 2, None)), None);
    assert_eq!(
        ask(store, |books| books.find_site(device(2), 1, None)),
        Some((1, old.clone()))
    );
    refuse(store, |books| books.record_site(device(1), 2, &old));
    refuse(store, |books| books.record_site(device(1), 0, &old));
    refuse(store, |books| books.record_site(public(3).device_id(), 1, &old));
}

fn the_last_life_of_the_service_counts_and_each_begins_once(store: &dyn Store) {
    let (first, second) = (ServerId([1; 16]), ServerId([2; 16]));
    let found = || ask(store, |books| books.find_generation());
    assert_eq!(found(), None);
    keep(store, |books| books.record_generation(0, first, 1));
    assert_eq!(found(), Some((first, 0)));
    refuse(store, |books| books.record_generation(0, second, 1));
    keep(store, |books| books.record_generation(u32::MAX, second, 2));
    keep(store, |books| books.record_generation(1, first, 3));
    assert_eq!(found(), Some((second, u32::MAX)));
}

fn the_version_of_the_state_grows_with_what_the_state_says(store: &dyn Store) {
    let version = || ask(store, |books| books.state_version());
    assert_eq!(version(), 0);
    keep(store, begin);
    assert_eq!(version(), 2, "a programme and its key");
    keep(store, present);
    assert_eq!(version(), 2);
    keep(store, |books| credit(books, pass(1, 1), 0, 1, 1));
    assert_eq!(version(), 3);
    let lost = store.write(|books| {
        credit(books, pass(1, 2), 0, 1, 2)?;
        Err::<(), _>(Error::Damaged("for the test"))
    });
    assert!(lost.is_err());
    assert_eq!(version(), 3);
    keep(store, |books| books.record_withdrawal(pass(1, 1), 0, id(1, 9), 2));
    assert_eq!(version(), 4);
    keep(store, |books| {
        books.record_decision(&siret(1), id(1, 3), &Verdict::Declined, 2)
    });
    assert_eq!(version(), 4);
}

fn events_are_counted_by_their_last_word(store: &dyn Store) {
    keep(store, fill);
    keep(store, |books| {
        books.record_decision(&siret(1), id(1, 2), &Verdict::ToExamine, 30)?;
        books.record_decision(&siret(1), id(1, 2), &Verdict::Declined, 31)?;
        // No first word was given on this one.
        books.record_decision(&siret(2), id(2, 5), &Verdict::Declined, 31)
    });
    let counts = ask(store, |books| books.counts());
    assert_eq!((counts.structures, counts.devices, counts.batches), (2, 2, 2));
    assert_eq!((counts.events, counts.decisions), (2 * LAST, 4));
    let words: Vec<_> = counts.verdicts.into_iter().collect();
    let expected = [("credited", LAST - 2), ("declined", 1), ("voided", 1)];
    assert_eq!(words, expected.map(|(word, count)| (word.to_owned(), count)));
}
