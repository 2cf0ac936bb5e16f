//! The officer's commands, as the officer types them.

use crate::{
    command_line::{json, run, said},
    desk::Desk,
    service::{DAY, Service, siret},
};
use passerelle_domain::{id::BirthId, key::Purpose, objection::Note, wire::Objection};
use std::{fs, path::Path};

/// A folder where two structures have presented one pass, and time has stopped.
fn contested() -> (Service, Desk, Desk) {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut second = Desk::enrolled(&service, 2, 2);
    first.take(1, 1);
    second.take(1, 1);
    first.send_last(&service);
    service.wait(DAY);
    second.send_last(&service);
    (service, first, second)
}

fn reference(folder: &Path) -> String {
    let claims = json(folder, &["conflict", "list"]);
    claims[0]["claim"].as_str().expect("a reference").to_owned()
}

#[test]
fn what_a_site_has_written_stands_beside_its_claim() {
    let (service, _first, second) = contested();
    let folder = service.folder();
    let claim = reference(folder);
    for note in ["présent ce jour-là", "la feuille du 15 est signée"] {
        let event = BirthId {
            device: second.key.public().device_id(),
            epoch: second.epoch,
            seq: 1,
        };
        let note = Note::parse(note).expect("a note");
        let parcel = second.seal(Purpose::Objection, &Objection::new(event, second.day, note));
        service.clearing.object(&parcel).expect("noted");
    }
    let (_, listed) = said(folder, &["conflict", "list"]);
    assert!(
        listed.contains("contesté") && listed.contains("la feuille du 15 est signée"),
        "{listed}"
    );
    assert!(!listed.contains("présent ce jour-là"), "{listed}");
    let (_, shown) = said(folder, &["conflict", "show", &claim]);
    let (latest, first) = (shown.find("la feuille du 15"), shown.find("présent ce jour-là"));
    assert!(latest.is_some() && latest < first, "{shown}");
    let shown = json(folder, &["conflict", "show", &claim]);
    let notes = &shown["claim"]["objections"];
    assert_eq!(notes[0]["note"], "la feuille du 15 est signée");
    assert_eq!(notes[1]["written_on"], "2026-06-15");
    assert_eq!(json(folder, &["conflict", "list"])[0]["objections"], *notes);
}

#[test]
fn an_officer_decides_a_conflict_with_a_reason_that_stays_written() {
    let (service, _first, _second) = contested();
    let folder = service.folder();
    let claim = reference(folder);
    let (code, text) = said(folder, &["conflict", "show", &claim]);
    assert_eq!(code, Some(0), "{text}");
    for word in [
        "Structure 1",
        "Structure 2",
        "Lieu 1",
        "Lieu 2",
        "programme 1, chéquier 1, pass 1",
    ] {
        assert!(text.contains(word), "{word} is not in: {text}");
    }
    let shown = json(folder, &["conflict", "show", &claim]);
    assert_eq!(shown["holder"]["siret"], siret(1));
    assert_eq!(shown["claim"]["insee_code"], "94046");
    let (code, text) = said(
        folder,
        &["conflict", "decide", &claim, "--credit", "--reason", "à l’autre"],
    );
    assert_eq!((code, text.contains("Structure 1")), (Some(3), true), "{text}");
    let decided = json(
        folder,
        &[
            "conflict",
            "decide",
            &claim,
            "--decline",
            "--reason",
            "pris d’abord à Cachan",
            "--officer",
            "camille",
        ],
    );
    assert_eq!(decided["told"][0]["code"], "declined");
    assert_eq!(decided["told"][1]["siret"], siret(1));
    assert_eq!(json(folder, &["conflict", "list"]), serde_json::json!([]));
    let audits = json(folder, &["audit"]);
    let last = audits
        .as_array()
        .and_then(|audits| audits.last())
        .expect("an act");
    assert_eq!(last["act"], "claim_declined");
    assert_eq!(
        (&last["officer"], &last["reason"]),
        (&"camille".into(), &"pris d’abord à Cachan".into())
    );
    let (_, text) = said(folder, &["audit"]);
    let line = format!("camille\u{a0}: présentation {claim} refusée\u{a0}: programme 1, chéquier 1, pass 1");
    assert!(text.contains(&line), "{text}");
}

#[test]
fn a_decision_says_what_it_decides_and_why() {
    let (service, _first, _second) = contested();
    let claim = reference(service.folder());
    for arguments in [
        vec!["conflict", "decide", &claim, "--reason", "x"],
        vec!["conflict", "decide", &claim, "--decline"],
        vec![
            "conflict",
            "decide",
            &claim,
            "--decline",
            "--credit",
            "--reason",
            "x",
        ],
    ] {
        assert_eq!(said(service.folder(), &arguments).0, Some(2), "{arguments:?}");
    }
    let blank = ["conflict", "decide", &claim, "--decline", "--reason", " "];
    assert_eq!(said(service.folder(), &blank).0, Some(3));
    assert_eq!(
        said(service.folder(), &["conflict", "show", "0000000000"]).0,
        Some(3)
    );
}

