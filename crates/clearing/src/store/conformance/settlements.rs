//! Whom to pay, and the months that were closed.

use super::{
    ask, keep, on_each_store, refuse,
    samples::{
        begin, credit_at, id, pass, payee, present, programme_id, settlement, siret, stranger, structure,
    },
};
use crate::{
    books::Structure,
    samples::programme,
    settlement::{Balance, Payee, Settlement, Tally, Unsettled},
    store::Store,
};
use passerelle_domain::{cents::Cents, month::Month};

on_each_store![
    payees_of_a_structure_are_kept_in_order_and_the_last_one_counts,
    a_payee_is_a_structures_and_has_an_account_and_a_name,
    the_first_credit_of_all_is_found_by_its_instant,
    what_no_settlement_has_counted_is_summed_by_structure_and_programme,
    a_credit_given_back_before_any_settlement_is_never_counted,
    a_credit_is_counted_once_and_its_withdrawal_once_after_it,
    a_settlement_comes_back_as_it_was_written_down,
    a_structures_part_of_a_settlement_is_its_lines_and_its_balance_alone,
    months_are_closed_once_in_order_and_when_they_are_over,
    whoever_is_paid_is_a_payee_of_the_structure_and_is_paid_all_or_nothing,
    settlements_are_summed_by_structure_and_programme,
];

fn payees_of_a_structure_are_kept_in_order_and_the_last_one_counts(store: &dyn Store) {
    keep(store, begin);
    assert_eq!(ask(store, |books| books.find_payee(&siret(1))), None);
    let entered = [payee("FR1"), payee("FR0"), payee("FR1")];
    for (at, payee) in (7..).zip(&entered) {
        keep(store, |books| books.record_payee(&siret(1), payee, at));
    }
    keep(store, |books| books.record_payee(&siret(2), &payee("FR2"), 1));
    let listed = ask(store, |books| books.list_payees(&siret(1)));
    let expected: Vec<(Payee, u64)> = entered.into_iter().zip(7..).collect();
    assert_eq!(listed, expected);
    assert_eq!(
        ask(store, |books| books.find_payee(&siret(1))),
        Some(payee("FR1"))
    );
    assert_eq!(ask(store, |books| books.list_payees(&stranger())), []);
}

fn a_payee_is_a_structures_and_has_an_account_and_a_name(store: &dyn Store) {
    keep(store, begin);
    refuse(store, |books| books.record_payee(&stranger(), &payee("FR1"), 1));
    let right = payee("FR1");
    for wrong in [
        Payee {
            iban: String::new(),
            ..right.clone()
        },
        Payee {
            holder: String::new(),
            ..right.clone()
        },
        Payee {
            bic: Some(String::new()),
            ..right.clone()
        },
    ] {
        refuse(store, |books| books.record_payee(&siret(1), &wrong, 1));
    }
    keep(store, |books| {
        books.record_payee(
            &siret(1),
            &Payee {
                bic: None,
                ..right.clone()
            },
            1,
        )
    });
}

fn the_first_credit_of_all_is_found_by_its_instant(store: &dyn Store) {
    let first = || ask(store, |books| books.find_first_credited_at());
    assert_eq!(first(), None);
    keep(store, begin);
    keep(store, present);
    keep(store, |books| {
        credit_at(books, pass(1, 1), 0, 1, 1, 30)?;
        credit_at(books, pass(2, 2), 0, 1, 2, 25)
    });
    assert_eq!(first(), Some(25));
    keep(store, |books| {
        books.record_withdrawal(pass(2, 2), 0, id(1, 9), 40)
    });
    assert_eq!(first(), Some(25));
}

fn of(desk: u8, credited: u64, withdrawn: u64) -> Unsettled {
    let tally = |count: u64| Tally {
        count,
        amount_cents: programme().face_value * count.cast_signed(),
    };
    Unsettled {
        siret: siret(desk),
        programme: programme_id(),
        credited: tally(credited),
        withdrawn: tally(withdrawn),
    }
}

