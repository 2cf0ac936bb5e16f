use crate::{
    command_line::{json, said},
    desk::Desk,
    http::{self, Answer},
    process::{Process, program},
    service::{PROGRAMME, programme, siret},
};
use passerelle_clearing::{Clearing, clock};
use std::{io::Read, net::SocketAddr, path::Path, process::Stdio, thread, time::Duration};

/// A service with an administration's door, and an officer who works beside it.
fn served(folder: &Path) -> (Process, SocketAddr, Clearing) {
    let process = Process::serve_with(folder, &["--admin-listen", "127.0.0.1:0"]);
    let admin = process.admin.expect("it was asked for");
    let officer = Clearing::open(folder, clock::system()).expect("opened beside");
    (process, admin, officer)
}

fn ask(admin: SocketAddr, path: &str, token: &str) -> Answer {
    http::get(admin, path, &[("authorization", format!("Bearer {token}"))])
}

fn token(folder: &Path, name: &str) -> String {
    let made = json(folder, &["admin", "add", name]);
    made["token"].as_str().expect("a token").to_owned()
}

fn enrolled(process: &Process, officer: &Clearing) -> Desk {
    officer.add_programme(&programme()).expect("added");
    officer.mint(PROGRAMME, 1).expect("issued");
    officer.activate(PROGRAMME, 1, 1).expect("activated");
    officer.add_structure(&siret(1), "Ville").expect("added");
    let code = officer.issue_enrolment(&siret(1), 30).expect("issued").code;
    let desk = Desk::stranger(1);
    let answer = http::post(process.address, "/v1/enrolments", &desk.form(&code));
    assert_eq!(answer.status, 200);
    desk
}

#[test]
fn the_administration_opens_to_a_token_alone_and_no_longer_once_it_is_revoked() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_process, admin, _) = served(folder.path());
    for path in ["/metrics", "/openapi.json", "/elsewhere"] {
        let answer = http::get(admin, path, &[]);
        assert_eq!(
            (answer.status, answer.header("www-authenticate")),
            (401, Some("Bearer"))
        );
    }
    let token = token(folder.path(), "prometheus");
    assert_eq!(ask(admin, "/metrics", &token).status, 200);
    assert_eq!(ask(admin, "/openapi.json", &token).status, 200);
    let (_, but_the_last) = (token.len(), &token[..token.len() - 1]);
    for other in ["", "prometheus", but_the_last, &token.to_uppercase()] {
        assert_eq!(ask(admin, "/metrics", other).status, 401, "{other}");
    }
    assert_eq!(said(folder.path(), &["admin", "revoke", "prometheus"]).0, Some(0));
    assert_eq!(ask(admin, "/metrics", &token).status, 401);
}

#[test]
fn a_token_is_shown_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let token = token(folder.path(), "prometheus");
    let (code, listed) = said(folder.path(), &["admin", "list"]);
    assert_eq!((code, listed.contains("prometheus")), (Some(0), true), "{listed}");
    assert!(
        !listed.contains(&token)
            && !json(folder.path(), &["admin", "list"])
                .to_string()
                .contains(&token)
    );
    assert_eq!(said(folder.path(), &["admin", "add", "prometheus"]).0, Some(3));
    assert_eq!(said(folder.path(), &["admin", "revoke", "console"]).0, Some(3));
}

#[test]
fn a_token_never_crosses_a_network_in_clear() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = program(folder.path(), None)
        .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "0.0.0.0:0"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let ended = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(50));
        child.try_wait().expect("asked")
    });
    let _ = child.kill();
    let mut sentence = String::new();
    let mut said = child.stderr.take().expect("piped");
    said.read_to_string(&mut sentence).expect("UTF-8");
    assert_eq!(ended.and_then(|status| status.code()), Some(3), "{sentence}");
    assert!(sentence.contains("127.0.0.1"), "{sentence}");
}

#[test]
fn the_desks_address_has_nothing_of_the_administration() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, _, _) = served(folder.path());
    let token = token(folder.path(), "prometheus");
    for path in ["/metrics", "/openapi.json"] {
        assert_eq!(
            http::send_raw(process.address, request(path, &token).as_bytes()).status,
            404
        );
    }
}

fn request(path: &str, token: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n")
}

#[test]
fn the_metrics_count_what_was_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, admin, officer) = served(folder.path());
    let token = token(folder.path(), "prometheus");
    let mut desk = enrolled(&process, &officer);
    desk.take(1, 1);
    desk.take(1, 2);
    // Not issued.
    desk.take(9, 1);
    let parcel = desk.parcel(1, 3);
    for _ in 0..2 {
        assert_eq!(http::post(process.address, "/v1/batches", &parcel).status, 200);
    }
    assert_eq!(http::post(process.address, "/v1/batches", b"nothing").status, 400);
    let answer = ask(admin, "/metrics", &token);
    let text = String::from_utf8(answer.body).expect("text");
    for line in [
        "passerelle_batches_total{content=\"new\"} 1",
        "passerelle_batches_total{content=\"known\"} 1",
        "passerelle_verdicts_total{verdict=\"credited\"} 2",
        "passerelle_verdicts_total{verdict=\"unknown\"} 1",
        "passerelle_refusals_total{kind=\"malformed\"} 1",
        "passerelle_http_requests_total{method=\"POST\",route=\"/v1/batches\",status=\"200\"} 2",
        "passerelle_http_requests_total{method=\"POST\",route=\"/v1/enrolments\",status=\"200\"} 1",
        "passerelle_books_up 1",
        "passerelle_generation 0",
        // A programme, its key, a lot, an activation, two credits.
        "passerelle_state_version 6",
    ] {
        assert!(
            text.lines().any(|found| found == line),
            "{line} is not in\n{text}"
        );
    }
}

#[test]
fn strangers_cannot_make_the_metrics_grow() {
    let folder = tempfile::tempdir().expect("a folder");
    let (process, admin, _) = served(folder.path());
    let token = token(folder.path(), "prometheus");
    let strange = |number: u32| {
        let raw = format!(
            "BREW{number} /v1/pot/{number}?q={number} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n"
        );
        http::send_raw(process.address, raw.as_bytes());
        let raw =
            format!("BREW{number} /v1/state?q={number} HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n");
        http::send_raw(process.address, raw.as_bytes());
    };
    let lines = || {
        let text = String::from_utf8(ask(admin, "/metrics", &token).body).expect("text");
        assert!(!text.contains("BREW") && !text.contains("pot"), "{text}");
        text.lines().count()
    };
    strange(0);
    let before = lines();
    (1..20).for_each(strange);
    assert_eq!(lines(), before);
}
