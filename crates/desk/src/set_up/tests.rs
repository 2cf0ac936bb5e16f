use super::*;
use crate::form::AccountForm;
use crate::trial::{Trial, faults, set_up_form, site_form};
use passerelle_domain::{
    id::{AccountId, SiteId},
    role::Role,
};

#[test]
fn before_the_first_start_there_is_nobody_and_nowhere() {
    let trial = Trial::new();
    let situation = trial.desk.situation().unwrap();
    assert!(!situation.is_set_up && situation.site.is_none() && situation.structure.is_none());
    assert_eq!(situation.today.to_string(), "2026-11-19");
}

#[test]
fn the_first_start_sets_everything_at_once() {
    let trial = Trial::set_up();
    let situation = trial.desk.situation().unwrap();
    assert!(situation.is_set_up);
    let (structure, site) = (situation.structure.unwrap(), situation.site.unwrap());
    assert_eq!(
        structure.siret.unwrap().replace('\u{a0}', " "),
        "999 999 990 00016"
    );
    assert_eq!(
        (site.commune.as_str(), site.postcode.as_str()),
        ("Cachan", "94230")
    );
    assert_eq!(situation.account.unwrap().name, "Nadia Roussel");
    assert!(situation.settings.with_sounds);
}

#[test]
fn a_structure_without_its_siret_is_set_up_all_the_same() {
    let trial = Trial::new();
    let mut form = set_up_form();
    form.structure.siret = " ".into();
    trial.desk.set_up(&form).unwrap();
    assert_eq!(trial.desk.situation().unwrap().structure.unwrap().siret, None);
}

#[test]
fn every_point_of_the_first_start_is_named_by_its_path_and_nothing_is_written() {
    let trial = Trial::new();
    let mut form = set_up_form();
    form.account.name = String::new();
    form.structure.siret = "999 999 990 0001".into();
    form.sites.push(SiteForm {
        postcode: "94000".into(),
        address: String::new(),
        ..site_form()
    });
    form.sites.push(SiteForm {
        insee_code: "99999".into(),
        postcode: "1".into(),
        ..site_form()
    });
    let expected = [
        ("account.name", "label-missing"),
        ("structure.siret", "siret-too-short"),
        ("sites.1.address", "commune-address-missing"),
        ("sites.1.postcode", "commune-other-postcode"),
        ("sites.2.insee_code", "commune-unknown"),
        ("sites.2.postcode", "commune-not-a-postcode"),
    ];
    assert_eq!(
        faults(trial.desk.set_up(&form)),
        expected.map(|(field, code)| (field.to_owned(), code))
    );
    assert!(!trial.desk.situation().unwrap().is_set_up);
    let sites = trial.desk.as_machine().read(|db| sites::list(db));
    assert!(sites.unwrap().is_empty());
}

#[test]
fn a_site_is_needed() {
    let trial = Trial::new();
    let form = SetUpForm {
        sites: Vec::new(),
        ..set_up_form()
    };
    assert_eq!(
        faults(trial.desk.set_up(&form)),
        [("sites".to_owned(), "commune-missing")]
    );
}

#[test]
fn a_bus_has_stops_and_needs_no_address() {
    let trial = Trial::set_up();
    let stops = vec!["Place Gambetta".into(), " ".into(), "Marché".into()];
    let bus = SiteForm {
        name: "Le bus".into(),
        address: String::new(),
        travels: true,
        stops,
        ..site_form()
    };
    let id = trial.desk.add_site(&bus).unwrap();
    trial.desk.use_site(id).unwrap();
    let site = trial.desk.situation().unwrap().site.unwrap();
    assert_eq!(site.stops, ["Place Gambetta", "Marché"]);
    trial
        .desk
        .change_site(
            id,
            &SiteForm {
                travels: false,
                ..site_form()
            },
        )
        .unwrap();
    assert!(
        trial
            .desk
            .list_sites()
            .unwrap()
            .iter()
            .all(|site| site.stops.is_empty())
    );
}

#[test]
fn colleagues_take_turns() {
    let trial = Trial::set_up();
    let form = AccountForm {
        name: " Karim  Haddad ".into(),
        title: String::new(),
        role: Role::Manager,
    };
    let id = trial.desk.add_account(&form).unwrap();
    trial.sign_in(id, "").unwrap();
    assert_eq!(
        trial.desk.situation().unwrap().account.unwrap().name,
        "Karim Haddad"
    );
    assert_eq!(trial.desk.list_accounts().unwrap().len(), 2);
    trial
        .desk
        .change_account(
            id,
            &AccountForm {
                title: "médiateur".into(),
                role: Role::Manager,
                ..form
            },
        )
        .unwrap();
    assert_eq!(
        trial.desk.situation().unwrap().account.unwrap().title,
        "médiateur"
    );
}

#[test]
fn what_is_not_there_cannot_be_used() {
    let trial = Trial::set_up();
    assert!(matches!(
        trial.desk.use_site(SiteId(9)),
        Err(Error::Missing("site"))
    ));
    assert!(matches!(
        trial.sign_in(AccountId(9), ""),
        Err(Error::Missing("account"))
    ));
    assert!(matches!(
        trial.desk.change_site(SiteId(9), &site_form()),
        Err(Error::Missing("site"))
    ));
}

#[test]
fn a_structure_is_changed_and_a_sound_switched_off() {
    let trial = Trial::set_up();
    let form = StructureForm {
        name: "Ville d'Arcueil".into(),
        siret: String::new(),
    };
    trial.desk.change_structure(&form).unwrap();
    trial
        .desk
        .change_settings(&Settings { with_sounds: false })
        .unwrap();
    let situation = trial.desk.situation().unwrap();
    assert_eq!(situation.structure.unwrap().name, "Ville d’Arcueil");
    assert!(!situation.settings.with_sounds);
}

#[test]
fn communes_are_found_as_they_are_typed() {
    let trial = Trial::new();
    assert_eq!(
        trial.desk.find_communes("paris 13")[0].insee_code.as_str(),
        "75113"
    );
    assert_eq!(trial.desk.find_communes("st denis 93")[0].name, "Saint-Denis");
    assert!(trial.desk.find_communes("s").len() <= COMMUNES_OFFERED);
}
