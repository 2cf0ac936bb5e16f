//! One booklet, pass by pass.

use super::{
    Clearing,
    presented::{ClaimName, Names},
};
use crate::{
    books::{BookletCredit, Waiting},
    error::Error,
};
use chrono::NaiveDate;
use passerelle_domain::{
    cents::Cents,
    pass::{PassId, Rank},
    programme::ProgrammeId,
    siret::Siret,
};
use serde::Serialize;

/// How a booklet stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BookletStanding {
    /// Its programme.
    pub programme: ProgrammeId,
    /// The programme's name.
    pub name: String,
    /// Its number.
    pub booklet: u32,
    /// The day printed on its passes.
    pub last_day: NaiveDate,
    /// Whether its order was paid.
    pub is_activated: bool,
    /// Since when it is no longer good.
    pub blocked_since: Option<NaiveDate>,
    /// Its passes, by rank.
    pub passes: Vec<PassStanding>,
}

/// How a pass stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassStanding {
    /// Its place in the booklet.
    pub rank: Rank,
    /// Its credits, in order; the last one alone can stand.
    pub credits: Vec<PassCredit>,
    /// What waits for it, in order of arrival.
    pub waiting: Vec<PassClaim>,
}

/// A credit given for a pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassCredit {
    /// The event's name.
    pub claim: ClaimName,
    /// To whom.
    pub siret: Siret,
    /// The structure's name.
    pub structure: String,
    /// What it is worth.
    pub amount_cents: Cents,
    /// When, in Unix seconds.
    pub credited_at: u64,
    /// When it was given back, in Unix seconds.
    pub withdrawn_at: Option<u64>,
}

/// A presentation that waits for its final word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassClaim {
    /// The event's name.
    pub claim: ClaimName,
    /// Whose it is.
    pub siret: Siret,
    /// The structure's name.
    pub structure: String,
    /// What it waits for.
    pub code: String,
}

impl PassStanding {
    /// The credit that stands.
    #[must_use]
    pub fn standing(&self) -> Option<&PassCredit> {
        self.credits.last().filter(|credit| credit.withdrawn_at.is_none())
    }
}

impl Clearing {
    /// How a booklet stands.
    ///
    /// # Errors
    /// No such programme, or the booklet was never issued.
    pub fn show_booklet(&self, id: ProgrammeId, number: u32) -> Result<BookletStanding, Error> {
        self.store.read(|books| {
            let programme = books.get_programme(id)?;
            let not_issued = Error::NotIssued {
                first: number,
                last: number,
            };
            let booklet = books.find_booklet(id, number)?.ok_or(not_issued)?;
            let names = Names::read(books)?;
            let credits = books.list_credits_on(id, number)?;
            let waiting = books.list_waiting_on(id, number)?;
            let passes = 1..=programme.passes_per_booklet;
            Ok(BookletStanding {
                programme: id,
                name: programme.name,
                booklet: number,
                last_day: booklet.last_day,
                is_activated: booklet.is_activated,
                blocked_since: booklet.blocked_since,
                passes: passes
                    .map(|rank| pass_standing(&names, rank, &credits, &waiting))
                    .collect(),
            })
        })
    }
}

fn pass_standing(
    names: &Names,
    rank: Rank,
    credits: &[BookletCredit],
    waiting: &[(PassId, Waiting)],
) -> PassStanding {
    let credits = credits.iter().filter(|credit| credit.rank == rank);
    let waiting = waiting.iter().filter(|(pass, _)| pass.rank == rank);
    PassStanding {
        rank,
        credits: credits
            .map(|credit| PassCredit {
                claim: ClaimName::of(credit.event),
                siret: credit.siret.clone(),
                structure: names.structure(&credit.siret),
                amount_cents: credit.amount,
                credited_at: credit.credited_at,
                withdrawn_at: credit.withdrawn_at,
            })
            .collect(),
        waiting: waiting
            .map(|(_, claim)| PassClaim {
                claim: ClaimName::of(claim.event),
                siret: claim.siret.clone(),
                structure: names.structure(&claim.siret),
                code: claim.code.clone(),
            })
            .collect(),
    }
}
