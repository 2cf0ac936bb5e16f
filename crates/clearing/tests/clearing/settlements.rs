use crate::{
    desk::Desk,
    service::{DAY, PROGRAMME, Service, siret},
};
use passerelle_clearing::{Error, OfficerAct, settlement::Statement};
use passerelle_domain::{cents::Cents, month::Month};

const IBAN: &str = "FR14 2004 1010 0505 0001 3M02 606";

fn month(text: &str) -> Month {
    Month::find(text).expect("a month")
}

fn pay_to(service: &Service, structure: u32) {
    let outcome = service
        .clearing
        .enter_payee(&siret(structure), IBAN, None, "Régie des pass");
    outcome.expect("entered");
}

fn close(service: &Service, text: &str) -> Statement {
    service.clearing.close_settlement(month(text)).expect("closed")
}

/// June 2026, with two passes of one structure and one of another.
fn june() -> (Service, Desk, Desk) {
    let service = Service::new();
    let mut first = Desk::enrolled(&service, 1, 1);
    let mut second = Desk::enrolled(&service, 2, 2);
    first.take(1, 1);
    first.take(1, 2);
    second.take(2, 1);
    first.send(&service, 1, 2);
    second.send_last(&service);
    (service, first, second)
}

#[test]
fn a_month_is_paid_by_structure_and_programme_with_a_reference_and_the_funders_parts() {
    let (service, _first, _second) = june();
    pay_to(&service, 1);
    pay_to(&service, 2);
    service.wait(30 * DAY);
    let statement = close(&service, "2026-06");
    let settlement = &statement.settlement;
    assert_eq!(settlement.lines.len(), 2);
    let line = &settlement.lines[0];
    assert_eq!((line.siret.as_str(), line.credited.count), (siret(1).as_str(), 2));
    assert_eq!(line.amount(), Cents(2_000));
    assert_eq!(
        line.reference(settlement.month),
        format!("2026-06/{}/1", siret(1))
    );
    let shares: Vec<i64> = line.shares.iter().map(|share| share.amount_cents.0).collect();
    assert_eq!(shares, [1_111, 889]);
    assert_eq!(
        (settlement.amount(), settlement.paid()),
        (Cents(3_000), Cents(3_000))
    );
    let payee = settlement.balances[0].payee.as_ref().expect("paid");
    assert_eq!(payee.iban, IBAN.replace(' ', ""));
}

#[test]
fn a_month_that_has_days_to_come_is_shown_and_not_closed() {
    let (service, _first, _second) = june();
    let draft = service.clearing.preview_settlement(None).expect("shown");
    assert_eq!(
        (draft.settlement.month, draft.is_closed),
        (month("2026-06"), false)
    );
    assert_eq!(draft.settlement.amount(), Cents(3_000));
    let outcome = service.clearing.close_settlement(month("2026-06"));
    assert!(matches!(outcome, Err(Error::MonthNotOver(_))));
}

#[test]
fn months_are_closed_once_and_each_in_its_turn() {
    let (service, _first, _second) = june();
    service.wait(80 * DAY);
    let clearing = &service.clearing;
    for other in ["2026-05", "2026-07"] {
        let outcome = clearing.close_settlement(month(other));
        assert!(matches!(outcome, Err(Error::MonthOutOfTurn { next, .. }) if next == month("2026-06")));
    }
    close(&service, "2026-06");
    let again = clearing.close_settlement(month("2026-06"));
    assert!(matches!(again, Err(Error::MonthClosed(_))));
    // A month without a pass is closed too: the next one follows it.
    assert_eq!(close(&service, "2026-07").settlement.amount(), Cents(0));
}

#[test]
fn there_is_nothing_to_settle_before_a_first_credit() {
    let service = Service::new();
    let outcome = service.clearing.preview_settlement(None);
    assert!(matches!(outcome, Err(Error::NothingToSettle)));
    let outcome = service.clearing.show_settlement(month("2026-06"));
    assert!(matches!(outcome, Err(Error::NoSuchSettlement(_))));
}

#[test]
fn the_month_is_that_of_the_credit_in_paris_and_not_that_of_the_workshop() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    // June 30th, 21:59:59 in Greenwich is a second before July in Paris.
    service.wait(14 * DAY + 10 * 3_600 - 1);
    desk.send_last(&service);
    desk.take(1, 2);
    service.wait(1);
    desk.send_last(&service);
    service.wait(40 * DAY);
    assert_eq!(close(&service, "2026-06").settlement.lines[0].credited.count, 1);
    assert_eq!(close(&service, "2026-07").settlement.lines[0].credited.count, 1);
}

#[test]
fn a_void_after_the_month_was_closed_is_taken_off_the_next_one() {
    let (service, mut first, _second) = june();
    pay_to(&service, 1);
    service.wait(30 * DAY);
    close(&service, "2026-06");
    first.void(1);
    first.send_last(&service);
    first.take(3, 1);
    first.send_last(&service);
    service.wait(31 * DAY);
    let july = close(&service, "2026-07").settlement;
    let line = &july.lines[0];
    assert_eq!((line.credited.count, line.withdrawn.count), (1, 1));
    assert_eq!((line.amount(), july.balances[0].paid_cents), (Cents(0), Cents(0)));
}

