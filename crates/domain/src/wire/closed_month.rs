//! A month that was closed, whole, as clearing signs it for itself: whoever goes on from an older copy
//! of the books brings it back exactly.

use super::columns::{deltas, push, read_deltas, read_runs, runs, take};
use crate::{
    cents::Cents,
    id::{BirthId, DeviceId, Epoch, ServerId},
    pass::PassId,
    programme::ProgrammeId,
};
use minicbor::{Decode, Encode};

/// All that a closed month holds, and which credits and withdrawals it has counted.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClosedMonth {
    /// The version of this shape: 1.
    #[n(0)]
    pub version: u8,
    /// The clearing service.
    #[n(1)]
    pub server: ServerId,
    /// The month: `2026-10`.
    #[n(2)]
    pub month: String,
    /// The month closed before it; nothing for the first.
    #[n(3)]
    pub follows: Option<String>,
    /// The first instant that does not count in it, in Unix seconds.
    #[n(4)]
    pub ends_at: u64,
    /// When it was closed, in Unix seconds.
    #[n(5)]
    pub closed_at: u64,
    /// What was earned, by structure and programme.
    #[n(6)]
    pub lines: Vec<ClosedLine>,
    /// What is paid, by structure.
    #[n(7)]
    pub balances: Vec<ClosedBalance>,
    /// The credits that it has counted.
    #[n(8)]
    pub credited: Vec<CountedLife>,
    /// Credits that were given back since an earlier month had counted them.
    #[n(9)]
    pub withdrawn: Vec<CountedLife>,
}

/// What a structure earned with the passes of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClosedLine {
    /// The SIRET of the structure.
    #[n(0)]
    pub structure: String,
    /// The programme.
    #[n(1)]
    pub programme: ProgrammeId,
    /// How many credits.
    #[n(2)]
    pub credited_count: u64,
    /// What they are worth.
    #[n(3)]
    pub credited_cents: Cents,
    /// How many were given back.
    #[n(4)]
    pub withdrawn_count: u64,
    /// What these are worth.
    #[n(5)]
    pub withdrawn_cents: Cents,
    /// What each funder pays of it, in the order of the programme.
    #[n(6)]
    pub shares: Vec<ClosedShare>,
}

/// A funder's part of a line.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClosedShare {
    /// Who.
    #[n(0)]
    pub funder: String,
    /// How much.
    #[n(1)]
    pub amount_cents: Cents,
}

/// What the month makes of a structure's account.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClosedBalance {
    /// The SIRET of the structure.
    #[n(0)]
    pub structure: String,
    /// What the month before left.
    #[n(1)]
    pub carried_cents: Cents,
    /// The sum of its lines.
    #[n(2)]
    pub amount_cents: Cents,
    /// What is paid.
    #[n(3)]
    pub paid_cents: Cents,
    /// Whom; nobody when nothing is paid.
    #[n(4)]
    pub payee: Option<ClosedPayee>,
}

/// Whom a month has paid.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClosedPayee {
    /// The account, as machines exchange it.
    #[n(0)]
    pub iban: String,
    /// The bank, where it was given.
    #[n(1)]
    pub bic: Option<String>,
    /// In whose name the account is.
    #[n(2)]
    pub holder: String,
}

/// A credit that a month has counted. An event names it for ever; how many credits of its pass were
/// given back before it may change when the books go on from an older copy. What is paid is the pass: it may come
/// back through another event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountedCredit {
    /// The event through which it was given.
    pub event: BirthId,
    /// The pass that was paid.
    pub pass: PassId,
}

/// Credits given through events of one life of a device's log.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct CountedLife {
    /// The device.
    #[n(0)]
    device: DeviceId,
    /// The life of its log.
    #[n(1)]
    epoch: Epoch,
    /// How many events lie between each and the one before, ascending.
    #[cbor(n(2), with = "minicbor::bytes")]
    gaps: Vec<u8>,
    /// The programme of each.
    #[cbor(n(3), with = "minicbor::bytes")]
    programmes: Vec<u8>,
    /// The booklet of each.
    #[cbor(n(4), with = "minicbor::bytes")]
    booklets: Vec<u8>,
    /// The rank of each.
    #[cbor(n(5), with = "minicbor::bytes")]
    ranks: Vec<u8>,
}

