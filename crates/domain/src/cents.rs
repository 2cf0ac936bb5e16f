//! Money: whole cents, never a fraction.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use std::{
    iter::Sum,
    ops::{Add, Mul, Neg, Sub},
};

/// An amount in euro cents; negative when it is owed back.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
#[cfg_attr(feature = "types", derive(ts_rs::TS), ts(export, type = "number"))]
pub struct Cents(#[n(0)] pub i64);

impl Cents {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Shares the amount in proportion to `parts` so that the shares always sum to the whole:
    /// each gets its floor, and the cents left over go to the largest remainders, the first
    /// named winning a tie. No parts, or parts that sum to zero, give no shares.
    #[must_use]
    pub fn shared(self, parts: &[u32]) -> Vec<Self> {
        let whole: i128 = parts.iter().map(|&part| i128::from(part)).sum();
        if whole == 0 {
            return Vec::new();
        }
        let exact = |part: u32| i128::from(self.0) * i128::from(part);
        let mut shares: Vec<i128> = parts.iter().map(|&part| exact(part).div_euclid(whole)).collect();
        let left = i128::from(self.0) - shares.iter().sum::<i128>();
        let mut by_remainder: Vec<usize> = (0..parts.len()).collect();
        by_remainder.sort_by_key(|&at| std::cmp::Reverse(exact(parts[at]).rem_euclid(whole)));
        for &at in by_remainder.iter().take(usize::try_from(left).unwrap_or(0)) {
            shares[at] += 1;
        }
        shares
            .into_iter()
            .map(|share| Self(i64::try_from(share).expect("a share is no larger than the whole")))
            .collect()
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}
impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}
impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}
impl Mul<i64> for Cents {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0 * times)
    }
}
impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_cent_left_over_goes_to_the_largest_remainder() {
        assert_eq!(Cents(100).shared(&[1, 1, 1]), [Cents(34), Cents(33), Cents(33)]);
        assert_eq!(Cents(10).shared(&[2, 1]), [Cents(7), Cents(3)]);
    }

    #[test]
    fn nobody_to_share_with_gives_no_shares() {
        assert!(Cents(100).shared(&[]).is_empty());
        assert!(Cents(100).shared(&[0, 0]).is_empty());
    }

    proptest! {
        #[test]
        fn shares_always_sum_to_the_whole(amount in -1_000_000_000i64..1_000_000_000, parts in proptest::collection::vec(0u32..2_000_000, 1..6)) {
            prop_assume!(parts.iter().any(|&part| part > 0));
            let sum: Cents = Cents(amount).shared(&parts).into_iter().sum();
            prop_assert_eq!(sum, Cents(amount));
        }
    }
}
