use super::*;
use crate::{
    form::{
        AccountForm, AuthorityChange, CodeRead, ContestForm, DayForm, EnrolForm, ForgottenPinForm,
        NewcomerForm, PaperRef, PassphraseForm, PinForm, ProtectForm, RedeemForm, RedemptionFilter,
        RouteForm, SignInForm, Typed, VoidForm, WorkshopFilter,
    },
    sync::{Answer, Link, LinkFault},
    trial::{Trial, faults, set_up_form, site_form, surroundings, workshop_form},
    view::Idle,
};
use passerelle_domain::{
    attendee::AttendeeForm,
    head_count::HeadCountForm,
    id::{AttendeeId, KeptCodeId, RedemptionId, WorkshopId},
    redemption::VoidReason,
};
use std::{collections::BTreeSet, fs, ops::ControlFlow, path::Path};

/// Who may call a method of the desk, at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Least {
    /// Also while nobody is here.
    Anybody,
    Adviser,
    Manager,
}

type Call = fn(&Desk) -> Result<(), Error>;

struct NoLink;

impl Link for NoLink {
    fn post(&self, _: &str, _: &[u8]) -> Result<Answer, LinkFault> {
        panic!("nobody is asked anything")
    }

    fn get(&self, _: &str, _: &[(&str, String)]) -> Result<Answer, LinkFault> {
        panic!("nobody is asked anything")
    }
}

