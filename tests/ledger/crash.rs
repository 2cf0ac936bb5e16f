//! The process is killed, or the disk fails, at each write and each sync of a counter's work. What
//! was said yes to is there, the ledger is sound, and the work goes on where it was.

use crate::support::{
    forms,
    town::{Town, thursday},
    world::{TownClock, surroundings},
};
use passerelle_desk::{Desk, Profile, form::CodeRead, view::RedemptionAnswer};
use passerelle_domain::{cents::Cents, id::WorkshopId};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};
use tempfile::TempDir;

const SIRET: &str = "99999999800019";
/// How SQLite writes and syncs on Linux.
const CALLS: [&str; 2] = ["pwrite64", "fsync"];

/// What happens at a system call, in strace's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blow {
    /// The process is killed before the call is made.
    Kill,
    /// That call alone fails: a bad sector.
    BadSector,
    /// No call succeeds from there on: the disk is full.
    DiskFull,
}

impl Blow {
    fn at(self, call: &str, number: usize) -> String {
        match self {
            Self::Kill => format!("inject={call}:signal=KILL:when={number}"),
            Self::BadSector => format!("inject={call}:error=EIO:when={number}"),
            Self::DiskFull => format!("inject={call}:error=ENOSPC:when={number}+"),
        }
    }
}

/// A profile with an open workshop, and passes that it knows and has not taken.
pub(super) struct Counter {
    /// Clearing stays, for the desk to know its programme; nothing is sent.
    _town: Town,
    pub(super) folder: TempDir,
    pub(super) workshop: WorkshopId,
    pub(super) codes: Vec<String>,
}

/// What a run of the teller came to.
struct Run {
    said_yes: Vec<String>,
    said_no: Option<String>,
    calls: Vec<usize>,
}

impl Counter {
    pub(super) fn new() -> Self {
        let town = Town::new();
        let codes = town.booklets(1)[0]
            .iter()
            .take(3)
            .map(|pass| pass.code.clone())
            .collect();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let profile = folder.path().join("before");
        let desk = desk_at(&profile);
        desk.set_up(&forms::set_up("Cachan")).expect("set up");
        town.enrol(&desk, SIRET);
        let site = desk.list_sites().expect("the ledger")[0].id;
        let form = forms::workshop("Ma messagerie", "aujourd’hui", site);
        let workshop = desk.open_workshop(&form).expect("a workshop");
        Self {
            _town: town,
            folder,
            workshop,
            codes,
        }
    }

    /// A copy of the profile as it was, for one more try.
    pub(super) fn copy(&self) -> PathBuf {
        let (from, to) = (self.folder.path().join("before"), self.folder.path().join("now"));
        let _ = fs::remove_dir_all(&to);
        fs::create_dir(&to).expect("a folder");
        for file in ["ledger.db", "ledger.key"] {
            fs::copy(from.join(file), to.join(file)).expect("copied");
        }
        to
    }

    /// Takes the passes left in peace; gives every call that touches a file, with what is written, all
    /// texts as `\x41\x42`.
    pub(super) fn record(&self, profile: &Path) -> String {
        let calls = "trace=openat,pwrite64,write,ftruncate,unlink,fsync,fdatasync";
        let (done, log) = self.run(profile, &["-y", "-xx", "-s", "1000000", "-e", calls]);
        assert!(done.status.success(), "left in peace, it takes them all");
        log
    }

    /// Takes the passes, struck by `blow` if there is one.
    fn take_all(&self, profile: &Path, blow: Option<&str>) -> Run {
        let calls = format!("trace={}", CALLS.join(","));
        let mut look = vec!["-e", &calls];
        look.extend(blow.iter().flat_map(|blow| ["-e", blow]));
        let (done, log) = self.run(profile, &look);
        let said = String::from_utf8(done.stdout).expect("text");
        let told = |word: &str| {
            said.lines()
                .filter_map(|line| line.strip_prefix(word))
                .map(str::to_owned)
                .collect()
        };
        let (said_yes, mut said_no): (Vec<String>, Vec<String>) = (told("yes "), told("no "));
        let count = |call: &&str| {
            log.lines()
                .filter(|line| line.contains(&format!("{call}(")))
                .count()
        };
        Run {
            said_yes,
            said_no: said_no.pop(),
            calls: CALLS.iter().map(count).collect(),
        }
    }

