//! Giving a device back what it has written itself: it goes on from an old copy of its ledger, or a
//! copy of it goes on elsewhere.

use super::{Clearing, batches::refused, recall::has_answer};
use crate::{
    books::{Device, LoggedLife, Shown},
    error::Error,
    store::Books,
};
use passerelle_domain::{
    id::Epoch,
    key::Purpose,
    wire::{Batch, Envelope, Head, Log, Piece},
};

/// How many batches one answer carries at most. Even the largest allowed leave it well below the
/// bound on what comes out of an envelope, since [`MOST_BYTES`] ends it before.
const PIECES_PER_ANSWER: usize = 64;

/// After how many bytes an answer takes no more batches.
const MOST_BYTES: usize = 256 * 1024;

impl Clearing {
    /// The signed pieces of the asker's own log after those heads, ready to travel.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn log(&self, asker: &Device, heads: &[Head]) -> Result<Vec<u8>, Error> {
        let signer = self.signer()?;
        let log = self.store.read(|books| {
            let mut log = Log {
                server: signer.id(),
                device: asker.id,
                pieces: Vec::new(),
                more: false,
            };
            let mut bytes = 0;
            let mut lives = books.list_lives(asker.id)?;
            lives.sort_by_key(|life| life.epoch.0);
            for life in lives {
                let since = known_to(books, asker, heads, life.epoch)?;
                for parcel in books.list_batches(asker.id, life.epoch, since, PIECES_PER_ANSWER + 1)? {
                    if log.pieces.len() == PIECES_PER_ANSWER || bytes > MOST_BYTES {
                        log.more = true;
                        return Ok(log);
                    }
                    let piece = piece(books, asker, parcel)?;
                    bytes += piece.batch.len() + piece.receipt.len();
                    log.pieces.push(piece);
                }
            }
            Ok(log)
        })?;
        Ok(signer.seal(Purpose::Log, &log))
    }
}

/// Whether the books have more of a device's log than it was answered for.
pub fn is_ahead(books: &dyn Books, device: &Device, heads: &[Head]) -> Result<bool, Error> {
    let is_ahead =
        |life: &LoggedLife| life.last_seq > find_head(heads, life.epoch).map_or(0, |head| head.last_seq);
    Ok(books.list_lives(device.id)?.iter().any(is_ahead))
}

/// Up to where the device knows what the books have of that life; 0 when it was told otherwise.
fn known_to(books: &dyn Books, device: &Device, heads: &[Head], epoch: Epoch) -> Result<u64, Error> {
    let Some(head) = find_head(heads, epoch) else {
        return Ok(0);
    };
    let is_known = has_answer(books, &Shown::head(device.id, head))?;
    Ok(if is_known { head.last_seq } else { 0 })
}

fn find_head(heads: &[Head], epoch: Epoch) -> Option<&Head> {
    heads.iter().find(|head| head.epoch == epoch)
}

fn piece(books: &dyn Books, device: &Device, parcel: Vec<u8>) -> Result<Piece, Error> {
    let envelope = Envelope::from_bytes(&parcel).map_err(refused)?;
    let batch: Batch = envelope.open(&device.public, Purpose::Batch).map_err(refused)?;
    let receipt = books
        .find_receipt(device.id, batch.epoch, batch.first_seq(), batch.last_seq())?
        .ok_or(Error::Damaged("a batch without its receipt"))?;
    Ok(Piece {
        batch: parcel.into(),
        receipt: receipt.into(),
    })
}
