//! A site's ledger after three busy years: 20 000 workshops, 34 000 people, 155 000 passes, the
//! same at each making. Made by the application itself, with a real clearing service beside it,
//! so that every row is one that a site would have.

use crate::{draws::Draws, forms, world::SeededChance};
use anyhow::{Context, Result, bail};
use chrono::{DateTime, Days, FixedOffset, NaiveDate};
use passerelle_clearing::{Clearing, Server, read_programme};
use passerelle_desk::{
    Clock, Desk, Profile, Surroundings,
    form::{CodeRead, EnrolForm, NewcomerForm},
    sync::HttpLink,
    view::RedemptionAnswer,
};
use passerelle_domain::{
    id::{AttendeeId, SiteId, WorkshopId},
    programme::ProgrammeId,
    workshop::{Equipment, Level, Theme},
};
use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

const WORKSHOPS: usize = 20_000;
const PEOPLE: usize = 34_000;
const PASSES: usize = 155_000;
/// Passes that nobody has handed over yet, for what is measured.
const SPARE: usize = 3_000;
/// Raised when the making changes: a ledger of another making is made again.
const MAKING: &str = "1";

const SIRET: &str = "21940016500011";

/// The made ledger, and the passes that are left.
pub struct BigLedger {
    folder: PathBuf,
    /// Codes of passes that are good and not taken yet.
    pub spare: Vec<String>,
}

impl BigLedger {
    /// The ledger kept under `folder`, made if it is not there: a few minutes.
    pub fn find_or_make(folder: &Path) -> Result<Self> {
        let kept = folder.join("ledger");
        // A new migration makes another ledger, and so does another making.
        let checksums = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations/CHECKSUMS");
        let made_by = format!("{MAKING}\n{}", fs::read_to_string(checksums)?);
        if fs::read_to_string(kept.join("made-by")).ok().as_ref() != Some(&made_by) {
            let _ = fs::remove_dir_all(&kept);
            fs::create_dir_all(&kept)?;
            make(&kept)?;
            fs::write(kept.join("made-by"), made_by)?;
        }
        let spare = fs::read_to_string(kept.join("spare"))?;
        Ok(Self {
            spare: spare.lines().map(str::to_owned).collect(),
            folder: kept,
        })
    }

    /// A copy of it, in a folder of that name beside it.
    pub fn copy(&self, name: &str) -> Result<Profile> {
        let folder = self.folder.with_file_name(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder)?;
        for file in ["ledger.db", "ledger.key"] {
            fs::copy(self.folder.join(file), folder.join(file))?;
        }
        Ok(Profile::at(folder))
    }
}

/// The evening of the last day that the ledger knows.
pub fn surroundings() -> Surroundings {
    let clock = SiteClock::default();
    clock.set(evening_of(WORKSHOPS - 1));
    Surroundings::new(clock, SeededChance::new("measuring"))
}

fn last_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date")
}

fn first_day() -> NaiveDate {
    last_day() - Days::new(3 * 365)
}

/// Made where syncing costs nothing, then moved to the disk that is measured.
fn make(kept: &Path) -> Result<()> {
    let in_memory = Path::new("/dev/shm");
    let folder = match in_memory.is_dir() {
        true => tempfile::tempdir_in(in_memory),
        false => tempfile::tempdir(),
    }?;
    let profile = Profile::at(folder.path().join("profile"));
    let spare = Making::begin(folder.path(), &profile)?.go_on()?;
    for file in ["ledger.db", "ledger.key"] {
        fs::copy(profile.folder().join(file), kept.join(file))?;
    }
    Ok(fs::write(kept.join("spare"), spare.join("\n"))?)
}

struct Making {
    clock: SiteClock,
    desk: Desk,
    link: HttpLink,
    site: SiteId,
    people: Vec<AttendeeId>,
    codes: std::vec::IntoIter<String>,
    draws: Draws,
    _server: Server,
}

