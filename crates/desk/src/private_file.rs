//! Files that are there whole or not at all, and that their owner alone can read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What the name of a file ends with while it is written. Whoever finds one leaves it alone: the
/// computer stopped before it was whole.
pub const DRAFT: &str = "part";

/// Puts a file in its place: written beside, synced, then renamed, so that a crash leaves the one
/// before or this one.
///
/// # Errors
/// The disk or its rights.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = draft_of(path);
    let mut file = private(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    sync_folder(path)
}

/// Takes a file away for good.
///
/// # Errors
/// The disk or its rights; it is not there.
pub fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    sync_folder(path)
}

/// Takes a file with a secret away for good: written over first. A disk that never writes twice in one place (SSD,
/// USB key) may keep the old bytes; nothing that a program can do prevents it.
///
/// # Errors
/// The disk or its rights; it is not there.
pub fn shred(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    file.write_all(&vec![0; length])?;
    file.sync_all()?;
    drop(file);
    remove(path)
}

fn draft_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(DRAFT);
    name.into()
}

/// On Windows a file in the user's own profile folder is private already.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

/// Waits until the name of a file is on disk, before anything depends on it. Windows does it with the rename.
///
/// # Errors
/// The disk or its rights.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_takes_the_place_of_the_one_before_and_leaves_no_draft() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("outward.pli");
        replace(&path, b"first").expect("written");
        replace(&path, b"second").expect("written");
        assert_eq!(fs::read(&path).expect("read"), b"second");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_secret_is_written_over_before_it_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("ledger.key"), folder.path().join("other"));
        fs::write(&path, "secret").expect("written");
        // The same bytes under another name: what the disk still holds.
        fs::hard_link(&path, &other).expect("a second name");
        shred(&path).expect("taken away");
        assert!(!path.exists());
        assert_eq!(fs::read(&other).expect("read"), [0; 6]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_its_owners_alone_whatever_was_there_before() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("way.json");
        fs::write(&path, "{}").expect("written");
        replace(&path, b"{}").expect("written");
        let mode = path.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
