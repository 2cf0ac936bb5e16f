//! The shapes are frozen: these bytes are what desks in the field have already sent.

mod hostile;

use super::*;
use crate::{
    cents::Cents,
    day,
    event::{Act, Event, Link, Parent},
    exchange::StateVersion,
    id::{BirthId, DeviceId, Epoch},
    key::{PrivateKey, Purpose},
    number::{Check, NumberFormat},
    objection::Note,
    pass::{PassId, PassKey, PassKeyId},
    pass_set::PassSet,
    programme::{Funder, Programme, ProgrammeId, Service, ServiceCode},
    redemption::VoidReason,
};
use chrono::NaiveDate;
use minicbor::{Decode, Encode};
use proptest::{collection::vec, option, prelude::*};
use std::fmt::Debug;

fn key() -> PrivateKey {
    PrivateKey::from_seed(&[1; 32])
}

fn held_on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date")
}

fn pass(booklet: u32, rank: u8) -> PassId {
    PassId {
        programme: ProgrammeId(3),
        booklet,
        rank,
    }
}

fn site() -> SiteEntry {
    SiteEntry {
        site: 1,
        name: "Médiathèque".into(),
        insee_code: "94046".into(),
    }
}

fn batch() -> Batch {
    let device = DeviceId([2; 16]);
    let event = |seq, act| Event {
        seq,
        day: held_on(),
        site: 1,
        act,
    };
    let service = ServiceCode(1);
    let pass = pass(127, 2);
    Batch {
        device,
        epoch: Epoch(7),
        parent: None,
        before: Link::root(device, Epoch(7), None),
        known_time: Some(1_795_000_000),
        sites: vec![site()],
        events: vec![
            event(1, Act::Redemption { pass, service }),
            event(
                2,
                Act::Void {
                    pass,
                    epoch: Epoch(7),
                    seq: 1,
                    reason: VoidReason::WrongPerson,
                },
            ),
        ],
    }
}

fn receipt() -> Receipt {
    let claim = Claim {
        site: "CCAS".into(),
        insee_code: "75113".into(),
        held_on: held_on(),
    };
    Receipt {
        server: key().public().server_id(),
        generation: 0,
        device: DeviceId([2; 16]),
        epoch: Epoch(7),
        first_seq: 1,
        link: Link([4; 32]),
        verdicts: vec![
            Verdict::Credited,
            Verdict::Blocked { since: held_on() },
            Verdict::TakenElsewhere { claim },
        ],
        server_time: 1_795_000_100,
    }
}

pub fn programme() -> Programme {
    Programme {
        id: ProgrammeId(3),
        name: "Pour tous".into(),
        issuer: "Métropole".into(),
        face_value: Cents(1000),
        passes_per_booklet: 10,
        number_format: NumberFormat {
            prefix: "04".into(),
            booklet_digits: 6,
            rank_digits: 2,
            check: Check::Luhn,
        },
        accepts_numbers: true,
        opens_on: held_on(),
        last_day: held_on(),
        tolerance_days: 31,
        late_entry_days: 31,
        provisional_cap: 20,
        territory: vec!["94046".into()],
        funders: vec![Funder {
            name: "État".into(),
            part: 4,
        }],
        services: vec![Service {
            code: ServiceCode(1),
            label: "Atelier".into(),
        }],
    }
}

fn whole() -> WholeState {
    let booklets = vec![
        BookletRange {
            first: 1,
            last: 50,
            activated: true,
            blocked_since: None,
        },
        BookletRange {
            first: 51,
            last: 51,
            activated: true,
            blocked_since: Some(held_on()),
        },
    ];
    let terms = programme();
    let mut spent = PassSet::new(terms.passes_per_booklet);
    for (booklet, rank) in [(2, 1), (1, 3), (1, 2), (50, 10)] {
        spent.insert(booklet, rank);
    }
    let programme = ProgrammeWhole {
        terms,
        booklets,
        spent,
    };
    WholeState {
        keys: vec![PassKey {
            id: PassKeyId(9),
            public: key().public(),
        }],
        programmes: [(ProgrammeId(3), programme)].into(),
    }
}

const HELD: StateVersion = StateVersion {
    generation: 0,
    version: 12,
};

fn head() -> StateHead {
    whole().head(key().public().server_id(), HELD, 1_795_000_100)
}

fn state() -> State {
    whole().tell_all(&head())
}

/// What changed since version 10: pass 2 of booklet 2 was given back, and pass 10 of booklet 50 taken.
fn delta() -> State {
    let mut changes = Changes::default();
    let passes = &mut changes.of(&programme()).passes;
    passes.insert(2, 2);
    passes.insert(50, 10);
    whole().tell(&head(), Some(10), &changes)
}