fn on(_: crate::reader::Progress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn text() -> CodeRead {
    CodeRead::Text { text: "?".into() }
}

fn person() -> AttendeeForm {
    AttendeeForm::named("Delaunay", "Mireille")
}

fn letter() -> EnrolForm {
    EnrolForm {
        address: String::new(),
        code: String::new(),
    }
}

fn none<T>(outcome: Result<T, Error>) -> Result<(), Error> {
    outcome.map(|_| ())
}

const ME: AccountId = AccountId(1);
const WORKSHOP: WorkshopId = WorkshopId(1);
const ATTENDEE: AttendeeId = AttendeeId(1);

/// Every public method of the desk, with whoever may call it. Said a second time here, on purpose: the table that is
/// enforced is compared with this one, method by method.
fn methods() -> Vec<(&'static str, Least, Option<Call>)> {
    use Least::{Adviser, Anybody, Manager};
    let mut all: Vec<(&str, Least, Option<Call>)> = vec![
        // What opens the ledger, and what the application does by itself.
        ("open", Anybody, None),
        ("unlock", Anybody, None),
        ("recover", Anybody, None),
        ("profile", Anybody, None),
        ("announce_to", Anybody, None),
        ("keep_in_touch", Anybody, None),
        ("is_protected", Anybody, None),
        ("drop_sheet", Anybody, None),
        ("find_communes", Anybody, None),
        ("fill_outbox", Anybody, Some(|d| d.fill_outbox())),
        ("empty_outbox", Anybody, Some(|d| d.empty_outbox())),
        // Whoever is not enrolled is not asked anything.
        ("sync", Anybody, Some(|d| none(d.sync(&NoLink)))),
        ("check", Anybody, Some(|d| none(d.check()))),
        ("link", Anybody, Some(|d| none(d.link()))),
        ("credential", Anybody, Some(|d| none(d.credential()))),
        ("clearing_address", Anybody, Some(|d| none(d.clearing_address()))),
        // Who is here.
        ("situation", Anybody, Some(|d| none(d.situation()))),
        ("list_accounts", Anybody, Some(|d| none(d.list_accounts()))),
        (
            "find_last_account",
            Anybody,
            Some(|d| none(d.find_last_account())),
        ),
    ];
    all.extend(
        with_people()
            .into_iter()
            .chain(with_passes_and_papers())
            .map(|(name, call)| (name, Adviser, Some(call))),
    );
    all.extend(
        of_managers()
            .into_iter()
            .map(|(name, call)| (name, Manager, Some(call))),
    );
    // They change who is here: other tests.
    all.extend(["sign_in", "lock", "forget_pin"].map(|name| (name, Anybody, None)));
    // Once, before anybody is here: another test.
    all.push(("set_up", Anybody, None));
    all
}

fn with_people() -> Vec<(&'static str, Call)> {
    vec![
        ("today", |d| none(d.today())),
        ("list_workshops", |d| {
            none(d.list_workshops(&WorkshopFilter::default()))
        }),
        ("get_workshop", |d| none(d.get_workshop(WORKSHOP))),
        ("open_workshop", |d| none(d.open_workshop(&workshop_form("")))),
        ("repeat_workshop", |d| none(d.repeat_workshop(WORKSHOP))),
        ("change_workshop", |d| {
            d.change_workshop(WORKSHOP, &workshop_form(""))
        }),
        ("close_workshop", |d| d.close_workshop(WORKSHOP)),
        ("reopen_workshop", |d| d.reopen_workshop(WORKSHOP)),
        ("count_heads", |d| {
            d.count_heads(WORKSHOP, &HeadCountForm::default())
        }),
        ("find_attendees", |d| none(d.find_attendees("de"))),
        ("find_doubles", |d| none(d.find_doubles(&person()))),
        ("add_attendee", |d| {
            let form = NewcomerForm {
                attendee: person(),
                workshop_id: None,
            };
            none(d.add_attendee(&form))
        }),
        ("get_attendee", |d| none(d.get_attendee(ATTENDEE))),
        ("change_attendee", |d| d.change_attendee(ATTENDEE, &person())),
        ("attend", |d| d.attend(WORKSHOP, ATTENDEE)),
        ("leave", |d| d.leave(WORKSHOP, ATTENDEE)),
    ]
}

fn with_passes_and_papers() -> Vec<(&'static str, Call)> {
    vec![
        ("redeem", |d| {
            none(d.redeem(&RedeemForm {
                read: text(),
                workshop_id: WORKSHOP,
                attendee_id: None,
                service: None,
                choice: None,
                keep_for_examination: false,
            }))
        }),
        ("void_redemption", |d| {
            d.void_redemption(&VoidForm {
                redemption_id: RedemptionId(1),
                reason: VoidReason::WrongPass,
            })
        }),
        ("check_pass", |d| none(d.check_pass(&text()))),
        ("read_file", |d| none(d.read_file(b"", &mut on))),
        ("list_redemptions", |d| {
            none(d.list_redemptions(&RedemptionFilter::default()))
        }),
        ("list_kept_codes", |d| none(d.list_kept_codes())),
        ("redeem_kept_code", |d| {
            none(d.redeem_kept_code(KeptCodeId(1), None))
        }),
        ("put_aside_kept_code", |d| d.put_aside_kept_code(KeptCodeId(1))),
        ("batches", |d| none(d.batches())),
        ("preview_certificate", |d| {
            none(d.preview_certificate(&certificate()))
        }),
        ("issue_certificate", |d| none(d.issue_certificate(&certificate()))),
        ("list_certificates", |d| none(d.list_certificates())),
        ("show_paper", |d| {
            none(d.show_paper(PaperRef::SignInSheet {
                workshop_id: WORKSHOP,
            }))
        }),
        ("paper_file", |d| {
            none(d.paper_file(PaperRef::SignInSheet {
                workshop_id: WORKSHOP,
            }))
        }),
        ("say_day", |d| d.say_day(&DayForm { day: String::new() })),
        ("list_sites", |d| none(d.list_sites())),
        ("use_site", |d| d.use_site(SiteId(1))),
        ("change_settings", |d| {
            d.change_settings(&crate::view::Settings { with_sounds: true })
        }),
        ("choose_pin", |d| d.choose_pin(&pin_form("", "", ""))),
    ]
}

fn of_managers() -> Vec<(&'static str, Call)> {
    vec![
        ("change_structure", |d| {
            d.change_structure(&set_up_form().structure)
        }),
        ("add_site", |d| none(d.add_site(&site_form()))),
        ("change_site", |d| d.change_site(SiteId(1), &site_form())),
        ("add_account", |d| none(d.add_account(&account_form("")))),
        ("change_account", |d| d.change_account(ME, &account_form(""))),
        ("close_account", |d| d.close_account(AccountId(9))),
        // One's own too, without being a manager: another test.
        ("remove_pin", |d| d.remove_pin(AccountId(9))),
        ("change_idle", |d| d.change_idle(Idle { minutes: None })),
        ("list_audits", |d| none(d.list_audits(None))),
        ("audit_file", |d| none(d.audit_file())),
        ("protect", |d| {
            none(d.protect(&ProtectForm {
                passphrase: "".into(),
                again: "".into(),
            }))
        }),
        ("renew_sheet", |d| none(d.renew_sheet(&Typed::from("")))),
        ("confirm_sheet", |d| d.confirm_sheet("")),
        ("change_passphrase", |d| {
            let [current, passphrase, again] = [(); 3].map(|()| Typed::from(""));
            d.change_passphrase(&PassphraseForm {
                current,
                passphrase,
                again,
            })
        }),
        ("get_route", |d| none(d.get_route())),
        ("change_route", |d| {
            d.change_route(&RouteForm {
                proxy: String::new(),
                authority: AuthorityChange::Keep,
            })
        }),
        ("enrol", |d| d.enrol(&letter(), &NoLink)),
        ("ask_enrolment", |d| d.ask_enrolment(&letter())),
        ("pack_pouch", |d| none(d.pack_pouch())),
        ("unpack_pouch", |d| none(d.unpack_pouch(b"", &mut on))),
        ("bring_pouch", |d| none(d.bring_pouch(b"", &NoLink, &mut on))),
        ("relayed_file", |d| none(d.relayed_file())),
        ("contest", |d| {
            d.contest(&ContestForm {
                redemption_id: RedemptionId(1),
                note: String::new(),
            })
        }),
    ]
}

fn certificate() -> crate::form::CertificateForm {
    crate::form::CertificateForm {
        attendee_id: ATTENDEE,
        first_day: String::new(),
        last_day: String::new(),
        with_times: false,
        with_total: false,
        with_stamp: false,
    }
}

fn account_form(name: &str) -> AccountForm {
    AccountForm {
        name: name.into(),
        title: String::new(),
        role: Role::Adviser,
    }
}

fn pin_form(current: &str, pin: &str, again: &str) -> PinForm {
    PinForm {
        current: current.into(),
        pin: pin.into(),
        again: again.into(),
    }
}

#[test]
fn every_method_is_for_whom_it_is_meant() {
    for (name, least, call) in methods() {
        let Some(call) = call else { continue };
        let trial = Trial::set_up();
        let adviser = trial.colleague("Karim Haddad", Role::Adviser);
        for (who, may) in [
            (None, least == Least::Anybody),
            (Some(adviser), least != Least::Manager),
            (Some(ME), true),
        ] {
            trial.desk.lock().expect("the outbox");
            if let Some(account) = who {
                trial.sign_in(account, "").expect("without a PIN");
            }
            let refusal = match call(&trial.desk) {
                Err(refusal @ (Error::NobodyHere | Error::NotAllowed)) => Some(refusal),
                Ok(()) | Err(_) => None,
            };
            assert_eq!(refusal.is_none(), may, "{name} for {who:?}: {refusal:?}");
            let is_named = matches!(
                (&refusal, who),
                (None, _) | (Some(Error::NobodyHere), None) | (Some(Error::NotAllowed), Some(_))
            );
            assert!(is_named, "{name} for {who:?}: {refusal:?}");
        }
    }
}

#[test]
fn the_papers_of_the_courier_and_the_sheet_are_for_managers() {
    let trial = Trial::set_up();
    let adviser = trial.colleague("Karim Haddad", Role::Adviser);
    trial.sign_in(adviser, "").expect("without a PIN");
    for paper in [PaperRef::Pouch, PaperRef::RelayedReturn, PaperRef::RecoverySheet] {
        assert!(
            matches!(trial.desk.show_paper(paper), Err(Error::NotAllowed)),
            "{paper:?}"
        );
        assert!(
            matches!(trial.desk.paper_file(paper), Err(Error::NotAllowed)),
            "{paper:?}"
        );
    }
}

/// Every public method of `impl Desk` below this folder, as the source has them.
fn in_the_source(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            in_the_source(&path, found);
            continue;
        }
        let source = fs::read_to_string(&path).expect("a source file");
        let mut is_of_the_desk = false;
        for line in source.lines() {
            match line {
                "impl Desk {" => is_of_the_desk = true,
                "}" => is_of_the_desk = false,
                _ => {}
            }
            let name = line
                .strip_prefix("    pub fn ")
                .or_else(|| line.strip_prefix("    pub const fn "))
                .and_then(|rest| rest.split(['(', '<']).next());
            if let Some(name) = name.filter(|_| is_of_the_desk) {
                found.insert(name.to_owned());
            }
        }
    }
}

