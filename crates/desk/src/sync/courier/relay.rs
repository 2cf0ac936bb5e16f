//! The pouch of a desk that has no network, brought by a neighbour that has one.

use super::PouchFault;
use crate::{
    desk::Desk,
    error::Error,
    reader::Progress,
    session::Deed,
    sync::{Link, count_receipts},
    view::BroughtPouch,
};
use passerelle_domain::wire::{Answer, Outward, Pouch, Return};
use std::{
    ops::ControlFlow,
    sync::{Mutex, PoisonError},
};

/// What clearing has answered to the last pouch that was brought for a neighbour, as long as the desk is
/// open: nothing is lost with it, since the same pouch brought again gets the same answers.
#[derive(Default)]
pub(crate) struct Relayed(Mutex<Option<Return>>);

impl Desk {
    /// Brings the pouch of another desk to clearing, and keeps what comes back for it: a file, or a
    /// picture or PDF of its codes. Nothing of it is this desk's, and nothing of it can be read here but
    /// the number of its batches.
    ///
    /// # Errors
    /// It is no pouch for clearing, or not whole; or nothing came back. What was kept before is kept.
    pub fn bring_pouch(
        &self,
        file: &[u8],
        link: &dyn Link,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<BroughtPouch, Error> {
        self.allow(Deed::Deal)?;
        let outward = only_outward(self.gathering.gather(file, progress)?)?;
        let (back, outcome) = outward.bring(|request| link.carry(request));
        let fault = match outcome {
            Err(fault) if back == Return::to(outward.device) => return Err(fault.into()),
            outcome => outcome.err(),
        };
        let brought = BroughtPouch {
            device: back.device.short_name(),
            batches: outward.batches.len(),
            answered: count_receipts(&back),
            is_enrolled: matches!(back.grant, Some(Answer::Parcel(_))),
            paper_lacks_state: back.to_codes().is_some_and(|paper| paper.without_state),
            fault: fault.map(|fault| fault.code()),
        };
        *self.relayed.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(back);
        Ok(brought)
    }

    /// The name and the bytes of the file that takes back what was brought for a neighbour.
    ///
    /// # Errors
    /// Nothing was brought since the desk was opened.
    pub fn relayed_file(&self) -> Result<(String, Vec<u8>), Error> {
        self.allow(Deed::Deal)?;
        let back = self.relayed()?;
        Ok((back.file_name(self.surroundings.today()), back.to_bytes()))
    }

    pub(crate) fn relayed(&self) -> Result<Return, Error> {
        let kept = self.relayed.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone().ok_or(Error::Missing("return"))
    }
}

/// One at a time: each has its own answer.
fn only_outward(whole: Vec<Vec<u8>>) -> Result<Outward, Error> {
    let mut found = None;
    for bytes in whole {
        match Pouch::from_bytes(&bytes).map_err(PouchFault::from)? {
            Pouch::Return(_) => return Err(PouchFault::Return.into()),
            Pouch::Outward(_) if found.is_some() => return Err(PouchFault::Several.into()),
            Pouch::Outward(outward) => found = Some(outward),
        }
    }
    Ok(found.ok_or(PouchFault::NotAPouch)?)
}
