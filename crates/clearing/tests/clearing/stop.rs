//! The service told to stop.

use crate::{
    desk::Desk,
    http,
    process::Process,
    service::{PROGRAMME, programme, siret},
};
use passerelle_clearing::{Clearing, clock};
use std::{
    io::Write,
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// A batch that a desk enrolled there can send.
fn batch(folder: &Path) -> Vec<u8> {
    let officer = Clearing::open(folder, clock::system()).expect("opened");
    officer.add_programme(&programme()).expect("added");
    officer.mint(PROGRAMME, 1).expect("issued");
    officer.activate(PROGRAMME, 1, 1).expect("activated");
    officer.add_structure(&siret(1), "Ville").expect("added");
    let code = officer.issue_enrolment(&siret(1), 30).expect("issued").code;
    let mut desk = Desk::stranger(1);
    officer.enrol(&desk.form(&code)).expect("let in");
    desk.take(1, 1);
    desk.parcel(1, 1)
}

/// Sends the head of a batch and the first half of it.
fn begin(process: &Process, parcel: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(process.address).expect("it listens");
    let length = parcel.len();
    let head = format!("POST /v1/batches HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(&parcel[..length / 2]).expect("sent");
    thread::sleep(Duration::from_millis(200));
    stream
}

#[test]
fn a_request_under_way_is_answered_before_the_service_ends() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().expect("a folder");
        let parcel = batch(folder.path());
        let process = Process::serve(folder.path());
        let mut stream = begin(&process, &parcel);
        process.signal(signal);
        thread::sleep(Duration::from_millis(300));
        assert!(
            TcpStream::connect(process.address).is_err(),
            "nobody new is let in"
        );
        stream
            .write_all(&parcel[parcel.len() / 2..])
            .expect("still heard");
        let answer = http::read(stream);
        assert_eq!(answer.status, 200);
        let (has_ended_well, log) = process.end();
        assert!(has_ended_well && log.contains("cut=0"), "{log}");
        // The books were closed: nothing waits beside them to be taken in.
        assert!(!folder.path().join("clearing.db-wal").exists());
        let officer = Clearing::open(folder.path(), clock::system()).expect("opened");
        assert_eq!(officer.receive(&parcel).expect("known"), answer.body);
    }
}

#[test]
fn a_request_that_does_not_end_is_cut_after_its_time() {
    let folder = tempfile::tempdir().expect("a folder");
    let parcel = batch(folder.path());
    let process = Process::serve_with(folder.path(), &["--stop-seconds", "1"]);
    let stream = begin(&process, &parcel);
    let began = Instant::now();
    process.signal("TERM");
    let (has_ended_well, log) = process.end();
    assert!(has_ended_well, "{log}");
    let took = began.elapsed();
    assert!(
        took > Duration::from_millis(900) && took < Duration::from_secs(5),
        "{took:?}"
    );
    drop(stream);
}

#[test]
fn a_connection_kept_for_later_does_not_delay_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::serve(folder.path());
    let mut stream = TcpStream::connect(process.address).expect("it listens");
    stream
        .write_all(b"GET /v1/health HTTP/1.1\r\nHost: test\r\n\r\n")
        .expect("sent");
    thread::sleep(Duration::from_millis(200));
    let began = Instant::now();
    assert!(process.stop());
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

#[test]
fn a_service_in_clear_told_to_read_its_certificate_again_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let process = Process::serve(folder.path());
    process.signal("HUP");
    thread::sleep(Duration::from_millis(300));
    assert_eq!(http::get(process.address, "/v1/health", &[]).status, 200);
    assert!(process.stop());
}
