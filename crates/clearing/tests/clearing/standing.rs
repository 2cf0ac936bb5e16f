use crate::{
    desk::{Desk, opened},
    service::{DAY, Service, siret},
};
use passerelle_domain::{
    cents::Cents,
    credential::Credential,
    key::Purpose,
    month::Month,
    wire::{MonthsHeard, Refused, SettledMonth, Standing, Trace},
};

const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";

fn told(desk: &Desk, service: &Service, heard: &MonthsHeard) -> Standing {
    let answer = desk.ask(service, &heard.to_path());
    assert_eq!(answer.status, 200);
    let standing: Standing = opened(service, &answer.body, Purpose::Standing);
    assert!(standing.follows(heard), "{standing:?}");
    standing
}

fn close(service: &Service, text: &str) {
    let month = Month::find(text).expect("a month");
    service.clearing.close_settlement(month).expect("closed");
}

fn names(standing: &Standing) -> Vec<String> {
    standing
        .months
        .iter()
        .map(|month| month.month.to_string())
        .collect()
}

/// Two passes of one structure and one of another, in June; it is the middle of July.
fn june() -> (Service, Desk, Desk) {
    let service = Service::new();
    let (mut first, mut second) = (Desk::enrolled(&service, 1, 1), Desk::enrolled(&service, 2, 2));
    first.take(1, 1);
    first.take(1, 2);
    second.take(2, 1);
    first.send(&service, 1, 2);
    second.send_last(&service);
    let outcome = service
        .clearing
        .enter_payee(&siret(1), IBAN, None, "Régie des pass");
    outcome.expect("entered");
    service.wait(30 * DAY);
    (service, first, second)
}

#[test]
fn a_desk_is_told_of_the_months_that_follow_those_it_has_heard() {
    let (service, desk, _) = june();
    let nothing = MonthsHeard::default();
    assert_eq!(told(&desk, &service, &nothing).months, []);
    close(&service, "2026-06");
    let june = told(&desk, &service, &nothing);
    assert_eq!(
        (june.begins_anew, names(&june)),
        (true, vec!["2026-06".to_owned()])
    );
    service.wait(62 * DAY);
    close(&service, "2026-07");
    close(&service, "2026-08");
    let after_june = told(&desk, &service, &june.months[0].heard());
    assert!(!after_june.begins_anew && !after_june.more);
    assert_eq!(names(&after_june), ["2026-07", "2026-08"]);
    assert!(
        after_june.months.iter().all(SettledMonth::is_empty),
        "closed, without a pass"
    );
    let up_to_date = told(&desk, &service, &after_june.months[1].heard());
    assert_eq!((up_to_date.begins_anew, up_to_date.months.len()), (false, 0));
}

#[test]
fn a_month_says_what_the_papers_say_of_that_structure_alone() {
    let (service, first, second) = june();
    close(&service, "2026-06");
    let month = told(&first, &service, &MonthsHeard::default()).months.remove(0);
    let line = &month.lines[0];
    assert_eq!((line.credited_count, line.credited), (2, Cents(2_000)));
    assert_eq!((line.given_back_count, line.given_back), (0, Cents::ZERO));
    assert_eq!(line.reference, format!("2026-06/{}/1", siret(1)));
    assert_eq!((month.paid, month.left), (Cents(2_000), Cents::ZERO));
    // Nobody knows whom to pay for the other one.
    let month = told(&second, &service, &MonthsHeard::default()).months.remove(0);
    assert_eq!((month.paid, month.left), (Cents::ZERO, Cents(1_000)));
    let statement = service.clearing.show_settlement(month.month).expect("closed");
    assert_eq!(month.closed_at, statement.settlement.closed_at);
}

#[test]
fn whoever_was_told_otherwise_is_told_of_all_months_anew() {
    let (service, desk, _) = june();
    close(&service, "2026-06");
    let month = told(&desk, &service, &MonthsHeard::default()).months.remove(0);
    for heard in [
        MonthsHeard {
            last: Some(Trace([1; 8])),
            ..month.heard()
        },
        MonthsHeard {
            last: None,
            ..month.heard()
        },
        // More months than these books have closed, or those of another life of the service.
        MonthsHeard {
            since: 9,
            ..month.heard()
        },
        MonthsHeard {
            since: (1 << 32) + 1,
            ..month.heard()
        },
        MonthsHeard {
            since: u64::MAX,
            ..month.heard()
        },
    ] {
        let anew = told(&desk, &service, &heard);
        assert_eq!(
            (anew.begins_anew, &anew.months[..]),
            (true, std::slice::from_ref(&month))
        );
    }
}

#[test]
fn a_credential_is_the_same_each_time_and_names_the_key_the_structure_and_the_day() {
    let (service, desk, other) = june();
    let credential = |desk: &Desk| told(desk, &service, &MonthsHeard::default()).credential;
    let signed = credential(&desk);
    assert_eq!(credential(&desk), signed);
    assert_ne!(credential(&other), signed);
    let read = Credential::read(&signed, &service.clearing.public());
    let expected = Credential {
        device: desk.key.public(),
        siret: siret(1),
        structure: "Structure 1".into(),
        holds_from: desk.day.succ_opt().expect("a day"),
    };
    assert_eq!(read, Some(expected));
}

#[test]
fn a_device_that_is_unknown_or_revoked_or_has_not_asked_so_is_told_nothing() {
    let (service, desk, _) = june();
    let refused = |desk: &Desk, path: &str| Refused::from_bytes(&desk.ask(&service, path).body);
    let path = MonthsHeard::default().to_path();
    assert_eq!(refused(&Desk::stranger(9), &path), Some(Refused::UnknownDevice));
    assert_eq!(
        refused(&desk, "/v1/standing?colour=red"),
        Some(Refused::Malformed)
    );
    let device = desk.key.public().device_id();
    service.clearing.revoke(device, "stolen").expect("revoked");
    assert_eq!(refused(&desk, &path), Some(Refused::Revoked));
}

#[test]
fn no_pace_is_wished_unless_somebody_said_so() {
    let (service, desk, _) = june();
    assert_eq!(told(&desk, &service, &MonthsHeard::default()).pace_seconds, None);
}
