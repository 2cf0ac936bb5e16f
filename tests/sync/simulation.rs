//! Lives of a county, each decided by its seed: passes taken, lines that fail, desks killed, months
//! that go by. Whatever happens, what [`super::truth`] says holds.

use super::{
    county::{BOOKLETS, County, Origin, PROGRAMME_ID},
    courier::Courier,
    disk::{Content, Disk, Halt, States},
    paid::assert_told_what_was_paid,
    road::{Road, Weather},
    truth::Truth,
};
use crate::support::draws::Draws;
use chrono::Days;
use passerelle_clearing::{Error, MemoryStore, Ruling};
use passerelle_domain::exchange::Exchange;
use std::{
    fmt,
    ops::{ControlFlow, Range},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

const STEPS: usize = 40;
/// A county may grow to so many desks, by copies of them.
const MOST_DESKS: usize = 6;
/// After the storm: each desk, this many times, and then all must be said.
const CALM_ROUNDS: usize = 3;

/// What a life came to, in counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Life {
    pub events: usize,
    pub requests: usize,
    /// Those with several batches together.
    pub together: usize,
    pub pouches: usize,
    pub kills: usize,
    pub restores: usize,
    /// Copies of disks that went on beside the desk they were made from.
    pub doubles: usize,
    /// Events that moved to another life.
    pub moves: usize,
    /// Restores of clearing.
    pub server_restores: usize,
    /// Times that clearing replaced its key.
    pub key_replacements: usize,
    pub conflicts: usize,
    pub decisions: usize,
    pub months: usize,
    /// Notes to the officer.
    pub objections: usize,
    /// How many times a desk was told of all months again.
    pub retellings: usize,
    /// What became of the states that the desks were sent, on the disks that they ended with.
    pub states: States,
}

/// What many lives came to.
#[derive(Debug, Default)]
pub struct Tally {
    pub lives: u64,
    /// Lives in which something did not hold.
    pub broken: u64,
    pub whole: Life,
}

impl Tally {
    /// Lives one more.
    fn add(&mut self, origin: &Origin, seed: u64) -> Result<(), String> {
        self.lives += 1;
        let lived = live(origin, seed);
        match &lived {
            Ok(life) => self.whole.join(life),
            Err(_) => self.broken += 1,
        }
        lived.map(|_| ())
    }

    fn join(&mut self, other: &Self) {
        self.lives += other.lives;
        self.broken += other.broken;
        self.whole.join(&other.whole);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Life {
            events,
            requests,
            together,
            pouches,
            kills,
            restores,
            doubles,
            moves,
            server_restores,
            key_replacements,
            conflicts,
            decisions,
            months,
            objections,
            retellings,
            states,
        } = self.whole;
        write!(
            f,
            "{} lives, {} broken: {events} events, {requests} requests, {together} of them with several batches, {pouches} pouches, {kills} kills, {restores} restores of desks and {server_restores} of clearing, {key_replacements} keys replaced, {doubles} doubles, {moves} events moved, {conflicts} double presentations, {decisions} decided, {objections} objections, {months} months closed and {retellings} times told anew, {} whole states and {} changes of states adopted, {} that did not fit",
            self.lives, self.broken, states.wholes, states.deltas, states.misfits
        )
    }
}

impl Life {
    fn join(&mut self, other: &Self) {
        self.events += other.events;
        self.requests += other.requests;
        self.together += other.together;
        self.pouches += other.pouches;
        self.kills += other.kills;
        self.restores += other.restores;
        self.doubles += other.doubles;
        self.moves += other.moves;
        self.server_restores += other.server_restores;
        self.key_replacements += other.key_replacements;
        self.conflicts += other.conflicts;
        self.decisions += other.decisions;
        self.months += other.months;
        self.objections += other.objections;
        self.retellings += other.retellings;
        self.states.join(&other.states);
    }
}

/// A life under way.
struct Living {
    county: County,
    road: Road,
    courier: Courier,
    truth: Truth,
    draws: Draws,
    /// Copies of disks, as people forget them in drawers: whose, and what was on it.
    drawers: Vec<(usize, Content)>,
    /// Copies of clearing's books.
    backups: Vec<MemoryStore>,
    life: Life,
    /// What happened, step by step, for whoever looks into one life.
    story: Vec<String>,
}

