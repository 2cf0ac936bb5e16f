//! Everybody comes back at once: a county's desks, each with a month behind it, on a service that runs
//! as its own process and lets in fewer than that.
//!
//! `CROWD_DESKS` and `CROWD_PASSES` say how many and how much; `script/prove` brings 1 500 with 200 each.
//! Each keeps a connection of its own: so many need `ulimit -n` to allow for them.

use super::{checker::credited_twice, history::History, number, office::Office, storm::programme};
use crate::{
    support::draws::Draws,
    sync::disk::{Disk, Halt},
};
use chrono::Days;
use passerelle_clearing::{Clearing, clock};
use passerelle_desk::sync::{HttpLink, Link, LinkFault};
use passerelle_domain::{
    exchange::{Exchange, Party},
    key::{PrivateKey, PublicKey, Purpose},
    pass::{PassId, Rank},
    programme::ProgrammeId,
    siret::Siret,
    wire::{EnrolmentForm, Envelope, SiteEntry, Verdict},
};
use std::{
    collections::BTreeMap,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

const PROGRAMME: ProgrammeId = ProgrammeId(4);
const SIRETS: [&str; 3] = ["99999999800019", "88888888000018", "21940016500011"];
/// As many as a test of every day has time for.
const DESKS: usize = 120;
const PASSES: usize = 40;
/// Passes that the next desk has taken too.
const SHARED: usize = 3;
/// How often a desk tries at most.
const TRIES: usize = 60;

/// One desk, which of them it is, and whom it trusts.
struct Comer {
    disk: Disk,
    at: usize,
    server: PublicKey,
}

impl Comer {
    fn siret(&self) -> &'static str {
        SIRETS[self.at % SIRETS.len()]
    }

    fn party(&self) -> Party {
        let key = key(self.at);
        Party {
            device: key.public().device_id(),
            key,
            server: self.server.server_id(),
            server_public: self.server,
            replaced: Vec::new(),
            structure: Siret::parse(self.siret()).expect("a SIRET"),
        }
    }

    /// Takes the passes of a month: most of its own booklet, and a few that the next desk takes too.
    fn take(&self, count: usize, passes: usize) {
        let today = clock::civil_day(clock::system()());
        let own = (1..=passes - SHARED).map(|rank| (self.at, rank));
        let shared = (1..=SHARED).map(|rank| ((self.at + 1) % count, rank));
        for (number, (booklet, rank)) in own.chain(shared).enumerate() {
            let pass = PassId {
                programme: PROGRAMME,
                booklet: u32::try_from(booklet).expect("not so many") + 1,
                rank: Rank::try_from(rank).expect("a rank"),
            };
            let day = today - Days::new(30 - (number * 30 / passes) as u64);
            let taken = self.disk.take(pass, day).expect("no disk is full");
            taken.expect("not taken here");
        }
    }
}

/// Why an exchange broke off.
#[derive(Debug)]
enum Broken {
    Link(LinkFault),
    Protocol(Halt),
}

impl From<Halt> for Broken {
    fn from(halt: Halt) -> Self {
        Self::Protocol(halt)
    }
}

impl From<LinkFault> for Broken {
    fn from(fault: LinkFault) -> Self {
        Self::Link(fault)
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "how long it took is worth knowing")]
fn desks_that_all_come_back_at_once_are_all_answered_and_each_pass_is_credited_once() {
    let count = number("CROWD_DESKS").map_or(DESKS, |desks| desks as usize);
    let passes = number("CROWD_PASSES").map_or(PASSES, |passes| passes as usize);
    let folder = tempfile::tempdir().expect("a folder");
    let history = History::new(&folder.path().join("history.jsonl"));
    let large = programme()
        .replace("passes_per_booklet = 10", "passes_per_booklet = 200")
        .replace("rank_digits = 2", "rank_digits = 3");
    // Every other desk is let in at once, and one in two each second: many are asked to wait.
    let allowance = format!("{}/{}", count / 2, count * 30);
    let mut office = Office::open(
        &folder.path().join("clearing"),
        &large,
        &["--per-address", &allowance],
        &history,
    );
    let comers = comers(&office, count, passes);

    let begun = Instant::now();
    let (address, start) = (format!("http://{}", office.address), Barrier::new(count));
    let faults = thread::scope(|scope| {
        let desks: Vec<_> = comers
            .into_iter()
            .map(|comer| {
                let (address, start) = (&address, &start);
                scope.spawn(move || come_back(&comer, address, start, passes))
            })
            .collect();
        let mut faults: BTreeMap<String, usize> = BTreeMap::new();
        for fault in desks
            .into_iter()
            .flat_map(|desk| desk.join().expect("it is answered"))
        {
            *faults.entry(fault).or_default() += 1;
        }
        faults
    });
    println!("{count} desks of {passes} in {:?}; {faults:?}", begun.elapsed());
    // By thousands they are not even heard by a slow machine at first, and need not be asked to wait.
    assert!(!faults.is_empty(), "nobody had to come again");

    let status = office.order(&["status"]);
    let told = &status["programmes"][0]["credited"];
    assert_eq!(
        *told,
        count * passes - count * SHARED,
        "each pass once, whoever brought it"
    );
    assert_eq!(status["events"], count * passes);
    office.kill();
    assert_eq!(credited_twice(&office.books()), Vec::<String>::new());
}

