//! All that the books answer about the samples, as one text to compare.

use super::samples::{EPOCH, device, pass, programme_id, public, range, siret};
use crate::{books::Mark, error::Error, settlement::Counted, store::Books};
use passerelle_domain::{
    id::{BirthId, DeviceId, Epoch},
    pass::PassId,
    programme::ProgrammeId,
};
use std::fmt::{Debug, Write};

/// The answer to every question.
pub fn everything(books: &dyn Books) -> Result<String, Error> {
    let mut text = String::new();
    for desk in 1..=3 {
        for epoch in [EPOCH, Epoch(7)] {
            log(&mut text, books, device(desk), epoch)?;
        }
        desk_and_structure(&mut text, books, desk)?;
    }
    for programme in [programme_id(), ProgrammeId(99)] {
        programme_whole(&mut text, books, programme)?;
    }
    tell(
        &mut text,
        &(
            books.list_structures()?,
            books.list_devices()?,
            books.list_claims()?,
        ),
    );
    tell(&mut text, &books.list_presented_since(&Mark::Beginning)?.0);
    tell(&mut text, &books.list_audits()?);
    let settlements: Result<Vec<_>, _> = books
        .list_settled_months()?
        .into_iter()
        .map(|month| books.find_settlement(month))
        .collect();
    tell(&mut text, &(settlements?, books.list_settled_sums()?));
    tell(&mut text, &(books.list_awaited()?, books.count_audits()?));
    for month in books.list_settled_months()? {
        for kind in Counted::ALL {
            let mut counted = books.list_counted(month, kind)?;
            counted.sort_unstable();
            for name in &counted {
                tell(&mut text, &(name, books.find_counted_as(*name)?));
            }
        }
    }
    for ends_at in [10, 20, 21, u64::MAX] {
        tell(&mut text, &books.list_unsettled(ends_at)?);
    }
    tell(&mut text, &books.find_first_credited_at()?);
    let keys = books.list_pass_keys()?;
    let keys: Vec<_> = keys.iter().map(|key| (key.id, key.private.seed())).collect();
    tell(&mut text, &(books.list_programmes()?, keys));
    tell(
        &mut text,
        &(books.find_generation()?, books.state_version()?, books.counts()?),
    );
    Ok(text)
}

fn log(text: &mut String, books: &dyn Books, device: DeviceId, epoch: Epoch) -> Result<(), Error> {
    tell(
        text,
        &(books.find_epoch(device, epoch)?, books.last_seq(device, epoch)?),
    );
    let mut lives = books.list_lives(device)?;
    lives.sort_by_key(|life| life.epoch.0);
    tell(text, &(lives, books.list_batches(device, epoch, 0, 9)?));
    tell(text, &books.list_answered(device, epoch, 0, u64::MAX)?);
    for seq in 0..14 {
        let id = BirthId { device, epoch, seq };
        tell(text, &(books.find_event(id)?, books.find_credit_of(id)?));
        tell(text, &books.list_objections(id)?);
        for (booklet, rank) in [(1, 1), (1, 2), (2, 1)] {
            tell(text, &books.is_voided(id, pass(booklet, rank))?);
        }
        for last_seq in seq..14 {
            let receipt = books.find_receipt(device, epoch, seq, last_seq)?;
            receipt
                .iter()
                .for_each(|receipt| tell(text, &(seq, last_seq, receipt)));
        }
    }
    Ok(())
}

fn desk_and_structure(text: &mut String, books: &dyn Books, desk: u8) -> Result<(), Error> {
    let (device, siret) = (public(desk).device_id(), siret(desk));
    tell(
        text,
        &(books.find_device(device)?, books.find_last_receipt(device)?),
    );
    for generation in 0..3 {
        tell(text, &books.has_report(device, generation)?);
    }
    for version in [None, Some(1), Some(2)] {
        tell(text, &books.find_site(device, 1, version)?);
    }
    tell(text, &(books.find_structure(&siret)?, books.list_payees(&siret)?));
    tell(text, &books.list_decisions(&siret, 0, usize::MAX)?);
    if let Some(enrolment) = books.find_enrolment([desk; 3])? {
        let (key, structure) = (enrolment.proof_key.0, enrolment.structure);
        tell(text, &(key, structure, enrolment.ends_at, enrolment.used));
    }
    Ok(())
}

fn programme_whole(text: &mut String, books: &dyn Books, programme: ProgrammeId) -> Result<(), Error> {
    let key = books.find_pass_key(programme)?;
    tell(text, &(books.find_programme(programme)?, key.map(|key| key.id)));
    tell(
        text,
        &(
            books.list_lots(programme)?,
            books.list_activations(programme)?,
            books.list_blocks(programme)?,
        ),
    );
    tell(
        text,
        &(books.find_last_booklet(programme)?, books.credited(programme)?),
    );
    tell(
        text,
        &books.list_waiting_for_booklets(programme, range(0, u32::MAX))?,
    );
    for booklet in 0..14 {
        tell(text, &books.find_booklet(programme, booklet)?);
        tell(
            text,
            &(
                books.list_waiting_on(programme, booklet)?,
                books.list_credits_on(programme, booklet)?,
            ),
        );
    }
    for rank in 0..10 {
        for booklet in 1..3 {
            let pass = PassId {
                programme,
                ..pass(booklet, rank)
            };
            tell(
                text,
                &(books.find_last_credit(pass)?, books.list_contested(pass)?),
            );
        }
    }
    Ok(())
}

fn tell(text: &mut String, answer: &dyn Debug) {
    writeln!(text, "{answer:?}").expect("memory takes all that is written");
}
