//! The power fails at any moment of a counter's work. A disk keeps what was synced; of the rest it keeps
//! all, nothing or some, whole or torn. Whatever it kept, each pass that was said yes to is there.
//!
//! The work is done once, by the real process; what it writes and syncs is recorded, and the disks that
//! a power cut could have left are made from the record.

use super::crash::{Counter, desk_at, take};
use crate::support::draws::Draws;
use passerelle_desk::view::RedemptionAnswer;
use std::{
    collections::{BTreeMap, HashSet},
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

/// What a process does to its files, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Create(String),
    Write {
        file: String,
        offset: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: String,
        length: usize,
    },
    Remove(String),
    Sync(String),
    /// The folder itself: which files there are.
    SyncFolder,
    /// A pass was said yes to.
    Yes(String),
}

/// What a disk does with what was not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Nothing,
    All,
    /// Some of it, some of that torn at a sector.
    Some(u64),
}

/// Files by name.
type Disk = BTreeMap<String, Vec<u8>>;

const SECTOR: usize = 512;

/// What was recorded of one counter's work, and what its files were before.
struct Record {
    before: Disk,
    steps: Vec<Step>,
}

impl Record {
    fn of(counter: &Counter) -> Self {
        let profile = counter.copy();
        let before = read(&profile);
        let log = counter.record(&profile);
        let steps: Vec<Step> = log.lines().filter_map(|line| step(line, &profile)).collect();
        let yeses = steps.iter().filter_map(Step::yes).count();
        assert_eq!(yeses, counter.codes.len(), "each yes is recorded");
        Self { before, steps }
    }

    /// The same on a disk that says it has synced the journal, and has not.
    fn on_a_lying_disk(mut self) -> Self {
        self.steps
            .retain(|step| !matches!(step, Step::Sync(file) if file.ends_with("-wal")));
        self
    }

    /// What is left when the power fails before step `cut`.
    fn left_at(&self, cut: usize, kept: Kept) -> Disk {
        let mut disk = self.before.clone();
        let mut draws = Draws::from_seed(match kept {
            Kept::Some(seed) => seed,
            Kept::Nothing | Kept::All => 0,
        });
        for (at, step) in self.steps[..cut].iter().enumerate() {
            let is_synced = self.steps[at + 1..cut].iter().any(|later| later.syncs(step));
            let (is_kept, most) = match kept {
                _ if is_synced => (true, usize::MAX),
                Kept::Nothing => (false, 0),
                Kept::All => (true, usize::MAX),
                Kept::Some(_) => {
                    let sectors = if draws.percent(20) {
                        draws.below(8) * SECTOR
                    } else {
                        usize::MAX
                    };
                    (draws.percent(67), sectors)
                }
            };
            if is_kept {
                step.apply(&mut disk, most);
            }
        }
        disk
    }

    /// The passes said yes to before that step.
    fn said_yes(&self, cut: usize) -> Vec<&str> {
        self.steps[..cut].iter().filter_map(Step::yes).collect()
    }
}

impl Step {
    /// Whether this makes an earlier step last. To sync a file makes its name last too, as the file
    /// systems of our desks do.
    fn syncs(&self, earlier: &Self) -> bool {
        match self {
            Self::Sync(synced) => match earlier {
                Self::Write { file, .. } | Self::Truncate { file, .. } | Self::Create(file) => synced == file,
                Self::Remove(_) | Self::Sync(_) | Self::SyncFolder | Self::Yes(_) => false,
            },
            Self::SyncFolder => matches!(earlier, Self::Create(_) | Self::Remove(_)),
            Self::Create(_) | Self::Write { .. } | Self::Truncate { .. } | Self::Remove(_) | Self::Yes(_) => {
                false
            }
        }
    }

    /// The pass that was said yes to, if one was.
    fn yes(&self) -> Option<&str> {
        match self {
            Self::Yes(code) => Some(code),
            Self::Create(_)
            | Self::Write { .. }
            | Self::Truncate { .. }
            | Self::Remove(_)
            | Self::Sync(_)
            | Self::SyncFolder => None,
        }
    }

    /// Does it to a disk, `most` bytes of it at most.
    fn apply(&self, disk: &mut Disk, most: usize) {
        match self {
            Self::Create(file) => {
                disk.entry(file.clone()).or_default();
            }
            Self::Write { file, offset, bytes } => {
                let kept = &bytes[..bytes.len().min(most)];
                let content = disk.entry(file.clone()).or_default();
                let end = offset + kept.len();
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[*offset..end].copy_from_slice(kept);
            }
            Self::Truncate { file, length } => disk.entry(file.clone()).or_default().resize(*length, 0),
            Self::Remove(file) => {
                disk.remove(file);
            }
            Self::Sync(_) | Self::SyncFolder | Self::Yes(_) => {}
        }
    }
}

