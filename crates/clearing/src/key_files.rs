//! The service's keys as files. Each key has a file of its own, and each replacement one beside it; none is
//! ever written over. So whatever moment a replacement is killed at, either it has happened or it has not:
//! what counts is whether the file of the replacement is there, and its key is there before it.

use crate::{error::Error, server_key, server_keys::ServerKeys};
use passerelle_domain::wire::{FIRST_KEY, KeyChain, Succession};
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// The files of a service's keys.
#[derive(Debug, Clone)]
pub struct KeyFiles {
    folder: PathBuf,
}

impl KeyFiles {
    /// Those in that folder.
    #[must_use]
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The private half of the key of that number.
    #[must_use]
    pub fn key(&self, number: u32) -> PathBuf {
        self.folder.join(if number == FIRST_KEY {
            "server.key".to_owned()
        } else {
            format!("server-{number}.key")
        })
    }

    /// How the key of that number took the place of the one before it.
    #[must_use]
    pub fn succession(&self, number: u32) -> PathBuf {
        self.folder.join(format!("server-{number}.succession"))
    }

    /// The private half of the newest key, be it there or not.
    #[must_use]
    pub fn newest(&self) -> PathBuf {
        let number = (FIRST_KEY..).find(|number| !self.has_successor(*number));
        self.key(number.unwrap_or(FIRST_KEY))
    }

    /// All that is needed to go on after the key of that number: it, and the chain that leads to it.
    #[must_use]
    pub fn list(&self, number: u32) -> Vec<PathBuf> {
        let chain = (FIRST_KEY + 1..=number).map(|number| self.succession(number));
        std::iter::once(self.key(number)).chain(chain).collect()
    }

    /// Whether the key of that number was replaced.
    pub fn has_successor(&self, number: u32) -> bool {
        self.succession(number + 1).exists()
    }

    /// The newest key; `None` when there is none at all.
    ///
    /// # Errors
    /// A file cannot be read, a replacement is not proven, or the newest key is lost or another one.
    pub fn find(&self) -> Result<Option<ServerKeys>, Error> {
        let chain = self.chain()?;
        let number = chain.successions().last().map_or(FIRST_KEY, |last| last.number);
        let file = self.key(number);
        match server_key::find(&file)? {
            Some(key) => ServerKeys::at_the_end_of(chain, key)
                .map(Some)
                .ok_or(Error::OtherKey(file)),
            None if chain.is_empty() => Ok(None),
            None => Err(Error::KeyLost(file)),
        }
    }

    /// Replaces that key by the one made of these 32 random bytes, for good, and lets go of the private
    /// halves that sign no more: kept, they could only be stolen. Whoever comes second gets the keys of
    /// whoever came first.
    ///
    /// # Errors
    /// A file cannot be written. The old key is whole then, or the new one is.
    pub fn replace(&self, keys: &ServerKeys, seed: [u8; 32], since: u64) -> Result<ServerKeys, Error> {
        let number = keys.number() + 1;
        let new = server_key::make(&self.key(number), seed)?;
        self.settle()?;
        let succession = keys.hand_over(&new, since);
        server_key::keep(&self.succession(number), &succession.to_bytes())?;
        self.settle()?;
        let replaced = self.find()?.ok_or_else(|| Error::KeyLost(self.key(number)))?;
        for old in FIRST_KEY..replaced.number() {
            remove(&self.key(old))?;
        }
        Ok(replaced)
    }

    fn chain(&self) -> Result<KeyChain, Error> {
        let mut successions = Vec::new();
        for number in FIRST_KEY + 1.. {
            let path = self.succession(number);
            match fs::read(&path) {
                Ok(bytes) => successions
                    .push(Succession::from_bytes(&bytes).ok_or(Error::Damaged("a replacement of a key"))?),
                Err(error) if error.kind() == ErrorKind::NotFound => break,
                Err(error) => return Err(Error::file(&path)(error)),
            }
        }
        KeyChain::of(successions).map_err(|_| Error::Damaged("the chain of the keys"))
    }

    /// Waits until the names in the folder are on the disk: a replacement must not be there without its key.
    #[cfg(unix)]
    fn settle(&self) -> Result<(), Error> {
        let folder = fs::File::open(&self.folder);
        folder
            .and_then(|folder| folder.sync_all())
            .map_err(Error::file(&self.folder))
    }

