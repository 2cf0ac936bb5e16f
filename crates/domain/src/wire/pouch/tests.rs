//! The shapes are frozen, and nothing that a key or a page can bring makes their reader stumble.

use super::*;
use crate::{
    id::Epoch,
    key::PrivateKey,
    wire::{Question, Refused},
};
use proptest::{collection::vec, prelude::*};

fn question(path: &str) -> SignedQuestion {
    let key = PrivateKey::from_seed(&[1; 32]);
    SignedQuestion::new(path.into(), &Question::ask(&key, path))
}

fn outward() -> Outward {
    Outward {
        form: Some(vec![1, 2].into()),
        recalls: vec![vec![3].into()],
        decisions: Some(question("/v1/decisions?since=4")),
        state: Some(question("/v1/state")),
        batches: vec![vec![4, 5].into(), vec![6].into()],
        ..Outward::of(DeviceId([2; 16]))
    }
}

fn back() -> Return {
    let answered = |byte, answer| AnsweredBatch {
        batch: Trace([byte; 8]),
        answer,
    };
    let behind = Refused::Behind {
        epoch: Epoch(7),
        expected_seq: 4,
    };
    Return {
        grant: Some(Answer::Parcel(vec![1, 2])),
        decisions: vec![Answer::Parcel(vec![3]), Answer::Refused(behind)],
        log: Some(Answer::Parcel(vec![5])),
        state: Some(Answer::Unchanged),
        batches: vec![
            answered(8, Answer::Parcel(vec![4])),
            answered(9, Answer::Refused(Refused::TryLater)),
        ],
        ..Return::to(DeviceId([2; 16]))
    }
}

/// A pouch each way, as it travels, and both with all that may be in them.
pub fn samples() -> [Vec<u8>; 6] {
    [
        outward().to_bytes(),
        back().to_bytes(),
        outward_with_standing().to_bytes(),
        back_with_standing().to_bytes(),
        outward_with_objections().to_bytes(),
        back_with_noted().to_bytes(),
    ]
}

fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[test]
fn both_ways_keep_their_bytes_and_come_back() {
    insta::assert_snapshot!("outward", hex(&outward().to_bytes()));
    insta::assert_snapshot!("return", hex(&back().to_bytes()));
    for pouch in [Pouch::Outward(outward()), Pouch::Return(back())] {
        assert_eq!(Pouch::from_bytes(&pouch.to_bytes()), Ok(pouch));
    }
}

/// The same, with what came to be asked later.
fn outward_with_standing() -> Outward {
    Outward {
        standing: Some(question("/v1/standing?since=0")),
        ..outward()
    }
}

fn back_with_standing() -> Return {
    Return {
        standing: Some(Answer::Parcel(vec![6])),
        ..back()
    }
}

fn outward_with_objections() -> Outward {
    Outward {
        objections: Few(vec![vec![7, 8].into(), vec![9].into()]),
        ..outward()
    }
}

fn back_with_noted() -> Return {
    let answered = |byte, answer| AnsweredObjection {
        objection: Trace([byte; 8]),
        answer,
    };
    Return {
        noted: Few(vec![
            answered(7, Answer::Parcel(vec![8])),
            answered(9, Answer::Refused(Refused::Gap { expected_seq: 4 })),
        ]),
        ..back_with_standing()
    }
}

#[test]
fn objections_and_what_came_of_them_come_after_all_that_is_older() {
    let (outward, back) = (outward_with_objections(), back_with_noted());
    insta::assert_snapshot!("outward_with_objections", hex(&outward.to_bytes()));
    insta::assert_snapshot!("return_with_noted", hex(&back.to_bytes()));
    for pouch in [Pouch::Outward(outward), Pouch::Return(back)] {
        assert_eq!(Pouch::from_bytes(&pouch.to_bytes()), Ok(pouch));
    }
}

#[test]
fn the_question_about_a_standing_and_its_answer_come_after_all_that_is_older() {
    let (outward, back) = (outward_with_standing(), back_with_standing());
    insta::assert_snapshot!("outward_with_standing", hex(&outward.to_bytes()));
    insta::assert_snapshot!("return_with_standing", hex(&back.to_bytes()));
    for pouch in [Pouch::Outward(outward), Pouch::Return(back)] {
        assert_eq!(Pouch::from_bytes(&pouch.to_bytes()), Ok(pouch));
    }
}

#[test]
fn a_question_is_the_same_in_a_pouch_as_in_headers() {
    let key = PrivateKey::from_seed(&[1; 32]);
    let asked = question("/v1/state").question(key.public().device_id());
    assert_eq!(asked, Question::ask(&key, "/v1/state"));
}