/// Lives `seeds` lives on every core; `each` hears of those in which something did not hold, and says
/// whether others are worth living.
pub fn live_many(seeds: Range<u64>, each: impl Fn(u64, &str) -> ControlFlow<()> + Sync) -> Tally {
    let (next, whole) = (AtomicU64::new(seeds.start), Mutex::new(Tally::default()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let origin = Origin::new();
                let mut tally = Tally::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if !seeds.contains(&seed) {
                        break;
                    }
                    if let Err(broken) = tally.add(&origin, seed)
                        && each(seed, &broken).is_break()
                    {
                        next.store(seeds.end, Ordering::Relaxed);
                    }
                }
                whole.lock().expect("no thread panics with it").join(&tally);
            });
        }
    });
    whole.into_inner().expect("no thread panics with it")
}

/// Lives one life to its end.
///
/// # Errors
/// What does not hold, in a sentence.
pub fn live(origin: &Origin, seed: u64) -> Result<Life, String> {
    let mut living = Living::begin(origin, seed);
    living.live_out()?;
    Ok(living.life)
}

/// Lives one life, and tells it step by step, with what does not hold at its end.
pub fn tell(origin: &Origin, seed: u64) -> Vec<String> {
    let mut living = Living::begin(origin, seed);
    let end = living.live_out();
    living.story.extend(end.err());
    living.story
}

impl Living {
    fn begin(origin: &Origin, seed: u64) -> Self {
        let mut draws = Draws::from_seed(seed);
        let county = origin.county(&mut draws);
        Self {
            truth: Truth::of(county.desks.len()),
            county,
            road: Road::default(),
            courier: Courier::default(),
            draws,
            drawers: Vec::new(),
            backups: Vec::new(),
            life: Life::default(),
            story: Vec::new(),
        }
    }

    fn live_out(&mut self) -> Result<(), String> {
        for _ in 0..STEPS {
            self.step()?;
        }
        self.calm_down()?;
        self.life.moves = self.truth.count_moves();
        self.life.conflicts = self.truth.assert_settled(&self.county)?;
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        let desk = self.draws.below(self.county.desks.len());
        match self.draws.below(100) {
            0..=31 => self.take(desk),
            32..=38 => self.void(desk),
            39..=67 => self.exchange(desk, Weather::STORM),
            68..=71 => self.courier(desk),
            72..=75 => self.bring_again(),
            76..=79 => self.contest(desk),
            80..=83 => self.wait(),
            84 => self.replace_key(),
            85..=90 => self.officer(),
            91..=92 => self.put_in_drawer(desk),
            93..=94 => self.restore(desk),
            95 => self.double(desk),
            96..=97 => self.back_up_clearing(),
            _ => self.restore_clearing(),
        }
    }

    /// Today's pass, or one of a workshop that is entered late.
    fn take(&mut self, desk: usize) -> Result<(), String> {
        let pass = County::any_pass(&mut self.draws);
        let late = self.draws.below(4) as u64 * self.draws.below(15) as u64;
        let day = self.county.today() - Days::new(late);
        if let Ok(Some(id)) = self.county.desks[desk].disk.take(pass, day) {
            self.note(format!("desk {desk}: event {id:?} on {pass:?}"));
            self.truth.said_yes(desk, &self.county.desks[desk], id);
            self.life.events += 1;
        }
        Ok(())
    }

    fn void(&mut self, desk: usize) -> Result<(), String> {
        let pass = County::any_pass(&mut self.draws);
        let day = self.county.today();
        if let Ok(Some(id)) = self.county.desks[desk].disk.void(pass, day) {
            self.note(format!("desk {desk}: event {id:?} on {pass:?}"));
            self.truth.said_yes(desk, &self.county.desks[desk], id);
            self.life.events += 1;
        }
        Ok(())
    }

    /// A note to the officer, if anything was answered.
    fn contest(&mut self, desk: usize) -> Result<(), String> {
        let day = self.county.today();
        if let Ok(Some(event)) = self.county.desks[desk].contest(day, &mut self.draws) {
            self.note(format!("desk {desk}: objects to {event:?}"));
            self.life.objections += 1;
        }
        Ok(())
    }

    /// An exchange, as far as the weather and the life of the desk allow.
    fn exchange(&mut self, desk: usize, weather: Weather) -> Result<(), String> {
        let is_struck = weather.lost > 0 && self.draws.percent(20);
        let writes = is_struck.then(|| self.draws.below(6) as u32);
        self.county.desks[desk].disk.kill_after(writes);
        let halt = self.run_exchange(desk, weather).err();
        self.county.desks[desk].disk.kill_after(None);
        if halt == Some(Halt::Killed) {
            self.life.kills += 1;
        }
        self.note(format!(
            "desk {desk}: exchange, {halt:?}; {}; words {:?}",
            self.county.desks[desk].disk.outline(),
            self.county.desks[desk].disk.words()
        ));
        self.note(format!(
            "last decision {:?}",
            passerelle_domain::exchange::Memory::last_decision(&self.county.desks[desk].disk)
        ));
        self.truth.hear(desk, &self.county.desks[desk])?;
        match halt {
            Some(Halt::Fault(fault)) if weather.lost == 0 => {
                Err(format!("on a good line, desk {desk} got: {fault}"))
            }
            Some(Halt::Silence) if weather.lost == 0 => Err("silence on a good line".into()),
            Some(_) | None => Ok(()),
        }
    }

