//! Closed months, and books that go back to an older copy, as the officer meets them.

use crate::{
    command_line::{json, run, said},
    desk::Desk,
    process::{Process, program},
    service::{DAY, Service},
};
use passerelle_clearing::{Clearing, Error, clock};
use passerelle_domain::month::Month;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::Duration,
};
use tempfile::TempDir;

fn june() -> Month {
    Month::find("2026-06").expect("a month")
}

/// Two desks, a copy of the books, then a pass at each.
struct Copied {
    service: Service,
    _desks: [Desk; 2],
    folder: TempDir,
    copy: PathBuf,
}

fn copied() -> Copied {
    let service = Service::new();
    let mut desks = [Desk::enrolled(&service, 1, 1), Desk::enrolled(&service, 2, 2)];
    let folder = tempfile::tempdir().expect("a folder");
    let copy = folder.path().join("copy.db");
    Clearing::back_up(service.folder(), &copy).expect("copied");
    for (desk, booklet) in desks.iter_mut().zip(1..) {
        desk.take(booklet, 1);
        desk.send_last(&service);
    }
    Copied {
        service,
        _desks: desks,
        folder,
        copy,
    }
}

#[test]
fn a_desk_that_is_stopped_is_not_waited_for() {
    let Copied {
        mut service,
        copy,
        folder: _folder,
        ..
    } = copied();
    service.clearing.keep_watermark().expect("kept");
    service.restore(&copy);
    let first = Desk::stranger(1);
    let mut again = Desk::stranger(3);
    assert_eq!(again.enrol(&service, &service.code(1)).status, 200);
    again.take(3, 1);
    again.send_last(&service);
    service.wait(30 * DAY);
    let silent = || match service.clearing.close_settlement(june()) {
        Err(Error::DevicesSilent(silent)) => silent,
        other => panic!("closed without a desk: {other:?}"),
    };
    assert_eq!(silent().len(), 3, "a desk that is new has not reported either");
    for desk in [&first, &Desk::stranger(2)] {
        let device = desk.key.public().device_id();
        service.clearing.revoke(device, "poste noyé").expect("stopped");
    }
    assert_eq!(silent().len(), 1);
    assert_eq!(
        again.ask(&service, "/v1/decisions?since=0&generation=1").status,
        200
    );
    service.clearing.close_settlement(june()).expect("closed");
}

#[test]
fn a_report_is_written_once_in_a_generation_and_never_in_the_first() {
    let Copied {
        mut service,
        copy,
        folder: _folder,
        ..
    } = copied();
    let desk = Desk::stranger(1);
    let silent = |service: &Service| {
        let devices = service.clearing.list_devices().expect("listed");
        devices.iter().filter(|device| device.is_silent).count()
    };
    assert_eq!(desk.ask(&service, "/v1/decisions?since=0").status, 200);
    assert_eq!(silent(&service), 0);
    service.clearing.keep_watermark().expect("kept");
    service.restore(&copy);
    // Whoever has not heard of the generation has shown nothing yet.
    assert_eq!(desk.ask(&service, "/v1/decisions?since=0").status, 409);
    assert_eq!(silent(&service), 2);
    for _ in 0..2 {
        assert_eq!(
            desk.ask(&service, "/v1/decisions?since=0&generation=1").status,
            200
        );
        assert_eq!(silent(&service), 1);
    }
}

