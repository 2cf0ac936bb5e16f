//! Where everything stands, in figures.

mod paid;

use crate::{
    desk::Desk,
    error::Error,
    ledger::{batches, device, doubles, kept_codes, redemptions, reference},
    passes::standing_from_code,
    session::Deed,
    view::{BatchesView, DoubleView, LinkState, LinkView, Standing, Standings, Tally},
};
use chrono::{DateTime, FixedOffset};
use passerelle_domain::cents::Cents;
use rusqlite::Connection;

impl Desk {
    /// The link, in figures.
    ///
    /// # Errors
    /// The ledger.
    pub fn link(&self) -> Result<LinkView, Error> {
        self.as_machine().read(|db| self.link_view(db))
    }

    /// Every redemption by where it stands, and the batches they left in.
    ///
    /// # Errors
    /// The ledger.
    pub fn batches(&self) -> Result<BatchesView, Error> {
        let ledger = self.as_person(Deed::Look)?;
        ledger.read(|db| {
            Ok(BatchesView {
                standings: standings(db)?,
                first_day: redemptions::first_held_on(db)?,
                batches: batches::list(db, *self.surroundings.now().offset())?,
                double: double(db)?,
                settlements: paid::settlements(db, *self.surroundings.now().offset())?,
            })
        })
    }

    /// The address of the clearing service, once enrolled.
    ///
    /// # Errors
    /// The ledger.
    pub fn clearing_address(&self) -> Result<Option<String>, Error> {
        self.as_machine()
            .read(|db| Ok(device::get(db)?.clearing.map(|clearing| clearing.address)))
    }

    pub(crate) fn link_view(&self, db: &Connection) -> Result<LinkView, Error> {
        let device = device::get(db)?;
        let clearing = device.clearing;
        let attempt = self.link.last();
        let reached = attempt.as_ref().is_some_and(|attempt| attempt.fault.is_none());
        let state = match (&clearing, self.link.is_under_way(), reached) {
            (None, _, _) => LinkState::NotEnrolled,
            (Some(_), true, _) => LinkState::Syncing,
            (Some(_), false, true) => LinkState::Online,
            (Some(_), false, false) => LinkState::Offline,
        };
        Ok(LinkView {
            state,
            address: clearing.map(|clearing| clearing.address),
            to_send: standings(db)?.kept,
            waiting_since: redemptions::waiting_since(db)?,
            answered_at: device
                .heard_at
                .map(|at| instant(at, *self.surroundings.now().offset())),
            fault: attempt
                .and_then(|attempt| attempt.fault)
                .map(|fault| fault.code()),
            kept_codes: kept_codes::count(db)?,
        })
    }
}

fn instant(seconds: i64, offset: FixedOffset) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(seconds, 0)
        .unwrap_or_default()
        .with_timezone(&offset)
}

fn double(db: &Connection) -> Result<Option<DoubleView>, Error> {
    let (recovered, moved) = (doubles::count_recovered(db)?, doubles::count_moves(db)?);
    if recovered.is_empty() && moved == 0 {
        return Ok(None);
    }
    let reference = reference::load(db)?;
    let mut tally = Tally::default();
    for (programme, count) in recovered {
        let known = reference.programmes.iter().find(|known| known.id == programme);
        let face_value = known.map_or(Cents::ZERO, |known| known.face_value);
        tally.count += count;
        tally.amount_cents = tally.amount_cents + Cents(face_value.0 * i64::from(count));
    }
    Ok(Some(DoubleView {
        recovered: tally,
        moved,
    }))
}

/// Every redemption by where it stands.
pub(crate) fn standings(db: &Connection) -> Result<Standings, Error> {
    let mut standings = Standings::default();
    for (code, count, amount_cents) in redemptions::tallies(db)? {
        let tally = match standing_from_code(&code)? {
            Standing::Kept => &mut standings.kept,
            Standing::Sent => &mut standings.sent,
            Standing::Credited => &mut standings.credited,
            Standing::ToExamine => &mut standings.to_examine,
            Standing::Refused => &mut standings.refused,
            Standing::Voided => &mut standings.voided,
        };
        *tally = Tally { count, amount_cents };
    }
    Ok(standings)
}