    fn run_exchange(&mut self, desk: usize, weather: Weather) -> Result<(), Halt> {
        let desk = &self.county.desks[desk];
        let mut exchange = Exchange::begin(&desk.disk, desk.party());
        while let Some(request) = exchange.next_request()? {
            self.life.requests += 1;
            self.life.together += usize::from(Road::is_together(&request));
            let answer = self
                .road
                .bring(&self.county.clearing, request, weather, &mut self.draws);
            match answer {
                Some(answer) => exchange.take(answer)?,
                None if exchange.go_on_with_fewer() => {}
                None => return Err(Halt::Silence),
            }
        }
        Ok(())
    }

    /// Somebody packs a pouch, brings one to clearing, or takes one in: in no order, and not always all.
    fn courier(&mut self, desk: usize) -> Result<(), String> {
        let is_struck = self.draws.percent(20);
        let writes = is_struck.then(|| self.draws.below(4) as u32);
        self.county.desks[desk].disk.kill_after(writes);
        let packed = self.courier.pack(desk, &self.county.desks[desk]);
        if self.draws.percent(80) {
            self.courier.answer(&self.county.clearing, &mut self.draws)?;
            self.life.pouches += 1;
        }
        let taken = self
            .courier
            .take_in(desk, &self.county.desks[desk], &mut self.draws);
        self.county.desks[desk].disk.kill_after(None);
        self.note(format!(
            "desk {desk}: courier, packed {packed:?}, taken in {taken:?}; {}",
            self.county.desks[desk].disk.outline()
        ));
        self.truth.hear(desk, &self.county.desks[desk])
    }

    fn bring_again(&mut self) -> Result<(), String> {
        self.road.bring_again(&self.county.clearing, &mut self.draws);
        Ok(())
    }

    fn wait(&mut self) -> Result<(), String> {
        let days = [1, 1, 3, 10, 40, 150][self.draws.below(6)];
        self.county.clock.wait(days);
        self.note(format!("{days} days go by"));
        Ok(())
    }

    /// Clearing signs with another key; desks learn of it when they come.
    fn replace_key(&mut self) -> Result<(), String> {
        self.county.replace_key(self.draws.any());
        self.life.key_replacements += 1;
        self.note(format!("key number {} signs", self.county.count_keys()));
        Ok(())
    }

    fn officer(&mut self) -> Result<(), String> {
        match self.draws.below(10) {
            0..=4 => self.activate_or_block(),
            5..=7 => self.decide(),
            _ => self.close_month(),
        }
    }

    /// The officer activates a booklet that was paid late, or blocks one that was stolen.
    fn activate_or_block(&mut self) -> Result<(), String> {
        let booklet = u32::try_from(self.draws.below(BOOKLETS as usize)).expect("few") + 1;
        let clearing = &self.county.clearing;
        let is_activation = self.draws.percent(75);
        let done = if is_activation {
            clearing.activate(PROGRAMME_ID, booklet, booklet).map(|_| ())
        } else {
            let since = self.county.today();
            clearing.block(PROGRAMME_ID, booklet, booklet, since).map(|_| ())
        };
        done.map_err(|error| error.to_string())?;
        self.note(format!(
            "booklet {booklet}: {}",
            if is_activation { "activated" } else { "blocked" }
        ));
        Ok(())
    }

    /// The officer settles a claim, as far as the rules allow.
    fn decide(&mut self) -> Result<(), String> {
        let clearing = &self.county.clearing;
        let claims = clearing.list_claims().map_err(|error| error.to_string())?;
        if claims.is_empty() {
            return Ok(());
        }
        let claim = claims[self.draws.below(claims.len())].claim.to_string();
        let ruling = if self.draws.percent(50) {
            Ruling::Credit
        } else {
            Ruling::Decline
        };
        match clearing.decide(&claim, ruling, "as it is") {
            Ok(decided) => {
                self.life.decisions += 1;
                self.note(format!("the officer: {ruling:?} {decided:?}"));
                Ok(())
            }
            Err(Error::PassCredited { .. } | Error::NotActivated { .. } | Error::NothingToCredit) => Ok(()),
            Err(other) => Err(other.to_string()),
        }
    }

