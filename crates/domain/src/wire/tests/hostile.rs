//! Every reader of what travels, given anything: it reads or refuses, never stumbles, takes no room for what
//! is only claimed, and what it has read it would write so that it reads the same.

use super::*;
use crate::{
    credential::Credential,
    pass::{SignedPass, fold_code},
    wire::{
        closed_month::tests::month,
        pouch::tests::samples,
        standing::tests::{heard as months_heard, standing},
        succession::tests::successions,
    },
};
use minicbor::bytes::ByteVec;
use std::fs;

/// A reader, something that it reads, and what must hold of whatever it is given: says whether it was read.
struct Reader {
    name: &'static str,
    sample: Vec<u8>,
    holds: fn(&[u8]) -> bool,
}

/// Every reader there is. A new shape of the wire gets its line here.
fn readers() -> Vec<Reader> {
    let reader = |name, sample, holds: fn(&[u8]) -> bool| Reader { name, sample, holds };
    let envelope = Envelope::seal([2; 16], &key(), Purpose::Batch, &batch());
    let recalls = [
        Recall::batch(vec![1; 9], vec![2; 9], None),
        Recall::decisions(vec![6; 9]),
        Recall::enrolment(vec![7; 9], vec![8; 9]),
    ];
    let pouches = samples();
    let codes = PouchCode::write(&pouches[0]).expect("a code");
    let mut readers = vec![
        reader("batch", plain(&batch()), content::<Batch>),
        reader("receipt", plain(&receipt()), content::<Receipt>),
        reader("state", plain(&state()), state_holds),
        reader("what changed of a state", plain(&delta()), state_holds),
        reader("decisions", plain(&decisions()), content::<Decisions>),
        reader("objection", plain(&objection()), objection_holds),
        reader("noted", plain(&noted()), content::<Noted>),
        reader("log", plain(&log()), content::<Log>),
        reader("enrolment form", plain(&form()), content::<EnrolmentForm>),
        reader("grant", plain(&grant()), content::<Grant>),
        reader("standing", plain(&standing()), standing_holds),
        reader("credential", plain(&credential()), content::<Credential>),
        reader("closed month", plain(&month()), content::<ClosedMonth>),
        reader("chain of keys", chain().to_bytes(), chain_holds),
        reader("event", plain(&batch().events[1]), content::<Event>),
        reader("verdict", plain(&receipt().verdicts[2]), content::<Verdict>),
        reader("compressed batch", pack(&batch()), |bytes| {
            unpack::<Batch>(bytes).is_ok()
        }),
        reader("envelope", envelope.to_bytes(), envelope_holds),
        reader(
            "refusal",
            Refused::Gap { expected_seq: 4 }.to_bytes(),
            refusal_holds,
        ),
        reader("code of a pouch", codes[0].clone().into_bytes(), pouch_code_holds),
        reader("code of a pass", pass_code().into_bytes(), pass_code_holds),
        reader(
            "enrolment code",
            enrolment_code().to_string().into_bytes(),
            enrolment_code_holds,
        ),
    ];
    readers.extend(questions());
    readers.extend(recalls.map(|recall| reader("recall", recall.to_bytes(), recall_holds)));
    readers.extend(pouches.map(|pouch| reader("pouch", pouch, pouch_holds)));
    readers
}

/// Those of what a question asks, and of who asks it.
fn questions() -> Vec<Reader> {
    let reader = |name, sample, holds: fn(&[u8]) -> bool| Reader { name, sample, holds };
    vec![
        reader(
            "question about decisions",
            heard().to_path().into_bytes(),
            heard_path_holds,
        ),
        reader(
            "question about the log",
            log_path(&heard().heads).into_bytes(),
            log_path_holds,
        ),
        reader(
            "question about the standing",
            months_heard().to_path().into_bytes(),
            standing_path_holds,
        ),
        reader(
            "header of a question",
            question().device.into_bytes(),
            device_header_holds,
        ),
        reader(
            "signature of a question",
            question().signature.into_bytes(),
            signature_header_holds,
        ),
    ]
}

fn plain<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("memory")
}

/// Reads a content as the reader of envelopes does.
fn read<T: for<'b> Decode<'b, ()>>(bytes: &[u8]) -> Option<T> {
    unpack(&zstd::bulk::compress(bytes, 1).expect("memory")).ok()
}

