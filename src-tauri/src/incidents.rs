//! The journal of incidents: what a developer needs, in a file of the profile, and nothing of people.

use chrono::Local;
use passerelle_desk::Profile;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

/// Beyond this the journal starts again, the one before being kept.
const MOST_BYTES: u64 = 512 * 1024;

/// Notes a defect, with its causes. Never fails: a journal that cannot be written must not stop a counter.
pub fn note(profile: &Profile, defect: &(dyn std::error::Error + 'static)) {
    let _ = append(&profile.folder().join("incidents.log"), &causes(defect));
}

#[expect(
    clippy::disallowed_methods,
    reason = "an incident is dated by the clock on the wall, whatever it says"
)]
fn append(path: &Path, text: &str) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|journal| journal.len() > MOST_BYTES) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    let mut journal: File = OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(
        journal,
        "{} {} {text}",
        Local::now().to_rfc3339(),
        env!("CARGO_PKG_VERSION")
    )
}

fn causes(defect: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(defect), |error| error.source())
        .map(|error| error.to_string().replace('\n', " "))
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_that_grows_starts_again_and_keeps_the_one_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("incidents.log");
        fs::write(&path, vec![b'.'; MOST_BYTES as usize + 1]).expect("written");
        append(&path, "the second").expect("written");
        assert!(fs::read_to_string(&path).expect("text").contains("the second"));
        assert!(path.with_extension("log.old").exists());
    }

    #[test]
    fn an_incident_takes_one_line_with_its_causes() {
        let inner = io::Error::other("no\nroom");
        let outer = passerelle_desk::Error::file("ledger.db", inner);
        assert_eq!(causes(&outer), "ledger.db: no room: no room");
    }
}
