//! A storm: some desks, a clearing service and a bad line between them, each doing what its draws say,
//! each killed and put back from old copies of its disk; then calm, until all is said.

use super::{
    clerk::Clerk,
    history::History,
    office::{Lot, Office, PrintedPass},
};
use crate::support::{chaos::ChaosProxy, draws::Draws, town::PROGRAMME};
use chrono::{Datelike, NaiveDate};
use std::{
    collections::BTreeMap,
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// The desks, and the structure of each: two work for the same one.
const DESKS: [(&str, &str); 4] = [
    ("Cachan", "99999999800019"),
    ("Arcueil", "99999999800019"),
    ("Vincennes", "88888888000018"),
    ("Vitry", "21940016500011"),
];
/// Booklets that any desk may be shown, and those that each has for itself.
const CONTESTED: usize = 6;
const OWN: usize = 8;

/// How long, and how bad.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    pub seed: u64,
    pub lasts: Duration,
    /// The longest silence of a line.
    pub silence: Duration,
}

/// What a storm has done, so that nobody is reassured by one in which nothing happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub taken: usize,
    pub desk_kills: usize,
    pub desk_restores: usize,
    pub clearing_kills: usize,
    pub clearing_restores: usize,
}

/// What befalls clearing, or its officer does.
#[derive(Clone, Copy)]
enum OfficeAct {
    Kill,
    Copy,
    Restore,
    Settle,
    ActivateLate,
}

/// All of it in any order, then again: left to chance alone, a storm in sixty would have no restore.
const OFFICE_ROUND: [OfficeAct; 7] = [
    OfficeAct::Kill,
    OfficeAct::Kill,
    OfficeAct::Copy,
    OfficeAct::Copy,
    OfficeAct::Restore,
    OfficeAct::Settle,
    OfficeAct::ActivateLate,
];

/// The passes of a storm.
struct Press {
    active: Lot,
    /// Its order is paid at some moment of the storm.
    late: Lot,
}

impl Storm {
    /// Lives it, below that folder; gives the service, stopped, and what happened.
    pub fn live(self, folder: &Path, history: &History) -> (Office, Tally, BTreeMap<&'static str, usize>) {
        let mut office = Office::open(&folder.join("clearing"), &programme(), &[], history);
        for (_, siret) in DESKS {
            office.order(&["structure", "add", "--siret", siret, "--name", siret]);
        }
        let press = Press {
            active: office.print(CONTESTED + OWN * DESKS.len()),
            late: office.print(2),
        };
        office.activate(&press.active);
        let line = ChaosProxy::to(office.address, self.seed, self.silence);
        let mut clerks: Vec<Clerk> = DESKS
            .iter()
            .map(|(name, _)| Clerk::new(name, &folder.join("desks"), history))
            .collect();
        // One desk joins after this copy: it may have to be let in again.
        let first_copy = join_all(&mut office, &mut clerks, &line.url());
        line.set_stormy(true);
        let until = Instant::now() + self.lasts;
        let tally = thread::scope(|scope| {
            let desks: Vec<_> = clerks
                .iter_mut()
                .enumerate()
                .map(|(desk, clerk)| {
                    let mut draws = Draws::from_seed(self.seed.wrapping_mul(31) + 1 + desk as u64);
                    let press = &press;
                    scope.spawn(move || live_at(desk, clerk, press, &mut draws, until))
                })
                .collect();
            let mut draws = Draws::from_seed(self.seed.wrapping_mul(31));
            let mut tally = live_in_office(&mut office, &press, first_copy, &mut draws, until);
            for desk in desks {
                tally.add(desk.join().expect("a desk ends its day"));
            }
            tally
        });
        line.set_stormy(false);
        calm_down(&mut office, &mut clerks, &press);
        (office, tally, line.met())
    }
}

impl Tally {
    fn add(&mut self, desk: Self) {
        self.taken += desk.taken;
        self.desk_kills += desk.desk_kills;
        self.desk_restores += desk.desk_restores;
    }
}

impl Press {
    /// What the next person holds out at that desk.
    fn draw(&self, desk: usize, draws: &mut Draws) -> &PrintedPass {
        let (contested, own) = (CONTESTED * 10, OWN * 10);
        match draws.below(100) {
            0..40 => &self.active.passes[draws.below(contested)],
            40..90 => &self.active.passes[contested + desk * own + draws.below(own)],
            _ => &self.late.passes[draws.below(self.late.passes.len())],
        }
    }
}

