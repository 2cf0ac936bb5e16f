//! A key of the service: 32 random bytes in a file that its owner alone can read. Desks trust this key
//! and no other, so it is made once, never written over, and replaced only when somebody says so.

use crate::error::Error;
use passerelle_domain::key::PrivateKey;
use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    process,
};

/// The key in that file, if there is one.
///
/// # Errors
/// The file cannot be read, or is not a key.
pub fn find(path: &Path) -> Result<Option<PrivateKey>, Error> {
    match fs::read(path) {
        Ok(bytes) => {
            let seed = <[u8; 32]>::try_from(bytes).map_err(|_| Error::Damaged("a key of another length"))?;
            Ok(Some(PrivateKey::from_seed(&seed)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::file(path)(error)),
    }
}

/// Makes the key of these 32 random bytes and keeps it in that file, whole or not at all. Whoever
/// comes second gets the key of whoever came first.
///
/// # Errors
/// The file cannot be written.
pub fn make(path: &Path, seed: [u8; 32]) -> Result<PrivateKey, Error> {
    keep(path, &seed)?;
    find(path)?.ok_or(Error::Damaged("a key that comes and goes"))
}

/// Keeps these bytes in that file, whole or not at all, unless it is there already.
///
/// # Errors
/// The folder cannot be written.
pub fn keep(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let draft = write_draft(path, bytes)?;
    // A link takes no name that is taken, as renaming would: on a database two services may be here
    // at once, and the one that signs already must not lose its key.
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft).map_err(Error::file(&draft))?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(Error::file(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes what is to stand in that file beside it, readable by its owner alone, and waits for the disk.
/// Whoever asked puts it in its place.
///
/// # Errors
/// The folder cannot be written.
pub fn write_draft(path: &Path, bytes: &[u8]) -> Result<PathBuf, Error> {
    let draft = path.with_extension(format!("{}.part", process::id()));
    let _ = fs::remove_file(&draft);
    let mut file = private_file(&draft).map_err(Error::file(&draft))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(Error::file(&draft))?;
    Ok(draft)
}

/// A new file that its owner alone can read and write.
///
/// # Errors
/// It exists, or the folder cannot be written.
pub fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_makes_a_key_second_gets_the_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("server.key");
        let first = make(&path, [1; 32]).expect("made");
        let second = make(&path, [2; 32]).expect("found");
        assert_eq!(first.public(), second.public());
        assert_eq!(fs::read(&path).expect("kept"), [1; 32]);
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
