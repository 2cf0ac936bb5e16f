//! The process is killed, or the disk fails, at each call of a counter's work that touches a file. What
//! was said yes to is there, the ledger is sound, and the work goes on where it was.

mod exchange;
mod first_start;
mod migration;
mod protection;
mod sign_in;

use crate::support::{
    forms,
    strace::{Blow, Point, Strike, strace},
    town::{Town, thursday},
    world::{TownClock, surroundings},
};
use passerelle_desk::{Desk, Profile, Surroundings, form::CodeRead, view::RedemptionAnswer};
use passerelle_domain::{cents::Cents, id::WorkshopId};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::Arc,
};
use tempfile::TempDir;

const SIRET: &str = "99999999800019";

/// A profile with an open workshop, and passes that it knows and has not taken.
pub(super) struct Counter {
    /// Clearing stays, for the desk to know its programme; nothing is sent.
    _town: Town,
    pub(super) folder: TempDir,
    pub(super) workshop: WorkshopId,
    pub(super) codes: Vec<String>,
}

/// What a run of the teller came to.
struct Told {
    said_yes: Vec<String>,
    said_no: Option<String>,
    points: Vec<Point>,
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
        copy_profile(self.folder.path())
    }

    /// Takes the passes left in peace; gives every call that touches a file, with what is written, all
    /// texts as `\x41\x42`.
    pub(super) fn record(&self, profile: &Path) -> String {
        let log = self.folder.path().join("calls");
        let calls = "trace=openat,pwrite64,write,ftruncate,unlink,fsync,fdatasync";
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-y", "-xx", "-s", "1000000", "-e", calls, "-o"]);
        strace.arg(&log);
        let done = teller(strace, profile, &self.order());
        assert!(done.status.success(), "left in peace, it takes them all");
        fs::read_to_string(log).expect("the calls")
    }

    /// Takes the passes, struck if need be.
    fn take_all(&self, profile: &Path, strike: Option<&Strike>) -> Told {
        tell(profile, &self.order(), strike)
    }

    fn order(&self) -> Vec<String> {
        let words = ["redeem".to_owned(), self.workshop.0.to_string()];
        words.into_iter().chain(self.codes.iter().cloned()).collect()
    }

    /// The ledger holds each yes, is sound, and takes the rest.
    fn assert_whole(&self, profile: &Path, told: &Told, what: &Strike) {
        let desk = desk_at(profile);
        let report = desk.check().expect("the ledger is read");
        assert_eq!(report.faults, [], "{what}");
        for code in &told.said_yes {
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

impl Told {
    /// Fails when what was said does not fit the blow: whoever outlives one says what it was, or has done
    /// everything in spite of it.
    fn assert_fits(&self, strike: &Strike, is_done: bool) {
        let said_no = self.said_no.as_deref();
        let fits = match strike.blow {
            Blow::Kill => said_no.is_none(),
            Blow::BadSector => is_done || said_no.is_some(),
            // No word gets out: it would be written too.
            Blow::DiskFull if strike.point.call == "write" => true,
            // SQLite does not say why a sync failed, nor why a file could not get its length.
            Blow::DiskFull if ["fsync", "ftruncate"].contains(&&*strike.point.call) => {
                is_done || said_no.is_some()
            }
            Blow::DiskFull => is_done || said_no == Some("disk-full"),
        };
        assert!(fits, "{strike}: {said_no:?} is not what was to be said");
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
    Desk::open(Profile::at(profile), at_noon()).expect("the ledger opens")
}

fn at_noon() -> Surroundings {
    surroundings(&TownClock::at_noon(thursday()), &Arc::default(), "crash", 0)
}

/// Makes `now`, a copy of the profile `before` of that folder.
fn copy_profile(folder: &Path) -> PathBuf {
    let (from, to) = (folder.join("before"), folder.join("now"));
    let _ = fs::remove_dir_all(&to);
    fs::create_dir(&to).expect("a folder");
    for file in ["ledger.db", "ledger.key", "ledger.locks"] {
        // The key lies bare, or under locks.
        if from.join(file).exists() {
            fs::copy(from.join(file), to.join(file)).expect("copied");
        }
    }
    to
}

/// Gives the teller an order on that profile, struck if need be.
fn tell(profile: &Path, order: &[String], strike: Option<&Strike>) -> Told {
    let log = profile.with_file_name("calls");
    let done = teller(strace(&log, strike), profile, order);
    let said = String::from_utf8(done.stdout).expect("text");
    let told = |word: &str| {
        let its = said.lines().filter_map(|line| line.strip_prefix(word));
        its.map(str::to_owned).collect::<Vec<String>>()
    };
    Told {
        said_yes: told("yes "),
        said_no: told("no ").pop(),
        points: Point::read_all(&fs::read_to_string(log).expect("the calls")),
    }
}

/// Runs the teller under strace, on Thursday at noon.
fn teller(mut strace: Command, profile: &Path, order: &[String]) -> Output {
    let seconds = TownClock::at_noon(thursday()).seconds().to_string();
    strace.arg(crate::e2e::driver::program("examples/teller"));
    strace.arg(profile).arg(seconds).args(order);
    strace.output().expect("strace is installed by script/bootstrap")
}

/// Deals that blow at every call, whatever is tried of other work.
fn strike_everywhere(blow: Blow) {
    let counter = Counter::new();
    let calm = counter.take_all(&counter.copy(), None);
    assert_eq!(calm.said_yes, counter.codes, "left in peace, it takes them all");
    for call in ["pwrite64", "fsync"] {
        let count = calm.points.iter().filter(|point| point.call == call).count();
        assert!(
            count >= counter.codes.len(),
            "{count} {call} cannot make three passes durable"
        );
    }
    for point in calm.points {
        let (profile, strike) = (counter.copy(), Strike { blow, point });
        let told = counter.take_all(&profile, Some(&strike));
        told.assert_fits(&strike, told.said_yes.len() == counter.codes.len());
        counter.assert_whole(&profile, &told, &strike);
    }
}

#[test]
fn killed_at_any_call_it_keeps_each_pass_said_yes_to() {
    strike_everywhere(Blow::Kill);
}

#[test]
fn a_call_that_fails_never_becomes_a_yes() {
    strike_everywhere(Blow::BadSector);
}

#[test]
fn a_full_disk_is_told_as_such_and_loses_nothing() {
    strike_everywhere(Blow::DiskFull);
}