    /// The officer closes the next month, if one is over.
    fn close_month(&mut self) -> Result<(), String> {
        if let Some(month) = self.county.close_month().map_err(|error| error.to_string())? {
            self.life.months += 1;
            self.note(format!("{month} is closed"));
        }
        Ok(())
    }

    fn note(&mut self, what: String) {
        self.story.push(what);
    }

    fn put_in_drawer(&mut self, desk: usize) -> Result<(), String> {
        let content = self.county.desks[desk].disk.copy();
        self.note(format!("desk {desk} is copied"));
        self.drawers.push((desk, content));
        Ok(())
    }

    /// A disk dies, and its desk goes on from an old copy: in a new life, or knowing nothing of it.
    fn restore(&mut self, desk: usize) -> Result<(), String> {
        let Some(found) = self.drawers.iter().position(|(whose, _)| *whose == desk) else {
            return Ok(());
        };
        let (_, content) = self.drawers.swap_remove(found);
        let disk = Disk::of(content, self.draws.any());
        if self.draws.percent(50) {
            disk.begin_life();
        }
        self.truth.lose(desk, &self.county.desks[desk].disk, &disk);
        self.county.desks[desk].disk = disk;
        self.life.restores += 1;
        self.note(format!("desk {desk} goes on from an old copy"));
        Ok(())
    }

    /// A second PC goes on from a copy of the disk of the first.
    fn double(&mut self, desk: usize) -> Result<(), String> {
        if self.county.desks.len() == MOST_DESKS {
            return Ok(());
        }
        let double = self.county.desks[desk].double(self.draws.any());
        self.truth.double(desk, self.county.desks[desk].device());
        self.county.desks.push(double);
        self.life.doubles += 1;
        self.note(format!("desk {desk} has a double"));
        Ok(())
    }

    fn back_up_clearing(&mut self) -> Result<(), String> {
        self.backups.push(self.county.copy_books());
        self.note("clearing is copied".to_owned());
        Ok(())
    }

    /// The disk of clearing dies, and it goes on from an old copy, knowing nothing of it.
    fn restore_clearing(&mut self) -> Result<(), String> {
        if self.backups.is_empty() {
            return Ok(());
        }
        let books = self.backups.swap_remove(self.draws.below(self.backups.len()));
        let chance = self.draws.any();
        self.county.restore_books(&books, chance);
        self.truth.clearing_was_restored();
        self.life.server_restores += 1;
        self.note("clearing goes on from an old copy".to_owned());
        Ok(())
    }

    /// Whatever a desk has objected to, the officer can read.
    fn assert_noted(&self, desk: usize) -> Result<(), String> {
        let lost = self.county.list_lost_objections(&self.county.desks[desk]);
        match lost.map_err(|error| error.to_string())?.as_slice() {
            [] => Ok(()),
            lost => Err(format!("clearing lacks the objections {lost:?} of desk {desk}")),
        }
    }

    /// What a desk shows as the last word on each of its events is the last word of the books.
    fn assert_heard_right(&self, desk: usize) -> Result<(), String> {
        let misheard = self.county.list_misheard(&self.county.desks[desk]);
        match misheard.map_err(|error| error.to_string())?.as_slice() {
            [] => Ok(()),
            misheard => Err(format!(
                "desk {desk} shows what clearing does not say: {misheard:?}"
            )),
        }
    }

    fn say_all(&mut self) -> Result<(), String> {
        for _ in 0..CALM_ROUNDS {
            for desk in 0..self.county.desks.len() {
                self.exchange(desk, Weather::CALM)?;
            }
        }
        Ok(())
    }

    fn calm_down(&mut self) -> Result<(), String> {
        let is_lost_again = self.draws.percent(25);
        if is_lost_again {
            self.backups = vec![self.county.copy_books()];
        }
        self.say_all()?;
        // Once more, when nobody has anything new: what all were told since must come back too.
        if is_lost_again {
            self.restore_clearing()?;
            self.say_all()?;
        }
        self.county
            .clearing
            .activate(PROGRAMME_ID, 1, BOOKLETS)
            .map_err(|error| error.to_string())?;
        for desk in 0..self.county.desks.len() {
            self.exchange(desk, Weather::CALM)?;
            self.truth.assert_knows_all(&self.county, desk)?;
            assert_told_what_was_paid(&self.county, desk)?;
            self.assert_noted(desk)?;
        }
        for desk in 0..self.county.desks.len() {
            self.assert_heard_right(desk)?;
        }
        for desk in &self.county.desks {
            let content = desk.disk.copy();
            self.life.states.join(&content.states);
            self.life.retellings += content.retellings;
        }
        Ok(())
    }
}
