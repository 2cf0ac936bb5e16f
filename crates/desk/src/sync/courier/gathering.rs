//! From what a person brings (a file, a photograph, a scan) to whole pouches.

use super::PouchFault;
use crate::{
    error::Error,
    reader::{self, Progress, ReadError},
};
use passerelle_domain::wire::{Pouch, PouchPages};
use std::{
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
};

/// The codes seen so far of pouches that are not whole.
#[derive(Default)]
pub(crate) struct Gathering(Mutex<PouchPages>);

impl Gathering {
    /// The whole pouches that a file brings, alone or with those before it.
    ///
    /// # Errors
    /// The file holds no pouch, or codes are still missing.
    pub fn gather(
        &self,
        file: &[u8],
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Vec<Vec<u8>>, Error> {
        if Pouch::is_one(file) {
            return Ok(vec![file.to_vec()]);
        }
        let found = match reader::read_codes(file, progress) {
            Err(ReadError::NotAPicture) => return Err(PouchFault::NotAPouch.into()),
            read => read.map_err(Error::Unreadable)?,
        };
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !pages.add_from(found.iter().map(|code| code.text.as_str())) {
            return Err(PouchFault::NotAPouch.into());
        }
        let whole = pages.take_whole();
        match pages.find_missing() {
            Some((rank, count)) if whole.is_empty() => Err(PouchFault::MissingCode { rank, count }.into()),
            Some(_) | None => Ok(whole),
        }
    }
}