/// One line of what strace has seen, if it is about the profile's files or a yes.
fn step(line: &str, profile: &Path) -> Option<Step> {
    assert!(!line.contains("unfinished"), "one call at a time: {line}");
    let (_, call) = line.split_once(' ')?;
    let (name, arguments) = call.trim_start().split_once('(')?;
    // A call that failed changed nothing.
    let (arguments, outcome) = arguments.rsplit_once(" = ")?;
    if outcome.starts_with('-') {
        return None;
    }
    let texts = texts(arguments);
    let folder = profile.to_string_lossy();
    let own = |at: usize| {
        let path = String::from_utf8(texts.get(at)?.clone()).ok()?;
        path.strip_prefix(&format!("{folder}/")).map(str::to_owned)
    };
    match name {
        "openat" if arguments.contains("O_CREAT") => own(texts.len() - 1).map(Step::Create),
        "pwrite64" => Some(Step::Write {
            file: own(0)?,
            bytes: texts.get(1)?.clone(),
            offset: last_number(arguments)?,
        }),
        "ftruncate" => Some(Step::Truncate {
            file: own(0)?,
            length: last_number(arguments)?,
        }),
        "unlink" => own(0).map(Step::Remove),
        "fsync" | "fdatasync" if texts.first()? == folder.as_bytes() => Some(Step::SyncFolder),
        "fsync" | "fdatasync" => own(0).map(Step::Sync),
        "write" => {
            let said = String::from_utf8(texts.last()?.clone()).ok()?;
            said.trim_end()
                .strip_prefix("yes ")
                .map(|code| Step::Yes(code.to_owned()))
        }
        _ => None,
    }
}

/// Every text of a line, written as `\x41\x42`.
fn texts(line: &str) -> Vec<Vec<u8>> {
    line.split(['"', '<', '>'])
        .filter(|part| part.starts_with("\\x"))
        .map(|part| {
            let byte = |digits: &str| u8::from_str_radix(&digits[..2], 16).expect("two digits");
            part.split("\\x").skip(1).map(byte).collect()
        })
        .collect()
}

fn last_number(arguments: &str) -> Option<usize> {
    let number = arguments.trim_end_matches(')').rsplit(", ").next()?;
    number.parse().ok()
}

fn read(profile: &Path) -> Disk {
    let files = fs::read_dir(profile).expect("a folder").flatten();
    files
        .map(|file| {
            let name = file.file_name().to_string_lossy().into_owned();
            (name, fs::read(file.path()).expect("a file"))
        })
        .collect()
}

fn write(disk: &Disk, profile: &Path) {
    let _ = fs::remove_dir_all(profile);
    fs::create_dir(profile).expect("a folder");
    for (file, content) in disk {
        // The index of the journal is made again, as after any power cut.
        if !file.ends_with("-shm") {
            fs::write(profile.join(file), content).expect("written");
        }
    }
}

/// Tries every disk that a power cut could have left, each once; gives how many there were, and the
/// first on which something is missing.
fn try_all(counter: &Counter, record: &Record, kinds: &[Kept]) -> (usize, Option<String>) {
    let profile = counter.folder.path().join("after");
    let mut seen = HashSet::new();
    for cut in 0..=record.steps.len() {
        for kept in kinds {
            let (disk, said_yes) = (record.left_at(cut, *kept), record.said_yes(cut));
            let mut hasher = DefaultHasher::new();
            (&disk, &said_yes).hash(&mut hasher);
            if !seen.insert(hasher.finish()) {
                continue;
            }
            write(&disk, &profile);
            if let Some(missing) = find_missing(counter, &profile, &said_yes) {
                let what = format!("{missing}, when {kept:?} is kept before step {cut}");
                return (seen.len(), Some(what));
            }
        }
    }
    (seen.len(), None)
}

fn find_missing(counter: &Counter, profile: &Path, said_yes: &[&str]) -> Option<String> {
    // The file alone is looked at by `check`: what the journal holds of it is brought over first, as the
    // next closing does.
    drop(desk_at(profile));
    let desk = desk_at(profile);
    let faults = desk.check().expect("the ledger is read").faults;
    if !faults.is_empty() {
        return Some(format!("faults: {faults:?}"));
    }
    let is_there = |code: &&&str| {
        matches!(
            take(&desk, counter.workshop, code),
            RedemptionAnswer::Refused { .. }
        )
    };
    let missing = said_yes.iter().find(|code| !is_there(code));
    missing.map(|code| format!("{code} was said yes to and is not there"))
}

#[test]
fn whatever_a_power_cut_leaves_holds_each_pass_said_yes_to() {
    let counter = Counter::new();
    let record = Record::of(&counter);
    let seeds = env::var("POWER_SEEDS").map_or(2, |seeds| seeds.parse().expect("a number"));
    let mut kinds = vec![Kept::Nothing, Kept::All];
    kinds.extend((0..seeds).map(Kept::Some));
    let (tried, missing) = try_all(&counter, &record, &kinds);
    assert_eq!(missing, None);
    assert!(tried > 100, "{tried} disks prove nothing");
}

#[test]
fn and_a_disk_that_does_not_sync_its_journal_is_found_out() {
    let counter = Counter::new();
    let record = Record::of(&counter).on_a_lying_disk();
    let (_, missing) = try_all(&counter, &record, &[Kept::Nothing]);
    assert!(
        missing.is_some(),
        "a yes survives without a sync: nothing was tried"
    );
}