#[test]
fn a_booklet_and_the_desks_are_shown_and_a_desk_is_stopped() {
    let (service, first, _second) = contested();
    let folder = service.folder();
    let (code, text) = said(folder, &["booklet", "show", "1", "1"]);
    assert_eq!(code, Some(0));
    assert!(
        text.contains("Pass 1\u{a0}: crédité à Structure 1 le 16\u{a0}juin\u{a0}2026 à 14\u{a0}h\u{a0}00"),
        "{text}"
    );
    assert!(
        text.contains("présenté par Structure 2, déjà pris ailleurs"),
        "{text}"
    );
    assert!(text.contains("Pass 2\u{a0}: libre"), "{text}");
    let booklet = json(folder, &["booklet", "show", "1", "1"]);
    assert_eq!(booklet["passes"][0]["credits"][0]["amount_cents"], 1_000);
    assert_eq!(said(folder, &["booklet", "show", "1", "99"]).0, Some(3));
    let devices = json(folder, &["device", "list"]);
    assert_eq!(devices.as_array().map(Vec::len), Some(2));
    let name = first.key.public().device_id().to_string();
    let (code, text) = said(folder, &["device", "revoke", &name[..8], "--reason", "volé"]);
    assert_eq!((code, text.contains("Structure 1")), (Some(0), true), "{text}");
    let (_, text) = said(folder, &["device", "list"]);
    assert!(text.contains("n’est plus écouté depuis"), "{text}");
    assert_eq!(
        said(folder, &["device", "revoke", "zz", "--reason", "volé"]).0,
        Some(3)
    );
}

#[test]
fn an_officer_says_whom_to_pay() {
    let service = Service::new();
    let folder = service.folder();
    let siret = siret(1);
    run(
        folder,
        &["structure", "add", "--siret", &siret, "--name", "Ville"],
    );
    let iban = "fr14 2004 1010 0505 0001 3m02 606";
    let paid = json(
        folder,
        &[
            "structure",
            "pay-to",
            "--siret",
            &siret,
            "--iban",
            iban,
            "--holder",
            "Régie",
        ],
    );
    assert_eq!(paid["payee"]["iban"], "FR1420041010050500013M02606");
    let wrong = iban.replace('6', "5");
    let (code, text) = said(
        folder,
        &[
            "structure",
            "pay-to",
            "--siret",
            &siret,
            "--iban",
            &wrong,
            "--holder",
            "Régie",
        ],
    );
    assert_eq!((code, text.contains("IBAN")), (Some(3), true), "{text}");
}

/// The month of the contested pass is long over for the machine's clock, or has not begun: the
/// command line has no other.
fn closes(folder: &Path, out: &Path) -> Option<serde_json::Value> {
    let out = out.to_str().expect("UTF-8");
    let output = run(folder, &["settle", "close", "2026-06", "--out", out, "--json"]);
    output
        .status
        .success()
        .then(|| serde_json::from_slice(&output.stdout).expect("JSON"))
}

#[test]
fn a_month_is_closed_once_and_its_papers_are_the_same_each_time() {
    let (service, _first, _second) = contested();
    let folder = service.folder();
    let papers = tempfile::tempdir().expect("a folder");
    let (one, two) = (papers.path().join("un"), papers.path().join("deux"));
    let draft = json(folder, &["settle", "preview"]);
    assert_eq!(
        (&draft["month"], &draft["is_closed"]),
        (&"2026-06".into(), &false.into())
    );
    assert_eq!(draft["lines"][0]["reference"], format!("2026-06/{}/1", siret(1)));
    let Some(closed) = closes(folder, &one) else {
        // Before July 2026 by the clock of this machine.
        assert_eq!(said(folder, &["settle", "close", "2026-06"]).0, Some(3));
        return;
    };
    assert_eq!(closed["balances"][0]["left_cents"], 1_000);
    let (code, text) = said(folder, &["settle", "close", "2026-06"]);
    assert_eq!(
        (code, text.contains("settle show 2026-06")),
        (Some(3), true),
        "{text}"
    );
    let (code, text) = said(
        folder,
        &["settle", "show", "2026-06", "--out", two.to_str().expect("UTF-8")],
    );
    assert_eq!(
        (code, text.contains("faute de coordonnées bancaires")),
        (Some(0), true),
        "{text}"
    );
    for file in closed["files"].as_array().expect("files") {
        let first = Path::new(file.as_str().expect("a path"));
        let second = two.join(first.file_name().expect("a name"));
        assert_eq!(
            fs::read(first).expect("written"),
            fs::read(second).expect("written"),
            "{file}"
        );
    }
    assert_eq!(closed["files"].as_array().map(Vec::len), Some(4));
    assert_eq!(said(folder, &["settle", "close", "2026-13"]).0, Some(2));
}

#[test]
fn the_books_are_copied_while_in_use_and_the_copy_serves_as_they_did() {
    let (service, _first, _second) = contested();
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copie.db");
    let path = copy.to_str().expect("UTF-8");
    let copied = json(service.folder(), &["backup", path]);
    assert_eq!(
        copied["bytes"].as_u64(),
        fs::metadata(&copy).ok().map(|file| file.len())
    );
    let strays = fs::read_dir(folder.path()).expect("listed").count();
    assert_eq!(strays, 1, "one file, without companions");
    let (code, text) = said(service.folder(), &["backup", path]);
    assert_eq!((code, text.contains("existe déjà")), (Some(3), true), "{text}");
    let restored = folder.path().join("service");
    fs::create_dir(&restored).expect("made");
    fs::rename(&copy, restored.join("clearing.db")).expect("moved");
    fs::copy(service.folder().join("server.key"), restored.join("server.key")).expect("copied");
    for question in [
        ["conflict", "list"].as_slice(),
        &["status"],
        &["audit"],
        &["booklet", "show", "1", "1"],
    ] {
        assert_eq!(
            json(&restored, question),
            json(service.folder(), question),
            "{question:?}"
        );
    }
}
