//! Pouches on the command line: one leaves as a file, and what came back is taken in.

use super::{Exit, answers::Outcome, wording};
use passerelle_desk::{
    Desk, Error, UserError,
    form::PaperRef,
    sync::{HttpLink, PouchFault},
    view::{BroughtPouch, PackedPouch, PouchReport},
};
use passerelle_words::{format, say, say_with};
use serde_json::json;
use std::{
    fs,
    io::Read,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// Packs a pouch into a file, named by itself in a folder; on paper when the name ends in `.pdf`.
///
/// # Errors
/// Not enrolled, or the file cannot be written.
pub fn export(desk: &Desk, out: &Path) -> Result<Outcome, Error> {
    let packed = desk.pack_pouch()?;
    let file = place(out, &packed.file_name);
    write(desk, &file, &packed.bytes, PaperRef::Pouch)?;
    let json = json!({ "file": file, "pouch": packed });
    Ok(Outcome::new(exported(&packed, &file), json, Exit::Done))
}

/// Where it goes: the file that was named, or one of that name in the folder.
fn place(out: &Path, name: &str) -> PathBuf {
    if out.is_dir() {
        out.join(name)
    } else {
        out.to_owned()
    }
}

fn is_paper(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "pdf")
}

/// Writes a pouch as these bytes, or on that paper when the file's name says so.
fn write(desk: &Desk, file: &Path, bytes: &[u8], paper: PaperRef) -> Result<(), Error> {
    let written = if is_paper(file) {
        fs::write(file, desk.paper_file(paper)?.1)
    } else {
        fs::write(file, bytes)
    };
    written.map_err(|error| Error::file(file, error))
}

fn exported(packed: &PackedPouch, file: &Path) -> String {
    let values = [
        ("file", file.display().to_string().into()),
        ("tally", wording::tally(packed.passes).into()),
    ];
    let mut lines = vec![say_with("cli-courier-exported", &values)];
    if packed.is_enrolment {
        lines.push(say("courier-asks-enrolment"));
    }
    if packed.has_more {
        lines.push(say("courier-has-more"));
    }
    lines.join("\n")
}

/// Takes in what came back: files, or pictures of their codes in any order.
pub fn import(desk: &Desk, files: &[PathBuf]) -> Outcome {
    let mut taken: Vec<PouchReport> = Vec::new();
    let mut problems: Vec<(&PathBuf, UserError)> = Vec::new();
    for file in files {
        match take_in(desk, file) {
            Ok(report) => {
                taken.push(report);
                problems.retain(|(_, problem)| problem.data["fault"] != "missing-code");
            }
            Err(error) => {
                // The next picture may bring what this one still misses.
                problems.retain(|(_, problem)| problem.data["fault"] != "missing-code");
                problems.push((file, UserError::from(&error)));
            }
        }
    }
    let lines = taken.iter().flat_map(imported);
    let told = problems.iter().map(|(file, problem)| {
        let values = [
            ("file", file.display().to_string().into()),
            ("sentence", wording::sentence(problem).into()),
        ];
        say_with("cli-scan-problem", &values)
    });
    let text: Vec<String> = lines.chain(told).collect();
    let exit = match problems.first() {
        Some((_, problem)) => Outcome::of_error(problem).exit,
        None if taken
            .iter()
            .any(|report| report.wants_another || report.fault.is_some()) =>
        {
            Exit::Look as u8
        }
        None => Exit::Done as u8,
    };
    let problems: Vec<_> = problems
        .iter()
        .map(|(file, problem)| json!({ "file": file, "problem": problem }))
        .collect();
    Outcome {
        text: text.join("\n"),
        json: json!({ "taken": taken, "problems": problems }),
        exit,
    }
}

fn take_in(desk: &Desk, file: &Path) -> Result<PouchReport, Error> {
    desk.unpack_pouch(&read(file)?, &mut |_| ControlFlow::Continue(()))
}

fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).and_then(|open| open.take(super::LARGEST_FILE).read_to_end(&mut bytes));
    opened.map_err(|error| Error::file(file, error))?;
    Ok(bytes)
}

/// Brings a neighbour's pouch to clearing, a file or the pictures of all its codes, and writes the answer
/// as [`export`] writes a pouch.
///
/// # Errors
/// It is no pouch for clearing, or not whole; nothing came back; or the answer cannot be written.
pub fn bring(desk: &Desk, files: &[PathBuf], out: &Path) -> Result<Outcome, Error> {
    let link = HttpLink::of(desk)?;
    let mut brought = Err(Error::Pouch(PouchFault::NotAPouch));
    for file in files {
        brought = desk.bring_pouch(&read(file)?, &link, &mut |_| ControlFlow::Continue(()));
        // The next picture may have the code that is still missing.
        if !matches!(brought, Err(Error::Pouch(PouchFault::MissingCode { .. }))) {
            break;
        }
    }
    let brought = brought?;
    let (name, bytes) = desk.relayed_file()?;
    let file = place(out, &name);
    write(desk, &file, &bytes, PaperRef::RelayedReturn)?;
    let exit = if brought.fault.is_some() {
        Exit::Look
    } else {
        Exit::Done
    };
    let json = json!({ "file": file, "brought": brought });
    Ok(Outcome::new(told(&brought, &file), json, exit))
}

fn told(brought: &BroughtPouch, file: &Path) -> String {
    let values = [
        ("device", brought.device.as_str().into()),
        ("batches", brought.batches.into()),
        ("answered", brought.answered.into()),
    ];
    let mut lines = vec![say_with("courier-brought", &values)];
    if brought.is_enrolled {
        lines.push(say("courier-brought-enrolled"));
    }
    if let Some(fault) = brought.fault {
        let reason = say(&format!("link-{fault}"));
        lines.push(say_with("courier-brought-broken", &[("reason", reason.into())]));
    }
    if is_paper(file) && brought.paper_lacks_state {
        lines.push(say("courier-brought-without-state"));
    }
    let file = file.display().to_string();
    lines.push(say_with("courier-return-saved", &[("path", file.into())]));
    lines.join("\n")
}

fn imported(report: &PouchReport) -> Vec<String> {
    let mut lines = Vec::new();
    if report.is_enrolled {
        lines.push(say("courier-enrolled"));
    }
    if !report.is_new {
        lines.push(say("courier-nothing-new"));
    }
    if report.moved.sent.count > 0 {
        let tally = wording::tally(report.moved.sent);
        lines.push(say_with("cli-sync-sent", &[("tally", tally.into())]));
    }
    lines.extend(wording::answered(&report.moved));
    if report.decisions > 0 {
        lines.push(say_with(
            "courier-decisions",
            &[("count", report.decisions.into())],
        ));
    }
    if let Some(day) = report.known_on {
        let day = format::day_month_year(day);
        lines.push(say_with("courier-known-on", &[("day", day.into())]));
    }
    if let Some(fault) = report.fault {
        let reason = say(&format!("link-{fault}"));
        lines.push(say_with("courier-fault", &[("reason", reason.into())]));
    }
    if report.wants_another {
        lines.push(say("courier-wants-another"));
    }
    lines
}
