use super::*;
use crate::{
    form::NewcomerForm,
    ledger::workshops as rows,
    trial::{Trial, faults, site_form, workshop_form},
};
use passerelle_domain::{
    attendee::{AttendeeForm, Gender},
    workshop::{ActivityKind, Equipment, PlaceKind, SubTheme, Theme},
};
use std::collections::BTreeMap;

#[test]
fn a_workshop_comes_back_as_it_was_typed() {
    let trial = Trial::set_up();
    let form = WorkshopForm {
        themes: vec![Theme::Email, Theme::Paperwork],
        sub_themes: vec![SubTheme::MoneyAndTaxes, SubTheme::Housing],
        equipment: vec![Equipment::Computer, Equipment::Telephone],
        note: "Deux postes en panne".into(),
        ..workshop_form("Ma messagerie, premiers pas")
    };
    let id = trial.desk.open_workshop(&form).unwrap();
    let view = trial.desk.get_workshop(id).unwrap();
    assert_eq!(view.workshop.ends_at, NaiveTime::from_hms_opt(16, 0, 0));
    assert_eq!(
        (view.workshop.duration_minutes, view.workshop.is_open),
        (120, true)
    );
    assert_eq!(view.form.held_on, "19/11/2026");
    let again = WorkshopPlan::read(&view.form, trial.desk.surroundings.today()).unwrap();
    assert_eq!(
        again,
        WorkshopPlan::read(&form, trial.desk.surroundings.today()).unwrap()
    );
}

#[test]
fn a_duration_alone_comes_back_too() {
    let trial = Trial::set_up();
    for duration in ["45", "1 h 30", "24 h"] {
        let form = WorkshopForm {
            activity: ActivityKind::Individual,
            title: String::new(),
            starts_at: String::new(),
            ends_at: String::new(),
            duration: duration.into(),
            ..workshop_form("")
        };
        let id = trial.desk.open_workshop(&form).unwrap();
        let view = trial.desk.get_workshop(id).unwrap();
        trial.desk.change_workshop(id, &view.form).unwrap();
        assert_eq!(trial.desk.get_workshop(id).unwrap(), view);
    }
}

#[test]
fn today_shows_what_to_resume_what_comes_and_what_to_hold_again() {
    let trial = Trial::set_up();
    let yesterday = WorkshopForm {
        held_on: "hier".into(),
        ..workshop_form("Démarches")
    };
    let closed = trial.desk.open_workshop(&yesterday).unwrap();
    trial.desk.close_workshop(closed).unwrap();
    let begun = trial
        .desk
        .open_workshop(&WorkshopForm {
            starts_at: "13 h".into(),
            ..workshop_form("Photos")
        })
        .unwrap();
    let later = trial
        .desk
        .open_workshop(&WorkshopForm {
            starts_at: "15 h".into(),
            ..workshop_form("Tablette")
        })
        .unwrap();
    let soon = trial.open("Messagerie");
    let to_come = trial
        .desk
        .open_workshop(&WorkshopForm {
            held_on: "demain".into(),
            ..workshop_form("Bus")
        })
        .unwrap();
    let today = trial.desk.today().unwrap();
    let ids = |rows: &[crate::view::WorkshopRow]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(ids(&today.open), [begun, soon, later]);
    assert_eq!(ids(&today.upcoming), [to_come]);
    assert_eq!(ids(&today.recent), [closed]);
    assert_eq!(today.to_repeat.len(), 4, "the one to come is not held again");
}

