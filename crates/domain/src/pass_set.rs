//! Sets of passes of one programme: exact, and small enough to be kept, compared and sent whole.
//!
//! Booklets are numbered one after the other, so a set is a row of bits: the passes of a booklet by
//! rank, then those of the next. The row is cut into blocks of [`BOOKLETS_PER_BLOCK`] booklets, of
//! which only those that hold a pass are there: a block is what a ledger keeps in one row.

use crate::pass::Rank;
use std::collections::{BTreeMap, BTreeSet};

/// How many booklets share a block.
pub const BOOKLETS_PER_BLOCK: u32 = 256;

/// A set of passes of one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassSet {
    passes_per_booklet: u8,
    /// None of them is empty, so that equal sets are equal.
    blocks: BTreeMap<u32, Box<[u8]>>,
}

impl PassSet {
    /// An empty one, of a programme whose booklets hold that many passes.
    #[must_use]
    pub const fn new(passes_per_booklet: u8) -> Self {
        Self {
            passes_per_booklet,
            blocks: BTreeMap::new(),
        }
    }

    /// The set made of these blocks, each under its number; `None` when one has not the size or
    /// the number of a block.
    #[must_use]
    pub fn from_blocks(
        passes_per_booklet: u8,
        blocks: impl IntoIterator<Item = (u32, Vec<u8>)>,
    ) -> Option<Self> {
        let mut set = Self::new(passes_per_booklet);
        for (number, bits) in blocks {
            if bits.len() != set.block_bytes() || number > Self::block_of(u32::MAX) {
                return None;
            }
            if bits.iter().any(|byte| *byte != 0) {
                set.blocks.insert(number, bits.into_boxed_slice());
            }
        }
        Some(set)
    }

    /// How many passes a booklet holds.
    #[must_use]
    pub const fn passes_per_booklet(&self) -> u8 {
        self.passes_per_booklet
    }

    /// The block in which the passes of a booklet stand.
    #[must_use]
    pub const fn block_of(booklet: u32) -> u32 {
        booklet / BOOKLETS_PER_BLOCK
    }

    /// The size of a block, in bytes.
    #[must_use]
    pub fn block_bytes(&self) -> usize {
        BOOKLETS_PER_BLOCK as usize / 8 * usize::from(self.passes_per_booklet)
    }

    /// The blocks, ascending. Bit b of a block, the lowest of its first byte being 0, is rank
    /// b mod n + 1 of booklet 256 × block + b / n, n being the passes of a booklet.
    pub fn blocks(&self) -> impl Iterator<Item = (u32, &[u8])> {
        self.blocks.iter().map(|(number, bits)| (*number, &**bits))
    }

    /// The block of that number, if it holds a pass.
    #[must_use]
    pub fn find_block(&self, number: u32) -> Option<&[u8]> {
        self.blocks.get(&number).map(|bits| &**bits)
    }

    /// The numbers of the blocks that are not the same in another set of the programme, ascending.
    #[must_use]
    pub fn blocks_unlike(&self, other: &Self) -> BTreeSet<u32> {
        let all = self.blocks.keys().chain(other.blocks.keys()).copied();
        all.filter(|number| self.blocks.get(number) != other.blocks.get(number))
            .collect()
    }

    /// How many blocks there are.
    #[must_use]
    pub fn count_blocks(&self) -> usize {
        self.blocks.len()
    }

    /// Whether the pass is in the set.
    #[must_use]
    pub fn contains(&self, booklet: u32, rank: Rank) -> bool {
        self.place(booklet, rank).is_some_and(|(block, byte, bit)| {
            self.blocks.get(&block).is_some_and(|bits| bits[byte] & bit != 0)
        })
    }

    /// Puts a pass in; says whether that changes the set. A rank that no booklet has does not.
    pub fn insert(&mut self, booklet: u32, rank: Rank) -> bool {
        let Some((block, byte, bit)) = self.place(booklet, rank) else {
            return false;
        };
        let size = self.block_bytes();
        let bits = self
            .blocks
            .entry(block)
            .or_insert_with(|| vec![0; size].into_boxed_slice());
        let is_new = bits[byte] & bit == 0;
        bits[byte] |= bit;
        is_new
    }

    /// Takes a pass out; says whether that changes the set.
    pub fn remove(&mut self, booklet: u32, rank: Rank) -> bool {
        let Some((block, byte, bit)) = self.place(booklet, rank) else {
            return false;
        };
        let Some(bits) = self.blocks.get_mut(&block) else {
            return false;
        };
        let was_there = bits[byte] & bit != 0;
        bits[byte] &= !bit;
        if was_there && bits.iter().all(|byte| *byte == 0) {
            self.blocks.remove(&block);
        }
        was_there
    }

