//! Sets of passes as they travel.
//!
//! A booklet is mostly spent from its first pass on: one byte, the *front*, says how far. Every other
//! pass is told by how many passes lie between it and the one before. Passes that are spent in no
//! order are told the second way alone, and so is the little that changed in a week.

use super::columns::{push, take};
use crate::{pass::Rank, pass_set::PassSet};
use minicbor::{Decode, Encode};

/// How many booklets without a pass the fronts may span for each that has one: beyond that, numbers
/// were given out with holes, and a byte for each booklet would be dear.
const LOOSEST: u64 = 16;

/// How much room the sets of one state may take, in bytes: 134 million passes in booklets numbered
/// one after the other. Checked before any of it is taken.
pub const MAX_SET_BYTES: usize = 16 << 20;

/// The level at which the two ways are weighed against each other.
const WEIGHING_LEVEL: i32 = 3;

/// A set of passes of one programme, ascending, in columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Passes {
    /// The booklet of the first front.
    #[n(0)]
    first: u32,
    /// For each booklet from there on, how many of its passes are in the set from rank 1 on.
    #[cbor(n(1), with = "minicbor::bytes")]
    fronts: Vec<u8>,
    /// Every other pass: how many passes lie between it and the one before.
    #[cbor(n(2), with = "minicbor::bytes")]
    others: Vec<u8>,
}

impl Passes {
    /// The set in columns, the way that takes less room.
    #[must_use]
    pub fn of(set: &PassSet) -> Self {
        let scattered = Self {
            first: 0,
            fronts: Vec::new(),
            others: gaps(set.passes_per_booklet(), set.iter()),
        };
        let Some(ordered) = Self::ordered(set) else {
            return scattered;
        };
        if ordered.weight() < scattered.weight() {
            ordered
        } else {
            scattered
        }
    }

    /// The set that travelled, of a programme whose booklets hold that many passes; `None` when the
    /// columns are not of such a set, or it takes more than is left of `room`, in bytes.
    #[must_use]
    pub fn read(&self, passes_per_booklet: u8, room: &mut usize) -> Option<PassSet> {
        let mut reading = Reading {
            set: PassSet::new(passes_per_booklet),
            room,
        };
        for (at, &front) in (0u32..).zip(&self.fronts) {
            let booklet = self.first.checked_add(at)?;
            if front > passes_per_booklet {
                return None;
            }
            for rank in 1..=front {
                reading.insert(booklet, rank)?;
            }
        }
        let per_booklet = u64::from(passes_per_booklet);
        let (mut bytes, mut next) = (self.others.as_slice(), 0u64);
        while !bytes.is_empty() {
            let place = next.checked_add(take(&mut bytes)?)?;
            let booklet = u32::try_from(place.checked_div(per_booklet)?).ok()?;
            let rank = u8::try_from(place % per_booklet).ok()?.checked_add(1)?;
            reading.insert(booklet, rank)?;
            next = place + 1;
        }
        Some(reading.set)
    }

    /// The fronts of all booklets from the first to the last of the set, and what they leave.
    fn ordered(set: &PassSet) -> Option<Self> {
        let mut passes = set.iter().peekable();
        let first = passes.peek()?.0;
        let (mut fronts, mut others, mut booklets) = (Vec::new(), Vec::new(), 0);
        while let Some(&(booklet, _)) = passes.peek() {
            booklets += 1;
            let at = booklet - first;
            if u64::from(at) > LOOSEST * booklets {
                return None;
            }
            fronts.resize(at as usize, 0);
            let mut front = 0;
            while let Some((_, rank)) = passes.next_if(|(of, _)| *of == booklet) {
                if rank == front + 1 {
                    front = rank;
                } else {
                    others.push((booklet, rank));
                }
            }
            fronts.push(front);
        }
        Some(Self {
            first,
            fronts,
            others: gaps(set.passes_per_booklet(), others.into_iter()),
        })
    }

    fn weight(&self) -> usize {
        let plain = [self.fronts.as_slice(), &self.others].concat();
        zstd::bulk::compress(&plain, WEIGHING_LEVEL).map_or(plain.len(), |packed| packed.len())
    }
}

/// A set that is being read, and the room left for its blocks.
struct Reading<'a> {
    set: PassSet,
    room: &'a mut usize,
}

