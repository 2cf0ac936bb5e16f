//! What desks are told of where they stand: the months that were closed for their structure, their
//! credential, and the pace at which the service would have them come.

use super::{Clearing, generation};
use crate::{
    books::Device,
    clock::paris,
    error::Error,
    settlement::{Line, Settlement},
    store::Books,
};
use passerelle_domain::{
    cents::Cents,
    credential::Credential,
    day::within_calendar,
    key::Purpose,
    month::Month,
    siret::Siret,
    wire::{MonthsHeard, SettledLine, SettledMonth, Standing, first_number},
};

/// How many months one answer carries at most: ten years of them.
const MONTHS_PER_ANSWER: usize = 120;

/// The months of an answer.
struct Told {
    generation: u32,
    begins_anew: bool,
    months: Vec<SettledMonth>,
    more: bool,
}

impl Clearing {
    /// The same service, which would have so many seconds between two exchanges of a device that has
    /// nothing to send.
    #[must_use]
    pub fn at_pace(mut self, seconds: u32) -> Self {
        self.pace_seconds = Some(seconds);
        self
    }

    /// Where the asker stands, signed, ready to travel. Whoever was told of months that the books do
    /// not know so is told of all of them anew.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn standing(&self, asker: &Device, heard: &MonthsHeard) -> Result<Vec<u8>, Error> {
        let (told, credential) = self
            .store
            .read(|books| Ok((tell(books, &asker.siret, heard)?, credential(books, asker)?)))?;
        let signer = self.signer()?;
        let answer = Standing {
            server: signer.id(),
            generation: told.generation,
            device: asker.id,
            structure: asker.siret.as_str().to_owned(),
            credential: credential.sign(signer.private()).into(),
            pace_seconds: self.pace_seconds,
            since: heard.since,
            last: heard.last,
            begins_anew: told.begins_anew,
            months: told.months,
            more: told.more,
            server_time: self.now(),
        };
        Ok(signer.seal(Purpose::Standing, &answer))
    }
}

/// The months closed after the last one heard, or all of them.
///
/// The first month ever closed has the first number of the present generation, and the others follow:
/// so a number needs no room in the books, and each generation tells of all months afresh.
fn tell(books: &dyn Books, siret: &Siret, heard: &MonthsHeard) -> Result<Told, Error> {
    let generation = generation(books)?;
    let closed = books.list_settled_months()?;
    let numbered: Vec<(u64, Month)> = (first_number(generation)..).zip(closed).collect();
    let known = numbered.iter().position(|(number, _)| *number == heard.since);
    let heard_until = match known {
        Some(at) => {
            let (number, month) = numbered[at];
            (Some(settled(books, siret, number, month)?.trace()) == heard.last).then_some(at + 1)
        }
        None => None,
    };
    let mut to_tell = numbered.into_iter().skip(heard_until.unwrap_or(0));
    let months = to_tell
        .by_ref()
        .take(MONTHS_PER_ANSWER)
        .map(|(number, month)| settled(books, siret, number, month))
        .collect::<Result<_, _>>()?;
    Ok(Told {
        generation,
        begins_anew: heard_until.is_none(),
        months,
        more: to_tell.next().is_some(),
    })
}

fn settled(books: &dyn Books, siret: &Siret, number: u64, month: Month) -> Result<SettledMonth, Error> {
    let settlement = books
        .find_settlement_of(month, siret)?
        .ok_or(Error::Damaged("a closed month without a settlement"))?;
    let balance = settlement.balances.first();
    Ok(SettledMonth {
        number,
        month,
        closed_at: settlement.closed_at,
        lines: settlement
            .lines
            .iter()
            .map(|line| told(line, &settlement))
            .collect(),
        carried: balance.map_or(Cents::ZERO, |balance| balance.carried_cents),
        paid: balance.map_or(Cents::ZERO, |balance| balance.paid_cents),
        left: balance.map_or(Cents::ZERO, |balance| balance.left()),
    })
}

fn told(line: &Line, settlement: &Settlement) -> SettledLine {
    SettledLine {
        programme: line.programme,
        credited_count: line.credited.count,
        credited: line.credited.amount_cents,
        given_back_count: line.withdrawn.count,
        given_back: line.withdrawn.amount_cents,
        reference: line.reference(settlement.month),
    }
}

/// The same for the same books, so that it is signed the same.
fn credential(books: &dyn Books, asker: &Device) -> Result<Credential, Error> {
    let structure = books
        .find_structure(&asker.siret)?
        .ok_or(Error::Damaged("a device without its structure"))?;
    Ok(Credential {
        device: asker.public,
        siret: structure.siret.as_str().to_owned(),
        structure: structure.name,
        holds_from: within_calendar(paris(asker.enrolled_at).date()),
    })
}