fn decisions() -> Decisions {
    let event = BirthId {
        device: DeviceId([2; 16]),
        epoch: Epoch(7),
        seq: 1,
    };
    let decision = Decision {
        number: 5,
        event,
        verdict: Verdict::Declined,
        decided_at: 1_795_000_050,
        link: Some(Trace([7; 8])),
    };
    Decisions {
        server: key().public().server_id(),
        generation: 0,
        structure: "21940046200014".into(),
        since: 4,
        decisions: vec![decision],
        more: false,
        server_time: 1_795_000_100,
        is_ahead: true,
        lacks: None,
    }
}

fn objection() -> Objection {
    let event = BirthId {
        device: DeviceId([2; 16]),
        epoch: Epoch(7),
        seq: 1,
    };
    let note = Note::parse("présent, signature sur la feuille du 19").expect("a note");
    Objection::new(event, held_on(), note)
}

fn noted() -> Noted {
    Noted {
        server: key().public().server_id(),
        generation: 0,
        device: DeviceId([2; 16]),
        objection: Trace([5; 8]),
        server_time: 1_795_000_100,
    }
}

fn log() -> Log {
    Log {
        server: key().public().server_id(),
        device: DeviceId([2; 16]),
        pieces: vec![Piece {
            batch: vec![1, 2, 3].into(),
            receipt: vec![4, 5].into(),
        }],
        more: false,
    }
}

fn enrolment_code() -> EnrolmentCode {
    EnrolmentCode::from_chance([1, 2, 3, 4, 5, 6, 7, 8, 9])
}

fn form() -> EnrolmentForm {
    EnrolmentForm::new(&enrolment_code(), key().public(), "Poste 1".into(), vec![site()])
}

fn grant() -> Grant {
    let mut bare = Grant::new(
        key().public(),
        DeviceId([2; 16]),
        "21940046200014".into(),
        "Ville".into(),
        1_795_000_000,
    );
    bare.last_receipt = Some(receipt());
    bare.proven(&enrolment_code().proof_key())
}

/// The value with something altered on its way.
fn altered<T: Clone>(value: &T, alter: impl FnOnce(&mut T)) -> T {
    let mut value = value.clone();
    alter(&mut value);
    value
}

fn hex<T: Encode<()>>(value: &T) -> String {
    data_encoding::HEXLOWER.encode(&minicbor::to_vec(value).expect("memory"))
}

/// Through the bytes that travel and back.
fn comes_back<T>(value: &T)
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    assert_eq!(unpack::<T>(&pack(value)).as_ref(), Ok(value));
}

#[test]
fn every_shape_keeps_its_bytes() {
    insta::assert_snapshot!("batch", hex(&batch()));
    insta::assert_snapshot!("receipt", hex(&receipt()));
    insta::assert_snapshot!("state", hex(&state()));
    insta::assert_snapshot!("state_delta", hex(&delta()));
    insta::assert_snapshot!("decisions", hex(&decisions()));
    let lacking = altered(&decisions(), |decisions| decisions.lacks = Some(Trace([5; 8])));
    insta::assert_snapshot!("decisions_of_books_that_lack_an_objection", hex(&lacking));
    insta::assert_snapshot!("objection", hex(&objection()));
    insta::assert_snapshot!("noted", hex(&noted()));
    insta::assert_snapshot!("enrolment_form", hex(&form()));
    insta::assert_snapshot!("grant", hex(&grant()));
    insta::assert_snapshot!("log", hex(&log()));
    insta::assert_snapshot!(
        "recall",
        hex(&vec![
            Recall::batch(vec![1, 2, 3], vec![4, 5], None),
            Recall::batch(
                vec![1, 2, 3],
                vec![4, 5],
                Some(Before {
                    first_seq: 7,
                    last_seq: 9,
                    receipt: Trace([8; 8]),
                }),
            ),
            Recall::decisions(vec![6]),
            Recall::enrolment(vec![7], vec![8, 9]),
        ])
    );
    let refused = [
        Refused::Malformed,
        Refused::TooLarge,
        Refused::UnknownDevice,
        Refused::Revoked,
        Refused::Gap { expected_seq: 4 },
        Refused::Conflict { seq: 4 },
        Refused::UnknownCode,
        Refused::TryLater,
        Refused::EnrolledElsewhere,
        Refused::Behind {
            epoch: Epoch(7),
            expected_seq: 4,
        },
        Refused::Forgotten { generation: 2 },
    ];
    insta::assert_snapshot!("refused", hex(&refused.to_vec()));
    assert!(
        refused
            .iter()
            .all(|refused| Refused::from_bytes(&refused.to_bytes()) == Some(*refused))
    );
}

#[test]
fn every_shape_comes_back_from_its_parcel() {
    comes_back(&batch());
    comes_back(&receipt());
    comes_back(&state());
    comes_back(&delta());
    comes_back(&decisions());
    comes_back(&objection());
    comes_back(&noted());
    comes_back(&form());
    comes_back(&grant());
}