impl Making {
    fn begin(folder: &Path, profile: &Profile) -> Result<Self> {
        let clock = SiteClock::default();
        clock.set(evening_of(0));
        let server_clock = clock.clone();
        let now = move || u64::try_from(server_clock.seconds()).expect("after 1970");
        let clearing = Arc::new(Clearing::open(&folder.join("clearing"), Arc::new(now))?);
        let server = Server::start(TcpListener::bind("127.0.0.1:0")?, Arc::clone(&clearing))?;
        let address = format!("http://{}", server.address());
        let codes = passes(&clearing)?;
        let desk = Desk::open(
            profile.clone(),
            Surroundings::new(clock.clone(), SeededChance::new("making")),
        )?;
        desk.set_up(&forms::set_up("Médiathèque des Deux-Rives"))?;
        clearing.add_structure(SIRET, "Ville de Cachan")?;
        let code = clearing.issue_enrolment(SIRET, 30)?.code.to_string();
        let link = HttpLink::to(&address).context("an address")?;
        desk.enrol(&EnrolForm { address, code }, &link)?;
        desk.sync(&link)?;
        let site = desk.list_sites()?.first().context("a site")?.id;
        Ok(Self {
            clock,
            desk,
            link,
            site,
            people: Vec::new(),
            codes: codes.into_iter(),
            draws: Draws::from_seed(0x5eed),
            _server: server,
        })
    }

    /// Lives through the years; gives the passes that are left.
    #[expect(clippy::print_stderr, reason = "it takes minutes, and says where it is")]
    fn go_on(mut self) -> Result<Vec<String>> {
        for number in 0..WORKSHOPS {
            self.clock.set(evening_of(number));
            self.hold(number)?;
            if number % 200 == 0 {
                self.desk.sync(&self.link)?;
                eprint!("\rmaking the ledger: {number} of {WORKSHOPS} workshops");
            }
        }
        eprintln!(
            "\rmaking the ledger: {WORKSHOPS} workshops, {} people     ",
            self.people.len()
        );
        Ok(self.codes.collect())
    }

    fn hold(&mut self, number: usize) -> Result<()> {
        let title = TITLES[self.draws.below(TITLES.len())];
        let mut form = forms::workshop(title, "aujourd’hui", self.site);
        form.themes = vec![[Theme::Email, Theme::Health, Theme::Paperwork][number % 3]];
        form.level = Some(Level::Beginner);
        form.equipment = vec![Equipment::Computer];
        let workshop = self.desk.open_workshop(&form)?;
        let mut present = Vec::new();
        for _ in share(PASSES, number) {
            let attendee = self.somebody(number, &present)?;
            present.push(attendee);
            self.desk.attend(workshop, attendee)?;
            let code = self.codes.next().context("passes enough were minted")?;
            take(&self.desk, workshop, attendee, code)?;
        }
        // The last one goes on.
        if number + 1 < WORKSHOPS {
            self.desk.close_workshop(workshop)?;
        }
        Ok(())
    }

    /// Somebody who is not there yet: a newcomer as long as there are too few, or a regular.
    fn somebody(&mut self, number: usize, present: &[AttendeeId]) -> Result<AttendeeId> {
        let enough = share(PEOPLE, number).end.max(present.len() + 1);
        if self.people.len() < enough {
            let (surname, first_name) = name(self.people.len(), &mut self.draws);
            let mut attendee = forms::attendee(&surname, &first_name);
            attendee.birth_year = (1930 + self.draws.below(75)).to_string();
            let form = NewcomerForm {
                attendee,
                workshop_id: None,
            };
            self.people.push(self.desk.add_attendee(&form)?);
            return Ok(*self.people.last().expect("just added"));
        }
        loop {
            let regular = self.people[self.draws.below(self.people.len())];
            if !present.contains(&regular) {
                return Ok(regular);
            }
        }
    }
}

fn take(desk: &Desk, workshop: WorkshopId, attendee: AttendeeId, code: String) -> Result<()> {
    let form = forms::redeem(workshop, Some(attendee), CodeRead::Text { text: code });
    match desk.redeem(&form)? {
        RedemptionAnswer::Accepted { .. } => Ok(()),
        answer => bail!("{answer:?}"),
    }
}

/// The codes of activated booklets, in order.
fn passes(clearing: &Clearing) -> Result<Vec<String>> {
    let programme = include_str!("../support/programme.toml")
        .replace("opens_on = 2026-01-01", "opens_on = 2023-01-01")
        .replace("last_day = 2026-12-31", "last_day = 2027-12-31");
    clearing.add_programme(&read_programme(&programme)?)?;
    let booklets = u32::try_from((PASSES + SPARE) / 10)?;
    let lot = clearing.mint(ProgrammeId(4), booklets)?;
    let (first, last) = (lot.passes[0].booklet, lot.passes[lot.passes.len() - 1].booklet);
    clearing.activate(ProgrammeId(4), first, last)?;
    Ok(lot.passes.into_iter().map(|pass| pass.code).collect())
}

