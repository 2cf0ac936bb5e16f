//! What the state weighs, whole and as what changed in a week, beside a plain bitmap; and what a desk
//! pays to take it in.

use crate::{
    draws::Draws,
    figures::Figure,
    one_desk::OneDesk,
    populations::{in_no_order, in_order, week},
};
use anyhow::Result;
use passerelle_clearing::read_programme;
use passerelle_domain::{
    exchange::StateVersion,
    id::ServerId,
    key::{PrivateKey, Purpose},
    pass_set::PassSet,
    programme::Programme,
    wire::{BookletRange, Changes, Envelope, ProgrammeWhole, State, StateHead, WholeState},
};
use std::{
    path::Path,
    time::{Duration, Instant},
};

const BITMAP: &str = "a bitmap under zstd";
const KIB: f64 = 1024.0;
const A_MILLION: u32 = 100_000;
const FIVE_MILLIONS: u32 = 500_000;

/// Weighs, and lets a desk take the largest in.
///
/// # Errors
/// The desk's ledger.
pub fn measure(folder: &Path) -> Result<Vec<Figure>> {
    let mut draws = Draws::from_seed(0x57a7e);
    let mut figures = snapshots(&mut draws);
    figures.extend(weeks(&mut draws));
    figures.extend(adoptions(folder, &mut draws)?);
    Ok(figures)
}

fn snapshots(draws: &mut Draws) -> Vec<Figure> {
    let ordered = |name, goal, most, spent| snapshot(name, &spent).at_most(goal, most);
    vec![
        ordered(
            "1 M passes, 30 % spent in order",
            "<= 25 KiB",
            25.0,
            in_order(A_MILLION, 60, 10.5, draws),
        ),
        ordered(
            "1 M passes, 60 % spent in order",
            "<= 45 KiB",
            45.0,
            in_order(A_MILLION, 100, 13.5, draws),
        ),
        ordered(
            "5 M passes, 30 % spent in order",
            "<= 114 KiB",
            114.0,
            in_order(FIVE_MILLIONS, 60, 10.5, draws),
        ),
        snapshot(
            "1 M passes, 30 % spent in no order",
            &in_no_order(A_MILLION, 30, draws),
        )
        .at_most("about 108 KiB", 110.0),
    ]
}

fn snapshot(name: &str, spent: &PassSet) -> Figure {
    let whole = whole_of(spent.clone());
    let bytes = sealed(&all(&whole, 1)).len();
    Figure::new(name, bytes as f64 / KIB, "KiB").against(BITMAP, bitmap(spent) as f64 / KIB)
}

fn weeks(draws: &mut Draws) -> [Figure; 2] {
    let (department, nation) = (FIVE_MILLIONS / 100, FIVE_MILLIONS);
    [
        delta("a week of a département, 80 passes", department, 80, draws).at_most("<= 512 B", 512.0),
        delta("a week of the nation, 8 000 passes", nation, 8_000, draws).at_most("<= 10 KiB", 10.0 * KIB),
    ]
}

fn delta(name: &str, booklets: u32, count: u64, draws: &mut Draws) -> Figure {
    let mut spent = in_order(booklets, 60, 10.5, draws);
    let taken = week(&mut spent, booklets / 100 * 60, count, draws);
    let bitmap = bitmap(&taken);
    let state = change(&whole_of(spent), taken, 2);
    Figure::new(name, sealed(&state).len() as f64, "B").against(BITMAP, bitmap as f64)
}

/// A desk takes in the spent passes of the nation, then what a day of a busy county brings.
fn adoptions(folder: &Path, draws: &mut Draws) -> Result<[Figure; 3]> {
    let spent = in_order(FIVE_MILLIONS, 60, 10.5, draws);
    let mut desk = OneDesk::make(&folder.join("state"))?;
    let whole = whole_of(spent.clone());
    desk.say(&all(&whole, 1));
    let first = timed(|| desk.exchange())?;
    let mut later = spent;
    let taken = week(&mut later, FIVE_MILLIONS / 100 * 60, 200, draws);
    let whole = whole_of(later);
    desk.say(&change(&whole, taken, 2));
    let then = timed(|| desk.exchange())?;
    let unchanged = timed(|| desk.exchange())?;
    let million = format!("{:.1} M spent passes", whole.count_spent() as f64 / 1e6);
    Ok([
        Figure::milliseconds(format!("a desk takes in {million}"), first),
        Figure::milliseconds("the same desk takes in 200 more, and compares all", then)
            .against("an exchange without news", unchanged.as_secs_f64() * 1000.0),
        Figure::milliseconds("what it computes of that", timed(|| Ok(whole.digest()))?),
    ])
}

fn timed<T>(act: impl FnOnce() -> Result<T>) -> Result<Duration> {
    let started = Instant::now();
    act()?;
    Ok(started.elapsed())
}

fn all(whole: &WholeState, version: u64) -> State {
    whole.tell_all(&head(whole, version))
}

fn head(whole: &WholeState, version: u64) -> StateHead {
    let generation = 0;
    let held = StateVersion { generation, version };
    whole.head(ServerId([1; 16]), held, 0)
}

/// What a service says whose only programme has these passes spent.
fn whole_of(spent: PassSet) -> WholeState {
    let booklets = vec![BookletRange {
        first: 1,
        last: last_of(&spent),
        activated: true,
        blocked_since: None,
    }];
    let terms = terms();
    let programme = ProgrammeWhole {
        booklets,
        spent,
        terms,
    };
    WholeState {
        keys: Vec::new(),
        programmes: [(programme.terms.id, programme)].into(),
    }
}

fn change(whole: &WholeState, taken: PassSet, version: u64) -> State {
    let mut changes = Changes::default();
    changes.of(&terms()).passes = taken;
    whole.tell(&head(whole, version), Some(version - 1), &changes)
}

fn terms() -> Programme {
    read_programme(include_str!("../support/programme.toml")).expect("a programme")
}

fn last_of(set: &PassSet) -> u32 {
    set.iter().last().map_or(1, |(booklet, _)| booklet)
}

fn sealed(state: &State) -> Vec<u8> {
    let key = PrivateKey::from_seed(&[1; 32]);
    Envelope::seal(key.public().server_id().0, &key, Purpose::State, state).to_bytes()
}

/// The bits of all booklets up to the last that has a pass, compressed as hard as ours.
fn bitmap(set: &PassSet) -> usize {
    let mut bits = Vec::new();
    for (number, block) in set.blocks() {
        bits.resize(number as usize * block.len(), 0);
        bits.extend_from_slice(block);
    }
    zstd::bulk::compress(&bits, 19).map_or(bits.len(), |packed| packed.len())
}
