//! What waits, and the later words on it.

use super::{
    MemoryBooks,
    credits::pass,
    rules::require,
    tables::{DecisionRow, Tables},
    work_list::Place,
};
use crate::{books::Waiting, error::Error, ranges::Range, store::Decisions};
use passerelle_domain::{
    id::{BirthId, DeviceId},
    pass::{PassId, Rank},
    programme::ProgrammeId,
    siret::Siret,
    wire::{Decision, Trace, Verdict, first_number},
};
use std::collections::BTreeMap;

/// What an event can wait for.
const WAITING: [&str; 4] = ["unknown", "not_activated", "taken_elsewhere", "to_examine"];

impl Decisions for MemoryBooks<'_> {
    fn insert_waiting(&self, pass: PassId, waiting: &Waiting) -> Result<(), Error> {
        let mut tables = self.change();
        require(
            WAITING.contains(&waiting.code.as_str()),
            "a final word waits for nothing",
        )?;
        require(tables.structures.has(&waiting.siret), "a claim is a structure's")?;
        require(tables.events.has(&waiting.event), "a claim comes of an event")?;
        tables.waiting.put(pass, waiting.clone())
    }

    fn update_waiting(&self, event: BirthId, code: &str) -> Result<(), Error> {
        let mut tables = self.change();
        let is_there = tables.waiting.has(event);
        require(
            !is_there || WAITING.contains(&code),
            "a final word waits for nothing",
        )?;
        tables.waiting.recode(event, code);
        Ok(())
    }

    fn remove_waiting(&self, event: BirthId) -> Result<(), Error> {
        self.change().waiting.remove(event);
        Ok(())
    }

    fn list_waiting_for_booklets(&self, programme: ProgrammeId, range: Range) -> Result<Vec<Waiting>, Error> {
        let tables = self.look();
        let first = pass(programme, range.first, Rank::MIN);
        let last = pass(programme, range.last, Rank::MAX);
        let waiting = tables.waiting.between(first, last);
        Ok(in_order_of_arrival(waiting.filter(|(_, waiting)| {
            ["unknown", "not_activated"].contains(&waiting.code.as_str())
        })))
    }

    fn list_contested(&self, pass: PassId) -> Result<Vec<Waiting>, Error> {
        let tables = self.look();
        let waiting = tables.waiting.between(pass, pass);
        Ok(in_order_of_arrival(
            waiting.filter(|(_, waiting)| waiting.code == "taken_elsewhere"),
        ))
    }

    fn list_waiting_of(&self, device: DeviceId) -> Result<Vec<(PassId, Waiting)>, Error> {
        let tables = self.look();
        let (first, last) = (
            pass(ProgrammeId(u16::MIN), u32::MIN, Rank::MIN),
            pass(ProgrammeId(u16::MAX), u32::MAX, Rank::MAX),
        );
        let all = tables.waiting.between(first, last);
        let its = in_order_of_arrival(all.filter(|(_, waiting)| waiting.event.device == device));
        let with_pass = |waiting: Waiting| {
            let event = tables.events.find(&waiting.event)?;
            Some((event.logged.event.act.pass(), waiting))
        };
        Ok(its.into_iter().filter_map(with_pass).collect())
    }

    fn find_last_word(&self, event: BirthId) -> Result<Option<Verdict>, Error> {
        if let Some(decided) = self.find_last_decision(event)? {
            return Ok(Some(decided.verdict));
        }
        Ok(self.look().verdicts.find(&event).cloned())
    }

    fn find_last_decision(&self, event: BirthId) -> Result<Option<Decision>, Error> {
        let tables = self.look();
        let decided = tables.decisions.all().filter(|(_, row)| row.event == event);
        let last = decided.max_by_key(|((_, number), _)| *number);
        Ok(last.map(|((_, number), row)| decision(&tables, *number, row)))
    }

    fn list_last_words(&self) -> Result<Vec<(Siret, Decision)>, Error> {
        let tables = self.look();
        let mut last = BTreeMap::new();
        for ((siret, number), row) in tables.decisions.all() {
            last.insert((siret, row.event), (*number, row));
        }
        let mut words: Vec<_> = last.into_iter().collect();
        words.sort_unstable_by_key(|((siret, _), (number, _))| (*siret, *number));
        let word = |((siret, _), (number, row)): ((&Siret, BirthId), (u64, &DecisionRow))| {
            (siret.clone(), decision(&tables, number, row))
        };
        Ok(words.into_iter().map(word).collect())
    }

    fn record_decision(
        &self,
        siret: &Siret,
        event: BirthId,
        verdict: &Verdict,
        decided_at: u64,
    ) -> Result<(), Error> {
        let mut tables = self.change();
        require(tables.structures.has(siret), "a decision is told to a structure")?;
        require(tables.events.has(&event), "a decision is on an event")?;
        let newest = tables.generations.all().next_back();
        let begun = newest.map_or(0, |(generation, _)| first_number(*generation) - 1);
        let number = last_number(&tables, siret).max(begun) + 1;
        let row = DecisionRow {
            event,
            verdict: verdict.clone(),
            decided_at,
        };
        tables.decisions.record((siret.clone(), number), row)
    }

    fn list_decisions(&self, siret: &Siret, since: u64, limit: usize) -> Result<Vec<Decision>, Error> {
        let tables = self.look();
        let first = (siret.clone(), since.saturating_add(1));
        let rows = tables.decisions.between(first, (siret.clone(), u64::MAX));
        let decisions = rows
            .take(limit)
            .map(|((_, number), row)| decision(&tables, *number, row));
        Ok(decisions.collect())
    }
}

fn decision(tables: &Tables, number: u64, row: &DecisionRow) -> Decision {
    let event = tables.events.find(&row.event);
    Decision {
        number,
        event: row.event,
        verdict: row.verdict.clone(),
        decided_at: row.decided_at,
        link: event.map(|event| Trace::of_link(&event.link)),
    }
}

fn in_order_of_arrival<'a>(waiting: impl Iterator<Item = (Place, &'a Waiting)>) -> Vec<Waiting> {
    let mut waiting: Vec<_> = waiting.collect();
    waiting.sort_unstable_by_key(|(place, _)| *place);
    waiting.into_iter().map(|(_, waiting)| waiting.clone()).collect()
}

fn last_number(tables: &Tables, siret: &Siret) -> u64 {
    let (first, last) = ((siret.clone(), u64::MIN), (siret.clone(), u64::MAX));
    let mut numbers = tables.decisions.between(first, last);
    numbers.next_back().map_or(0, |((_, number), _)| *number)
}
