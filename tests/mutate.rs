//! Puts each defect of `defects.toml` into a copy of the source, and looks whether anything notices:
//! `mutate COPY [WORDS]`, those alone whose name holds the words. See `script/mutate`.

use serde::Deserialize;
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// How many lives the simulation lives for each defect.
const LIVES: &str = "4000";

/// One choice of packages and features for every build, so that none is built twice.
const SELECTION: [&str; 4] = [
    "--workspace",
    "--locked",
    "--features",
    "passerelle/custom-protocol,passerelle-desk/types",
];

#[derive(Deserialize)]
struct Defects {
    defect: Vec<Defect>,
}

/// A line as anybody could get it wrong.
#[derive(Deserialize)]
struct Defect {
    name: String,
    file: PathBuf,
    find: String,
    replace: String,
    caught_by: String,
}

/// The tests of the whole. They run programs too: those of examples are built apart.
const WHOLE: &[&str] = &["--bins", "--test", "passerelle"];

/// What became of a defect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Caught,
    Missed,
    DoesNotBuild,
}

#[expect(clippy::print_stdout, reason = "it is a command")]
fn main() -> ExitCode {
    let mut words = env::args().skip(1);
    let copy = PathBuf::from(words.next().expect("COPY"));
    let wanted = words.next().unwrap_or_default();
    let defects: Defects = toml::from_str(include_str!("defects.toml")).expect("a list of defects");
    let chosen: Vec<&Defect> = defects
        .defect
        .iter()
        .filter(|defect| defect.name.contains(&wanted))
        .collect();
    for round in all_rounds(&chosen) {
        if !round.builds(&copy) || !round.passes(&copy) {
            println!("without any defect, these do not pass: {round:?}");
            return ExitCode::FAILURE;
        }
    }
    let mut survivors = 0;
    // The newest first: they have been tried the least.
    for defect in chosen.iter().rev() {
        let outcome = defect.try_in(&copy);
        println!("{outcome:?}\t{}\t{}", defect.name, defect.file.display());
        survivors += u32::from(outcome != Outcome::Caught);
    }
    println!("{} defects, {survivors} not caught", chosen.len());
    ExitCode::from(u8::from(survivors > 0 || chosen.is_empty()))
}

impl Defect {
    fn try_in(&self, copy: &Path) -> Outcome {
        let path = copy.join(&self.file);
        let sound = fs::read_to_string(&path).expect("a source file");
        assert_eq!(sound.matches(&self.find).count(), 1, "{}: once", self.name);
        fs::write(&path, sound.replacen(&self.find, &self.replace, 1)).expect("written");
        let outcome = look(&self.caught_by, copy);
        fs::write(&path, sound).expect("written back");
        outcome
    }
}

/// Everything that is to notice one of these defects, each test once.
fn all_rounds(defects: &[&Defect]) -> Vec<Round> {
    let tests: BTreeSet<&str> = defects.iter().map(|defect| &*defect.caught_by).collect();
    let mut all: Vec<Round> = Vec::new();
    for round in tests.into_iter().flat_map(rounds) {
        if !all.iter_mut().any(|other| other.takes_in(&round)) {
            all.push(round);
        }
    }
    all
}

/// What is to run, of a text that says it: rounds are added to each other, as tests are within a filter.
fn rounds(tests: &str) -> Vec<Round> {
    let apart = ["lib: ", "service: ", "whole: "]
        .iter()
        .fold(tests.to_owned(), |tests, name| {
            tests.replace(&format!(" + {name}"), &format!("\n{name}"))
        });
    apart.lines().map(Round::read).collect()
}

/// Whether these tests notice anything.
fn look(tests: &str, copy: &Path) -> Outcome {
    let rounds = rounds(tests);
    if rounds.iter().any(|round| !round.builds(copy)) {
        return Outcome::DoesNotBuild;
    }
    if rounds.iter().all(|round| round.passes(copy)) {
        return Outcome::Missed;
    }
    Outcome::Caught
}

/// Something to run that should fail.
#[derive(Debug)]
enum Round {
    Lives,
    /// Tests inside the crates, or those of the whole, by a filter.
    Tests {
        target: &'static [&'static str],
        filter: String,
    },
}

impl Round {
    fn read(text: &str) -> Self {
        if text == "lives" {
            return Self::Lives;
        }
        let (target, filter): (&[&str], _) = if let Some(filter) = text.strip_prefix("lib: ") {
            (&["--lib"], filter)
        } else if let Some(filter) = text.strip_prefix("service: ") {
            (&["--bins", "--test", "clearing"], filter)
        } else {
            (WHOLE, text)
        };
        Self::Tests {
            target,
            filter: filter.trim_start_matches("whole: ").to_owned(),
        }
    }

    /// Makes another round part of this one, when both run the same programs.
    fn takes_in(&mut self, other: &Self) -> bool {
        match (self, other) {
            (Self::Lives, Self::Lives) => true,
            (
                Self::Tests { target, filter },
                Self::Tests {
                    target: same,
                    filter: more,
                },
            ) if target == same => {
                *filter = format!("({filter}) | ({more})");
                true
            }
            (Self::Lives | Self::Tests { .. }, _) => false,
        }
    }

    fn builds(&self, copy: &Path) -> bool {
        match self {
            Self::Lives => cargo(copy, &["build"], &["--example", "simulate"]),
            Self::Tests { target, .. } => {
                // Left out, a program of before the defect would be run, or none.
                let has_programs = *target != WHOLE || cargo(copy, &["build"], &["--bins", "--examples"]);
                has_programs && cargo(copy, &["nextest", "run", "--no-run"], target)
            }
        }
    }

    fn passes(&self, copy: &Path) -> bool {
        match self {
            Self::Lives => {
                let program = copy.join("target/debug/examples/simulate");
                run(Command::new(program).args([LIVES, "0", "first"]))
            }
            Self::Tests { target, filter } => {
                let tail = [target, &["-E", filter.as_str()][..]].concat();
                // One that fails says enough.
                cargo(copy, &["nextest", "run", "--fail-fast", "--retries", "0"], &tail)
            }
        }
    }
}

fn cargo(copy: &Path, order: &[&str], tail: &[&str]) -> bool {
    run(Command::new("cargo")
        .current_dir(copy)
        .env_remove("CARGO_TARGET_DIR")
        .args(order)
        .args(SELECTION)
        .args(tail))
}

/// Runs it without a word; whether it ended well.
fn run(command: &mut Command) -> bool {
    let output = command.output().expect("a program that is installed");
    output.status.success()
}