fn content<T>(bytes: &[u8]) -> bool
where
    T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug,
{
    written_again(read::<T>(bytes), |value| read(&plain(value)))
}

/// What was read reads the same once it is written: says whether anything was.
fn written_again<T: PartialEq + Debug>(value: Option<T>, write_and_read: impl Fn(&T) -> Option<T>) -> bool {
    value.is_some_and(|value| {
        assert_eq!(write_and_read(&value).as_ref(), Some(&value));
        true
    })
}

/// A state is also applied, to nothing and to what the sample changes.
fn state_holds(bytes: &[u8]) -> bool {
    let Some(state) = read::<State>(bytes) else {
        return false;
    };
    for base in [WholeState::default(), whole()] {
        let Some(applied) = base.apply(&state) else {
            continue;
        };
        assert_eq!(applied.digest(), state.digest);
        assert_eq!(applied.count_spent(), state.spent_count);
    }
    content::<State>(bytes)
}

/// Whatever an objection says, it can be shown in a terminal.
fn objection_holds(bytes: &[u8]) -> bool {
    if let Some(objection) = read::<Objection>(bytes) {
        let note = objection.note.as_str();
        assert!(!note.is_empty() && note.chars().count() <= 500);
        assert!(!note.chars().any(char::is_control));
    }
    content::<Objection>(bytes)
}

/// Whatever a standing says, it is looked at before it is believed.
fn standing_holds(bytes: &[u8]) -> bool {
    if let Some(standing) = read::<Standing>(bytes) {
        let _ = standing.follows(&months_heard());
    }
    content::<Standing>(bytes)
}

fn standing_path_holds(bytes: &[u8]) -> bool {
    written_again(MonthsHeard::from_path(&text(bytes)), |heard| {
        MonthsHeard::from_path(&heard.to_path())
    })
}

fn envelope_holds(bytes: &[u8]) -> bool {
    let Ok(envelope) = Envelope::from_bytes(bytes) else {
        return false;
    };
    assert_eq!(envelope.to_bytes(), bytes);
    let opened = envelope.open::<Batch>(&key().public(), Purpose::Batch);
    assert!(
        opened.is_err() || opened == Ok(batch()),
        "the signature holds for one content"
    );
    let _ = envelope.read_unproven::<Grant>();
    true
}

fn refusal_holds(bytes: &[u8]) -> bool {
    written_again(Refused::from_bytes(bytes), |refused| {
        Refused::from_bytes(&refused.to_bytes())
    })
}

fn recall_holds(bytes: &[u8]) -> bool {
    written_again(Recall::from_bytes(bytes), |recall| {
        Recall::from_bytes(&recall.to_bytes())
    })
}

fn chain() -> KeyChain {
    KeyChain::of(successions()).expect("proven")
}

/// A chain of other keys proves nothing; it is read all the same.
fn chain_holds(bytes: &[u8]) -> bool {
    written_again(KeyChain::from_bytes(bytes), |chain| match chain {
        Ok(chain) => KeyChain::from_bytes(&chain.to_bytes()),
        Err(fault) => Some(Err(*fault)),
    })
}

fn pouch_holds(bytes: &[u8]) -> bool {
    written_again(Pouch::from_bytes(bytes).ok(), |pouch| {
        Pouch::from_bytes(&pouch.to_bytes()).ok()
    })
}

/// Gathers a code with those of a whole pouch: what is taken out is that pouch, or the code's own.
fn pouch_code_holds(bytes: &[u8]) -> bool {
    let Some(code) = PouchCode::read(&text(bytes)) else {
        return false;
    };
    let [own, ..] = samples();
    let mut pages = PouchPages::default();
    pages.add(code.clone());
    for code in PouchCode::write(&own).expect("a code") {
        pages.add(PouchCode::read(&code).expect("its own"));
    }
    let _ = pages.find_missing();
    for whole in pages.take_whole() {
        assert!(Trace::of_bytes(&whole) == code.pouch || whole == own);
    }
    true
}

fn pass_code_holds(bytes: &[u8]) -> bool {
    let Some(pass) = SignedPass::parse(&fold_code(&text(bytes))) else {
        return false;
    };
    assert_eq!(
        pass.is_signed_by(&key().public()),
        pass.code() == pass_code(),
        "the signature holds for one code"
    );
    written_again(Some(pass), |pass| SignedPass::parse(&pass.code()))
}

