//! What strace does to a program while it works: it writes down its calls, and at one of them it kills
//! the program, or lets the disk fail.

use std::{
    collections::BTreeMap,
    env,
    fmt::{self, Display},
    io::{Write, stderr},
    path::Path,
    process::Command,
};

/// Every call by which a program changes what is on a disk, or waits until it is there.
const CALLS: [&str; 15] = [
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "copy_file_range",
    "truncate",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
];

/// How many points there are for one that is tried, when nobody says: `CRASH_EVERY=1` tries them all.
const EVERY: usize = 4;

/// What happens at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// The program is killed before the call is made.
    Kill,
    /// That call alone fails: a bad sector.
    BadSector,
    /// That call fails, and all of its name from there on: the disk is full.
    DiskFull,
}

impl Blow {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Kill, Self::BadSector, Self::DiskFull];
}

/// A call that touched a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// Its name.
    pub call: String,
    /// Its number among the calls of that name that its thread had made.
    number: usize,
}

impl Point {
    /// The calls in what strace wrote down of a program that was left in peace, each once. Threads count
    /// for themselves: of two with the same number, the first one made is struck.
    pub fn read_all(log: &str) -> Vec<Self> {
        let mut counts = BTreeMap::new();
        let mut points: Vec<Self> = log
            .lines()
            .filter_map(|line| {
                let (thread, call) = line.split_once(' ')?;
                let (name, arguments) = call.trim_start().split_once('(')?;
                let number = counts.entry((thread, name)).or_insert(0);
                *number += 1;
                let call = name.to_owned();
                (CALLS.contains(&name) && is_of_a_file(name, arguments)).then_some(Self {
                    call,
                    number: *number,
                })
            })
            .collect();
        points.sort();
        points.dedup();
        points
    }
}

/// Whether a call is about a file, and not about a pipe, a socket or what wakes another thread.
fn is_of_a_file(name: &str, arguments: &str) -> bool {
    let is_by_name = ["rename", "link", "truncate"]
        .iter()
        .any(|by_name| name.starts_with(by_name));
    let file = arguments.split_once('<').map(|(_, file)| file);
    is_by_name || file.is_some_and(|file| file.starts_with('/') && !file.starts_with("/dev/"))
}

/// A blow at a point.
#[derive(Debug, Clone)]
pub struct Strike {
    /// What happens.
    pub blow: Blow,
    /// Where.
    pub point: Point,
}

impl Strike {
    fn injection(&self) -> String {
        let Point { call, number } = &self.point;
        match self.blow {
            Blow::Kill => format!("inject={call}:signal=KILL:when={number}"),
            Blow::BadSector => format!("inject={call}:error=EIO:when={number}"),
            Blow::DiskFull => format!("inject={call}:error=ENOSPC:when={number}+"),
        }
    }
}

impl Display for Strike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { blow, point } = self;
        write!(f, "{blow:?} at {} {}", point.call, point.number)
    }
}

/// Every blow at every point, or at one point in `CRASH_EVERY` of each call, another one for each blow; says
/// how many there are.
pub fn strikes(what: &str, points: &[Point]) -> Vec<Strike> {
    let every = env::var("CRASH_EVERY").map_or(EVERY, |every| every.parse().expect("a number"));
    let mut chosen = Vec::new();
    for of_a_call in points.chunk_by(|a, b| a.call == b.call) {
        let step = every.min(of_a_call.len());
        for (turn, blow) in (0..).zip(Blow::ALL) {
            let its = of_a_call.iter().skip(turn * step / Blow::ALL.len()).step_by(step);
            chosen.extend(its.map(|point| Strike {
                blow,
                point: point.clone(),
            }));
        }
    }
    let all = points.len() * Blow::ALL.len();
    // Seen with `--no-capture`, and whenever the test fails.
    let _ = writeln!(stderr(), "{what}: {} of {all} crash points", chosen.len());
    chosen
}

/// strace, to be followed by a program and its arguments: it writes the calls of all threads to `log`, and
/// strikes.
pub fn strace(log: &Path, strike: Option<&Strike>) -> Command {
    let calls: Vec<String> = CALLS.iter().map(|call| format!("?{call}")).collect();
    let mut command = Command::new("strace");
    command
        .args(["-f", "-qq", "-y", "-s", "0", "-e"])
        .arg(format!("trace={}", calls.join(",")))
        .args(
            strike
                .iter()
                .flat_map(|strike| ["-e".to_owned(), strike.injection()]),
        )
        .arg("-o")
        .arg(log);
    command
}
