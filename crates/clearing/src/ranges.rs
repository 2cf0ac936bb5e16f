//! Ranges of booklets, as the officer names them: pure sums and differences.

use chrono::NaiveDate;
use passerelle_domain::wire::BookletRange;

/// Consecutive booklets, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first.
    pub first: u32,
    /// The last, not before the first.
    pub last: u32,
}

impl Range {
    const fn holds(self, booklet: u32) -> bool {
        self.first <= booklet && booklet <= self.last
    }

    /// How many booklets there are.
    #[must_use]
    pub const fn count(self) -> u64 {
        (self.last - self.first) as u64 + 1
    }
}

/// What is left of `wanted` once `taken` (ascending, apart from each other) is left out.
#[must_use]
pub fn without(wanted: Range, taken: &[Range]) -> Vec<Range> {
    let mut left = Vec::new();
    let mut next = u64::from(wanted.first);
    for range in taken {
        if u64::from(range.last) < next || range.first > wanted.last {
            continue;
        }
        if u64::from(range.first) > next {
            left.extend(range_of(next, range.first - 1));
        }
        next = u64::from(range.last) + 1;
    }
    if next <= u64::from(wanted.last) {
        left.extend(range_of(next, wanted.last));
    }
    left
}

fn range_of(first: u64, last: u32) -> Option<Range> {
    Some(Range {
        first: u32::try_from(first).ok()?,
        last,
    })
}

/// What the desks are told of the booklets issued: the fewest ranges of one standing each. All
/// three lists ascending, each apart from itself.
#[must_use]
pub fn standings(lots: &[Range], activated: &[Range], blocked: &[(Range, NaiveDate)]) -> Vec<BookletRange> {
    let mut told: Vec<BookletRange> = Vec::new();
    for lot in lots {
        let mut first = lot.first;
        loop {
            let until = next_change(first, *lot, activated, blocked);
            tell(
                &mut told,
                BookletRange {
                    first,
                    last: until,
                    activated: activated.iter().any(|range| range.holds(first)),
                    blocked_since: blocked
                        .iter()
                        .find(|(range, _)| range.holds(first))
                        .map(|(_, since)| *since),
                },
            );
            if until == lot.last {
                break;
            }
            first = until + 1;
        }
    }
    told
}

/// The last booklet of the lot that stands as `booklet` does, as far as the ranges show.
fn next_change(booklet: u32, lot: Range, activated: &[Range], blocked: &[(Range, NaiveDate)]) -> u32 {
    activated
        .iter()
        .chain(blocked.iter().map(|(range, _)| range))
        .filter_map(|range| {
            if range.holds(booklet) {
                Some(range.last)
            } else {
                (range.first > booklet).then(|| range.first - 1)
            }
        })
        .fold(lot.last, u32::min)
}

/// Adds a range, or lengthens the last one when nothing tells them apart.
fn tell(told: &mut Vec<BookletRange>, range: BookletRange) {
    if let Some(last) = told.last_mut()
        && last.last.checked_add(1) == Some(range.first)
        && (last.activated, last.blocked_since) == (range.activated, range.blocked_since)
    {
        last.last = range.last;
        return;
    }
    told.push(range);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(first: u32, last: u32) -> Range {
        Range { first, last }
    }

    #[test]
    fn what_is_taken_already_is_left_out() {
        assert_eq!(without(range(1, 10), &[]), [range(1, 10)]);
        assert_eq!(
            without(range(1, 10), &[range(3, 4), range(9, 20)]),
            [range(1, 2), range(5, 8)]
        );
        assert_eq!(without(range(5, 6), &[range(1, 10)]), []);
        assert_eq!(without(range(1, u32::MAX), &[range(2, u32::MAX)]), [range(1, 1)]);
    }

    #[test]
    fn lots_of_one_standing_are_told_as_one_range() {
        let told = standings(&[range(1, 50), range(51, 100)], &[range(1, 100)], &[]);
        let whole = BookletRange {
            first: 1,
            last: 100,
            activated: true,
            blocked_since: None,
        };
        assert_eq!(told, [whole]);
    }

    fn apart(ends: Vec<u32>) -> Vec<Range> {
        let mut ends = ends;
        ends.sort_unstable();
        ends.dedup();
        ends.chunks_exact(2).map(|pair| range(pair[0], pair[1])).collect()
    }

    proptest! {
        #[test]
        fn each_booklet_is_told_once_and_as_it_stands(
            lots in proptest::collection::vec(1u32..60, 0..8),
            activated in proptest::collection::vec(1u32..60, 0..8),
            blocked in proptest::collection::vec(1u32..60, 0..8),
        ) {
            let (lots, activated, blocked) = (apart(lots), apart(activated), apart(blocked));
            let since = NaiveDate::from_ymd_opt(2026, 6, 1).expect("a date");
            let dated: Vec<_> = blocked.iter().map(|&range| (range, since)).collect();
            let told = standings(&lots, &activated, &dated);
            for booklet in 0..70 {
                let found: Vec<_> = told.iter().filter(|r| r.first <= booklet && booklet <= r.last).collect();
                let held = |ranges: &[Range]| ranges.iter().any(|range| range.holds(booklet));
                prop_assert_eq!(found.len(), usize::from(held(&lots)));
                for range in found {
                    prop_assert_eq!(range.activated, held(&activated));
                    prop_assert_eq!(range.blocked_since.is_some(), held(&blocked));
                }
            }
        }

        #[test]
        fn a_difference_holds_what_was_wanted_and_not_taken(first in 1u32..60, length in 0u32..40, taken in proptest::collection::vec(1u32..100, 0..10)) {
            let (wanted, taken) = (range(first, first + length), apart(taken));
            let left = without(wanted, &taken);
            for booklet in 0..110 {
                let expected = wanted.holds(booklet) && !taken.iter().any(|range| range.holds(booklet));
                prop_assert_eq!(left.iter().any(|range| range.holds(booklet)), expected);
            }
        }
    }
}
