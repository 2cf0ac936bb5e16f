//! A day in the log.

use crate::{
    desk::Desk,
    http,
    process::Process,
    service::{PROGRAMME, programme, siret},
};
use passerelle_clearing::{Clearing, IssuedEnrolment, Lot, clock};
use passerelle_domain::{
    id::BirthId,
    key::Purpose,
    objection::Note,
    wire::{DEVICE_HEADER, EnrolmentCode, EnrolmentForm, Objection, Question, SIGNATURE_HEADER},
};
use serde_json::Value;
use std::collections::BTreeSet;

const STRUCTURE: &str = "Ville de Zanzibar-les-Bains";
const SITE: &str = "Médiathèque du Quetzal";
const LABEL: &str = "Poste de Xénophon";

/// Everything that a log must not hold.
struct Secrets(Vec<String>);

impl Secrets {
    fn of(issued: &IssuedEnrolment, lot: &Lot, desk: &Desk) -> Self {
        let code = issued.code.to_string();
        let device = desk.key.public().device_id().to_string();
        let mut secrets: Vec<String> = [
            STRUCTURE,
            SITE,
            LABEL,
            "Zanzibar",
            "Quetzal",
            "Xénophon",
            "Dupont",
        ]
        .map(str::to_owned)
        .into();
        secrets.extend([
            siret(1),
            code.replace('-', ""),
            code,
            device[..8].to_owned(),
            device,
        ]);
        secrets.extend(
            lot.passes
                .iter()
                .flat_map(|pass| [pass.code.clone(), pass.number.clone()]),
        );
        Self(secrets)
    }

    fn assert_absent(&self, log: &str) {
        for secret in &self.0 {
            assert!(
                !log.to_lowercase().contains(&secret.to_lowercase()),
                "{secret} is in\n{log}"
            );
        }
    }
}

/// A note that names somebody, against all advice.
fn objection(desk: &Desk) -> Vec<u8> {
    let event = BirthId {
        device: desk.key.public().device_id(),
        epoch: desk.epoch,
        seq: 2,
    };
    let note = Note::parse("M. Dupont était bien présent").expect("a note");
    desk.seal(Purpose::Objection, &Objection::new(event, desk.day, note))
}

/// Lives a day against the real program, and gives its log and how often it was asked.
fn a_day(format: &str) -> (String, usize, Secrets) {
    let folder = tempfile::tempdir().expect("a folder");
    let officer = Clearing::open(folder.path(), clock::system()).expect("opened");
    officer.add_programme(&programme()).expect("added");
    let lot = officer.mint(PROGRAMME, 1).expect("issued");
    officer.activate(PROGRAMME, 1, 1).expect("activated");
    officer.add_structure(&siret(1), STRUCTURE).expect("added");
    let issued = officer.issue_enrolment(&siret(1), 30).expect("issued");
    let mut desk = Desk::stranger(1);
    desk.sites[0].name = SITE.to_owned();
    let process = Process::serve_with(folder.path(), &["--log", format]);
    let mut asked = 0;
    let mut post = |path: &str, body: &[u8]| {
        asked += 1;
        http::post(process.address, path, body)
    };
    for (code, status) in [(&EnrolmentCode::from_chance([7; 9]), 403), (&issued.code, 200)] {
        let form = EnrolmentForm::new(code, desk.key.public(), LABEL.into(), desk.sites.clone());
        assert_eq!(
            post("/v1/enrolments", &desk.seal(Purpose::Grant, &form)).status,
            status
        );
    }
    let taken = desk.take(1, 1);
    desk.take(1, 2);
    desk.void(taken);
    assert_eq!(post("/v1/batches", &desk.parcel(1, 3)).status, 200);
    assert_eq!(post("/v1/batches", &desk.parcel(3, 3)).status, 200);
    assert_eq!(post("/v1/batches", lot.passes[0].code.as_bytes()).status, 400);
    assert_eq!(post("/v1/objections", &objection(&desk)).status, 200);
    assert_eq!(post("/v1/recalls", SITE.as_bytes()).status, 400);
    for path in [
        "/v1/decisions?since=0",
        "/v1/state",
        "/v1/state?since=x&nom=Dupont",
    ] {
        let question = Question::ask(&desk.key, path);
        let headers = [
            (DEVICE_HEADER, question.device),
            (SIGNATURE_HEADER, question.signature),
        ];
        http::get(process.address, path, &headers);
        asked += 1;
    }
    let code = issued.code.to_string();
    for path in [format!("/Dupont/{code}"), format!("/v1/health?code={code}")] {
        let raw = format!(
            "DUPONT {path} HTTP/1.1\r\nHost: Dupont\r\nUser-Agent: Dupont\r\nReferer: {path}\r\nConnection: close\r\n\r\n"
        );
        http::send_raw(process.address, raw.as_bytes());
        asked += 1;
    }
    let secrets = Secrets::of(&issued, &lot, &desk);
    process.signal("TERM");
    let (_, log) = process.end();
    (log, asked, secrets)
}

#[test]
fn a_day_in_the_log_names_nobody_and_misses_nothing() {
    let (log, asked, secrets) = a_day("json");
    secrets.assert_absent(&log);
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).expect("one object a line"))
        .collect();
    let answered: Vec<&Value> = lines
        .iter()
        .filter(|line| line["message"] == "answered")
        .collect();
    assert_eq!(answered.len(), asked, "{log}");
    let mut numbers = BTreeSet::new();
    for line in &answered {
        assert!(
            line["status"].is_u64() && line["ms"].is_u64() && line["level"] == "INFO",
            "{line}"
        );
        assert!(line["route"] == "none" || line["route"].as_str().expect("a route").starts_with("/v1/"));
        let names: Vec<&String> = line.as_object().expect("an object").keys().collect();
        let known = [
            "level",
            "message",
            "method",
            "ms",
            "refused",
            "route",
            "span",
            "status",
            "timestamp",
        ];
        assert!(names.iter().all(|name| known.contains(&name.as_str())), "{line}");
        numbers.insert(line["span"]["number"].to_string());
    }
    assert_eq!(numbers.len(), asked, "each request has its number");
    let refused: Vec<&Value> = answered
        .iter()
        .map(|line| &line["refused"])
        .filter(|kind| !kind.is_null())
        .collect();
    assert_eq!(refused, ["unknown_code", "malformed", "malformed", "malformed"]);
    // Whoever asks has an address, and that is not in the log either: only where the service listens.
    assert_eq!(log.matches("127.0.0.1").count(), 1, "{log}");
}

#[test]
fn a_day_in_the_log_for_a_reader_names_nobody_either() {
    let (log, asked, secrets) = a_day("text");
    secrets.assert_absent(&log);
    assert_eq!(log.matches("answered").count(), asked, "{log}");
    assert_eq!(log.matches("127.0.0.1").count(), 1, "{log}");
    assert!(!log.contains('\u{1b}'), "no colours in a file");
}