fn enrolment_code_holds(bytes: &[u8]) -> bool {
    written_again(EnrolmentCode::parse(&text(bytes)).ok(), |code| {
        EnrolmentCode::parse(&code.to_string()).ok()
    })
}

fn heard_path_holds(bytes: &[u8]) -> bool {
    written_again(Heard::from_path(&text(bytes)), |heard| {
        Heard::from_path(&heard.to_path())
    })
}

fn log_path_holds(bytes: &[u8]) -> bool {
    written_again(read_log_path(&text(bytes)), |heads| {
        read_log_path(&log_path(heads))
    })
}

fn device_header_holds(bytes: &[u8]) -> bool {
    let asker = |device| Question { device, ..question() }.asker();
    written_again(asker(text(bytes)), |device| asker(device.to_string()))
}

fn signature_header_holds(bytes: &[u8]) -> bool {
    let signature = text(bytes);
    let is_the_sample = signature == question().signature;
    let asked = Question {
        signature,
        ..question()
    };
    assert_eq!(asked.is_asked_by(&key().public(), PATH), is_the_sample);
    is_the_sample
}

const PATH: &str = "/v1/state";

fn question() -> Question {
    Question::ask(&key(), PATH)
}

fn pass_code() -> String {
    let signed = SignedPass::sign(PassKeyId(9), &key(), pass(127, 2), held_on());
    signed.expect("a day of the wire").code()
}

fn credential() -> Credential {
    Credential {
        device: key().public(),
        siret: "21940046200014".into(),
        structure: "Ville".into(),
        holds_from: held_on(),
    }
}

