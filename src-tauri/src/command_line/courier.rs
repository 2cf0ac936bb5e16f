//! Pouches on the command line: one leaves as a file, and what came back is taken in.

use super::{Exit, answers::Outcome, wording};
use passerelle_desk::{
    Desk, Error, UserError,
    form::PaperRef,
    view::{PackedPouch, PouchReport},
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
    let file = if out.is_dir() {
        out.join(&packed.file_name)
    } else {
        out.to_owned()
    };
    let is_paper = file.extension().is_some_and(|extension| extension == "pdf");
    let written = if is_paper {
        fs::write(&file, desk.paper_file(PaperRef::Pouch)?.1)
    } else {
        fs::write(&file, &packed.bytes)
    };
    written.map_err(|error| Error::file(&file, error))?;
    let json = json!({ "file": file, "pouch": packed });
    Ok(Outcome::new(exported(&packed, &file), json, Exit::Done))
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
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).and_then(|open| open.take(super::LARGEST_FILE).read_to_end(&mut bytes));
    opened.map_err(|error| Error::file(file, error))?;
    desk.unpack_pouch(&bytes, &mut |_| ControlFlow::Continue(()))
}

fn imported(report: &PouchReport) -> Vec<String> {
    let mut lines = Vec::new();
    if report.is_enrolled {
        lines.push(say("courier-enrolled"));
    }
    if !report.is_new {
        lines.push(say("courier-nothing-new"));
    }
    for (id, tally) in [
        ("cli-sync-sent", report.moved.sent),
        ("cli-sync-credited", report.moved.credited),
        ("cli-sync-to-examine", report.moved.to_examine),
        ("cli-sync-refused", report.moved.refused),
    ] {
        if tally.count > 0 {
            lines.push(say_with(id, &[("tally", wording::tally(tally).into())]));
        }
    }
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