#[test]
fn no_method_is_left_out() {
    let mut found = BTreeSet::new();
    in_the_source(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let known: BTreeSet<String> = methods().iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(found, known);
}

#[test]
fn a_site_is_set_up_once() {
    let trial = Trial::set_up();
    trial.desk.lock().expect("the outbox");
    let again = trial.desk.set_up(&set_up_form());
    assert!(matches!(again, Err(Error::NotAllowed)), "{again:?}");
    assert_eq!(trial.desk.list_accounts().expect("the ledger").len(), 1);
}

#[test]
fn the_first_person_is_a_manager_and_one_always_is() {
    let trial = Trial::set_up();
    let me = trial
        .desk
        .situation()
        .expect("the ledger")
        .account
        .expect("set up");
    assert_eq!((me.role, me.has_pin), (Role::Manager, false));
    let step_down = trial.desk.change_account(ME, &account_form("Nadia Roussel"));
    assert!(matches!(step_down, Err(Error::LastManager)));
    let other = trial.colleague("Karim Haddad", Role::Manager);
    trial
        .desk
        .change_account(ME, &account_form("Nadia Roussel"))
        .expect("another one is");
    let refused = trial.desk.list_audits(None);
    assert!(matches!(refused, Err(Error::NotAllowed)), "at once");
    trial.sign_in(other, "").expect("without a PIN");
    assert!(matches!(trial.desk.close_account(other), Err(Error::OwnAccount)));
    trial.desk.close_account(ME).expect("not the last manager");
    assert!(matches!(trial.sign_in(ME, ""), Err(Error::Missing(_))));
    assert_eq!(trial.desk.list_accounts().expect("the ledger").len(), 1);
}

const WORDS: &str = "quatre mots que voici";
const PIN: &str = "2580";

/// A protected ledger, whose manager has a PIN; and the code of its sheet.
fn with_a_pin() -> (Trial, String) {
    let trial = Trial::set_up();
    let [passphrase, again] = [(); 2].map(|()| Typed::from(WORDS));
    let sheet = trial
        .desk
        .protect(&ProtectForm { passphrase, again })
        .expect("drawn");
    trial
        .desk
        .confirm_sheet(&sheet.code[sheet.asked - 1])
        .expect("held");
    trial.desk.choose_pin(&pin_form("", PIN, PIN)).expect("chosen");
    (trial, sheet.code.concat())
}

fn wrong(field: &str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), "pin-wrong")]
}