impl Reading<'_> {
    fn insert(&mut self, booklet: u32, rank: Rank) -> Option<()> {
        if self.set.find_block(PassSet::block_of(booklet)).is_none() {
            *self.room = self.room.checked_sub(self.set.block_bytes())?;
        }
        self.set.insert(booklet, rank);
        Some(())
    }
}

/// How many passes lie before each, from the first of booklet 0 on, then from one to the next.
fn gaps(passes_per_booklet: u8, passes: impl Iterator<Item = (u32, Rank)>) -> Vec<u8> {
    let (mut bytes, mut next) = (Vec::new(), 0);
    for (booklet, rank) in passes {
        let place = u64::from(booklet) * u64::from(passes_per_booklet) + u64::from(rank - 1);
        push(&mut bytes, place - next);
        next = place + 1;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    fn set(passes_per_booklet: u8, passes: &[(u32, Rank)]) -> PassSet {
        let mut set = PassSet::new(passes_per_booklet);
        for &(booklet, rank) in passes {
            set.insert(booklet, rank);
        }
        set
    }

    fn read(passes: &Passes, passes_per_booklet: u8) -> Option<PassSet> {
        passes.read(passes_per_booklet, &mut { MAX_SET_BYTES })
    }

    #[test]
    fn booklets_spent_in_order_are_told_by_their_fronts() {
        let spent: Vec<_> = (1..=1000)
            .flat_map(|booklet| (1..=(booklet % 11) as u8).map(move |rank| (booklet, rank)))
            .collect();
        let told = Passes::of(&set(10, &spent));
        assert_eq!((told.first, told.fronts.len(), told.others.len()), (1, 1000, 0));
        assert_eq!(read(&told, 10), Some(set(10, &spent)));
    }

    #[test]
    fn two_booklets_far_apart_take_no_byte_for_those_between() {
        let far = set(10, &[(1, 1), (u32::MAX, 10)]);
        let told = Passes::of(&far);
        assert!(told.fronts.is_empty() && told.others.len() < 10);
        assert_eq!(read(&told, 10), Some(far));
    }

    #[test]
    fn columns_that_no_set_can_have_are_refused() {
        let with = |first, fronts: &[u8], others: &[u8]| Passes {
            first,
            fronts: fronts.to_vec(),
            others: others.to_vec(),
        };
        assert_eq!(read(&with(1, &[11], &[]), 10), None, "more than a booklet holds");
        assert_eq!(
            read(&with(u32::MAX, &[1, 1], &[]), 10),
            None,
            "after the last booklet"
        );
        assert_eq!(read(&with(0, &[], &[0x80]), 10), None, "cut short");
        assert_eq!(read(&with(0, &[], &[0; 3]), 0), None, "booklets of nothing");
        let beyond = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
        assert_eq!(
            read(&with(0, &[], &beyond), 10),
            None,
            "more booklets than there are"
        );
    }

    #[test]
    fn a_set_that_swells_is_stopped_before_it_takes_its_room() {
        // One pass in each block: two bytes each, and 8160 bytes of memory.
        let mut others = Vec::new();
        for _ in 0..3000 {
            push(&mut others, 255 * 256 - 1);
        }
        let swollen = Passes {
            others,
            ..Passes::default()
        };
        assert_eq!(read(&swollen, 255), None);
        let mut room = 8160 * 3000;
        assert_eq!(swollen.read(255, &mut room).map(|set| set.count()), Some(3000));
        assert_eq!(room, 0);
    }

    proptest! {
        #[test]
        fn any_set_comes_back(
            per_booklet in 1u8..=255,
            passes in vec((prop_oneof![0u32..40, any::<u32>()], 1u8..=255), 0..60),
        ) {
            let passes: Vec<_> = passes.into_iter().map(|(booklet, rank)| (booklet, (rank - 1) % per_booklet + 1)).collect();
            let set = set(per_booklet, &passes);
            prop_assert_eq!(Passes::of(&set).read(per_booklet, &mut { usize::MAX }), Some(set));
        }

        #[test]
        fn any_bytes_are_read_or_refused(first: u32, fronts: Vec<u8>, others: Vec<u8>, per_booklet: u8) {
            let _ = read(&Passes { first, fronts, others }, per_booklet);
        }
    }
}
