use super::*;
use crate::trial::{Trial, faults, workshop_form};
use passerelle_domain::{
    attendee::{Gender, Likeness, Qpv, Situation},
    commune::InseeCode,
    workshop::WorkshopForm,
};

fn names(trial: &Trial, typed: &str) -> Vec<String> {
    trial
        .desk
        .find_attendees(typed)
        .unwrap()
        .into_iter()
        .map(|row| row.name)
        .collect()
}

#[test]
fn hard_names_are_found_by_plain_letters_and_shown_as_written() {
    let trial = Trial::set_up();
    let people = [
        ("N'GUESSAN", "Jean-Éric", "nguessan", "Jean-Éric N’Guessan"),
        ("Œuvrard", "Lucette", "oeuvrard", "Lucette Œuvrard"),
        ("Nguyễn", "Văn", "nguyen van", "Văn Nguyễn"),
        ("İpek", "Ayşe", "ipek ayse", "Ayşe İpek"),
        ("Łukasz", "Ðặng", "dang lukasz", "Ðặng Łukasz"),
        ("Be\u{301}rard", "Zoe\u{308}", "zoe bera", "Zoë Bérard"),
        ("Ndiaye", "Fatou", "n'diaye f", "Fatou Ndiaye"),
    ];
    for (surname, first_name, _, _) in people {
        trial.add(surname, first_name);
    }
    for (_, _, typed, shown) in people {
        assert_eq!(names(&trial, typed), [shown], "{typed}");
    }
    assert_eq!(names(&trial, "jean eric n guessan"), ["Jean-Éric N’Guessan"]);
    assert!(names(&trial, "guessan lucette").is_empty());
    assert!(names(&trial, "'").is_empty());
}

#[test]
fn one_letter_gives_a_page_and_no_letter_the_last_seen() {
    let trial = Trial::set_up();
    let workshop = trial.open("Messagerie");
    for rank in 0..30 {
        trial.add(&format!("Martin{rank:02}"), "Anne");
    }
    assert_eq!(names(&trial, "m").len(), PEOPLE_SHOWN);
    assert_eq!(names(&trial, "m")[0], "Anne Martin00");
    assert!(names(&trial, "").is_empty(), "nobody has been seen yet");
    let seen = trial.add("Sow", "Mamadou");
    trial.desk.attend(workshop, seen).unwrap();
    let last = trial.desk.find_attendees(" ").unwrap();
    assert_eq!(
        (last.len(), last[0].last_seen_on),
        (1, Some(trial.desk.surroundings.today()))
    );
}

#[test]
fn likely_doubles_are_shown_before_a_person_is_added() {
    let trial = Trial::set_up();
    let form = AttendeeForm {
        birth_year: "1964".into(),
        ..AttendeeForm::named("N’Guessan", "Jean-Éric")
    };
    trial
        .desk
        .add_attendee(&NewcomerForm {
            attendee: form.clone(),
            workshop_id: None,
        })
        .unwrap();
    trial.add("Benali", "Aïcha");
    let likeness = |form: &AttendeeForm| {
        trial
            .desk
            .find_doubles(form)
            .unwrap()
            .into_iter()
            .map(|double| double.likeness)
            .collect::<Vec<_>>()
    };
    assert_eq!(likeness(&form), [Likeness::Same]);
    assert_eq!(
        likeness(&AttendeeForm::named("jean eric", "NGUESSAN")),
        [Likeness::Likely]
    );
    assert_eq!(
        likeness(&AttendeeForm::named("Bennali", "Aïcha")),
        [Likeness::Possible]
    );
    assert!(likeness(&AttendeeForm::named("Perrin", "Odile")).is_empty());
    assert!(
        likeness(&AttendeeForm {
            birth_year: "soon".into(),
            ..AttendeeForm::named("", "")
        })
        .is_empty()
    );
}

#[test]
fn a_person_comes_back_as_typed_and_is_found_under_a_new_name() {
    let trial = Trial::set_up();
    let form = AttendeeForm {
        birth_year: "1964".into(),
        commune: InseeCode::find("75113"),
        phone: "+33 6 12 34 56 78".into(),
        email: "o.perrin@exemple.fr".into(),
        gender: Gender::Female,
        situation: Situation::Retired,
        qpv: Qpv::Yes,
        notes: "Écran agrandi".into(),
        ..AttendeeForm::named("Perrin", "Odile")
    };
    let id = trial
        .desk
        .add_attendee(&NewcomerForm {
            attendee: form,
            workshop_id: None,
        })
        .unwrap();
    let view = trial.desk.get_attendee(id).unwrap();
    assert_eq!(view.attendee.commune, "Paris 13e Arrondissement");
    assert_eq!(view.form.phone.replace('\u{a0}', " "), "06 12 34 56 78");
    trial
        .desk
        .change_attendee(
            id,
            &AttendeeForm {
                surname: "Garnier".into(),
                ..view.form.clone()
            },
        )
        .unwrap();
    assert_eq!(
        trial.desk.get_attendee(id).unwrap().form,
        AttendeeForm {
            surname: "Garnier".into(),
            ..view.form
        }
    );
    assert_eq!(names(&trial, "garnier odile"), ["Odile Garnier"]);
    assert!(names(&trial, "perrin").is_empty());
}