#[test]
fn a_pin_means_something_on_a_protected_ledger_alone() {
    let trial = Trial::set_up();
    let chosen = trial.desk.choose_pin(&pin_form("", PIN, PIN));
    assert!(matches!(chosen, Err(Error::NotProtected)));
}

#[test]
fn a_pin_keeps_a_place_and_opens_it() {
    let (trial, _) = with_a_pin();
    let karim = trial.colleague("Karim Haddad", Role::Adviser);
    trial.desk.lock().expect("the outbox");
    assert!(trial.desk.situation().expect("the ledger").account.is_none());
    assert_eq!(faults(trial.sign_in(ME, "")), wrong("pin"));
    assert_eq!(faults(trial.sign_in(ME, "2581")), wrong("pin"));
    assert!(matches!(trial.desk.today(), Err(Error::NobodyHere)));
    trial.sign_in(ME, " 25 80").expect("the PIN");
    trial.sign_in(karim, "").expect("without one, a click");
    assert_eq!(
        faults(trial.sign_in(ME, "")),
        wrong("pin"),
        "from another place too"
    );
    let here = trial
        .desk
        .situation()
        .expect("the ledger")
        .account
        .expect("Karim still");
    assert_eq!(here.id, karim);
}

#[test]
fn whoever_changes_a_pin_knows_the_one_before() {
    let (trial, _) = with_a_pin();
    let change = |current, pin, again| trial.desk.choose_pin(&pin_form(current, pin, again));
    assert_eq!(faults(change("", "1379", "1379")), wrong("current"));
    assert_eq!(
        faults(change(PIN, "1379", "1378")),
        [("again".to_owned(), "pin-different")]
    );
    assert_eq!(
        faults(change(PIN, "1234", "1234")),
        [("pin".to_owned(), "pin-too-plain")]
    );
    change(PIN, "1379", "1379").expect("changed");
    assert_eq!(faults(trial.sign_in(ME, PIN)), wrong("pin"));
    trial.sign_in(ME, "1379").expect("the new one");
}