impl CountedLife {
    /// These credits, each once, by life.
    #[must_use]
    pub fn of(mut credits: Vec<CountedCredit>) -> Vec<Self> {
        credits.sort_unstable();
        credits.dedup_by_key(|credit| credit.event);
        credits
            .chunk_by(|a, b| (a.event.device, a.event.epoch) == (b.event.device, b.event.epoch))
            .map(Self::of_one)
            .collect()
    }

    fn of_one(credits: &[CountedCredit]) -> Self {
        let (mut gaps, mut before) = (Vec::new(), 0);
        for CountedCredit { event, .. } in credits {
            push(&mut gaps, event.seq.saturating_sub(before + 1));
            before = event.seq;
        }
        let column = |of: fn(&PassId) -> i64| credits.iter().map(move |credit| of(&credit.pass));
        let BirthId { device, epoch, .. } = credits[0].event;
        Self {
            device,
            epoch,
            gaps,
            programmes: runs(column(|pass| pass.programme.0.into())),
            booklets: deltas(column(|pass| pass.booklet.into())),
            ranks: deltas(column(|pass| pass.rank.into())),
        }
    }

    /// The credits, by event, ascending; `None` when a number leaves its bits, or a column has more or less than
    /// the others.
    #[must_use]
    pub fn read(&self) -> Option<Vec<CountedCredit>> {
        let (mut gaps, mut events, mut seq) = (self.gaps.as_slice(), Vec::new(), 0u64);
        while !gaps.is_empty() {
            seq = seq.checked_add(take(&mut gaps)?)?.checked_add(1)?;
            let Self { device, epoch, .. } = *self;
            events.push(BirthId { device, epoch, seq });
        }
        let programmes = read_runs(&self.programmes, events.len())?;
        let booklets = read_deltas(&self.booklets, events.len())?;
        let ranks = read_deltas(&self.ranks, events.len())?;
        let passes = programmes.into_iter().zip(booklets).zip(ranks);
        let read = |(event, ((programme, booklet), rank))| {
            let pass = PassId {
                programme: ProgrammeId(u16::try_from(programme).ok()?),
                booklet: u32::try_from(booklet).ok()?,
                rank: u8::try_from(rank).ok()?,
            };
            Some(CountedCredit { event, pass })
        };
        events.into_iter().zip(passes).map(read).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        key::{PrivateKey, Purpose},
        wire::{Envelope, pack, unpack},
    };
    use proptest::{collection::vec, option, prelude::*};

    fn credit(device: u8, epoch: u64, seq: u64, booklet: u32) -> CountedCredit {
        CountedCredit {
            event: BirthId {
                device: DeviceId([device; 16]),
                epoch: Epoch(epoch),
                seq,
            },
            pass: PassId {
                programme: ProgrammeId(3),
                booklet,
                rank: 1 + (booklet % 10) as u8,
            },
        }
    }

    pub fn month() -> ClosedMonth {
        let share = |funder: &str, cents| ClosedShare {
            funder: funder.into(),
            amount_cents: Cents(cents),
        };
        ClosedMonth {
            version: crate::wire::VERSION,
            server: ServerId([5; 16]),
            month: "2026-11".into(),
            follows: Some("2026-10".into()),
            ends_at: 1_796_079_600,
            closed_at: 1_796_119_200,
            lines: vec![ClosedLine {
                structure: "21940016500011".into(),
                programme: ProgrammeId(3),
                credited_count: 3,
                credited_cents: Cents(3_000),
                withdrawn_count: 1,
                withdrawn_cents: Cents(1_000),
                shares: vec![share("Métropole", 1_111), share("État", 889)],
            }],
            balances: vec![ClosedBalance {
                structure: "21940016500011".into(),
                carried_cents: Cents(-500),
                amount_cents: Cents(2_000),
                paid_cents: Cents(1_500),
                payee: Some(ClosedPayee {
                    iban: "FR1420041010050500013M02606".into(),
                    bic: None,
                    holder: "Régie".into(),
                }),
            }],
            credited: CountedLife::of(vec![
                credit(2, 7, 1, 41),
                credit(2, 7, 2, 40),
                credit(2, 7, 300, 70_000),
            ]),
            withdrawn: CountedLife::of(vec![credit(1, 9, 4, 12)]),
        }
    }