#[test]
fn a_newcomer_is_entered_at_the_workshop_at_once_and_only_once() {
    let trial = Trial::set_up();
    let workshop = trial.open("Messagerie");
    let form = NewcomerForm {
        attendee: AttendeeForm::named("Sow", "Mamadou"),
        workshop_id: Some(workshop),
    };
    let id = trial.desk.add_attendee(&form).unwrap();
    trial.desk.attend(workshop, id).unwrap();
    let odile = trial.add("Perrin", "Odile");
    trial.desk.attend(workshop, odile).unwrap();
    let view = trial.desk.get_workshop(workshop).unwrap();
    assert_eq!(
        view.attendances
            .iter()
            .map(|row| row.name.as_str())
            .collect::<Vec<_>>(),
        ["Mamadou Sow", "Odile Perrin"]
    );
    trial.desk.leave(workshop, id).unwrap();
    assert!(matches!(
        trial.desk.leave(workshop, id),
        Err(Error::Missing("attendance"))
    ));
    assert_eq!(trial.desk.get_workshop(workshop).unwrap().workshop.people, 1);
}

#[test]
fn a_sheet_lists_people_in_the_order_of_their_names() {
    let trial = Trial::set_up();
    let workshop = trial.open("Messagerie");
    for (surname, first_name) in [
        ("Sow", "Mamadou"),
        ("Éluard", "Paul"),
        ("", "Aïcha"),
        ("Œuvrard", "Lucette"),
    ] {
        let id = trial.add(surname, first_name);
        trial.desk.attend(workshop, id).unwrap();
    }
    let names = trial
        .desk
        .as_machine()
        .read(|db| attendances::list_names(db, workshop))
        .unwrap();
    assert_eq!(
        names
            .iter()
            .map(|(surname, _)| surname.as_str())
            .collect::<Vec<_>>(),
        ["", "Éluard", "Œuvrard", "Sow"]
    );
}

#[test]
fn a_person_has_the_list_of_their_workshops() {
    let trial = Trial::set_up();
    let id = trial.add("Perrin", "Odile");
    for held_on in ["12/11/2026", "aujourd'hui", "5/11/2026"] {
        let form = WorkshopForm {
            held_on: held_on.into(),
            ..workshop_form("Messagerie")
        };
        let workshop = trial.desk.open_workshop(&form).unwrap();
        trial.desk.attend(workshop, id).unwrap();
    }
    let view = trial.desk.get_attendee(id).unwrap();
    let days: Vec<String> = view
        .attendances
        .iter()
        .map(|past| past.held_on.to_string())
        .collect();
    assert_eq!(days, ["2026-11-19", "2026-11-12", "2026-11-05"]);
    assert_eq!(view.attendee.last_seen_on.unwrap().to_string(), "2026-11-19");
}

#[test]
fn what_is_to_correct_is_said_and_nobody_is_added() {
    let trial = Trial::set_up();
    let commune = InseeCode::find("94999");
    let add = |attendee| {
        trial.desk.add_attendee(&NewcomerForm {
            attendee,
            workshop_id: None,
        })
    };
    let future = AttendeeForm {
        birth_year: "2027".into(),
        ..AttendeeForm::named("Sow", "")
    };
    assert_eq!(
        faults(add(future)),
        [("birth_year".to_owned(), "attendee-birth-year-in-future")]
    );
    let nowhere = AttendeeForm {
        commune,
        ..AttendeeForm::named("Sow", "")
    };
    assert_eq!(faults(add(nowhere)), [("commune".to_owned(), "commune-unknown")]);
    assert!(names(&trial, "sow").is_empty());
}

#[test]
fn who_or_what_is_not_there_is_missing() {
    let trial = Trial::set_up();
    let workshop = trial.open("Messagerie");
    assert!(matches!(
        trial.desk.attend(workshop, AttendeeId(9)),
        Err(Error::Missing("attendee"))
    ));
    assert!(matches!(
        trial.desk.get_attendee(AttendeeId(9)),
        Err(Error::Missing("attendee"))
    ));
    let id = trial.add("Sow", "");
    assert!(matches!(
        trial.desk.attend(WorkshopId(9), id),
        Err(Error::Missing("workshop"))
    ));
}

#[test]
fn the_schema_allows_exactly_the_values_of_the_domain() {
    let trial = Trial::set_up();
    for gender in Gender::ALL {
        for situation in Situation::ALL {
            for qpv in Qpv::ALL {
                let form = AttendeeForm {
                    gender: *gender,
                    situation: *situation,
                    qpv: *qpv,
                    ..AttendeeForm::named("Sow", "")
                };
                trial
                    .desk
                    .add_attendee(&NewcomerForm {
                        attendee: form,
                        workshop_id: None,
                    })
                    .unwrap();
            }
        }
    }
}