#[test]
fn guessing_costs_time_and_a_new_start_saves_none() {
    let (trial, _) = with_a_pin();
    trial.desk.lock().expect("the outbox");
    for _ in 0..3 {
        assert_eq!(faults(trial.sign_in(ME, "0000")), wrong("pin"));
    }
    let rests = |outcome| matches!(outcome, Err(Error::PinRests { seconds: 30 }));
    assert!(rests(trial.sign_in(ME, "0000")));
    assert!(rests(trial.sign_in(ME, PIN)), "also for whoever knows it");
    let (profile, _folder) = trial.close();
    let desk = Desk::unlock(profile.clone(), surroundings(), &WORDS.into()).expect("opened");
    let sign_in = |pin: &str| {
        let pin = pin.into();
        desk.sign_in(&SignInForm { account_id: ME, pin })
    };
    assert!(rests(sign_in(PIN)));

    // Half a minute later.
    let at = |count, ago| {
        let last_at = desk.surroundings.timestamp() - ago;
        let failures = accounts::Failures { count, last_at };
        desk.as_machine()
            .write(Op::Settle, |db| accounts::keep_failures(db, ME, failures))
            .expect("the ledger");
    };
    at(3, 30);
    assert_eq!(faults(sign_in("0000")), wrong("pin"));
    assert!(
        matches!(sign_in(PIN), Err(Error::PinRests { seconds: 60 })),
        "twice as long"
    );
    at(4, 60);
    sign_in(PIN).expect("the PIN");
    for _ in 0..3 {
        assert_eq!(faults(sign_in("0000")), wrong("pin"), "it begins anew");
    }
    // A clock that was a year ahead when somebody failed.
    at(9, -31_536_000);
    assert!(
        matches!(sign_in(PIN), Err(Error::PinRests { seconds: 900 })),
        "no longer than that"
    );
    let failures = desk.as_machine().read(|db| accounts::find_failures(db, ME));
    assert_eq!(
        failures.expect("the ledger").last_at,
        desk.surroundings.timestamp()
    );
}

#[test]
fn a_thousand_guesses_open_nothing_and_are_told() {
    let (trial, _) = with_a_pin();
    trial.desk.lock().expect("the outbox");
    for guess in 3_000..4_000 {
        match trial.sign_in(ME, &guess.to_string()) {
            Err(Error::Fields(_) | Error::PinRests { .. }) => {}
            other => panic!("{guess}: {other:?}"),
        }
    }
    trial.desk.remove_pin(ME).expect_err("nobody is here");
    let failures = trial.desk.as_machine().read(|db| accounts::find_failures(db, ME));
    assert_eq!(
        failures.expect("the ledger").count,
        3,
        "all others were not even looked at"
    );
    let told = trial.desk.as_machine().read(|db| audits::list(db, None, 1));
    assert_eq!(told.expect("the ledger")[0].entry.act, "fail_pin");
}

#[test]
fn a_pin_that_was_forgotten_gives_way_to_the_sheet_or_to_a_manager() {
    let (trial, code) = with_a_pin();
    let karim = trial.colleague("Karim Haddad", Role::Adviser);
    trial.sign_in(karim, "").expect("without a PIN");
    trial
        .desk
        .choose_pin(&pin_form("", "1379", "1379"))
        .expect("his own");
    let forgotten = |code: &str| {
        let form = ForgottenPinForm {
            account_id: ME,
            code: code.into(),
        };
        trial.desk.forget_pin(&form)
    };
    assert!(
        matches!(trial.desk.remove_pin(ME), Err(Error::NotAllowed)),
        "of a manager"
    );
    let mut slipped = code.clone();
    slipped.replace_range(0..1, if code.starts_with('A') { "B" } else { "A" });
    assert_eq!(faults(forgotten(&slipped)).len(), 1);
    forgotten(&code).expect("the sheet");
    let here = trial
        .desk
        .situation()
        .expect("the ledger")
        .account
        .expect("Nadia");
    assert_eq!((here.id, here.has_pin), (ME, false));
    trial.desk.remove_pin(karim).expect("a manager");
    trial.sign_in(karim, "").expect("without a PIN again");
    trial
        .desk
        .choose_pin(&pin_form("", "1379", "1379"))
        .expect("his own");
    trial.desk.remove_pin(karim).expect("one's own");
}

#[test]
fn a_new_start_takes_up_the_last_place_unless_a_pin_keeps_it() {
    let (trial, _) = with_a_pin();
    let karim = trial.colleague("Karim Haddad", Role::Adviser);
    let (profile, _folder) = trial.close();
    let start = || Desk::unlock(profile.clone(), surroundings(), &WORDS.into()).expect("opened");
    let who = |desk: &Desk| {
        desk.situation()
            .expect("the ledger")
            .account
            .map(|account| account.id)
    };
    let desk = start();
    assert_eq!(who(&desk), None);
    assert_eq!(
        desk.find_last_account().expect("the ledger").expect("Nadia").id,
        ME
    );
    let pin = Typed::from("");
    desk.sign_in(&SignInForm {
        account_id: karim,
        pin,
    })
    .expect("without a PIN");
    drop(desk);
    assert_eq!(who(&start()), Some(karim));
}