/// Comes back as all the others do; gives what went wrong on the way.
fn come_back(comer: &Comer, address: &str, start: &Barrier, passes: usize) -> Vec<String> {
    let at = comer.at;
    let mut draws = Draws::from_seed(at as u64);
    let link = HttpLink::to(address).expect("an address");
    start.wait();
    let mut faults = Vec::new();
    for _ in 0..TRIES {
        match exchange(comer, &link) {
            Ok(()) => {
                assert_answered(comer, passes);
                return faults;
            }
            Err(Broken::Protocol(halt)) => panic!("desk {at}: {halt:?}"),
            Err(Broken::Link(fault)) => {
                faults.push(fault.code().to_owned());
                let least = match fault {
                    LinkFault::TryLater { after } => after.expect("clearing says how long"),
                    _ => Duration::from_secs(1),
                };
                // Not all at the same moment again.
                thread::sleep(least.mul_f64(1.0 + draws.below(100) as f64 / 100.0));
            }
        }
    }
    panic!("desk {at} is never let in: {faults:?}")
}

fn exchange(comer: &Comer, link: &HttpLink) -> Result<(), Broken> {
    let mut exchange = Exchange::begin(&comer.disk, comer.party());
    while let Some(request) = exchange.next_request()? {
        exchange.take(link.carry(&request)?)?;
    }
    Ok(())
}

/// Each event has its word: credited, or another structure was first.
fn assert_answered(comer: &Comer, passes: usize) {
    let words = comer.disk.words();
    assert_eq!(words.len(), passes);
    let is_expected = |word: &Verdict| matches!(word, Verdict::Credited | Verdict::TakenElsewhere { .. });
    assert!(words.values().all(is_expected), "{words:?}");
}

/// So many desks, let in, each with the passes of a month.
fn comers(office: &Office, count: usize, passes: usize) -> Vec<Comer> {
    let clearing = Clearing::open(&office.books_folder(), clock::system()).expect("the books open");
    let booklets = u32::try_from(count).expect("not so many");
    clearing.mint(PROGRAMME, booklets).expect("minted");
    clearing.activate(PROGRAMME, 1, booklets).expect("activated");
    for siret in SIRETS {
        clearing.add_structure(siret, siret).expect("a structure");
    }
    let comer = |at: usize| {
        let key = key(at);
        let comer = Comer {
            disk: Disk::new(key.public().device_id(), clearing.public(), at as u64 + 1),
            at,
            server: clearing.public(),
        };
        enrol(&clearing, &key, comer.siret());
        comer.take(count, passes);
        comer
    };
    (0..count).map(comer).collect()
}

fn enrol(clearing: &Clearing, key: &PrivateKey, siret: &str) {
    let code = clearing.issue_enrolment(siret, 30).expect("a code").code;
    let site = SiteEntry {
        site: 1,
        name: "Médiathèque".into(),
        insee_code: "94016".into(),
    };
    let form = EnrolmentForm::new(&code, key.public(), "Poste".into(), vec![site]);
    let parcel = Envelope::seal(key.public().device_id().0, key, Purpose::Grant, &form).to_bytes();
    clearing.enrol(&parcel).expect("enrolled");
}

fn key(at: usize) -> PrivateKey {
    let mut seed = [9; 32];
    seed[..8].copy_from_slice(&(at as u64).to_be_bytes());
    PrivateKey::from_seed(&seed)
}