#[test]
fn what_a_structure_owes_is_carried_until_it_is_earned() {
    let (service, mut first, _second) = june();
    pay_to(&service, 1);
    service.wait(30 * DAY);
    close(&service, "2026-06");
    first.void(1);
    first.void(2);
    first.send(&service, 3, 4);
    service.wait(31 * DAY);
    let july = close(&service, "2026-07").settlement;
    assert_eq!(
        (july.balances[0].paid_cents, july.balances[0].left()),
        (Cents(0), Cents(-2_000))
    );
    for rank in 1..=3 {
        first.take(4, rank);
    }
    first.send(&service, 5, 7);
    service.wait(31 * DAY);
    let august = close(&service, "2026-08").settlement;
    assert_eq!(august.balances[0].carried_cents, Cents(-2_000));
    assert_eq!(
        (august.balances[0].paid_cents, august.balances[0].left()),
        (Cents(1_000), Cents(0))
    );
}

#[test]
fn a_structure_that_nobody_knows_how_to_pay_loses_nothing() {
    let (service, _first, _second) = june();
    service.wait(30 * DAY);
    let june = close(&service, "2026-06").settlement;
    assert_eq!((june.paid(), june.balances[0].left()), (Cents(0), Cents(2_000)));
    service.wait(31 * DAY);
    pay_to(&service, 1);
    let july = close(&service, "2026-07").settlement;
    assert_eq!((july.amount(), july.paid()), (Cents(0), Cents(2_000)));
    assert_eq!(july.balances[1].left(), Cents(1_000));
}

#[test]
fn a_closed_month_reads_the_same_for_ever() {
    let (mut service, mut first, _second) = june();
    pay_to(&service, 1);
    service.wait(30 * DAY);
    let closed = close(&service, "2026-06");
    first.void(1);
    first.send_last(&service);
    let clearing = &service.clearing;
    clearing
        .enter_payee(&siret(1), IBAN, Some("PSSTFRPP"), "Autre régie")
        .expect("entered");
    service.wait(DAY);
    service.restart();
    let shown = service.clearing.show_settlement(month("2026-06")).expect("shown");
    assert_eq!(shown.settlement, closed.settlement);
    assert_eq!(shown.to_csv(), closed.to_csv());
    assert_eq!(shown.payments_csv(), closed.payments_csv());
    assert_eq!(shown.to_paper(), closed.to_paper());
    assert_eq!(shown.to_regie(), closed.to_regie());
}

#[test]
fn tables_open_in_a_french_spreadsheet_without_a_question() {
    let (service, _first, _second) = june();
    pay_to(&service, 1);
    service.wait(30 * DAY);
    let statement = close(&service, "2026-06");
    let csv = statement.to_csv();
    let lines: Vec<&str> = csv
        .strip_prefix('\u{feff}')
        .expect("a mark")
        .split("\r\n")
        .collect();
    assert!(
        lines[0].starts_with("Période;Référence;SIRET;Structure;"),
        "{}",
        lines[0]
    );
    assert!(
        lines[0].ends_with(";Métropole de démonstration;État"),
        "{}",
        lines[0]
    );
    let reference = format!("2026-06/{}/1", siret(1));
    assert_eq!(
        lines[1],
        format!(
            "2026-06;{reference};{};Structure 1;Numérique pour tous;10,00;2;20,00;0;0,00;20,00;11,11;8,89",
            siret(1)
        )
    );
    assert_eq!((lines.len(), lines[3]), (4, ""));
    let payments = statement.payments_csv();
    assert!(
        payments.contains(";20,00;Régie des pass;FR1420041010050500013M02606;;0,00\r\n"),
        "{payments}"
    );
    assert!(payments.contains(";0,00;;;;10,00\r\n"), "{payments}");
}

#[test]
fn whom_to_pay_is_entered_by_the_officer_checked_and_kept() {
    let service = Service::new();
    let clearing = &service.clearing;
    let unknown = clearing.enter_payee(&siret(1), IBAN, None, "Régie");
    assert!(matches!(unknown, Err(Error::NoSuchStructure(_))));
    clearing.add_structure(&siret(1), "Structure 1").expect("added");
    let wrong = clearing.enter_payee(&siret(1), &IBAN.replace('3', "4"), None, "Régie");
    assert!(matches!(wrong, Err(Error::FaultyPayee(_))));
    for _ in 0..2 {
        clearing
            .enter_payee(&siret(1), IBAN, None, "Régie")
            .expect("entered");
    }
    let acts = clearing.audits().expect("listed");
    let entered = acts
        .iter()
        .filter(|audit| audit.deed.act == OfficerAct::PayeeEntered);
    assert_eq!(entered.count(), 1, "the same again is no news");
}

#[test]
fn a_programme_counts_for_itself() {
    let service = Service::new();
    let second = passerelle_domain::programme::Programme {
        id: passerelle_domain::programme::ProgrammeId(2),
        face_value: Cents(1_500),
        ..crate::service::programme()
    };
    service.clearing.add_programme(&second).expect("added");
    service.clearing.mint(second.id, 1).expect("issued");
    service.clearing.activate(second.id, 1, 1).expect("activated");
    let mut desk = Desk::enrolled(&service, 1, 1);
    desk.take(1, 1);
    let pass = passerelle_domain::pass::PassId {
        programme: second.id,
        ..crate::desk::pass(1, 1)
    };
    desk.write(passerelle_domain::event::Act::Redemption {
        pass,
        service: passerelle_domain::programme::ServiceCode(1),
    });
    desk.send(&service, 1, 2);
    service.wait(30 * DAY);
    let statement = close(&service, "2026-06");
    let sums = statement.programme_sums();
    let amounts: Vec<_> = sums.iter().map(|sum| (sum.programme.id, sum.amount)).collect();
    assert_eq!(amounts, [(PROGRAMME, Cents(1_000)), (second.id, Cents(1_500))]);
}