    /// The passes, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Rank)> {
        let per_booklet = u32::from(self.passes_per_booklet);
        self.blocks().flat_map(move |(number, bits)| {
            set_bits(bits).map(move |bit| {
                let rank = u8::try_from(bit % per_booklet).expect("below a number of eight bits") + 1;
                (number * BOOKLETS_PER_BLOCK + bit / per_booklet, rank)
            })
        })
    }

    /// How many passes there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        let bytes = self.blocks.values().flat_map(|bits| bits.iter());
        bytes.map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// Puts all passes of another set of the programme in.
    pub fn extend(&mut self, other: &Self) {
        for (booklet, rank) in other.iter() {
            self.insert(booklet, rank);
        }
    }

    /// Block, byte in it, and bit in that.
    fn place(&self, booklet: u32, rank: Rank) -> Option<(u32, usize, u8)> {
        if rank == 0 || rank > self.passes_per_booklet {
            return None;
        }
        let in_block = (booklet % BOOKLETS_PER_BLOCK) as usize;
        let bit = in_block * usize::from(self.passes_per_booklet) + usize::from(rank - 1);
        Some((Self::block_of(booklet), bit / 8, 1 << (bit % 8)))
    }
}

/// Whether a pass stands in a block, told by the block alone: its size says how many passes a
/// booklet holds.
#[must_use]
pub fn is_in_block(bits: &[u8], booklet: u32, rank: Rank) -> bool {
    let per_booklet = bits.len() / (BOOKLETS_PER_BLOCK as usize / 8);
    u8::try_from(per_booklet).is_ok_and(|per_booklet| {
        let place = PassSet::new(per_booklet).place(booklet, rank);
        place.is_some_and(|(_, byte, bit)| bits[byte] & bit != 0)
    })
}

/// The places of the bits that are set, ascending.
fn set_bits(bits: &[u8]) -> impl Iterator<Item = u32> {
    (0u32..).zip(bits).flat_map(|(at, &byte)| {
        let places = (0..8).filter(move |bit| byte & (1 << bit) != 0);
        places.map(move |bit| at * 8 + bit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{collection::vec, prelude::*};

    #[test]
    fn a_rank_that_no_booklet_has_is_in_no_set() {
        let mut set = PassSet::new(10);
        assert!(!set.insert(1, 0) && !set.insert(1, 11) && !set.contains(1, 0));
        assert_eq!((set.count(), set.count_blocks()), (0, 0));
        assert!(set.insert(u32::MAX, 10));
        assert_eq!(set.iter().collect::<Vec<_>>(), [(u32::MAX, 10)]);
    }

    #[test]
    fn a_block_of_another_size_is_refused() {
        assert_eq!(PassSet::from_blocks(10, [(0, vec![1; 319])]), None);
        assert_eq!(
            PassSet::from_blocks(10, [(0, vec![0; 320])]),
            Some(PassSet::new(10))
        );
    }

    proptest! {
        #[test]
        fn a_set_of_passes_is_a_set_of_passes(
            per_booklet in 1u8..=255,
            steps in vec((any::<bool>(), prop_oneof![0u32..600, Just(u32::MAX)], 1u8..=255), 0..200),
        ) {
            let (mut set, mut model) = (PassSet::new(per_booklet), BTreeSet::new());
            for (puts_in, booklet, rank) in steps {
                let pass = (booklet, (rank - 1) % per_booklet + 1);
                if puts_in {
                    prop_assert_eq!(set.insert(pass.0, pass.1), model.insert(pass));
                } else {
                    prop_assert_eq!(set.remove(pass.0, pass.1), model.remove(&pass));
                }
                prop_assert_eq!(set.contains(pass.0, pass.1), puts_in);
            }
            prop_assert_eq!(set.iter().collect::<Vec<_>>(), model.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(set.count(), model.len() as u64);
            let unlike = set.blocks_unlike(&PassSet::new(per_booklet));
            prop_assert_eq!(unlike.len(), set.count_blocks());
            prop_assert!(set.blocks_unlike(&set).is_empty());
            let blocks = set.blocks().map(|(number, bits)| (number, bits.to_vec()));
            prop_assert_eq!(PassSet::from_blocks(per_booklet, blocks), Some(set.clone()));
            for (booklet, rank) in model {
                let bits = set.find_block(PassSet::block_of(booklet)).expect("its block");
                prop_assert!(is_in_block(bits, booklet, rank));
            }
        }
    }
}