    #[cfg(not(unix))]
    fn settle(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::file(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_domain::{id::ServerId, key::PrivateKey};

    fn id(seed: u8) -> ServerId {
        PrivateKey::from_seed(&[seed; 32]).public().server_id()
    }

    /// A folder with a first key.
    fn begun() -> (tempfile::TempDir, KeyFiles, ServerKeys) {
        let folder = tempfile::tempdir().expect("a folder");
        let files = KeyFiles::of(folder.path());
        assert!(files.find().expect("read").is_none());
        server_key::make(&files.key(FIRST_KEY), [1; 32]).expect("made");
        let keys = files.find().expect("read").expect("a key");
        (folder, files, keys)
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let files = fs::read_dir(folder.path()).expect("a folder");
        let mut names: Vec<String> = files
            .map(|file| file.expect("a file").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_key_replaced_twice_leaves_the_last_one_and_the_way_to_it() {
        let (folder, files, first) = begun();
        let second = files.replace(&first, [2; 32], 20).expect("replaced");
        let third = files.replace(&second, [3; 32], 30).expect("replaced");
        assert_eq!((third.id(), third.number(), third.origin()), (id(3), 3, id(1)));
        assert_eq!(
            names(&folder),
            ["server-2.succession", "server-3.key", "server-3.succession"]
        );
        let again = files.find().expect("read").expect("a key");
        assert_eq!((again.id(), again.chain()), (id(3), third.chain()));
        let mut listed = files.list(3);
        listed.sort();
        assert!(listed.iter().all(|file| file.exists()) && listed.len() == 3);
    }

    /// What a kill leaves, file by file: whoever comes next has the old key whole, or the new one.
    #[test]
    fn a_replacement_killed_at_any_moment_has_happened_or_has_not() {
        let (whole, done, first) = begun();
        done.replace(&first, [2; 32], 20).expect("replaced");
        let step = |copied: &[(u32, bool)], kept: bool| {
            let (folder, files, _) = begun();
            for (number, is_key) in copied {
                let of = |files: &KeyFiles| match is_key {
                    true => files.key(*number),
                    false => files.succession(*number),
                };
                fs::copy(of(&done), of(&files)).expect("copied");
            }
            fs::write(folder.path().join("server-2.77.part"), [0; 9]).expect("a draft");
            if !kept {
                fs::remove_file(files.key(1)).expect("removed");
            }
            let found = files.find().expect("read").expect("a key");
            // And the officer asks again.
            let next = files.replace(&found, [9; 32], 40).expect("replaced");
            assert_eq!(files.find().expect("read").map(|keys| keys.id()), Some(next.id()));
            assert!(!files.key(1).exists(), "an old key signs no more");
            (found.id(), next.number(), next.id())
        };
        assert_eq!(step(&[], true), (id(1), 2, id(9)), "before anything");
        assert_eq!(step(&[(2, true)], true), (id(1), 2, id(2)), "its key made");
        let both = [(2, true), (2, false)];
        assert_eq!(step(&both, true), (id(2), 3, id(9)), "replaced");
        assert_eq!(step(&both, false), (id(2), 3, id(9)), "the old key let go of");
        drop(whole);
    }

    #[test]
    fn two_who_replace_at_once_agree_on_one_key() {
        let (_folder, files, first) = begun();
        let one = files.replace(&first, [2; 32], 20).expect("replaced");
        let other = files.replace(&first, [3; 32], 21).expect("found");
        assert_eq!((one.id(), other.id(), other.number()), (id(2), id(2), 2));
    }

    #[test]
    fn a_new_key_that_is_lost_is_told_and_the_old_one_does_not_come_back() {
        let (_folder, files, first) = begun();
        files.replace(&first, [2; 32], 20).expect("replaced");
        fs::remove_file(files.key(2)).expect("removed");
        fs::write(files.key(1), [1; 32]).expect("an old copy");
        assert!(matches!(files.find(), Err(Error::KeyLost(path)) if path == files.key(2)));
        fs::write(files.key(2), [7; 32]).expect("another key");
        assert!(matches!(files.find(), Err(Error::OtherKey(path)) if path == files.key(2)));
    }

    #[cfg(unix)]
    #[test]
    fn new_keys_are_for_the_owner_of_the_folder_alone() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, files, first) = begun();
        files.replace(&first, [2; 32], 20).expect("replaced");
        let mode = fs::metadata(files.key(2)).expect("kept").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
