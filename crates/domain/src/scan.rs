//! From what a scanner sent to the pass it means.
//!
//! A scan comes as one or more candidate texts (see [`crate::keystroke`]): the one whose signature
//! or check digits hold is the right one. Nothing here needs to know how a keyboard is set.

use crate::{
    number::NumberReading,
    pass::{PassId, PassKey, Rank, SignedPass, fold_code},
    programme::{Programme, ProgrammeId},
    refusal::Refusal,
};
use chrono::NaiveDate;

/// What a device knows that a code can be checked against.
#[derive(Debug, Clone, Default)]
pub struct Reference {
    /// The programmes it has received.
    pub programmes: Vec<Programme>,
    /// The keys that sign their passes.
    pub keys: Vec<PassKey>,
}

impl Reference {
    /// The programme of that number, if it is known here.
    #[must_use]
    pub fn find_programme(&self, id: ProgrammeId) -> Option<&Programme> {
        self.programmes.iter().find(|programme| programme.id == id)
    }
}

/// Why one believes that a code means that pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// A signature that holds.
    Signature,
    /// A signature by a key that is not known here yet.
    UnknownKey,
    /// A plain number whose check digits, if it has any, hold.
    Number,
}

/// A pass read from a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadPass {
    /// Which pass.
    pub pass: PassId,
    /// What shows it.
    pub proof: Proof,
    /// The day printed on it, where the code carries one.
    pub last_day: Option<NaiveDate>,
}

/// What a scan means here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scan {
    /// One pass.
    Pass(ReadPass),
    /// Several passes are possible: only the person who holds the paper can tell.
    Several(Vec<ReadPass>),
    /// A signed code of a programme that is not known here: to be kept until it is.
    UnknownProgramme(ReadPass),
    /// Not a pass.
    Refused(Refusal),
}

/// Finds the pass that one of the candidate texts means. `candidates` in order of trust.
#[must_use]
pub fn resolve(candidates: &[String], reference: &Reference) -> Scan {
    let texts: Vec<String> = candidates.iter().map(|text| fold_code(text)).collect();
    let signed: Vec<SignedPass> = texts.iter().filter_map(|text| SignedPass::parse(text)).collect();
    if !signed.is_empty() {
        return resolve_signed(&signed, reference);
    }
    resolve_number(&texts, reference)
}

fn resolve_signed(signed: &[SignedPass], reference: &Reference) -> Scan {
    let key_of = |read: &SignedPass| reference.keys.iter().find(|key| key.id == read.key);
    if let Some(held) = signed
        .iter()
        .find(|read| key_of(read).is_some_and(|key| read.is_signed_by(&key.public)))
    {
        let read = read_signed(held, Proof::Signature);
        return match reference.find_programme(read.pass.programme) {
            Some(programme) => in_booklet(read, programme),
            None => Scan::UnknownProgramme(read),
        };
    }
    // No known key holds. A wrongly read layout scatters the body's bits, so the reading that
    // makes sense to a programme known here is the right one; failing that, the most trusted.
    let open: Vec<ReadPass> = signed
        .iter()
        .filter(|read| key_of(read).is_none())
        .map(|read| read_signed(read, Proof::UnknownKey))
        .collect();
    let sensible = open.iter().find(|read| {
        reference
            .find_programme(read.pass.programme)
            .is_some_and(|programme| has_rank(programme, read.pass.rank))
    });
    match (sensible, open.first()) {
        (Some(read), _) => Scan::Pass(*read),
        (None, Some(read)) if reference.find_programme(read.pass.programme).is_none() => {
            Scan::UnknownProgramme(*read)
        }
        (None, _) => Scan::Refused(Refusal::Forged),
    }
}

fn read_signed(signed: &SignedPass, proof: Proof) -> ReadPass {
    ReadPass {
        pass: signed.pass,
        proof,
        last_day: Some(signed.last_day),
    }
}

fn resolve_number(texts: &[String], reference: &Reference) -> Scan {
    let mut found: Vec<ReadPass> = Vec::new();
    let mut mistyped = None;
    let mut beyond = None;
    for programme in reference
        .programmes
        .iter()
        .filter(|programme| programme.accepts_numbers)
    {
        for text in texts {
            match programme.number_format.read(text) {
                NumberReading::Number { booklet, rank } => {
                    let pass = PassId {
                        programme: programme.id,
                        booklet,
                        rank,
                    };
                    let read = ReadPass {
                        pass,
                        proof: Proof::Number,
                        last_day: None,
                    };
                    if !has_rank(programme, rank) {
                        beyond = Some(rank_refusal(rank, programme));
                    } else if !found.contains(&read) {
                        found.push(read);
                    }
                }
                NumberReading::WrongCheck => mistyped = Some(Refusal::WrongCheckDigits),
                NumberReading::NotOurs => {}
            }
        }
    }
    match found.as_slice() {
        [] => Scan::Refused(beyond.or(mistyped).unwrap_or(Refusal::NotACode)),
        [one] => Scan::Pass(*one),
        _ => Scan::Several(found),
    }
}

fn in_booklet(read: ReadPass, programme: &Programme) -> Scan {
    if has_rank(programme, read.pass.rank) {
        Scan::Pass(read)
    } else {
        Scan::Refused(rank_refusal(read.pass.rank, programme))
    }
}

fn has_rank(programme: &Programme, rank: Rank) -> bool {
    (1..=programme.passes_per_booklet).contains(&rank)
}

const fn rank_refusal(rank: Rank, programme: &Programme) -> Refusal {
    Refusal::NoSuchRank {
        rank,
        passes_per_booklet: programme.passes_per_booklet,
    }
}

#[cfg(test)]
mod tests;