/// The part of `whole` that falls to a workshop when all get alike.
fn share(whole: usize, workshop: usize) -> std::ops::Range<usize> {
    workshop * whole / WORKSHOPS..(workshop + 1) * whole / WORKSHOPS
}

/// Unix seconds of the day of a workshop, spread over three years, each a minute after the last.
fn evening_of(workshop: usize) -> i64 {
    let days = (last_day() - first_day()).num_days();
    let workshop = i64::try_from(workshop).expect("few");
    let whole = i64::try_from(WORKSHOPS).expect("few");
    // The last workshop falls on the last day.
    let day = first_day() + chrono::TimeDelta::days((workshop + 1) * days / whole);
    let evening = day.and_hms_opt(17, 0, 0).expect("an hour").and_utc().timestamp();
    evening + workshop % 20 * 60
}

/// The one clock of the desk and of clearing, in Unix seconds.
#[derive(Clone, Default)]
struct SiteClock(Arc<AtomicI64>);

impl SiteClock {
    fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    fn seconds(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for SiteClock {
    fn now(&self) -> DateTime<FixedOffset> {
        let paris = FixedOffset::east_opt(3600).expect("an offset");
        DateTime::from_timestamp(self.seconds(), 0)
            .expect("a time")
            .with_timezone(&paris)
    }
}

/// A name: the common ones come again and again, as they do.
fn name(person: usize, draws: &mut Draws) -> (String, String) {
    let plain = SURNAMES[draws.below(SURNAMES.len())];
    let surname = match person % 4 {
        0 => format!("{plain}-{}", SURNAMES[draws.below(SURNAMES.len())]),
        _ => plain.to_owned(),
    };
    (surname, FIRST_NAMES[draws.below(FIRST_NAMES.len())].to_owned())
}

const TITLES: [&str; 8] = [
    "Ma messagerie, premiers pas",
    "Premiers pas sur une tablette",
    "Mes papiers en ligne",
    "Sécuriser mon téléphone",
    "Démarches et impôts, un par un",
    "Photos : ranger et partager",
    "Prendre rendez-vous chez le médecin",
    "Traitement de texte, niveau 2",
];

const SURNAMES: [&str; 40] = [
    "Martin",
    "Bernard",
    "Dubois",
    "Thomas",
    "Robert",
    "Richard",
    "Petit",
    "Durand",
    "Leroy",
    "Moreau",
    "Simon",
    "Laurent",
    "Lefèvre",
    "Michel",
    "García",
    "David",
    "Bertrand",
    "Roux",
    "Vincent",
    "Fournier",
    "N’Guessan",
    "Œuvrard",
    "Nguyễn",
    "Ben Saïd",
    "Le Goff",
    "Müller",
    "D’Artagnan",
    "Kowalska",
    "Traoré",
    "İpek",
    "Diallo",
    "Çelik",
    "Perrin",
    "Faure",
    "Mercier",
    "Haddad",
    "Öztürk",
    "Şahin",
    "Da Silva",
    "Łukasik",
];

const FIRST_NAMES: [&str; 40] = [
    "Marie",
    "Jean",
    "Odile",
    "Pierre",
    "Aïssata",
    "Michel",
    "Jeanne",
    "Yann",
    "Renée",
    "Charles",
    "Zofia",
    "Moussa",
    "Elif",
    "Zoé",
    "Jean-Éric",
    "Thị Mai",
    "Karim",
    "Anne-Sophie",
    "Fatou",
    "Ibrahima",
    "Léa",
    "Hugo",
    "Chloé",
    "Noël",
    "Inès",
    "Gaël",
    "Maëlys",
    "Loïc",
    "Anaïs",
    "François",
    "Hélène",
    "André",
    "Cécile",
    "Rémi",
    "Agnès",
    "Stéphane",
    "Valérie",
    "Dominique",
    "Bruno",
    "Sylvie",
];
