//! Fills a profile with two weeks of an invented site, for `script/run`: a device enrolled,
//! workshops held, people, passes credited and some not sent yet.
//!
//! `cargo run --example demo -p passerelle-tests -- PROFILE URL CODE PASSES.csv`

#[path = "../support/forms.rs"]
#[allow(dead_code, reason = "the stories use the rest")]
mod forms;

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Days, FixedOffset, Local};
use passerelle_desk::{
    Chance, Clock, Desk, Profile, Surroundings,
    form::{CodeRead, EnrolForm, NewcomerForm, SetUpForm, SiteForm},
    sync::HttpLink,
    view::RedemptionAnswer,
};
use passerelle_domain::id::{AttendeeId, SiteId, WorkshopId};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many days ago, what, and who came: places in [`PEOPLE`].
const WORKSHOPS: [(u64, &str, &[usize]); 6] = [
    (13, "Premiers pas sur une tablette", &[0, 1, 2, 3]),
    (11, "Ma messagerie, premiers pas", &[4, 5, 6]),
    (8, "Mes papiers en ligne", &[0, 2, 7, 8]),
    (6, "Sécuriser mon téléphone", &[1, 3, 9]),
    (4, "Ma messagerie, premiers pas", &[4, 5, 6, 10]),
    (1, "Premiers pas sur une tablette", &[0, 1, 11]),
];

const PEOPLE: [(&str, &str); 12] = [
    ("N’Guessan", "Aïssata"),
    ("Œuvrard", "Jean-Éric"),
    ("Perrin", "Odile"),
    ("Nguyễn", "Thị Mai"),
    ("Ben Saïd", "Karim"),
    ("Le Goff", "Yann"),
    ("Müller", "Renée"),
    ("D’Artagnan", "Charles"),
    ("Kowalska", "Zofia"),
    ("Traoré", "Moussa"),
    ("İpek", "Elif"),
    ("Lefèvre", "Zoé"),
];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [profile, address, code, csv] = arguments.as_slice() else {
        bail!("demo PROFILE URL CODE PASSES.csv");
    };
    let passes = std::fs::read_to_string(csv)?;
    let mut passes = passes.lines().skip(1).filter_map(|line| line.split(';').next());
    let shift = Arc::new(AtomicU64::new(0));
    let surroundings = Surroundings::new(ShiftedClock(Arc::clone(&shift)), SystemChance);
    let desk = Desk::open(Profile::at(Path::new(profile)), surroundings)?;
    let site = settle(&desk, address, code)?;
    let link = HttpLink::to(address).context("the address of clearing")?;
    let people = introduce(&desk)?;
    for (days_ago, title, who) in WORKSHOPS {
        shift.store(days_ago, Ordering::SeqCst);
        hold(&desk, site, title, who, &people, &mut passes)?;
    }
    shift.store(0, Ordering::SeqCst);
    desk.sync(&link)?;
    // What was taken since the last link is still here, and one workshop goes on.
    let today = open(&desk, site, "Démarches et impôts, un par un")?;
    for who in [2, 4] {
        desk.attend(today, people[who])?;
        take(&desk, today, people[who], passes.next())?;
    }
    Ok(())
}

fn settle(desk: &Desk, address: &str, code: &str) -> Result<SiteId> {
    let mut form: SetUpForm = forms::set_up("Médiathèque des Deux-Rives");
    form.structure.name = "Ville de Cachan".into();
    form.sites.push(SiteForm {
        name: "Bus du numérique".into(),
        travels: true,
        ..form.sites[0].clone()
    });
    desk.set_up(&form)?;
    let form = EnrolForm {
        address: address.into(),
        code: code.into(),
    };
    let link = HttpLink::to(address).context("the address of clearing")?;
    desk.enrol(&form, &link)?;
    desk.sync(&link)?;
    Ok(desk.list_sites()?.first().context("a site")?.id)
}

fn introduce(desk: &Desk) -> Result<Vec<AttendeeId>> {
    let add = |(surname, first_name): (&str, &str)| {
        let attendee = forms::attendee(surname, first_name);
        Ok(desk.add_attendee(&NewcomerForm {
            attendee,
            workshop_id: None,
        })?)
    };
    PEOPLE.into_iter().map(add).collect()
}

fn hold<'a>(
    desk: &Desk,
    site: SiteId,
    title: &str,
    who: &[usize],
    people: &[AttendeeId],
    passes: &mut impl Iterator<Item = &'a str>,
) -> Result<()> {
    let workshop = open(desk, site, title)?;
    for place in who {
        desk.attend(workshop, people[*place])?;
        take(desk, workshop, people[*place], passes.next())?;
    }
    Ok(desk.close_workshop(workshop)?)
}

fn open(desk: &Desk, site: SiteId, title: &str) -> Result<WorkshopId> {
    Ok(desk.open_workshop(&forms::workshop(title, "aujourd’hui", site))?)
}

fn take(desk: &Desk, workshop: WorkshopId, attendee: AttendeeId, code: Option<&str>) -> Result<()> {
    let text = code.context("more passes must be minted")?.to_owned();
    let mut form = forms::redeem(workshop, Some(attendee), CodeRead::Text { text });
    form.service = None;
    match desk.redeem(&form)? {
        RedemptionAnswer::Accepted { .. } => Ok(()),
        RedemptionAnswer::WhichService { choices, .. } => {
            form.service = Some(choices.first().context("a service")?.service);
            let answer = desk.redeem(&form)?;
            if matches!(answer, RedemptionAnswer::Accepted { .. }) {
                Ok(())
            } else {
                bail!("{answer:?}")
            }
        }
        answer => bail!("{answer:?}"),
    }
}

/// The computer's clock, so many days ago.
struct ShiftedClock(Arc<AtomicU64>);

impl Clock for ShiftedClock {
    #[expect(clippy::disallowed_methods, reason = "the demonstration is about today")]
    fn now(&self) -> DateTime<FixedOffset> {
        Local::now().fixed_offset() - Days::new(self.0.load(Ordering::SeqCst))
    }
}

struct SystemChance;

impl Chance for SystemChance {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the system has a source of chance");
    }
}