    #[test]
    fn a_month_keeps_its_bytes() {
        let bytes = minicbor::to_vec(month()).expect("memory takes all that is written");
        insta::assert_snapshot!(data_encoding::HEXLOWER.encode(&bytes));
    }

    #[test]
    fn a_month_is_signed_for_nothing_else() {
        let key = PrivateKey::from_seed(&[3; 32]);
        let sealed = Envelope::seal([5; 16], &key, Purpose::Settlement, &month());
        assert_eq!(sealed.open(&key.public(), Purpose::Settlement), Ok(month()));
        assert!(sealed.open::<ClosedMonth>(&key.public(), Purpose::Log).is_err());
    }

    #[test]
    fn a_backlog_in_order_costs_three_bytes_an_event_and_next_to_nothing_compressed() {
        let lives = CountedLife::of(
            (1..=1_000)
                .map(|seq| credit(2, 7, seq, seq as u32 / 10))
                .collect(),
        );
        assert_eq!((lives.len(), lives[0].gaps.len()), (1, 1_000));
        assert!(minicbor::to_vec(&lives).expect("memory").len() < 3_100);
        assert!(pack(&lives).len() < 120);
    }

    #[test]
    fn numbers_that_no_event_and_no_pass_have_are_refused() {
        let whole = CountedLife::of(vec![credit(1, 1, u64::MAX, 7)]).remove(0);
        assert_eq!(whole.read(), Some(vec![credit(1, 1, u64::MAX, 7)]));
        let spoilt = |spoil: fn(&mut CountedLife)| {
            let mut life = whole.clone();
            spoil(&mut life);
            life.read()
        };
        assert_eq!(spoilt(|life| life.gaps.push(0)), None);
        assert_eq!(spoilt(|life| life.programmes = runs([1 << 16])), None);
        assert_eq!(spoilt(|life| life.booklets = deltas([-1])), None);
        assert_eq!(spoilt(|life| life.ranks = deltas([256])), None);
        assert_eq!(spoilt(|life| life.ranks.clear()), None);
        assert_eq!(spoilt(|life| life.ranks.push(0)), None);
    }

    proptest! {
        #[test]
        fn any_credits_come_back(
            drawn in vec((0u8..3, 0u64..3, prop_oneof![1u64..50, 1u64..=u64::MAX], any::<u32>()), 0..60),
        ) {
            let mut credits: Vec<CountedCredit> =
                drawn.into_iter().map(|(d, e, s, b)| credit(d, e, s, b)).collect();
            let lives = CountedLife::of(credits.clone());
            prop_assert_eq!(unpack::<Vec<CountedLife>>(&pack(&lives)), Ok(lives.clone()));
            credits.sort_unstable();
            credits.dedup_by_key(|credit| credit.event);
            let read: Option<Vec<Vec<CountedCredit>>> = lives.iter().map(CountedLife::read).collect();
            prop_assert_eq!(read.expect("within bounds").concat(), credits);
        }

        #[test]
        fn any_month_comes_back(cents: i64, count: u64, follows in option::of("[0-9-]{0,8}"), holder in ".{0,30}") {
            let mut whole = month();
            whole.follows = follows;
            whole.lines[0].credited_cents = Cents(cents);
            whole.lines[0].withdrawn_count = count;
            whole.balances[0].payee = whole.balances[0].payee.take().map(|payee| ClosedPayee { holder, ..payee });
            prop_assert_eq!(unpack::<ClosedMonth>(&pack(&whole)), Ok(whole));
        }

        #[test]
        fn any_bytes_are_a_month_or_refused(bytes: Vec<u8>) {
            let packed = zstd::bulk::compress(&bytes, 1).expect("memory");
            if let Ok(month) = unpack::<ClosedMonth>(&packed) {
                let _: Vec<_> = month.credited.iter().map(CountedLife::read).collect();
            }
        }
    }
}