#[test]
fn a_workshop_is_held_again_at_its_usual_time_when_it_is_near() {
    let trial = Trial::set_up();
    let last_week = WorkshopForm {
        held_on: "12/11/2026".into(),
        note: "pluie".into(),
        ..workshop_form("Messagerie")
    };
    let usual = trial.desk.open_workshop(&last_week).unwrap();
    let again = trial
        .desk
        .get_workshop(trial.desk.repeat_workshop(usual).unwrap())
        .unwrap();
    assert_eq!(
        (again.form.held_on.as_str(), again.form.note.as_str()),
        ("19/11/2026", "")
    );
    assert_eq!(again.workshop.starts_at, NaiveTime::from_hms_opt(14, 0, 0));
    let morning = WorkshopForm {
        starts_at: "9 h".into(),
        ends_at: "10 h 30".into(),
        ..last_week
    };
    let morning = trial.desk.open_workshop(&morning).unwrap();
    let again = trial
        .desk
        .get_workshop(trial.desk.repeat_workshop(morning).unwrap())
        .unwrap();
    assert_eq!(again.workshop.starts_at, NaiveTime::from_hms_opt(13, 50, 0));
    assert_eq!(again.workshop.duration_minutes, 90);
    assert_eq!(again.form.themes, [Theme::Email]);
}

#[test]
fn a_closed_workshop_changes_no_more_until_it_is_opened_again() {
    let trial = Trial::set_up();
    let id = trial.open("Messagerie");
    trial.desk.close_workshop(id).unwrap();
    trial.desk.close_workshop(id).unwrap();
    assert!(matches!(
        trial.desk.change_workshop(id, &workshop_form("Autre")),
        Err(Error::WorkshopClosed)
    ));
    assert!(matches!(
        trial.desk.count_heads(id, &HeadCountForm::default()),
        Err(Error::WorkshopClosed)
    ));
    let newcomer = NewcomerForm {
        attendee: AttendeeForm::named("Sow", "Mamadou"),
        workshop_id: Some(id),
    };
    assert!(matches!(
        trial.desk.add_attendee(&newcomer),
        Err(Error::WorkshopClosed)
    ));
    assert!(
        trial.desk.find_attendees("sow").unwrap().is_empty(),
        "nobody was added half-way"
    );
    trial.desk.reopen_workshop(id).unwrap();
    trial.desk.change_workshop(id, &workshop_form("Autre")).unwrap();
    assert_eq!(trial.desk.get_workshop(id).unwrap().workshop.title, "Autre");
}

#[test]
fn people_without_a_name_are_counted_with_the_others() {
    let trial = Trial::set_up();
    let id = trial.open("Messagerie");
    let odile = trial.add("Perrin", "Odile");
    trial.desk.attend(id, odile).unwrap();
    let by_gender = BTreeMap::from([(Gender::Female, "2".to_owned())]);
    trial
        .desk
        .count_heads(
            id,
            &HeadCountForm {
                total: "3".into(),
                by_gender,
                ..HeadCountForm::default()
            },
        )
        .unwrap();
    let view = trial.desk.get_workshop(id).unwrap();
    assert_eq!((view.workshop.people, view.head_count.total), (4, 3));
    let over = HeadCountForm {
        total: "1".into(),
        by_gender: BTreeMap::from([(Gender::Male, "2".into())]),
        ..HeadCountForm::default()
    };
    assert_eq!(
        faults(trial.desk.count_heads(id, &over)),
        [("by_gender".to_owned(), "head-count-over-total")]
    );
}

#[test]
fn workshops_are_found_by_the_beginnings_of_their_title_or_place() {
    let trial = Trial::set_up();
    trial.open("Ma messagerie, premiers pas");
    trial.open("L’été des photos");
    let find = |text: &str| {
        let filter = WorkshopFilter {
            text: text.into(),
            ..WorkshopFilter::default()
        };
        trial.desk.list_workshops(&filter).unwrap().total
    };
    assert_eq!(
        [
            find(""),
            find("messag"),
            find("ete PHOTO"),
            find("salle"),
            find("agerie")
        ],
        [2, 1, 1, 2, 0]
    );
    assert_eq!(
        [find("100%"), find("_"), find("'")],
        [0, 2, 2],
        "nothing typed means anything to SQL"
    );
}

