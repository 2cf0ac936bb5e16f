use crate::{
    desk::{Desk, opened},
    http,
    service::{DAY, NOON, Service, siret},
};
use passerelle_domain::{
    key::Purpose,
    wire::{EnrolmentCode, EnrolmentForm, Envelope, Grant, Refused},
};

fn service_with_code() -> (Service, EnrolmentCode) {
    let service = Service::new();
    service.clearing.add_structure(&siret(1), "Ville").expect("added");
    let code = service.code(1);
    (service, code)
}

fn refusal(answer: &http::Answer) -> Refused {
    let refused = Refused::from_bytes(&answer.body).expect("a refusal");
    assert_eq!(answer.status, refused.status());
    refused
}

#[test]
fn a_desk_is_let_in_by_its_code_and_knows_who_answers() {
    let (service, code) = service_with_code();
    let desk = Desk::stranger(1);
    let grant = desk.grant(&service, &code);
    assert!(grant.is_proven_by(&code.proof_key()));
    assert_eq!(grant.server_public, service.clearing.public());
    assert_eq!(grant.device, desk.key.public().device_id());
    assert_eq!((grant.siret, grant.structure), (siret(1), "Ville".to_owned()));
    assert_eq!((grant.server_time, grant.last_receipt), (NOON, None));
}

#[test]
fn the_same_form_sent_twice_gets_the_same_grant() {
    let (mut service, code) = service_with_code();
    let desk = Desk::stranger(1);
    let first = desk.enrol(&service, &code).body;
    service.wait(40 * DAY);
    service.restart();
    assert_eq!(desk.enrol(&service, &code).body, first);
}

#[test]
fn a_code_serves_one_device_only() {
    let (service, code) = service_with_code();
    assert_eq!(Desk::stranger(1).enrol(&service, &code).status, 200);
    assert_eq!(
        refusal(&Desk::stranger(2).enrol(&service, &code)),
        Refused::UnknownCode
    );
}

#[test]
fn a_code_serves_until_its_last_day() {
    let (service, code) = service_with_code();
    service.wait(30 * DAY - 1);
    assert_eq!(Desk::stranger(1).enrol(&service, &code).status, 200);
    let (service, code) = service_with_code();
    service.wait(30 * DAY);
    assert_eq!(
        refusal(&Desk::stranger(1).enrol(&service, &code)),
        Refused::UnknownCode
    );
}

#[test]
fn a_code_that_nobody_issued_lets_nobody_in() {
    let (service, code) = service_with_code();
    let invented = EnrolmentCode::from_chance([7; 9]);
    assert_eq!(
        refusal(&Desk::stranger(1).enrol(&service, &invented)),
        Refused::UnknownCode
    );
    // The right short part with another secret: only the proof tells them apart.
    let lookup = code.lookup();
    let guessed = EnrolmentCode::from_chance([lookup[0], lookup[1], lookup[2], 0, 0, 0, 0, 0, 0]);
    assert_eq!(
        refusal(&Desk::stranger(1).enrol(&service, &guessed)),
        Refused::UnknownCode
    );
}

#[test]
fn nobody_enrols_the_key_of_somebody_else() {
    let (service, code) = service_with_code();
    let (desk, thief) = (Desk::stranger(1), Desk::stranger(2));
    let form = EnrolmentForm::new(&code, desk.key.public(), "Poste".into(), vec![]);
    let device = desk.key.public().device_id();
    let parcel = Envelope::seal(device.0, &thief.key, Purpose::Grant, &form).to_bytes();
    let answer = http::post(service.address(), "/v1/enrolments", &parcel);
    assert_eq!(refusal(&answer), Refused::UnknownDevice);
    let parcel = thief.seal(Purpose::Grant, &form);
    let answer = http::post(service.address(), "/v1/enrolments", &parcel);
    assert_eq!(refusal(&answer), Refused::Malformed);
}

#[test]
fn a_device_enrolled_again_gets_its_last_receipt() {
    let (service, code) = service_with_code();
    let mut desk = Desk::stranger(1);
    assert_eq!(desk.enrol(&service, &code).status, 200);
    desk.take(1, 1);
    let receipt = desk.send(&service, 1, 1);
    let again = service.code(1);
    let grant: Grant = opened(&service, &desk.enrol(&service, &again).body, Purpose::Grant);
    assert_eq!(grant.last_receipt, Some(receipt));
}

#[test]
fn a_device_is_not_moved_to_another_structure() {
    let (service, code) = service_with_code();
    let desk = Desk::stranger(1);
    assert_eq!(desk.enrol(&service, &code).status, 200);
    service
        .clearing
        .add_structure(&siret(2), "Association")
        .expect("added");
    let other = service.code(2);
    assert_eq!(refusal(&desk.enrol(&service, &other)), Refused::EnrolledElsewhere);
}

#[test]
fn a_revoked_device_is_heard_no_more() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    service
        .clearing
        .revoke(desk.key.public().device_id(), "vendu")
        .expect("revoked");
    assert_eq!(desk.refusal(&service, 1, 1), Refused::Revoked);
    assert_eq!(refusal(&desk.ask(&service, "/v1/state")), Refused::Revoked);
    let code = service.code(1);
    assert_eq!(refusal(&desk.enrol(&service, &code)), Refused::Revoked);
}
