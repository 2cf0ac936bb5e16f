//! A day at a site.

use crate::support::town::Town;
use passerelle_desk::{
    form::{CertificateForm, PaperRef, VoidForm},
    view::{LinkState, Standing},
};
use passerelle_domain::{cents::Cents, redemption::VoidReason};

const SIRET: &str = "99999999800019";

#[test]
fn a_day_is_logged_offline_then_credited() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);

    let workshop = counter.workshop("Ma messagerie, premiers pas");
    let lucette = counter.newcomer(workshop, "Œuvrard", "Lucette");
    let first = counter.take_for(workshop, lucette, &booklet[0].code);
    counter.take_for(workshop, lucette, &booklet[1].code);
    let number = counter.take(workshop, &booklet[2].number);
    assert_eq!((first.standing, first.doubt), (Standing::Kept, None));
    assert_eq!(number.amount_cents, Cents(1000));

    let view = counter.get_workshop(workshop).expect("the workshop");
    assert_eq!((view.workshop.people, view.workshop.passes.count), (1, 3));
    assert_eq!(view.attendances[0].redemptions.len(), 2);
    assert_eq!(view.loose_redemptions.len(), 1);

    let link = counter.situation().expect("the frame").link;
    assert_eq!((link.to_send.count, link.to_send.amount_cents), (3, Cents(3000)));

    let report = counter.exchange();
    assert_eq!(
        (report.sent.count, report.credited.amount_cents),
        (3, Cents(3000))
    );
    let link = counter.situation().expect("the frame").link;
    assert_eq!((link.state, link.to_send.count), (LinkState::Online, 0));
    assert_eq!(town.credited(), Cents(3000));
}

#[test]
fn a_mistake_is_undone_before_it_is_sent_and_after() {
    let town = Town::new();
    let booklet = &town.booklets(1)[0];
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Naviguer sur internet");
    let undo = |id| {
        counter.void_redemption(&VoidForm {
            redemption_id: id,
            reason: VoidReason::WrongPass,
        })
    };

    let unsent = counter.take(workshop, &booklet[0].code);
    undo(unsent.id).expect("cancelled");
    let again = counter.take(workshop, &booklet[0].code);
    assert_ne!(again.id, unsent.id);

    counter.exchange();
    assert_eq!(town.credited(), Cents(1000));
    undo(again.id).expect("cancelled after sending");
    assert!(undo(again.id).is_err(), "a redemption is cancelled once");
    counter.exchange();
    assert_eq!(town.credited(), Cents::ZERO);

    counter.take(workshop, &booklet[0].code);
    counter.exchange();
    assert_eq!(
        town.credited(),
        Cents(1000),
        "a pass that was given back pays again"
    );
}

#[test]
fn papers_are_printed_and_named_by_number() {
    let town = Town::new();
    let counter = town.desk("Cachan", SIRET);
    let workshop = counter.workshop("Ranger ses photos");
    let attendee = counter.newcomer(workshop, "N’Guessan", "Jean-Éric");
    let form = CertificateForm {
        attendee_id: attendee,
        first_day: "01/11/2026".into(),
        last_day: "30/11/2026".into(),
        with_times: true,
        with_total: true,
        with_stamp: true,
    };

    let preview = counter.preview_certificate(&form).expect("a preview");
    assert_eq!(
        (preview.number, preview.sessions, preview.pages.len()),
        (None, 1, 1)
    );
    let issued = counter.issue_certificate(&form).expect("a certificate");
    assert_eq!(issued.number.as_deref(), Some("2026-0001"));
    assert_eq!(issued.file_name, "attestation-2026-0001.pdf");
    let second = counter.issue_certificate(&form).expect("another");
    assert_eq!(second.number.as_deref(), Some("2026-0002"));

    let paper = issued.paper.expect("it can be printed");
    let (_, bytes) = counter.paper_file(paper).expect("a file");
    let (_, same) = counter.paper_file(paper).expect("the same file");
    assert!(bytes.starts_with(b"%PDF") && bytes == same);

    let (name, sheet) = counter
        .paper_file(PaperRef::SignInSheet {
            workshop_id: workshop,
        })
        .expect("a sheet");
    assert!(sheet.starts_with(b"%PDF") && !name.contains("Guessan"));
}
