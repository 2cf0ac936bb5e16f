//! Opening a ledger: lock, key, pragmas, schema.

use super::{Ledger, migrations, opening_key::OpeningKey};
use crate::{error::Error, private_file, profile::Profile};
use rusqlite::{Connection, OpenFlags};
use std::{
    fs::{self, File, TryLockError},
    path::Path,
    sync::Mutex,
    time::Duration,
};

/// "Psrl" in the file's header: `PRAGMA application_id`.
pub const APPLICATION_ID: i32 = 0x5073_726c;

/// Memory for pages of the file, each connection (there are two).
const CACHE_KIB: i32 = 16 * 1024;

impl Ledger {
    /// Opens the ledger of a profile, making folder and file at the first start. The key is looked for once
    /// nobody else can.
    ///
    /// # Errors
    /// Another process has it open; the folder cannot be written; there is no key; the file is
    /// damaged or newer than this version. Nothing is changed then.
    pub fn open(
        profile: &Profile,
        find_key: impl FnOnce() -> Result<OpeningKey, Error>,
    ) -> Result<Self, Error> {
        let folder = profile.folder();
        fs::create_dir_all(folder).map_err(|error| Error::file(folder, error))?;
        let lock = lock(&profile.lock())?;
        let key = find_key()?;
        let path = profile.ledger();
        let mut writer = connect(
            &path,
            &key,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        let before = migrations::found(&writer)?;
        // Before anything is written: a newer version's file is left as it is.
        migrations::refuse_newer(before)?;
        if before > 0 && before < migrations::newest() {
            copy_aside(&writer, profile, before)?;
        }
        writer.pragma_update(None, "journal_mode", "WAL")?;
        migrations::apply(&mut writer)?;
        writer.pragma_update(None, "application_id", APPLICATION_ID)?;
        let reader = connect(&path, &key, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self {
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            listener: Mutex::new(None),
            key,
            _lock: lock,
        })
    }
}

/// Held until the process ends, whatever its end: the system lets go of it.
fn lock(path: &Path) -> Result<File, Error> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| Error::file(path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Error::InUse),
        Err(TryLockError::Error(error)) => Err(Error::file(path, error)),
    }
}

fn connect(path: &Path, key: &OpeningKey, flags: OpenFlags) -> Result<Connection, Error> {
    let connection =
        Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX).map_err(|error| {
            match error.sqlite_error_code() {
                Some(
                    rusqlite::ErrorCode::CannotOpen
                    | rusqlite::ErrorCode::PermissionDenied
                    | rusqlite::ErrorCode::ReadOnly,
                ) => Error::Unwritable(path.to_owned()),
                _ => Error::from(error),
            }
        })?;
    connection.pragma_update(None, "key", key.pragma().as_str())?;
    // SQLCipher otherwise writes its complaints to the standard error of a desktop program.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    // The first read tells whether the key opens the file.
    connection.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()))?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "secure_delete", true)?;
    // Without it, REPLACE would delete a fact behind the triggers' back.
    connection.pragma_update(None, "recursive_triggers", true)?;
    // Every page that leaves the memory must be deciphered again: the usual 2 MiB hold a tenth of a busy site's names.
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A whole copy before a migration, encrypted like its source.
fn copy_aside(writer: &Connection, profile: &Profile, version: u32) -> Result<(), Error> {
    let folder = profile.copies();
    fs::create_dir_all(&folder).map_err(|error| Error::file(&folder, error))?;
    let path = folder.join(format!("ledger-schema-{version}.db"));
    if path.exists() {
        return Ok(());
    }
    let draft = path.with_extension("part");
    let _ = fs::remove_file(&draft);
    writer.execute("VACUUM INTO ?1", [draft.to_string_lossy()])?;
    fs::rename(&draft, &path)
        .and_then(|()| private_file::sync_folder(&path))
        .map_err(|error| Error::file(&path, error))
}
