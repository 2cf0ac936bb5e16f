use crate::{desk::Desk, service::Service};
use passerelle_domain::wire::Verdict;
use std::thread;

#[test]
fn eight_desks_at_once_are_credited_for_each_pass_once() {
    credit_each_pass_once(&Service::new());
}

#[cfg(target_os = "linux")]
#[test]
fn eight_desks_at_once_are_credited_for_each_pass_once_in_a_database() {
    let database = crate::cluster::Database::new();
    credit_each_pass_once(&Service::in_database(database.address()));
}

#[test]
fn one_batch_sent_eight_times_at_once_has_one_answer() {
    answer_once(&Service::new());
}

#[cfg(target_os = "linux")]
#[test]
fn one_batch_sent_eight_times_at_once_has_one_answer_in_a_database() {
    let database = crate::cluster::Database::new();
    answer_once(&Service::in_database(database.address()));
}

/// Eight structures present the same hundred passes at once, each in another order.
fn credit_each_pass_once(service: &Service) {
    let desks: Vec<Desk> = (0..8u8)
        .map(|number| {
            let mut desk = Desk::enrolled(service, u32::from(number), number + 1);
            for at in 0..100u32 {
                let pass = (at * 37 + u32::from(number) * 11) % 100;
                desk.take(1 + pass / 10, u8::try_from(1 + pass % 10).expect("small"));
            }
            desk
        })
        .collect();
    let verdicts: Vec<Verdict> = thread::scope(|scope| {
        let clients: Vec<_> = desks
            .iter()
            .map(|desk| {
                scope.spawn(move || {
                    let mut verdicts = Vec::new();
                    for first in (1..=100).step_by(10) {
                        verdicts.extend(desk.send(service, first, first + 9).verdicts);
                    }
                    verdicts
                })
            })
            .collect();
        clients
            .into_iter()
            .flat_map(|client| client.join().expect("no client fails"))
            .collect()
    });
    let credited = verdicts
        .iter()
        .filter(|verdict| **verdict == Verdict::Credited)
        .count();
    assert_eq!((verdicts.len(), credited), (800, 100));
    let others = verdicts
        .iter()
        .filter(|verdict| matches!(verdict, Verdict::TakenElsewhere { .. }));
    assert_eq!(others.count(), 700);
    let programme = &service.clearing.status().expect("it answers").programmes[0];
    assert_eq!((programme.credited, programme.credited_cents.0), (100, 100_000));
}

/// The same batch from many connections at once: one answer, many times.
fn answer_once(service: &Service) {
    let mut desk = Desk::enrolled(service, 1, 1);
    for rank in 1..=10 {
        desk.take(1, rank);
    }
    let answers: Vec<Vec<u8>> = thread::scope(|scope| {
        let clients: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| desk.post(service, 1, 10).body))
            .collect();
        clients
            .into_iter()
            .map(|client| client.join().expect("no client fails"))
            .collect()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(
        service.clearing.status().expect("it answers").programmes[0].credited,
        10
    );
}