fn unsettled(store: &dyn Store, ends_at: u64) -> Vec<Unsettled> {
    ask(store, |books| books.list_unsettled(ends_at))
}

fn what_no_settlement_has_counted_is_summed_by_structure_and_programme(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    assert_eq!(unsettled(store, u64::MAX), []);
    keep(store, |books| {
        credit_at(books, pass(1, 1), 0, 1, 1, 20)?;
        credit_at(books, pass(1, 2), 0, 1, 2, 29)?;
        credit_at(books, pass(1, 3), 0, 2, 3, 30)
    });
    assert_eq!(unsettled(store, 20), []);
    assert_eq!(unsettled(store, 30), [of(1, 2, 0)]);
    assert_eq!(unsettled(store, 31), [of(1, 2, 0), of(2, 1, 0)]);
    assert_eq!(unsettled(store, u64::MAX), [of(1, 2, 0), of(2, 1, 0)]);
}

fn a_credit_given_back_before_any_settlement_is_never_counted(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    keep(store, |books| {
        credit_at(books, pass(1, 1), 0, 1, 1, 20)?;
        // Known at the closing, though after the month: nothing is paid to be taken back.
        books.record_withdrawal(pass(1, 1), 0, id(1, 9), 50)
    });
    assert_eq!(unsettled(store, 30), []);
    keep(store, |books| books.record_settlement(&settlement("1970-01", 30)));
    assert_eq!(unsettled(store, u64::MAX), []);
}

fn a_credit_is_counted_once_and_its_withdrawal_once_after_it(store: &dyn Store) {
    keep(store, begin);
    keep(store, present);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    keep(store, |books| {
        credit_at(books, pass(1, 1), 0, 1, 1, 20)?;
        credit_at(books, pass(1, 2), 0, 1, 2, 40)
    });
    keep(store, |books| books.record_settlement(&settlement("1970-01", 30)));
    assert_eq!(unsettled(store, u64::MAX), [of(1, 1, 0)]);
    keep(store, |books| {
        books.record_withdrawal(pass(1, 1), 0, id(1, 9), 45)
    });
    assert_eq!(unsettled(store, u64::MAX), [of(1, 1, 1)]);
    assert_eq!(unsettled(store, 30), [of(1, 0, 1)]);
    // The pass is taken again, by somebody else.
    keep(store, |books| credit_at(books, pass(1, 1), 1, 2, 1, 46));
    assert_eq!(unsettled(store, 50), [of(1, 1, 1), of(2, 1, 0)]);
    keep(store, |books| books.record_settlement(&settlement("1970-02", 50)));
    assert_eq!(unsettled(store, u64::MAX), []);
}

fn a_settlement_comes_back_as_it_was_written_down(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        books.record_payee(&siret(1), &payee("FR1"), 1)?;
        books.record_payee(
            &siret(1),
            &Payee {
                bic: None,
                ..payee("FR1")
            },
            1,
        )
    });
    let month = Month::find("1970-01").expect("a month");
    assert_eq!(ask(store, |books| books.find_settlement(month)), None);
    let mut written = settlement("1970-01", 30);
    written.balances[0].payee = Some(Payee {
        bic: None,
        ..payee("FR1")
    });
    keep(store, |books| books.record_settlement(&written));
    // Whoever is to be paid later changes nothing that was closed.
    keep(store, |books| books.record_payee(&siret(1), &payee("FR9"), 60));
    assert_eq!(ask(store, |books| books.find_settlement(month)), Some(written));
    assert_eq!(ask(store, |books| books.list_settled_months()), [month]);
}