fn heard() -> Heard {
    let head = Head {
        epoch: Epoch(7),
        first_seq: 1,
        last_seq: 41,
        receipt: Trace([9; 8]),
    };
    Heard {
        since: 12,
        last: Some(Trace([8; 8])),
        generation: 3,
        heads: vec![head, head],
        noted: Some(Trace([6; 8])),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a hand does to bytes on their way.
#[derive(Debug, Clone)]
enum Touch {
    Change(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    /// Takes a piece out, or puts it in once more.
    Repeat(prop::sample::Index, usize, usize),
}

impl Touch {
    fn any() -> impl Strategy<Value = Self> {
        let at = any::<prop::sample::Index>;
        // The heads by which CBOR claims numbers, texts, lists and maps of any length, known or not.
        let claim = (0u8..6, 24u8..32, vec(any::<u8>(), 0..9)).prop_map(|(kind, size, rest)| {
            let mut head = vec![kind << 5 | size];
            head.extend(rest);
            head
        });
        prop_oneof![
            4 => (at(), any::<u8>()).prop_map(|(at, by)| Self::Change(at, by)),
            1 => at().prop_map(Self::Cut),
            2 => (at(), prop_oneof![vec(any::<u8>(), 1..4), claim]).prop_map(|(at, bytes)| Self::Insert(at, bytes)),
            2 => (at(), 1usize..20, 0usize..4).prop_map(|(at, length, times)| Self::Repeat(at, length, times)),
        ]
    }

    fn touch(&self, bytes: &mut Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Change(at, by) => {
                let at = at.index(bytes.len());
                bytes[at] ^= by;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Insert(at, more) => {
                let at = at.index(bytes.len());
                bytes.splice(at..at, more.iter().copied());
            }
            Self::Repeat(at, length, times) => {
                let at = at.index(bytes.len());
                let end = bytes.len().min(at + length);
                let piece = bytes[at..end].repeat(*times);
                bytes.splice(at..end, piece);
            }
        }
    }
}

#[test]
fn every_reader_reads_its_sample_and_no_more() {
    for Reader { name, sample, holds } in readers() {
        assert!(holds(&sample), "{name}");
        for cut in 0..sample.len() {
            holds(&sample[..cut]);
        }
        // An envelope's body is not looked into yet, and a code is typed with anything between.
        let is_open = ["envelope", "enrolment code"].contains(&name);
        assert!(is_open || !holds(&[sample.as_slice(), &[0]].concat()), "{name}");
    }
}

proptest! {
    #[test]
    fn whatever_hands_have_touched_is_read_or_refused(touches in vec(Touch::any(), 1..5)) {
        for Reader { sample, holds, .. } in readers() {
            let mut bytes = sample;
            touches.iter().for_each(|touch| touch.touch(&mut bytes));
            holds(&bytes);
        }
    }

    #[test]
    fn whatever_nobody_wrote_is_read_or_refused(bytes in vec(any::<u8>(), 0..300), text in ".{0,130}") {
        for Reader { holds, .. } in readers() {
            holds(&bytes);
            holds(text.as_bytes());
        }
    }
}

/// How many bytes of memory a content may take for each of its bytes, as a value: a list of empty texts is
/// the dearest, and grows by doubling.
const DEAREST: usize = 64;

/// What nothing small may take, in bytes.
const LITTLE: usize = 16 << 20;

/// What Linux counts of this process's memory under that name, in bytes.
fn memory(name: &str) -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: usize = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib << 10)
}

/// The most memory that `act` uses beside what is used already; `None` where nobody counts it, or where
/// other tests share it.
fn room_of(act: impl FnOnce()) -> Option<usize> {
    let is_alone = std::env::var_os("NEXTEST").is_some();
    // From now on, the most that was used is counted afresh.
    fs::write("/proc/self/clear_refs", "5")
        .ok()
        .filter(|()| is_alone)?;
    let before = memory("VmRSS:")?;
    act();
    Some(memory("VmHWM:")?.saturating_sub(before))
}

#[test]
fn a_length_that_is_only_claimed_takes_no_room() {
    let claims: Vec<Vec<u8>> = [2u8, 3, 4, 5]
        .iter()
        .flat_map(|kind| {
            [
                vec![kind << 5 | 26, 0x7f, 0xff, 0xff, 0xff],
                [vec![kind << 5 | 27], vec![0x7f; 8]].concat(),
            ]
        })
        .collect();
    let room = room_of(|| {
        for Reader { sample, holds, .. } in readers() {
            for at in 0..sample.len().min(400) {
                for claim in &claims {
                    holds(&[&sample[..at], claim, &sample[at + 1..]].concat());
                }
            }
        }
    });
    assert!(room.is_none_or(|room| room < LITTLE), "{room:?} bytes");
}

/// Reads a content and forgets it.
type Read = fn(&[u8]);

/// Values that take the most memory for their bytes, as many as make a content of so many bytes.
fn swollen<T: Clone>(one: T, written: usize, bytes: usize) -> Vec<T> {
    vec![one; bytes / written]
}

#[test]
fn what_is_read_takes_so_much_for_each_of_its_bytes_at_most() {
    const BYTES: usize = 1 << 20;
    let empty = SiteEntry {
        site: 1,
        name: String::new(),
        insee_code: String::new(),
    };
    let piece = Piece {
        batch: ByteVec::from(vec![]),
        receipt: ByteVec::from(vec![]),
    };
    let mut terms = programme();
    terms.territory = swollen(String::new(), 1, BYTES);
    let mut communes = state();
    communes.programmes[0].terms = Some(terms);
    let mut ranges = state();
    ranges.programmes[0].booklets = Some(swollen(whole().programmes[&ProgrammeId(3)].booklets[0], 5, BYTES));
    // The dearest first: what is given back to the system late would hide what is dearer.
    let contents: [(Vec<u8>, Read); 6] = [
        (plain(&communes), |bytes| drop(read::<State>(bytes))),
        (
            plain(&Batch {
                sites: swollen(empty.clone(), 4, BYTES),
                ..batch()
            }),
            |bytes| drop(read::<Batch>(bytes)),
        ),
        (
            plain(&Receipt {
                verdicts: swollen(Verdict::Credited, 3, BYTES),
                ..receipt()
            }),
            |bytes| drop(read::<Receipt>(bytes)),
        ),
        (
            plain(&Log {
                pieces: swollen(piece, 3, BYTES),
                ..log()
            }),
            |bytes| drop(read::<Log>(bytes)),
        ),
        (
            plain(&altered(&form(), |form| form.sites = swollen(empty, 4, BYTES))),
            |bytes| drop(read::<EnrolmentForm>(bytes)),
        ),
        (plain(&ranges), |bytes| drop(read::<State>(bytes))),
    ];
    for (bytes, read) in contents {
        assert!(bytes.len() > BYTES / 2, "{} bytes show nothing", bytes.len());
        let room = room_of(|| read(&bytes));
        let most = DEAREST * bytes.len();
        assert!(
            room.is_none_or(|room| room < most),
            "{room:?} bytes for {}",
            bytes.len()
        );
    }
}