    /// Takes the passes under strace, which is told how to look; gives what came of it and what it saw.
    fn run(&self, profile: &Path, look: &[&str]) -> (Output, String) {
        let log = self.folder.path().join("calls");
        let done = Command::new("strace")
            .args(["-f", "-qq"])
            .args(look)
            .arg("-o")
            .arg(&log)
            .arg(teller())
            .arg(profile)
            .args([
                TownClock::at_noon(thursday()).seconds().to_string(),
                "redeem".into(),
            ])
            .arg(self.workshop.0.to_string())
            .args(&self.codes)
            .output()
            .expect("strace is installed by script/bootstrap");
        (done, fs::read_to_string(log).expect("the calls"))
    }

    /// The ledger holds each yes, is sound, and takes the rest.
    fn assert_whole(&self, profile: &Path, run: &Run, what: &str) {
        let desk = desk_at(profile);
        let report = desk.check().expect("the ledger is read");
        assert_eq!(report.faults, [], "{what}");
        for code in &run.said_yes {
            let again = take(&desk, self.workshop, code);
            assert!(
                matches!(again, RedemptionAnswer::Refused { .. }),
                "{what}: {code} was said yes to and is not there"
            );
        }
        for code in &self.codes {
            take(&desk, self.workshop, code);
        }
        let kept = desk.batches().expect("the ledger").standings.kept;
        assert_eq!((kept.count, kept.amount_cents), (3, Cents(3000)), "{what}");
    }
}

pub(super) fn take(desk: &Desk, workshop: WorkshopId, code: &str) -> RedemptionAnswer {
    let read = CodeRead::Text {
        text: code.to_owned(),
    };
    desk.redeem(&forms::redeem(workshop, None, read))
        .expect("an answer")
}

pub(super) fn desk_at(profile: &Path) -> Desk {
    let clock = TownClock::at_noon(thursday());
    Desk::open(
        Profile::at(profile),
        surroundings(&clock, &Arc::default(), "crash", 0),
    )
    .expect("the ledger opens")
}

fn teller() -> PathBuf {
    crate::e2e::driver::program("examples/teller")
}

fn strike_everywhere(blow: Blow, and_then: impl Fn(&Run, &str)) {
    let counter = Counter::new();
    let calm = counter.take_all(&counter.copy(), None);
    assert_eq!(calm.said_yes, counter.codes, "left in peace, it takes them all");
    for (call, count) in CALLS.iter().zip(calm.calls) {
        assert!(
            count >= counter.codes.len(),
            "{count} {call} cannot make three passes durable"
        );
        for number in 1..=count {
            let profile = counter.copy();
            let what = format!("{blow:?} at {call} {number} of {count}");
            let run = counter.take_all(&profile, Some(&blow.at(call, number)));
            and_then(&run, &what);
            counter.assert_whole(&profile, &run, &what);
        }
    }
}

#[test]
fn killed_at_any_write_or_sync_it_keeps_each_pass_said_yes_to() {
    strike_everywhere(Blow::Kill, |run, what| assert_eq!(run.said_no, None, "{what}"));
}

#[test]
fn a_write_or_sync_that_fails_never_becomes_a_yes() {
    strike_everywhere(Blow::BadSector, |run, what| {
        assert!(
            run.said_no.is_some() || run.said_yes.len() == 3,
            "{what}: neither yes nor no"
        );
    });
}

#[test]
fn a_full_disk_is_told_as_such_and_loses_nothing() {
    strike_everywhere(Blow::DiskFull, |run, what| {
        // SQLite does not say why a sync failed.
        let told = match (run.said_no.as_deref(), what.contains("fsync")) {
            (Some("disk-full"), _) | (Some(_), true) => true,
            (Some(_), false) => false,
            (None, _) => run.said_yes.len() == 3,
        };
        assert!(told, "{what}: {:?} is not what was to be said", run.said_no);
    });
}