fn a_structures_part_of_a_settlement_is_its_lines_and_its_balance_alone(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        books.record_payee(&siret(1), &payee("FR1"), 1)?;
        books.record_payee(&siret(2), &payee("FR2"), 1)
    });
    let own = settlement("1970-01", 30);
    let mut whole = own.clone();
    whole.lines.push(crate::settlement::Line {
        siret: siret(2),
        ..own.lines[0].clone()
    });
    whole.balances.push(Balance {
        siret: siret(2),
        payee: Some(payee("FR2")),
        ..own.balances[0].clone()
    });
    let of = |siret| ask(store, |books| books.find_settlement_of(own.month, &siret));
    assert_eq!(of(siret(1)), None);
    keep(store, |books| books.record_settlement(&whole));
    assert_eq!(of(siret(1)), Some(own.clone()));
    let of_nobody = Settlement {
        lines: Vec::new(),
        balances: Vec::new(),
        ..own.clone()
    };
    assert_eq!(of(stranger()), Some(of_nobody));
}

fn months_are_closed_once_in_order_and_when_they_are_over(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    keep(store, |books| books.record_settlement(&settlement("1970-02", 30)));
    for month in ["1970-02", "1970-01", "1969-12"] {
        refuse(store, |books| books.record_settlement(&settlement(month, 30)));
    }
    let early = Settlement {
        closed_at: 29,
        ..settlement("1970-03", 30)
    };
    refuse(store, |books| books.record_settlement(&early));
    keep(store, |books| books.record_settlement(&settlement("1970-03", 60)));
    let months = ask(store, |books| books.list_settled_months());
    let months: Vec<String> = months.iter().map(Month::to_string).collect();
    assert_eq!(months, ["1970-02", "1970-03"]);
}

fn whoever_is_paid_is_a_payee_of_the_structure_and_is_paid_all_or_nothing(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| {
        books.record_payee(&siret(1), &payee("FR1"), 1)?;
        books.record_payee(&siret(2), &payee("FR2"), 1)
    });
    let right = settlement("1970-01", 30);
    let changed = |change: &dyn Fn(&mut Balance)| {
        let mut wrong = right.clone();
        change(&mut wrong.balances[0]);
        wrong
    };
    for wrong in [
        changed(&|it| it.payee = Some(payee("FR2"))),
        changed(&|it| it.payee = None),
        changed(&|it| it.paid_cents = Cents(0)),
        changed(&|it| it.paid_cents = it.paid_cents - Cents(1)),
        changed(&|it| it.amount_cents = Cents(-1_000_000)),
        changed(&|it| it.siret = stranger()),
    ] {
        refuse(store, |books| books.record_settlement(&wrong));
    }
    let twice = Settlement {
        balances: vec![right.balances[0].clone(), right.balances[0].clone()],
        ..right.clone()
    };
    refuse(store, |books| books.record_settlement(&twice));
    let twice = Settlement {
        lines: vec![right.lines[0].clone(), right.lines[0].clone()],
        ..right.clone()
    };
    refuse(store, |books| books.record_settlement(&twice));
    keep(store, |books| books.record_settlement(&right));
}

fn settlements_are_summed_by_structure_and_programme(store: &dyn Store) {
    keep(store, begin);
    keep(store, |books| books.record_payee(&siret(1), &payee("FR1"), 1));
    keep(store, |books| {
        books.record_structure(
            &Structure {
                siret: stranger(),
                ..structure(3)
            },
            1,
        )
    });
    assert_eq!(ask(store, |books| books.list_settled_sums()), []);
    let first = settlement("1970-01", 30);
    let mut second = settlement("1970-02", 60);
    second.lines.push(crate::settlement::Line {
        siret: stranger(),
        ..second.lines[0].clone()
    });
    let amount = first.lines[0].amount();
    keep(store, |books| books.record_settlement(&first));
    keep(store, |books| books.record_settlement(&second));
    let mut expected = vec![
        (siret(1), programme_id(), amount + amount),
        (stranger(), programme_id(), amount),
    ];
    expected.sort();
    assert_eq!(ask(store, |books| books.list_settled_sums()), expected);
}
