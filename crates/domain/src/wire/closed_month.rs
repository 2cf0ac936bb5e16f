//! A month that was closed, whole, as clearing signs it for itself: whoever goes on from an older copy
//! of the books brings it back exactly.

use super::columns::{push, take};
use crate::{
    cents::Cents,
    id::{BirthId, DeviceId, Epoch, ServerId},
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
    /// The events through which the credits that it has counted were given.
    #[n(8)]
    pub credited: Vec<CountedLife>,
    /// Those of the credits that were given back since an earlier month had counted them.
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

/// Events of one life of a device's log. An event names a credit for ever; how many credits of the
/// same pass were given back before it may change when the books go on from an older copy.
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
}

impl CountedLife {
    /// These events, each once, by life.
    #[must_use]
    pub fn of(mut events: Vec<BirthId>) -> Vec<Self> {
        events.sort_unstable();
        events.dedup();
        events
            .chunk_by(|a, b| (a.device, a.epoch) == (b.device, b.epoch))
            .map(|life| {
                let (mut gaps, mut before) = (Vec::new(), 0);
                for event in life {
                    push(&mut gaps, event.seq.saturating_sub(before + 1));
                    before = event.seq;
                }
                let BirthId { device, epoch, .. } = life[0];
                Self { device, epoch, gaps }
            })
            .collect()
    }

    /// The events, ascending; `None` when the numbers leave 64 bits.
    #[must_use]
    pub fn read(&self) -> Option<Vec<BirthId>> {
        let (mut gaps, mut events, mut seq) = (self.gaps.as_slice(), Vec::new(), 0u64);
        while !gaps.is_empty() {
            seq = seq.checked_add(take(&mut gaps)?)?.checked_add(1)?;
            let Self { device, epoch, .. } = *self;
            events.push(BirthId { device, epoch, seq });
        }
        Some(events)
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

    fn event(device: u8, epoch: u64, seq: u64) -> BirthId {
        BirthId {
            device: DeviceId([device; 16]),
            epoch: Epoch(epoch),
            seq,
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
            credited: CountedLife::of(vec![event(2, 7, 1), event(2, 7, 2), event(2, 7, 300)]),
            withdrawn: CountedLife::of(vec![event(1, 9, 4)]),
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
    fn a_backlog_in_order_costs_a_byte_an_event() {
        let lives = CountedLife::of((1..=1_000).map(|seq| event(2, 7, seq)).collect());
        assert_eq!((lives.len(), lives[0].gaps.len()), (1, 1_000));
        assert!(pack(&lives).len() < 80, "and next to nothing once compressed");
    }

    #[test]
    fn a_number_beyond_64_bits_is_refused() {
        let mut life = CountedLife::of(vec![event(1, 1, u64::MAX)]).remove(0);
        assert_eq!(life.read(), Some(vec![event(1, 1, u64::MAX)]));
        life.gaps.push(0);
        assert_eq!(life.read(), None);
    }

    proptest! {
        #[test]
        fn any_events_come_back(drawn in vec((0u8..3, 0u64..3, prop_oneof![1u64..50, 1u64..=u64::MAX]), 0..60)) {
            let mut events: Vec<BirthId> = drawn.into_iter().map(|(d, e, s)| event(d, e, s)).collect();
            let lives = CountedLife::of(events.clone());
            prop_assert_eq!(unpack::<Vec<CountedLife>>(&pack(&lives)), Ok(lives.clone()));
            events.sort_unstable();
            events.dedup();
            let read: Option<Vec<Vec<BirthId>>> = lives.iter().map(CountedLife::read).collect();
            prop_assert_eq!(read.expect("within bounds").concat(), events);
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