#[test]
fn what_is_no_pouch_or_not_whole_is_told_apart() {
    let bytes = outward().to_bytes();
    assert_eq!(Pouch::from_bytes(b"<html>"), Err(PouchFault::NotAPouch));
    assert_eq!(
        Pouch::from_bytes(&bytes[..bytes.len() - 1]),
        Err(PouchFault::Damaged)
    );
    assert_eq!(
        Pouch::from_bytes(&[bytes.as_slice(), &[0]].concat()),
        Err(PouchFault::Damaged)
    );
    let newer = Outward {
        version: VERSION + 1,
        ..outward()
    };
    assert_eq!(Pouch::from_bytes(&newer.to_bytes()), Err(PouchFault::Damaged));
    let huge = vec![0; MAX_POUCH_BYTES + 1];
    assert_eq!(Pouch::from_bytes(&huge), Err(PouchFault::TooLarge));
}

#[test]
fn lists_are_counted_before_they_are_read() {
    let full = Outward {
        batches: vec![ByteVec::from(vec![]); MAX_POUCH_BATCHES],
        ..outward()
    };
    assert!(Pouch::from_bytes(&full.to_bytes()).is_ok());
    let more = Outward {
        batches: vec![ByteVec::from(vec![]); MAX_POUCH_BATCHES + 1],
        ..outward()
    };
    assert_eq!(Pouch::from_bytes(&more.to_bytes()), Err(PouchFault::Damaged));
    let objections = |count| Outward {
        objections: Few(vec![ByteVec::from(vec![]); count]),
        ..outward()
    };
    assert!(Pouch::from_bytes(&objections(MAX_POUCH_OBJECTIONS).to_bytes()).is_ok());
    let more = objections(MAX_POUCH_OBJECTIONS + 1);
    assert_eq!(Pouch::from_bytes(&more.to_bytes()), Err(PouchFault::Damaged));
    // Says that it lists two thousand million batches, and ends there.
    let said = [
        MARK.as_slice(),
        &hex_bytes("82008187015002020202020202020202020202020202f680f6f69a7fffffff"),
    ]
    .concat();
    assert_eq!(Pouch::from_bytes(&said), Err(PouchFault::Damaged));
}

fn hex_bytes(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(text.as_bytes())
        .expect("hexadecimal")
}

#[test]
fn a_month_of_a_busy_site_fits_one_code_and_more_is_numbered() {
    let codes = |bytes: usize| PouchCode::write(&vec![7; bytes]).map(|codes| codes.len());
    assert_eq!(codes(1_300), Some(1));
    assert_eq!(codes(1_301), Some(2));
    assert_eq!(codes(255 * 1_300), Some(255));
    assert_eq!(codes(255 * 1_300 + 1), None);
}

#[test]
fn a_code_that_is_missing_is_named() {
    let bytes: Vec<u8> = (0..3_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let codes = PouchCode::write(&bytes).expect("three codes");
    let mut pages = PouchPages::default();
    for at in [2, 0, 0] {
        pages.add(PouchCode::read(&codes[at]).expect("a code"));
    }
    assert_eq!((pages.take_whole(), pages.find_missing()), (vec![], Some((2, 3))));
    pages.add(PouchCode::read(&codes[1]).expect("a code"));
    assert_eq!(pages.take_whole(), vec![bytes]);
    assert_eq!(pages.find_missing(), None);
}

#[test]
fn a_pass_is_no_code_of_a_pouch() {
    assert_eq!(PouchCode::read(&format!("P1{}", "A2".repeat(60))), None);
    assert_eq!(PouchCode::read("PLI1"), None);
    assert_eq!(PouchCode::read("PLI1AAAAAAAA"), None);
}

proptest! {
    #[test]
    fn any_pouch_comes_back_from_its_codes_in_any_order(bytes in vec(any::<u8>(), 1..5_000), turn in 0usize..5) {
        let mut codes = PouchCode::write(&bytes).expect("a few");
        let turn = turn % codes.len();
        codes.rotate_left(turn);
        let mut pages = PouchPages::default();
        for code in codes.iter().chain(&codes) {
            pages.add(PouchCode::read(code).expect("its own"));
        }
        prop_assert_eq!(pages.take_whole(), vec![bytes]);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>, text in ".{0,80}") {
        let _ = Pouch::from_bytes(&bytes);
        let _ = Pouch::from_bytes(&[MARK.as_slice(), &bytes].concat());
        let _ = (PouchCode::read(&text), PouchCode::read(&format!("PLI1{text}")));
        let _ = PouchCode::read(&format!("PLI1{}", data_encoding::BASE32_NOPAD.encode(&bytes)));
    }

    #[test]
    fn a_pouch_with_any_byte_changed_is_read_or_refused(at: prop::sample::Index, by in 1u8.., cut: prop::sample::Index) {
        for whole in [outward().to_bytes(), back().to_bytes()] {
            let mut changed = whole.clone();
            changed[at.index(whole.len())] ^= by;
            let _ = Pouch::from_bytes(&changed);
            prop_assert!(Pouch::from_bytes(&whole[..cut.index(whole.len())]).is_err());
        }
    }
}
