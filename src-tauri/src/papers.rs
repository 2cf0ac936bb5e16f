//! Papers leaving the ledger: to the system's PDF reader, or to a file that a person chooses.

use passerelle_desk::{
    Desk, Error, Profile, RECOVERY_SHEET_FILE, form::PaperRef, shred, sync::POUCH_EXTENSION,
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

/// Writes the paper where the PDF reader finds it, and opens it there: it is printed from there.
///
/// # Errors
/// The paper cannot be made or written, or no PDF reader is installed.
pub fn print(desk: &Desk, paper: PaperRef) -> Result<(), Error> {
    let (name, bytes) = desk.paper_file(paper)?;
    let path = write(&to_print(desk.profile()), &name, &bytes)?;
    open::that_detached(&path).map_err(|error| Error::file(path, error))
}

/// Asks where, and writes the paper there; nothing when the person thinks better of it.
///
/// # Errors
/// The paper cannot be made or written.
pub fn save(app: &AppHandle, desk: &Desk, paper: PaperRef) -> Result<Option<PathBuf>, Error> {
    let (name, bytes) = desk.paper_file(paper)?;
    save_as(app, &name, "pdf", &bytes)
}

/// Asks where, and writes there the pouch that a courier takes along; nothing when the person thinks
/// better of it.
///
/// # Errors
/// It cannot be packed or written.
pub fn save_pouch(app: &AppHandle, desk: &Desk) -> Result<Option<PathBuf>, Error> {
    let packed = desk.pack_pouch()?;
    save_as(app, &packed.file_name, POUCH_EXTENSION, &packed.bytes)
}

/// Asks where, and writes there what clearing has answered to a neighbour's pouch; nothing when the person
/// thinks better of it.
///
/// # Errors
/// Nothing was brought, or it cannot be written.
pub fn save_return(app: &AppHandle, desk: &Desk) -> Result<Option<PathBuf>, Error> {
    let (name, bytes) = desk.relayed_file()?;
    save_as(app, &name, POUCH_EXTENSION, &bytes)
}

/// Saves the record of who did what where the person chooses; `None` when they gave up. What is given up after the
/// record was drawn up stays written down as taken out: it was in memory, ready to leave.
pub fn save_audits(app: &AppHandle, desk: &Desk) -> Result<Option<PathBuf>, Error> {
    let (name, bytes) = desk.audit_file()?;
    save_as(app, &name, "csv", &bytes)
}

fn save_as(app: &AppHandle, name: &str, extension: &str, bytes: &[u8]) -> Result<Option<PathBuf>, Error> {
    let asked = app
        .dialog()
        .file()
        .set_file_name(name)
        .add_filter(extension.to_uppercase(), &[extension])
        .blocking_save_file();
    let Some(chosen) = asked.and_then(|place| place.into_path().ok()) else {
        return Ok(None);
    };
    let path = chosen.with_extension(extension);
    fs::write(&path, bytes).map_err(|error| Error::file(&path, error))?;
    Ok(Some(path))
}

/// Removes what was written to be printed: it names people, and has served.
pub fn clear(profile: &Profile) {
    // Nothing there, or still open in a reader: the next start tries again.
    let _ = fs::remove_dir_all(to_print(profile));
}

/// Removes a recovery sheet that was written to be printed: it has served, or opens nothing.
pub fn clear_sheet(profile: &Profile) {
    // Nothing there, or still open in a reader: it is cleared with the others.
    let _ = shred(&to_print(profile).join(RECOVERY_SHEET_FILE));
}

fn to_print(profile: &Profile) -> PathBuf {
    profile.folder().join("to-print")
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, Error> {
    let path = folder.join(name);
    let written = make_private(folder).and_then(|()| fs::write(&path, bytes));
    written
        .map(|()| path.clone())
        .map_err(|error| Error::file(path, error))
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_to_be_printed_is_cleared() {
        let folder = tempfile::tempdir().expect("a folder");
        let profile = Profile::at(folder.path());
        let path = write(&to_print(&profile), "emargement-1.pdf", b"%PDF").expect("written");
        assert!(path.exists());
        let sheet = write(&to_print(&profile), RECOVERY_SHEET_FILE, b"%PDF").expect("written");
        clear_sheet(&profile);
        assert!(!sheet.exists() && path.exists());
        clear(&profile);
        assert!(!path.exists());
        assert!(folder.path().exists());
    }
}