#[test]
fn a_page_of_workshops_is_followed_by_the_next() {
    let trial = Trial::set_up();
    for rank in 0..60 {
        trial.open(&format!("Atelier {rank}"));
    }
    let page = |skip| {
        trial
            .desk
            .list_workshops(&WorkshopFilter {
                skip,
                ..WorkshopFilter::default()
            })
            .unwrap()
    };
    assert_eq!(
        (page(0).workshops.len(), page(50).workshops.len(), page(0).total),
        (50, 10, 60)
    );
    assert_eq!(page(0).workshops[0].title, "Atelier 59");
    let elsewhere = WorkshopFilter {
        site_id: Some(passerelle_domain::id::SiteId(9)),
        ..WorkshopFilter::default()
    };
    assert_eq!(trial.desk.list_workshops(&elsewhere).unwrap().total, 0);
}

#[test]
fn a_workshop_without_passes_may_move_to_another_day_and_site() {
    let trial = Trial::set_up();
    let site = trial
        .desk
        .add_site(&crate::form::SiteForm {
            name: "Annexe".into(),
            ..site_form()
        })
        .unwrap();
    let id = trial.open("Messagerie");
    let moved = WorkshopForm {
        held_on: "hier".into(),
        site_id: Some(site),
        ..workshop_form("Messagerie")
    };
    trial.desk.change_workshop(id, &moved).unwrap();
    assert_eq!(trial.desk.get_workshop(id).unwrap().workshop.site, "Annexe");
}

#[test]
fn the_venue_of_a_workshop_is_that_of_its_site() {
    let trial = Trial::set_up();
    let id = trial
        .desk
        .open_workshop(&WorkshopForm {
            place_kind: PlaceKind::Home,
            ..workshop_form("Visite")
        })
        .unwrap();
    let venue = trial
        .desk
        .as_machine()
        .read(|db| rows::find_venue(db, id))
        .unwrap()
        .unwrap();
    assert_eq!((venue.insee_code.as_str(), venue.is_open), ("94016", true));
    let held = trial
        .desk
        .as_machine()
        .read(|db| rows::find_held(db, id))
        .unwrap()
        .unwrap();
    assert_eq!(
        (held.title.as_str(), held.site_name.as_str()),
        ("Visite", "Médiathèque des Deux-Rives")
    );
}

#[test]
fn the_schema_allows_exactly_the_values_of_the_domain() {
    let trial = Trial::set_up();
    for activity in ActivityKind::ALL {
        for place_kind in PlaceKind::ALL {
            let form = WorkshopForm {
                activity: *activity,
                place_kind: *place_kind,
                ..workshop_form("Essai")
            };
            for level in [None]
                .into_iter()
                .chain(passerelle_domain::workshop::Level::ALL.iter().copied().map(Some))
            {
                trial
                    .desk
                    .open_workshop(&WorkshopForm {
                        level,
                        ..form.clone()
                    })
                    .unwrap();
            }
            for autonomy in passerelle_domain::workshop::Autonomy::ALL {
                trial
                    .desk
                    .open_workshop(&WorkshopForm {
                        autonomy: Some(*autonomy),
                        ..form.clone()
                    })
                    .unwrap();
            }
        }
    }
}

#[test]
fn a_workshop_that_is_not_there_is_missing() {
    let trial = Trial::set_up();
    assert!(matches!(
        trial.desk.get_workshop(WorkshopId(9)),
        Err(Error::Missing("workshop"))
    ));
    assert!(matches!(
        trial.desk.close_workshop(WorkshopId(9)),
        Err(Error::Missing("workshop"))
    ));
    assert!(matches!(
        trial.desk.repeat_workshop(WorkshopId(9)),
        Err(Error::Missing("workshop"))
    ));
}

#[test]
fn nothing_is_noted_before_the_first_start() {
    let trial = Trial::new();
    assert!(matches!(
        trial.desk.open_workshop(&workshop_form("Essai")),
        Err(Error::NotSetUp)
    ));
    assert!(matches!(trial.desk.today(), Err(Error::NotSetUp)));
}
