//! Copying the books while they are in use.

use super::{SqliteStore, open::connect};
use crate::{error::Error, server_key::private_file};
use rusqlite::{Connection, OpenFlags, backup::Backup};
use std::{
    fs::{self, File},
    io::ErrorKind,
    path::Path,
};

impl SqliteStore {
    /// Copies the books into a new file, as they stand at one instant, and looks the copy through.
    /// Desks and the command line go on meanwhile. Gives the size of the copy, in bytes.
    ///
    /// Page by page: a copy made by VACUUM would number rows anew, and the order of arrival with
    /// them.
    ///
    /// # Errors
    /// The file exists, which is left as it is; it cannot be written; the copy does not hold, and
    /// is taken away.
    pub fn copy(books: &Path, file: &Path) -> Result<u64, Error> {
        match private_file(file) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(Error::CopyExists(file.to_owned()));
            }
            Err(error) => return Err(Error::file(file)(error)),
        }
        let copied = copy_into(books, file);
        if copied.is_err() {
            // It was ours, and is no copy.
            let _ = fs::remove_file(file);
        }
        copied
    }
}

fn copy_into(books: &Path, file: &Path) -> Result<u64, Error> {
    let source = connect(books, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut copy = connect(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // All in one step: whoever writes meanwhile would make smaller ones begin again for ever.
    Backup::new(&source, &mut copy)?.step(-1)?;
    // One file, without companions.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    check(&source, &copy)?;
    drop(copy);
    let written = File::open(file).and_then(|copy| {
        copy.sync_all()?;
        copy.metadata()
    });
    Ok(written.map_err(Error::file(file))?.len())
}

/// Looks a copy through: every page, every reference, and that it is what its original is.
fn check(source: &Connection, copy: &Connection) -> Result<(), Error> {
    let said: String = copy.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(Error::Damaged("pages of the copy that do not hold"));
    }
    let mut strays = copy.prepare("PRAGMA foreign_key_check")?;
    if strays.exists([])? {
        return Err(Error::Damaged("rows of the copy that refer to nothing"));
    }
    for name in ["application_id", "user_version"] {
        let value = |connection: &Connection| {
            connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0))
        };
        if value(source)? != value(copy)? {
            return Err(Error::Damaged("a copy of another schema"));
        }
    }
    Ok(())
}