#[test]
fn a_link_is_the_same_on_every_machine() {
    insta::assert_snapshot!(hex(&batch().after()));
}

#[test]
fn a_page_is_no_refusal_of_ours() {
    assert_eq!(Refused::from_bytes(b"<html>"), None);
    assert_eq!(Refused::from_bytes(b""), None);
    let longer = [Refused::Malformed.to_bytes(), vec![0]].concat();
    assert_eq!(Refused::from_bytes(&longer), None);
}

#[test]
fn a_batch_that_is_empty_too_long_or_with_a_hole_is_told() {
    let with = |seqs: Vec<u64>| {
        let event = batch().events[0];
        let events = seqs.into_iter().map(|seq| Event { seq, ..event }).collect();
        Batch { events, ..batch() }.check()
    };
    assert_eq!(with(vec![]), Err(BatchFault::Count));
    assert_eq!(with((1..=201).collect()), Err(BatchFault::Count));
    assert_eq!(with((1..=200).collect()), Ok(()));
    assert_eq!(with(vec![1, 3]), Err(BatchFault::Order));
    assert_eq!(with(vec![2, 1]), Err(BatchFault::Order));
    assert_eq!(with(vec![0, 1]), Err(BatchFault::Order));
    assert_eq!(with(vec![u64::MAX]), Err(BatchFault::Order));
}

/// A draw that is the same in each run, so that the figure is too.
fn draw(chance: &mut u64, below: usize) -> usize {
    *chance = chance
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*chance >> 33).expect("31 bits") % below
}

/// 200 redemptions as a site makes them: a lot of 50 booklets of 10 passes, 25 workshops of eight
/// people who each hand over the next pass of their booklet, in no order.
fn month(seed: u64) -> Batch {
    let mut chance = seed;
    let mut next_rank = [1u8; 50];
    let mut events = Vec::new();
    for workshop in 0..25u64 {
        let service = ServiceCode(u8::try_from(1 + draw(&mut chance, 3)).expect("small"));
        let mut came = Vec::new();
        while came.len() < 8 {
            let person = draw(&mut chance, next_rank.len());
            if next_rank[person] <= 10 && !came.contains(&person) {
                came.push(person);
            }
        }
        for person in came {
            let booklet = 12_750 + u32::try_from(person).expect("small");
            let pass = pass(booklet, next_rank[person]);
            next_rank[person] += 1;
            events.push(Event {
                seq: 4_001 + events.len() as u64,
                day: held_on() + chrono::Days::new(workshop),
                site: 1,
                act: Act::Redemption { pass, service },
            });
        }
    }
    Batch {
        epoch: Epoch(0x1234_5678_9abc_def0),
        before: Link(key().seed()),
        events,
        ..batch()
    }
}

#[test]
fn two_hundred_redemptions_travel_within_four_bytes_each_and_one_kibibyte() {
    for seed in 0..50 {
        let batch = month(seed);
        let signed = Envelope::seal([2; 16], &key(), Purpose::Batch, &batch).to_bytes();
        assert!(signed.len() <= 800, "{} bytes", signed.len());
        let parent = Parent {
            epoch: Epoch(0xfeed_beef_dead_cafe),
            seq: 4_000,
            link: Link([0x5a; 32]),
        };
        let restored = Batch {
            parent: Some(parent),
            ..batch
        };
        let signed = Envelope::seal([2; 16], &key(), Purpose::Batch, &restored).to_bytes();
        assert!(signed.len() <= 1024, "{} bytes after a restore", signed.len());
    }
}

prop_compose! {
    fn any_act()(redeem: bool, programme: u16, booklet: u32, rank: u8, service: u8, epoch: u64, seq: u64, reason in 0usize..4) -> Act {
        let pass = PassId { programme: ProgrammeId(programme), booklet, rank };
        if redeem {
            Act::Redemption { pass, service: ServiceCode(service) }
        } else {
            Act::Void { pass, epoch: Epoch(epoch), seq, reason: VoidReason::ALL[reason] }
        }
    }
}

prop_compose! {
    fn any_batch()(
        first in 1u64..u64::MAX - 300,
        acts in vec((any_act(), any::<u16>(), any::<u16>()), 1..MAX_EVENTS),
        epoch: u64,
        parent in option::of((any::<u64>(), any::<u64>(), any::<[u8; 32]>())),
        before: [u8; 32],
        known_time: Option<u64>,
        name in ".{0,20}",
    ) -> Batch {
        let events = (first..).zip(acts).map(|(seq, (act, day, site))| Event { seq, day: day::from_number(day), site, act });
        Batch {
            device: DeviceId([2; 16]),
            epoch: Epoch(epoch),
            parent: parent.map(|(epoch, seq, link)| Parent { epoch: Epoch(epoch), seq, link: Link(link) }),
            before: Link(before),
            known_time,
            sites: vec![SiteEntry { site: 1, name, insee_code: "2A004".into() }],
            events: events.collect(),
        }
    }
}

