//! Columns of small numbers: runs of equal values, and zigzag differences in LEB128.
//!
//! Events of one workshop share their day, site, service and programme: a run costs two bytes
//! whatever its length. Booklets come in lots, so that the difference to the one before is small.

/// Writes `value` in seven-bit groups, the lowest first.
pub fn push(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Takes one number off the front.
pub fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let group = u64::from(byte & 0x7f);
        if shift == 63 && group > 1 {
            return None;
        }
        value |= group << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

const fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Differences from one value to the next, the first from zero.
pub fn deltas(values: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut before = 0i64;
    for value in values {
        push(&mut bytes, zigzag(value.wrapping_sub(before)));
        before = value;
    }
    bytes
}

/// Reads exactly `count` values written by [`deltas`]; `None` when there are fewer, more, or a
/// sum leaves 64 bits.
pub fn read_deltas(mut bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    // Each value takes a byte at least: a count that the bytes cannot hold reserves nothing.
    if count > bytes.len() {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    let mut before = 0i64;
    for _ in 0..count {
        before = before.checked_add(unzigzag(take(&mut bytes)?))?;
        values.push(before);
    }
    bytes.is_empty().then_some(values)
}

/// Runs of equal values: difference to the value before, then how many times.
pub fn runs(values: impl IntoIterator<Item = i64>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut before = 0i64;
    let mut values = values.into_iter().peekable();
    while let Some(value) = values.next() {
        let mut length = 1u64;
        while values.next_if_eq(&value).is_some() {
            length += 1;
        }
        push(&mut bytes, zigzag(value.wrapping_sub(before)));
        push(&mut bytes, length);
        before = value;
    }
    bytes
}

/// Reads exactly `count` values written by [`runs`], `count` being already bounded by the caller.
pub fn read_runs(mut bytes: &[u8], count: usize) -> Option<Vec<i64>> {
    let mut values: Vec<i64> = Vec::new();
    let mut before = 0i64;
    while !bytes.is_empty() {
        before = before.checked_add(unzigzag(take(&mut bytes)?))?;
        let length = usize::try_from(take(&mut bytes)?).ok()?;
        if length == 0 || length > count - values.len() {
            return None;
        }
        values.resize(values.len() + length, before);
    }
    (values.len() == count).then_some(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_run_costs_two_bytes_whatever_its_length() {
        assert_eq!(runs([7; 100]).len(), 2);
    }

    #[test]
    fn a_count_that_the_bytes_cannot_hold_is_refused() {
        assert_eq!(read_deltas(&[0, 0], usize::MAX), None);
        assert_eq!(read_runs(&runs([1, 1, 1]), 2), None);
        assert_eq!(read_runs(&runs([1, 1]), 3), None);
    }

    proptest! {
        #[test]
        fn columns_come_back(values in proptest::collection::vec(-1_000_000i64..5_000_000_000, 0..300)) {
            prop_assert_eq!(read_deltas(&deltas(values.iter().copied()), values.len()), Some(values.clone()));
            prop_assert_eq!(read_runs(&runs(values.iter().copied()), values.len()), Some(values));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, count in 0usize..300) {
            let _ = read_deltas(&bytes, count);
            let _ = read_runs(&bytes, count);
        }
    }
}
