//! What is kept beside the service's key, where no restore of the books brings it back: how far the books
//! had come, and the months that were closed.

use crate::{error::Error, server_key::write_draft};
use passerelle_domain::month::Month;
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// How far the books had come, as far as this file knows.
const WATERMARK: &str = "watermark.json";

/// One file for each month that was closed.
const SETTLEMENTS: &str = "settlements";

/// What the name of such a file ends with: the mark of signed parcels.
const SIGNED: &str = "psr";

/// How far books have come. Each figure grows and never falls, but in books that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// Whose books: the service's identity, in hexadecimal.
    pub server: String,
    /// Their generation.
    pub generation: u32,
    /// How many facts the state depends on.
    pub facts: u64,
    /// How many acts of the officer.
    pub acts: u64,
    /// The last month that was closed.
    pub settled: Option<Month>,
}

impl Watermark {
    /// Whether books that have come as far as `books` lack something that they had when this was written.
    /// Books in a later generation have begun again since, and know it; another service's say nothing.
    #[must_use]
    pub fn is_above(&self, books: &Self) -> bool {
        let is_less = books.facts < self.facts || books.acts < self.acts || books.settled < self.settled;
        self.server == books.server
            && (books.generation < self.generation || (books.generation == self.generation && is_less))
    }
}

/// The folder of the key.
pub struct Beside {
    folder: PathBuf,
    /// One draft at a time.
    writing: Mutex<()>,
}

impl Beside {
    /// That folder.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            writing: Mutex::default(),
        }
    }

    /// How far the books had come. A file that says nothing of it counts as none: what it would have
    /// told, desks tell too.
    ///
    /// # Errors
    /// The file is there and cannot be read.
    pub fn find_watermark(&self) -> Result<Option<Watermark>, Error> {
        let file = self.folder.join(WATERMARK);
        match fs::read(&file) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes).ok()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file(&file)(error)),
        }
    }

    /// Keeps how far the books have come: on the disk when this returns.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_watermark(&self, watermark: &Watermark) -> Result<(), Error> {
        let bytes = serde_json::to_vec(watermark).expect("plain values");
        self.write(&self.folder.join(WATERMARK), &bytes)
    }

    /// The months whose files are here, ascending.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list_months(&self) -> Result<Vec<Month>, Error> {
        let folder = self.folder.join(SETTLEMENTS);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::file(&folder)(error)),
        };
        let mut months = Vec::new();
        for entry in entries {
            let name = PathBuf::from(entry.map_err(Error::file(&folder))?.file_name());
            if name.extension().is_some_and(|extension| extension == SIGNED) {
                let stem = name.file_stem().and_then(|stem| stem.to_str());
                months.extend(stem.and_then(Month::find));
            }
        }
        months.sort_unstable();
        Ok(months)
    }

    /// Where the file of a month is, or would be.
    pub fn settlement(&self, month: Month) -> PathBuf {
        self.folder.join(SETTLEMENTS).join(format!("{month}.{SIGNED}"))
    }

    /// Keeps a closed month: on the disk when this returns. Gives where.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write_settlement(&self, month: Month, parcel: &[u8]) -> Result<PathBuf, Error> {
        let folder = self.folder.join(SETTLEMENTS);
        fs::create_dir_all(&folder).map_err(Error::file(&folder))?;
        let file = self.settlement(month);
        self.write(&file, parcel)?;
        Ok(file)
    }

    /// Puts a whole file in its place.
    fn write(&self, file: &Path, bytes: &[u8]) -> Result<(), Error> {
        let _alone = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let draft = write_draft(file, bytes)?;
        fs::rename(&draft, file).map_err(Error::file(file))?;
        if cfg!(unix)
            && let Some(folder) = file.parent()
        {
            // The name too is to outlive a power cut.
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(Error::file(folder))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn far(generation: u32, facts: u64) -> Watermark {
        Watermark {
            server: "a".into(),
            generation,
            facts,
            acts: 5,
            settled: Month::find("2026-10"),
        }
    }

    #[test]
    fn books_that_lack_a_fact_an_act_a_month_or_a_generation_are_below_the_mark() {
        let mark = far(1, 10);
        assert!(!mark.is_above(&mark));
        assert!(!mark.is_above(&far(1, 11)));
        assert!(mark.is_above(&far(1, 9)));
        assert!(mark.is_above(&far(0, 12)), "a generation was lost");
        assert!(mark.is_above(&Watermark {
            acts: 4,
            ..far(1, 10)
        }));
        assert!(mark.is_above(&Watermark {
            settled: None,
            ..far(1, 10)
        }));
    }

    #[test]
    fn books_that_know_already_and_those_of_another_service_are_left_alone() {
        assert!(!far(1, 10).is_above(&far(2, 3)));
        let other = Watermark {
            server: "b".into(),
            ..far(1, 3)
        };
        assert!(!far(1, 10).is_above(&other));
    }

    #[test]
    fn a_mark_comes_back_and_a_broken_one_counts_as_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let beside = Beside::of(folder.path());
        assert_eq!(beside.find_watermark().expect("read"), None);
        for mark in [far(0, 1), far(1, 10)] {
            beside.write_watermark(&mark).expect("written");
            assert_eq!(beside.find_watermark().expect("read"), Some(mark));
        }
        assert_eq!(
            fs::read_dir(folder.path()).expect("listed").count(),
            1,
            "no draft is left"
        );
        fs::write(folder.path().join(WATERMARK), b"{").expect("written");
        assert_eq!(beside.find_watermark().expect("read"), None);
    }

    #[test]
    fn the_months_kept_are_listed_and_other_files_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let beside = Beside::of(folder.path());
        assert_eq!(beside.list_months().expect("read"), []);
        let months = ["2026-09", "2026-11", "2026-10"].map(|month| Month::find(month).expect("a month"));
        for month in months {
            beside.write_settlement(month, b"parcel").expect("written");
        }
        let others = folder.path().join(SETTLEMENTS);
        fs::write(others.join("2026-12.7.part"), b"draft").expect("written");
        fs::write(others.join("notes.psr"), b"else").expect("written");
        assert_eq!(
            beside.list_months().expect("read"),
            [months[0], months[2], months[1]]
        );
    }
}