fn any_verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        Just(Verdict::Credited),
        Just(Verdict::AlreadyYours),
        Just(Verdict::Expired),
        any::<u16>().prop_map(|since| Verdict::Blocked {
            since: day::from_number(since)
        }),
        Just(Verdict::OutsideTerritory),
        Just(Verdict::Forged),
        Just(Verdict::Voided),
        Just(Verdict::Unknown),
        Just(Verdict::NotActivated),
        (".{0,20}", any::<u16>()).prop_map(|(site, held_on)| Verdict::TakenElsewhere {
            claim: Claim {
                site,
                insee_code: "94046".into(),
                held_on: day::from_number(held_on)
            }
        }),
        Just(Verdict::ToExamine),
        Just(Verdict::Declined),
    ]
}

proptest! {
    #[test]
    fn any_batch_comes_back(batch in any_batch()) {
        comes_back(&batch);
    }

    #[test]
    fn any_receipt_comes_back(verdicts in vec(any_verdict(), 0..200), generation: u32, first_seq: u64, server_time: u64) {
        comes_back(&Receipt { verdicts, generation, first_seq, server_time, ..receipt() });
    }

    #[test]
    fn any_decisions_come_back(words in vec((any_verdict(), any::<u64>(), any::<u64>()), 0..100), since: u64, more: bool) {
        let event = decisions().decisions[0].event;
        let decisions_given = (since.wrapping_add(1)..).zip(words).map(|(number, (verdict, seq, decided_at))| {
            let link = (seq % 2 == 0).then_some(Trace(seq.to_be_bytes()));
            Decision { number, event: BirthId { seq, ..event }, verdict, decided_at, link }
        });
        comes_back(&Decisions { since, more, decisions: decisions_given.collect(), ..decisions() });
    }

    #[test]
    fn a_form_is_proven_by_its_code_and_no_other(chance: [u8; 9], other: [u8; 9], label in ".{0,30}") {
        let code = EnrolmentCode::from_chance(chance);
        let form = EnrolmentForm::new(&code, key().public(), label, vec![site()]);
        comes_back(&form);
        prop_assert!(form.is_proven_by(&code.proof_key()));
        prop_assert_eq!(form.is_proven_by(&EnrolmentCode::from_chance(other).proof_key()), chance == other);
        let renamed = altered(&form, |form| form.label.push('.'));
        prop_assert!(!renamed.is_proven_by(&code.proof_key()));
        let moved = altered(&form, |form| form.sites.clear());
        prop_assert!(!moved.is_proven_by(&code.proof_key()));
        let other_key = altered(&form, |form| form.public = PrivateKey::from_seed(&[9; 32]).public());
        prop_assert!(!other_key.is_proven_by(&code.proof_key()));
    }

    #[test]
    fn a_grant_is_proven_by_its_code_and_no_other(other: [u8; 9], siret in "[0-9]{14}") {
        let code = enrolment_code().proof_key();
        let paid_to_another = altered(&grant(), |grant| grant.siret.clone_from(&siret));
        prop_assert_eq!(paid_to_another.is_proven_by(&code), siret == grant().siret);
        prop_assert!(grant().is_proven_by(&code));
        prop_assert!(!grant().is_proven_by(&EnrolmentCode::from_chance(other).proof_key()));
        let by_another = altered(&grant(), |grant| grant.server_public = PrivateKey::from_seed(&[9; 32]).public());
        prop_assert!(!by_another.is_proven_by(&code));
        let without_receipt = altered(&grant(), |grant| grant.last_receipt = None);
        prop_assert!(!without_receipt.is_proven_by(&code));
    }

    #[test]
    fn a_code_comes_back_however_it_is_typed_and_one_wrong_character_is_seen(chance: [u8; 9], at in 0usize..CODE_CHARACTERS, by in 1usize..32) {
        const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
        let code = EnrolmentCode::from_chance(chance);
        let printed = code.to_string();
        prop_assert_eq!(printed.len(), CODE_CHARACTERS + 3);
        prop_assert_eq!(EnrolmentCode::parse(&printed.to_lowercase().replace('-', " ")), Ok(code.clone()));
        let mut typed = printed.replace('-', "").into_bytes();
        let place = ALPHABET.iter().position(|&letter| letter == typed[at]).expect("of the alphabet");
        typed[at] = ALPHABET[(place + by) % 32];
        // Eight bits of check see 255 in 256 of the mistyped codes; none is taken for the right one.
        prop_assert_ne!(EnrolmentCode::parse(&String::from_utf8(typed).expect("ASCII")), Ok(code));
    }
}
