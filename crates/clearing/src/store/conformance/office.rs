//! What the officer looks at, and what is kept of what the officer did.

use super::{
    ask, keep, on_each_store,
    samples::{
        LAST, begin, credit, deed, device, id, pass, present, programme_id, siret, structure, waiting,
    },
};
use crate::{
    books::{BookletCredit, OfficerAct, Waiting},
    samples::programme,
    store::Store,
};
use passerelle_domain::{id::BirthId, pass::PassId, programme::ProgrammeId};

on_each_store![
    structures_are_listed_by_siret,
    devices_are_listed_with_when_they_came_were_heard_and_stopped,
    claims_for_the_officer_are_listed_in_order_of_arrival_whatever_their_pass,
    all_that_waits_on_a_booklet_is_listed_and_nothing_of_its_neighbours,
    credits_on_a_booklet_are_listed_by_rank_and_attempt_with_their_instants,
    acts_are_numbered_without_gaps_and_come_back_as_they_were_written,
    every_act_of_an_officer_can_be_written_down,
];

fn structures_are_listed_by_siret(store: &dyn Store) {
    assert_eq!(ask(store, |books| books.list_structures()), []);
    keep(store, begin);
    keep(store, |books| books.record_structure(&structure(3), 1));
    let mut expected = [1, 2, 3].map(structure);
    expected.sort_by(|a, b| a.siret.cmp(&b.siret));
    assert_eq!(ask(store, |books| books.list_structures()), expected);
}

fn devices_are_listed_with_when_they_came_were_heard_and_stopped(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        books.record_structure(&structure(3), 1)?;
        books.record_device(super::samples::public(3), &siret(3), "Bus", 4)?;
        books.record_revocation(device(2), 13)?;
        books.record_revocation(device(2), 14)
    });
    let listed = ask(store, |books| books.list_devices());
    let mut sirets: Vec<_> = listed.iter().map(|row| row.siret.clone()).collect();
    assert!(sirets.is_sorted());
    sirets.dedup();
    assert_eq!(sirets.len(), 3);
    let of = |desk| {
        let row = listed
            .iter()
            .find(|row| row.device == device(desk))
            .expect("listed");
        (
            row.label.as_str(),
            row.enrolled_at,
            row.last_heard_at,
            row.revoked_at,
        )
    };
    assert_eq!(of(1), ("Poste", 1, Some(10), None));
    assert_eq!(of(2), ("Poste", 1, Some(10), Some(13)));
    assert_eq!(of(3), ("Bus", 4, None, None));
}

fn events(claims: Vec<(PassId, Waiting)>) -> Vec<(PassId, BirthId)> {
    claims
        .into_iter()
        .map(|(pass, waiting)| (pass, waiting.event))
        .collect()
}

fn claims_for_the_officer_are_listed_in_order_of_arrival_whatever_their_pass(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        books.insert_waiting(pass(9, 3), &waiting(2, 3, "taken_elsewhere"))?;
        books.insert_waiting(pass(1, 1), &waiting(1, 1, "to_examine"))?;
        books.insert_waiting(pass(1, 2), &waiting(1, 2, "not_activated"))?;
        books.insert_waiting(pass(1, 4), &waiting(1, 4, "unknown"))?;
        books.insert_waiting(pass(2, 1), &waiting(1, 5, "to_examine"))
    });
    let listed = || events(ask(store, |books| books.list_claims()));
    assert_eq!(
        listed(),
        [
            (pass(9, 3), id(2, 3)),
            (pass(1, 1), id(1, 1)),
            (pass(2, 1), id(1, 5))
        ]
    );
    keep(store, |books| {
        books.remove_waiting(id(1, 1))?;
        books.update_waiting(id(1, 2), "taken_elsewhere")
    });
    assert_eq!(
        listed(),
        [
            (pass(9, 3), id(2, 3)),
            (pass(1, 2), id(1, 2)),
            (pass(2, 1), id(1, 5))
        ]
    );
}

fn all_that_waits_on_a_booklet_is_listed_and_nothing_of_its_neighbours(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        for (seq, (booklet, rank)) in (1..).zip([(2, 255), (2, 0), (1, 255), (3, 0), (2, 7)]) {
            let codes = ["unknown", "to_examine", "not_activated"];
            let code = codes[usize::try_from(seq).expect("small") % 3];
            books.insert_waiting(pass(booklet, rank), &waiting(1, seq, code))?;
        }
        Ok(())
    });
    let listed = |programme, booklet| events(ask(store, |books| books.list_waiting_on(programme, booklet)));
    assert_eq!(
        listed(programme_id(), 2),
        [
            (pass(2, 255), id(1, 1)),
            (pass(2, 0), id(1, 2)),
            (pass(2, 7), id(1, 5))
        ]
    );
    assert_eq!(listed(programme_id(), u32::MAX), []);
    assert_eq!(listed(ProgrammeId(99), 2), []);
}

fn credits_on_a_booklet_are_listed_by_rank_and_attempt_with_their_instants(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        credit(books, pass(1, 9), 0, 1, 9)?;
        credit(books, pass(1, 1), 0, 1, 1)?;
        books.record_withdrawal(pass(1, 1), 0, id(1, LAST), 21)?;
        credit(books, pass(1, 1), 1, 2, 1)?;
        credit(books, pass(2, 1), 0, 2, 2)
    });
    let given = |rank, attempt, desk, seq, withdrawn_at| BookletCredit {
        rank,
        attempt,
        siret: siret(desk),
        amount: programme().face_value,
        event: id(desk, seq),
        credited_at: 20,
        withdrawn_at,
    };
    let listed = |programme, booklet| ask(store, |books| books.list_credits_on(programme, booklet));
    assert_eq!(
        listed(programme_id(), 1),
        [
            given(1, 0, 1, 1, Some(21)),
            given(1, 1, 2, 1, None),
            given(9, 0, 1, 9, None)
        ]
    );
    assert_eq!(listed(programme_id(), 3), []);
    assert_eq!(listed(ProgrammeId(99), 1), []);
}

fn acts_are_numbered_without_gaps_and_come_back_as_they_were_written(store: &dyn Store) {
    assert_eq!(ask(store, |books| books.list_audits()), []);
    let deeds = [
        deed(OfficerAct::ClaimDeclined, "z"),
        deed(OfficerAct::MonthClosed, "a"),
    ];
    for deed in &deeds {
        keep(store, |books| books.record_audit(deed));
    }
    let failed = store.write(|books| {
        books.record_audit(&deeds[0])?;
        Err::<(), _>(crate::error::Error::NoReason)
    });
    assert!(failed.is_err());
    keep(store, |books| books.record_audit(&deeds[0]));
    let listed = ask(store, |books| books.list_audits());
    let numbers: Vec<u64> = listed.iter().map(|audit| audit.number).collect();
    assert_eq!(numbers, [1, 2, 3]);
    let kept = listed.into_iter().map(|audit| audit.deed);
    assert_eq!(
        kept.collect::<Vec<_>>(),
        [deeds[0].clone(), deeds[1].clone(), deeds[0].clone()]
    );
}

fn every_act_of_an_officer_can_be_written_down(store: &dyn Store) {
    for act in OfficerAct::ALL {
        assert_eq!(OfficerAct::from_code(act.code()), Some(act));
        keep(store, |books| books.record_audit(&deed(act, "Camille")));
    }
    let listed = ask(store, |books| books.list_audits());
    let acts: Vec<_> = listed.iter().map(|audit| audit.deed.act).collect();
    assert_eq!(acts, OfficerAct::ALL);
}