/// All desks join on the calm line; gives a copy of the books from before the last one did.
fn join_all(office: &mut Office, clerks: &mut [Clerk], url: &str) -> u64 {
    let mut copy = 0;
    for (at, (clerk, (_, siret))) in clerks.iter_mut().zip(DESKS).enumerate() {
        if at + 1 == DESKS.len() {
            copy = office.copy_books();
        }
        let code = office.order(&["enrol", "--siret", siret]);
        clerk.open();
        clerk.join(url, code["code"].as_str().expect("a code"));
        clerk.exchange();
    }
    copy
}

/// A desk's day.
fn live_at(desk: usize, clerk: &mut Clerk, press: &Press, draws: &mut Draws, until: Instant) -> Tally {
    let mut tally = Tally::default();
    let mut taken = Vec::new();
    let mut copies = Vec::new();
    while Instant::now() < until {
        match draws.below(100) {
            0..50 => {
                let pass = press.draw(desk, draws);
                if clerk.take(&pass.code, &pass.number) {
                    taken.push(pass.number.clone());
                }
            }
            50..56 if !taken.is_empty() => clerk.void(&taken[draws.below(taken.len())]),
            56..74 => clerk.begin_exchange(),
            74..82 => clerk.show(),
            82..88 => {
                // Killed while it works on orders that nobody will hear the answer to.
                for _ in 0..draws.below(4) {
                    let pass = press.draw(desk, draws);
                    clerk.hold_out(&pass.code, &pass.number);
                }
                thread::sleep(Duration::from_millis(draws.below(60) as u64));
                clerk.kill();
                tally.desk_kills += 1;
                match draws.below(10) {
                    0..4 => copies.push(clerk.copy_disk()),
                    4..7 if !copies.is_empty() => {
                        clerk.restore_disk(copies[draws.below(copies.len())]);
                        tally.desk_restores += 1;
                    }
                    _ => {}
                }
                clerk.open();
                clerk.show();
            }
            88..91 => {
                clerk.close_and_deliver(Duration::from_millis(draws.below(8_000) as u64));
                clerk.open();
            }
            _ => thread::sleep(Duration::from_millis(draws.below(400) as u64)),
        }
    }
    tally.taken = taken.len();
    tally
}

/// Clearing's day, and the officer's.
fn live_in_office(
    office: &mut Office,
    press: &Press,
    first_copy: u64,
    draws: &mut Draws,
    until: Instant,
) -> Tally {
    let mut tally = Tally::default();
    let mut copies = vec![first_copy];
    let mut round = Vec::new();
    while Instant::now() < until {
        thread::sleep(Duration::from_millis(300 + draws.below(2_500) as u64));
        if round.is_empty() {
            round.extend(OFFICE_ROUND);
        }
        match round.swap_remove(draws.below(round.len())) {
            OfficeAct::Kill => {
                office.kill();
                thread::sleep(Duration::from_millis(draws.below(1_000) as u64));
                office.start();
                tally.clearing_kills += 1;
            }
            OfficeAct::Copy => copies.push(office.copy_books()),
            OfficeAct::Restore => {
                office.restore_books(copies[draws.below(copies.len())]);
                tally.clearing_restores += 1;
            }
            OfficeAct::Settle => {
                office.settle_claims(|| draws.percent(50));
            }
            OfficeAct::ActivateLate => office.activate(&press.late),
        }
    }
    tally
}

/// The links heal: everybody says what they have to say, also to a service that loses its disk once more
/// when nobody has anything new, and the officer decides what waits.
fn calm_down(office: &mut Office, clerks: &mut [Clerk], press: &Press) {
    let copy = office.copy_books();
    say_all(office, clerks, press);
    office.restore_books(copy);
    say_all(office, clerks, press);
    office.settle_claims(|| true);
    for clerk in clerks {
        clerk.exchange();
        clerk.show();
        clerk.kill();
    }
    office.tell();
    office.kill();
}

/// Twice: the first time round, a desk cannot know yet what another is about to say.
fn say_all(office: &Office, clerks: &mut [Clerk], press: &Press) {
    // What an old copy of the books did not know, no desk can tell.
    office.activate(&press.active);
    office.activate(&press.late);
    for _ in 0..2 {
        clerks.iter_mut().for_each(Clerk::exchange);
    }
}

/// The programme of the stories, open around today.
#[expect(clippy::disallowed_methods, reason = "the processes read the real clock")]
pub fn programme() -> String {
    let today: NaiveDate = chrono::Local::now().date_naive();
    PROGRAMME
        .replace("2026-01-01", &format!("{}-01-01", today.year() - 1))
        .replace("2026-12-31", &format!("{}-12-31", today.year() + 1))
        .replace("provisional_cap = 5", "provisional_cap = 100")
}