#[test]
fn what_is_done_is_told_of_whoever_did_it() {
    let trial = Trial::set_up();
    let karim = trial.colleague("Karim Haddad", Role::Adviser);
    let mireille = trial.add("Delaunay", "Mireille");
    trial.sign_in(karim, "").expect("without a PIN");
    trial
        .desk
        .change_attendee(mireille, &person())
        .expect("the form holds");
    trial.sign_in(ME, "").expect("without a PIN");
    let lines = trial.desk.list_audits(None).expect("a manager");
    let told: Vec<_> = lines
        .iter()
        .map(|line| (line.who.as_deref().unwrap_or_default(), line.what.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("Nadia Roussel", "a pris sa place"),
            ("Karim Haddad", "a changé la fiche n°\u{a0}1"),
            ("Karim Haddad", "a pris sa place"),
            ("Nadia Roussel", "a ajouté Karim Haddad"),
        ]
    );
    assert_eq!(
        lines[0].when,
        "jeudi 19\u{a0}novembre\u{a0}2026, 13\u{a0}h\u{a0}50"
    );
    assert_eq!(
        trial
            .desk
            .list_audits(Some(lines[1].id))
            .expect("a manager")
            .len(),
        2
    );
    let (name, csv) = trial.desk.audit_file().expect("a manager");
    assert_eq!(name, "journal-2026-11-19.csv");
    let csv = String::from_utf8(csv).expect("UTF-8");
    assert_eq!(csv.lines().count(), 6, "{csv}");
    assert!(
        csv.ends_with("Nadia Roussel;a enregistré ce journal dans un fichier\r\n"),
        "{csv}"
    );
    assert!(!csv.contains("Delaunay") && !csv.contains("Mireille"), "{csv}");
}

#[test]
fn a_record_that_was_rewritten_is_noticed() {
    let spoil = [
        "UPDATE audits SET account_id = 2 WHERE id = 2",
        "UPDATE audits SET done_at = done_at + 1 WHERE id = 1",
        "DELETE FROM audits WHERE id = 2",
        "DELETE FROM audit_links WHERE audit_id = 3",
        "INSERT INTO audits (account_id, act, subject, done_at) VALUES (1, 'sign_in', 1, 0)",
    ];
    for sql in spoil {
        let trial = Trial::set_up();
        for _ in 0..3 {
            trial.sign_in(ME, "").expect("without a PIN");
        }
        assert_eq!(trial.desk.check().expect("the ledger").faults, []);
        trial
            .desk
            .as_machine()
            .write(Op::Settle, |db| {
                db.execute_batch(
                    "PRAGMA defer_foreign_keys = 1; DROP TRIGGER audits_no_update; DROP TRIGGER audits_no_delete;
                    DROP TRIGGER audit_links_no_delete;",
                )?;
                Ok(db.execute_batch(&format!("{sql}; DELETE FROM audit_links WHERE audit_id NOT IN (SELECT id FROM audits)"))?)
            })
            .expect("spoilt");
        let faults = trial.desk.check().expect("the ledger").faults;
        assert!(
            faults
                .iter()
                .any(|fault| fault.kind == crate::check::FaultKind::Audit),
            "{sql}: {faults:?}"
        );
    }
}

#[test]
fn what_was_recorded_before_records_were_bound_is_bound_with_the_next_act() {
    let trial = Trial::set_up();
    trial
        .desk
        .as_machine()
        .write(Op::Settle, |db| {
            let sql = "INSERT INTO audits (account_id, act, subject, done_at) VALUES (1, 'leave', 7, 0)";
            Ok(db.execute(sql, [])?)
        })
        .expect("as before");
    assert_eq!(trial.desk.check().expect("the ledger").faults, []);
    trial.sign_in(ME, "").expect("without a PIN");
    assert_eq!(trial.desk.check().expect("the ledger").faults, []);
    let links = |db: &Connection| {
        Ok(db.query_row("SELECT count(*) FROM audit_links", [], |row| row.get::<_, i64>(0))?)
    };
    assert_eq!(trial.desk.as_machine().read(|db| links(db)).expect("counted"), 2);
}
