//! Forms as a person at Cachan fills them.

use passerelle_desk::form::{
    AccountForm, CodeRead, RedeemForm, ServiceRef, SetUpForm, SiteForm, StructureForm,
};
use passerelle_domain::{
    attendee::{AttendeeForm, Gender, Qpv, Situation},
    id::{AttendeeId, SiteId, WorkshopId},
    programme::{ProgrammeId, ServiceCode},
    role::Role,
    workshop::{ActivityKind, PlaceKind, WorkshopForm},
};

pub fn set_up(name: &str) -> SetUpForm {
    SetUpForm {
        account: AccountForm {
            name: "Nadia Roussel".into(),
            title: "conseillère numérique".into(),
            role: Role::Manager,
        },
        structure: StructureForm {
            name: name.into(),
            siret: String::new(),
        },
        sites: vec![SiteForm {
            name: name.into(),
            address: "12 quai des Tanneurs".into(),
            insee_code: "94016".into(),
            postcode: "94230".into(),
            travels: false,
            stops: Vec::new(),
        }],
    }
}

pub fn workshop(title: &str, held_on: &str, site: SiteId) -> WorkshopForm {
    WorkshopForm {
        title: title.into(),
        activity: ActivityKind::Collective,
        place_kind: PlaceKind::Site,
        site_id: Some(site),
        place: "Salle 2".into(),
        held_on: held_on.into(),
        starts_at: "14 h".into(),
        ends_at: "16 h".into(),
        duration: String::new(),
        themes: Vec::new(),
        sub_themes: Vec::new(),
        level: None,
        autonomy: None,
        equipment: Vec::new(),
        referral: None,
        note: String::new(),
    }
}

pub fn attendee(surname: &str, first_name: &str) -> AttendeeForm {
    AttendeeForm {
        surname: surname.into(),
        first_name: first_name.into(),
        birth_year: String::new(),
        commune: None,
        phone: String::new(),
        email: String::new(),
        gender: Gender::Undisclosed,
        situation: Situation::Undisclosed,
        qpv: Qpv::Unknown,
        notes: String::new(),
    }
}

pub fn redeem(workshop_id: WorkshopId, attendee_id: Option<AttendeeId>, read: CodeRead) -> RedeemForm {
    RedeemForm {
        read,
        workshop_id,
        attendee_id,
        service: Some(service()),
        choice: None,
        keep_for_examination: false,
    }
}

/// The programme's first service.
pub fn service() -> ServiceRef {
    ServiceRef {
        programme_id: ProgrammeId(4),
        code: ServiceCode(1),
    }
}