/// The officer types; the machine's clock is long after June 2026.
#[test]
fn the_officer_reads_what_is_lost_and_brings_it_back() {
    let Copied {
        mut service,
        copy,
        folder: _folder,
        ..
    } = copied();
    let closed = run(service.folder(), &["settle", "close", "2026-06"]);
    if !closed.status.success() {
        // Before July 2026 by the clock of this machine.
        return;
    }
    service.restore(&copy);
    let folder = service.folder();
    let (_, text) = said(folder, &["status"]);
    assert!(
        text.contains("génération 1") && text.contains("2026-06"),
        "{text}"
    );
    let (_, text) = said(folder, &["device", "list"]);
    assert!(text.contains("n’a pas encore redonné ce qu’il sait"), "{text}");
    assert_eq!(json(folder, &["device", "list"])[0]["is_silent"], true);
    let status = json(folder, &["status"]);
    assert_eq!(status["aftermath"]["lost_months"][0], "2026-06");
    let (code, text) = said(folder, &["settle", "close", "2026-06"]);
    assert_eq!((code, text.contains("settle import")), (Some(3), true), "{text}");
    bring_back(folder);
    let (code, text) = said(folder, &["settle", "close", "2026-07"]);
    assert_eq!((code, text.contains("Structure 1")), (Some(3), true), "{text}");
    assert!(text.contains("--anyway"), "{text}");
    let anyway = [
        "settle",
        "close",
        "2026-07",
        "--anyway",
        "--reason",
        "postes noyés",
    ];
    assert_eq!(
        said(folder, &anyway[..4]).0,
        Some(2),
        "an exception has its reason"
    );
    assert_eq!(json(folder, &anyway)["amount_cents"], 0, "nothing is paid twice");
    let (_, text) = said(folder, &["audit"]);
    assert!(
        text.contains("mois 2026-06 repris de son fichier signé"),
        "{text}"
    );
    assert!(text.contains("postes noyés"), "{text}");
}

fn bring_back(folder: &Path) {
    let file = folder.join("settlements/2026-06.psr");
    let file = file.to_str().expect("UTF-8");
    let (code, text) = said(folder, &["settle", "import", file]);
    assert_eq!(
        (code, text.contains("Structure 2\u{a0}: 1")),
        (Some(3), true),
        "{text}"
    );
    let arguments = ["settle", "import", file, "--anyway", "--reason", "postes noyés"];
    let back = json(folder, &arguments);
    assert_eq!((&back["is_new"], &back["awaited"]), (&true.into(), &2.into()));
    let (code, text) = said(folder, &["settle", "import", file]);
    assert_eq!(
        (code, text.contains("déjà dans les livres")),
        (Some(0), true),
        "{text}"
    );
    let copy = folder.join("copy.psr");
    let out = copy.to_str().expect("UTF-8");
    let export = ["settle", "export", "2026-06", "--out", out];
    assert_eq!(said(folder, &export).0, Some(0));
    assert_eq!(fs::read(&copy).expect("written"), fs::read(file).expect("kept"));
    assert_eq!(said(folder, &export).0, Some(3), "a file is never replaced");
    let (_, text) = said(folder, &["settle", "preview"]);
    assert!(
        text.contains("ils ne seront pas payés une seconde fois"),
        "{text}"
    );
}

#[test]
fn a_close_that_is_killed_at_any_moment_leaves_books_and_file_that_agree() {
    let Copied { service, .. } = copied();
    let (mut closed, mut open) = (0, 0);
    for round in 0..24 {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        Clearing::back_up(service.folder(), &data.join("clearing.db")).expect("copied");
        fs::copy(service.folder().join("server.key"), data.join("server.key")).expect("copied");
        let mut closing = program(data, None)
            .args(["settle", "close", "2026-06"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        thread::sleep(Duration::from_millis(4 * round));
        let _ = closing.kill();
        closing.wait().expect("it ended");

        let clearing = Clearing::open(data, clock::system()).expect("opened");
        let file = clearing.settlement_file(june()).expect("it has a folder");
        if clearing.list_settled_months().expect("listed").is_empty() {
            assert!(!file.exists(), "a file of a month that was not closed");
            open += 1;
        } else {
            let signed = clearing.export_settlement(june()).expect("signed");
            assert_eq!(fs::read(&file).expect("left"), signed);
            closed += 1;
        }
        assert_eq!(
            clearing.aftermath().expect("the books"),
            None,
            "nothing went back"
        );
        drop(clearing);
        let again = run(data, &["settle", "close", "2026-06"]);
        let shown = run(data, &["settle", "show", "2026-06"]);
        assert!(again.status.success() || shown.status.success() || closed == 0);
    }
    assert_eq!(closed + open, 24);
}

#[test]
fn a_service_that_stops_has_kept_how_far_it_had_come() {
    let Copied {
        mut service,
        copy,
        folder: _folder,
        ..
    } = copied();
    let folder = service.folder().to_owned();
    let process = Process::serve(&folder);
    assert!(process.stop());
    service.restore(&copy);
    let status = service.clearing.status().expect("the books");
    assert_eq!(status.generation, 1);
}
