//! Whoever asks too often, too slowly or for too long.

use crate::{
    desk::Desk,
    http,
    service::{Service, siret},
};
use passerelle_clearing::{Limits, limits::Allowance};
use passerelle_domain::wire::{EnrolmentCode, Refused};
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

fn refusal(answer: &http::Answer) -> (u16, Option<Refused>) {
    (answer.status, Refused::from_bytes(&answer.body))
}

#[test]
fn an_address_that_asks_too_often_is_told_when_to_come_back() {
    let service = Service::within(Limits {
        per_address: Allowance::new(3, 60),
        ..Limits::default()
    });
    for _ in 0..3 {
        assert_eq!(http::get(service.address(), "/v1/health", &[]).status, 200);
    }
    let answer = http::get(service.address(), "/v1/health", &[]);
    assert_eq!(refusal(&answer), (429, Some(Refused::TryLater)));
    let seconds = answer.header("retry-after").expect("it says when");
    assert_eq!(seconds, "1");
    thread::sleep(Duration::from_secs(1));
    assert_eq!(http::get(service.address(), "/v1/health", &[]).status, 200);
}

#[test]
fn a_device_that_asks_too_often_leaves_its_neighbours_alone() {
    let service = Service::within(Limits {
        per_device: Allowance::new(2, 1),
        ..Limits::default()
    });
    let (loud, quiet) = (Desk::enrolled(&service, 1, 1), Desk::enrolled(&service, 2, 2));
    assert_eq!(loud.ask(&service, "/v1/state").status, 200);
    assert_eq!(
        refusal(&loud.ask(&service, "/v1/state")),
        (429, Some(Refused::TryLater))
    );
    assert_eq!(quiet.ask(&service, "/v1/state").status, 200);
}

#[test]
fn a_code_is_not_guessed_for_long_whoever_guesses() {
    let service = Service::within(Limits {
        guesses_per_code: Allowance::new(3, 1),
        ..Limits::default()
    });
    service.clearing.add_structure(&siret(1), "Ville").expect("added");
    let code = service.code(1);
    let [one, two, three] = code.lookup();
    let guessed = |last: u8| EnrolmentCode::from_chance([one, two, three, 0, 0, 0, 0, 0, last]);
    for seed in 1..=3 {
        let answer = Desk::stranger(seed).enrol(&service, &guessed(seed));
        assert_eq!(refusal(&answer), (403, Some(Refused::UnknownCode)));
    }
    // Even the right code has to wait now: nobody may learn which one it is.
    let answer = Desk::stranger(9).enrol(&service, &code);
    assert_eq!(refusal(&answer), (429, Some(Refused::TryLater)));
    // Another code is not concerned.
    let other = service.code(1);
    assert_eq!(Desk::stranger(9).enrol(&service, &other).status, 200);
}

#[test]
fn an_address_does_not_try_its_luck_for_long() {
    let service = Service::within(Limits {
        guesses_per_address: Allowance::new(5, 1),
        ..Limits::default()
    });
    service.clearing.add_structure(&siret(1), "Ville").expect("added");
    let code = service.code(1);
    let desk = Desk::stranger(9);
    // A right code costs nothing, however often its answer was lost.
    for _ in 0..10 {
        assert_eq!(desk.enrol(&service, &code).status, 200);
    }
    for seed in 1..=5 {
        let answer = Desk::stranger(seed).enrol(&service, &EnrolmentCode::from_chance([seed; 9]));
        assert_eq!(refusal(&answer), (403, Some(Refused::UnknownCode)));
    }
    let answer = Desk::stranger(6).enrol(&service, &EnrolmentCode::from_chance([6; 9]));
    assert_eq!(refusal(&answer), (429, Some(Refused::TryLater)));
}

#[test]
fn a_head_that_comes_drop_by_drop_is_not_waited_for() {
    let service = Service::within(Limits {
        head: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    let began = Instant::now();
    let cut = (0..100).any(|_| {
        thread::sleep(Duration::from_millis(50));
        stream.write_all(b"G").is_err()
    });
    assert!(
        cut && began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn a_body_that_comes_drop_by_drop_is_not_waited_for() {
    let service = Service::within(Limits {
        body: Duration::from_millis(300),
        ..Limits::default()
    });
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    let head = "POST /v1/batches HTTP/1.1\r\nHost: test\r\nContent-Length: 1000\r\n\r\n";
    stream.write_all(head.as_bytes()).expect("sent");
    let mut drops = stream.try_clone().expect("the same connection");
    let dropping = thread::spawn(move || {
        while drops.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let began = Instant::now();
    let answer = http::read(stream);
    assert_eq!(refusal(&answer), (408, Some(Refused::TryLater)));
    assert!(began.elapsed() < Duration::from_secs(3));
    dropping.join().expect("cut off");
}

#[test]
fn a_connection_that_says_nothing_leaves_its_place_to_others() {
    let service = Service::within(Limits {
        connections: 2,
        head: Duration::from_millis(700),
        ..Limits::default()
    });
    let idle: Vec<TcpStream> = (0..2)
        .map(|_| TcpStream::connect(service.address()).expect("it listens"))
        .collect();
    thread::sleep(Duration::from_millis(100));
    let began = Instant::now();
    assert_eq!(http::get(service.address(), "/v1/health", &[]).status, 200);
    // It was not served beside them, but after one of them.
    assert!(
        began.elapsed() > Duration::from_millis(300),
        "{:?}",
        began.elapsed()
    );
    drop(idle);
}

#[test]
fn more_desks_than_there_are_places_are_all_answered() {
    let service = Service::within(Limits {
        connections: 10,
        ..Limits::default()
    });
    let address = service.address();
    let answered = thread::scope(|scope| {
        let desks: Vec<_> = (0..100)
            .map(|_| scope.spawn(move || http::get(address, "/v1/health", &[]).status))
            .collect();
        desks
            .into_iter()
            .filter_map(|desk| desk.join().ok())
            .filter(|status| *status == 200)
            .count()
    });
    assert_eq!(answered, 100);
}

#[test]
fn a_head_without_end_is_not_read_to_its_end() {
    let service = Service::new();
    let mut head = b"GET /v1/health HTTP/1.1\r\nHost: test\r\nConnection: close\r\nx-filler: ".to_vec();
    head.resize(head.len() + (64 << 10), b'x');
    head.extend(b"\r\n\r\n");
    assert_eq!(http::send_raw(service.address(), &head).status, 431);
}

#[test]
fn a_connection_is_not_kept_for_ever() {
    let service = Service::within(Limits {
        connection: Duration::from_millis(400),
        ..Limits::default()
    });
    let mut stream = TcpStream::connect(service.address()).expect("it listens");
    let mut answered = 0;
    let began = Instant::now();
    let mut piece = [0; 4096];
    while stream
        .write_all(b"GET /v1/health HTTP/1.1\r\nHost: test\r\n\r\n")
        .is_ok()
        && stream.read(&mut piece).is_ok_and(|count| count > 0)
    {
        answered += 1;
        thread::sleep(Duration::from_millis(50));
    }
    assert!(answered > 2, "{answered}");
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_request_has_a_number_of_its_own_whatever_number_it_came_with() {
    let service = Service::new();
    let number = || {
        let headers = [("x-request-id", "mine".to_owned())];
        let answer = http::get(service.address(), "/v1/health", &headers);
        answer.header("x-request-id").expect("a number").to_owned()
    };
    let (one, two) = (number(), number());
    assert!(one != two && one != "mine" && two != "mine", "{one} {two}");
}
