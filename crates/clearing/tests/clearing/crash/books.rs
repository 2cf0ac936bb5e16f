//! Books that are copied as often as something is tried on them.

use crate::{
    contents::{contents, difference, is_sound},
    service::{PROGRAMME, programme},
    strace::Strike,
};
use passerelle_clearing::Clearing;
use rusqlite::Connection;
use std::{fs, path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// Books as they were before, and a copy of them.
pub struct Books {
    folder: TempDir,
    began_at: u64,
}

impl Books {
    /// Books begun at that instant, in Unix seconds, with the sample programme and two activated booklets.
    pub fn new(began_at: u64) -> Self {
        let books = Self {
            folder: tempfile::tempdir().expect("a folder"),
            began_at,
        };
        let officer = books.open();
        officer.add_programme(&programme()).expect("added");
        officer.mint(PROGRAMME, 2).expect("issued");
        officer.activate(PROGRAMME, 1, 2).expect("activated");
        drop(officer);
        books
    }

    /// The service on the books as they were before, where no time passes.
    pub fn open(&self) -> Clearing {
        let instant = self.began_at;
        Clearing::open(&self.before(), Arc::new(move || instant)).expect("opened")
    }

    /// Copies them afresh; gives the folder of the copy.
    pub fn copy(&self) -> PathBuf {
        let now = self.now();
        let _ = fs::remove_dir_all(&now);
        fs::create_dir(&now).expect("a folder");
        for file in fs::read_dir(self.before()).expect("a folder") {
            let file = file.expect("a file");
            fs::copy(file.path(), now.join(file.file_name())).expect("copied");
        }
        now
    }

    /// The folder of the copy.
    pub fn now(&self) -> PathBuf {
        self.folder.path().join("now")
    }

    /// All that stands in the copy, but for instants and for what is signed with them.
    pub fn contents(&self) -> String {
        contents(&self.connect(), |table, column| {
            column.ends_with("_at") || (table, column) == ("receipts", "parcel")
        })
    }

    /// Fails unless the copy is sound, and its contents are these.
    pub fn assert_hold(&self, due: &str, strike: &Strike) {
        assert!(is_sound(&self.connect()), "{strike}: the books are damaged");
        assert_eq!(difference(&self.contents(), due), None, "{strike}");
    }

    fn before(&self) -> PathBuf {
        self.folder.path().join("before")
    }

    fn connect(&self) -> Connection {
        Connection::open(self.now().join("clearing.db")).expect("the books")
    }
}
