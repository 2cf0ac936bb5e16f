use crate::{
    desk::Desk,
    http,
    service::{NOON, PROGRAMME, Service},
};
use passerelle_domain::{
    pass::SignedPass,
    redemption::BookletStanding,
    scan::{Reference, Scan, resolve},
    wire::{ProgrammeWhole, State, WholeState},
};

/// What a desk knows of the programme that has heard everything.
fn programme(state: &State) -> ProgrammeWhole {
    let whole = WholeState::default().apply(state).expect("a state that holds");
    whole.programmes.into_values().next().expect("a programme")
}

fn spent(state: &State) -> Vec<(u32, u8)> {
    programme(state).spent.iter().collect()
}

#[test]
fn the_state_tells_booklets_as_they_stand_and_what_is_spent() {
    let service = Service::new();
    service.clearing.mint(PROGRAMME, 5).expect("issued");
    let mut desk = Desk::enrolled(&service, 1, 1);
    let since = desk.day;
    service.clearing.block(PROGRAMME, 3, 3, since).expect("blocked");
    desk.take(2, 7);
    desk.take(1, 1);
    desk.take(12, 1);
    desk.send(&service, 1, 3);
    let state = desk.state(&service);
    assert_eq!((state.generation, state.server_time), (0, NOON));
    let told: Vec<_> = programme(&state)
        .booklets
        .iter()
        .map(|range| (range.first, range.last, range.standing()))
        .collect();
    assert_eq!(
        told,
        [
            (1, 2, BookletStanding::Activated),
            (3, 3, BookletStanding::Blocked { since }),
            (4, 10, BookletStanding::Activated),
            (11, 15, BookletStanding::NotActivated),
        ]
    );
    assert_eq!(spent(&state), [(1, 1), (2, 7)]);
}

#[test]
fn a_minted_code_and_its_number_are_read_with_the_state_alone() {
    let service = Service::new();
    let lot = service.clearing.mint(PROGRAMME, 2).expect("issued");
    let state = Desk::enrolled(&service, 1, 1).state(&service);
    let reference = Reference {
        programmes: vec![programme(&state).terms],
        keys: state.keys.expect("told"),
    };
    assert_eq!(lot.passes.len(), 20);
    for minted in &lot.passes {
        let signed = SignedPass::parse(&minted.code).expect("a signed code");
        assert_eq!(
            (signed.pass.booklet, signed.pass.rank),
            (minted.booklet, minted.rank)
        );
        for text in [&minted.code, &minted.number] {
            let Scan::Pass(read) = resolve(std::slice::from_ref(text), &reference) else {
                panic!("{text} is not read");
            };
            assert_eq!(read.pass, signed.pass);
        }
    }
}

#[test]
fn a_state_that_is_held_already_is_not_sent_again() {
    let mut service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let held = desk.state(&service);
    let path = format!("/v1/state?since={}&generation=0", held.version);
    let answer = desk.ask(&service, &path);
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    service.restart();
    assert_eq!(desk.ask(&service, &path).status, 304);
    // Held from before the service was restored: the same number says nothing.
    let other = format!("/v1/state?since={}&generation=1", held.version);
    assert_eq!(desk.ask(&service, &other).status, 200);
    desk.take(1, 1);
    desk.send_last(&service);
    assert_eq!(desk.ask(&service, &path).status, 200);
    assert!(desk.state(&service).version > held.version);
}

#[test]
fn a_pass_given_back_is_spent_no_more() {
    let service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    let taken = desk.take(1, 1);
    desk.send_last(&service);
    let before = desk.state(&service);
    desk.void(taken);
    desk.send_last(&service);
    let after = desk.state(&service);
    assert_eq!((spent(&before), spent(&after)), (vec![(1, 1)], vec![]));
    assert!(after.version > before.version);
}

#[test]
fn a_desk_that_holds_a_version_is_told_what_changed_since() {
    let mut service = Service::new();
    let mut desk = Desk::enrolled(&service, 1, 1);
    for booklet in 1..=9 {
        desk.take(booklet, 3);
        desk.take(booklet, 8);
    }
    desk.send(&service, 1, 18);
    let held = desk.state(&service);
    let whole = WholeState::default().apply(&held).expect("a state that holds");
    let taken = desk.take(10, 1);
    desk.send_last(&service);
    desk.state(&service);
    desk.void(taken);
    desk.take(10, 2);
    desk.send(&service, 20, 21);

    let path = format!("/v1/state?since={}&generation=0", held.version);
    let told = desk.opened_state(&service, &path);
    assert_eq!((told.since, told.keys.is_none()), (Some(held.version), true));
    let newest = desk.state(&service);
    assert_eq!(whole.apply(&told), WholeState::default().apply(&newest));
    assert_eq!(desk.ask(&service, &path).body, desk.ask(&service, &path).body);

    service.restart();
    let told = desk.opened_state(&service, &path);
    assert_eq!(told.since, None, "a service that has just begun says everything");
}

#[test]
fn what_another_process_changes_is_seen() {
    let service = Service::new();
    let desk = Desk::enrolled(&service, 1, 1);
    let before = desk.state(&service).version;
    let officer = passerelle_clearing::Clearing::open(service.folder(), passerelle_clearing::clock::system());
    officer
        .expect("opened beside")
        .mint(PROGRAMME, 1)
        .expect("issued");
    let after = desk.state(&service);
    assert!(after.version > before);
    assert_eq!(
        programme(&after).booklets.last().map(|range| range.last),
        Some(11)
    );
}

#[test]
fn health_needs_no_key_and_says_that_the_books_answer() {
    let service = Service::new();
    let answer = http::get(service.address(), "/v1/health", &[]);
    assert_eq!(answer.status, 200);
    let json: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(json["status"], "ok");
}
