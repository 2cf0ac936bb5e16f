//! For tests: a desk in a folder of its own, on Thursday 19 November 2026 at 13:50, that forgets everything.

use crate::{
    Chance, Clock, Cost, Desk, Profile, Surroundings,
    error::Error,
    form::{AccountForm, NewcomerForm, SetUpForm, SignInForm, SiteForm, StructureForm},
};
use chrono::{DateTime, FixedOffset};
use passerelle_domain::{
    attendee::AttendeeForm,
    id::{AccountId, AttendeeId, SiteId, WorkshopId},
    role::Role,
    workshop::{ActivityKind, Equipment, Level, PlaceKind, Theme, WorkshopForm},
};
use std::sync::atomic::{AtomicU8, Ordering};

/// A desk, and the folder that goes with it.
pub struct Trial {
    pub desk: Desk,
    folder: tempfile::TempDir,
}

/// A stopped clock, random bytes that are always the same, and locks that cost next to nothing.
pub fn surroundings() -> Surroundings {
    Surroundings::new(StoppedClock, Counting::default()).with_cost(Cost::least())
}

struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> DateTime<FixedOffset> {
        "2026-11-19T13:50:00+01:00".parse().expect("an instant")
    }
}

#[derive(Default)]
struct Counting(AtomicU8);

impl Chance for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.0.fetch_add(1, Ordering::Relaxed));
    }
}

impl Trial {
    /// A desk before its first start.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let desk = Desk::open(Profile::at(folder.path()), surroundings()).expect("a new ledger opens");
        Self { desk, folder }
    }

    /// Closes the desk, and gives where it was.
    pub fn close(self) -> (Profile, tempfile::TempDir) {
        (Profile::at(self.folder.path()), self.folder)
    }

    /// A desk after its first start: one site in Cachan.
    pub fn set_up() -> Self {
        let trial = Self::new();
        trial.desk.set_up(&set_up_form()).expect("the form holds");
        trial
    }

    /// Adds a colleague.
    pub fn colleague(&self, name: &str, role: Role) -> AccountId {
        let form = AccountForm {
            name: name.into(),
            title: String::new(),
            role,
        };
        self.desk.add_account(&form).expect("the form holds")
    }

    /// Somebody takes their place.
    pub fn sign_in(&self, account_id: AccountId, pin: &str) -> Result<(), Error> {
        let pin = pin.into();
        self.desk.sign_in(&SignInForm { account_id, pin })
    }

    /// Opens a workshop of today.
    pub fn open(&self, title: &str) -> WorkshopId {
        self.desk
            .open_workshop(&workshop_form(title))
            .expect("the form holds")
    }

    /// Adds somebody by their names.
    pub fn add(&self, surname: &str, first_name: &str) -> AttendeeId {
        let form = NewcomerForm {
            attendee: AttendeeForm::named(surname, first_name),
            workshop_id: None,
        };
        self.desk.add_attendee(&form).expect("the form holds")
    }
}

/// The form of the first start.
pub fn set_up_form() -> SetUpForm {
    SetUpForm {
        account: AccountForm {
            name: "Nadia Roussel".into(),
            title: "conseillère numérique".into(),
            role: Role::Manager,
        },
        structure: StructureForm {
            name: "Ville de Cachan".into(),
            siret: "999 999 990 00016".into(),
        },
        sites: vec![site_form()],
    }
}

/// The form of a site.
pub fn site_form() -> SiteForm {
    SiteForm {
        name: "Médiathèque des Deux-Rives".into(),
        address: "2 rue de la République".into(),
        insee_code: "94016".into(),
        postcode: String::new(),
        travels: false,
        stops: Vec::new(),
    }
}

/// The form of a workshop of today.
pub fn workshop_form(title: &str) -> WorkshopForm {
    WorkshopForm {
        title: title.into(),
        activity: ActivityKind::Collective,
        place_kind: PlaceKind::Site,
        site_id: Some(SiteId(1)),
        place: "Salle 2".into(),
        held_on: "aujourd’hui".into(),
        starts_at: "14 h".into(),
        ends_at: "16 h".into(),
        duration: String::new(),
        themes: vec![Theme::Email],
        sub_themes: Vec::new(),
        level: Some(Level::Beginner),
        autonomy: None,
        equipment: vec![Equipment::Computer],
        referral: None,
        note: String::new(),
    }
}

/// The fields and codes of a refusal of a form.
pub fn faults<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(Error::Fields(faults)) => faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect(),
        other => panic!("faults were expected, not {other:?}"),
    }
}
