//! A settlement with the names and terms that its papers speak of.

use super::{Balance, Line, Settlement};
use crate::{error::Error, store::Books};
use passerelle_domain::{
    cents::Cents,
    programme::{Programme, ProgrammeId},
    siret::Siret,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A settlement, ready to be shown. Names of structures and terms of programmes never change, so
/// that a closed month always reads the same.
#[derive(Debug, Clone, Serialize)]
pub struct Statement {
    /// Whether the month is closed; if not, the figures are those of now.
    pub is_closed: bool,
    /// The figures.
    #[serde(flatten)]
    pub settlement: Settlement,
    /// The structures' names.
    pub structures: BTreeMap<Siret, String>,
    #[serde(skip)]
    programmes: BTreeMap<ProgrammeId, Programme>,
}

/// What a month comes to for a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgrammeSum<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Credits counted, less those given back.
    pub count: i64,
    /// What they come to.
    pub amount: Cents,
    /// What each funder pays, in the order of the programme.
    pub funders: Vec<FunderSum<'a>>,
}

/// What a month comes to for a funder of a programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FunderSum<'a> {
    /// Who.
    pub funder: &'a str,
    /// How much.
    pub amount: Cents,
}

impl Statement {
    /// The settlement with what the books say of those it names.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn of(books: &dyn Books, settlement: Settlement, is_closed: bool) -> Result<Self, Error> {
        let structures = books.list_structures()?.into_iter();
        let structures = structures
            .filter(|structure| settlement.balances.iter().any(|it| it.siret == structure.siret))
            .map(|structure| (structure.siret, structure.name))
            .collect();
        let programmes = books.list_programmes()?.into_iter();
        Ok(Self {
            is_closed,
            settlement,
            structures,
            programmes: programmes.map(|programme| (programme.id, programme)).collect(),
        })
    }

    /// The name of a structure.
    #[must_use]
    pub fn name(&self, siret: &Siret) -> &str {
        self.structures.get(siret).map_or("", String::as_str)
    }

    /// The programme of a line.
    #[must_use]
    pub fn programme(&self, line: &Line) -> Option<&Programme> {
        self.programmes.get(&line.programme)
    }

    /// Who issues the passes: in whose name the papers are.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        let first = self.programmes.values().next();
        first.map(|programme| programme.issuer.as_str())
    }

    /// The structures by name, each with its balance.
    #[must_use]
    pub fn by_name(&self) -> Vec<(&str, &Balance)> {
        let balances = self.settlement.balances.iter();
        let mut named: Vec<_> = balances.map(|it| (self.name(&it.siret), it)).collect();
        named.sort_by(|a, b| (a.0, &a.1.siret).cmp(&(b.0, &b.1.siret)));
        named
    }

    /// What the month comes to, programme by programme.
    #[must_use]
    pub fn programme_sums(&self) -> Vec<ProgrammeSum<'_>> {
        let programmes = self.programmes.values();
        programmes
            .filter_map(|programme| {
                let lines = self.settlement.lines.iter();
                let lines: Vec<&Line> = lines.filter(|line| line.programme == programme.id).collect();
                (!lines.is_empty()).then(|| programme_sum(programme, &lines))
            })
            .collect()
    }
}

fn programme_sum<'a>(programme: &'a Programme, lines: &[&Line]) -> ProgrammeSum<'a> {
    let funders = programme
        .funders
        .iter()
        .enumerate()
        .map(|(at, funder)| FunderSum {
            funder: &funder.name,
            amount: lines
                .iter()
                .filter_map(|line| Some(line.shares.get(at)?.amount_cents))
                .sum(),
        });
    ProgrammeSum {
        programme,
        count: lines.iter().map(|line| line.count()).sum(),
        amount: lines.iter().map(|line| line.amount()).sum(),
        funders: funders.collect(),
    }
}
