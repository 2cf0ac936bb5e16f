use crate::{
    http::{self, DESCRIPTION},
    service::Service,
};
use passerelle_clearing::{Limits, description, limits::Allowance};
use std::{env, fs, path::Path, time::Duration};

/// Every door of the desks that is described: its method and its path.
fn doors() -> Vec<(&'static str, &'static str)> {
    let paths = DESCRIPTION["paths"].as_object().expect("paths");
    let desks = paths.iter().filter(|(path, _)| path.starts_with("/v1/"));
    desks
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().expect("methods").keys();
            methods.map(move |method| (method.as_str(), path.as_str()))
        })
        .collect()
}

fn status(service: &Service, method: &str, path: &str, headers: &str) -> u16 {
    let method = method.to_uppercase();
    let raw = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n");
    http::send_raw(service.address(), raw.as_bytes()).status
}

#[test]
fn each_door_opens_by_the_methods_that_are_described_and_by_no_other() {
    let service = Service::new();
    let doors = doors();
    assert_eq!(doors.len(), 11);
    for (_, path) in &doors {
        for method in ["get", "post", "put", "patch", "delete", "options"] {
            let is_described = doors.contains(&(method, path));
            let answered = status(&service, method, path, "content-length: 0\r\n");
            assert_eq!(answered != 405, is_described, "{method} {path} {answered}");
            assert_ne!(answered, 404, "{path} is no door");
        }
    }
}

#[test]
fn each_door_refuses_as_described_whoever_asks_too_often_too_much_or_too_slowly() {
    let patient = Limits {
        body: Duration::from_millis(100),
        ..Limits::default()
    };
    let impatient = Limits {
        per_address: Allowance::new(1, 1),
        ..Limits::default()
    };
    let (patient, impatient) = (Service::within(patient), Service::within(impatient));
    // What was allowed at once.
    status(&impatient, "get", "/v1/health", "");
    for (method, path) in doors() {
        for (service, headers, expected) in [
            (&patient, "content-length: 300000\r\n", 413),
            (&patient, "content-length: 10\r\n", 408),
            (&impatient, "", 429),
        ] {
            assert_eq!(
                status(service, method, path, headers),
                expected,
                "{method} {path}"
            );
            let answer = &DESCRIPTION["paths"][path][method]["responses"][expected.to_string()];
            assert!(answer.is_object(), "{method} {path} {expected}");
        }
    }
}

#[test]
fn the_document_in_docs_is_the_one_that_is_served() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let served = description::to_json();
    if env::var_os("PASSERELLE_WRITE_DOCS").is_some() {
        fs::write(&file, &served).expect("written");
    }
    let kept = fs::read_to_string(&file).expect("docs/openapi.json");
    assert!(
        kept == served,
        "docs/openapi.json is another: run this test with PASSERELLE_WRITE_DOCS=1"
    );
}

#[test]
fn the_doors_of_the_protocols_documentation_are_the_ones_described() {
    let protocol = include_str!("../../../../docs/PROTOCOL.md");
    let section = protocol.split("## 7. ").nth(1).expect("section 7");
    let section = section.split("\n## ").next().expect("its text");
    for (method, path) in doors() {
        let door = format!("`{} {path}", method.to_uppercase());
        assert!(section.contains(&door), "section 7 does not know {door}");
        let answers = DESCRIPTION["paths"][path][method]["responses"].as_object();
        for (status, answer) in answers.expect("answers") {
            let description = answer["description"].as_str().expect("a sentence");
            let Some(kinds) = description.strip_prefix("A refusal: ") else {
                assert!(section.contains(status), "{status}");
                continue;
            };
            for kind in kinds.trim_end_matches('.').split(" or ") {
                let line = section
                    .lines()
                    .find(|line| line.starts_with(&format!("| {status} | `{kind}")));
                assert!(line.is_some(), "section 7 has no line for {status} {kind}");
            }
        }
    }
}
