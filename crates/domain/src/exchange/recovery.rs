//! What clearing has of this device's log and the device does not: it went on from an old copy, or a
//! copy of it goes on elsewhere.
//!
//! Both write under the same numbers without knowing of each other, and clearing keeps what comes
//! first. Whoever comes second finds it out here: its events after the last one that both agree on are
//! then written again, under the numbers of a new life.

use super::{ExchangeFault, Memory, Party, Sealed};
use crate::{
    id::{BirthId, Epoch},
    key::Purpose,
    wire::{Batch, Envelope, Log, Piece, Receipt, Verdict},
};
use std::collections::BTreeMap;

/// A batch of this device's log with its answer, as clearing gave them back. Both were checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovered {
    /// The batch, and its bytes.
    pub sealed: Sealed,
    /// What is in them.
    pub batch: Batch,
    /// Its answer.
    pub receipt: Receipt,
    /// The bytes of the answer.
    pub signed: Vec<u8>,
}

/// A life of this device's log in which another copy went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overtaken {
    /// The life.
    pub epoch: Epoch,
    /// The last event that both agree on; 0 for none.
    pub last_seq: u64,
    /// What the device knew of clearing's time before it wrote the events that follow there.
    pub known_time: Option<u64>,
}

/// Checks every piece, and finds the lives that they overtake. A piece that begins where this device holds no
/// answer is left aside: another copy of it has asked for it, and a courier has brought it here. What lies before
/// comes once this device asks for it itself.
pub fn read<M: Memory>(
    memory: &M,
    party: &Party,
    log: &Log,
) -> Result<(Vec<Recovered>, Vec<Overtaken>), M::Fault> {
    let mut recovered: Vec<Recovered> = Vec::with_capacity(log.pieces.len());
    let mut overtaken: Vec<Overtaken> = Vec::new();
    for piece in &log.pieces {
        let piece = open(party, piece)?;
        if !goes_on(memory, party, &recovered, &piece.batch)? {
            continue;
        }
        let epoch = piece.batch.epoch;
        if overtaken.iter().all(|each| each.epoch != epoch)
            && let Some(last_seq) = last_agreed(memory, &piece.batch)?
        {
            overtaken.push(Overtaken {
                epoch,
                last_seq,
                known_time: known_time_after(memory, party, epoch, last_seq)?,
            });
        }
        recovered.push(piece);
    }
    Ok((recovered, overtaken))
}

/// Where this device holds another answer than a piece that came back: its life, and the first event of the
/// batch that was answered so. Clearing has lost that answer, and judged the same events again for another copy
/// of this device: it has to be shown, or its credit would be lost.
pub fn answered_otherwise<M: Memory>(
    memory: &M,
    party: &Party,
    recovered: &[Recovered],
) -> Result<Vec<(Epoch, u64)>, M::Fault> {
    let mut found: Vec<(Epoch, u64)> = Vec::new();
    for piece in recovered {
        let epoch = piece.sealed.epoch;
        if found.iter().any(|(other, _)| *other == epoch) {
            continue;
        }
        let said: BTreeMap<BirthId, &Verdict> = piece.receipt.answers().collect();
        let answered = memory.list_answered(epoch, piece.sealed.first_seq)?;
        let others = answered
            .iter()
            .filter(|(sealed, signed)| sealed.first_seq <= piece.sealed.last_seq && *signed != piece.signed);
        for (sealed, signed) in others {
            let held: Receipt = party.open_kept(signed, Purpose::Receipt)?;
            let differs = |(event, verdict)| said.get(&event).is_some_and(|said| *said != verdict);
            if held.answers().any(differs) {
                found.push((epoch, sealed.first_seq));
                break;
            }
        }
    }
    Ok(found)
}

fn open(party: &Party, piece: &Piece) -> Result<Recovered, ExchangeFault> {
    let no_piece = ExchangeFault::Untrusted("a log that does not hold");
    let batch = opened_batch(party, &piece.batch).ok_or(no_piece.clone())?;
    let receipt: Receipt = party.open_kept(&piece.receipt, Purpose::Receipt)?;
    if !receipt.answers_batch(&batch) {
        return Err(no_piece);
    }
    Ok(Recovered {
        sealed: Sealed {
            epoch: batch.epoch,
            first_seq: batch.first_seq(),
            last_seq: batch.last_seq(),
            bytes: piece.batch.to_vec(),
        },
        batch,
        receipt,
        signed: piece.receipt.to_vec(),
    })
}

/// A batch that this device has signed itself, or a copy of it.
fn opened_batch(party: &Party, parcel: &[u8]) -> Option<Batch> {
    let envelope = Envelope::from_bytes(parcel).ok()?;
    let batch: Batch = envelope.open(&party.key.public(), Purpose::Batch).ok()?;
    (batch.device == party.device && batch.check().is_ok()).then_some(batch)
}

/// Whether a batch begins where an answer of this device ends, or what came back of the life does. Its own event
/// is not enough: without the answer to that one, this one's could not be shown to clearing after a restore.
fn goes_on<M: Memory>(
    memory: &M,
    party: &Party,
    recovered: &[Recovered],
    batch: &Batch,
) -> Result<bool, M::Fault> {
    let (epoch, Some(last_seq)) = (
        batch.epoch,
        batch.first_seq().checked_sub(1).filter(|seq| *seq > 0),
    ) else {
        return Ok(true);
    };
    let answered = memory.find_answered(epoch, last_seq)?;
    let kept = answered.and_then(|(sealed, _)| opened_batch(party, &sealed.bytes));
    let mut known = recovered.iter().map(|piece| &piece.batch).chain(&kept);
    Ok(known.any(|known| known.epoch == epoch && known.link_after(last_seq) == Some(batch.before)))
}

/// The last event that a batch and this device's own log agree on, if the batch holds others under
/// numbers of a life of this device. Each link binds all that is before it, so that what differs once
/// differs for ever.
fn last_agreed<M: Memory>(memory: &M, batch: &Batch) -> Result<Option<u64>, M::Fault> {
    if memory.find_link(batch.epoch, 0)?.is_none() {
        return Ok(None);
    }
    let mut link = batch.before;
    for event in &batch.events {
        link = link.then(event);
        if memory.find_link(batch.epoch, event.seq)? != Some(link) {
            return Ok(Some(event.seq - 1));
        }
    }
    Ok(None)
}

/// What the batch says that first held the event after `seq`.
fn known_time_after<M: Memory>(
    memory: &M,
    party: &Party,
    epoch: Epoch,
    seq: u64,
) -> Result<Option<u64>, M::Fault> {
    let sealed = memory.find_sealed(epoch, seq + 1)?;
    let batch = sealed.and_then(|sealed| opened_batch(party, &sealed.bytes));
    Ok(batch.and_then(|batch| batch.known_time))
}
