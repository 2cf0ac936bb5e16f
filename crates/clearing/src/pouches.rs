//! Pouches as files: what couriers bring, and what they take home.

use crate::error::Error;
use passerelle_domain::wire::{Outward, Pouch, PouchFault, PouchPages, Return};
use passerelle_papers::{PouchPage, PouchWay, pouch_page};
use passerelle_reader::{ReadError, read_codes};
use std::{
    fs::{self, File},
    io::Read,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

/// A return, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenReturn {
    /// Where.
    pub file: PathBuf,
    /// Whether the state did not fit on paper, and was left out.
    pub without_state: bool,
}

/// The pouches in some files: as desks write them, or pictures and PDF of their codes, in any order.
///
/// # Errors
/// A file cannot be read or holds no pouch for clearing; or a code of one is missing.
pub fn read_pouches(files: &[PathBuf]) -> Result<Vec<Outward>, Error> {
    let mut pages = PouchPages::default();
    let mut pouches = Vec::new();
    for file in files {
        let bytes = read(file)?;
        if Pouch::is_one(&bytes) {
            pouches.push(outward(file, &bytes)?);
            continue;
        }
        let found = match read_codes(&bytes, &mut |_| ControlFlow::Continue(())) {
            Ok(found) => found,
            Err(ReadError::Damaged | ReadError::Locked) => return Err(Error::DamagedPouch(file.clone())),
            Err(
                ReadError::Empty
                | ReadError::TooLarge { .. }
                | ReadError::TooManyPixels { .. }
                | ReadError::TooManyPages { .. }
                | ReadError::NotAPicture
                | ReadError::NoCode
                | ReadError::Cancelled,
            ) => return Err(Error::NotAPouch(file.clone())),
        };
        if !pages.add_from(found.iter().map(|code| code.text.as_str())) {
            return Err(Error::NotAPouch(file.clone()));
        }
        for whole in pages.take_whole() {
            pouches.push(outward(file, &whole)?);
        }
    }
    match pages.find_missing() {
        Some((rank, count)) => Err(Error::MissingCode { rank, count }),
        None => Ok(pouches),
    }
}

/// Writes a return where it was asked for: as a file, or on paper when the name ends in `.pdf`. In a
/// folder, it is named after its device.
///
/// # Errors
/// The file cannot be written, or the paper is too long.
pub fn write_return(back: &Return, out: &Path, today: chrono::NaiveDate) -> Result<WrittenReturn, Error> {
    let file = if out.is_dir() {
        out.join(back.file_name(today))
    } else {
        out.to_owned()
    };
    let is_paper = file
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"));
    let mut without_state = false;
    let bytes = if is_paper {
        let written = back.to_codes().ok_or(Error::ReturnTooLong)?;
        without_state = written.without_state;
        let page = PouchPage {
            way: PouchWay::ToDesk,
            device: back.device.short_name(),
            packed_on: today,
            codes: written.codes,
        };
        pouch_page(&page)?.bytes
    } else {
        back.to_bytes()
    };
    fs::write(&file, bytes).map_err(Error::file(&file))?;
    Ok(WrittenReturn { file, without_state })
}

fn outward(file: &Path, bytes: &[u8]) -> Result<Outward, Error> {
    match Pouch::from_bytes(bytes) {
        Ok(Pouch::Outward(outward)) => Ok(outward),
        Ok(Pouch::Return(_)) => Err(Error::PouchIsReturn(file.to_owned())),
        Err(PouchFault::NotAPouch) => Err(Error::NotAPouch(file.to_owned())),
        Err(PouchFault::Damaged | PouchFault::TooLarge) => Err(Error::DamagedPouch(file.to_owned())),
    }
}

/// No more of a file than anybody could mean.
fn read(file: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    File::open(file)
        .and_then(|opened| {
            opened
                .take(passerelle_reader::MAX_BYTES + 1)
                .read_to_end(&mut bytes)
        })
        .map_err(Error::file(file))?;
    Ok(bytes)
}
